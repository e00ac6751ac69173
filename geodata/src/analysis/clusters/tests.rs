//! DBSCAN against the reference's labels and against its definition; HDBSCAN against its hierarchy; outlines.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Area, Contains};
use geo_types::Point;
use proptest::prelude::*;

use super::*;
use crate::analysis::golden_tests::{golden, numbers};
use crate::cancel::Cancel;
use crate::limits::MAX_HDBSCAN_POINTS;

fn is_near(a: (f64, f64), b: (f64, f64), eps_m: f64) -> bool {
    (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2) <= eps_m * eps_m
}

/// Asserts that the clusters are those of the definition, whatever their numbers.
fn assert_dbscan(xy: &[(f64, f64)], eps_m: f64, min_points: u32, found: &Clusters) {
    let n = xy.len();
    let near = |i: usize| (0..n).filter(move |&j| is_near(xy[i], xy[j], eps_m));
    let cores: Vec<bool> = (0..n).map(|i| near(i).count() >= min_points as usize).collect();
    assert_eq!(found.cores, cores);
    // Cores that hang together, by flooding.
    let mut parts = vec![NOISE; n];
    let mut next = 0;
    for i in 0..n {
        let mut open = if cores[i] && parts[i] == NOISE { vec![i] } else { continue };
        while let Some(i) = open.pop() {
            if parts[i] == NOISE {
                parts[i] = next;
                open.extend(near(i).filter(|&j| cores[j]));
            }
        }
        next += 1;
    }
    let pairs: BTreeSet<(u32, u32)> = (0..n).filter(|&i| cores[i]).map(|i| (parts[i], found.labels[i])).collect();
    assert_eq!(pairs.len(), next as usize, "one label a part");
    assert_eq!(found.len(), next as usize);
    let label_of: BTreeMap<u32, u32> = pairs.into_iter().collect();
    assert_eq!(label_of.values().collect::<BTreeSet<_>>().len(), next as usize, "one part a label");
    for i in (0..n).filter(|&i| !cores[i]) {
        let d2 = |j: usize| (xy[i].0 - xy[j].0).powi(2) + (xy[i].1 - xy[j].1).powi(2);
        let nearest = near(i).filter(|&j| cores[j]).map(|j| (d2(j), label_of[&parts[j]]));
        let want = nearest.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))).map_or(NOISE, |b| b.1);
        assert_eq!(found.labels[i], want, "border {i}");
    }
}

#[test]
fn memphis_robberies_as_the_reference_has_them() {
    let Some(points) = golden("memphis_points_utm15n.csv") else { return };
    let xy: Vec<(f64, f64)> = numbers(&points, "x").into_iter().zip(numbers(&points, "y")).collect();
    for (eps_m, min_points, cores, clusters, noise) in
        [(150.0, 5, 366, 66, 1706), (250.0, 10, 211, 18, 1927), (500.0, 20, 238, 9, 1869)]
    {
        let found = dbscan(&xy, eps_m, min_points, &Cancel::default()).unwrap();
        assert_dbscan(&xy, eps_m, min_points, &found);
        let counts = (found.cores.iter().filter(|c| **c).count(), found.len());
        assert_eq!(counts, (cores, clusters), "{eps_m}");
        assert_eq!(found.labels.iter().filter(|l| **l == NOISE).count(), noise, "{eps_m}");
        let Some(want) = golden(&format!("memphis_dbscan_{eps_m}_{min_points}.csv")) else { return };
        assert_eq!(points["uid"], want["uid"]);
        let (core, label) = (numbers(&want, "core"), numbers(&want, "label"));
        let mut both = BTreeSet::new();
        for i in 0..xy.len() {
            assert_eq!(found.cores[i], core[i] == 1.0, "{i}");
            assert_eq!(found.labels[i] == NOISE, label[i] < 0.0, "{i}");
            if found.cores[i] {
                both.insert((found.labels[i], label[i] as i64));
            }
        }
        assert_eq!(both.len(), clusters, "the same partition of the cores");
    }
}

#[test]
fn the_ball_is_closed_and_counts_the_point_itself() {
    let line = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (9.0, 0.0)];
    let found = dbscan(&line, 1.0, 3, &Cancel::default()).unwrap();
    assert_eq!((found.labels, found.cores), (vec![0, 0, 0, NOISE], vec![false, true, false, false]));
    assert!(dbscan(&line, 0.999, 2, &Cancel::default()).unwrap().is_empty());
}

