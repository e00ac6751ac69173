//! Filters in JSON: each is the same tree as its text.

use super::*;

fn json(text: &str) -> Result<Expr> {
    parse(text, Lang::Json, FilterCrs::Crs84)
}

#[test]
fn every_form_is_the_tree_of_its_text() {
    for (form, text) in [
        (r#"{"op":"=","args":[{"property":"a"},"x"]}"#, "a = 'x'"),
        (r#"{"op":"<>","args":[{"property":"a"},5]}"#, "a <> 5"),
        (r#"{"op":"<","args":[{"property":"a"},5]}"#, "a < 5"),
        (r#"{"op":">=","args":[{"property":"a"},{"date":"2018-06-15"}]}"#, "a >= DATE('2018-06-15')"),
        (
            r#"{"op":"<=","args":[{"property":"a"},{"timestamp":"2018-06-15T00:00:00Z"}]}"#,
            "a <= TIMESTAMP('2018-06-15T00:00:00Z')",
        ),
        (
            r#"{"op":"and","args":[{"op":"=","args":[{"property":"a"},1]},{"op":"not","args":[{"op":"=","args":[{"property":"b"},true]}]}]}"#,
            "a = 1 AND NOT b = TRUE",
        ),
        (r#"{"op":"or","args":[{"op":"isNull","args":[{"property":"a"}]},false]}"#, "a IS NULL OR FALSE"),
        (r#"{"op":"between","args":[{"property":"a"},1,2]}"#, "a BETWEEN 1 AND 2"),
        (r#"{"op":"in","args":[{"property":"a"},["x","y"]]}"#, "a IN ('x','y')"),
        (
            r#"{"op":"like","args":[{"op":"casei","args":[{"property":"a"}]},{"op":"casei","args":["x%"]}]}"#,
            "CASEI(a) LIKE CASEI('x%')",
        ),
        (
            r#"{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2,3,4]}]}"#,
            "S_INTERSECTS(geometry, BBOX(1,2,3,4))",
        ),
        (
            r#"{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}]}"#,
            "S_WITHIN(geometry, POLYGON((0 0,1 0,1 1,0 0)))",
        ),
        (
            r#"{"op":"s_equals","args":[{"type":"Point","coordinates":[1,2]},{"property":"geometry"}]}"#,
            "S_EQUALS(POINT(1 2), geometry)",
        ),
        (
            r#"{"op":"s_touches","args":[{"property":"geometry"},{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}]}"#,
            "S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(1 2)))",
        ),
        (
            r#"{"op":"t_during","args":[{"property":"datetime"},{"interval":["2018-01-01",".."]}]}"#,
            "T_DURING(datetime, INTERVAL('2018-01-01','..'))",
        ),
        (
            r#"{"op":"t_intersects","args":[{"interval":[{"property":"time_from"},{"property":"time_to"}]},{"date":"2018-01-01"}]}"#,
            "T_INTERSECTS(INTERVAL(time_from,time_to), DATE('2018-01-01'))",
        ),
        ("true", "TRUE"),
    ] {
        assert_eq!(json(form), parse(text, Lang::Text, FilterCrs::Crs84), "{form}");
        assert!(json(form).is_ok(), "{form}");
    }
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    for bad in [
        "",
        "a = 1",
        "null",
        "[]",
        "{}",
        r#"{"op":"=","args":[{"property":"a"}]}"#,
        r#"{"op":"=","args":[{"property":""},1]}"#,
        r#"{"op":"and","args":[]}"#,
        r#"{"op":"in","args":[{"property":"a"},[]]}"#,
        r#"{"op":"in","args":[{"property":"a"},"x"]}"#,
        r#"{"op":"=","args":[{"property":"a"},1e999]}"#,
        r#"{"op":"like","args":[{"property":"a"},null]}"#,
        r#"{"op":"+","args":[1,2]}"#,
        r#"{"op":"a_contains","args":[{"property":"a"},["x"]]}"#,
        r#"{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[1]}]}"#,
        r#"{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Circle","coordinates":[1,2]}]}"#,
        r#"{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[]}]}"#,
        r#"{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":["1",2,3,4]}]}"#,
        r#"{"op":"t_after","args":[{"property":"datetime"},{"interval":["2018-01-01"]}]}"#,
    ] {
        let error = json(bad).expect_err(bad);
        assert!(error.what.contains("filter") && !error.hint.is_empty(), "{bad}: {error}");
    }
}

#[test]
fn hostile_json_ends_early() {
    let deep = |n: usize| format!("{}true{}", r#"{"op":"not","args":["#.repeat(n), "]}".repeat(n));
    assert!(json(&deep(20)).is_ok());
    assert!(json(&deep(60)).is_err() && json(&deep(5_000)).is_err());
    assert!(json(&format!(r#"{{"op":"or","args":[{}true]}}"#, "true,".repeat(10_000))).is_err());
    assert!(json(&"[".repeat(200_000)).is_err());
}
