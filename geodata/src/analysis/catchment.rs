//! Two-step floating catchment areas: how much of a service there is for each person within reach.

/// What is within reach of an origin: origin, site, and the weight of their distance.
pub type Reach = (u32, u32, f64);

/// The answer of both steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Catchment {
    /// Supply of each site for each person in its reach; NaN where nobody is.
    pub ratio: Vec<f64>,
    /// Supply within reach of each origin for each person; zero where no site is.
    pub access: Vec<f64>,
}

/// Access to supply, `A_i = sum_j w_ij R_j` with `R_j = S_j / sum_i w_ij P_i`. What everyone has together is what there is:
/// `sum_i A_i P_i = sum_j S_j` over the sites that have anyone in reach.
///
/// # Units
/// Supply a person, whatever supply counts (places, hours, staff).
///
/// # Assumptions
/// Each pair of origin and site is given at most once; weights and populations are not negative.
///
/// # References
/// Luo and Wang (2003), doi:10.1068/b29120; with steps of weight, Luo and Qi (2009), doi:10.1016/j.healthplace.2009.06.002.
#[must_use]
pub fn two_step(population: &[f64], supply: &[f64], reach: &[Reach]) -> Catchment {
    let inside = |&&(i, j, w): &&Reach| (i as usize) < population.len() && (j as usize) < supply.len() && w > 0.0;
    let mut reach: Vec<Reach> = reach.iter().filter(inside).copied().collect();
    // Sums do not depend on the order in which the pairs are given.
    reach.sort_unstable_by_key(|&(i, j, _)| (i, j));
    let mut demand = vec![0.0; supply.len()];
    for &(i, j, w) in &reach {
        demand[j as usize] += w * population[i as usize];
    }
    let ratio: Vec<f64> =
        supply.iter().zip(&demand).map(|(s, &people)| if people > 0.0 { s / people } else { f64::NAN }).collect();
    let mut access = vec![0.0; population.len()];
    for &(i, j, w) in &reach {
        if demand[j as usize] > 0.0 {
            access[i as usize] += w * ratio[j as usize];
        }
    }
    Catchment { ratio, access }
}

/// Weight of a distance by steps: that of the first bound which it does not exceed, zero beyond the last. Bounds rise.
#[must_use]
pub fn step_weight(distance_m: f64, steps: &[(f64, f64)]) -> f64 {
    steps.iter().find(|&&(bound_m, _)| distance_m <= bound_m).map_or(0.0, |s| s.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::golden_tests::{assert_close, golden, numbers};

    const POPULATION: [f64; 4] = [1000.0, 2000.0, 1500.0, 500.0];
    const SUPPLY: [f64; 3] = [5.0, 8.0, 3.0];
    const DISTANCES: [[f64; 3]; 4] =
        [[300.0, 900.0, 2000.0], [800.0, 200.0, 1500.0], [1200.0, 700.0, 400.0], [2500.0, 1600.0, 600.0]];

    fn run(steps: &[(f64, f64)]) -> Catchment {
        let pair = |i: usize, j: usize| (i as u32, j as u32, step_weight(DISTANCES[i][j], steps));
        let reach: Vec<Reach> = (0..4).flat_map(|i| (0..3).map(move |j| pair(i, j))).collect();
        two_step(&POPULATION, &SUPPLY, &reach)
    }

    #[test]
    fn the_reference_numbers() {
        let plain = run(&[(1000.0, 1.0)]);
        let stepped = run(&[(500.0, 1.0), (1000.0, 0.68), (1600.0, 0.22)]);
        assert_close("ratio", &plain.ratio, &[1.0 / 600.0, 8.0 / 4500.0, 0.0015], 1e-15);
        assert_close("access", &stepped.access[..1], &[0.003_286_557_581_789_265], 1e-15);
        let (Some(origins), Some(sites)) = (golden("two_sfca.csv"), golden("two_sfca_supply.csv")) else { return };
        assert_close("2SFCA", &plain.access, &numbers(&origins, "two_sfca_1000"), 1e-12);
        assert_close("E2SFCA", &stepped.access, &numbers(&origins, "e2sfca_step"), 1e-12);
        assert_close("R", &plain.ratio, &numbers(&sites, "Rj_1000"), 1e-12);
        assert_close("R", &stepped.ratio, &numbers(&sites, "Rj_e2sfca"), 1e-12);
    }

    #[test]
    fn a_site_that_nobody_reaches_has_no_ratio() {
        let got = two_step(&[10.0, 0.0], &[1.0, 2.0, 4.0], &[(0, 0, 1.0), (1, 1, 1.0), (7, 0, 1.0), (0, 9, 1.0)]);
        assert!(got.ratio[0] == 0.1 && got.ratio[1].is_nan() && got.ratio[2].is_nan());
        assert_eq!(got.access, [0.1, 0.0]);
    }

    proptest! {
        #[test]
        fn all_access_together_is_all_supply_in_reach(
            people in prop::collection::vec(0.0_f64..5000.0, 1..20),
            supply in prop::collection::vec(0.0_f64..90.0, 1..8),
            seed in 0_u64..1000,
        ) {
            let weight = |i: usize, j: usize| ((i * 7 + j * 13) as u64 * 31 + seed) % 5;
            let mut reach: Vec<Reach> = (0..people.len())
                .flat_map(|i| (0..supply.len()).map(move |j| (i as u32, j as u32, weight(i, j) as f64 / 4.0)))
                .collect();
            let got = two_step(&people, &supply, &reach);
            let told: f64 = got.access.iter().zip(&people).map(|(a, p)| a * p).sum();
            let there: f64 = supply.iter().zip(&got.ratio).filter(|(_, r)| r.is_finite()).map(|(s, _)| s).sum();
            prop_assert!((told - there).abs() <= 1e-9 * there.max(1.0), "{told} {there}");
            reach.reverse();
            prop_assert_eq!(format!("{:?}", two_step(&people, &supply, &reach)), format!("{got:?}"));
        }
    }
}
