//! The real files of incidents: exact counts, and the golden homicides.

use std::collections::{BTreeMap, HashSet};

use super::*;
use crate::model::{ContextKind, ContextValue, Quality, TimePrecision};
use crate::testing::shared;

/// read, quarantined, without_place, unmapped_category, kept.
fn counts(source: &str, path: &str) -> Option<([u64; 5], Batch, ReadSummary)> {
    let path = shared(path)?;
    assert_eq!(Source::detect(&path).unwrap().id, source, "{}", path.display());
    let (batch, sum) = load(source, &path);
    for q in batch.quarantine.iter().take(3) {
        println!("{q:?}");
    }
    let n = [sum.read, sum.quarantined, sum.without_place, sum.unmapped_category, batch.incidents.len() as u64];
    Some((n, batch, sum))
}

#[test]
fn chicago_by_year() {
    let golden = [
        (2015, [263_929, 0, 6036, 36, 263_929], 502),
        (2016, [268_813, 0, 1586, 55, 268_813], 786),
        (2017, [267_792, 0, 2797, 40, 267_792], 674),
        (2018, [230_659, 0, 1179, 34, 230_659], 504),
    ];
    for (year, want, homicides) in golden {
        let path = format!("data/chicago/chicago_crimes_{year}.parquet");
        let Some((got, batch, sum)) = counts("chicago", &path) else { return };
        assert_eq!(got, want, "{year}");
        let killed = batch.incidents.iter().filter(|i| codes(i).iter().any(|c| c.starts_with("01"))).count();
        assert_eq!(killed, homicides, "{year}");
        assert!(batch.incidents.iter().all(|i| when(i).starts_with(&year.to_string())));
        assert_eq!(sum.dropped_columns, ["block"]);
        assert!(sum.unmapped.keys().all(|k| k.starts_with("NON")), "{:?}", sum.unmapped);
        // Many rows share a profile, or millions of them would not fit.
        let profiles: HashSet<_> = batch.incidents.iter().map(|i| std::sync::Arc::as_ptr(&i.profile)).collect();
        assert!(profiles.len() < 3000, "{}", profiles.len());
        let keys: HashSet<_> = batch.incidents.iter().map(|i| &i.key).collect();
        assert_eq!(keys.len(), batch.incidents.len());
        // Midnight is the placeholder of the portal.
        let placeholders = batch.incidents.iter().filter(|i| i.profile.quality.has(Quality::PLACEHOLDER_TIME));
        assert!(placeholders.clone().all(|i| i.profile.time_precision == TimePrecision::Day));
        assert_eq!(placeholders.count() as u64, sum.placeholder_time);
    }
}

#[test]
fn chicago_month_of_the_portal_is_the_month_of_the_parquet() {
    let Some((got, batch, sum)) = counts("chicago", "data/chicago/chicago_2016-07_portal_format.csv.gz") else {
        return;
    };
    assert_eq!(got, [24_815, 0, 178, 1, 24_815]);
    assert_eq!(sum.placeholder_time, 296);
    let Some(year) = shared("data/chicago/chicago_crimes_2016.parquet") else { return };
    let (year, _) = load("chicago", &year);
    let rows: BTreeMap<_, _> = year.incidents.iter().map(|i| (&i.key, i.row_hash)).collect();
    let same = batch.incidents.iter().filter(|i| rows.get(&i.key) == Some(&i.row_hash)).count();
    // Both files come from the same export, so nearly every row is the same in both to the last bit.
    assert!(same > 24_700, "{same}");
    let family =
        |i: &&Incident| i.profile.context.iter().any(|c| c.kind == ContextKind::Family && c.value == ContextValue::Yes);
    assert!(batch.incidents.iter().filter(family).count() > 3000);
    let no = batch.incidents.iter().flat_map(|i| &i.profile.context).filter(|c| c.value == ContextValue::No).count();
    assert_eq!(no, 0, "nobody assessed that there was no context");
}

#[test]
fn chicago_feet_are_where_the_degrees_are() {
    let Some(path) = shared("data/chicago/chicago_2016-07_portal_format.csv.gz") else { return };
    let mut feet = Source::find("chicago").unwrap();
    feet.place.remove(0);
    let (by_feet, _) = try_load(&feet, &path).unwrap();
    let (by_degrees, _) = load("chicago", &path);
    let mut worst = 0.0f64;
    for (a, b) in by_feet.incidents.iter().zip(&by_degrees.incidents) {
        assert_eq!((&a.key, a.point.is_some()), (&b.key, b.point.is_some()));
        if let (Some(a), Some(b)) = (a.point, b.point) {
            worst = worst.max(a.distance_m(b));
        }
    }
    // The portal rounds feet to whole ones: 0.22 m at most.
    assert!(worst < 0.5, "{worst} m");
}

