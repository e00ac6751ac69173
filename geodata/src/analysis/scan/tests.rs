//! The scan against counting everything, and what the field gets wrong.

use proptest::prelude::*;

use super::*;
use crate::analysis::permutation::random::Stream;

const SETTINGS: Settings = Settings {
    look: Look::Retrospective,
    max_radius_m: 3.5,
    max_share: 0.5,
    min_steps: 1,
    max_steps: 4,
    min_cases: 2,
    max_clusters: 5,
    replicates: 99,
    seed: 1,
};

fn run(setting: &Setting<'_>, model: Model<'_>, settings: &Settings) -> Scan {
    scan(setting, model, settings, &Cancel::default()).unwrap()
}

/// The highest ratio by looking at every circle and window.
fn by_counting(setting: &Setting<'_>, model: Model<'_>, settings: &Settings) -> f64 {
    let (n, steps) = (setting.points.len(), setting.steps as u32);
    let total = setting.incidents.len() as f64;
    let mut best = 0.0_f64;
    for centre in 0..n {
        let distance = |j: usize| setting.metric.distance_m(setting.points[centre], setting.points[j]);
        for edge in 0..n {
            let inside: Vec<bool> = (0..n).map(|j| distance(j) <= distance(edge) + 1e-9).collect();
            let load = match model {
                Model::SpaceTimePermutation => {
                    setting.incidents.iter().filter(|(l, _)| inside[*l as usize]).count() as f64
                }
                Model::Poisson(people) => {
                    let all: f64 = people.iter().sum();
                    (0..n).filter(|&j| inside[j]).map(|j| people[j]).sum::<f64>() / all * total
                }
            };
            if distance(edge) > settings.max_radius_m || load > settings.max_share * total + 1e-9 {
                continue;
            }
            for from in 0..steps {
                for to in from + 1..=steps.min(from + settings.max_steps as u32) {
                    if settings.look == Look::Prospective && to < steps || to - from < settings.min_steps as u32 {
                        continue;
                    }
                    let within = |s: u32| (from..to).contains(&s);
                    let share = match model {
                        Model::SpaceTimePermutation => {
                            setting.incidents.iter().filter(|(_, s)| within(*s)).count() as f64 / total
                        }
                        Model::Poisson(_) => f64::from(to - from) / f64::from(steps),
                    };
                    let cases = setting.incidents.iter().filter(|(l, s)| inside[*l as usize] && within(*s)).count();
                    if cases >= settings.min_cases as usize {
                        best = best.max(log_likelihood_ratio(cases as f64, load * share, total));
                    }
                }
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_is_passed_over(
        // The long period has windows that are covered by longer ones.
        (steps, rows) in (prop_oneof![2 => 11_usize..12, 1 => 70_usize..71]).prop_flat_map(|steps| {
            (Just(steps), prop::collection::vec((0_u32..30, 0_u32..steps as u32), 1..120))
        }),
        people in prop::collection::vec(0.1..9.0_f64, 30),
        prospective in any::<bool>(),
        (min_steps, more, radius) in (1_usize..3, 0_usize..10, 0.0..7.0_f64),
    ) {
        // A lattice, so that many locations are equally far.
        let points: Vec<(f64, f64)> = (0..30).map(|i| (f64::from(i % 6), f64::from(i / 6))).collect();
        let setting = Setting { points: &points, metric: Metric::Plane, steps, incidents: &rows };
        let look = if prospective { Look::Prospective } else { Look::Retrospective };
        let settings = Settings { look, min_steps, max_steps: min_steps + more, max_radius_m: radius, ..SETTINGS };
        for model in [Model::SpaceTimePermutation, Model::Poisson(&people)] {
            let found = run(&setting, model, &settings);
            let got = found.clusters.first().map_or(0.0, |c| c.log_likelihood_ratio);
            let want = by_counting(&setting, model, &settings);
            prop_assert!((got - want).abs() <= 1e-9 * want.max(1.0), "{model:?}: {got} is not {want}");
        }
    }
}

/// 600 incidents on 12 by 12 locations over 40 steps, 40 of them close together in space and time.
fn city() -> (Vec<(f64, f64)>, Vec<(u32, u32)>) {
    let mut stream = Stream::new(3, 0);
    let points = (0..144).map(|i| (f64::from(i % 12), f64::from(i / 12))).collect();
    let mut rows: Vec<(u32, u32)> = (0..560).map(|_| (stream.below(144), stream.below(40))).collect();
    rows.extend((0..40).map(|_| (60 + stream.below(2) + 12 * stream.below(2), 30 + stream.below(3))));
    (points, rows)
}

#[test]
fn a_made_cluster_is_found_where_and_when_it_is() {
    let (points, rows) = city();
    let setting = Setting { points: &points, metric: Metric::Plane, steps: 40, incidents: &rows };
    for model in [Model::SpaceTimePermutation, Model::Poisson(&[1.0; 144])] {
        let first = &run(&setting, model, &SETTINGS).clusters[0];
        for made in [60, 61, 72, 73] {
            assert!(first.locations.contains(&made), "{first:?}");
        }
        assert!(first.steps == (30..33) && first.locations.len() < 20, "{first:?}");
        assert!(first.p == 0.01 && first.p_gumbel < 1e-6, "{first:?}");
    }
    // Its end is long past: nothing is going on now.
    let now = Settings { look: Look::Prospective, ..SETTINGS };
    let found = run(&setting, Model::SpaceTimePermutation, &now);
    assert!(found.clusters[0].p > 0.05 && found.clusters.iter().all(|c| c.steps.end == 40));
}

/// Programs that report overlapping circles tell one cluster many times.
#[test]
fn later_clusters_share_no_location_with_earlier_ones() {
    let (points, rows) = city();
    let setting = Setting { points: &points, metric: Metric::Plane, steps: 40, incidents: &rows };
    let found = run(&setting, Model::SpaceTimePermutation, &SETTINGS);
    let mut seen = [false; 144];
    assert_eq!(found.clusters.len(), 5);
    for cluster in &found.clusters {
        cluster.locations.iter().for_each(|&l| assert!(!std::mem::replace(&mut seen[l as usize], true)));
    }
    assert!(found.clusters.windows(2).all(|w| w[0].log_likelihood_ratio >= w[1].log_likelihood_ratio));
}

/// Where all p-values hang on one table of permutations, or draws follow threads, an answer cannot be had again.
#[test]
fn replicates_depend_on_the_seed_and_their_number_alone() {
    let (points, rows) = city();
    let setting = Setting { points: &points, metric: Metric::Plane, steps: 40, incidents: &rows };
    let order: Vec<u32> = (0..144).map(|i| i * 31 % 144).collect();
    let moved_points: Vec<(f64, f64)> = order.iter().map(|&i| points[i as usize]).collect();
    let mut moved_rows: Vec<(u32, u32)> =
        rows.iter().map(|&(l, s)| (order.iter().position(|&o| o == l).unwrap() as u32, s)).collect();
    moved_rows.reverse();
    let moved = Setting { points: &moved_points, incidents: &moved_rows, ..setting };
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for model in [Model::SpaceTimePermutation, Model::Poisson(&[1.0; 144])] {
        let found = run(&setting, model, &SETTINGS);
        assert_eq!(found, one.install(|| run(&setting, model, &SETTINGS)));
        let other = run(&moved, model, &SETTINGS);
        assert_eq!(found.null, other.null);
        for (a, b) in found.clusters.iter().zip(&other.clusters) {
            let mut back: Vec<u32> = b.locations.iter().map(|&l| order[l as usize]).collect();
            let mut locations = a.locations.clone();
            back.sort_unstable();
            locations.sort_unstable();
            assert_eq!((&locations, &a.steps, a.p), (&back, &b.steps, b.p));
        }
        let longer = run(&setting, model, &Settings { replicates: 199, ..SETTINGS });
        let mut later = longer.null.maxima().iter();
        assert!(found.null.maxima().iter().all(|m| later.any(|l| l == m)), "the first replicates stay the same");
        assert_ne!(found.null, run(&setting, model, &Settings { seed: 2, ..SETTINGS }).null);
    }
}

/// Where chance alone deals, p is at most 0.1 in a tenth of the cities.
#[test]
fn p_is_even_where_there_is_nothing() {
    let mut stream = Stream::new(8, 0);
    let points: Vec<(f64, f64)> = (0..25).map(|i| (f64::from(i % 5), f64::from(i / 5))).collect();
    for model in [Model::SpaceTimePermutation, Model::Poisson(&[1.0; 25])] {
        let mut low = 0;
        for seed in 0..200 {
            let rows: Vec<(u32, u32)> = (0..60).map(|_| (stream.below(25), stream.below(12))).collect();
            let setting = Setting { points: &points, metric: Metric::Plane, steps: 12, incidents: &rows };
            let found = run(&setting, model, &Settings { seed, max_clusters: 1, ..SETTINGS });
            low += u32::from(found.clusters[0].p <= 0.1);
        }
        assert!((7..=36).contains(&low), "{low} of 200");
    }
}

#[test]
fn the_poisson_model_deals_by_population_and_evenly_over_time() {
    let people = [1.0, 0.0, 5.0, 4.0];
    let draw = Draw::poisson(100_000, &people, 4);
    let mut drawn = Incidents::default();
    draw.fill(1, 0, &mut drawn);
    let counts: Vec<f64> = drawn.starts.windows(2).map(|w| f64::from(w[1] - w[0])).collect();
    for (count, people) in counts.iter().zip(people) {
        // Five standard deviations.
        assert!((count - 10_000.0 * people).abs() <= 5.0 * (10_000.0 * people).sqrt(), "{counts:?}");
    }
    for step in 0..4 {
        let n = drawn.steps.iter().filter(|s| **s == step).count() as f64;
        assert!((n - 25_000.0).abs() < 5.0 * 25_000_f64.sqrt(), "{n}");
    }
}

/// A busy day in the whole city and a busy place all year are no clusters of the permutation model.
#[test]
fn busy_places_and_busy_days_are_no_clusters_of_the_permutation_model() {
    let points: Vec<(f64, f64)> = (0..16).map(|i| (f64::from(i % 4), f64::from(i / 4))).collect();
    let mut rows = Vec::new();
    for step in 0..10 {
        for location in 0..16 {
            let times = if location == 5 { 6 } else { 1 } * if step == 4 { 5 } else { 1 };
            rows.extend((0..times).map(|_| (location, step)));
        }
    }
    let setting = Setting { points: &points, metric: Metric::Plane, steps: 10, incidents: &rows };
    let found = run(&setting, Model::SpaceTimePermutation, &SETTINGS);
    assert!(found.clusters.iter().all(|c| c.log_likelihood_ratio < 1e-6), "{:?}", found.clusters);
    let poisson = run(&setting, Model::Poisson(&[1.0; 16]), &SETTINGS);
    assert!(poisson.clusters[0].locations.contains(&5) && poisson.clusters[0].steps.contains(&4));
    let spatial = Setting { steps: 1, incidents: &rows.iter().map(|r| (r.0, 0)).collect::<Vec<_>>(), ..setting };
    assert_eq!(run(&spatial, Model::Poisson(&[1.0; 16]), &SETTINGS).clusters[0].locations, [5]);
}

/// Counts that a narrow integer cannot hold.
#[test]
fn many_incidents_are_counted_right() {
    let points = [(0.0, 0.0), (1.0, 0.0), (9.0, 0.0)];
    let rows: Vec<(u32, u32)> = (0..90_000).map(|i| (i % 3, u32::from(i % 3 == 0 && i % 7 < 3))).collect();
    let setting = Setting { points: &points, metric: Metric::Plane, steps: 2, incidents: &rows };
    let settings = Settings { max_share: 0.7, ..SETTINGS };
    for model in [Model::SpaceTimePermutation, Model::Poisson(&[1.0, 2.0, 1.0])] {
        let got = run(&setting, model, &settings).clusters[0].log_likelihood_ratio;
        let want = by_counting(&setting, model, &settings);
        assert!((got - want).abs() <= 1e-9 * want, "{got} is not {want}");
    }
}

#[test]
fn odd_questions_are_answered_or_refused_in_words() {
    let points = [(0.0, 0.0), (1.0, 0.0)];
    let none = Setting { points: &points, metric: Metric::Plane, steps: 5, incidents: &[] };
    assert!(run(&none, Model::SpaceTimePermutation, &SETTINGS).clusters.is_empty());
    let nowhere = Setting { points: &[], ..none };
    assert!(run(&nowhere, Model::SpaceTimePermutation, &SETTINGS).clusters.is_empty());
    let one = Setting { incidents: &[(0, 0), (0, 1), (0, 1)], ..none };
    assert!(run(&one, Model::SpaceTimePermutation, &SETTINGS).clusters.is_empty(), "a circle with more than its share");
    let refused = |setting: &Setting<'_>, model| scan(setting, model, &SETTINGS, &Cancel::default()).unwrap_err();
    assert!(refused(&one, Model::Poisson(&[0.0, 1.0])).what.contains("3 incidents"));
    assert!(refused(&one, Model::Poisson(&[1.0])).what.contains("1 numbers for 2"));
    assert!(
        refused(&Setting { incidents: &[(2, 0)], ..none }, Model::SpaceTimePermutation).what.contains("location 2")
    );
    assert!(refused(&Setting { steps: 0, ..none }, Model::SpaceTimePermutation).what.contains("0 steps"));
    let cancel = Cancel::default();
    cancel.stop();
    assert_eq!(scan(&one, Model::SpaceTimePermutation, &SETTINGS, &cancel).unwrap_err().kind, Kind::Cancelled);
}

#[test]
fn a_scan_beyond_its_limits_is_refused_before_it_starts() {
    let points: Vec<(f64, f64)> = (0..9_000).map(|i| (f64::from(i % 100), f64::from(i / 100))).collect();
    let rows: Vec<(u32, u32)> = (0..9_000).map(|i| (i, i % 365)).collect();
    let setting = Setting { points: &points, metric: Metric::Plane, steps: 365, incidents: &rows };
    let refused = |settings: &Settings| {
        let e = scan(&setting, Model::SpaceTimePermutation, settings, &Cancel::default()).unwrap_err();
        assert!(e.kind == Kind::TooLarge && e.hint.contains("max_radius_m"), "{e}");
        e.what
    };
    assert!(refused(&Settings { max_steps: 365, ..SETTINGS }).contains("windows"));
    assert!(refused(&Settings { max_steps: 30, replicates: 99_999, ..SETTINGS }).contains("replicates"));
    let wide = Settings { max_radius_m: f64::INFINITY, max_share: 1.0, ..SETTINGS };
    assert!(refused(&wide).contains("8.1e7 locations"), "{}", refused(&wide));
}

#[test]
fn p_counts_the_replicates_and_the_gumbel_curve_goes_below() {
    let null = Null::new((1..=99).rev().map(f64::from).collect());
    assert_eq!((null.p(100.0), null.p(99.0), null.p(1.0), null.p(0.5)), (0.01, 0.02, 1.0, 1.0));
    assert_eq!((null.critical(0.05), null.critical(0.01), null.critical(0.001)), (Some(95.0), Some(99.0), None));
    assert!(null.p(95.5) <= 0.05 && null.p(95.0) > 0.05);
    assert!(null.p_gumbel(200.0) < 0.001 && null.p_gumbel(200.0) > 0.0);
    assert!((null.p_gumbel(null.gumbel_location) - (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
}
