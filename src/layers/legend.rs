//! Legends from the layer's definition: classes, states and words, the same in every form.

use geodata::disclosure::{MINIMUM_COUNT, Tier};
use tiles::Legend;
use tiles::legend::Pattern;
use tiles::ramp::no_value;

use super::colours::Colours;
use super::{Engine, Layer};

/// The legend of a layer as a tier sees it.
#[must_use]
pub fn of(layer: &'static Layer, tier: Tier) -> Legend {
    let legend = Legend::new(&layer.title, &layer.unit).words(&layer.words);
    let whole = layer.properties.iter().any(|p| p.name == layer.value && p.json_type == "integer");
    let mut legend = match Colours::of(layer) {
        Colours::Steps(breaks, colours) => legend.classes(&breaks, &colours, whole),
        Colours::Classes(classes) => {
            classes.into_iter().fold(legend, |legend, (_, label, colour)| legend.class(label, colour))
        }
        Colours::Plain(colour) => legend.class(&layer.title, colour),
    };
    // Exact tiers have nothing withheld, and plain shapes no numbers.
    let counts = matches!(layer.engine, Engine::Cells | Engine::Density | Engine::Analysis);
    if counts && !tier.is_exact() {
        legend = legend.state("Withheld, because few", "suppressed", no_value(), Some(Pattern::Hatch));
        // No class may stand there that cannot occur.
        if layer.engine == Engine::Cells {
            legend = legend.from(f64::from(MINIMUM_COUNT));
        }
        legend.warnings.push("Small numbers are withheld and cells are coarse at this access tier.".to_owned());
    }
    if layer.engine == Engine::Analysis {
        legend = legend.state("Undefined here", "undefined", no_value(), None);
    }
    legend
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::find;

    #[test]
    fn no_class_is_listed_that_a_tier_cannot_see() {
        let least = |tier| of(find("cells").expect("a layer"), tier).entries.iter().filter_map(|e| e.from).next();
        assert_eq!((least(Tier::Public), least(Tier::Partner)), (Some(5.0), Some(5.0)));
        assert_eq!(least(Tier::Analyst), Some(1.0));
        assert!(of(find("cells").expect("a layer"), Tier::Public).entries.iter().any(|e| e.state.is_some()));
    }

    #[test]
    fn what_the_map_leaves_clear_is_clear_in_the_legend() {
        let legend = of(find("hotspots").expect("a layer"), Tier::Analyst);
        let clear: Vec<_> = legend.entries.iter().filter(|e| e.colour.opacity() == 0.0).collect();
        assert!(matches!(clear[..], [entry] if entry.label.contains("left clear")), "{clear:?}");
    }
}
