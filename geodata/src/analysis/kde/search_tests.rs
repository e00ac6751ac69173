//! Bandwidths that incidents choose: spatstat's choice on Memphis, the lattice against the points, lonely incidents.

use super::*;
use crate::analysis::golden_tests::{memphis_points, memphis_window};
use crate::analysis::kde::{Lattice, at_places, bin, gaussian_mass_in_box};

fn pick(tried: &[Tried], of: fn(&[Tried]) -> Option<usize>) -> f64 {
    of(tried).map_or(f64::NAN, |k| tried[k].sd_m)
}

/// The same from the points themselves, within a box.
fn of_points(points: &[(f64, f64)], window: (f64, f64, f64, f64), sd_m: f64) -> Tried {
    let top = Kernel::Gaussian.height(0.0, sd_m) * crate::analysis::kde::M2_PER_KM2;
    let density = at_places(points, None, points, Kernel::Gaussian, sd_m);
    let log = |(d, &p): (&f64, &(f64, f64))| ((d - top) / gaussian_mass_in_box(p, sd_m, window)).ln();
    let ground = (window.2 - window.0) * (window.3 - window.1) / 1e6;
    Tried {
        sd_m,
        log_likelihood: density.iter().zip(points).map(log).sum(),
        ground_gap_km2: density.iter().map(|d| 1.0 / d).sum::<f64>() - ground,
    }
}

#[test]
fn memphis_bandwidths_are_those_of_spatstat() {
    let Some(points) = memphis_points() else { return };
    let (x0, y0, x1, y1) = memphis_window(&points);
    // Its sixteen candidates: even steps of the logarithm from the least distance of two places to half the diagonal.
    let (low, high) = (91.086_134_801_311_06_f64, 0.5 * (x1 - x0).hypot(y1 - y0));
    let sds: Vec<f64> = (0..16).map(|k| low * (high / low).powf(f64::from(k) / 15.0)).collect();
    let exact: Vec<Tried> = sds.iter().map(|&sd| of_points(&points, (x0, y0, x1, y1), sd)).collect();
    assert!((pick(&exact, most_likely) - 276.836_477_994_846).abs() < 1e-6, "bw.ppl");
    assert!((pick(&exact, fits_ground) - 7_772.065_308_881_67).abs() < 1e-6, "bw.CvL");

    let side_m = 25.0;
    let (nx, ny) = (((x1 - x0) / side_m).ceil() as usize, ((y1 - y0) / side_m).ceil() as usize);
    let lattice = Lattice { x0_m: x0, y0_m: y0, side_m, nx, ny };
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let counts = bin(&xs, &ys, &lattice);
    let found = search(&counts, &vec![true; counts.len()], (nx, side_m), &sds, &Cancel::default()).unwrap();
    assert_eq!(pick(&found, most_likely), pick(&exact, most_likely));
    assert_eq!(pick(&found, fits_ground), pick(&exact, fits_ground));
    for (a, b) in found.iter().zip(&exact).filter(|(_, b)| b.log_likelihood.is_finite()) {
        let an_incident = (a.log_likelihood - b.log_likelihood).abs() / points.len() as f64;
        assert!(an_incident < 0.02, "{}: {an_incident}", a.sd_m);
    }
    // Thirty of our own find the neighbourhood too.
    let own = search(
        &counts,
        &vec![true; counts.len()],
        (nx, side_m),
        &tried_sds(counts.len(), (nx, side_m)),
        &Cancel::default(),
    );
    let chosen = pick(&own.unwrap(), most_likely);
    assert!((200.0..400.0).contains(&chosen), "{chosen}");
}

#[test]
fn a_lonely_incident_rules_no_bandwidth_out() {
    let mut counts = vec![0; 100 * 100];
    for i in 0..200 {
        counts[(20 + i % 14) * 100 + 20 + i % 15] += 1;
    }
    let without = search(&counts, &[true; 10_000], (100, 10.0), &[30.0, 60.0, 120.0], &Cancel::default()).unwrap();
    counts[95 * 100 + 95] = 1;
    let with = search(&counts, &[true; 10_000], (100, 10.0), &[30.0, 60.0, 120.0], &Cancel::default()).unwrap();
    for (a, b) in with.iter().zip(&without) {
        assert!(a.log_likelihood.is_finite() && a.log_likelihood < b.log_likelihood, "{a:?} {b:?}");
    }
    // Far away it is foretold by its nearest: exp(-d^2 / 2 s^2) of the top, over the mass that lies inside.
    let d2 = f64::from(62 * 62 + 61 * 61) * 100.0;
    let lost = without[0].log_likelihood - with[0].log_likelihood;
    assert!(lost > 0.45 * d2 / 900.0 - 20.0, "{lost}");
}

#[test]
fn the_nearest_is_the_nearest() {
    let counts: Vec<u32> = (0..30 * 20).map(|i| u32::from(i * i % 29 == 1)).collect();
    let level = Level::new(&counts, &[true; 600], (30, 1.0));
    assert!(level.lonely.len() > 10);
    for &(i, found) in &level.lonely {
        let d2 = |j: usize| (i % 30).abs_diff(j % 30).pow(2) + (i / 30).abs_diff(j / 30).pow(2);
        let want = (0..600).filter(|&j| j != i && counts[j] > 0).map(d2).min().unwrap();
        assert_eq!(found, want as f64);
    }
}

#[test]
fn few_and_stopped() {
    let run = |counts: &[u32], cancel: &Cancel| search(counts, &vec![true; counts.len()], (2, 10.0), &[20.0], cancel);
    assert!(run(&[1, 0, 0, 0], &Cancel::default()).is_err_and(|e| e.what.contains("1 incident")));
    assert!(run(&[2, 0, 0, 0], &Cancel::default()).unwrap()[0].log_likelihood.is_finite());
    let stopped = Cancel::default();
    stopped.stop();
    assert!(run(&[2, 0, 0, 0], &stopped).is_err());
    let sds = tried_sds(160_000, (400, 50.0));
    assert_eq!((sds.len(), sds[0]), (30, 100.0));
    assert!((sds[29] - 10_000.0).abs() < 1e-6 && sds.is_sorted());
}
