//! Density along streets against answers that are known without it: one street, a crossing, every path counted out.

use super::*;
use crate::cancel::Cancel;

const WALK: Walk = Walk { bandwidth_m: 250.0, lixel_m: 10.0 };

fn lixels(lines: &[Vec<(f64, f64)>], events: &[(f64, f64)], walk: Walk) -> (Network, Vec<Lixel>) {
    let network = Network::new(lines).expect("finite");
    let snapped = Snapper::new(&network).snap_all(events, 50.0, &Cancel::default()).expect("not stopped");
    let places: Vec<OnStreet> = snapped.into_iter().flatten().collect();
    let lixels = density(&network, &places, walk, &Cancel::default()).expect("small");
    (network, lixels)
}

fn mass(lixels: &[Lixel]) -> f64 {
    lixels.iter().map(|l| l.per_km * (l.to_m - l.from_m) / 1000.0).sum()
}

/// Quartic kernel from its centre to `d`: its mass on one side, of one half.
fn cumulated(d: f64, h: f64) -> f64 {
    let u = (d / h).clamp(-1.0, 1.0);
    15.0 / 16.0 * (u - 2.0 / 3.0 * u.powi(3) + u.powi(5) / 5.0)
}

/// A grid of streets whose crossings lie a little off, so that no two have the same length.
fn grid(n: usize, seed: u64) -> Vec<Vec<(f64, f64)>> {
    let mut state = seed;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    let at: Vec<(f64, f64)> =
        (0..n * n).map(|i| ((i % n) as f64 * 90.0 + 40.0 * draw(), (i / n) as f64 * 110.0 + 40.0 * draw())).collect();
    let mut lines = vec![];
    for i in 0..n * n {
        let right = (i % n + 1 < n).then_some(i + 1);
        let up = (i + n < n * n).then_some(i + n);
        // Some are missing, which makes dead ends and bends.
        lines.extend([right, up].into_iter().flatten().filter(|_| draw() < 0.85).map(|j| vec![at[i], at[j]]));
    }
    lines
}

/// Density of one incident by following every path without turning back.
fn by_every_path(network: &Network, place: OnStreet, h: f64, cuts: &[Lixel]) -> Vec<f64> {
    let mut left = vec![0.0; cuts.len()];
    let length = |edge: u32| network.segments[(edge / 2) as usize].length_m();
    // Directed edge, where on it the path begins, metres so far, share.
    let mut paths = vec![
        (2 * place.segment, place.along_m, 0.0, 1.0),
        (2 * place.segment + 1, length(2 * place.segment) - place.along_m, 0.0, 1.0),
    ];
    while let Some((edge, begin, so_far, share)) = paths.pop() {
        if so_far >= h {
            continue;
        }
        let whole = length(edge);
        for (left, cut) in left.iter_mut().zip(cuts).filter(|(_, c)| c.segment == edge / 2) {
            let (a, b) = if edge % 2 == 0 { (cut.from_m, cut.to_m) } else { (whole - cut.to_m, whole - cut.from_m) };
            let way = |at: f64| so_far + at.max(begin) - begin;
            *left += share * (cumulated(way(b), h) - cumulated(way(a), h)) / (b - a) * 1000.0;
        }
        let end = network.segments[(edge / 2) as usize].nodes[1 - (edge % 2) as usize];
        let leaving = &network.leaving[end as usize];
        let on: Vec<u32> = leaving.iter().copied().filter(|e| *e != (edge ^ 1) || leaving.len() == 1).collect();
        let share = share / on.len() as f64;
        paths.extend(on.into_iter().map(|e| (e, 0.0, so_far + whole - begin, share)));
    }
    left
}

#[test]
fn on_one_long_street_it_is_the_kernel_of_one_dimension() {
    let line = vec![(0.0, 0.0), (600.0, 0.0), (1000.0, 0.0)];
    let (_, found) = lixels(&[line], &[(400.0, 12.0)], WALK);
    for l in &found {
        let middle = (l.from_m + l.to_m) / 2.0;
        let u = (middle - 400.0) / 250.0;
        let expected = if u.abs() < 1.0 { 15.0 / 16.0 * (1.0 - u * u).powi(2) / 0.25 } else { 0.0 };
        assert!((l.per_km - expected).abs() < 0.02, "{middle} m: {} and not {expected}", l.per_km);
    }
    assert_eq!(found.iter().map(|l| l.count).sum::<u32>(), 1);
}

