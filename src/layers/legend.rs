//! Legends from the layer's definition: classes, states and words, the same in every form.

use geodata::disclosure::Tier;
use geodata::table::State;
use tiles::ramp::no_value;
use tiles::{Legend, Rgba};

use super::colours::Colours;
use super::{Engine, Layer, states};

/// The legend of a layer as a tier sees it, whose policy tells counts from `least` on.
#[must_use]
pub fn of(layer: &'static Layer, tier: Tier, least: u32) -> Legend {
    let legend = Legend::new(&layer.title, &layer.unit).words(&layer.words);
    let whole = layer.properties.iter().any(|p| p.name == layer.value && p.json_type == "integer");
    let mut legend = match Colours::of(layer) {
        Colours::Steps(breaks, colours) => legend.classes(&breaks, &colours, whole),
        Colours::Classes(set, classes) => {
            classes.into_iter().fold(legend, |legend, (class, label)| legend.named(label, class, set.is_outlined))
        }
        Colours::Plain(colour) => legend.class(&layer.title, colour),
    };
    // Plain shapes have no numbers, and exact tiers have nothing withheld.
    if !matches!(layer.engine, Engine::Cells | Engine::Density | Engine::Analysis) {
        return legend;
    }
    if !tier.is_exact() {
        // No class may stand there that cannot occur.
        if layer.value == "count" {
            legend = legend.from(f64::from(least));
        }
        legend = stated(legend, State::Zero);
        legend = [State::Suppressed, State::NotCovered, State::NotYetComplete].into_iter().fold(legend, stated);
        legend.warnings.push("Small numbers are withheld and cells are coarse at this access tier.".to_owned());
    }
    if layer.engine == Engine::Analysis {
        legend = stated(legend, State::Undefined);
    }
    legend.warnings.push(format!("{}.", states::words(State::Unmapped)));
    legend
}

/// The legend with a line for a state.
fn stated(legend: Legend, state: State) -> Legend {
    let colour = if state == State::Zero { Rgba::CLEAR } else { no_value() };
    legend.state(states::words(state), state.name(), colour, states::pattern(state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::find;

    #[test]
    fn no_class_is_listed_that_a_tier_cannot_see() {
        let least = |tier| of(find("cells").expect("a layer"), tier, 5).entries.iter().filter_map(|e| e.from).next();
        assert_eq!((least(Tier::Public), least(Tier::Partner)), (Some(5.0), Some(5.0)));
        assert_eq!(least(Tier::Analyst), Some(1.0));
    }

    #[test]
    fn the_public_legend_names_every_state_and_the_exact_one_what_can_occur() {
        let states = |layer, tier| -> Vec<String> {
            of(find(layer).expect("a layer"), tier, 5).entries.into_iter().filter_map(|e| e.state).collect()
        };
        assert_eq!(states("cells", Tier::Public), ["zero", "suppressed", "not_covered", "not_yet_complete"]);
        assert_eq!(states("hotspots", Tier::Partner).last().map(String::as_str), Some("undefined"));
        assert_eq!(states("hotspots", Tier::Analyst), ["undefined"]);
        assert!(states("cells", Tier::Custodian).is_empty() && states("areas", Tier::Public).is_empty());
        for tier in [Tier::Public, Tier::Analyst] {
            let warnings = of(find("cells").expect("a layer"), tier, 5).warnings;
            assert!(warnings.iter().any(|w| w.starts_with("Without a usable place")), "{warnings:?}");
        }
    }

    #[test]
    fn what_the_map_leaves_clear_is_clear_in_the_legend() {
        let legend = of(find("hotspots").expect("a layer"), Tier::Analyst, 5);
        let clear: Vec<_> = legend.entries.iter().filter(|e| e.colour.opacity() == 0.0).collect();
        assert!(matches!(clear[..], [entry] if entry.label.contains("left clear")), "{clear:?}");
    }
}
