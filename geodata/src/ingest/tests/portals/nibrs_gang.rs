//! NIBRS extracts: gang information as one letter among others, an offence a row, hours without minutes.

use super::*;
use crate::model::{Discovery, TimePrecision};

#[test]
fn nibrs_with_gang_information() {
    let (batch, sum) = portal("nibrs-gang");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined), (20, 17, 2));
    assert_eq!((sum.without_place, sum.sentinel_points, sum.unmapped_category), (2, 1, 1));
    assert_eq!(
        set_aside(&batch),
        [
            (14, "incident_date", "is not a time in any of the source's forms"),
            (18, "incident_hour", "is not a time of day")
        ]
    );
    for (key, value) in [
        // Another offence of the incident without a gang does not take it back.
        ("I1", ContextValue::Yes),
        ("I2", ContextValue::Yes),
        ("I3", ContextValue::No),
        ("I4", ContextValue::NotAssessed),
        ("I5", ContextValue::Yes),
        // Possession is a kind of activity, and no gang information.
        ("I6", ContextValue::NotAssessed),
        ("I7", ContextValue::Yes),
        ("I11", ContextValue::Yes),
        ("I19", ContextValue::Yes),
    ] {
        assert_eq!(context(by_key(&batch, key), ContextKind::Gang), Some((value, "nibrs-gang-information")), "{key}");
    }
    let first = by_key(&batch, "I1");
    assert_eq!((codes(first), when(first).as_str()), (vec!["020111", "0901"], "2022-01-31T23:00:00"));
    assert_eq!(first.profile.time_precision, TimePrecision::Hour);
    assert_eq!(first.profile.weapon.as_deref(), Some("firearm"));
    assert_eq!(first.victims.iter().filter_map(|v| v.age).collect::<Vec<_>>(), [(19, 19)]);
    // 00 is no age.
    assert!(by_key(&batch, "I7").victims.iter().all(|v| v.age.is_none()));
    assert_eq!(by_key(&batch, "I5").profile.discovery, Discovery::PoliceInitiated);
    assert_eq!(sum.dropped_columns, ["offender_age"]);
}
