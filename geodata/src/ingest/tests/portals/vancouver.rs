//! Vancouver: metres, no number to know a row by, offences against a person without hour and street.

use super::*;
use crate::model::{LocationPrecision, Quality, TimePrecision};

#[test]
fn vancouver() {
    let (batch, sum) = portal("vancouver");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined, sum.repeated_keys), (20, 17, 3, 0));
    assert_eq!((sum.without_place, sum.sentinel_points, sum.unmapped_category), (3, 3, 1));
    let keys: Vec<_> = batch.incidents.iter().map(|i| i.key.as_str()).collect();
    assert_eq!(keys.iter().collect::<std::collections::HashSet<_>>().len(), 17);
    // Three rows alike to the letter are three incidents; the fourth is on another block.
    let number = |n: usize| keys[n].split_once('#');
    assert_eq!((number(0).unwrap().1, number(1).unwrap().1, number(2).unwrap().1), ("1", "2", "3"));
    assert!(number(0).unwrap().0 == number(2).unwrap().0 && number(0).unwrap().0 != number(3).unwrap().0);
    let i = |n: usize| &batch.incidents[n];
    assert!(near(i(0).point, -123.118, 49.2806, 150.0), "{:?}", i(0).point);
    assert_eq!(
        (when(i(0)).as_str(), i(0).profile.location_precision),
        ("2023-03-12T02:30:00", LocationPrecision::Block)
    );
    for n in 4..8 {
        assert_eq!((i(n).profile.time_precision, i(n).time.seconds()), (TimePrecision::Day, 86_400), "{n}");
    }
    assert!(i(4).point.is_none() && i(4).profile.quality.has(Quality::SENTINEL_POINT));
    assert_eq!((i(5).point.is_some(), i(5).profile.location_precision), (true, LocationPrecision::Offset));
    assert_eq!((i(5).profile.uncertainty_m, i(5).recorded_area.as_deref()), (Some(300), None));
    assert_eq!((codes(i(5)), codes(i(6))), (vec!["02", "03"], vec!["0101"]));
    let hour = i(11);
    assert_eq!((when(hour).as_str(), hour.profile.time_precision), ("2023-11-06T19:00:00", TimePrecision::Hour));
    assert!(i(13).profile.quality.has(Quality::PLACEHOLDER_TIME));
    assert_eq!(
        set_aside(&batch),
        [
            (19, "YEAR", "there is no such moment"),
            (20, "HOUR", "is not a part of a date"),
            (21, "X", "the place is outside the source's bounds")
        ]
    );
    assert_eq!(sum.dropped_columns, ["HUNDRED_BLOCK"]);
}