#[test]
fn england() {
    let files = [
        ("raw/2018-11-northumbria-street.csv.gz", [17_545, 0, 0, 3723, 17_545]),
        ("raw/2018-11-leicestershire-street.csv.gz", [8880, 0, 362, 969, 8880]),
        ("raw/2018-12-city-of-london-street.csv.gz", [760, 0, 70, 108, 760]),
        ("uk_7forces_2018-10_2019-02.parquet", [349_703, 0, 7543, 77_357, 349_702]),
    ];
    for (name, want) in files {
        let Some((got, batch, sum)) = counts("data.police.uk", &format!("data/uk/{name}")) else { return };
        assert_eq!(got, want, "{name}");
        let left_out: u64 = sum.left_out.values().sum();
        assert_eq!(sum.read, batch.incidents.len() as u64 + sum.quarantined + left_out, "{name}: every row is counted");
        assert_eq!(sum.unmapped.keys().collect::<Vec<_>>(), ["Anti-social behaviour"]);
        let keys: HashSet<_> = batch.incidents.iter().map(|i| &i.key).collect();
        assert_eq!(keys.len(), batch.incidents.len(), "{name}: rows that share a crime id are kept apart");
        assert!(batch.incidents.iter().all(|i| i.profile.time_precision == TimePrecision::Month));
        assert!(sum.default_points.is_empty(), "a busy snap point has one name");
    }
}

#[test]
fn a_raw_month_and_the_parquet_have_the_same_keys() {
    let (Some(raw), Some(parquet)) =
        (shared("data/uk/raw/2018-11-northumbria-street.csv.gz"), shared("data/uk/uk_7forces_2018-10_2019-02.parquet"))
    else {
        return;
    };
    let (raw, _) = load("data.police.uk", &raw);
    let (parquet, _) = load("data.police.uk", &parquet);
    let keys: HashSet<_> = parquet.incidents.iter().map(|i| &i.key).collect();
    let there = raw.incidents.iter().filter(|i| keys.contains(&i.key)).count();
    assert!(there * 1000 > raw.incidents.len() * 995, "{there} of {}", raw.incidents.len());
}

#[test]
fn mexico_city() {
    let Some((got, batch, sum)) = counts("cdmx-fgj", "data/cdmx/cdmx_incidents_2022_2024.parquet") else { return };
    assert_eq!(got, [651_735, 0, 0, 13_422, 651_735]);
    assert_eq!(sum.placeholder_time, 56_519, "noon stands for an unknown hour");
    // What is left without a code is no offence: deaths by illness or accident, missing persons, referred files.
    let outside = ["PERDIDA", "DDH", "DENUNCIA", "PERSONAS EXTRAVIADAS", "TENTATIVA DE SUICIDIO"];
    assert!(sum.unmapped.keys().all(|k| outside.iter().any(|o| k.starts_with(o))), "{:?}", sum.unmapped);
    let other_form = batch.incidents.iter().filter(|i| i.profile.quality.has(Quality::OTHER_DATE_FORM)).count();
    assert!(other_form >= 37_775, "{other_form}");
    assert!(batch.incidents.iter().all(|i| i.recorded_area.as_ref().is_some_and(|a| a.contains('/'))));
}

#[test]
fn philadelphia_victims_are_gathered() {
    let Some((got, batch, _)) = counts("philadelphia-shootings", "data/philly/shootings_2015_2026.csv.gz") else {
        return;
    };
    assert_eq!(got, [17_257, 0, 20, 0, 15_382]);
    let victims: usize = batch.incidents.iter().map(|i| i.victims.len()).sum();
    assert_eq!(victims, 17_257);
    let minors =
        batch.incidents.iter().flat_map(|i| &i.victims).filter(|v| v.age.is_some_and(|(_, to)| to < 18)).count();
    assert_eq!(minors, 1542);
    // Deaths by incident, not by victim; an incident with a death and a wounded has both offences.
    let deadly = batch.incidents.iter().filter(|i| codes(i).first() == Some(&"0101")).count();
    let fatal: usize =
        batch.incidents.iter().flat_map(|i| &i.victims).filter(|v| v.injury.as_deref() == Some("fatal")).count();
    assert_eq!(fatal, 3605);
    assert!(deadly < fatal && deadly > 3200, "{deadly}");
    assert!(batch.incidents.iter().any(|i| codes(i) == ["0101", "020111"]));
}
