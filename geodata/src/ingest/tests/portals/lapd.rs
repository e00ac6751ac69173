//! Los Angeles: times as numbers, codes of the way it was done, ages of nobody.

use super::*;
use crate::model::{Quality, Sex, TimePrecision};

#[test]
fn los_angeles() {
    let (batch, sum) = portal("lapd");
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined, sum.repeated_keys), (20, 17, 2, 1));
    assert_eq!(left_out(&sum, "repeats"), 1);
    assert_eq!((sum.without_place, sum.sentinel_points, sum.unmapped_category), (2, 2, 1));
    for (key, code, at) in [
        ("190000001", "050222", "2019-03-01T00:01:00"),
        ("190000002", "020111", "2019-03-01T00:45:00"),
        ("190000003", "020112", "2019-03-01T09:30:00"),
        ("190000004", "020112", "2019-03-01T23:59:00"),
        ("190000005", "0401", "2019-03-10T02:30:00"),
        ("190000006", "0101", "2019-03-01T12:00:00"),
        ("190000010", "03011", "2019-03-01T15:00:00"),
        ("190000012", "07019", "2019-03-01T17:00:00"),
        ("190000013", "0701", "2019-03-01T18:00:00"),
        ("190000014", "050231", "2019-03-01T19:00:00"),
        ("190000016", "050222", "2020-01-05T21:00:00"),
    ] {
        let i = by_key(&batch, key);
        assert_eq!((codes(i), when(i).as_str()), (vec![code], at), "{key}");
    }
    assert_eq!(by_key(&batch, "190000018").profile.time_precision, TimePrecision::Day);
    assert!(by_key(&batch, "190000007").profile.quality.has(Quality::SENTINEL_POINT));
    assert_eq!(
        set_aside(&batch),
        [(10, "TIME OCC", "is not a time of day"), (18, "DATE OCC", "is not a time in any of the source's forms")]
    );
    assert_eq!(sum.dropped_columns, ["Vict Descent", "LOCATION", "Cross Street"]);
    assert_eq!(by_key(&batch, "190000001").recorded_area.as_deref(), Some("77th Street"));
}

#[test]
fn a_code_says_yes_and_its_absence_says_nothing() {
    let (batch, _) = portal("lapd");
    let gang = |key: &str| context(by_key(&batch, key), ContextKind::Gang);
    for key in ["190000002", "190000005", "190000019"] {
        assert_eq!(gang(key), Some((ContextValue::Yes, "lapd-mo-0906")), "{key}");
    }
    // Other codes, no codes, and a code that only ends alike.
    for key in ["190000001", "190000006", "190000015"] {
        assert_eq!(gang(key), Some((ContextValue::NotAssessed, "lapd-mo-0906")), "{key}");
    }
    let family = |key: &str| context(by_key(&batch, key), ContextKind::Family).map(|(value, _)| value);
    assert_eq!((family("190000004"), family("190000019")), (Some(ContextValue::Yes), Some(ContextValue::Yes)));
    assert_eq!(family("190000011"), Some(ContextValue::NotAssessed));
    let partner = context(by_key(&batch, "190000004"), ContextKind::IntimatePartner);
    assert_eq!(partner.map(|(value, _)| value), Some(ContextValue::Yes));
}

#[test]
fn lists_of_codes_are_no_profiles_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(fixture("portals/lapd.csv")).unwrap();
    let (header, rest) = text.split_once('\n').unwrap();
    let row = rest.lines().next().unwrap();
    let mut lines = vec![header.to_string()];
    let more_than_profiles = crate::limits::MAX_PROFILES + 1000;
    let of = |n: usize| row.replacen("190000001", &n.to_string(), 1).replace("0344 1307", &format!("0344 {n}"));
    lines.extend((100_000..100_000 + more_than_profiles).map(of));
    let (batch, sum) = load("lapd", &file(&dir, "many.csv", lines.join("\n")));
    assert_eq!((batch.incidents.len(), sum.quarantined), (more_than_profiles, 0));
}

#[test]
fn ages_of_nobody_are_unknown() {
    let (batch, _) = portal("lapd");
    let victim = |key: &str| by_key(&batch, key).victims.first().map(|v| (v.sex, v.age));
    assert_eq!(victim("190000002"), Some((Some(Sex::Male), Some((22, 22)))));
    for key in ["190000005", "190000007", "190000008", "190000014"] {
        assert_eq!(victim(key).and_then(|(_, age)| age), None, "{key}");
    }
    assert_eq!(victim("190000005"), None, "X is nobody's sex here");
    assert_eq!(victim("190000013"), Some((Some(Sex::Female), None)));
    let weapon = |key: &str| by_key(&batch, key).profile.weapon.clone().unwrap_or_default();
    for (key, word) in [
        ("190000002", "firearm"),
        ("190000003", "bodily force"),
        ("190000005", "knife"),
        ("190000006", "firearm"),
        ("190000018", "imitation firearm"),
        ("190000019", "unknown"),
        ("190000001", ""),
    ] {
        assert_eq!(weapon(key), word, "{key}");
    }
    let status = |key: &str| by_key(&batch, key).profile.status.clone();
    assert_eq!(status("190000014").as_deref(), Some("arrest made"));
}
