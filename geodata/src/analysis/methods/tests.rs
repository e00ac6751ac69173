//! Methods on small fields: columns, states, classes, records and warnings.

use std::collections::BTreeMap;

use super::*;
use crate::analysis::field::{Fine, Measured, Population};
use crate::analysis::weights::grid_queen;
use crate::table::{Analysis, Marks, Plot, Shapes, State, Values};

const SIDE: usize = 20;

/// A square field with 30 incidents in one corner block and one in every seventh cell.
pub(super) fn field() -> Field {
    let counts: Vec<u32> =
        (0..SIDE * SIDE).map(|i| if i % SIDE < 3 && i / SIDE < 3 { 30 } else { u32::from(i % 7 == 0) }).collect();
    field_of(Measured::Counts(counts))
}

pub(super) fn field_of(measured: Measured) -> Field {
    let lattice: Vec<u32> = (0..(SIDE * SIDE) as u32).collect();
    Field {
        shapes: Shapes::Points(vec![None; SIDE * SIDE]),
        ids: None,
        measured,
        withheld: vec![],
        keys: (0..(SIDE * SIDE) as u64).collect(),
        weights: grid_queen(SIDE, &lattice),
        fine: None,
        population: None,
        years: Some(2.0),
        uncertainty_m: None,
        record: Analysis::default(),
    }
}

pub(super) fn run(id: &str, given: &[(&str, &str)], field: Field) -> Result<Table> {
    let method = Method::find(id)?;
    let given: BTreeMap<String, String> = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
    method.run(field, &method.params(&given)?, &Cancel::default())
}

pub(super) fn numbers(table: &Table, name: &str) -> Vec<f64> {
    match &table.columns.iter().find(|c| c.name == name).unwrap().values {
        Values::Number(v) => v.clone(),
        Values::Count(v) => v.iter().map(|&c| f64::from(c)).collect(),
        _ => panic!("{name} is no number"),
    }
}

pub(super) fn classes(table: &Table) -> Vec<&'static str> {
    match &table.columns.iter().find(|c| c.name == "class").unwrap().values {
        Values::Class(names, v) => v.iter().map(|&c| names[usize::from(c)]).collect(),
        _ => panic!("class is no class"),
    }
}

#[test]
fn the_table_of_methods_is_sound() {
    for method in METHODS {
        assert!(method.params(&BTreeMap::new()).is_ok(), "{}: a default is out of its bound", method.id);
        for text in [method.title, method.answers, method.when_not, method.numbers] {
            assert!(text.len() > 3 && !text.contains("  "), "{}: {text:?}", method.id);
        }
        assert!(method.answers.ends_with('?'));
    }
    let e = Method::find("gistar").err().unwrap();
    assert!(e.kind == Kind::NotFound && e.hint.contains("gi_star"), "{e}");
}

#[test]
fn the_plots_that_a_method_lists_are_those_of_its_answer() {
    for method in METHODS {
        for (i, plot) in method.plots.iter().enumerate() {
            assert!(plot.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && !plot.title.is_empty());
            assert!(method.plots[..i].iter().all(|other| other.id != plot.id), "{}: {} twice", method.id, plot.id);
        }
        for (name, value) in method.plots.iter().filter_map(|plot| plot.asks) {
            assert!(method.params(&[(name.to_owned(), value.to_owned())].into()).is_ok(), "{}: {name}", method.id);
        }
        let is_always = |plot: &PlotOf| plot.asks.is_none();
        if method.is_of_places() && method.plots.iter().any(is_always) {
            let table = run(method.id, &[], field()).unwrap();
            let made: Vec<&str> = table.analysis.plots.iter().map(|plot| plot.id).collect();
            let listed: Vec<&str> = method.plots.iter().map(|plot| plot.id).collect();
            assert_eq!(made, listed, "{}", method.id);
        }
    }
}

