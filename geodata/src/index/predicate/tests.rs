//! Filters of incidents against brute force in three-valued logic, and what becomes a field of the query.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::cancel::Cancel;
use crate::cql::{FilterCrs, Lang, parse};
use crate::index::load::Row;
use crate::index::snapshot::{Contents, Snapshot};
use crate::index::{ContextFilter, Place, Query, test_profile, tile_counts};
use crate::model::{
    Candidate, Code, ContextLink, ContextValue, Discovery, Interval, LocalTime, LocationPrecision, LonLat, Offence,
    Profile, Quality, TimePrecision,
};

const DAY: i64 = 86_400;
/// Monday 2018-01-01.
const START: i64 = 17_532 * DAY;

fn clock(zone: &TimeZone) -> Clock<'_> {
    Clock { zone, today: jiff::civil::date(2018, 3, 1) }
}

fn narrowed(filter: &str) -> crate::Result<Query> {
    let mut query = Query::default();
    narrow(&mut query, &parse(filter, Lang::Text, FilterCrs::Crs84)?, clock(&TimeZone::UTC))?;
    Ok(query)
}

fn good(filter: &str) -> Query {
    narrowed(filter).unwrap_or_else(|e| panic!("{filter}: {e}"))
}

fn code(text: &str) -> Code {
    Code::parse(text).expect("ICCS")
}

#[test]
fn plain_conditions_are_the_parameters_of_the_same_meaning() {
    let period = |from, to| Interval { from: LocalTime(START + from * DAY), to: LocalTime(START + to * DAY) };
    let month = Query { period: Some(period(0, 31)), ..Query::default() };
    let category = Query { categories: vec![code("01"), code("0401")], ..Query::default() };
    let gang = ContextFilter { kind: ContextKind::Gang, value: ContextValue::Yes, definition: "eurogang-2006".into() };
    let girl = VictimFilter { sex: Some(crate::model::Sex::Female), age: Some(0) };
    let within = LonLatBox::new(177.0, 1.0, -177.0, 2.0).expect("a box");
    for (filter, expected) in [
        ("category IN ('0401','01')", category.clone()),
        ("category = '0401'", Query { categories: vec![code("0401")], ..Query::default() }),
        ("'0401' = category", Query { categories: vec![code("0401")], ..Query::default() }),
        ("hour BETWEEN 0 AND 5", Query { hours: Some(0b11_1111), ..Query::default() }),
        (
            "hour < 6 AND hour <> 0",
            Query { hours: Some(0b11_1111), predicate: good("hour <> 0").predicate, ..Query::default() },
        ),
        ("hour < 6 AND hour > 0", Query { hours: Some(0b11_1110), ..Query::default() }),
        ("weekday IN ('sat','sun')", Query { weekdays: Some(0b110_0000), ..Query::default() }),
        ("CASEI(weekday) = CASEI('Mon')", Query { weekdays: Some(1), ..Query::default() }),
        ("T_INTERSECTS(datetime, INTERVAL('2018-01-01','2018-01-31'))", month.clone()),
        ("T_INTERSECTS(INTERVAL('2018-01-01','2018-01-31'), INTERVAL(time_from,time_to))", month.clone()),
        ("datetime = '2018-01'", month),
        ("\"gang:eurogang-2006\" = 'yes'", Query { context: Some(gang), ..Query::default() }),
        ("sex = 'female' AND age = '0-17'", Query { victims: girl, ..Query::default() }),
        ("age = '0-17'", Query { victims: VictimFilter { sex: None, ..girl }, ..Query::default() }),
        ("S_INTERSECTS(geometry, BBOX(177,1,-177,2))", Query { place: Place::Box(within), ..Query::default() }),
        (
            "S_INTERSECTS(BBOX(177,1,-177,2), geometry) AND TRUE AND category IN ('01','0401')",
            Query { place: Place::Box(within), ..category },
        ),
    ] {
        assert_eq!(good(filter), expected, "{filter}");
    }
}

