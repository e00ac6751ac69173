//! Methods over time on a small city of two years: what they find, say and refuse, whatever the order of rows and threads.

use super::tests::numbers;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::date;

use super::*;
use crate::analysis::of_city;
use crate::cube::Mask;
use crate::index::{Contents, Grid, Places, Row, Snapshot};
use crate::model::{
    Candidate, Code, Discovery, Interval, LocalTime, LocationPrecision, LonLat, Offence, Profile, Quality, TimeBasis,
    TimePrecision,
};
use crate::table::Values;

fn profile() -> Arc<Profile> {
    let candidates = vec![Candidate { code: Code::parse("0401").unwrap(), confidence: 1 }];
    Arc::new(Profile {
        source: "test".into(),
        mapping_version: 1,
        offences: vec![Offence { source_code: String::new(), source_text: "robbery".into(), candidates }],
        time_precision: TimePrecision::Minute,
        time_basis: TimeBasis::Occurred,
        zone: "UTC".into(),
        location_precision: LocationPrecision::Block,
        uncertainty_m: None,
        context: vec![],
        discovery: Discovery::Victim,
        status: None,
        weapon: None,
        quality: Quality::default(),
    })
}

fn day(year: i16, month: i8, day: i8) -> i64 {
    LocalTime::from_civil(date(year, month, day).into()).0
}

/// Two years: scattered incidents, a corner in the west that rises month by month, one in the east that goes quiet in 2018.
/// `span_days` is how finely times are known, from the first of the month on where it is 30.
fn city(span_days: i64, is_reversed: bool) -> Snapshot {
    let mut rows = Vec::new();
    let mut add = |month: usize, nth: u32, lon: f64, lat: f64| {
        let (year, of_year) = (2017 + (month / 12) as i16, (month % 12) as i8 + 1);
        let (from, to) = match span_days {
            30 => (day(year, of_year, 1), day(year + i16::from(of_year == 12), of_year % 12 + 1, 1)),
            days => {
                let from = day(year, of_year, 1) + i64::from(nth * 5 % 28) * 86_400;
                (from, from + days * 86_400)
            }
        };
        let time = Interval { from: LocalTime(from), to: LocalTime(to) };
        rows.push(Row { fid: rows.len() as i64, profile: 1, time, point: Some(LonLat::new(lon, lat).unwrap()) });
    };
    for month in 0..24 {
        for i in 0..60_u32 {
            let at = i + 60 * month as u32;
            add(month, i, -87.70 + f64::from(at * 7919 % 1000) * 1e-4, 41.80 + f64::from(at * 104_729 % 500) * 1e-4);
        }
        for i in 0..month as u32 * 2 {
            add(month, i, -87.695 + f64::from(i % 5) * 1.2e-3, 41.805 + f64::from(i % 3) * 1.2e-3);
        }
        for i in 0..if month < 12 { 40 } else { 1 } {
            add(month, i, -87.61 + f64::from(i % 5) * 1.2e-3, 41.84 + f64::from(i % 3) * 1.2e-3);
        }
    }
    if is_reversed {
        rows.reverse();
    }
    let contents = Contents { profiles: HashMap::from([(1, profile())]), ..Contents::default() };
    let places = Places::new(vec![], vec![], vec![]).unwrap();
    Snapshot::from_rows(Contents { places, ..contents }, rows).unwrap()
}

fn ask(city: &Snapshot, method: &str, years: (i16, i16), given: &[(&str, &str)]) -> Result<Table> {
    let given: BTreeMap<String, String> = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    let period = Interval::new(LocalTime(day(years.0, 1, 1)), LocalTime(day(years.1, 1, 1)));
    let grid: Grid = "square:500".parse().unwrap();
    let query = Query { period, ..Query::default() };
    of_city::run(city, method, (&query, &grid, Mask::Default), &given, &Cancel::default())
}

fn words(table: &Table) -> Vec<&'static str> {
    match &table.columns.iter().find(|c| c.name == "class").unwrap().values {
        Values::Class(names, v) => v.iter().map(|&c| names[usize::from(c)]).collect(),
        _ => panic!("class is no class"),
    }
}

fn says(table: &Table, words: &str) -> bool {
    table.analysis.warnings.iter().any(|w| w.contains(words))
}

/// Everything of an answer that could differ, rows by their key.
fn fingerprint(table: &Table) -> String {
    let columns = table.columns.iter().map(|c| match &c.values {
        Values::Number(v) => format!("{} {:?}", c.name, v.iter().map(|x| x.to_bits()).collect::<Vec<_>>()),
        Values::Count(v) => format!("{} {v:?}", c.name),
        Values::Class(_, v) => format!("{} {v:?}", c.name),
        Values::Text(v) => format!("{} {v:?}", c.name),
        Values::Shared(texts, v) => format!("{} {texts:?} {v:?}", c.name),
    });
    format!("{:?} {}", columns.collect::<Vec<_>>(), serde_json::to_string(&table.analysis).unwrap())
}

