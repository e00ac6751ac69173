//! Boston: one header before and after the change of 2019, with other values in it.

use super::*;
use crate::model::{Discovery, Quality};

#[test]
fn boston() {
    let (batch, sum) = portal("boston");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined), (20, 15, 2));
    assert_eq!((left_out(&sum, "repeats"), sum.unmapped_category), (1, 5));
    // 0, -1 and nothing.
    assert_eq!((sum.without_place, sum.sentinel_points), (4, 2));
    for (key, want, at) in [
        ("I180000001", &["020111", "0901"][..], "2018-03-10T23:15:00"),
        ("I180000002", &["050231"], "2018-03-11T02:30:00"),
        ("I180000003", &[], "2018-03-11T14:00:00"),
        ("202000001", &["020111", "0504"], "2020-11-01T01:30:00"),
        ("202000004", &["0502"], "2019-11-15T12:00:00"),
        // `+00` is written behind the local time.
        ("232000001", &["05012"], "2023-01-27T22:44:00"),
        ("232000004", &["0101"], "2023-01-30T10:00:00"),
    ] {
        let i = by_key(&batch, key);
        assert_eq!((&codes(i)[..], when(i).as_str()), (want, at), "{key}");
    }
    let shooting = |key: &str| context(by_key(&batch, key), ContextKind::Firearm).map(|(value, _)| value);
    for (key, value) in [
        ("I180000001", ContextValue::Yes),
        ("I180000002", ContextValue::NotAssessed),
        ("202000001", ContextValue::Yes),
        ("202000002", ContextValue::No),
        ("232000004", ContextValue::Yes),
    ] {
        assert_eq!(shooting(key), Some(value), "{key}");
    }
    assert!(by_key(&batch, "I180000004").profile.quality.has(Quality::PLACEHOLDER_TIME | Quality::SENTINEL_POINT));
    assert_eq!(by_key(&batch, "232000003").profile.discovery, Discovery::PoliceInitiated);
    assert_eq!(sum.unmapped.get("OFFENCE OF A NEW KIND"), Some(&1));
    assert_eq!(
        set_aside(&batch),
        [
            (18, "OCCURRED_ON_DATE", "is not a time in any of the source's forms"),
            (19, "Long", "the place is outside the source's bounds")
        ]
    );
    assert!(batch.quarantine[1].hint.contains("wrong sign"));
    assert_eq!(sum.dropped_columns, ["STREET", "Location"]);
}