#[test]
fn at_a_crossing_it_is_split_in_equal_shares_and_at_it_in_four() {
    let arms: Vec<Vec<(f64, f64)>> =
        [(300.0, 0.0), (0.0, 300.0), (-300.0, 0.0), (0.0, -300.0)].map(|c| vec![(0.0, 0.0), c]).to_vec();
    let (network, found) = lixels(&arms, &[(100.0, 0.0)], WALK);
    let of = |arm: usize| network.segment_of(arm).expect("has a length");
    let at = |arm: usize, far_m: f64| {
        // Segments run their own way: the end that is the crossing is at the origin.
        let is_from_origin = network.segments[of(arm) as usize].xy[0] == (0.0, 0.0);
        let m = if is_from_origin { far_m } else { 300.0 - far_m };
        let found = found.iter().find(|l| l.segment == of(arm) && l.from_m <= m && m < l.to_m);
        found.expect("a lixel").per_km
    };
    for arm in 1..4 {
        let expected = 1000.0 / 3.0 * (cumulated(160.0, 250.0) - cumulated(150.0, 250.0)) / 10.0;
        assert!((at(arm, 55.0) - expected).abs() < 0.01, "{} and not {expected}", at(arm, 55.0));
    }
    // On its own street beyond the crossing of its path nothing comes back.
    assert!((at(0, 55.0) - 1000.0 * (cumulated(50.0, 250.0) - cumulated(40.0, 250.0)) / 10.0).abs() < 0.02);
    let (_, middle) = lixels(&arms, &[(0.0, 0.0)], WALK);
    let of_arm = |s: u32| middle.iter().filter(|l| l.segment == s).map(|l| l.per_km).collect::<Vec<_>>();
    let mass_of_arm = |s: u32| of_arm(s).iter().sum::<f64>() / 100.0;
    (0..4).for_each(|s| assert!((mass_of_arm(s) - 0.25).abs() < 1e-12));
}

#[test]
fn nothing_is_lost_at_dead_ends_on_blocks_or_on_streets_shorter_than_a_step() {
    let mut lines = grid(5, 3);
    lines.push(vec![(0.0, -30.0), (0.0, -29.9)]);
    let ring = (0..=12).map(|i| f64::from(i) * std::f64::consts::TAU / 12.0);
    lines.push(ring.map(|a| (-200.0 + 30.0 * a.cos(), 30.0 * a.sin())).collect());
    let events: Vec<(f64, f64)> = (0..200).map(|i| (f64::from(i) * 2.1 - 30.0, f64::from(i * 7 % 400))).collect();
    for walk in [WALK, Walk { bandwidth_m: 1000.0, lixel_m: 50.0 }, Walk { bandwidth_m: 40.0, lixel_m: 500.0 }] {
        let (_, found) = lixels(&lines, &events, walk);
        let n: u32 = found.iter().map(|l| l.count).sum();
        assert!(n > 100);
        assert!((mass(&found) - f64::from(n)).abs() < 1e-9 * f64::from(n), "{} of {n}", mass(&found));
    }
}

#[test]
fn it_is_what_following_every_path_gives() {
    let lines = grid(4, 11);
    let events = [(130.0, 140.0), (33.0, 260.0), (290.0, 20.0)];
    let (network, found) = lixels(&lines, &events, WALK);
    let snapper = Snapper::new(&network);
    let mut expected = vec![0.0; found.len()];
    for event in events {
        let place = snapper.snap(event, 50.0).expect("near a street");
        let one = by_every_path(&network, place, WALK.bandwidth_m, &found);
        expected.iter_mut().zip(one).for_each(|(sum, d)| *sum += d);
    }
    let most = expected.iter().copied().fold(0.0, f64::max);
    for (l, e) in found.iter().zip(&expected) {
        assert!((l.per_km - e).abs() < 0.02 * most, "{} and not {e}", l.per_km);
    }
    let off: f64 = found.iter().zip(&expected).map(|(l, e)| (l.per_km - e).abs()).sum();
    assert!(off < 0.005 * expected.iter().sum::<f64>(), "{}", off / expected.iter().sum::<f64>());
}