#[test]
fn emerging_tells_a_rising_corner_from_one_that_went_quiet() {
    let table = ask(&city(1, false), "emerging", (2017, 2019), &[]).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
    assert_eq!(names, ["count", "class", "trend_z", "trend_p", "hot_share", "last_z"]);
    let words = words(&table);
    assert!(words.iter().any(|w| ["consecutive_hot", "intensifying_hot", "sporadic_hot"].contains(w)), "{words:?}");
    assert!(words.contains(&"none"));
    let (z, share) = (numbers(&table, "trend_z"), numbers(&table, "hot_share"));
    assert!(z.iter().any(|z| *z > 3.0) && z.iter().any(|z| *z < -2.0));
    assert!(share.iter().all(|s| (0.0..=1.0).contains(s)));
    let record = &table.analysis;
    assert_eq!((record.method.as_str(), &record.parameters["steps"]), ("emerging", &24.into()));
    assert!(
        record.null.as_deref().unwrap().contains("exact") && record.family.as_deref().unwrap().contains("place-steps")
    );
    let ids: Vec<&str> = record.plots.iter().map(|p| p.id).collect();
    assert_eq!(ids, ["hot_places", "incidents"]);
    assert!(
        record.summary["places_by_class"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>() > 100
    );
}

#[test]
fn change_is_a_ratio_with_an_interval_and_never_a_percentage() {
    let city = city(1, false);
    let table = ask(&city, "change", (2018, 2019), &[]).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
    assert_eq!(names, ["before", "after", "ratio", "low", "high", "p", "q", "class"]);
    let classes = words(&table);
    assert!(classes.contains(&"above") && classes.contains(&"below") && classes.contains(&"not_different"));
    let (ratio, low, high) = (numbers(&table, "ratio"), numbers(&table, "low"), numbers(&table, "high"));
    for i in 0..ratio.len() {
        assert!(ratio[i].is_nan() || low[i] <= ratio[i] && ratio[i] <= high[i]);
    }
    let sum = |name| numbers(&table, name).iter().sum::<f64>();
    assert_eq!((sum("before"), sum("after")), (60.0 * 12.0 + 132.0 + 480.0, 60.0 * 12.0 + 420.0 + 12.0));
    let record = &table.analysis;
    assert_eq!(record.parameters["before"], "2017-01-01T00:00:00/2018-01-01T00:00:00");
    assert_eq!(record.period, "2018-01-01T00:00:00/2019-01-01T00:00:00");
    assert_eq!(record.included as f64, sum("before") + sum("after"));
    assert!((record.summary["city_ratio"].as_f64().unwrap() - sum("after") / sum("before")).abs() < 1e-12);
    // The city as the yardstick: its own ratio is one.
    let against = ask(&city, "change", (2018, 2019), &[("against", "city"), ("test", "e_test")]).unwrap();
    let i = ratio.iter().position(|r| r.is_finite() && *r > 0.0).unwrap();
    let city_ratio = sum("after") / sum("before");
    assert!((numbers(&against, "ratio")[i] * city_ratio - ratio[i]).abs() < 1e-12);
}

#[test]
fn change_names_its_earlier_period_or_refuses() {
    let city = city(1, false);
    let before = |given: &[(&str, &str)]| ask(&city, "change", (2018, 2019), given);
    let named = before(&[("before", "2017-01-01/2017-06-30")]).unwrap();
    assert_eq!(named.analysis.parameters["before"], "2017-01-01T00:00:00/2017-07-01T00:00:00");
    let e = before(&[("before", "2018-06")]).err().unwrap();
    assert!(e.what.contains("does not end before"), "{e}");
    assert!(before(&[("before", "soon")]).is_err());
    let e = ask(&city, "change", (2017, 2018), &[]).err().unwrap();
    assert!(e.what.contains("no records cover") && e.hint.contains("2017-01-01"), "{e}");
    // Beyond the last record nothing fell: the part on record is compared with the same dates.
    let cut = ask(&city, "change", (2018, 2020), &[]).unwrap();
    assert!(says(&cut, "do not cover the whole") && cut.analysis.period.contains("/2018-12-29"), "{:?}", cut.analysis);
    let query = Query::default();
    let ask = (&query, &"square:500".parse().unwrap(), Mask::Default);
    let silent = of_city::run(&city, "change", ask, &BTreeMap::new(), &Cancel::default()).unwrap();
    assert!(says(&silent, "no period was asked for"), "{:?}", silent.analysis.warnings);
    let of = |column| numbers(&silent, column).iter().sum::<f64>();
    assert!(of("before") > 1000.0 && of("after") > 1000.0, "a year and the year before it");
}

#[test]
fn a_map_that_predicts_is_told_from_one_that_does_not() {
    let table = ask(&city(1, false), "forecast_check", (2017, 2019), &[]).unwrap();
    let summary = &table.analysis.summary;
    for map in ["density", "count", "gi_star"] {
        let found = &summary[map]["highest_5_percent"];
        assert!(
            found["pai"].as_f64().unwrap() > 3.0 && found["p_of_blind_choice"].as_f64().unwrap() < 0.05,
            "{map}: {found}"
        );
        assert!(found["pei"].as_f64().unwrap() <= 1.0 + 1e-12);
        let levine = found["recapture_rate_index"].as_f64().unwrap();
        assert!((levine * found["predicted_to_observed"].as_f64().unwrap() - 1.0).abs() < 1e-12);
    }
    assert!(!says(&table, "does not predict"), "{:?}", table.analysis.warnings);
    assert_eq!(table.analysis.parameters["checks"], 18);
    assert!(words(&table).contains(&"in_5_percent") && words(&table).contains(&"other"));
    let often = numbers(&table, "often_in_10_percent");
    assert!((often.iter().sum::<f64>() / often.len() as f64 - 0.1).abs() < 1e-9, "a tenth of the area at every check");
    assert_eq!(numbers(&table, "count").iter().sum::<f64>(), table.analysis.included as f64);
}

/// Where nothing gathers, a map has nothing to say, and it is said.
#[test]
fn a_map_of_noise_is_seen_not_to_predict() {
    let mut rows = Vec::new();
    for i in 0..2400_u64 {
        // Each month anywhere: places by a scrambled number.
        let mut x = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x ^= x >> 27;
        let point = LonLat::new(-87.70 + (x % 1000) as f64 * 1e-4, 41.80 + (x / 1000 % 500) as f64 * 1e-4);
        let from = day(2017, 1, 1) + (i * 730 / 2400) as i64 * 86_400;
        let time = Interval { from: LocalTime(from), to: LocalTime(from + 60) };
        rows.push(Row { fid: i as i64, profile: 1, time, point: Some(point.unwrap()) });
    }
    let contents = Contents { profiles: HashMap::from([(1, profile())]), ..Contents::default() };
    let noise = Snapshot::from_rows(contents, rows).unwrap();
    let table = ask(&noise, "forecast_check", (2017, 2019), &[]).unwrap();
    assert!(says(&table, "the map by density does not predict"), "{:?}", table.analysis.warnings);
    let concentrated = ask(&noise, "concentration", (2017, 2019), &[]).unwrap();
    assert!(concentrated.analysis.summary["gini_generalised"].as_f64().unwrap() < 0.4);
}

#[test]
fn concentration_is_the_fewest_places_with_half() {
    let table = ask(&city(1, false), "concentration", (2017, 2018), &[]).unwrap();
    let (counts, classes) = (numbers(&table, "count"), words(&table));
    let of = |class: &str| {
        let inside = counts.iter().zip(&classes).filter(|(_, c)| **c == class);
        inside.fold((0, 0.0), |(n, sum), (count, _)| (n + 1, sum + count))
    };
    let (total, half) = (counts.iter().sum::<f64>(), table.analysis.summary["places_for_50_percent"].as_u64().unwrap());
    assert!(of("in_half").0 <= half && half <= of("in_half").0 + of("tied").0);
    assert!(of("in_half").1 < total / 2.0 + 1.0 && of("in_half").1 + of("tied").1 >= total / 2.0);
    let share = numbers(&table, "cumulative_share");
    assert!(counts.iter().zip(&share).all(|(c, s)| *c > 0.0 || (*s - 1.0).abs() < 1e-12));
    assert_eq!(table.analysis.plots[0].id, "concentration");
}

/// The data give months: a week's count would be a guess.
#[test]
fn months_are_not_split_into_weeks() {
    let months = city(30, false);
    for step in ["7d", "28d", "30d"] {
        for method in ["emerging", "forecast_check"] {
            let e = ask(&months, method, (2017, 2019), &[("step", step)]).err().unwrap();
            assert!(e.hint.contains("month"), "{method} {step}: {e}");
        }
    }
    assert_eq!(ask(&months, "emerging", (2017, 2019), &[]).unwrap().analysis.included, 24 * 60 + 552 + 492);
    let e = ask(&months, "emerging", (2018, 2019), &[("step", "quarter")]).err().unwrap();
    assert!(e.what.contains("4 whole steps") && e.what.contains("10"), "{e}");
}

#[test]
fn order_of_rows_and_number_of_threads_change_no_byte() {
    let (straight, reversed) = (city(1, false), city(1, true));
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for method in ["emerging", "change", "concentration", "forecast_check"] {
        let years = if method == "change" { (2018, 2019) } else { (2017, 2019) };
        let here = ask(&straight, method, years, &[]).unwrap();
        let there = one.install(|| ask(&reversed, method, years, &[]).unwrap());
        assert_eq!(fingerprint(&here), fingerprint(&there), "{method}");
        let cancel = Cancel::default();
        cancel.stop();
        let query =
            Query { period: Interval::new(LocalTime(day(2018, 1, 1)), LocalTime(day(2019, 1, 1))), ..Query::default() };
        let grid: Grid = "square:500".parse().unwrap();
        let stopped = of_city::run(&straight, method, (&query, &grid, Mask::Default), &BTreeMap::new(), &cancel);
        assert!(stopped.is_err(), "{method}");
    }
}
