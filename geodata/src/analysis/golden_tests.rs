//! The numbers that must come out: Columbus, North Carolina and Memphis, as the reference programs give them.

use std::collections::HashMap;
use std::path::Path;

use super::fdr::benjamini_hochberg;
use super::golden_facts::*;
use super::permutation::{Null, Tails, exact, monte_carlo};
use super::special::{normal_two_sided, normal_upper};
use super::weights::{Weights, grid_queen_of_cells};
use super::{gi_star, kde, rates};
use crate::cancel::Cancel;
use crate::testing::shared;

/// Columns of a reference file by name; `None` where the folder is not there.
pub(super) fn golden(file: &str) -> Option<HashMap<String, Vec<String>>> {
    Some(columns(&shared("golden")?.join(file)))
}

pub(super) fn columns(path: &Path) -> HashMap<String, Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut columns: HashMap<String, Vec<String>> = names.iter().map(|n| (n.clone(), vec![])).collect();
    for record in reader.records() {
        for (name, value) in names.iter().zip(&record.unwrap()) {
            columns.get_mut(name).unwrap().push(value.to_owned());
        }
    }
    columns
}

pub(super) fn numbers(columns: &HashMap<String, Vec<String>>, name: &str) -> Vec<f64> {
    columns[name].iter().map(|v| v.trim().parse().unwrap()).collect()
}

pub(super) fn assert_close(name: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{name}");
    for (i, (a, b)) in got.iter().zip(want).enumerate() {
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{name} {i}: {a} is not {b}");
    }
}

pub(super) fn columbus() -> (Vec<f64>, Weights) {
    let pairs = COLUMBUS_PAIRS.iter().map(|&(a, b)| (a - 1, b - 1));
    (COLUMBUS.iter().map(|c| c.0).collect(), Weights::from_pairs(49, pairs))
}

#[test]
fn columbus_gi_star() {
    let (crime, weights) = columbus();
    let z = gi_star::z(&crime, &weights.with_self());
    assert_close("z", &z, &COLUMBUS.map(|c| c.1), 1e-9);
    // Row-standardised weights give the same score; the mistake of the field is another variance, not another weight.
    assert_close("row-standardised", &gi_star::z(&crime, &weights.with_self().row_standardised()), &z, 1e-9);
    assert_eq!(z.iter().filter(|z| z.abs() > 1.96).count(), 18);
    let p: Vec<f64> = z.iter().map(|&z| normal_two_sided(z)).collect();
    let q = benjamini_hochberg(&p);
    for (alpha, rejected) in [(0.01, 0), (0.05, 9), (0.1, 13)] {
        assert_eq!(q.iter().filter(|&&q| q <= alpha).count(), rejected, "{alpha}");
    }
    if let Some(table) = golden("columbus_local.csv") {
        assert_close("z", &z, &numbers(&table, "gstar_z"), 1e-9);
        assert_close("p", &p, &numbers(&table, "gstar_p2"), 1e-9);
        assert_close("q", &q, &numbers(&table, "gstar_bh"), 1e-9);
    }
}

#[test]
fn columbus_conditional_permutation() {
    let (crime, weights) = columbus();
    let draws = 9_999;
    let keys: Vec<u64> = (0..49).collect();
    let tails =
        monte_carlo(&crime, &weights.with_self(), Null::Conditional, (draws, 20_130), &keys, &Cancel::default());
    let tails = tails.unwrap();
    let check = |i: usize, want: f64| {
        // The standard error of our own run, at the reference's p of one tail, and twice that for two.
        let p = (want / 2.0).min(0.5);
        let se = 2.0 * (p * (1.0 - p) / f64::from(draws)).sqrt();
        let got = tails[i].two_sided();
        assert!((got - want).abs() <= 5.0 * se + 2.0 / f64::from(draws + 1), "{i}: {got} is not {want}");
    };
    for (unit, p, _) in COLUMBUS_P {
        check(unit - 1, p);
    }
    if let Some(table) = golden("columbus_gstar_condperm_ref.csv") {
        numbers(&table, "p_two_sided").into_iter().enumerate().for_each(|(i, p)| check(i, p));
    }
}

#[test]
fn north_carolina_empirical_bayes() {
    let (deaths, births): (Vec<f64>, Vec<f64>) = SIDS.iter().copied().unzip();
    let eb = rates::empirical_bayes(&deaths, &births);
    assert_close("a, b", &[eb.between * 1e6, eb.overall], &[0.769_293_064_701_465, 0.002_021_444_893_654_42], 1e-9);
    assert!((eb.rates[0] - 0.001_697_297_330_855_62).abs() < 1e-12);
    if let Some(table) = golden("sids2_eb.csv") {
        let thousand = |v: Vec<f64>| v.into_iter().map(|x| x * 1000.0).collect::<Vec<_>>();
        assert_close("eb", &thousand(eb.rates), &thousand(numbers(&table, "eb")), 1e-9);
    }
}

