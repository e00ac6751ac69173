//! Local Moran as methods: columns, classes, records, refusals.

use std::collections::BTreeMap;

use super::super::tests::{classes, field, field_of, numbers, run};
use super::*;
use crate::analysis::METHODS;

#[test]
fn univariate_columns_classes_and_record() {
    let table = run("local_moran", &[], field()).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
    assert_eq!(names, ["count", "local_i", "lag", "z", "p", "q", "quadrant", "class"]);
    let classes = classes(&table);
    assert_eq!((classes[0], classes[21], classes[399]), ("high_high", "high_high", "none"));
    assert_eq!(table.analysis.null.as_deref(), Some("conditional permutation, exact"));
    assert!(table.analysis.summary["moran_i"].as_f64().unwrap() > 0.3);
    assert!(table.analysis.summary["geary_c_z"].as_f64().unwrap() < -3.0);
    assert!(table.analysis.warnings.iter().any(|w| w.contains("low_low and high_low cannot occur")));
    // The same probabilities as Gi* of the same null: what chance deals is the sum of the neighbours.
    assert_eq!(numbers(&table, "p"), numbers(&run("gi_star", &[], field()).unwrap(), "p"));
    let binary = run("local_moran", &[("weights", "binary")], field()).unwrap();
    assert_eq!(numbers(&binary, "p"), numbers(&table, "p"));
    assert!((numbers(&binary, "lag")[21] - 8.0 * numbers(&table, "lag")[21]).abs() < 1e-9);
}

#[test]
fn flat_and_real_values() {
    let flat = run("local_moran", &[], field_of(Measured::Counts(vec![2; 400]))).unwrap();
    assert!(classes(&flat).iter().all(|c| *c == "undefined") && numbers(&flat, "p").iter().all(|p| p.is_nan()));
    assert!(flat.analysis.summary["moran_i"].is_null());
    let values: Vec<f64> = field().numbers().iter().map(|x| x * 0.1 + 3.0).collect();
    let real = run("local_moran", &[("draws", "999")], field_of(Measured::Numbers(values))).unwrap();
    assert_eq!(real.analysis.parameters["draws"], 999);
    assert!((numbers(&real, "p")[21] - 0.002).abs() < 1e-12);
    let normal = run("local_moran", &[("inference", "normal")], field()).unwrap();
    assert!(normal.analysis.null.as_deref().unwrap().contains("normal"));
}

#[test]
fn two_kinds_beside_one_another() {
    let method = METHODS.iter().find(|m| m.id == "local_moran_bivariate").unwrap();
    let params = method.params(&BTreeMap::new()).unwrap();
    // Two blocks that overlap by two columns.
    let block = |from: usize| -> Vec<u32> {
        (0..400)
            .map(|i| if (from..from + 3).contains(&(i % 20)) && i / 20 < 3 { 30 } else { u32::from(i % 7 == 0) })
            .collect()
    };
    let (first, second) = (field_of(Measured::Counts(block(3))), field_of(Measured::Counts(block(4))));
    let table = pair(first, second, &params, &Cancel::default()).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
    assert_eq!(names[..3], ["count", "other_count", "local_i"]);
    let classes = classes(&table);
    assert_eq!((classes[25], classes[27]), ("high_high", "low_high"));
    assert!(table.analysis.summary["bivariate_i"].as_f64().unwrap() > 0.0);
    assert!(table.analysis.summary["bivariate_i_p"].as_f64().unwrap() < 0.05);
    assert_eq!(numbers(&table, "other_count")[6], 30.0);
}

#[test]
fn a_second_kind_must_be_named_whole() {
    let method = METHODS.iter().find(|m| m.id == "local_moran_bivariate").unwrap();
    let ask = |given: &[(&str, &str)]| {
        let given = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        other(&Query::default(), &method.params(&given).unwrap())
    };
    assert!(ask(&[]).unwrap_err().hint.contains("other_category"));
    assert!(ask(&[("other_context", "gang")]).unwrap_err().hint.contains("never mixed"));
    assert!(ask(&[("other_context", "gangs"), ("other_definition", "d")]).unwrap_err().hint.contains("firearm"));
    assert!(ask(&[("other_category", "9999")]).is_err());
    let both =
        ask(&[("other_category", "0401, 0101"), ("other_context", "firearm"), ("other_definition", "d")]).unwrap();
    assert_eq!((both.categories.len(), both.context.unwrap().definition.as_str()), (2, "d"));
}
