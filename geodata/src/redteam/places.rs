//! Places: is a hidden location told by any list, box, type or page?

use super::{Attack, Ground, Outcome};
use crate::disclosure;
use crate::error::Result;
use crate::model::{LonLatBox, Tier, Visibility};
use crate::table::{Shapes, Values};

/// Metres within which a point tells a hidden location.
const NEAR_M: f64 = 25.0;

pub(super) const HIDDEN: Attack = Attack {
    id: "hidden_locations",
    tries: "find a refuge by listing, by ever smaller boxes, by type and page by page, as every tier",
    run: hidden,
};

fn hidden(ground: &Ground<'_>) -> Result<Outcome> {
    let places = ground.snapshot.places();
    let refuges = || places.resources.iter().filter(|r| r.visibility == Visibility::HiddenLocation);
    let shown: Vec<_> = places.resources.iter().filter(|r| r.visibility != Visibility::HiddenLocation).collect();
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
                let page = disclosure::resources(&ask, &[], within, 0, 10_000)?;
                recovered += u64::from(page.matched != expected) + tells(&page.table, refuge);
            }
            tries += 2;
            let all = disclosure::resources(&ask, &[], LonLatBox::WORLD, 0, 10_000)?;
            let typed =
                disclosure::resources(&ask, std::slice::from_ref(&refuge.resource_type), LonLatBox::WORLD, 0, 10_000)?;
            recovered += tells(&all.table, refuge) + tells(&typed.table, refuge);
        }
    }
    Ok(Outcome { tries, recovered, words: format!("{} hidden locations", refuges().count()) })
}

/// Whether a row stands at the place, or has its address.
fn tells(table: &disclosure::Released<crate::table::Table>, refuge: &crate::model::Resource) -> u64 {
    let near = match (table.shapes(), refuge.point) {
        (Shapes::Points(points), Some(at)) => points.iter().flatten().any(|p| p.distance_m(at) < NEAR_M && p == &at),
        _ => false,
    };
    let texts = table.columns().iter().filter_map(|c| match &c.values {
        Values::Text(v) => Some(v),
        _ => None,
    });
    let address = refuge.address.as_deref().unwrap_or("\u{0}");
    let named = texts.flatten().any(|t| t == &refuge.name || t == address);
    u64::from(near || named)
}
