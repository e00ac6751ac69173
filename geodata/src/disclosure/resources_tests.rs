//! Refuges are found by the area they serve, and by nothing else.

use super::*;
use crate::cancel::Cancel;
use crate::index::{Contents, Places, Snapshot};
use crate::model::LonLat;
use crate::policy::Policy;
use crate::release::Release;
use crate::store::Store;

const SECRET_PLACES: [(f64, f64); 3] = [(10.0123, 45.0456), (10.0311, 45.0222), (10.0123, 45.0457)];

fn resource(n: usize, visibility: Visibility, at: Option<(f64, f64)>, area: &str) -> Resource {
    Resource {
        id: format!("own-{n}"),
        source: "test".into(),
        organisation: Some("City".into()),
        name: format!("Service {n}"),
        resource_type: if visibility == Visibility::Public { "school" } else { "shelter" }.into(),
        approach: None,
        target_groups: vec![],
        point: at.and_then(|(x, y)| LonLat::new(x, y).ok()),
        address: Some(format!("{n} Quiet Lane")),
        service_area: Some(area.into()),
        opening_hours: None,
        languages: vec![],
        accessibility: Some(format!("ramp at gate {n}")),
        capacity: Some(4000 + n as u32),
        phone: Some(format!("+44 1632 9600{n:02}")),
        url: Some(format!("https://quiet.example/{n}")),
        visibility,
    }
}

fn city(with_hidden: bool) -> Snapshot {
    let mut all: Vec<_> = (0..40)
        .map(|n| resource(n, Visibility::Public, Some((10.0 + n as f64 * 0.002, 45.0 + n as f64 * 0.001)), "North"))
        .collect();
    all.push(resource(50, Visibility::Partner, Some((10.02, 45.02)), "South"));
    if with_hidden {
        let areas = ["North; South", "south , West", "W1,W2"];
        for (i, (at, area)) in SECRET_PLACES.into_iter().zip(areas).enumerate() {
            // Among the others, so that cursors and orders would show a gap.
            all.insert(7 * (i + 1), resource(60 + i, Visibility::HiddenLocation, Some(at), area));
        }
    }
    let places = Places::new(vec![], all, vec![]).unwrap();
    Snapshot::from_rows(Contents { places, ..Contents::default() }, []).unwrap()
}

/// Everything that a page tells, as text.
fn said(page: &Page) -> String {
    let table = &page.table;
    let mut out = format!("matched {} next {:?}\n", page.matched, page.next);
    for row in 0..table.len() {
        let values: Vec<String> = table.columns().iter().map(|c| format!("{:?}", table.cell(c, row))).collect();
        let Shapes::Points(points) = table.shapes() else { panic!("no points") };
        let place = points[row].map(|p| (p.lon(), p.lat()));
        out += &format!("{} {place:?} {}\n", &table.ids().unwrap()[row], values.join(" "));
    }
    out
}

fn ask(snapshot: &Snapshot, tier: Tier, help: &Help, within: LonLatBox, after: u64, limit: usize) -> Page {
    let ask = Ask { snapshot, release: Some(release()), tier, cancel: &Cancel::default() };
    // A cursor is any text: here one behind some ids of the city.
    let after = if after == 0 { String::new() } else { format!("test.own-{after}") };
    resources(&ask, help, within, Part::after(&after, limit)).unwrap()
}

/// A release of nothing: without one the public is told nothing at all.
fn release() -> &'static Release {
    static RELEASE: std::sync::OnceLock<Release> = std::sync::OnceLock::new();
    RELEASE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("city.gpkg")).unwrap();
        let (options, cancel) = (crate::release::Options::default(), Cancel::default());
        crate::release::make(&mut store, &Snapshot::empty(), Policy::standard(), &options, &|_| (), &cancel).unwrap()
    })
}

const TIERS: [Tier; 4] = [Tier::Public, Tier::Partner, Tier::Analyst, Tier::Custodian];

fn help(area: Option<&str>, types: &[&str]) -> Help {
    Help { types: types.iter().map(|t| (*t).to_owned()).collect(), service_area: area.map(str::to_owned) }
}

#[test]
fn without_a_service_area_a_city_with_refuges_answers_like_one_without() {
    let (with, without) = (city(true), city(false));
    for tier in TIERS {
        for types in [&[][..], &["shelter"], &["school", "shelter"]] {
            for limit in [1, 3, 100] {
                for after in 0..45 {
                    let [a, b] = [&with, &without]
                        .map(|s| said(&ask(s, tier, &help(None, types), LonLatBox::WORLD, after, limit)));
                    assert_eq!(a, b);
                }
            }
        }
    }
    let count = |tier| ask(&with, tier, &help(None, &["shelter"]), LonLatBox::WORLD, 0, 9).matched;
    assert_eq!((count(Tier::Public), count(Tier::Partner)), (0, 1), "the partners' own is theirs");
}

#[test]
fn bisection_by_box_finds_nothing_whatever_else_is_asked() {
    let (with, without) = (city(true), city(false));
    for tier in TIERS {
        for area in [None, Some("South"), Some("W1")] {
            for (lon, lat) in SECRET_PLACES {
                // Ever smaller boxes around the place, down to a millimetre, and one that is all but the whole Earth.
                for step in 0..30 {
                    let half = 180.0 / f64::from(1 << step);
                    let b = |v: f64, by: f64, bound: f64| (v + by).clamp(-bound, bound);
                    let within = LonLatBox {
                        west: b(lon, -half, 180.0),
                        south: b(lat, -half, 89.99),
                        east: b(lon, half, 180.0),
                        north: b(lat, half, 89.99),
                    };
                    let [a, b] = [&with, &without].map(|s| said(&ask(s, tier, &help(area, &[]), within, 0, 100)));
                    assert_eq!(a, b);
                }
            }
        }
    }
}

#[test]
fn a_service_area_finds_them_without_anything_that_leads_there() {
    let city = city(true);
    for tier in TIERS {
        for (area, expected) in
            [("north", 1), (" SOUTH ", 2), ("West", 1), ("W2", 1), ("W", 0), ("North; South", 0), ("", 0)]
        {
            let page = ask(&city, tier, &help(Some(area), &[]), LonLatBox::WORLD, 0, 100);
            let text = said(&page);
            let hidden = text.lines().filter(|l| l.contains("test.hidden-")).count();
            assert_eq!(hidden, expected, "{area}: {text}");
            for n in 60..63 {
                let secrets = [
                    format!("own-{n}"),
                    format!("{n} Quiet"),
                    format!("gate {n}"),
                    format!("example/{n}"),
                    format!("40{n}"),
                ];
                assert!(secrets.iter().all(|s| !text.contains(s.as_str())), "{text}");
                if hidden > 0 && text.contains(&format!("Service {n}")) {
                    assert!(text.contains(&format!("+44 1632 9600{n}")), "the telephone is how it is found");
                }
            }
            for (lon, lat) in SECRET_PLACES {
                assert!(!text.contains(&lon.to_string()) && !text.contains(&lat.to_string()), "{text}");
            }
        }
    }
}

#[test]
fn an_id_hangs_on_nothing_that_is_not_told() {
    let a = Arc::new(resource(60, Visibility::HiddenLocation, Some(SECRET_PLACES[0]), "North"));
    let moved = Resource { point: LonLat::new(1.0, 2.0).ok(), id: "h0".into(), address: None, ..Resource::clone(&a) };
    assert_eq!(without_place(&a).id, without_place(&Arc::new(moved)).id);
}
