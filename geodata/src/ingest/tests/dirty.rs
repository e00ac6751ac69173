//! Every dirty fact of the portals, on files of twenty rows.

use super::*;
use crate::model::{ContextKind, ContextValue, Discovery, LocationPrecision, Quality, Sex, TimePrecision};

#[test]
fn chicago() {
    let (batch, sum) = load("chicago", &fixture("chicago_portal.csv"));
    assert_eq!(sum.read, 24);
    let first = by_key(&batch, "10581499");
    assert_eq!((codes(first), when(first).as_str()), (vec!["0601"], "2016-07-01T00:57:00"));
    assert_eq!(first.profile.discovery, Discovery::PoliceInitiated);
    assert_eq!(first.profile.status.as_deref(), Some("arrest made"));
    assert_eq!(first.recorded_area.as_deref(), Some("41"));
    assert_eq!(first.profile.offences[0].source_code, "2022");
    let family =
        |key: &str| by_key(&batch, key).profile.context.iter().find(|c| c.kind == ContextKind::Family).map(|c| c.value);
    assert_eq!(family("10581500"), Some(ContextValue::Yes));
    assert_eq!(family("10581499"), Some(ContextValue::NotAssessed));
    let midnight = by_key(&batch, "10581501");
    assert_eq!((midnight.profile.time_precision, midnight.time.seconds()), (TimePrecision::Day, 86_400));
    assert!(midnight.profile.quality.has(Quality::PLACEHOLDER_TIME));
    for (key, code) in [
        ("10581501", "050231"),
        ("10581502", "0101"),
        ("10581503", "01032"),
        ("10581504", "040121"),
        ("10581505", "020121"),
        ("10581509", "03011"),
        ("10581510", "03011"),
    ] {
        assert_eq!(codes(by_key(&batch, key)), [code], "{key}");
    }
    // No degrees, but feet; no place at all; the point in Missouri.
    assert!(near(by_key(&batch, "10581505").point, -87.6587, 41.8757, 200.0));
    assert_eq!(by_key(&batch, "10581504").profile.location_precision, LocationPrecision::None);
    let missouri = by_key(&batch, "10581506");
    assert!(missouri.point.is_none() && missouri.profile.quality.has(Quality::SENTINEL_POINT));
    assert_eq!((sum.without_place, sum.sentinel_points), (2, 1));
    // Spellings of what is no offence, and a category that nobody has mapped.
    assert_eq!(sum.unmapped_category, 3);
    assert_eq!(sum.unmapped.get("TIME TRAVEL: OF A NEW KIND"), Some(&1));
    // Keys: a row twice, a case number of two rows, no key at all.
    assert_eq!(batch.incidents.iter().filter(|i| i.key == "10581516").count(), 1);
    assert!(
        batch.incidents.iter().any(|i| i.key == "2:HZ000019")
            && batch.incidents.iter().any(|i| i.key == "2:HZ000019#2")
    );
    assert!(by_key(&batch, "2:HZ000019#2").profile.quality.has(Quality::ATTEMPTED));
    let keyless: Vec<_> = batch.incidents.iter().filter(|i| i.key.starts_with('h')).map(|i| &i.key[18..]).collect();
    assert_eq!(keyless, ["1", "2"]);
    assert_eq!(sum.repeated_keys, 2);
    let set_aside: Vec<_> =
        batch.quarantine.iter().map(|q| (q.line, q.column.as_str(), q.value.as_str(), q.hint.as_str())).collect();
    assert_eq!(set_aside.len(), 5, "{set_aside:?}");
    assert!(set_aside[0].0 == 14 && set_aside[0].3.contains("swapped"), "{set_aside:?}");
    assert!(set_aside[1].0 == 15 && set_aside[1].3.contains("wrong sign"), "{set_aside:?}");
    assert_eq!((set_aside[2].0, set_aside[2].1, set_aside[2].2), (16, "Date", "31/07/2016 11:00:00 AM"));
    assert_eq!((set_aside[3].0, set_aside[3].1, set_aside[3].2), (17, "Latitude", "41.88x"));
    assert!(set_aside[4].0 == 18 && batch.quarantine[4].reason.contains("6 fields where the header has 20"));
}