#[test]
fn the_plot_of_p_values_rises_to_one_and_leaves_out_what_is_undefined() {
    let plot = p_values_of("gi_star", field()).unwrap();
    let Marks::Lines(lines) = plot.marks else { panic!("lines") };
    let points = &lines[0].points;
    assert!(points.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    assert_eq!(points.last(), Some(&(1.0, 1.0)));
    assert!(lines[1].is_reference);
    let equal = Field { measured: Measured::Counts(vec![1; SIDE * SIDE]), ..field() };
    assert!(p_values_of("gi_star", equal).is_none(), "nothing is defined, so nothing is drawn");
}

fn p_values_of(method: &str, field: Field) -> Option<Plot> {
    run(method, &[], field).unwrap().analysis.plots.into_iter().find(|plot| plot.id == "p_values")
}

#[test]
fn gi_star_finds_the_corner_and_records_how() {
    let table = run("gi_star", &[], field()).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
    assert_eq!(names, ["count", "z", "p", "q", "class"]);
    let classes = classes(&table);
    assert!(classes[0].starts_with("hot_0.0") && classes[SIDE + 1] == "hot_0.001", "{:?}", &classes[..4]);
    assert_eq!(classes[SIDE * SIDE - 1], "none");
    let (p, q) = (numbers(&table, "p"), numbers(&table, "q"));
    assert!(p.iter().zip(&q).all(|(p, q)| *p > 0.0 && p <= q && *q <= 1.0));
    let record = &table.analysis;
    assert_eq!((record.method.as_str(), record.mask_n), ("gi_star", 400));
    assert_eq!(record.null.as_deref(), Some("conditional permutation, exact"));
    assert!(record.family.as_deref().unwrap().contains("over the 400 places of 400"));
    assert_eq!(record.parameters["inference"], "exact");
    assert!(!record.parameters.contains_key("seed"));
    assert!(record.warnings.iter().any(|w| w.contains("no cold class")), "{:?}", record.warnings);
}

#[test]
fn gi_star_says_what_it_cannot_say() {
    let flat = run("gi_star", &[], field_of(Measured::Counts(vec![2; SIDE * SIDE]))).unwrap();
    assert!(flat.states.iter().all(|s| *s == State::Undefined));
    assert!(classes(&flat).iter().all(|c| *c == "undefined"));
    assert!(numbers(&flat, "p").iter().all(|p| p.is_nan()));
    let mut few = vec![0; SIDE * SIDE];
    few[0] = 3;
    let few = run("gi_star", &[], field_of(Measured::Counts(few))).unwrap();
    assert!(few.analysis.warnings.iter().any(|w| w.contains("fewer than 20")));
    let mut withheld = field();
    withheld.withheld = vec![false; SIDE * SIDE];
    withheld.withheld[7] = true;
    assert_eq!(run("gi_star", &[], withheld).unwrap().states[7], State::Suppressed);
    let normal = run("gi_star", &[("inference", "normal")], field()).unwrap();
    assert!(normal.analysis.warnings.iter().any(|w| w.contains("normal approximation")));
    let one_sided = run("gi_star", &[("alternative", "greater")], field()).unwrap();
    assert!(classes(&one_sided).iter().all(|c| !c.starts_with("cold")));
}

#[test]
fn real_values_are_permuted_at_random_and_high_counts_too() {
    let values: Vec<f64> = field().numbers().iter().map(|x| x * 0.1 + 3.0).collect();
    let table = run("gi_star", &[("draws", "999"), ("seed", "5")], field_of(Measured::Numbers(values))).unwrap();
    assert_eq!(table.columns[0].name, "value");
    assert_eq!(table.analysis.parameters["draws"], 999);
    assert!(table.analysis.warnings.iter().any(|w| w.contains("cannot give a p below 2.0e-3")));
    assert!((numbers(&table, "p")[SIDE + 1] - 0.002).abs() < 1e-12);
    let high: Vec<u32> = (0..(SIDE * SIDE) as u32).map(|i| i * 99_991 % 1_000_003).collect();
    let table = run("gi_star", &[("draws", "99")], field_of(Measured::Counts(high))).unwrap();
    assert_eq!(table.analysis.parameters["inference"], "monte_carlo");
    assert!(table.analysis.warnings.iter().any(|w| w.contains("exact table")));
}

fn words(table: &Table, name: &str) -> Vec<&'static str> {
    match &table.columns.iter().find(|c| c.name == name).unwrap().values {
        Values::Class(names, v) => v.iter().map(|&c| names.get(usize::from(c)).copied().unwrap_or("")).collect(),
        _ => panic!("{name} is no class"),
    }
}

