//! Bandwidths by a named rule: the common ones differ a hundredfold on the same points, so none is taken in silence.

use super::Kernel;
use crate::error::{Error, Result};

/// How widely points are spread along the two axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Number of points.
    pub n: f64,
    /// Sample standard deviations along x and y, metres.
    pub sd_m: (f64, f64),
    /// Interquartile ranges along x and y, metres.
    pub iqr_m: (f64, f64),
    /// Root mean square distance from the mean centre, metres.
    pub standard_distance_m: f64,
    /// Median distance from the mean centre, metres.
    pub median_distance_m: f64,
}

/// Spread of points (planar metres); NaN for fewer than two.
#[must_use]
pub fn spread_of_points(points: &[(f64, f64)]) -> Spread {
    let along = |axis: fn(&(f64, f64)) -> f64| {
        let mut v: Vec<f64> = points.iter().map(axis).filter(|x| x.is_finite()).collect();
        v.sort_unstable_by(f64::total_cmp);
        let n = v.len() as f64;
        let mean = v.iter().sum::<f64>() / n;
        let sd = (v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        (mean, sd, quantile(&v, 0.75) - quantile(&v, 0.25))
    };
    let (x, y) = (along(|p| p.0), along(|p| p.1));
    let away = |p: &(f64, f64)| (p.0 - x.0).powi(2) + (p.1 - y.0).powi(2);
    let mut squared: Vec<f64> = points.iter().map(away).filter(|d| d.is_finite()).collect();
    squared.sort_unstable_by(f64::total_cmp);
    let (mean, distances) =
        (squared.iter().sum::<f64>() / squared.len() as f64, squared.iter().map(|d| d.sqrt()).collect::<Vec<_>>());
    Spread {
        n: points.len() as f64,
        sd_m: (x.1, y.1),
        iqr_m: (x.2, y.2),
        standard_distance_m: mean.sqrt(),
        median_distance_m: quantile(&distances, 0.5),
    }
}

/// Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
fn quantile(sorted: &[f64], q: f64) -> f64 {
    if sorted.is_empty() {
        return f64::NAN;
    }
    let at = (sorted.len() - 1) as f64 * q;
    let low = at.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (at - low as f64) * (sorted[high] - sorted[low])
}

/// Spread of counts on a lattice of `nx` columns, as if each incident lay somewhere in its square.
#[must_use]
pub fn spread_of_lattice(counts: &[u32], nx: usize, side_m: f64) -> Spread {
    let mut columns = vec![0_u64; nx];
    let mut rows = Vec::with_capacity(counts.len().checked_div(nx).unwrap_or(0));
    for row in counts.chunks_exact(nx.max(1)) {
        row.iter().zip(&mut columns).for_each(|(&c, sum)| *sum += u64::from(c));
        rows.push(row.iter().map(|&c| u64::from(c)).sum());
    }
    let (x, y) = (margin(&columns), margin(&rows));
    // Middles of squares; half a side is in both, and falls out.
    let mut away: Vec<(f64, u32)> = counts
        .iter()
        .enumerate()
        .filter(|(_, c)| **c > 0)
        .map(|(i, &c)| (((i % nx) as f64 - x.mean).powi(2) + ((i / nx) as f64 - y.mean).powi(2), c))
        .collect();
    away.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let n = columns.iter().sum::<u64>() as f64;
    let mut before = 0.0;
    let median = away.iter().find(|(_, c)| {
        before += f64::from(*c);
        before >= 0.5 * n
    });
    let mean = away.iter().map(|(d, c)| d * f64::from(*c)).sum::<f64>() / n;
    Spread {
        n,
        sd_m: (x.sd * side_m, y.sd * side_m),
        iqr_m: (x.iqr * side_m, y.iqr * side_m),
        standard_distance_m: mean.sqrt() * side_m,
        median_distance_m: median.map_or(f64::NAN, |(d, _)| d.sqrt() * side_m),
    }
}

/// How counts are spread along one axis, in squares.
struct Margin {
    /// Mean of the squares' numbers.
    mean: f64,
    sd: f64,
    iqr: f64,
}

fn margin(sums: &[u64]) -> Margin {
    let n = sums.iter().sum::<u64>() as f64;
    let moment =
        |f: &dyn Fn(f64) -> f64| sums.iter().enumerate().map(|(i, &c)| f(i as f64 + 0.5) * c as f64).sum::<f64>();
    let mean = moment(&|x| x) / n;
    let sd = (moment(&|x| (x - mean).powi(2)) / (n - 1.0)).sqrt();
    let quantile = |q: f64| {
        let mut before = 0.0;
        for (i, &c) in sums.iter().enumerate().filter(|(_, c)| **c > 0) {
            if before + c as f64 >= q * n {
                return i as f64 + (q * n - before) / c as f64;
            }
            before += c as f64;
        }
        f64::NAN
    };
    Margin { mean: mean - 0.5, sd, iqr: quantile(0.75) - quantile(0.25) }
}

/// Scott's rule: standard deviations of a Gaussian kernel along x and y, `sd n^(-1/6)`.
///
/// # References
/// Scott (1992), doi:10.1002/9780470316849, section 6.5.
#[must_use]
pub fn scott(s: &Spread) -> (f64, f64) {
    let factor = s.n.powf(-1.0 / 6.0);
    (s.sd_m.0 * factor, s.sd_m.1 * factor)
}

/// The normal reference rule, widths along x and y: `4 * 1.06 min(sd, IQR / 1.34) n^(-1/5)`, which is four standard
/// deviations of a Gaussian kernel.
///
/// # References
/// Venables and Ripley (2002), doi:10.1007/978-0-387-21706-2, equation 5.5.
#[must_use]
pub fn nrd(s: &Spread) -> (f64, f64) {
    let width = |sd: f64, iqr: f64| 4.0 * 1.06 * sd.min(iqr / 1.34) * s.n.powf(-0.2);
    (width(s.sd_m.0, s.iqr_m.0), width(s.sd_m.1, s.iqr_m.1))
}

/// The default search radius of ArcGIS: `0.9 min(SD, Dm / sqrt(ln 2)) n^(-1/5)` with the standard distance SD and the
/// median distance Dm from the mean centre. It is made for the quartic kernel.
///
/// # References
/// Silverman (1986), section 3.4.2, for the rule that it widens to two dimensions; Esri, "How Kernel Density works".
#[must_use]
pub fn arcgis(s: &Spread) -> f64 {
    0.9 * s.standard_distance_m.min(s.median_distance_m / std::f64::consts::LN_2.sqrt()) * s.n.powf(-0.2)
}

/// How the bandwidth is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bandwidth {
    /// So many metres.
    Fixed(f64),
    /// Scott's rule, the geometric mean of x and y.
    Scott,
    /// The normal reference rule, the mean of x and y.
    Nrd,
    /// The default search radius of ArcGIS.
    Arcgis,
    /// Likelihood cross-validation.
    Lcv,
    /// The criterion of Cronie and van Lieshout.
    Cvl,
    /// The least mean square error by Berman and Diggle.
    Diggle,
}

