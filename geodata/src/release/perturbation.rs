//! The perturbation table of the cell-key method: what is added to a count, by the count and its cell key.
//!
//! Reference: Office for National Statistics, *Cell key perturbation*; the published table of the "10-5 rule" (counts below
//! 10 become 0, others are rounded to 5) has 750 rows of counts, of which the last 250 serve again for larger counts, and
//! 256 cell keys.

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Cell keys run from 0 to here.
pub(crate) const KEYS: usize = 256;
/// Counts with a row of their own.
const ROWS: usize = 750;
/// Rows at the end of a published table that serve again for larger counts.
const REPEATED: usize = 250;

/// What is added to a count, by count and cell key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Perturbation {
    /// `KEYS` numbers a count, counts from 1.
    values: Vec<i16>,
    repeated: usize,
    /// Largest change, up or down.
    largest: u32,
}

impl Perturbation {
    /// Unbiased random rounding to `base`, spread over twice the base: for every count and over all keys the published
    /// numbers have the count as their mean, and lie less than one and a half bases from it.
    #[must_use]
    pub fn spread(base: u32) -> Self {
        let (rows, base) = (ROWS as u32, f64::from(base.max(1)));
        let value = |count: u32, key: usize| {
            // From half a base below to one and a half above, so that a multiple of the base is not always itself.
            let shift = base * (2.0 * (key as f64 + 0.5) / KEYS as f64 - 0.5);
            let published = base * ((f64::from(count) + shift) / base).floor();
            (published - f64::from(count)) as i16
        };
        let values = (1..=rows).flat_map(|count| (0..KEYS).map(move |key| value(count, key))).collect();
        Self::of(values, REPEATED / base as usize * base as usize)
    }

    /// The published rule by name: counts below `threshold` become 0, others the nearest multiple of `base`.
    #[must_use]
    pub fn rounding(threshold: u32, base: u32) -> Self {
        let value = |count: u32| {
            let nearest = (count + base / 2) / base * base;
            if count < threshold { -(count as i16) } else { nearest as i16 - count as i16 }
        };
        Self::of((1..=ROWS as u32).flat_map(|count| [value(count); KEYS]).collect(), REPEATED)
    }

    /// Reads a table as it is published: CSV with the columns `pcv` (count), `ckey` and `pvalue`, 750 x 256 rows.
    ///
    /// # Errors
    /// Names the line, or what is missing.
    pub fn read_csv(text: &[u8]) -> Result<Self> {
        let bad = |what: String| {
            Error::invalid(
                format!("the perturbation table cannot be read: {what}"),
                format!("give CSV with pcv 1 to {ROWS}, ckey 0 to {} and pvalue, one line each", KEYS - 1),
            )
        };
        let mut reader = csv::Reader::from_reader(text);
        let headers = reader.headers().map_err(|e| bad(e.to_string()))?.clone();
        let find =
            |name: &str| headers.iter().position(|h| h.trim() == name).ok_or_else(|| bad(format!("no column {name}")));
        let at = [find("pcv")?, find("ckey")?, find("pvalue")?];
        let mut values = vec![i16::MIN; ROWS * KEYS];
        for (n, record) in reader.records().enumerate() {
            let record = record.map_err(|e| bad(e.to_string()))?;
            let line = n + 2;
            let number = |k: usize| {
                record
                    .get(at[k])
                    .and_then(|v| v.trim().parse::<i64>().ok())
                    .ok_or_else(|| bad(format!("line {line} has no number")))
            };
            let (count, key, value) = (number(0)?, number(1)?, number(2)?);
            let inside = (1..=ROWS as i64).contains(&count) && (0..KEYS as i64).contains(&key) && value.abs() < 10_000;
            if !inside || count + value < 0 {
                return Err(bad(format!("line {line}: pcv {count}, ckey {key}, pvalue {value} is out of bounds")));
            }
            values[(count as usize - 1) * KEYS + key as usize] = value as i16;
        }
        match values.iter().position(|v| *v == i16::MIN) {
            Some(gap) => Err(bad(format!("pcv {}, ckey {} is missing", gap / KEYS + 1, gap % KEYS))),
            None => Ok(Self::of(values, REPEATED)),
        }
    }

