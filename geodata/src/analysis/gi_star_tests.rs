//! Gi* under the changes that must not matter, and where it is undefined.

use proptest::prelude::*;

use super::*;
use crate::analysis::weights::{Weights, grid_queen};

fn same(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x.is_nan() && y.is_nan()) || (x - y).abs() <= tolerance)
}

proptest! {
    #[test]
    fn invariant_to_scale_shift_and_row_standardisation(
        counts in prop::collection::vec(0_u32..30, 25),
        a in 0.01..100.0_f64,
        b in -1000.0..1000.0_f64,
    ) {
        let lattice: Vec<u32> = (0..25).collect();
        let weights = grid_queen(5, &lattice).with_self();
        let values: Vec<f64> = counts.iter().map(|&c| f64::from(c)).collect();
        let plain = z_of_counts(&counts, &weights);
        prop_assert!(same(&plain, &z(&values, &weights), 1e-9));
        prop_assert!(same(&plain, &z(&values, &weights.row_standardised()), 1e-9));
        if counts.iter().any(|&c| c != counts[0]) {
            let moved: Vec<f64> = values.iter().map(|x| a * x + b).collect();
            prop_assert!(same(&plain, &z(&moved, &weights), 1e-6));
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_bit(values in prop::collection::vec(-5.0..5.0_f64, 20), step in 1_usize..19) {
        let lattice: Vec<u32> = (0..20).collect();
        let weights = grid_queen(5, &lattice).with_self();
        let order: Vec<usize> = (0..20).map(|i| (i + step) % 20).collect();
        let mut position = [0_u32; 20];
        order.iter().enumerate().for_each(|(new, &old)| position[old] = new as u32);
        let lists = order.iter().map(|&o| weights.row(o).iter().map(|&j| position[j as usize]).collect()).collect();
        let moved: Vec<f64> = order.iter().map(|&o| values[o]).collect();
        let (a, b) = (z(&values, &weights), z(&moved, &Weights::from_lists(lists)));
        for (new, &old) in order.iter().enumerate() {
            prop_assert_eq!(a[old].to_bits(), b[new].to_bits());
        }
    }
}

#[test]
fn undefined_where_nothing_can_be_said() {
    let lattice: Vec<u32> = (0..9).collect();
    let weights = grid_queen(3, &lattice).with_self();
    assert!(z_of_counts(&[4; 9], &weights).iter().all(|z| z.is_nan()));
    assert!(z(&[0.1; 9], &weights).iter().all(|z| z.is_nan()));
    // The middle cell's neighbourhood is the whole area.
    let counts = [1, 0, 0, 0, 0, 0, 0, 0, 0];
    let z9 = z_of_counts(&counts, &weights);
    assert!(z9[4].is_nan() && z9[0] > 0.0);
    let island = Weights::from_pairs(3, [(0, 1)]).with_self();
    assert!(z_of_counts(&[1, 2, 3], &island)[2].is_nan());
    assert!(z(&[1.0, f64::NAN, 3.0], &island).iter().all(|z| z.is_nan()));
    assert!(z(&[], &Weights::from_lists(vec![])).is_empty());
    assert!(z_of_counts(&[7], &Weights::from_lists(vec![vec![0]]))[0].is_nan());
}
