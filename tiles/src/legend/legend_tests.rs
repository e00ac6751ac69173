//! Legends say the same in every form.

use super::*;
use crate::classes::ClassSet;
use crate::ramp::{Ramp, no_value};

fn legend() -> Legend {
    let breaks = Breaks::fixed(&[1.0, 2.0, 5.0, 20.0, 1500.0]).unwrap();
    let colours = Ramp::find("ember").unwrap().colours(5).unwrap();
    Legend::new("Recorded incidents", "incidents per cell, 2018")
        .classes(&breaks, &colours, true)
        .state("Withheld, because few", "suppressed", no_value(), Some(Pattern::Hatch))
        .words("Cells of about 230 m. A recorded incident is not an offence proven in court.")
}

#[test]
fn labels_follow_the_breaks() {
    let labels: Vec<String> = legend().entries.into_iter().map(|entry| entry.label).collect();
    assert_eq!(labels, ["1", "2 to 4", "5 to 19", "20 to 1,499", "1,500 and more", "Withheld, because few"]);
    let breaks = Breaks::fixed(&[0.5, 2.0]).unwrap();
    let rates = Legend::new("Rate", "per 1,000").classes(&breaks, &[Rgba::INK; 2], false);
    assert_eq!(rates.entries[0].label, "0.5 to under 2");
    assert_eq!((rates.entries[0].from, rates.entries[0].to, rates.entries[1].to), (Some(0.5), Some(2.0), None));
}

#[test]
fn svg_has_title_description_and_text_that_cannot_become_markup() {
    let mut legend = legend();
    legend.title = "<script>&\"'\u{1}".into();
    let svg = legend.svg();
    assert!(svg.contains("<title id=\"title\">&lt;script&gt;&amp;&quot;&#39;\u{fffd}</title>"), "{svg}");
    assert!(svg.contains("<desc id=\"desc\">incidents per cell, 2018: 1; 2 to 4;"));
    assert!(svg.contains(">Withheld, because few</text>") && svg.contains("url(#hatch)"));
    assert!(!svg.contains("<script"));
    assert_eq!(svg.matches("<rect").count(), 1 + 6 + 1);
}

#[test]
fn pictures_have_the_colours_and_grow_with_the_entries() {
    let picture = image::load_from_memory(&legend().png().unwrap()).unwrap().to_rgb8();
    for entry in &legend().entries {
        let Rgba([r, g, b, _]) = entry.colour;
        assert!(picture.pixels().any(|pixel| pixel.0 == [r, g, b]), "{}", entry.label);
    }
    let Rgba([r, g, b, _]) = pattern_ink();
    assert!(picture.pixels().any(|pixel| pixel.0 == [r, g, b]));
    let mut hotspots = Legend::new("Hot and cold spots", "");
    for class in ClassSet::find("hotspots").unwrap().classes {
        hotspots = hotspots.named(class.label, class, false);
    }
    assert!(hotspots.entries.iter().any(|e| e.label == "Not different from chance (left clear)"));
    let larger = image::load_from_memory(&hotspots.png().unwrap()).unwrap();
    assert!(larger.width() > 300 && larger.height() > 200);
    if let Ok(folder) = std::env::var("PICTURES") {
        std::fs::write(format!("{folder}/legend.png"), legend().png().unwrap()).unwrap();
        std::fs::write(format!("{folder}/legend.svg"), legend().svg()).unwrap();
        std::fs::write(format!("{folder}/hotspots.png"), hotspots.png().unwrap()).unwrap();
        std::fs::write(format!("{folder}/emerging.png"), of_set("emerging").png().unwrap()).unwrap();
        std::fs::write(format!("{folder}/emerging.svg"), of_set("emerging").svg()).unwrap();
        std::fs::write(format!("{folder}/scan.png"), of_set("scan").png().unwrap()).unwrap();
    }
}

#[test]
fn every_pattern_is_told_apart_in_greyscale_in_both_pictures() {
    // The swatch of each pattern, as inked and plain pixels of the picture.
    let mut swatches = vec![];
    for pattern in Pattern::ALL {
        let legend = Legend::new("", "").state("", "state", no_value(), Some(pattern));
        let picture = image::load_from_memory(&legend.png().unwrap()).unwrap().to_luma8();
        let dark = picture.pixels().map(|pixel| pixel.0[0] < 160).collect::<Vec<_>>();
        assert!(!swatches.contains(&dark), "{}", pattern.name());
        swatches.push(dark);
        let svg = legend.svg();
        assert!(svg.contains(&format!("<pattern id=\"{0}\"", pattern.name())), "{svg}");
        assert!(svg.contains(&format!("fill=\"url(#{})\"", pattern.name())));
        assert_eq!(svg.matches("<pattern").count(), 1, "only what is used");
    }
}

fn of_set(name: &str) -> Legend {
    let set = ClassSet::find(name).unwrap();
    set.classes.iter().fold(Legend::new(name, ""), |legend, class| legend.named(class.label, class, set.is_outlined))
}

#[test]
fn every_class_of_a_set_has_a_swatch_of_its_own_in_grey() {
    for set in crate::classes::CLASS_SETS.iter().filter(|set| set.name != "yesno") {
        let mut seen: Vec<Vec<u8>> = vec![];
        for class in set.classes {
            let legend = Legend::new("", "").named("", class, set.is_outlined);
            let picture = image::load_from_memory(&legend.png().unwrap()).unwrap().to_luma8();
            let grey: Vec<u8> = picture.pixels().map(|pixel| pixel.0[0]).collect();
            let apart = |other: &Vec<u8>| grey.iter().zip(other).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>();
            // The swatch has 32 x 18 pixels; each pair differs by five levels of grey on average.
            let least = seen.iter().map(apart).fold(f64::INFINITY, f64::min) / (32.0 * 18.0);
            assert!(least > 5.0, "{} {}: {least:.1}", set.name, class.name);
            seen.push(grey);
        }
    }
    let svg = of_set("emerging").svg();
    assert_eq!(svg.matches("<pattern").count(), 14, "seven shapes in two inks");
    assert!(svg.contains("url(#up-ffffff)") && svg.contains("url(#up-22262b)"));
    assert!(of_set("scan").svg().contains("stroke-width=\"1.75\""));
}

#[test]
fn empty_and_overlong_legends_do_not_break() {
    let empty = Legend::new("", "");
    assert!(empty.png().is_ok() && empty.svg().ends_with("</svg>\n"));
    let long = Legend::new("x".repeat(600), "").class("", Rgba::INK);
    assert_eq!(long.png().unwrap_err().parameter, "width");
    let mut many = Legend::new("many", "");
    for _ in 0..65 {
        many = many.class("one", Rgba::INK);
    }
    assert_eq!(many.png().unwrap_err().parameter, "entries");
}
