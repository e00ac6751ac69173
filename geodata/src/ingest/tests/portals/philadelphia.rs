//! Philadelphia: a moment on two clocks, numbers that repeat.

use super::*;
use crate::model::{Discovery, Quality, TimeBasis, TimePrecision};

#[test]
fn philadelphia() {
    let (batch, sum) = portal("philadelphia");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined), (20, 16, 2));
    assert_eq!((left_out(&sum, "repeats"), sum.unmapped_category, sum.without_place), (1, 2, 1));
    // The clocks agree in summer and winter, beside the hour that is skipped and in both of the hour that comes twice.
    let apart: Vec<_> = batch.incidents.iter().filter(|i| i.profile.quality.has(Quality::CLOCKS_DISAGREE)).collect();
    assert_eq!(apart.iter().map(|i| i.key.as_str()).collect::<Vec<_>>(), ["202525000003"]);
    assert!(sum.notes.iter().any(|n| n.starts_with("1 rows give another moment in UTC")), "{:?}", sum.notes);
    for (key, want, at) in [
        ("202525000001", &["0401"][..], "2025-05-02T23:44:00"),
        ("202525000003", &["0502"], "2025-05-02T23:44:00"),
        ("202525000006", &["020112"], "2025-11-02T01:30:00"),
        ("202525000008", &["0101"], "2025-05-03T08:00:00"),
        ("202525000009", &[], "2025-05-03T08:00:00"),
        ("202525000010", &["05011", "05013", "0502"], "2025-05-03T08:00:00"),
        // Words that nobody has mapped, under a code that somebody has; and neither.
        ("202525000011", &["0502"], "2025-05-03T08:00:00"),
        ("202525000012", &[], "2025-05-03T08:00:00"),
    ] {
        let i = by_key(&batch, key);
        assert_eq!((&codes(i)[..], when(i).as_str()), (want, at), "{key}");
    }
    let first = by_key(&batch, "202525000001");
    assert_eq!((first.profile.time_basis, first.profile.weapon.as_deref()), (TimeBasis::Dispatched, Some("firearm")));
    let firearm = |key: &str| context(by_key(&batch, key), ContextKind::Firearm).map(|(value, _)| value);
    assert_eq!((firearm("202525000001"), firearm("202525000002")), (Some(ContextValue::Yes), Some(ContextValue::No)));
    assert_eq!(by_key(&batch, "202525000002").profile.weapon, None);
    assert_eq!(by_key(&batch, "202525000015").profile.time_precision, TimePrecision::Day);
    assert!(near(by_key(&batch, "202525000014").point, -75.113, 39.996, 1.0), "point_x where lng is empty");
    assert_eq!(by_key(&batch, "202525000013").profile.discovery, Discovery::PoliceInitiated);
    assert_eq!(set_aside(&batch), [(19, "dispatch_date", "no time"), (20, "dispatch_time", "is not a time of day")]);
    assert_eq!(sum.dropped_columns, ["the_geom", "cartodb_id", "the_geom_webmercator", "objectid", "location_block"]);
}
