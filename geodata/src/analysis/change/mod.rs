//! Two periods compared, place by place: the ratio of their rates with its interval, and whether chance would do.

mod e_test;

use std::collections::BTreeMap;

pub use e_test::e_test;

use super::binomial;
use super::fdr::benjamini_hochberg;
use crate::cancel::Cancel;
use crate::error::Result;

/// Pairs of counts per block of work.
const BLOCK: usize = 256;
const CONFIDENCE: f64 = 0.95;

/// How p is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// Given the sum of both counts, the later one is binomial: exact.
    Binomial,
    /// Krishnamoorthy and Thomson's E-test, more powerful for small counts.
    ETest,
}

/// Classes of change; a class is an index into this list.
pub const CLASSES: [&str; 4] = ["above", "not_different", "below", "undefined"];

/// Two counts compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Rate of the later period over that of the earlier; infinite where only the earlier count is zero, NaN where both are.
    pub ratio: f64,
    /// Lower end of the ratio's 95 % interval.
    pub low: f64,
    /// Upper end; infinite where the earlier count is zero.
    pub high: f64,
    /// Two-sided p; NaN where both counts are zero: there is nothing to test, and they do not differ.
    pub p: f64,
    /// p after Benjamini-Hochberg over the places with any incident.
    pub q: f64,
    /// Index into [`CLASSES`].
    pub class: u8,
}

/// Compares two counts of each place, given how much of the expected falls into each period (their lengths, or the whole
/// city's counts).
///
/// Undefined everywhere where one of the exposures is not above zero.
///
/// # Assumptions
/// Counts are Poisson; series of offences by the same few make p too small.
///
/// # Errors
/// A stopped request.
///
/// # References
/// Przyborowski and Wilenski (1940), doi:10.1093/biomet/31.3-4.313; Clopper and Pearson (1934),
/// doi:10.1093/biomet/26.4.404; Krishnamoorthy and Thomson (2004), doi:10.1016/S0378-3758(02)00408-1.
pub fn change(
    before: &[u32],
    after: &[u32],
    exposure: (f64, f64),
    (test, alpha): (Test, f64),
    cancel: &Cancel,
) -> Result<Vec<Change>> {
    let is_defined = exposure.0 > 0.0 && exposure.1 > 0.0;
    // Few pairs of counts occur, each in many places.
    let mut known: BTreeMap<(u32, u32), Change> = BTreeMap::new();
    let mut all = Vec::with_capacity(before.len());
    for (&b, &a) in before.iter().zip(after) {
        if !known.contains_key(&(b, a)) {
            if known.len().is_multiple_of(BLOCK) {
                cancel.check()?;
            }
            known.insert((b, a), compare(b, a, exposure, test));
        }
        all.extend(known.get(&(b, a)));
    }
    let q = benjamini_hochberg(&all.iter().map(|c: &Change| c.p).collect::<Vec<_>>());
    for (change, q) in all.iter_mut().zip(q) {
        change.q = q;
        change.class = match change.ratio {
            _ if !is_defined => 3,
            r if q <= alpha && r > 1.0 => 0,
            r if q <= alpha && r < 1.0 => 2,
            _ => 1,
        };
    }
    Ok(all)
}

fn compare(before: u32, after: u32, (exposure_before, exposure_after): (f64, f64), test: Test) -> Change {
    let undefined = Change { ratio: f64::NAN, low: f64::NAN, high: f64::NAN, p: f64::NAN, q: f64::NAN, class: 3 };
    if before == 0 && after == 0 || !(exposure_before > 0.0) || !(exposure_after > 0.0) {
        return undefined;
    }
    let (k, n) = (u64::from(after), u64::from(before) + u64::from(after));
    let of_share = |share: f64| share / (1.0 - share) * exposure_before / exposure_after;
    let (low, high) = binomial::interval(k, n, CONFIDENCE);
    let p = match test {
        Test::Binomial => binomial::tails(k, n, exposure_after / (exposure_before + exposure_after)).two_sided(),
        Test::ETest => e_test((after, exposure_after), (before, exposure_before)),
    };
    let ratio = f64::from(after) / f64::from(before) * exposure_before / exposure_after;
    Change { ratio, low: of_share(low), high: of_share(high), p, ..undefined }
}

#[cfg(test)]
mod tests;