#[test]
fn rates_are_compared_with_the_whole_and_never_ranked() {
    // 1, 30 and 100 in 10,000 each, 12 in too few, one withheld, one that stands on few, one without residents known.
    let measured = Measured::Counts(vec![1, 30, 100, 12, 0, 19, 40]);
    let people = vec![10_000.0, 10_000.0, 10_000.0, 1_500.0, 10_000.0, 10_000.0, f64::NAN];
    let of = |given: &[(&str, &str)], withheld: bool| {
        let mut field = field_of(Measured::Counts(vec![]));
        field.measured = match &measured {
            Measured::Counts(c) => Measured::Counts(c.clone()),
            Measured::Numbers(n) => Measured::Numbers(n.clone()),
        };
        field.shapes = Shapes::Points(vec![None; 7]);
        field.population = Some(Population { values: people.clone(), name: "residents".into() });
        field.withheld = if withheld { vec![false, false, false, false, true, false, false] } else { vec![] };
        run("rate", given, field).unwrap()
    };
    let table = of(&[("least_denominator", "2000")], true);
    // The whole: (1 + 30 + 100 + 12 + 19) in 41,500 are 39 in 10,000.
    let expected = ["below", "not_different", "above", "undefined", "undefined", "below", "undefined"];
    assert_eq!(words(&table, "compared"), expected);
    assert_eq!(words(&table, "reliable"), ["no", "yes", "yes", "", "", "no", ""]);
    assert_eq!(table.states[4], State::Suppressed);
    assert!(numbers(&table, "rate")[4].is_nan(), "what is withheld has no rate");
    let whole = table.analysis.parameters["rate_of_whole"].as_f64().unwrap();
    assert!((whole - 162.0 / 41_500.0 * 100_000.0 / 2.0).abs() < 1e-9, "{whole}");
    assert_eq!(numbers(&table, "count"), [1.0, 30.0, 100.0, 12.0, 0.0, 19.0, 40.0], "rows stay in their order");
    assert_eq!(words(&of(&[], false), "compared")[3..5], ["above", "below"], "1,500 are enough by default");
    let e = Method::find("rate").unwrap().params(&[("least_denominator".to_owned(), "10".to_owned())].into());
    assert!(e.unwrap_err().what.contains("1000"));
}

#[test]
fn rates_have_intervals_and_reasons() {
    assert!(run("rate", &[], field()).err().unwrap().what.contains("denominator"));
    let mut people = vec![50_000.0; SIDE * SIDE];
    people[1] = 999.0;
    people[2] = f64::NAN;
    let mut with_people = field();
    with_people.population = Some(Population { values: people, name: "residents".into() });
    let table = run("rate", &[("interval", "byar")], with_people).unwrap();
    let rate = numbers(&table, "rate");
    assert!((rate[0] - 30.0).abs() < 1e-9, "30 a 50,000 in two years are 30 a year and 100,000");
    assert!(rate[1].is_nan() && rate[2].is_nan());
    assert_eq!((table.states[0], table.states[1], table.states[399]), (State::Value, State::Undefined, State::Value));
    assert!(numbers(&table, "rate_low")[0] < 30.0 && numbers(&table, "rate_high")[0] > 30.0);
    let eb = numbers(&table, "rate_eb");
    assert!(eb[0] < rate[0] && eb[399] > 0.0);
    // Around the busy corner rates are drawn less far down than to the rate of the whole.
    let around = numbers(&table, "rate_eb_local");
    assert!(around[0] > eb[0] && around[0] < rate[0] + 1e-9 && around[1].is_nan());
    match &table.columns.last().unwrap().values {
        Values::Class(names, v) => {
            assert!(names[usize::from(v[1])].contains("too small") && names[usize::from(v[7])].contains("20"));
        }
        _ => panic!("no reason"),
    }
}

