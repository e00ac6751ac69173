//! Hospital files: known through health alone, seldom with a place, and nothing of patient or attacker.

use super::*;
use crate::model::{Discovery, Quality, Sex, TimePrecision};

#[test]
fn assaults_seen_in_a_hospital() {
    let (batch, sum) = portal("hospital");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined), (20, 16, 3));
    assert_eq!((left_out(&sum, "repeats"), sum.unmapped_category), (1, 1));
    assert_eq!((sum.without_place, sum.sentinel_points), (12, 1));
    assert!(batch.incidents.iter().all(|i| i.profile.discovery == Discovery::Health && i.recorded_area.is_none()));
    for (key, at, precision) in [
        ("A1", "2024-02-01T01:30:00", TimePrecision::Minute),
        ("A2", "2024-01-31T23:45:00", TimePrecision::Minute),
        // Nobody asked when it was: the day of the arrival.
        ("A3", "2024-02-02T00:00:00", TimePrecision::Day),
        ("A4", "2024-02-02T00:00:00", TimePrecision::Day),
        ("A5", "2024-02-03T00:00:00", TimePrecision::Day),
        // An hour that no clock in London showed.
        ("A9", "2024-03-31T01:30:00", TimePrecision::Minute),
        ("A17", "2024-02-09T20:15:00", TimePrecision::Minute),
    ] {
        let i = by_key(&batch, key);
        assert_eq!((when(i).as_str(), i.profile.time_precision), (at, precision), "{key}");
    }
    assert!(by_key(&batch, "A5").profile.quality.has(Quality::PLACEHOLDER_TIME));
    assert_eq!(
        set_aside(&batch),
        [
            (12, "Incident date", "is not a time in any of the source's forms"),
            (13, "Incident time", "is not a time of day"),
            (20, "Incident date", "the year cannot be right")
        ]
    );
    for (key, code, weapon) in [
        ("A1", "02011", "body"),
        ("A2", "020111", "glass"),
        ("A4", "020111", "knife"),
        ("A13", "0301", "Sexual assault"),
        ("A14", "020111", "firearm"),
    ] {
        let i = by_key(&batch, key);
        assert_eq!((codes(i), i.profile.weapon.as_deref()), (vec![code], Some(weapon)), "{key}");
    }
    let victim = |key: &str| by_key(&batch, key).victims.first().map(|v| (v.sex, v.age));
    assert_eq!(victim("A6"), Some((None, Some((0, 9)))));
    assert_eq!(victim("A8"), Some((Some(Sex::Male), Some((45, 54)))));
    assert_eq!(victim("A12"), Some((Some(Sex::Female), Some((75, 120)))));
    assert_eq!(victim("A7"), None);
    assert_eq!(sum.dropped_columns, ["Arrival time", "Assault location", "Number of attackers", "NHS number"]);
}
