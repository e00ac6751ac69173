//! Ramps hold what they promise: order in greyscale, and distance for colour-blind readers.

use super::*;
use crate::vision::{VISIONS, distance};

/// Least distance (100 x OKLab, about the scale of delta-E) between neighbours of 7 steps.
const MIN_STEP: f64 = 9.0;
/// Least distance between the two sides of a diverging ramp, three steps a side.
const MIN_SIDES: f64 = 12.0;
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
fn ends_and_odd_places_have_a_colour() {
    let ramp = Ramp::find("ember").unwrap();
    assert_eq!(ramp.at(f64::NAN), ramp.at(0.0));
    assert_eq!(ramp.at(7.0), ramp.at(1.0));
    assert_eq!(ramp.colours(1).unwrap(), vec![ramp.at(0.5)]);
    assert!(ramp.colours(0).unwrap().is_empty());
    assert!(ramp.colours(13).is_err());
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
