//! Bandwidth rules: closed forms on Memphis, the lattice against the points, and a rule that ignores an axis.

use super::*;
use crate::analysis::golden_tests::memphis_points;
use crate::analysis::kde::{Lattice, bin};

fn points() -> Vec<(f64, f64)> {
    (0..500).map(|i| (f64::from(i * 37 % 500) * 9.0, f64::from(i * i % 499) * 4.0)).collect()
}

#[test]
fn memphis_search_radius_of_arcgis() {
    let Some(points) = memphis_points() else { return };
    let spread = spread_of_points(&points);
    assert!((arcgis(&spread) - 1_732.493_973_523_900_9).abs() < 1e-6, "{}", arcgis(&spread));
    assert!((Bandwidth::Arcgis.metres(Kernel::Quartic, &spread).unwrap() - arcgis(&spread)).abs() < 1e-9);
    let gaussian = Bandwidth::Arcgis.metres(Kernel::Gaussian, &spread).unwrap();
    assert!((gaussian * 8.0_f64.sqrt() - arcgis(&spread)).abs() < 1e-9, "the same standard deviation");
}

#[test]
fn a_lattice_spreads_as_its_points_do() {
    let points = points();
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let lattice = Lattice { x0_m: 0.0, y0_m: 0.0, side_m: 20.0, nx: 240, ny: 120 };
    let of_lattice = spread_of_lattice(&bin(&xs, &ys, &lattice), 240, 20.0);
    let of_points = spread_of_points(&points);
    for rule in [Bandwidth::Scott, Bandwidth::Nrd, Bandwidth::Arcgis] {
        let metres = |s| rule.metres(Kernel::Quartic, s).unwrap();
        let (a, b) = (metres(&of_lattice), metres(&of_points));
        assert!((a / b - 1.0).abs() < 0.02, "{}: {a} {b}", rule.name());
    }
}

/// sfhotspot takes its default bandwidth from x alone: a city twice as long northwards has the same one there.
#[test]
fn sfhotspots_bandwidth_ignores_y_and_ours_does_not() {
    let (here, longer): (Vec<_>, Vec<_>) = points().into_iter().map(|(x, y)| ((x, y), (x, 5.0 * y))).unzip();
    let (here, longer) = (spread_of_points(&here), spread_of_points(&longer));
    assert_eq!(nrd(&here).0, nrd(&longer).0, "what is taken from x alone stays");
    for rule in [Bandwidth::Scott, Bandwidth::Nrd, Bandwidth::Arcgis] {
        let metres = |s| rule.metres(Kernel::Quartic, s).unwrap();
        assert!(metres(&longer) > 1.2 * metres(&here), "{}", rule.name());
    }
    // On Memphis it says 5,592 m, the value of x; the mean of both axes is 5,770 m.
    let Some(points) = memphis_points() else { return };
    let spread = spread_of_points(&points);
    let ours = Bandwidth::Nrd.metres(Kernel::Quartic, &spread).unwrap();
    assert!((nrd(&spread).0 - 5_592.453_308_359_207).abs() < 1e-6 && (ours - 5_769.942_074_382_738).abs() < 1e-6);
}

#[test]
fn names_lead_to_rules_and_back() {
    for name in ["scott", "nrd", "arcgis", "lcv", "cvl", "diggle"] {
        assert_eq!(Bandwidth::named(name).map(Bandwidth::name), Some(name));
    }
    assert_eq!((Bandwidth::named("fixed"), Bandwidth::Fixed(3.0).name()), (None, "fixed"));
    let spread = spread_of_points(&points());
    assert!(Bandwidth::Lcv.is_search() && Bandwidth::Lcv.metres(Kernel::Quartic, &spread).is_err());
}
