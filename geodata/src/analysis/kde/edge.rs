//! The share of a kernel that lies within the study area, in closed form where there is one.

use crate::analysis::special::normal_upper;

/// Mass of a Gaussian of standard deviation `sd_m` around `at` within the box `(x0, y0, x1, y1)`, all in metres.
#[must_use]
pub fn gaussian_mass_in_box(at: (f64, f64), sd_m: f64, (x0, y0, x1, y1): (f64, f64, f64, f64)) -> f64 {
    let along = |v: f64, low: f64, high: f64| normal_upper((low - v) / sd_m) - normal_upper((high - v) / sd_m);
    along(at.0, x0, x1) * along(at.1, y0, y1)
}
