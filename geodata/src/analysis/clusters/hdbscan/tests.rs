//! The least tree, and what hangs together at which distance, against their definitions.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn core_distances_and_the_least_tree_are_those_of_all_pairs(
        lattice in prop::collection::vec((0_u8..30, 0_u8..30), 2..150),
        min_points in 1_u32..8,
    ) {
        let xy: Vec<(f64, f64)> = lattice.iter().map(|p| (f64::from(p.0), f64::from(p.1))).collect();
        let places = Places::new(&xy, side(&xy)).unwrap();
        let tree = tree::Tree::new(&places);
        let cancel = Cancel::default();
        let cores2 = tree.core_distances2(min_points, &cancel).unwrap();
        let d2 = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2);
        for (i, &p) in tree.points.iter().enumerate() {
            let mut all: Vec<f64> = xy.iter().map(|&q| d2(p, q)).collect();
            all.sort_unstable_by(f64::total_cmp);
            prop_assert_eq!(cores2[i], all[(min_points as usize).min(all.len()) - 1]);
        }
        // Prim: always the nearest of those not yet in the tree.
        let n = tree.points.len();
        let reach = |i: usize, j: usize| d2(tree.points[i], tree.points[j]).max(cores2[i]).max(cores2[j]);
        let mut nearest: Vec<f64> = (0..n).map(|j| reach(0, j)).collect();
        let mut is_in = vec![false; n];
        let mut want = Vec::new();
        is_in[0] = true;
        for _ in 1..n {
            let next = (0..n).filter(|&j| !is_in[j]).min_by(|&a, &b| nearest[a].total_cmp(&nearest[b])).unwrap();
            want.push(nearest[next]);
            is_in[next] = true;
            (0..n).for_each(|j| nearest[j] = nearest[j].min(reach(next, j)));
        }
        let mut got: Vec<f64> = spanning::tree(&tree, &cores2, &cancel).unwrap().iter().map(|e| e.metres).collect();
        got.sort_unstable_by(f64::total_cmp);
        want.sort_unstable_by(f64::total_cmp);
        prop_assert_eq!(got, want);
    }
}
