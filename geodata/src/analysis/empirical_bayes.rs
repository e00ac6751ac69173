//! Empirical Bayes beyond Marshall's global one: rates drawn towards those around them, and rates as standard scores.

use super::rates::empirical_bayes;
use super::weights::Weights;

/// Rates drawn towards the rate `m_i` of the place and its neighbours, the more the fewer people they stand on:
/// `m_i + (r_i - m_i) a_i / (a_i + m_i / n_i)` with `a_i = max(0, s2_i - m_i / mean n)`.
///
/// The spread `s2_i = sum n_j (r_j - m_j)^2 / sum n_j` over the same places takes each neighbour against the rate around
/// that neighbour (Marshall as read by Bailey and Gatrell), so that a slope across the city is no spread. NaN where the
/// place has no population; neighbours without one are passed over.
///
/// # Assumptions
/// Events are Poisson given the rate of the place.
///
/// # References
/// Marshall (1991), doi:10.2307/2347593; Bailey and Gatrell (1995), Interactive Spatial Data Analysis, pages 305 to 307.
#[must_use]
pub fn local(events: &[f64], population: &[f64], weights: &Weights) -> Vec<f64> {
    let n = events.len().min(population.len()).min(weights.len());
    let is_usable = |i: usize| events[i].is_finite() && population[i].is_finite() && population[i] > 0.0;
    // The place and its neighbours, by size, so that the sums do not depend on the order of the rows.
    let around = |i: usize| {
        let others = weights.entries(i).map(|(j, _)| j).filter(|&j| j < n && is_usable(j));
        let mut all: Vec<usize> = others.chain(std::iter::once(i)).collect();
        all.sort_unstable_by(|&a, &b| {
            population[a].total_cmp(&population[b]).then(events[a].total_cmp(&events[b])).then(a.cmp(&b))
        });
        all
    };
    let mean = |i: usize| {
        if !is_usable(i) {
            return f64::NAN;
        }
        let (e, p) = around(i).into_iter().fold((0.0, 0.0), |(e, p), j| (e + events[j], p + population[j]));
        e / p
    };
    let means: Vec<f64> = (0..n).map(mean).collect();
    let rate = |i: usize| {
        if !is_usable(i) {
            return f64::NAN;
        }
        let around = around(i);
        let people: f64 = around.iter().map(|&j| population[j]).sum();
        let mut squares: Vec<f64> =
            around.iter().map(|&j| population[j] * (events[j] / population[j] - means[j]).powi(2)).collect();
        squares.sort_unstable_by(f64::total_cmp);
        let m = means[i];
        let between = (squares.iter().sum::<f64>() / people - m / (people / around.len() as f64)).max(0.0);
        let noise = m / population[i];
        let own = if between + noise > 0.0 { between / (between + noise) } else { 0.0 };
        m + own * (events[i] / population[i] - m)
    };
    (0..n).map(rate).collect()
}

/// Rates as standard scores that allow for the people they stand on: `(r_i - b) / sqrt(a + b / n_i)`.
///
/// Moran's I of these scores is the empirical Bayes index: it does not take the noise of small places for a pattern.
/// NaN where the place has no population or no event is known anywhere.
///
/// # References
/// Assuncao and Reis (1999), doi:10.1002/(SICI)1097-0258(19990830)18:16<2147::AID-SIM179>3.0.CO;2-I.
#[must_use]
pub fn standardised(events: &[f64], population: &[f64]) -> Vec<f64> {
    let eb = empirical_bayes(events, population);
    let score = |(&e, &p): (&f64, &f64)| {
        let variance = eb.between + eb.overall / p;
        if p > 0.0 && variance > 0.0 { (e / p - eb.overall) / variance.sqrt() } else { f64::NAN }
    };
    events.iter().zip(population).map(score).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::weights::grid_queen;

    #[test]
    fn a_slope_is_no_spread_and_an_empty_place_no_rate() {
        let weights = grid_queen(4, &[0, 1, 2, 3]);
        let even = local(&[1.0, 2.0, 3.0, 4.0], &[100.0, 200.0, 300.0, 400.0], &weights);
        assert!(even.iter().all(|r| (r - 0.01).abs() < 1e-15), "{even:?}");
        let gap = local(&[1.0, 5.0, 9.0, 2.0], &[100.0, 0.0, 300.0, f64::NAN], &weights);
        assert!(gap[1].is_nan() && gap[3].is_nan() && gap[0] == 0.01 && gap[2] == 0.03);
        assert!(local(&[0.0; 4], &[10.0; 4], &weights).iter().all(|r| *r == 0.0));
        assert!(local(&[], &[], &grid_queen(0, &[])).is_empty());
    }

    #[test]
    fn scores_of_nothing_are_undefined() {
        assert!(standardised(&[0.0, 0.0], &[10.0, 20.0]).iter().all(|z| z.is_nan()));
        let z = standardised(&[5.0, 0.0, 9.0], &[100.0, 100.0, 0.0]);
        assert!(z[0] > 0.0 && z[1] < 0.0 && z[2].is_nan());
    }
}
