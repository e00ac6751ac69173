//! Places: is a hidden location told by any list, box, type or page?

use super::{Attack, Ground, Outcome};
use crate::disclosure::{self, Help, Part};
use crate::error::Result;
use crate::model::{LonLatBox, Resource, Tier, Visibility};
use crate::table::{Shapes, Table, Values};

/// Metres within which a point tells a hidden location.
const NEAR_M: f64 = 25.0;

pub(super) const HIDDEN: Attack = Attack {
    id: "hidden_locations",
    tries: "find a refuge by listing, by ever smaller boxes and by type, and its place by the area that it serves",
    run: hidden,
};

fn hidden(ground: &Ground<'_>) -> Result<Outcome> {
    let places = ground.snapshot.places();
    let refuges = || places.resources.iter().filter(|r| r.visibility == Visibility::HiddenLocation);
    let shown: Vec<_> = places.resources.iter().filter(|r| r.visibility != Visibility::HiddenLocation).collect();
    let all = Part::after("", 10_000);
    let (mut tries, mut recovered) = (0, 0);
    for tier in [Tier::Public, Tier::Partner] {
        let ask = ground.ask(tier);
        for refuge in refuges() {
            let Some(at) = refuge.point else { continue };
            // Whoever already knows where it is asks whether something is there.
            for half in [0.05, 0.01, 0.001, 0.0001, 0.00001] {
                tries += 1;
                let within = LonLatBox::new(at.lon() - half, at.lat() - half, at.lon() + half, at.lat() + half)?;
                let expected = shown
                    .iter()
                    .filter(|r| r.visibility == Visibility::Public || tier > Tier::Public)
                    .filter(|r| r.point.is_some_and(|p| within.contains(p)))
                    .count() as u64;
                let page = disclosure::resources(&ask, &Help::default(), within, all)?;
                recovered += u64::from(page.matched != expected) + tells(&page.table, refuge);
            }
            let typed = Help { types: vec![refuge.resource_type.clone()], ..Help::default() };
            for help in [Help::default(), typed] {
                tries += 1;
                let page = disclosure::resources(&ask, &help, LonLatBox::WORLD, all)?;
                recovered += tells(&page.table, refuge);
            }
            // By the area it is found, as it should be; nothing there may lead to the place.
            for area in refuge.service_area.iter().flat_map(|areas| areas.split([',', ';'])) {
                tries += 1;
                let help = Help { service_area: Some(area.to_owned()), ..Help::default() };
                let page = disclosure::resources(&ask, &help, LonLatBox::WORLD, all)?;
                recovered += leads(&page.table, refuge);
            }
        }
    }
    Ok(Outcome { tries, recovered, words: format!("{} hidden locations", refuges().count()) })
}

/// Whether a row names it, or leads to its place.
fn tells(table: &disclosure::Released<Table>, refuge: &Resource) -> u64 {
    u64::from(has_text(table, &refuge.name)) | leads(table, refuge)
}

/// Whether a row stands at the place, or has an address of it.
fn leads(table: &disclosure::Released<Table>, refuge: &Resource) -> u64 {
    let near = match (table.shapes(), refuge.point) {
        (Shapes::Points(points), Some(at)) => points.iter().flatten().any(|p| p.distance_m(at) < NEAR_M && p == &at),
        _ => false,
    };
    let mut own = [&refuge.address, &refuge.url].into_iter().flatten();
    u64::from(near || own.any(|text| has_text(table, text)))
}

fn has_text(table: &disclosure::Released<Table>, text: &str) -> bool {
    table.columns().iter().any(|c| match &c.values {
        Values::Text(v) => v.iter().any(|t| t == text),
        Values::Shared(v, _) => v.iter().any(|t| t == text),
        _ => false,
    })
}