#[test]
fn what_is_no_parameter_is_a_predicate_and_keeps_what_it_can_in_fields() {
    for filter in [
        "category = '01' OR hour = 3",
        "NOT category = '01'",
        "category = '01' AND category = '0101'",
        "category LIKE '04%'",
        "weapon = 'knife'",
        "hour IS NULL",
        "T_AFTER(datetime, DATE('2018-01-31'))",
        "time_from >= DATE('2018-01-31')",
        "S_WITHIN(geometry, BBOX(1,2,3,4))",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 0)))",
        "sex = 'female' OR age = '0-17'",
        "S_INTERSECTS(geometry, BBOX(1,2,3,4)) AND S_INTERSECTS(geometry, BBOX(2,3,4,5))",
    ] {
        assert!(good(filter).predicate.is_some(), "{filter}");
    }
    let during = good("T_DURING(datetime, INTERVAL('2018-01-01','2018-01-31'))");
    assert!(during.period.is_some() && during.predicate.is_some());
    let shape = good("S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 0)))").predicate.expect("a predicate");
    assert!(shape.asks_place() && shape.within().is_some_and(|b| b.east == 1.0));
    assert!(
        good("NOT S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 0)))").predicate.expect("one").within().is_none()
    );
    assert_eq!(good("weapon = 'a' AND hour = 1"), good("hour = 1 AND (weapon = 'a')"));
}

#[test]
fn what_incidents_do_not_have_is_named() {
    for (filter, says) in [
        ("wepon = 'x'", "\"wepon\""),
        ("hour = 'five'", "\"hour\""),
        ("weapon = 5", "\"weapon\""),
        ("weapon BETWEEN 1 AND 2", "\"weapon\""),
        ("weekday = 'someday'", "someday"),
        ("discovery = 'gossip'", "gossip"),
        ("category = '9999'", "9999"),
        ("category = 1", "\"category\""),
        ("datetime > DATE('2018-01-01')", "datetime"),
        ("datetime = 'yesterday'", "\"datetime\""),
        ("time_from = 'noon'", "\"time_from\""),
        ("S_INTERSECTS(weapon, POINT(0 0))", "\"weapon\""),
        ("S_INTERSECTS(place, POINT(0 0))", "\"place\""),
        ("geometry = 'x'", "place"),
        ("T_AFTER(weapon, DATE('2018-01-01'))", "\"weapon\""),
        ("\"mood:bad\" = 'yes'", "mood:bad"),
        ("\"gang:x\" = 'perhaps'", "perhaps"),
        ("1 = 1", "property"),
        ("sex = 'f'", "\"f\""),
    ] {
        let error = narrowed(filter).expect_err(filter);
        assert!(error.what.contains(says), "{filter}: {error}");
    }
    assert!(narrowed("wepon = 'x'").expect_err("unknown").hint.contains("did you mean weapon?"));
}

/// Profiles: homicide by knife, robbery by firearm on a known day, homicide or robbery, unmapped, gang homicide by nothing known.
fn profiles() -> HashMap<u32, Arc<Profile>> {
    let of = |codes: &[&str], weapon: Option<&str>, precision| {
        let candidates = codes.iter().map(|c| Candidate { code: code(c), confidence: 1 }).collect();
        let offence = Offence { source_code: String::new(), source_text: codes.join("/"), candidates };
        let weapon = weapon.map(str::to_owned);
        Profile { offences: vec![offence], weapon, time_precision: precision, ..Profile::clone(&test_profile()) }
    };
    use TimePrecision::{Day, Minute};
    let gang = ContextLink {
        kind: ContextKind::Gang,
        value: ContextValue::Yes,
        definition: "g".into(),
        basis: String::new(),
        review_by: None,
    };
    let all = [
        of(&["0101"], Some("knife"), Minute),
        of(&["0401"], Some("Firearm"), Day),
        Profile { discovery: Discovery::PoliceInitiated, ..of(&["0101", "0401"], None, Minute) },
        Profile { quality: Quality::default(), ..of(&[], Some("knife"), Minute) },
        Profile { context: vec![gang], location_precision: LocationPrecision::Exact, ..of(&["0101"], None, Minute) },
    ];
    all.into_iter().zip(1..).map(|(profile, n)| (n, Arc::new(profile))).collect()
}

