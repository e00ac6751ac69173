//! Finds coordinates that stand in for unknown places, in one pass and bounded memory.
//!
//! A Misra-Gries sketch keeps every coordinate that holds more than one row in [`COUNTERS`]; beside each it notes the different
//! addresses and the mix of categories. A busy shop has one address and its own mix; a stand-in has many, or the city's.
//!
//! # References
//! Misra and Gries (1982), Finding repeated elements, <https://doi.org/10.1016/0167-6423(82)90012-0>.

use std::collections::HashMap;

use xxhash_rust::xxh3::Xxh3Builder;

use super::super::batch::DefaultPoint;
use crate::model::LonLat;

/// Coordinates watched at a time: a share of 1 in 4096 is far below the 0.5 % that counts.
const COUNTERS: usize = 4096;
/// Addresses and categories remembered of one coordinate.
const REMEMBERED: usize = 64;
/// Addresses that one place cannot have.
const MANY_ADDRESSES: usize = 10;
/// Half the sum of differences between two mixes: below it they count as alike.
const ALIKE: f64 = 0.15;

/// Rows on a coordinate before it is looked at more closely; most never get there, and cost sixteen bytes.
const WORTH_A_LOOK: u32 = 4;

#[derive(Default)]
struct Counter {
    /// Rows, less what the sketch took away.
    weight: u32,
    rows: u32,
    details: Option<Box<Details>>,
}

#[derive(Default)]
struct Details {
    addresses: Vec<u64>,
    categories: Vec<(u64, u64)>,
}

/// The sketch of one file.
#[derive(Default)]
pub(crate) struct Detector {
    counters: HashMap<(u64, u64), Counter, Xxh3Builder>,
    rows: u64,
}

impl Detector {
    /// Notes a row: where, the hash of its address (if the source has one) and of its category.
    pub(crate) fn see(&mut self, place: LonLat, address: Option<u64>, category: u64) {
        self.rows += 1;
        let key = (place.lon().to_bits(), place.lat().to_bits());
        if !self.counters.contains_key(&key) && self.counters.len() >= COUNTERS {
            self.counters.retain(|_, c| {
                c.weight -= 1;
                c.weight > 0
            });
            return;
        }
        let counter = self.counters.entry(key).or_default();
        counter.weight = counter.weight.saturating_add(1);
        counter.rows = counter.rows.saturating_add(1);
        if counter.rows < WORTH_A_LOOK {
            return;
        }
        let details = counter.details.get_or_insert_default();
        if let Some(address) = address
            && details.addresses.len() < REMEMBERED
            && !details.addresses.contains(&address)
        {
            details.addresses.push(address);
        }
        match details.categories.iter().position(|(c, _)| *c == category) {
            Some(at) => details.categories[at].1 += 1,
            None if details.categories.len() < REMEMBERED => details.categories.push((category, 1)),
            None => {}
        }
    }

    /// The stand-ins, largest first. `city` is the number of rows by category in the whole file.
    pub(crate) fn finish(self, city: &HashMap<u64, u64>) -> Vec<DefaultPoint> {
        let least = (self.rows / 200).max(25);
        let total: u64 = city.values().sum();
        let mut found = vec![];
        for ((lon, lat), counter) in &self.counters {
            let rows = u64::from(counter.rows);
            let Some(details) = counter.details.as_ref().filter(|_| rows > least) else { continue };
            let n: f64 = details.categories.iter().map(|(_, n)| *n as f64).sum();
            let here = |c: &u64| details.categories.iter().find(|(k, _)| k == c).map_or(0.0, |(_, n)| *n as f64);
            let apart: f64 =
                city.iter().map(|(c, rows)| (here(c) / n - *rows as f64 / total.max(1) as f64).abs()).sum::<f64>()
                    / 2.0;
            let addresses = details.addresses.len();
            let reason = if addresses >= MANY_ADDRESSES {
                format!("{rows} rows under {addresses} or more different addresses")
            } else if rows >= 200 && details.categories.len() >= 10 && apart < ALIKE {
                format!("{rows} rows with the mix of categories of the whole file")
            } else {
                continue;
            };
            let Ok(point) = LonLat::new(f64::from_bits(*lon), f64::from_bits(*lat)) else { continue };
            let (addresses, categories) = (addresses as u32, details.categories.len() as u32);
            found.push(DefaultPoint { point, rows, addresses, categories, reason });
        }
        found.sort_by(|a, b| {
            let place = |d: &DefaultPoint| (d.point.lon(), d.point.lat());
            b.rows.cmp(&a.rows).then(place(a).partial_cmp(&place(b)).unwrap_or(std::cmp::Ordering::Equal))
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rows: impl Iterator<Item = (f64, u64, u64)>) -> Vec<DefaultPoint> {
        let (mut detector, mut city) = (Detector::default(), HashMap::new());
        for (lon, address, category) in rows {
            detector.see(LonLat::new(lon, 10.0).expect("valid"), Some(address), category);
            *city.entry(category).or_insert(0) += 1;
        }
        detector.finish(&city)
    }

    #[test]
    fn a_stand_in_has_many_addresses_and_a_shop_has_one() {
        let found = run((0..100_000u64).map(|i| match i % 100 {
            0..=1 => (1.0, i % 1000, i % 7),
            2..=3 => (2.0, 5, 3),
            _ => (3.0 + (i % 50_000) as f64 * 1e-4, i, i % 13),
        }));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].point.lon(), 1.0);
        assert!(found[0].rows > 1900 && found[0].addresses == 20);
    }

    #[test]
    fn a_stand_in_may_have_the_mix_of_the_city() {
        let found = run((0..100_000u64).map(|i| match i % 100 {
            7 => (1.0, 1, (i / 100) % 20),
            _ => (3.0 + (i % 50_000) as f64 * 1e-4, i, i % 20),
        }));
        assert_eq!(found.len(), 1);
        assert!(found[0].reason.contains("mix"), "{}", found[0].reason);
    }

    #[test]
    fn thousands_of_rows_on_few_points_stay_bounded() {
        let mut detector = Detector::default();
        for i in 0..200_000u64 {
            detector.see(LonLat::new((i % 20_000) as f64 * 1e-3, 1.0).expect("valid"), None, 0);
        }
        assert!(detector.counters.len() <= COUNTERS);
        assert!(detector.finish(&HashMap::from([(0, 200_000)])).is_empty());
    }
}
