//! Kernels, lattices and edges: mass, translation, threads, and nothing at all.

use proptest::prelude::*;

use super::*;

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1.0)
}

#[test]
fn every_kernel_has_mass_one() {
    for (name, kernel) in Kernel::ALL {
        let step = 0.01;
        let reach = kernel.reach_m(1.0);
        let n = (reach / step) as usize;
        let ring = |i: usize| {
            let r = (i as f64 + 0.5) * step;
            2.0 * PI * r * step * kernel.height(r * r, 1.0)
        };
        let mass: f64 = (0..n).map(ring).sum();
        assert!(close(mass, 1.0, 1e-3), "{name}: {mass}");
    }
}

/// QGIS before 3.40.4 and SpatialKDE multiply the quartic kernel by 3/pi and 15/16 over again: a volume of 7.25.
#[test]
fn qgis_scaled_the_quartic_kernel_7_25_times_too_high_and_ours_is_one() {
    let wrong = |d2: f64| 15.0 / 16.0 * (1.0 - d2).powi(2) / (3.0 / PI) * (7.25 * 16.0 * 9.0 / (15.0 * PI * PI));
    let volume = |height: &dyn Fn(f64) -> f64| {
        (0..2000).map(|i| (f64::from(i) + 0.5) / 2000.0).map(|r| 2.0 * PI * r * height(r * r) / 2000.0).sum::<f64>()
    };
    assert!((volume(&|d2| Kernel::Quartic.height(d2, 1.0)) - 1.0).abs() < 1e-6);
    assert!((volume(&wrong) - 7.25).abs() < 1e-5);
}

proptest! {
    #[test]
    fn diggle_keeps_the_number_of_incidents(
        counts in prop::collection::vec(0_u32..9, 20 * 15),
        holes in prop::collection::vec(prop::bool::weighted(0.8), 20 * 15),
        kernel in 0_usize..3,
    ) {
        let n: u32 = counts.iter().zip(&holes).filter(|(_, m)| **m).map(|(c, _)| c).sum();
        let kernel = Kernel::ALL[kernel].1;
        let d = density(&counts, Some(&holes), (20, 50.0), (kernel, 250.0), Edge::Diggle).unwrap();
        let mass: f64 = d.iter().filter(|d| !d.is_nan()).sum::<f64>() * 0.0025;
        prop_assert!(close(mass, f64::from(n), 1e-9), "{mass} {n}");
        prop_assert!(d.iter().zip(&holes).all(|(d, m)| d.is_nan() != *m));
    }

    #[test]
    fn moving_everything_moves_the_density(dx in -3_i32..3, dy in -3_i32..3, at in 0_usize..25) {
        let place = |dx: i32, dy: i32| {
            let (x, y) = (10 + at as i32 % 5 + dx, 10 + at as i32 / 5 + dy);
            (y * 25 + x) as usize
        };
        for (_, kernel) in Kernel::ALL {
            let field = |i: usize| { let mut f = vec![0.0_f64; 625]; f[i] = 3.0; f };
            let stencil = Stencil::new(kernel, 3.0, 1.0).unwrap();
            let (a, b) = (stencil.convolve(&field(place(0, 0)), 25, 0), stencil.convolve(&field(place(dx, dy)), 25, 0));
            for y in 3..22_i32 {
                for x in 3..22_i32 {
                    let here = a[(y * 25 + x) as usize];
                    prop_assert_eq!(here.to_bits(), b[((y + dy) * 25 + x + dx) as usize].to_bits());
                }
            }
        }
    }
}

#[test]
fn a_lattice_of_a_fifth_of_the_bandwidth_is_close_to_exact() {
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 24)
    };
    let points: Vec<(f64, f64)> = (0..2000).map(|_| (500.0 + 1000.0 * random(), 600.0 + 800.0 * random())).collect();
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    for (name, kernel) in Kernel::ALL {
        let h = if kernel == Kernel::Gaussian { 120.0 } else { 400.0 };
        let lattice = Lattice { x0_m: 0.0, y0_m: 0.0, side_m: 40.0, nx: 50, ny: 50 };
        let counts = bin(&xs, &ys, &lattice);
        let places: Vec<(f64, f64)> =
            (0..2500).map(|i| (f64::from(i % 50) * 40.0 + 20.0, f64::from(i / 50) * 40.0 + 20.0)).collect();
        let exact = at_places(&points, None, &places, kernel, h);
        let binned = density(&counts, None, (50, 40.0), (kernel, h), Edge::None).unwrap();
        let top = exact.iter().copied().fold(0.0, f64::max);
        let worst = exact.iter().zip(&binned).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(worst < 0.01 * top, "{name}: {worst} of {top}");
    }
}

#[test]
fn a_tile_with_margin_is_a_part_of_the_whole() {
    let whole: Vec<f32> = (0..40 * 40).map(|i| ((i * i) % 17) as f32).collect();
    for (_, kernel) in Kernel::ALL {
        let stencil = Stencil::<f32>::new(kernel, 1.7, 1.0).unwrap();
        let all = stencil.convolve(&whole, 40, 0);
        let margin = stencil.reach();
        let inner = stencil.convolve(&whole, 40, margin);
        let side = 40 - 2 * margin;
        for (i, v) in inner.iter().enumerate() {
            assert_eq!(v.to_bits(), all[(i / side + margin) * 40 + i % side + margin].to_bits());
        }
        assert!(stencil.convolve(&whole, 40, 20).is_empty());
    }
}

#[test]
fn threads_change_no_bit() {
    let counts: Vec<u32> = (0..300 * 200).map(|i| u32::from(i % 97 == 0) * (i % 5)).collect();
    let run = || density(&counts, None, (300, 10.0), (Kernel::Quartic, 75.0), Edge::Uniform).unwrap();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (a, b) = (run(), one.install(run));
    assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()));
}

#[test]
fn nothing_and_nonsense() {
    assert!(density(&[], None, (0, 10.0), (Kernel::Quartic, 75.0), Edge::Diggle).unwrap().is_empty());
    assert!(density(&[1], None, (1, 10.0), (Kernel::Quartic, f64::NAN), Edge::None).is_err());
    assert!(density(&[1], None, (1, 1.0), (Kernel::Quartic, 1e6), Edge::None).is_err());
    let lattice = Lattice { x0_m: 0.0, y0_m: 0.0, side_m: 1.0, nx: 2, ny: 1 };
    assert_eq!(bin(&[f64::NAN, 0.0, 1.9, 2.0, -0.1], &[0.0; 5], &lattice), [1, 1]);
    assert!(at_places(&[(0.0, 0.0)], None, &[(0.0, 0.0)], Kernel::Quartic, 0.0)[0].is_nan());
    assert_eq!(at_places(&[], None, &[(0.0, 0.0)], Kernel::Quartic, 1.0), [0.0]);
    assert!(Bandwidth::Scott.metres(Kernel::Quartic, &spread_of_points(&[(1.0, 1.0)])).is_err());
    assert!(Bandwidth::Nrd.metres(Kernel::Quartic, &spread_of_lattice(&[9, 0], 2, 10.0)).is_err());
}
