//! `/plots/{layer}.{svg|png}`: what a method says better as a plot, under the filters and parameters of its layer.

use axum::http::StatusCode;
use axum::response::Response;
use geodata::analysis::{Method, PlotOf};

use super::ask::Ask;
use super::engine::Job;
use super::problem::{Answer, Problem, shortened};
use super::wanted::Wanted;
use crate::formats::plot::{PLOT_FORMATS, draw, plot};
use crate::layers::Layer;

/// A plot of a layer's result.
pub async fn one(ask: Ask) -> Answer<Response> {
    let mut wanted = Wanted::read(&ask)?;
    let extension = ask.extension.as_deref().unwrap_or("svg");
    let Some((format, media)) = PLOT_FORMATS.into_iter().find(|(id, _)| *id == extension) else {
        let problem = Problem::not_found(format!("there is no plot as .{}", shortened(extension)));
        return Err(Box::new(problem.hint("ask for .svg or .png")));
    };
    let PlotOf { id, asks, .. } = *chosen(wanted.layer, ask.params.get("plot"))?;
    if let Some((name, value)) = asks {
        wanted = wanted.with(name, value);
    }
    if wanted.filters.bbox.is_some() {
        // A filter may hold one too.
        let text = ask.params.get("bbox").or(ask.params.get("filter")).unwrap_or_default();
        let why = "a plot is of the whole study area, so a box cannot be heeded";
        return Err(Box::new(
            Problem::parameter("bbox", text, why, "no box").hint("leave it out, or name another study area with mask"),
        ));
    }
    let tag = ask.tag(media, &format!("{}|plot={id}", wanted.canonical()));
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    let job = Job::new(&ask, wanted);
    let bytes = ask.app.work.run(move |cancel| {
        let whole = job.whole(cancel)?;
        job.trail.rows(whole.table.len());
        match plot(&whole.table, Some(id)) {
            Some(plot) => draw(plot, format).map_err(|e| super::tiles::problem(&e)),
            None => Err(Box::new(
                Problem::not_found(format!("this answer has no plot {id}: too little is left to draw"))
                    .hint("ask for a longer period or more categories"),
            )),
        }
    });
    Ok(ask.answer(&tag, media, bytes.await?))
}

/// The plots that a layer's method makes.
pub fn plots_of(layer: &Layer) -> &'static [PlotOf] {
    let method = layer.method.as_deref().and_then(|id| Method::find(id).ok());
    method.map_or(&[], |method| method.plots)
}

/// The plot that is named, or the first.
fn chosen(layer: &Layer, name: Option<&str>) -> Answer<&'static PlotOf> {
    let all = plots_of(layer);
    let found = all.iter().find(|plot| name.is_none_or(|name| plot.id == name));
    found.ok_or_else(|| {
        let ids: Vec<_> = all.iter().map(|plot| plot.id).collect();
        let known = if ids.is_empty() { "it has none".to_owned() } else { format!("it has {}", ids.join(", ")) };
        let detail = match name {
            Some(name) => format!("the layer {} has no plot {:?}", layer.id, shortened(name)),
            None => format!("the layer {} has no plots", layer.id),
        };
        Box::new(Problem::new(StatusCode::NOT_FOUND, detail).hint(known))
    })
}
