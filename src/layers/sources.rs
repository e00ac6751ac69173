//! Where a layer's data are from: the words that maps and documents show.

use geodata::store::SourceTerms;

use super::{Engine, Layer};

/// The sources of a layer's numbers or places.
fn of<'a>(layer: &Layer, all: &'a [SourceTerms]) -> impl Iterator<Item = &'a SourceTerms> {
    let kind = match layer.engine {
        Engine::Cells | Engine::Density | Engine::Analysis | Engine::Incidents => "incidents",
        Engine::Areas => "areas",
        Engine::Resources => "resources",
        Engine::Interventions => "interventions",
        Engine::Streets => "streets",
    };
    all.iter().filter(move |s| s.kind.is_empty() || s.kind == kind)
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut all: Vec<&str> = vec![];
    for word in words.filter(|w| !w.trim().is_empty()) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    (!all.is_empty()).then(|| all.join("; "))
}

/// Titles of the sources of a layer; `None` where nothing says where it is from.
#[must_use]
pub fn titles(layer: &Layer, all: &[SourceTerms]) -> Option<String> {
    joined(of(layer, all).map(|s| s.title.as_str()))
}

/// Licences and terms of use of the sources of a layer, each once.
#[must_use]
pub fn licences(layer: &Layer, all: &[SourceTerms]) -> Option<String> {
    joined(of(layer, all).map(|s| s.licence.as_str()))
}

/// Titles with licences as text that clients may show as HTML, which TileJSON lets them do: a source's own words never
/// become markup.
#[must_use]
pub fn attribution(layer: &Layer, all: &[SourceTerms]) -> Option<String> {
    let words = [titles(layer, all), licences(layer, all)].into_iter().flatten().collect::<Vec<_>>().join(". ");
    (!words.is_empty()).then(|| words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_names_its_own_sources_and_no_markup_of_theirs() {
        let source = |kind: &str, title: &str, licence: &str| SourceTerms {
            kind: kind.into(),
            title: title.into(),
            licence: licence.into(),
        };
        let all = [
            source("incidents", "Portal <b>", "CC0"),
            source("incidents", "Other & more", "CC0"),
            source("areas", "Wards", "OGL"),
        ];
        let layer = |id| super::super::find(id).expect("a layer");
        assert_eq!(titles(layer("cells"), &all).as_deref(), Some("Portal <b>; Other & more"));
        assert_eq!(licences(layer("hotspots"), &all).as_deref(), Some("CC0"));
        assert_eq!(attribution(layer("incidents"), &all).as_deref(), Some("Portal &lt;b&gt;; Other &amp; more. CC0"));
        assert_eq!(attribution(layer("areas"), &all).as_deref(), Some("Wards. OGL"));
        assert_eq!(attribution(layer("resources"), &all), None);
    }
}
