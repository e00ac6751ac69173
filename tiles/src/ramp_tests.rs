//! Ramps hold what they promise: order in greyscale, and distance for colour-blind readers.

use super::*;
use crate::colour::oklab_of_linear;

/// Vision without red, without green, and with both. Matrices for linear light, severity 1:
/// Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113.
const VISIONS: [(&str, [[f64; 3]; 3]); 3] = [
    ("full", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deuteranopia",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
];

/// Least distance (100 x OKLab, about the scale of delta-E) between neighbours of 7 steps.
const MIN_STEP: f64 = 9.0;
/// Least distance between the two sides of a diverging ramp, three steps a side.
const MIN_SIDES: f64 = 12.0;
/// Least distance between any two hotspot classes.
const MIN_CLASSES: f64 = 9.5;
/// Least difference of lightness (0 to 100) between any two hotspot classes.
const MIN_LIGHTNESS: f64 = 4.0;

fn seen(colour: Rgba, vision: &[[f64; 3]; 3]) -> [f64; 3] {
    let light = colour.linear();
    oklab_of_linear(vision.map(|row| (0..3).map(|i| row[i] * light[i]).sum::<f64>().clamp(0.0, 1.0)))
}

fn distance(a: Rgba, b: Rgba, vision: &[[f64; 3]; 3]) -> f64 {
    let (a, b) = (seen(a, vision), seen(b, vision));
    100.0 * (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn lightness_falls_from_little_to_much() {
    for ramp in RAMPS {
        let lightness: Vec<f64> = (0..=64).map(|i| ramp.at(f64::from(i) / 64.0).oklab()[0]).collect();
        let falls = |part: &[f64]| part.windows(2).all(|pair| pair[1] < pair[0]);
        match ramp.kind {
            Kind::Sequential => assert!(falls(&lightness), "{}", ramp.name),
            Kind::Diverging => {
                let mut below = lightness[..=32].to_vec();
                below.reverse();
                assert!(falls(&below) && falls(&lightness[32..]), "{}", ramp.name);
            }
        }
    }
}

#[test]
fn neighbours_of_seven_steps_stay_apart_for_colour_blind_readers() {
    for ramp in RAMPS {
        let colours = ramp.colours(7).unwrap();
        for (name, vision) in &VISIONS {
            for pair in colours.windows(2) {
                let d = distance(pair[0], pair[1], vision);
                assert!(d >= MIN_STEP, "{} {name} {pair:?}: {d:.1}", ramp.name);
            }
        }
    }
}

#[test]
fn the_ends_of_a_diverging_ramp_differ_for_colour_blind_readers() {
    for ramp in RAMPS.iter().filter(|ramp| ramp.kind == Kind::Diverging) {
        let colours = ramp.colours(7).unwrap();
        for (name, vision) in &VISIONS {
            for i in 0..3 {
                let d = distance(colours[i], colours[6 - i], vision);
                assert!(d >= MIN_SIDES, "{} {name} {i}: {d:.1}", ramp.name);
            }
        }
    }
}

#[test]
fn any_two_hotspot_classes_stay_apart_in_every_vision_and_in_grey() {
    for (i, a) in HOTSPOTS.iter().enumerate() {
        for b in &HOTSPOTS[..i] {
            for (name, vision) in &VISIONS {
                let d = distance(a.colour(), b.colour(), vision);
                assert!(d >= MIN_CLASSES, "{} {} {name}: {d:.1}", a.name, b.name);
            }
            let grey = 100.0 * (a.colour().oklab()[0] - b.colour().oklab()[0]).abs();
            assert!(grey >= MIN_LIGHTNESS, "{} {}: {grey:.1}", a.name, b.name);
        }
    }
}

#[test]
fn ends_and_odd_places_have_a_colour() {
    let ramp = Ramp::find("ember").unwrap();
    assert_eq!(ramp.at(f64::NAN), ramp.at(0.0));
    assert_eq!(ramp.at(7.0), ramp.at(1.0));
    assert_eq!(ramp.colours(1).unwrap(), vec![ramp.at(0.5)]);
    assert!(ramp.colours(0).unwrap().is_empty());
    assert!(ramp.colours(13).is_err());
    assert!(Class::find("hot_0.05").is_some() && Class::find("warm").is_none());
    assert!(Ramp::find("jet").unwrap_err().hint.contains("lagoon"));
}

#[test]
fn colours_do_not_change_unnoticed() {
    let text = |name: &str, n| {
        let colours = Ramp::find(name).unwrap().colours(n).unwrap();
        colours.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(text("ember", 5), "#faf8cd #f7c15f #ea7220 #ac2720 #540916");
    assert_eq!(text("change", 5), "#073777 #629fd0 #f5f3ed #e69a5c #8a2a11");
}
