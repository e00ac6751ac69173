//! The distribution of the sum of t values drawn without replacement, for every t up to a largest one.

use crate::cancel::Cancel;
use crate::error::Result;

/// Row t holds `P(sum of t of the n values = s)` at index s: `[t^t x^s] prod_v (1 + t x^v)^m_v / C(n, t)`.
///
/// Rows are kept as probabilities while values are added one after the other, so nothing overflows and every term is
/// positive.
pub(super) struct SumTable {
    n: usize,
    rows: Vec<Vec<f64>>,
}

/// `P(j of t draws come from a group of m, the others from N)`, without overflow: each factor is a probability of a step.
fn share(group: usize, before: usize, t: usize, j: usize) -> f64 {
    let others = t - j;
    if j > group || others > before {
        return 0.0;
    }
    let all = (group + before) as f64;
    let mut p = 1.0;
    for i in 0..j {
        p *= (group - i) as f64 / (all - i as f64) * ((t - i) as f64 / (j - i) as f64);
    }
    for i in 0..others {
        p *= (before - i) as f64 / (all - (j + i) as f64);
    }
    p
}

impl SumTable {
    /// Multiplications that [`Self::new`] needs; `values` are distinct and ascending, with their multiplicities.
    pub(super) fn work(values: &[(u32, usize)], t_max: usize) -> usize {
        let mut work = 0_usize;
        for &(v, m) in values {
            for t in 1..=t_max {
                // With ascending values, t of those so far sum to at most t times the newest.
                let cells = (v as usize).saturating_mul(t) + 1;
                work = work.saturating_add(cells.saturating_mul(m.min(t) + 1));
            }
        }
        work
    }

    pub(super) fn new(values: &[(u32, usize)], t_max: usize, cancel: &Cancel) -> Result<Self> {
        let mut rows: Vec<Vec<f64>> = vec![Vec::new(); t_max + 1];
        rows[0].push(1.0);
        let mut n = 0;
        for &(v, m) in values {
            cancel.check()?;
            let v = v as usize;
            // From the largest t down, so that the rows below still hold what was there before this value.
            for t in (1..=t_max.min(n + m)).rev() {
                let (below, here) = rows.split_at_mut(t);
                let row = &mut here[0];
                let keep = share(m, n, t, 0);
                row.iter_mut().for_each(|p| *p *= keep);
                for j in 1..=m.min(t) {
                    let weight = share(m, n, t, j);
                    let from = &below[t - j];
                    if weight == 0.0 || from.is_empty() {
                        continue;
                    }
                    let shift = j * v;
                    if row.len() < from.len() + shift {
                        row.resize(from.len() + shift, 0.0);
                    }
                    row[shift..].iter_mut().zip(from).for_each(|(p, q)| *p += weight * q);
                }
            }
            n += m;
        }
        Ok(Self { n, rows })
    }

    pub(super) fn row(&self, t: usize) -> &[f64] {
        &self.rows[t]
    }

    /// The table for the other n - 1 values, up to row `t_max`, which is at most n / 2 for accuracy.
    ///
    /// From `P_t[s] = (1 - t/n) P'_t[s] + t/n P'_(t-1)[s - v]`: the difference is exact to 1e-15 of a probability.
    pub(super) fn without(&self, v: u32, t_max: usize) -> Self {
        let (n, v) = (self.n as f64, v as usize);
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(t_max + 1);
        rows.push(vec![1.0]);
        for t in 1..=t_max.min(self.rows.len() - 1).min(self.n.saturating_sub(1)) {
            let drawn = t as f64 / n;
            let mut row = self.rows[t].clone();
            row.iter_mut().skip(v).zip(&rows[t - 1]).for_each(|(p, q)| *p -= drawn * q);
            let scale = 1.0 / (1.0 - drawn);
            row.iter_mut().for_each(|p| *p = (*p * scale).max(0.0));
            rows.push(row);
        }
        Self { n: self.n - 1, rows }
    }
}
