//! Plots over HTTP: offered where a method makes them, under the filters of their layer, and refused in words elsewhere.

use axum::http::{Method, StatusCode};
use geodata::disclosure::Tier;
use urbansafety::layers::{LAYERS, Layer};

use super::support::{get, get_as, send, shared};

/// Layers whose method makes plots, with the ids of these.
fn with_plots() -> impl Iterator<Item = (&'static Layer, Vec<&'static str>)> {
    LAYERS.iter().filter_map(|layer| {
        let method = geodata::analysis::Method::find(layer.method.as_deref()?).ok()?;
        let ids: Vec<_> = method.plots.iter().map(|plot| plot.id).collect();
        (!ids.is_empty()).then_some((layer, ids))
    })
}

#[tokio::test]
async fn every_plot_is_drawn_as_svg_and_png_for_those_who_may_see_its_layer() {
    assert!(with_plots().count() > 0);
    for (layer, ids) in with_plots() {
        for id in ids {
            let path = |format: &str| format!("/plots/{}.{format}?plot={id}{}", layer.id, layer.asked());
            let svg = get_as(Tier::Analyst, &path("svg")).await;
            assert_eq!(svg.status, StatusCode::OK, "{} {id}: {}", layer.id, svg.text());
            assert_eq!(svg.header("content-type"), "image/svg+xml");
            assert!(svg.header("content-security-policy").contains("default-src 'none'"));
            assert!(svg.text().contains("role=\"img\"") && svg.text().contains("<desc"), "{id}");
            let png = get_as(Tier::Analyst, &path("png")).await;
            assert_eq!((png.status, png.header("content-type")), (StatusCode::OK, "image/png"));
            assert!(png.body.starts_with(b"\x89PNG"));
            let public = get(&path("svg")).await;
            let expected = if layer.min_tier == Tier::Public { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(public.status, expected, "{} {id}", layer.id);
        }
    }
}

#[tokio::test]
async fn a_plot_has_a_tag_and_follows_the_filters() {
    let whole = get("/plots/hotspots.svg").await;
    let tag = whole.header("etag").to_owned();
    let again = send(shared(), Method::GET, "/plots/hotspots.svg?plot=p_values", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED, "the first plot is the one that is meant");
    let part = get("/plots/hotspots.svg?datetime=2021").await;
    assert_eq!(part.status, StatusCode::OK, "{}", part.text());
    assert_ne!(part.header("etag"), tag);
    assert_ne!(part.text(), whole.text());
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused_with_what_there_is() {
    let unknown = get("/plots/hotspots.svg?plot=knox").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.text().contains("knox") && unknown.text().contains("p_values"), "{}", unknown.text());
    for path in ["/plots/cells.svg", "/plots/areas.png", "/plots/hotspots.pdf", "/plots/nowhere.svg"] {
        assert_eq!(get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for (name, value) in [("bbox", "-1,-1,1,1"), ("null", "x"), ("datetime", "yesterday"), ("limit", "3")] {
        let answer = get(&format!("/plots/hotspots.svg?{name}={value}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
        assert_eq!(answer.json()["parameter"], name);
    }
}

#[tokio::test]
async fn collections_and_processes_lead_to_the_plots() {
    for (layer, ids) in with_plots() {
        let collection = get_as(Tier::Analyst, &format!("/collections/{}", layer.id)).await.json();
        let links = collection["links"].as_array().cloned().unwrap_or_default();
        let previews: Vec<_> = links.iter().filter(|l| l["rel"] == "preview").collect();
        assert_eq!(previews.len(), 2 * ids.len(), "{}", layer.id);
        for link in previews {
            let href = link["href"].as_str().expect("an address");
            let path = href.find("/plots/").map(|at| &href[at..]).expect("a path");
            assert_eq!(get_as(Tier::Analyst, path).await.header("content-type"), link["type"], "{href}");
            assert!(link["title"].as_str().is_some_and(|title| !title.is_empty()));
        }
        let process = get(&format!("/processes/{}", layer.method.as_deref().unwrap_or_default())).await.json();
        let listed: Vec<_> = process["plots"].as_array().into_iter().flatten().map(|p| p["id"].clone()).collect();
        assert_eq!(listed, ids);
    }
}