#[test]
fn england() {
    let (batch, sum) = load("data.police.uk", &fixture("police_uk.csv"));
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined, sum.repeated_keys), (9, 6, 2, 2));
    let keys: Vec<_> = batch.incidents.iter().map(|i| i.key.as_str()).collect();
    assert_eq!(&keys[..2], ["aaaaaaaaaaaaaaaa/2018-11", "aaaaaaaaaaaaaaaa/2018-11#2"]);
    assert!(keys[2].ends_with("#1") && keys[3].ends_with("#2") && keys[2][..18] == keys[3][..18]);
    assert_eq!(codes(&batch.incidents[0]), ["01", "02", "03"]);
    assert_eq!(batch.incidents[0].time.seconds(), 30 * 86_400);
    let quoted = by_key(&batch, "cccccccccccccccc/2018-11");
    assert_eq!(codes(quoted), ["050211", "050222", "050213", "050212"], "the quoted comma shifts nothing");
    assert!(batch.quarantine[1].hint.contains("swapped"), "{:?}", batch.quarantine[1]);
    assert_eq!(batch.quarantine[0].column, "Month");
}

#[test]
fn mexico_city() {
    let (batch, sum) = load("cdmx-fgj", &fixture("cdmx.csv"));
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined), (11, 9, 2));
    let i = &batch.incidents;
    assert_eq!((codes(&i[0]), codes(&i[1])), (vec!["040111"], vec!["040111"]), "accents and case do not matter");
    assert_eq!(i[0].recorded_area.as_deref(), Some("CUAUHTEMOC/Morelos"));
    assert_eq!(i[1].recorded_area.as_deref(), Some("VENUSTIANO CARRANZA/Morelos"));
    assert_eq!(when(&i[2]), "2024-11-12T08:30:00");
    assert!(i[2].profile.quality.has(Quality::OTHER_DATE_FORM));
    assert_eq!(i[3].profile.time_precision, TimePrecision::Day, "12:00:00:00 is no hour");
    assert!(!i[4].profile.quality.has(Quality::PLACEHOLDER_TIME) && i[4].profile.time_precision == TimePrecision::Day);
    assert_eq!((sum.sentinel_points, sum.without_place), (1, 1));
    let attempt = i.iter().find(|i| codes(i) == ["0102"]).unwrap();
    assert!(attempt.profile.quality.has(Quality::ATTEMPTED));
    assert_eq!(i.last().unwrap().profile.discovery, Discovery::PoliceInitiated);
    assert_eq!(sum.unmapped.keys().collect::<Vec<_>>(), ["HECHO NO DELICTIVO"]);
    assert!(batch.quarantine[0].reason.contains("bounds") && batch.quarantine[1].column == "hora_hecho");
}

#[test]
fn philadelphia() {
    let (batch, sum) = load("philadelphia-shootings", &fixture("philadelphia.csv"));
    assert_eq!((sum.read, batch.incidents.len()), (5, 4));
    let two = by_key(&batch, "201500000002");
    assert_eq!(codes(two), ["0101", "020111"], "the gravest first");
    assert_eq!(two.victims.iter().map(|v| v.age).collect::<Vec<_>>(), [Some((29, 29)), Some((0, 17))]);
    assert_eq!(two.victims[1].sex, Some(Sex::Male));
    assert_eq!(codes(by_key(&batch, "201500000003")), ["0101"], "booleans in four spellings");
    let unknown = by_key(&batch, "201500000004");
    assert_eq!((unknown.victims[0].sex, unknown.victims[0].age), (None, None));
    assert_eq!(sum.dropped_columns, ["race", "has_court_case", "street_name"]);
    assert_eq!(two.profile.weapon.as_deref(), Some("firearm"));
    // The order of the rows of one incident does not change what is kept.
    let dir = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(fixture("philadelphia.csv")).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines[2..].sort_unstable_by(|a, b| a[..12].cmp(&b[..12]));
    let (sorted, _) = load("philadelphia-shootings", &file(&dir, "sorted.csv", lines.join("\n")));
    assert_eq!(by_key(&sorted, "201500000002").row_hash, two.row_hash);
}
