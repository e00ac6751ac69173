//! The colours of a layer: classes of numbers or named classes, from the ramps of `tiles`.

use tiles::{Breaks, Ramp, Rgba};

use super::Layer;

/// How a layer is coloured.
pub enum Colours {
    /// Classes of numbers.
    Steps(Breaks, Vec<Rgba>),
    /// Named classes: value, words, colour; one of them is clear.
    Classes(Vec<(&'static str, &'static str, Rgba)>),
    /// One colour.
    Plain(Rgba),
}

impl Colours {
    /// Of a layer.
    #[must_use]
    pub fn of(layer: &'static Layer) -> Self {
        if layer.ramp == "hotspots" {
            let classes = tiles::ramp::HOTSPOTS.iter().filter(|c| layer.classes.iter().any(|own| own.value == c.name));
            return Self::Classes(classes.map(|c| (c.name, c.label, c.drawn())).collect());
        }
        let steps = Breaks::fixed(&layer.breaks).and_then(|breaks| {
            let colours = Ramp::find(&layer.ramp)?.colours(breaks.classes())?;
            Ok(Self::Steps(breaks, colours))
        });
        // Plain layers have no breaks; a test holds that the others have good ones.
        steps.unwrap_or(Self::Plain(plain(&layer.id)))
    }
}

/// Colours of plain layers, apart from one another in hue and lightness.
fn plain(id: &str) -> Rgba {
    match id {
        "resources" => Rgba::of_oklch(0.520, 0.110, 165.0),
        "streets" => Rgba::of_oklch(0.560, 0.020, 80.0),
        "interventions" => Rgba::of_oklch(0.480, 0.130, 300.0),
        "incidents" => Rgba::of_oklch(0.450, 0.120, 40.0),
        _ => Rgba::of_oklch(0.450, 0.030, 230.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_with_a_value_has_its_ramp() {
        for layer in super::super::LAYERS.iter() {
            let is_plain = matches!(Colours::of(layer), Colours::Plain(_));
            assert_eq!(is_plain, layer.value.is_empty(), "{}", layer.id);
            if let Colours::Classes(classes) = Colours::of(layer) {
                assert_eq!(classes.len(), layer.classes.len(), "{}", layer.id);
            }
        }
    }
}
