//! The weighted displacement difference: what a programme changed, less what changed anyway, displacement included.

use super::special::{gamma_quantile, normal_two_sided};

/// Counts of one area before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BeforeAfter {
    /// Incidents before.
    pub before: u32,
    /// Incidents after.
    pub after: u32,
    /// Size by which its changes are divided (km2, street kilometres); 1 for plain counts.
    pub size: f64,
}

/// An estimated change of the number of incidents, with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Change in the treated area less that of its control: below zero is fewer.
    pub change: f64,
    /// Standard error.
    pub standard_error: f64,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wdd {
    /// In the treated area.
    pub local: Estimate,
    /// Where incidents may have gone to; zero where no such area is given.
    pub displaced: Estimate,
    /// Both together.
    pub total: Estimate,
    /// The total in standard errors.
    pub z: f64,
    /// Two-sided p of the total, normal.
    pub p: f64,
    /// Interval of the total.
    pub interval: (f64, f64),
}

/// Weighted displacement difference of a treated area and its control, with or without a displacement area and its own
/// control: `((T1 - T0) - (C1 - C0)) + ((D1 - D0) - (E1 - E0))`, each count divided by the length of its period and the size
/// of its area. Each pair is (treated, control).
///
/// # Units
/// Incidents a unit of time and size.
///
/// # Assumptions
/// Counts are Poisson and control areas change as the treated ones would have. Normal intervals are poor below about 20
/// incidents: use the E-test there.
///
/// # References
/// Wheeler and Ratcliffe (2018), doi:10.1186/s40163-018-0085-5.
#[must_use]
pub fn wdd(
    treated: (BeforeAfter, BeforeAfter),
    displacement: Option<(BeforeAfter, BeforeAfter)>,
    (length_before, length_after): (f64, f64),
    confidence: f64,
) -> Wdd {
    let moves = |area: BeforeAfter| {
        let (before, after) = (f64::from(area.before), f64::from(area.after));
        let change = (after / length_after - before / length_before) / area.size;
        let variance = (after / length_after.powi(2) + before / length_before.powi(2)) / area.size.powi(2);
        (change, variance)
    };
    let less = |(area, control): (BeforeAfter, BeforeAfter)| {
        let ((a, var_a), (b, var_b)) = (moves(area), moves(control));
        (a - b, var_a + var_b)
    };
    let (local, displaced) = (less(treated), displacement.map_or((0.0, 0.0), less));
    let estimate = |(change, variance): (f64, f64)| Estimate { change, standard_error: variance.sqrt() };
    let total = estimate((local.0 + displaced.0, local.1 + displaced.1));
    let z = total.change / total.standard_error;
    // The square of a standard score is twice a gamma variable of shape one half.
    let reach = (2.0 * gamma_quantile(0.5, confidence)).sqrt() * total.standard_error;
    Wdd {
        local: estimate(local),
        displaced: estimate(displaced),
        total,
        z,
        p: normal_two_sided(z),
        interval: (total.change - reach, total.change + reach),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::golden_tests::{assert_close, golden, numbers};

    fn area(before: f64, after: f64, size: f64) -> BeforeAfter {
        BeforeAfter { before: before as u32, after: after as u32, size }
    }

    #[test]
    fn the_reference_numbers() {
        let basic = wdd((area(20.0, 10.0, 1.0), area(20.0, 20.0, 1.0)), None, (1.0, 1.0), 0.9);
        let got = [basic.total.change, basic.total.standard_error, basic.z, basic.interval.0, basic.interval.1];
        let want =
            [-10.0, 8.366_600_265_340_756, -1.195_228_609_334_393_6, -23.761_832_791_698_893, 3.761_832_791_698_891_4];
        assert_close("basic", &got, &want, 1e-12);
        let Some(table) = golden("wdd.csv") else { return };
        for (row, args) in table["args"].iter().enumerate() {
            let args: serde_json::Value = serde_json::from_str(args).unwrap();
            let list = |name: &str, or: &[f64]| -> Vec<f64> {
                args[name].as_array().map_or(or.to_vec(), |v| v.iter().map(|x| x.as_f64().unwrap()).collect())
            };
            let (sizes, lengths) = (list("area_weights", &[1.0; 4]), list("time_weights", &[1.0, 1.0]));
            let of = |name: &str, size: usize| {
                let counts = list(name, &[]);
                (!counts.is_empty()).then(|| area(counts[0], counts[1], sizes[size]))
            };
            let displacement = of("disp_treated", 3).zip(of("disp_control", 2));
            let treated = (of("treated", 1).unwrap(), of("control", 0).unwrap());
            let got = wdd(treated, displacement, (lengths[0], lengths[1]), 0.9);
            for (name, value) in [
                ("Est_Local", got.local.change),
                ("SE_Local", got.local.standard_error),
                ("Est_Displace", got.displaced.change),
                ("SE_Displace", got.displaced.standard_error),
                ("Est_Total", got.total.change),
                ("SE_Total", got.total.standard_error),
                ("Z", got.z),
                ("LowCI", got.interval.0),
                ("HighCI", got.interval.1),
            ] {
                assert_close(name, &[value], &[numbers(&table, name)[row]], 1e-9);
            }
        }
    }

    #[test]
    fn nothing_recorded_says_nothing() {
        let none = wdd((area(0.0, 0.0, 1.0), area(0.0, 0.0, 1.0)), None, (1.0, 1.0), 0.9);
        assert!(none.total.change == 0.0 && none.z.is_nan() && none.p.is_nan());
    }
}