    /// The perturbed count; 0 stays 0.
    #[must_use]
    pub fn apply(&self, count: u32, key: u8) -> u32 {
        let Some(before) = (count as usize).checked_sub(1) else { return 0 };
        let row = if before < ROWS {
            before
        } else {
            (before - (ROWS - self.repeated)) % self.repeated + ROWS - self.repeated
        };
        let value = self.values.get(row * KEYS + usize::from(key)).copied().unwrap_or(0);
        count.saturating_add_signed(i32::from(value))
    }

    /// SHA-256 of the table, hexadecimal, for the record of a release.
    #[must_use]
    pub fn hash(&self) -> String {
        let bytes: Vec<u8> = self.values.iter().flat_map(|v| v.to_le_bytes()).collect();
        Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Largest change that it makes, up or down.
    #[must_use]
    pub fn largest(&self) -> u32 {
        self.largest
    }

    fn of(values: Vec<i16>, repeated: usize) -> Self {
        let largest = values.iter().map(|v| u32::from(v.unsigned_abs())).max().unwrap_or(0);
        Self { values, repeated, largest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Facts of the published table `ptable_10_5_rule` (package cell-key-perturbation 3.1.0): (pcv, pvalue for every ckey).
    const TEN_FIVE: [(u32, i32); 16] = [
        (1, -1),
        (5, -5),
        (9, -9),
        (10, 0),
        (11, -1),
        (12, -2),
        (13, 2),
        (14, 1),
        (15, 0),
        (16, -1),
        (17, -2),
        (500, 0),
        (501, -1),
        (502, -2),
        (503, 2),
        (750, 0),
    ];

    #[test]
    fn the_published_test_vectors_reproduce() {
        let table = Perturbation::rounding(10, 5);
        for (count, value) in TEN_FIVE {
            for key in [0, 1, 127, 255] {
                assert_eq!(table.apply(count, key), count.saturating_add_signed(value), "count {count}, key {key}");
            }
        }
        // Rows 501 to 750 serve again: 751 is looked up as 501.
        for (count, value) in [(751, -1), (752, -2), (753, 2), (1000, 0), (1001, -1), (100_002, -2), (100_003, 2)] {
            assert_eq!(table.apply(count, 9), count.saturating_add_signed(value), "count {count}");
        }
    }

    #[test]
    fn the_spread_table_is_unbiased_and_never_sure_even_of_a_multiple() {
        let table = Perturbation::spread(5);
        assert!(table.largest() <= 7, "{}", table.largest());
        for count in (1..800).chain([10_003, 123_455]) {
            let published: Vec<u32> = (0..=255).map(|key| table.apply(count, key)).collect();
            assert!(published.iter().all(|p| p % 5 == 0));
            let mean = published.iter().map(|p| f64::from(*p)).sum::<f64>() / 256.0;
            assert!(count < 5 || (mean - f64::from(count)).abs() < 0.05, "{count}: {mean}");
            let mut distinct = published.clone();
            distinct.dedup();
            assert!(distinct.len() >= 2, "{count}: {distinct:?}");
        }
        assert_eq!(table.apply(0, 77), 0);
        for base in [1, 3, 10] {
            let table = Perturbation::spread(base);
            assert!((1..3_000).all(|n| table.apply(n, (n * 37 % 256) as u8).is_multiple_of(base)), "{base}");
        }
    }

    #[test]
    fn a_table_of_ones_own_is_read_and_a_hole_in_it_is_named() {
        let rows = (1..=750).flat_map(|c| (0..256).map(move |k| (c, k)));
        let line = |(c, k): (u32, u32)| format!("{c},{k},{}\n", if c == 3 { -3 } else { i64::from(k % 2) });
        let text: String = std::iter::once("pcv,ckey,pvalue\n".to_owned()).chain(rows.clone().map(line)).collect();
        let table = Perturbation::read_csv(text.as_bytes()).expect("a table");
        assert_eq!((table.apply(3, 1), table.apply(4, 1), table.apply(4, 2)), (0, 5, 4));
        let holed: String = text.lines().filter(|l| !l.starts_with("9,7,")).flat_map(|l| [l, "\n"]).collect();
        assert!(Perturbation::read_csv(holed.as_bytes()).expect_err("a hole").what.contains("pcv 9, ckey 7"));
        assert!(Perturbation::read_csv(b"pcv,ckey\n1,0\n").is_err());
        assert!(Perturbation::read_csv(b"pcv,ckey,pvalue\n1,0,-2\n").is_err());
    }
}
