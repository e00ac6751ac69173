//! One row an event: what was recorded twice must not count as its own repeat.

/// The first row of each event, in the order of the rows: rows of one event have the same place and the same time.
///
/// # Units
/// Places in planar metres; a time is its first second and the first one after.
#[must_use]
pub fn distinct_events(xy_m: &[(f64, f64)], times: &[(i64, i64)]) -> Vec<usize> {
    let key = |i: usize| (xy_m[i].0.to_bits(), xy_m[i].1.to_bits(), times[i]);
    let mut order: Vec<usize> = (0..xy_m.len().min(times.len())).collect();
    order.sort_unstable_by_key(|&i| (key(i), i));
    order.dedup_by_key(|i| key(*i));
    order.sort_unstable();
    order
}