#[test]
fn order_and_direction_of_streets_and_incidents_change_no_bit_and_a_shift_next_to_nothing() {
    let lines = grid(4, 5);
    let events: Vec<(f64, f64)> = (0..60).map(|i| (f64::from(i) * 5.0, f64::from(i * 11 % 330))).collect();
    let (network, found) = lixels(&lines, &events, WALK);
    let turned: Vec<Vec<(f64, f64)>> = lines.iter().rev().map(|l| l.iter().rev().copied().collect()).collect();
    let (other, again) = lixels(&turned, &events.iter().rev().copied().collect::<Vec<_>>(), WALK);
    assert_eq!(found, again);
    for line in 0..lines.len() {
        assert_eq!(network.segment_of(line), other.segment_of(lines.len() - 1 - line));
    }
    let moved = |c: &(f64, f64)| (c.0 + 5000.0, c.1 - 300.0);
    let shifted: Vec<Vec<_>> = lines.iter().map(|l| l.iter().map(moved).collect()).collect();
    let (_, far) = lixels(&shifted, &events.iter().map(moved).collect::<Vec<_>>(), WALK);
    for (a, b) in found.iter().zip(&far) {
        assert!((a.per_km - b.per_km).abs() < 1e-9, "{} {}", a.per_km, b.per_km);
    }
}

#[test]
fn threads_change_no_bit() {
    let lines = grid(30, 1);
    let events: Vec<(f64, f64)> = (0..2000).map(|i| (f64::from(i) * 1.3, f64::from(i * 37 % 3000))).collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| lixels(&lines, &events, WALK).1)
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn incidents_far_from_every_street_stay_out_and_those_at_a_corner_are_the_same_for_all_its_streets() {
    let lines = vec![vec![(0.0, 0.0), (100.0, 0.0)], vec![(100.0, 0.0), (100.0, 80.0)]];
    let network = Network::new(&lines).expect("finite");
    let snapper = Snapper::new(&network);
    assert_eq!(snapper.snap((40.0, 50.1), 50.0), None);
    assert!(snapper.snap((40.0, 49.9), 50.0).is_some_and(|p| (p.along_m - 40.0).abs() < 1e-9));
    let places: Vec<OnStreet> =
        [(50.0, 10.0), (60.0, 10.0), (101.0, 60.0)].iter().filter_map(|c| snapper.snap(*c, 50.0)).collect();
    assert_eq!(counts_by_segment(&network, 2, &places), [2, 1]);
    assert_eq!((network.len(), network.nodes_of_degree(1), network.nodes_of_degree(2)), (2, 2, 1));
    assert!((network.length_m() - 180.0).abs() < 1e-9);
}

#[test]
fn what_is_no_street_or_too_much_is_refused_before_the_start() {
    assert!(Network::new(&[vec![(0.0, f64::NAN), (1.0, 1.0)]]).is_err());
    let network = Network::new(&[vec![(0.0, 0.0), (0.0, 0.0)], vec![]]).expect("finite");
    assert!(network.is_empty() && network.segment_of(0).is_none());
    assert_eq!(density(&network, &[], WALK, &Cancel::default()).expect("empty"), []);
    let network = Network::new(&[vec![(0.0, 0.0), (1e6, 0.0)]]).expect("finite");
    for walk in [Walk { bandwidth_m: 0.0, ..WALK }, Walk { lixel_m: f64::NAN, ..WALK }] {
        assert!(density(&network, &[], walk, &Cancel::default()).is_err());
    }
    let too_fine = density(&network, &[], Walk { lixel_m: 0.001, ..WALK }, &Cancel::default());
    assert!(too_fine.is_err_and(|e| e.kind == crate::error::Kind::TooLarge && e.hint.contains("lixel_m")));
    let stopped = Cancel::default();
    stopped.stop();
    assert!(density(&network, &[], WALK, &stopped).is_err());
}
