//! New York: intervals, victims that are no persons, sexual offences at the station house.

use super::*;
use crate::model::{Discovery, LocationPrecision, Quality, Sex, TimePrecision};

#[test]
fn new_york() {
    let (batch, sum) = portal("nypd");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined, sum.repeated_keys), (20, 15, 4, 1));
    assert_eq!((sum.without_place, sum.sentinel_points, sum.unmapped_category), (2, 1, 1));
    assert_eq!(sum.unmapped.keys().collect::<Vec<_>>(), ["OFFENSES OF A NEW KIND"]);
    assert_eq!(left_out(&sum, "repeats"), 1);
    let night = by_key(&batch, "900000001");
    assert_eq!(night.profile.time_precision, TimePrecision::Interval);
    // From 22:00 to 03:30 on the clock, the minute of the end included.
    assert_eq!((when(night).as_str(), night.time.seconds()), ("2024-03-09T22:00:00", (5 * 60 + 31) * 60));
    for (key, code, at) in [
        ("900000001", "05012", "2024-03-09T22:00:00"),
        // An hour that the clock skips, and one that it has twice, stay as they were written.
        ("900000002", "020111", "2024-03-10T02:30:00"),
        ("900000003", "040111", "2024-11-03T01:30:00"),
        ("900000004", "050231", "2024-03-11T15:00:00"),
        ("900000012", "050211", "2024-03-12T18:00:00"),
        ("900000014", "040121", "2024-03-12T18:10:00"),
        ("900000018", "050229", "2024-03-12T21:15:00"),
    ] {
        let i = by_key(&batch, key);
        assert_eq!((codes(i), when(i).as_str()), (vec![code], at), "{key}");
    }
    assert_eq!(by_key(&batch, "900000004").profile.time_precision, TimePrecision::Minute);
    assert!(by_key(&batch, "900000003").profile.quality.has(Quality::ATTEMPTED));
    assert!(!by_key(&batch, "900000002").profile.quality.has(Quality::ATTEMPTED));
    let day = |key: &str| (by_key(&batch, key).profile.time_precision, by_key(&batch, key).profile.quality.0);
    assert_eq!(day("900000010"), (TimePrecision::Day, Quality::PLACEHOLDER_TIME));
    assert_eq!(day("900000011"), (TimePrecision::Day, 0), "`(null)` is no time of day");
}

#[test]
fn victims_are_persons_businesses_or_the_state() {
    let (batch, sum) = portal("nypd");
    let victim = |key: &str| {
        by_key(&batch, key).victims.first().map(|v| (v.sex, v.age, v.kind.as_deref().unwrap_or_default().to_string()))
    };
    assert_eq!(victim("900000001"), Some((Some(Sex::Female), Some((45, 64)), "person".into())));
    assert_eq!(victim("900000004"), Some((None, None, "business".into())));
    assert_eq!(victim("900000005"), Some((None, None, "state".into())));
    assert_eq!(victim("900000006"), Some((Some(Sex::Female), Some((0, 17)), "person".into())));
    assert_eq!(victim("900000009"), Some((Some(Sex::Female), None, "person".into())), "1022 is no age group");
    assert_eq!(victim("900000010"), Some((Some(Sex::Female), Some((65, 120)), "person".into())));
    assert_eq!(victim("900000011"), None);
    assert_eq!(
        sum.dropped_columns,
        ["HADEVELOPT", "PARKS_NM", "STATION_NAME", "SUSP_AGE_GROUP", "SUSP_RACE", "SUSP_SEX", "VIC_RACE", "Lat_Lon"]
    );
    assert_eq!(by_key(&batch, "900000005").profile.discovery, Discovery::PoliceInitiated);
}

#[test]
fn sexual_offences_lie_at_the_station_house() {
    let (batch, sum) = portal("nypd");
    assert_eq!(sum.placed_by_default, 2);
    for key in ["900000006", "900000007"] {
        let i = by_key(&batch, key);
        assert_eq!(i.profile.location_precision, LocationPrecision::DefaultPoint, "{key}");
        assert_eq!(i.profile.uncertainty_m, None, "{key}");
    }
    let feet = by_key(&batch, "900000012");
    assert!(near(feet.point, -73.9895, 40.7527, 200.0), "{:?}", feet.point);
    assert_eq!(feet.profile.location_precision, LocationPrecision::Block);
    assert!(by_key(&batch, "900000014").profile.quality.has(Quality::SENTINEL_POINT));
    assert_eq!(
        set_aside(&batch),
        [
            (9, "CMPLNT_FR_DT", "the year cannot be right"),
            (17, "CMPLNT_TO_DT", "the end is before the start"),
            (18, "CMPLNT_FR_DT", "no time"),
            (21, "Longitude", "the place is outside the source's bounds"),
        ]
    );
}
