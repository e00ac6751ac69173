//! Filters in text: every operator, what is refused with its place, and hostile texts.

use geo_types::{Geometry, point};

use super::*;
use crate::limits::{MAX_FILTER_DEPTH, MAX_FILTER_LINE_VERTICES, MAX_FILTER_PARTS};

fn read(text: &str) -> Result<Expr> {
    parse(text, Lang::Text, FilterCrs::Crs84)
}

fn good(text: &str) -> Expr {
    read(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn property(name: &str) -> Operand {
    Operand::Property(name.to_owned())
}

fn text(text: &str) -> Operand {
    Operand::Text(text.to_owned())
}

#[test]
fn comparisons_and_values() {
    for (sign, comparison) in Comparison::NAMES {
        let expected = Expr::Compare(comparison, property("hour"), Operand::Number(5.0));
        assert_eq!(good(&format!("hour {sign} 5")), expected);
    }
    assert_eq!(good("a = 'it''s'"), good(r"a='it\'s'"));
    assert_eq!(good("a = 'it''s'"), Expr::Compare(Comparison::Equal, property("a"), text("it's")));
    assert_eq!(
        good("\"gang:eurogang-2006\" = 'yes'"),
        Expr::Compare(Comparison::Equal, property("gang:eurogang-2006"), text("yes"))
    );
    assert_eq!(good("\"weapon\" = 'firearm'"), good("weapon = 'firearm'"));
    assert_eq!(good("x = -1.5e2"), Expr::Compare(Comparison::Equal, property("x"), Operand::Number(-150.0)));
    assert_eq!(good("x = TRUE"), Expr::Compare(Comparison::Equal, property("x"), Operand::Bool(true)));
    assert_eq!(good("a.b:c_1 = 'é'"), Expr::Compare(Comparison::Equal, property("a.b:c_1"), text("é")));
    let Expr::Compare(_, _, Operand::Date(day)) = good("x > DATE('2018-06-15')") else { panic!("a day") };
    assert_eq!(day.to_string(), "2018-06-15");
    let Expr::Compare(_, _, Operand::Timestamp(at)) = good("x > timestamp('2018-06-15T12:00:00.5Z')") else {
        panic!("an instant")
    };
    assert_eq!(at.as_millisecond() % 1000, 500);
}

#[test]
fn conditions_and_their_negation() {
    let not = |e: Expr| Expr::Not(Box::new(e));
    assert_eq!(good("a IS NULL"), Expr::IsNull(property("a")));
    assert_eq!(good("a is not null"), not(Expr::IsNull(property("a"))));
    assert_eq!(good("a LIKE 'x%'"), Expr::Like(property("a"), text("x%")));
    assert_eq!(good("a NOT LIKE 'x%'"), not(good("a LIKE 'x%'")));
    assert_eq!(good("a BETWEEN 1 AND 2 AND b = 1"), Expr::And(vec![good("a between 1 and 2"), good("b = 1")]));
    assert_eq!(good("a NOT BETWEEN 1 AND 2"), not(good("a BETWEEN 1 AND 2")));
    assert_eq!(good("a IN ('x','y')"), Expr::In(property("a"), vec![text("x"), text("y")]));
    assert_eq!(good("a NOT IN (1)"), not(good("a IN (1)")));
    let casei = |o: Operand| Operand::Casei(Box::new(o));
    assert_eq!(good("CASEI(a) = casei('X')"), Expr::Compare(Comparison::Equal, casei(property("a")), casei(text("X"))));
    assert_eq!(good("CASEI(a) LIKE CASEI('x%')"), Expr::Like(casei(property("a")), casei(text("x%"))));
    assert_eq!([good("TRUE"), good("false")], [Expr::Constant(true), Expr::Constant(false)]);
}

#[test]
fn and_binds_more_than_or_and_brackets_make_lists_one() {
    assert_eq!(good("a=1 OR b=1 AND c=1"), good("a=1 OR (b=1 AND c=1)"));
    assert_eq!(good("NOT a=1 AND b=1"), good("(NOT (a=1)) AND b=1"));
    assert_eq!(good("a=1 AND (b=1 AND c=1)"), good("a=1 AND b=1 AND c=1"));
    assert_ne!(good("(a=1 OR b=1) AND c=1"), good("a=1 OR b=1 AND c=1"));
}

#[test]
fn places_of_every_kind() {
    let place = |text: &str| match good(&format!("S_INTERSECTS(geometry, {text})")) {
        Expr::Spatial(SpatialOp::Intersects, _, Operand::Place(shape)) => shape,
        other => panic!("{other:?}"),
    };
    assert_eq!(place("POINT(1 2)"), Shape::Geometry(Geometry::Point(point! { x: 1.0, y: 2.0 })));
    assert_eq!(place("POINT Z (1 2 9)"), place("point(1 2)"));
    assert_eq!(place("MULTIPOINT((1 2),(3 4))"), place("MULTIPOINT(1 2, 3 4)"));
    for text in [
        "LINESTRING(0 0, 1 1)",
        "MULTILINESTRING((0 0, 1 1),(2 2, 3 3))",
        "POLYGON((0 0, 1 0, 1 1, 0 0))",
        "POLYGON((0 0, 9 0, 9 9, 0 0),(1 1, 2 1, 2 2, 1 1))",
        "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)),((2 2, 3 2, 3 3, 2 2)))",
        "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0, 1 1))",
    ] {
        assert!(matches!(place(text), Shape::Geometry(_)), "{text}");
    }
    let Shape::Box(b) = place("BBOX(177,65,-177,70)") else { panic!("a box") };
    assert_eq!((b.west, b.east), (177.0, -177.0));
    assert!(matches!(place("BBOX(177,65,-177,70)").geometry(), Geometry::MultiPolygon(m) if m.0.len() == 2));
    assert_eq!(place("BBOX(1,2,0,3,4,9)"), place("BBOX(1,2,3,4)"));
    for (name, op) in SpatialOp::NAMES {
        assert!(
            matches!(good(&format!("{}(geometry,POINT(1 2))", name.to_uppercase())), Expr::Spatial(o, ..) if o == op)
        );
    }
}

#[test]
fn places_are_read_in_the_system_that_is_named() {
    let read = |text: &str, crs| parse(text, Lang::Text, crs);
    let lonlat = read("S_INTERSECTS(geometry, BBOX(-87.7,41.8,-87.6,41.9))", FilterCrs::Crs84);
    assert_eq!(read("S_INTERSECTS(geometry, BBOX(41.8,-87.7,41.9,-87.6))", FilterCrs::Epsg4326), lonlat);
    assert!(
        read("S_INTERSECTS(geometry, BBOX(-87.7,41.8,-87.6,41.9))", FilterCrs::Epsg4326).is_err() || lonlat.is_ok()
    );
    let mercator = read("S_INTERSECTS(geometry, POINT(-9757000 5138000))", FilterCrs::Epsg3857).expect("metres");
    let Expr::Spatial(_, _, Operand::Place(Shape::Geometry(Geometry::Point(p)))) = mercator else { panic!("a point") };
    assert!((p.x() + 87.649).abs() < 0.01 && (p.y() - 41.85).abs() < 0.05, "{p:?}");
}

#[test]
fn times_of_every_kind() {
    for (name, op) in TemporalOp::NAMES {
        let text = format!("{}(datetime, INTERVAL('2018-01-01','..'))", name.to_uppercase());
        assert!(matches!(good(&text), Expr::Temporal(o, _, Operand::Interval(..)) if o == op), "{text}");
    }
    assert_eq!(
        good("T_INTERSECTS(INTERVAL(time_from, time_to), INTERVAL('2018-01-01', '2018-06-01T00:00:00Z'))"),
        good(
            "T_INTERSECTS(INTERVAL(time_from,time_to), INTERVAL(DATE('2018-01-01'), TIMESTAMP('2018-06-01T00:00:00Z')))"
        ),
    );
    assert!(matches!(
        good("T_AFTER(datetime, TIMESTAMP('2018-06-01T00:00:00Z'))"),
        Expr::Temporal(TemporalOp::After, ..)
    ));
}

#[test]
fn what_is_not_cql2_is_refused_with_its_place() {
    for (bad, says) in [
        ("", "character 1"),
        ("a", "character 2"),
        ("a =", "character 4"),
        ("a = 'x", "not closed"),
        ("\"a = 1", "not closed"),
        ("a == 1", "character 4"),
        ("a != 1", "character 3"),
        ("a = 1 b = 2", "character 7"),
        ("(a = 1", "character 7"),
        ("a = 1)", "character 6"),
        ("a IN ()", "character 7"),
        ("a BETWEEN 1", "character 12"),
        ("AND a = 1", "character 1"),
        ("a = 1 AND", "character 10"),
        ("a = NaN()", "nan"),
        ("a = 1e999", "finite"),
        ("a = 5x", "finite"),
        ("a + 1 = 2", "character 3"),
        ("a = 1;", "';'"),
        ("x = DATE('2018-13-01')", "2018-13-01"),
        ("x = TIMESTAMP('yesterday')", "yesterday"),
        ("S_INTERSECTS(geometry)", "character 22"),
        ("S_INTERSECTS(geometry, POINT(1))", "1 numbers"),
        ("S_INTERSECTS(geometry, POINT(999 0))", "999"),
        ("S_INTERSECTS(geometry, BBOX(0,9,1,5))", "BBOX"),
        ("S_INTERSECTS(geometry, BBOX(0,9))", "2 numbers"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1)))", "ring"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 5 5)))", "ring"),
        ("S_INTERSECTS(geometry, LINESTRING(0 0))", "two vertices"),
        ("S_NEAR(geometry, POINT(0 0))", "s_near"),
        ("A_CONTAINS(x, ('a'))", "arrays"),
        ("ACCENTI(x) = 'a'", "ACCENTI"),
        ("avg(x) = 1", "avg"),
        ("NOT NOT a = 1", "character 5"),
    ] {
        let error = read(bad).expect_err(bad);
        assert!(error.what.contains(says) && !error.hint.is_empty(), "{bad}: {error}");
    }
}

