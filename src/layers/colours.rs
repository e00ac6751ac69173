//! The colours of a layer: classes of numbers or named classes, from the ramps of `tiles`.

use tiles::{Breaks, Class, ClassSet, Ramp, Rgba};

use super::Layer;

/// How a layer is coloured.
pub enum Colours {
    /// Classes of numbers.
    Steps(Breaks, Vec<Rgba>),
    /// Named classes of a set with the layer's words for each; one of them may be clear.
    Classes(&'static ClassSet, Vec<(&'static Class, &'static str)>),
    /// One colour.
    Plain(Rgba),
}

impl Colours {
    /// Of a layer.
    #[must_use]
    pub fn of(layer: &'static Layer) -> Self {
        if let Some(set) = ClassSet::find(&layer.ramp) {
            let classes = layer.classes.iter().filter_map(|own| Some((set.class(&own.value)?, own.label.as_str())));
            return Self::Classes(set, classes.collect());
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
            assert_eq!(layer.classes.is_empty(), ClassSet::find(&layer.ramp).is_none(), "{}: {}", layer.id, layer.ramp);
            assert_eq!(is_plain, layer.value.is_empty(), "{}", layer.id);
            if let Colours::Classes(set, classes) = Colours::of(layer) {
                assert_eq!(classes.len(), layer.classes.len(), "{}: a class that {} lacks", layer.id, set.name);
            }
        }
    }
}