#[test]
fn a_border_between_two_clusters_goes_to_the_nearest_core_then_the_lower_number() {
    let cluster = |x: f64| [(x, 0.0), (x, 1.0), (x, -1.0), (x, 0.5)];
    let points = |border: f64| [cluster(10.0).as_slice(), &[(border, 0.0)], cluster(6.0).as_slice()].concat();
    let label = |border: f64| dbscan(&points(border), 2.0, 4, &Cancel::default()).unwrap().labels[4];
    // Clusters are numbered from the west.
    assert_eq!((label(8.0), label(8.001), label(7.999)), (0, 1, 0));
}

#[test]
fn many_incidents_at_one_address_are_one_place() {
    let mut xy = vec![(5.0, 5.0); 30];
    xy.extend((0..30).map(|i| (1000.0 + f64::from(i), 0.0)));
    let found = dbscan(&xy, 10.0, 10, &Cancel::default()).unwrap();
    let outlines = outlines(&xy, &found, &Cancel::default()).unwrap();
    let counts: Vec<_> = outlines.iter().map(|o| (o.points, o.places)).collect();
    assert_eq!(counts, [(30, 1), (30, 30)]);
}

/// Points around centres, drawn in a fixed way.
fn blobs(n: usize, centres: &[(f64, f64)], spread: f64) -> Vec<(f64, f64)> {
    let mut state = 12_345_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let mut near =
        |c: (f64, f64)| (c.0 + spread * (next() + next() + next()), c.1 + spread * (next() + next() + next()));
    (0..n).map(|i| near(centres[i % centres.len()])).collect()
}

#[test]
fn hdbscan_finds_clusters_of_differing_density() {
    let mut xy = blobs(200, &[(0.0, 0.0)], 20.0);
    xy.extend(blobs(200, &[(1000.0, 0.0)], 200.0));
    xy.extend([(500.0, 900.0), (-800.0, -700.0)]);
    let found = hdbscan(&xy, 30, 8, 1.0, &Cancel::default()).unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.labels[400..].iter().all(|&l| l == NOISE));
    let share = |of: std::ops::Range<usize>, label| found.labels[of.clone()].iter().filter(|&&l| l == label).count();
    assert!(share(0..200, 0) > 160 && share(200..400, 1) > 160);
    assert!(found.reach_m[0] * 5.0 < found.reach_m[1], "{:?}", found.reach_m);
}

#[test]
fn one_busy_address_does_not_take_all_the_mass() {
    // Without a floor its density is endless.
    let mut xy = blobs(300, &[(0.0, 0.0), (2000.0, 0.0)], 150.0);
    xy.extend([(30.0, 0.0); 40]);
    let found = hdbscan(&xy, 25, 10, 10.0, &Cancel::default()).unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.labels[300..].iter().all(|&l| l == found.labels[300] && l != NOISE));
}

#[test]
fn what_cannot_be_clustered_is_noise_or_refused() {
    let cancel = Cancel::default();
    for xy in [&[][..], &[(f64::NAN, 1.0), (1.0, f64::INFINITY)], &[(3.0, 3.0)]] {
        for found in [dbscan(xy, 5.0, 2, &cancel).unwrap(), hdbscan(xy, 2, 2, 1.0, &cancel).unwrap()] {
            assert!(found.is_empty() && found.labels == vec![NOISE; xy.len()]);
            assert_eq!(outlines(xy, &found, &cancel).unwrap(), []);
        }
    }
    for eps_m in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(dbscan(&[(0.0, 0.0)], eps_m, 2, &cancel).is_err());
        assert!(hdbscan(&[(0.0, 0.0)], 2, 2, eps_m, &cancel).is_err());
    }
    assert!(dbscan(&[(0.0, 0.0), (1e7, 0.0)], 0.1, 2, &cancel).is_err());
    let many = vec![(0.0, 0.0); MAX_HDBSCAN_POINTS + 1];
    assert!(hdbscan(&many, 2, 2, 1.0, &cancel).is_err_and(|e| e.kind == Kind::TooLarge));
    let found = dbscan(&many, 1.0, 2, &cancel).unwrap();
    assert_eq!((found.len(), found.cores.iter().all(|c| *c)), (1, true));
    cancel.stop();
    assert!(dbscan(&many[..9], 1.0, 2, &cancel).is_err_and(|e| e.kind == Kind::Cancelled));
    assert!(hdbscan(&many[..9], 2, 2, 1.0, &cancel).is_err_and(|e| e.kind == Kind::Cancelled));
}