/// What the closed rules are called in parameters.
const RULES: [(&str, Bandwidth); 6] = [
    ("scott", Bandwidth::Scott),
    ("nrd", Bandwidth::Nrd),
    ("arcgis", Bandwidth::Arcgis),
    ("lcv", Bandwidth::Lcv),
    ("cvl", Bandwidth::Cvl),
    ("diggle", Bandwidth::Diggle),
];

impl Bandwidth {
    /// The rule of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        RULES.iter().find(|r| r.0 == name).map(|r| r.1)
    }

    /// Name of the rule.
    #[must_use]
    pub fn name(self) -> &'static str {
        RULES.iter().find(|r| r.1 == self).map_or("fixed", |r| r.0)
    }

    /// Whether it is the best of many bandwidths that are tried on a lattice ([`super::search`]).
    #[must_use]
    pub fn is_search(self) -> bool {
        matches!(self, Self::Lcv | Self::Cvl)
    }

    /// The bandwidth in metres for a kernel, before any floor: a radius, or a standard deviation for the Gaussian.
    ///
    /// # Errors
    /// Points too few or too alike for the rule; a rule that needs a search.
    pub fn metres(self, kernel: Kernel, spread: &Spread) -> Result<f64> {
        let value = match self {
            Self::Fixed(metres) => metres,
            Self::Scott => {
                let (x, y) = scott(spread);
                (x * y).sqrt() * kernel.bandwidth_per_sd()
            }
            Self::Nrd => {
                let (x, y) = nrd(spread);
                0.5 * (x + y) * if kernel == Kernel::Gaussian { 0.25 } else { 1.0 }
            }
            Self::Arcgis => arcgis(spread) * kernel.bandwidth_per_sd() / Kernel::Quartic.bandwidth_per_sd(),
            // Only a search can tell.
            Self::Lcv | Self::Cvl | Self::Diggle => f64::NAN,
        };
        if value > 0.0 && value.is_finite() {
            return Ok(value);
        }
        let what = format!("bandwidth rule {:?} gives {value} m for {} incidents", self.name(), spread.n);
        Err(Error::invalid(
            what,
            "too few incidents, or all in one place: give the bandwidth in metres, for example bandwidth_m=500",
        ))
    }
}

#[cfg(test)]
#[path = "bandwidth_tests.rs"]
mod tests;