/// A row as brute force sees it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    profile: u32,
    from: i64,
    to: i64,
    at: Option<(f64, f64)>,
}

type Leaf = (&'static str, fn(&Seen) -> Option<bool>);

fn category(row: &Seen, of_first: bool, of_second: bool) -> Option<bool> {
    match row.profile {
        1 | 5 => Some(of_first),
        2 => Some(of_second),
        3 if of_first == of_second => Some(of_first),
        _ => None,
    }
}

const LEAVES: [Leaf; 24] = [
    ("category = '01'", |r| category(r, true, false)),
    ("category IN ('01','04')", |r| category(r, true, true)),
    ("category LIKE '04%'", |r| category(r, false, true)),
    ("category IS NULL", |r| Some(r.profile == 4)),
    ("weapon = 'knife'", |r| [None, Some(true), Some(false), None, Some(true), None][r.profile as usize]),
    ("weapon > 'a'", |r| [None, Some(true), Some(false), None, Some(true), None][r.profile as usize]),
    ("CASEI(weapon) LIKE CASEI('FIRE%')", |r| {
        [None, Some(false), Some(true), None, Some(false), None][r.profile as usize]
    }),
    ("weapon IS NULL", |r| Some(matches!(r.profile, 3 | 5))),
    ("discovery = 'police_initiated'", |r| Some(r.profile == 3)),
    ("location_precision = 'exact'", |r| Some(r.profile == 5)),
    ("source = 'test'", |_| Some(true)),
    ("\"gang:g\" = 'yes'", |r| Some(r.profile == 5)),
    ("\"gang:g\" IN ('no','not_assessed')", |r| Some(r.profile != 5)),
    ("hour < 6", |r| (r.profile != 2).then(|| r.from.rem_euclid(DAY) < 6 * 3600)),
    ("hour IS NULL", |r| Some(r.profile == 2)),
    ("weekday IN ('mon','tue')", |r| Some((r.from - START).div_euclid(DAY).rem_euclid(7) < 2)),
    ("time_from >= DATE('2018-01-08')", |r| Some(r.from >= START + 7 * DAY)),
    ("time_to <= TIMESTAMP('2018-01-08T00:00:00Z')", |r| Some(r.to <= START + 7 * DAY)),
    ("T_DURING(datetime, INTERVAL('2018-01-03','2018-01-09'))", |r| {
        Some(r.from > START + 2 * DAY && r.to < START + 9 * DAY)
    }),
    ("T_BEFORE(datetime, DATE('2018-01-05'))", |r| Some(r.to <= START + 4 * DAY)),
    ("datetime = '2018-01-02/2018-01-04'", |r| Some(r.from < START + 4 * DAY && r.to > START + DAY)),
    ("S_INTERSECTS(geometry, POLYGON((0 0, 2 0, 2 2, 0 2, 0 0)))", |r| {
        r.at.map(|(x, y)| (0.0..=2.0).contains(&x) && (0.0..=2.0).contains(&y))
    }),
    ("S_WITHIN(geometry, BBOX(0,0,2,2))", |r| r.at.map(|(x, y)| x > 0.0 && x < 2.0 && y > 0.0 && y < 2.0)),
    ("S_TOUCHES(geometry, LINESTRING(0 0, 2 0))", |r| r.at.map(|(x, y)| y == 0.0 && (x == 0.0 || x == 2.0))),
];

#[derive(Debug, Clone)]
enum Tree {
    Leaf(usize),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Not(Box<Tree>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Leaf(n) => LEAVES[*n].0.to_owned(),
            Self::And(a, b) => format!("({} AND {})", a.text(), b.text()),
            Self::Or(a, b) => format!("({} OR {})", a.text(), b.text()),
            Self::Not(a) => format!("(NOT ({}))", a.text()),
        }
    }

    fn holds(&self, row: &Seen) -> Option<bool> {
        match self {
            Self::Leaf(n) => LEAVES[*n].1(row),
            Self::And(a, b) => match (a.holds(row), b.holds(row)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(a, b) => match (a.holds(row), b.holds(row)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::Not(a) => a.holds(row).map(|known| !known),
        }
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = (0..LEAVES.len()).prop_map(Tree::Leaf);
    leaf.prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Or(Box::new(a), Box::new(b))),
            inner.prop_map(|a| Tree::Not(Box::new(a))),
        ]
    })
}

