//! Classes of a set stay apart: in every vision, on a greyscale print, and by shape.

use super::*;
use crate::ramp::{no_value, pattern_ink};
use crate::vision::{VISIONS, distance, in_grey};

/// Least distance (100 x OKLab) of two classes that no pattern tells apart.
const MIN_CLASSES: f64 = 9.5;
/// Least difference of lightness (0 to 100) of two classes that no pattern tells apart.
const MIN_LIGHTNESS: f64 = 4.0;
/// Least difference of lightness of a class and the ink of its pattern.
const MIN_INK: f64 = 30.0;

/// Pairs of classes of a set that look different on purpose: `in` and `in_half` are one class under two names.
fn pairs(set: &ClassSet) -> impl Iterator<Item = (&Class, &Class)> {
    let pairs = set.classes.iter().enumerate().flat_map(|(i, a)| set.classes.iter().take(i).map(move |b| (a, b)));
    pairs.filter(|(a, b)| (a.name, b.name) != ("in_half", "in"))
}

#[test]
fn any_two_classes_differ_by_pattern_or_stay_apart_in_every_vision_and_in_grey() {
    for set in CLASS_SETS {
        for (a, b) in pairs(set).filter(|(a, b)| a.pattern == b.pattern) {
            for (name, vision) in &VISIONS {
                let d = distance(a.colour(), b.colour(), vision);
                assert!(d >= MIN_CLASSES, "{}: {} {} {name}: {d:.1}", set.name, a.name, b.name);
            }
            let grey = in_grey(a.colour(), b.colour());
            assert!(grey >= MIN_LIGHTNESS, "{}: {} {}: {grey:.1}", set.name, a.name, b.name);
        }
    }
}

#[test]
fn a_pattern_is_read_on_its_fill_in_grey() {
    for class in CLASS_SETS.iter().flat_map(|set| set.classes).filter(|class| class.pattern.is_some()) {
        let grey = in_grey(class.colour(), class.ink());
        assert!(grey >= MIN_INK, "{}: {grey:.1}", class.name);
    }
}

#[test]
fn patterns_of_classes_are_not_those_of_states() {
    let states = [Pattern::Hatch, Pattern::Dots, Pattern::Lines, Pattern::Bars];
    let mut classes = CLASS_SETS.iter().flat_map(|set| set.classes);
    assert!(classes.all(|class| class.pattern.is_none_or(|pattern| !states.contains(&pattern))));
    assert!(in_grey(no_value(), pattern_ink()) >= MIN_INK);
}

#[test]
fn hot_and_cold_courses_are_told_apart_without_colour() {
    let emerging = ClassSet::find("emerging").unwrap();
    assert_eq!(emerging.classes.len(), 17);
    let lightness = |end: &str| {
        let of = emerging.classes.iter().filter(move |class| class.name.ends_with(end));
        of.map(|class| class.colour().oklab()[0]).collect::<Vec<_>>()
    };
    let (hot, cold) = (lightness("_hot"), lightness("_cold"));
    assert_eq!((hot.len(), cold.len()), (8, 8));
    let darkest_cold = cold.into_iter().fold(1.0, f64::min);
    assert!(hot.into_iter().all(|l| l < darkest_cold - 0.04), "every hot course is darker than every cold one");
}

#[test]
fn sets_and_classes_are_found_by_name_and_have_each_name_once() {
    for set in CLASS_SETS {
        assert!(std::ptr::eq(ClassSet::find(set.name).unwrap(), set));
        for (i, class) in set.classes.iter().enumerate() {
            assert!(!class.label.is_empty());
            assert!(set.classes[..i].iter().all(|other| other.name != class.name), "{} {}", set.name, class.name);
        }
    }
    assert!(ClassSet::find("jet").is_none());
    assert_eq!(ClassSet::of_names(&["none", "hot_0.05", "undefined"]).map(|set| set.name), Some("hotspots"));
    assert_eq!(ClassSet::of_names(&["high_high", "none"]).map(|set| set.name), Some("quadrants"));
    assert!(ClassSet::of_names(&["hot_0.05", "high_high"]).is_none());
}

#[test]
fn the_clear_class_shows_the_ground_and_a_picture_is_named_by_shape_and_ink() {
    let class = |set: &str, name: &str| ClassSet::find(set).and_then(|set| set.class(name)).unwrap();
    assert_eq!(class("hotspots", "none").drawn(), Rgba::CLEAR);
    assert_eq!(class("quadrants", "high_low").picture().as_deref(), Some("up-light"));
    assert_eq!(class("quadrants", "low_high").picture().as_deref(), Some("down-dark"));
    assert_eq!(class("quadrants", "high_high").picture(), None);
}
