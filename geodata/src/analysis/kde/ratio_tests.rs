//! Ratios of densities: equal patterns, floors, chance that is chance, threads.

use super::*;
use crate::analysis::kde::{Edge, Kernel};

const NX: usize = 30;

struct City {
    inside: Vec<bool>,
    at: Vec<u32>,
}

impl City {
    fn new() -> Self {
        Self {
            inside: (0..NX * NX).map(|i| i % NX + i / NX > 4).collect(),
            at: (0..(NX * NX) as u32).filter(|i| i % 4 == 1).collect(),
        }
    }

    fn smoother(&self, edge: Edge) -> Smoother<'_> {
        Smoother::new(&self.inside, (NX, 100.0), (Kernel::Quartic, 500.0), edge).unwrap()
    }
}

fn counts(of: impl Fn(usize, usize) -> u32) -> Vec<u32> {
    (0..NX * NX).map(|i| of(i % NX, i / NX)).collect()
}

#[test]
fn the_same_pattern_has_the_ratio_one_everywhere() {
    let city = City::new();
    let a = counts(|x, y| u32::from((x * 7 + y * 3) % 5 == 0));
    let b: Vec<u32> = a.iter().map(|c| 3 * c).collect();
    for edge in [Edge::None, Edge::Uniform, Edge::Diggle] {
        let smoother = city.smoother(edge);
        let pair = Pair::new(&smoother, &a, Base::Incidents(&b), &city.at, (0.05, 8.8)).unwrap();
        let seen = pair.ratio();
        let defined = seen.ratio.iter().filter(|r| !r.is_nan());
        assert!(defined.clone().count() > 200 && defined.clone().all(|r| (r - 1.0).abs() < 1e-9));
        let (tails, p) = pair.chance(&seen, (99, 1), &Cancel::default()).unwrap();
        assert_eq!(p, 1.0, "nothing is nearer to one");
        assert!(tails.iter().filter(|t| t.two_sided() <= 0.05).count() < 15);
    }
}

#[test]
fn a_place_with_many_of_one_kind_stands_out_and_a_floor_is_named() {
    let city = City::new();
    let smoother = city.smoother(Edge::Diggle);
    let a =
        counts(|x, y| if (14..17).contains(&x) && (14..17).contains(&y) { 12 } else { u32::from((x + y) % 6 == 0) });
    let b = counts(|x, y| if x > 20 { 0 } else { u32::from((x + 2 * y) % 3 == 0) });
    let pair = Pair::new(&smoother, &a, Base::Incidents(&b), &city.at, (0.1, 8.85)).unwrap();
    let seen = pair.ratio();
    let (tails, p) = pair.chance(&seen, (199, 5), &Cancel::default()).unwrap();
    assert_eq!(p, 1.0 / 200.0);
    let place = city.at.iter().position(|&i| i == 15 * NX as u32 + 15).unwrap();
    assert!(seen.ratio[place] > 3.0 && tails[place].greater == 1.0 / 200.0, "{}", seen.ratio[place]);
    let east = city.at.iter().position(|&i| i % NX as u32 == 29).unwrap();
    assert!(seen.is_floored[east] && seen.base[east] == 0.0 && seen.ratio[east].is_finite());
    // Residents in the same places: chance puts incidents in proportion to them.
    let people: Vec<f64> = b.iter().map(|&c| 10.0 * f64::from(c)).collect();
    let pair = Pair::new(&smoother, &a, Base::Numbers(&people), &city.at, (0.1, 8.85)).unwrap();
    let seen = pair.ratio();
    let (risk, _) = pair.chance(&seen, (199, 5), &Cancel::default()).unwrap();
    assert_eq!(risk[place].greater, 1.0 / 200.0);
}

#[test]
fn under_chance_p_is_even() {
    let city = City::new();
    let smoother = city.smoother(Edge::Diggle);
    // Half of the incidents of every square, dealt out by a stream of their own.
    let mut stream = Stream::new(77, 0);
    let all = counts(|x, y| u32::from((x * y) % 3 != 1));
    let a: Vec<u32> = all.iter().map(|&n| n * stream.below(2)).collect();
    let b: Vec<u32> = all.iter().zip(&a).map(|(n, a)| n - a).collect();
    let pair = Pair::new(&smoother, &a, Base::Incidents(&b), &city.at, (0.05, 8.85)).unwrap();
    let (tails, p) = pair.chance(&pair.ratio(), (199, 3), &Cancel::default()).unwrap();
    let defined: Vec<f64> = tails.iter().map(|t| t.greater).filter(|p| !p.is_nan()).collect();
    let mean = defined.iter().sum::<f64>() / defined.len() as f64;
    assert!((0.35..0.65).contains(&mean), "{mean}");
    assert!(p > 0.02, "{p}");
}

#[test]
fn labels_are_dealt_evenly() {
    let city = City::new();
    let smoother = city.smoother(Edge::None);
    let (a, b) = (counts(|x, y| u32::from(x == 20 && y == 20)), counts(|x, y| u32::from(x == 10 && y > 22)));
    let pair = Pair::new(&smoother, &a, Base::Incidents(&b), &city.at, (0.05, 8.85)).unwrap();
    let dealer = Dealer::new(&pair);
    let mut seen = vec![0.0; NX * NX];
    for draw in 0..8_000 {
        let dealt = dealer.deal(&mut Stream::new(9, draw));
        assert_eq!(dealt.iter().sum::<f64>(), 1.0);
        seen.iter_mut().zip(dealt).for_each(|(s, d)| *s += d);
    }
    assert_eq!(seen.iter().filter(|s| **s > 0.0).count(), 8);
    assert!(seen.iter().filter(|s| **s > 0.0).all(|s| (880.0..1120.0).contains(s)), "1 of 8 each");
}

#[test]
fn threads_change_no_bit_and_neither_is_refused() {
    let city = City::new();
    let smoother = city.smoother(Edge::Diggle);
    let (a, b) = (counts(|x, y| (x * y % 4) as u32), counts(|x, y| ((x + y) % 3) as u32));
    let pair = Pair::new(&smoother, &a, Base::Incidents(&b), &city.at, (0.05, 8.85)).unwrap();
    let run = || pair.chance(&pair.ratio(), (50, 3), &Cancel::default()).unwrap();
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(run);
    assert_eq!(format!("{one:?}"), format!("{:?}", run()), "NaN is not equal to itself, its letters are");
    let nothing = vec![0; NX * NX];
    assert!(Pair::new(&smoother, &a, Base::Incidents(&nothing), &city.at, (0.05, 8.85)).is_err());
    assert!(Pair::new(&smoother, &nothing, Base::Incidents(&b), &city.at, (0.05, 8.85)).is_err());
    let stopped = Cancel::default();
    stopped.stop();
    assert!(pair.chance(&pair.ratio(), (50, 3), &stopped).is_err());
}