fn seen() -> impl Strategy<Value = Seen> {
    let at = prop::option::weighted(0.9, (-2i32..6, -2i32..6));
    (1u32..=5, 0i64..14, 0i64..24, at).prop_map(|(profile, day, hour, at)| {
        let from = START + day * DAY + if profile == 2 { 0 } else { hour * 3600 };
        let to = from + if profile == 2 { DAY } else { 60 };
        Seen { profile, from, to, at: at.map(|(x, y)| (f64::from(x) / 2.0, f64::from(y) / 2.0)) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_filter_is_answered_as_brute_force_does(rows in prop::collection::vec(seen(), 0..900), trees in prop::collection::vec(tree(), 8)) {
        let contents = Contents { profiles: profiles(), fid_base: 1, ..Contents::default() };
        let snapshot = Snapshot::from_rows_in_segments_of(contents, rows.iter().zip(1..).map(|(r, fid)| Row {
            fid,
            profile: r.profile,
            time: Interval { from: LocalTime(r.from), to: LocalTime(r.to) },
            point: r.at.and_then(|(x, y)| LonLat::new(x, y).ok()),
        }), 300).expect("builds");
        let cancel = Cancel::default();
        for tree in &trees {
            let query = good(&tree.text());
            let expected: Vec<i64> = rows.iter().zip(1..).filter(|(r, _)| tree.holds(r) == Some(true)).map(|(_, fid)| fid).collect();
            let order = crate::index::Order::default();
            let (found, matched) = snapshot.rows(&query, order, None, 10_000, &cancel).expect("answers");
            let found: Vec<i64> = found.into_iter().map(|found| order.fid(found.0)).collect();
            prop_assert_eq!((&found, matched), (&expected, expected.len() as u64), "{}", tree.text());
            let tally = snapshot.tally(&query, &cancel).expect("answers");
            prop_assert_eq!(tally.matched + tally.without_place, matched, "{}", tree.text());
            let counts = tile_counts(&snapshot, &query, 0, 0, 0, 3, &cancel).expect("answers");
            prop_assert_eq!(counts.iter().map(|n| u64::from(*n)).sum::<u64>(), tally.matched, "{}", tree.text());
        }
    }
}

#[test]
fn what_is_left_out_for_its_category_is_counted() {
    let contents = Contents { profiles: profiles(), fid_base: 1, ..Contents::default() };
    let row = |(profile, fid): (u32, i64)| Row {
        fid,
        profile,
        time: Interval { from: LocalTime(START), to: LocalTime(START + 60) },
        point: LonLat::new(1.0, 1.0).ok(),
    };
    let snapshot = Snapshot::from_rows(contents, (1..=5u32).zip(1..).map(row)).expect("builds");
    let tally = |filter: &str| snapshot.tally(&good(filter), &Cancel::default()).expect("answers");
    let by_parameter = tally("category = '01'");
    assert_eq!((by_parameter.matched, by_parameter.unmapped, by_parameter.ambiguous), (2, 1, 1));
    // The same question, put so that it is no parameter.
    assert_eq!(tally("category = '01' OR category = '01'"), by_parameter);
    assert_eq!(tally("category = '01' OR (category = '01' AND hour = 0)"), by_parameter);
    let not = tally("NOT category = '01'");
    assert_eq!((not.matched, not.unmapped, not.ambiguous), (1, 1, 1));
    let knife = tally("NOT category = '04' AND weapon = 'knife'");
    assert_eq!((knife.matched, knife.unmapped, knife.ambiguous), (1, 1, 0));
}