#[test]
fn memphis_exact_probabilities_of_some_cells() {
    for (own, around, greater, less, total) in MEMPHIS_EXACT {
        // The same counts in any places: the first holds its own, its neighbours theirs, the rest what is left.
        let mut left: HashMap<u32, usize> = MEMPHIS_COUNTS.into_iter().collect();
        let mut counts = vec![own];
        counts.extend(around);
        counts.iter().for_each(|c| *left.get_mut(c).unwrap() -= 1);
        let mut rest: Vec<(u32, usize)> = left.into_iter().collect();
        rest.sort_unstable();
        counts.extend(rest.into_iter().flat_map(|(c, m)| std::iter::repeat_n(c, m)));
        let weights = Weights::from_pairs(counts.len(), (1..=around.len() as u32).map(|j| (0, j))).with_self();
        let conditional = exact(&counts, &weights, Null::Conditional, &Cancel::default()).unwrap()[0];
        assert_close("conditional", &[conditional.greater, conditional.less], &[greater, less], 1e-11);
        let got = exact(&counts, &weights, Null::Total, &Cancel::default()).unwrap()[0];
        assert!((got.greater - total).abs() < 1e-11, "{} is not {total}", got.greater);
    }
}

#[test]
fn memphis_density_of_one_place() {
    let at = |kernel| kde::at_places(&MEMPHIS_NEAR, None, &[MEMPHIS_PLACE], kernel, 1000.0)[0];
    let (quartic, epanechnikov, too_high) = MEMPHIS_DENSITY;
    assert_close("kde", &[at(kde::Kernel::Quartic), at(kde::Kernel::Epanechnikov)], &[quartic, epanechnikov], 1e-6);
    assert!((too_high / at(kde::Kernel::Quartic) - 7.25).abs() < 1e-6, "the known mistake is 7.25 times");
}

/// Cells of the reference's grid by whole numbers, their counts and the file.
fn memphis(file: &str) -> Option<(Vec<u32>, Weights, HashMap<String, Vec<String>>)> {
    let table = golden(file)?;
    let whole = |name: &str| -> Vec<i64> {
        let v = numbers(&table, name);
        let low = v.iter().copied().fold(f64::INFINITY, f64::min);
        v.iter().map(|x| ((x - low) / 500.0).round() as i64).collect()
    };
    let cells: Vec<(i64, i64)> = whole("x").into_iter().zip(whole("y")).collect();
    let counts = numbers(&table, "n").iter().map(|&n| n as u32).collect();
    Some((counts, grid_queen_of_cells(&cells).with_self(), table))
}

fn hot(p: &[f64], is_above: impl Fn(usize) -> bool) -> usize {
    benjamini_hochberg(p).iter().enumerate().filter(|&(i, &q)| q <= 0.05 && is_above(i)).count()
}

#[test]
fn memphis_gi_star() {
    let Some((counts, weights, table)) = memphis("memphis_500m_gistar_kde.csv") else { return };
    let z = gi_star::z_of_counts(&counts, &weights);
    assert_close("z", &z, &numbers(&table, "gistar"), 1e-9);
    let k: Vec<f64> = (0..counts.len()).map(|i| weights.row(i).len() as f64).collect();
    assert_close("k", &k, &numbers(&table, "k_incl_self"), 0.0);
    let p: Vec<f64> = z.iter().map(|&z| normal_two_sided(z)).collect();
    assert_close("p", &p, &numbers(&table, "p2"), 1e-9);
    assert_close("q", &benjamini_hochberg(&p), &numbers(&table, "bh"), 1e-9);
    assert_eq!(hot(&p, |i| z[i] > 0.0), 278, "normal approximation, two-sided");
    let upper: Vec<f64> = z.iter().map(|&z| normal_upper(z)).collect();
    assert_eq!(hot(&upper, |_| true), 310, "normal approximation, one-sided");
}

#[test]
fn memphis_exact_probabilities() {
    let Some((counts, weights, table)) = memphis("memphis_500m_gstar_exact_perm.csv") else { return };
    let run = |null| exact(&counts, &weights, null, &Cancel::default()).unwrap();
    let column = |tails: &[Tails], f: fn(&Tails) -> f64| tails.iter().map(f).collect::<Vec<_>>();
    let conditional = run(Null::Conditional);
    assert_close("greater", &column(&conditional, |t| t.greater), &numbers(&table, "p_greater_exact"), 1e-9);
    assert_close("less", &column(&conditional, |t| t.less), &numbers(&table, "p_less_exact"), 1e-9);
    let two_sided = column(&conditional, |t| t.two_sided());
    assert_close("two-sided", &two_sided, &numbers(&table, "p_two_sided"), 1e-9);
    let total = run(Null::Total);
    let upper = column(&total, |t| t.greater);
    assert_close("total", &upper, &numbers(&table, "gstar_p_greater_exact_total"), 1e-9);
    assert_eq!(hot(&upper, |_| true), 45, "exact, total, one-sided");
    assert_eq!(hot(&two_sided, |i| conditional[i].is_above()), 24, "exact, conditional, two-sided");
    assert_eq!(hot(&column(&total, |t| t.two_sided()), |i| total[i].is_above()), 30, "exact, total, two-sided");
}