#[test]
fn an_outline_is_no_hull() {
    let ring: Vec<(f64, f64)> = (0..100)
        .map(|i| f64::from(i) * std::f64::consts::TAU / 100.0)
        .map(|a| (1000.0 * a.cos(), 1000.0 * a.sin()))
        .collect();
    let found = dbscan(&ring, 100.0, 3, &Cancel::default()).unwrap();
    let outline = &outlines(&ring, &found, &Cancel::default()).unwrap()[0];
    assert!(!outline.shape.contains(&Point::new(0.0, 0.0)), "nothing was recorded in the middle");
    assert!(ring.iter().all(|&p| outline.shape.contains(&Point::from(p))));
    assert!(!outline.is_coarse && (0.4..0.7).contains(&outline.area_km2));
    let alone = dbscan(&[(7.0, 7.0); 5], 200.0, 5, &Cancel::default()).unwrap();
    let disc = &outlines(&[(7.0, 7.0); 5], &alone, &Cancel::default()).unwrap()[0];
    assert!((disc.area_km2 - std::f64::consts::PI * 0.01).abs() < 1e-9, "a disc of 100 m: {}", disc.area_km2);
}

#[test]
fn an_outline_of_many_places_is_nearly_that_of_few() {
    let square = |side: u32, step: f64| -> Vec<(f64, f64)> {
        (0..side * side).map(|i| (f64::from(i % side) * step, f64::from(i / side) * step)).collect()
    };
    let run = |xy: &[(f64, f64)]| {
        let found = dbscan(xy, 200.0, 3, &Cancel::default()).unwrap();
        outlines(xy, &found, &Cancel::default()).unwrap().remove(0)
    };
    let (few, many) = (run(&square(14, 100.0)), run(&square(66, 20.0)));
    assert!(!few.is_coarse && many.is_coarse);
    // A square of 1.3 km and 100 m around it.
    let exact = 1.3 * 1.3 + 4.0 * 1.3 * 0.1 + std::f64::consts::PI * 0.01;
    for area_km2 in [few.area_km2, many.area_km2] {
        assert!((area_km2 / exact - 1.0).abs() < 0.02, "{area_km2} is not {exact}");
    }
    assert!((many.shape.unsigned_area() / 1e6 - many.area_km2).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn dbscan_is_its_definition(
        lattice in prop::collection::vec((0_u8..25, 0_u8..25), 1..120),
        eps_m in prop::sample::select(vec![0.7, 1.0, 1.5, 2.0, 5.0_f64.sqrt(), 5.0, 40.0]),
        min_points in 1_u32..8,
        shift in -1e5..1e5_f64,
    ) {
        // On a lattice many distances are equal to the bound.
        let xy: Vec<(f64, f64)> = lattice.iter().map(|p| (f64::from(p.0), f64::from(p.1))).collect();
        let found = dbscan(&xy, eps_m, min_points, &Cancel::default()).unwrap();
        assert_dbscan(&xy, eps_m, min_points, &found);
        let moved: Vec<(f64, f64)> = xy.iter().map(|p| (p.0 * 1.37 + shift, p.1 * 0.73 - shift)).collect();
        assert_dbscan(&moved, eps_m, min_points, &dbscan(&moved, eps_m, min_points, &Cancel::default()).unwrap());
    }

    #[test]
    fn neither_order_nor_threads_change_a_label(
        lattice in prop::collection::vec((0_u8..40, 0_u8..40), 2..150),
        step in 1_usize..149,
        min_points in 1_u32..6,
    ) {
        let xy: Vec<(f64, f64)> = lattice.iter().map(|p| (f64::from(p.0), f64::from(p.1))).collect();
        let mut moved = xy.clone();
        moved.rotate_left(step % xy.len());
        moved.reverse();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let cancel = Cancel::default();
        let run = |xy: &[(f64, f64)]| {
            [dbscan(xy, 2.5, min_points, &cancel).unwrap(), hdbscan(xy, 5, min_points, 0.5, &cancel).unwrap()]
        };
        let found = run(&xy);
        let (of, reach_m) = (&found[1].labels, &found[1].reach_m);
        for (i, j) in (0..xy.len()).flat_map(|i| (0..i).map(move |j| (i, j))) {
            if of[i] != of[j] && of[i] != NOISE && of[j] != NOISE {
                let apart = (xy[i].0 - xy[j].0).hypot(xy[i].1 - xy[j].1);
                prop_assert!(apart > reach_m[of[i] as usize].max(reach_m[of[j] as usize]), "outlines do not meet");
            }
        }
        for (a, mut b) in found.into_iter().zip(pool.install(|| run(&moved))) {
            b.labels.reverse();
            b.labels.rotate_right(step % xy.len());
            b.cores.reverse();
            b.cores.rotate_right(step % xy.len());
            prop_assert_eq!(a, b);
        }
    }
}
