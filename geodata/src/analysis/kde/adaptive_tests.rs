//! Adaptive density: mass, the definition by its own words, translation, threads, and what is refused.

use proptest::prelude::*;

use super::*;

const NX: usize = 24;
const SQUARE: (usize, f64) = (NX, 50.0);

fn run(counts: &[u32], inside: &[bool], kernel: Kernel, h: f64, edge: Edge) -> Adaptive {
    adaptive(counts, inside, SQUARE, (kernel, h), edge, &Cancel::default()).unwrap()
}

/// A dense place and some lonely incidents.
fn uneven() -> Vec<u32> {
    (0..NX * 20)
        .map(|i| match (i % NX, i / NX) {
            (4..=6, 5..=7) => 40,
            _ => u32::from(i % 41 == 0),
        })
        .collect()
}

proptest! {
    #[test]
    fn diggle_keeps_the_number_of_incidents(
        counts in prop::collection::vec(0_u32..9, NX * 15),
        inside in prop::collection::vec(prop::bool::weighted(0.8), NX * 15),
        kernel in 0_usize..3,
    ) {
        let n: u32 = counts.iter().zip(&inside).filter(|(_, i)| **i).map(|(c, _)| c).sum();
        let found = run(&counts, &inside, Kernel::ALL[kernel].1, 170.0, Edge::Diggle);
        let mass: f64 = found.density.iter().filter(|d| !d.is_nan()).sum::<f64>() * 0.0025;
        prop_assert!((mass - f64::from(n)).abs() <= 1e-9 * f64::from(n), "{} {}", mass, n);
        prop_assert!(found.density.iter().zip(&inside).all(|(d, i)| d.is_nan() != *i));
    }
}

#[test]
fn abramson_by_its_own_words() {
    let (counts, inside) = (uneven(), vec![true; NX * 20]);
    for (name, kernel) in Kernel::ALL {
        let h = if kernel == Kernel::Gaussian { 120.0 } else { 300.0 };
        let pilot = density(&counts, None, SQUARE, (kernel, h), Edge::None).unwrap();
        let n: f64 = counts.iter().map(|&c| f64::from(c)).sum();
        let ln_g =
            counts.iter().zip(&pilot).filter(|(c, _)| **c > 0).map(|(&c, p)| f64::from(c) * p.ln()).sum::<f64>() / n;
        let mut direct = vec![0.0; counts.len()];
        for (i, &c) in counts.iter().enumerate().filter(|(_, c)| **c > 0) {
            let one: Vec<u32> = (0..counts.len()).map(|j| if i == j { c } else { 0 }).collect();
            let own = h * (ln_g.exp() / pilot[i]).sqrt().clamp(ADAPTIVE_FACTORS.0, ADAPTIVE_FACTORS.1);
            let part = density(&one, None, SQUARE, (kernel, own), Edge::None).unwrap();
            direct.iter_mut().zip(part).for_each(|(d, p)| *d += p);
        }
        let found = run(&counts, &inside, kernel, h, Edge::None);
        let top = direct.iter().copied().fold(0.0, f64::max);
        let worst = found.density.iter().zip(&direct).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        // Half a step of the bandwidth moves the top by two per cent, a mixture of two Gaussians by six in a thousand.
        let bound = if kernel == Kernel::Gaussian { 0.006 } else { 0.025 };
        assert!(worst <= bound * top, "{name}: {worst} of {top}");
        assert!(found.bandwidths_m.0 < h && found.bandwidths_m.1 > h, "{name}: {:?}", found.bandwidths_m);
    }
}

#[test]
fn even_incidents_have_the_fixed_bandwidth() {
    let (counts, inside) = (vec![3; NX * 20], vec![true; NX * 20]);
    let found = run(&counts, &inside, Kernel::Quartic, 250.0, Edge::Diggle);
    let fixed = density(&counts, None, SQUARE, (Kernel::Quartic, 250.0), Edge::Diggle).unwrap();
    // With Diggle's correction only the rim is uneven.
    let middle = 10 * NX + NX / 2;
    assert!((found.density[middle] / fixed[middle] - 1.0).abs() < 1e-9);
}

#[test]
fn moving_everything_moves_the_density() {
    let at = |dx: usize, dy: usize| {
        let mut counts = vec![0; NX * 20];
        for (x, y, n) in [(8, 8, 9), (9, 8, 2), (12, 9, 1)] {
            counts[(y + dy) * NX + x + dx] = n;
        }
        run(&counts, &vec![true; NX * 20], Kernel::Quartic, 150.0, Edge::None).density
    };
    let (here, there) = (at(0, 0), at(2, 1));
    for y in 3..17 {
        for x in 3..20 {
            assert_eq!(here[y * NX + x].to_bits(), there[(y + 1) * NX + x + 2].to_bits());
        }
    }
}

#[test]
fn threads_change_no_bit() {
    let counts: Vec<u32> = (0..NX * 200).map(|i| u32::from(i % 7 == 0) * (i % 5) as u32).collect();
    let inside = vec![true; counts.len()];
    let run = || run(&counts, &inside, Kernel::Epanechnikov, 200.0, Edge::Diggle).density;
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(run);
    assert!(run().iter().zip(&one).all(|(a, b)| a.to_bits() == b.to_bits()));
}

#[test]
fn what_cannot_be_is_refused() {
    let (counts, inside) = (vec![1; NX * 20], vec![true; NX * 20]);
    let run = |h, edge, cancel: &Cancel| adaptive(&counts, &inside, SQUARE, (Kernel::Quartic, h), edge, cancel);
    assert!(run(150.0, Edge::Uniform, &Cancel::default()).is_err_and(|e| e.hint.contains("diggle")));
    assert!(run(f64::NAN, Edge::None, &Cancel::default()).is_err());
    let stopped = Cancel::default();
    stopped.stop();
    assert!(run(150.0, Edge::None, &stopped).is_err_and(|e| e.kind == Kind::Cancelled));
    assert!(refuse_above_limit(MAX_ADAPTIVE_WORK + 1).is_err_and(|e| e.kind == Kind::TooLarge));
    let nothing = adaptive(&[0; 4], &[true; 4], (2, 50.0), (Kernel::Quartic, 100.0), Edge::Diggle, &Cancel::default());
    assert_eq!(nothing.map(|a| a.density), Ok(vec![0.0; 4]));
    let none = adaptive(&[], &[], (0, 50.0), (Kernel::Quartic, 100.0), Edge::Diggle, &Cancel::default());
    assert_eq!(none.map(|a| a.density), Ok(vec![]));
}