pub(super) fn memphis_points() -> Option<Vec<(f64, f64)>> {
    let table = golden("memphis_points_utm15n.csv")?;
    Some(numbers(&table, "x").into_iter().zip(numbers(&table, "y")).collect())
}

/// The box that the reference has around the points of Memphis: west, south, east, north, 500 m away from the outermost.
pub(super) fn memphis_window(points: &[(f64, f64)]) -> (f64, f64, f64, f64) {
    let ends = |axis: fn(&(f64, f64)) -> f64| {
        let all = points.iter().map(axis);
        (all.clone().fold(f64::INFINITY, f64::min) - 500.0, all.fold(f64::NEG_INFINITY, f64::max) + 500.0)
    };
    let ((x0, x1), (y0, y1)) = (ends(|p| p.0), ends(|p| p.1));
    (x0, y0, x1, y1)
}

#[test]
fn memphis_density() {
    let (Some(points), Some(table)) = (memphis_points(), golden("memphis_kde_exact.csv")) else { return };
    let places: Vec<(f64, f64)> = numbers(&table, "x").into_iter().zip(numbers(&table, "y")).collect();
    let run = |kernel, h| kde::at_places(&points, None, &places, kernel, h);
    let quartic = run(kde::Kernel::Quartic, 1000.0);
    assert_close("quartic", &quartic, &numbers(&table, "quartic_bw1000_per_km2"), 1e-6);
    let epanechnikov = run(kde::Kernel::Epanechnikov, 1000.0);
    assert_close("epanechnikov", &epanechnikov, &numbers(&table, "epanechnikov_bw1000_per_km2"), 1e-6);
    assert_close("gaussian", &run(kde::Kernel::Gaussian, 500.0), &numbers(&table, "gaussian_sd500_per_km2"), 1e-6);
    let wrong = numbers(&table, "qgis_scaled_bug_per_km2");
    assert!(quartic.iter().zip(&wrong).filter(|(a, _)| **a > 0.0).all(|(a, b)| (b / a - 7.25).abs() < 1e-3));
}

#[test]
fn memphis_bandwidths() {
    let Some(points) = memphis_points() else { return };
    let spread = kde::spread_of_points(&points);
    let (scott, nrd) = (kde::scott(&spread), kde::nrd(&spread));
    assert_close("scott", &[scott.0, scott.1], &[1_705.861_319_890_093, 1_814.139_817_350_948_8], 1e-9);
    assert_close("nrd", &[nrd.0, nrd.1], &[5_592.453_308_359_207, 5_947.430_840_406_268], 1e-9);
    let metres = |rule: kde::Bandwidth, kernel| rule.metres(kernel, &spread).unwrap();
    let got = [
        metres(kde::Bandwidth::Scott, kde::Kernel::Gaussian),
        metres(kde::Bandwidth::Nrd, kde::Kernel::Quartic),
        metres(kde::Bandwidth::Fixed(500.0), kde::Kernel::Quartic),
    ];
    assert_close("rules", &got, &[1_759.167_684_813_32, 5_769.942_074_382_738, 500.0], 1e-9);
}

#[test]
fn memphis_edge_corrections() {
    let (Some(points), Some(table)) = (memphis_points(), golden("memphis_spatstat_gauss750_at_points_per_km2.csv"))
    else {
        return;
    };
    // The reference's window is the points' bounding box and 500 m around it.
    let bound = |axis: fn(&(f64, f64)) -> f64, pick: fn(f64, f64) -> f64| points.iter().map(axis).reduce(pick).unwrap();
    let window = (
        bound(|p| p.0, f64::min) - 500.0,
        bound(|p| p.1, f64::min) - 500.0,
        bound(|p| p.0, f64::max) + 500.0,
        bound(|p| p.1, f64::max) + 500.0,
    );
    let mass: Vec<f64> = points.iter().map(|&p| kde::gaussian_mass_in_box(p, 750.0, window)).collect();
    let none = kde::at_places(&points, None, &points, kde::Kernel::Gaussian, 750.0);
    let uniform: Vec<f64> = none.iter().zip(&mass).map(|(d, m)| d / m).collect();
    let weights: Vec<f64> = mass.iter().map(|m| 1.0 / m).collect();
    let diggle = kde::at_places(&points, Some(&weights), &points, kde::Kernel::Gaussian, 750.0);
    assert_close("none", &none, &numbers(&table, "none"), 1e-4);
    assert_close("uniform", &uniform, &numbers(&table, "uniform"), 1e-4);
    assert_close("diggle", &diggle, &numbers(&table, "diggle"), 1e-4);
}
