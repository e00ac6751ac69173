//! Legends from the layer's definition: classes, states and words, the same in every form.

use geodata::disclosure::Tier;
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
        legend.warnings.push("Small numbers are withheld and cells are coarse at this access tier.".to_owned());
    }
    if layer.engine == Engine::Analysis {
        legend = legend.state("Undefined here", "undefined", no_value(), None);
    }
    legend
}