#[test]
fn density_keeps_the_number_and_names_its_bandwidth() {
    assert!(run("density", &[], field()).err().unwrap().hint.contains("square"));
    let with_fine = || {
        let mut f = field();
        let Measured::Counts(counts) = &f.measured else { panic!("counts") };
        let centres = (0..(SIDE * SIDE) as u32).collect();
        let inside = vec![true; SIDE * SIDE];
        f.fine = Some(Fine { counts: counts.clone(), nx: SIDE, side_m: 100.0, inside, centres });
        f
    };
    let n = with_fine().total().unwrap() as f64;
    let table = run("density", &[("compare", "yes")], with_fine()).unwrap();
    for name in ["density", "density_half_bandwidth", "density_double_bandwidth"] {
        let mass = numbers(&table, name).iter().sum::<f64>() * 0.01;
        assert!((mass - n).abs() < 1e-6, "{name}: {mass} of {n}");
    }
    assert_eq!(table.analysis.parameters["bandwidth_m"], 500.0);
    let Marks::Lines(lines) = &table.analysis.plots[0].marks else { panic!("no lines") };
    assert!(lines[0].points.len() > 20 && lines[1..].iter().all(|l| l.is_reference), "30 bandwidths, three marked");
    let own = run("density", &[("adaptive", "yes")], with_fine()).unwrap();
    assert!((numbers(&own, "density").iter().sum::<f64>() * 0.01 - n).abs() < 1e-6);
    assert!(own.analysis.summary["narrowest_bandwidth_m"].as_f64().unwrap() < 400.0);
    assert!(run("density", &[("adaptive", "yes"), ("edge", "uniform")], with_fine()).is_err());
    for rule in ["lcv", "cvl", "diggle", "arcgis"] {
        let chosen = run("density", &[("bandwidth_m", rule)], with_fine()).unwrap();
        assert_eq!(chosen.analysis.parameters["bandwidth_rule"], rule);
        assert!(chosen.analysis.parameters["bandwidth_m"].as_f64().unwrap() > 50.0);
    }
    let mut narrow = with_fine();
    narrow.fine.as_mut().unwrap().nx = SIDE * SIDE;
    assert!(run("density", &[("bandwidth_m", "diggle")], narrow).is_err_and(|e| e.what.contains("16 squares")));
    let mut vague = with_fine();
    vague.uncertainty_m = Some(400.0);
    let table = run("density", &[], vague).unwrap();
    assert_eq!(table.analysis.parameters["bandwidth_m"], 800.0);
    assert!(table.analysis.warnings.iter().any(|w| w.contains("raised to 800 m")));
    let ruled = run("density", &[("bandwidth_m", "scott")], with_fine()).unwrap();
    assert_eq!(ruled.analysis.parameters["bandwidth_rule"], "scott");
    let method = Method::find("density").unwrap();
    let params = |h: &str| method.params(&[("bandwidth_m".to_owned(), h.to_owned())].into()).unwrap();
    assert_eq!([subdivision(&params("500"), 250.0), subdivision(&params("5000"), 250.0)], [3, 1]);
    assert_eq!(subdivision(&params("20"), 1e5), 15);
}

#[test]
fn nothing_at_all() {
    for method in METHODS.iter().filter(|m| m.is_of_places()) {
        let empty = Field {
            shapes: Shapes::Points(vec![]),
            measured: Measured::Counts(vec![]),
            keys: vec![],
            weights: grid_queen(0, &[]),
            fine: Some(Fine { counts: vec![], nx: 0, side_m: 100.0, inside: vec![], centres: vec![] }),
            population: Some(Population { values: vec![], name: "residents".into() }),
            ..field()
        };
        assert_eq!(run(method.id, &[], empty).map(|t| t.len()).unwrap(), 0, "{}", method.id);
    }
}

#[test]
fn police_activity_is_left_out_of_hotspots_unless_asked_for() {
    let narrowed = |id: &str, given: &[(&str, &str)]| {
        let method = Method::find(id).unwrap();
        let given = given.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        let mut query = Query::default();
        method.narrow(&method.params(&given).unwrap(), &mut query);
        query
    };
    assert!(narrowed("gi_star", &[]).leave_out_police_initiated);
    assert_eq!(narrowed("gi_star", &[]).precision, Some(PrecisionSet::POINTLIKE));
    assert!(narrowed("density", &[]).leave_out_police_initiated);
    let all = narrowed("gi_star", &[("police_initiated", "include"), ("locations", "any")]);
    assert_eq!(all, Query::default());
    assert_eq!(narrowed("count", &[]), Query::default());
}
