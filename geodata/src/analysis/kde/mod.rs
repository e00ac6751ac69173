//! Kernel density: how many incidents a square kilometre there are around a place.

mod adaptive;
mod bandwidth;
mod berman_diggle;
mod edge;
mod exact;
mod footprint;
mod lattice;
mod ratio;
mod search;
mod stencil;

pub use adaptive::{ADAPTIVE_FACTORS, Adaptive, adaptive};
pub use bandwidth::{Bandwidth, Spread, arcgis, nrd, scott, spread_of_lattice, spread_of_points};
pub use berman_diggle::{Expected, berman_diggle};
pub use edge::gaussian_mass_in_box;
pub use exact::at_places;
pub use lattice::{Edge, Lattice, Smoother, bin, density};
pub use ratio::{Base, Pair, Ratio};
pub use search::{TRIED_BANDWIDTHS, Tried, fits_ground, most_likely, search, tried_sds};
pub use stencil::Stencil;

use std::f64::consts::PI;

/// Square metres in a square kilometre.
pub(crate) const M2_PER_KM2: f64 = 1e6;

/// How the weight of an incident falls with distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// `3/(pi h^2) (1 - d^2/h^2)^2` within the radius h.
    Quartic,
    /// `2/(pi h^2) (1 - d^2/h^2)` within the radius h.
    Epanechnikov,
    /// `exp(-d^2 / 2 s^2) / (2 pi s^2)`; the bandwidth s is its standard deviation.
    Gaussian,
}

impl Kernel {
    /// Kernels by their name in parameters.
    pub const ALL: [(&'static str, Self); 3] =
        [("quartic", Self::Quartic), ("epanechnikov", Self::Epanechnikov), ("gaussian", Self::Gaussian)];

    /// Height at squared distance `d2` (m2) for a bandwidth in metres, per m2. The volume under it is one.
    ///
    /// The quartic factor is 3/pi. Some programs scale it by 3/pi once more and by 15/16 over again, and are
    /// 7.25 times too high.
    #[must_use]
    pub fn height(self, d2: f64, bandwidth_m: f64) -> f64 {
        let h2 = bandwidth_m * bandwidth_m;
        let u = 1.0 - d2 / h2;
        match self {
            Self::Quartic if u > 0.0 => 3.0 / (PI * h2) * u * u,
            Self::Epanechnikov if u > 0.0 => 2.0 / (PI * h2) * u,
            Self::Gaussian => (-0.5 * d2 / h2).exp() / (2.0 * PI * h2),
            _ => 0.0,
        }
    }

    /// Distance in metres beyond which the height is zero, or below 1e-14 of the top for the Gaussian.
    #[must_use]
    pub fn reach_m(self, bandwidth_m: f64) -> f64 {
        match self {
            Self::Gaussian => 8.0 * bandwidth_m,
            Self::Quartic | Self::Epanechnikov => bandwidth_m,
        }
    }

    /// Bandwidth over the standard deviation of the kernel along one axis.
    #[must_use]
    pub fn bandwidth_per_sd(self) -> f64 {
        match self {
            Self::Quartic => 8.0_f64.sqrt(),
            Self::Epanechnikov => 6.0_f64.sqrt(),
            Self::Gaussian => 1.0,
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