#[test]
fn hostile_texts_end_early() {
    let deep = |n: usize| format!("{}a = 1{}", "(".repeat(n), ")".repeat(n));
    assert!(read(&deep(MAX_FILTER_DEPTH)).is_ok());
    for bad in [
        deep(MAX_FILTER_DEPTH + 1),
        deep(100_000),
        "a = 1 OR ".repeat(MAX_FILTER_PARTS) + "a = 1",
        format!("a IN ({}1)", "1,".repeat(MAX_FILTER_PARTS)),
        format!("S_INTERSECTS(geometry, MULTIPOINT({}1 1))", "1 1,".repeat(MAX_FILTER_LINE_VERTICES)),
        format!("{}a{} = 'x'", "CASEI(".repeat(1000), ")".repeat(1000)),
        format!("S_INTERSECTS(geometry, POLYGON{}1 1{})", "(".repeat(5000), ")".repeat(5000)),
        "x".repeat(1 << 20),
        "'".repeat(10_001),
        "\u{0}".to_owned(),
    ] {
        assert!(read(&bad).is_err(), "{} bytes", bad.len());
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(\\PC|[()',\"a-z=<>0-9 %_-]|AND |OR |NOT |S_INTERSECTS\\(|POINT\\(|INTERVAL\\(){0,40}") {
        let _ = read(&text);
        let _ = parse(&text, Lang::Json, FilterCrs::Epsg3857);
    }
}
