//! Colour ramps that colour-blind readers can tell apart and that keep their order in greyscale.
//!
//! All colours are mixed here from OKLCH stops. What the tests hold: sequential ramps fall strictly in lightness, the
//! arms of diverging ramps too; neighbours of 7 steps and any two hotspot classes differ by at least a stated
//! distance also as people without red (protanopia) or green (deuteranopia) cones see them.

use crate::colour::Rgba;
use crate::error::{Error, Result};
use crate::limits::MAX_CLASSES;

/// What sort of numbers a ramp is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From little (light) to much (dark).
    Sequential,
    /// From below over no change (light) to above.
    Diverging,
}

/// A named ramp: stops of lightness, chroma and hue (OKLCH) at equal distances.
#[derive(Debug)]
pub struct Ramp {
    /// Name, as it stands in a layer's definition.
    pub name: &'static str,
    /// What it is for.
    pub kind: Kind,
    stops: &'static [[f64; 3]],
}

/// All ramps, by name.
pub static RAMPS: &[Ramp] = &[
    Ramp {
        name: "ember",
        kind: Kind::Sequential,
        stops: &[
            [0.970, 0.055, 105.0],
            [0.870, 0.125, 88.0],
            [0.755, 0.160, 62.0],
            [0.610, 0.190, 38.0],
            [0.450, 0.165, 25.0],
            [0.290, 0.105, 18.0],
        ],
    },
    Ramp {
        name: "lagoon",
        kind: Kind::Sequential,
        stops: &[
            [0.960, 0.090, 112.0],
            [0.830, 0.135, 135.0],
            [0.690, 0.110, 168.0],
            [0.545, 0.085, 215.0],
            [0.400, 0.095, 262.0],
            [0.270, 0.095, 290.0],
        ],
    },
    Ramp {
        name: "water",
        kind: Kind::Sequential,
        stops: &[
            [0.965, 0.020, 225.0],
            [0.820, 0.075, 235.0],
            [0.650, 0.115, 245.0],
            [0.470, 0.120, 255.0],
            [0.290, 0.090, 265.0],
        ],
    },
    Ramp { name: "grey", kind: Kind::Sequential, stops: &[[0.960, 0.0, 0.0], [0.250, 0.0, 0.0]] },
    Ramp {
        name: "change",
        kind: Kind::Diverging,
        stops: &[
            [0.350, 0.120, 258.0],
            [0.570, 0.125, 248.0],
            [0.790, 0.070, 238.0],
            [0.965, 0.008, 90.0],
            [0.840, 0.095, 72.0],
            [0.660, 0.150, 50.0],
            [0.430, 0.135, 35.0],
        ],
    },
];

impl Ramp {
    /// The ramp of a name.
    ///
    /// # Errors
    /// A name that no ramp has; the error lists those that there are.
    pub fn find(name: &str) -> Result<&'static Self> {
        RAMPS.iter().find(|ramp| ramp.name == name).ok_or_else(|| {
            let names: Vec<_> = RAMPS.iter().map(|ramp| ramp.name).collect();
            Error::new(
                "ramp",
                format!("\"{name}\""),
                "there is no such ramp",
                format!("take one of {}", names.join(", ")),
            )
        })
    }

    /// The colour at `t`, 0 to 1; what is beyond, or not a number, counts as the nearer end (0).
    #[must_use]
    pub fn at(&self, t: f64) -> Rgba {
        let last = self.stops.len() - 1;
        let along = if t.is_nan() { 0.0 } else { t.clamp(0.0, 1.0) } * last as f64;
        let i = (along as usize).min(last.saturating_sub(1));
        let (Some(&from), Some(&to)) = (self.stops.get(i), self.stops.get(i + 1)) else { return Rgba::INK };
        let (from, to, t) = (oklab(from), oklab(to), along - i as f64);
        Rgba::of_oklab([0, 1, 2].map(|k| from[k] + t * (to[k] - from[k])))
    }

    /// `n` colours from end to end; a single one is from the middle.
    ///
    /// # Errors
    /// More than [`MAX_CLASSES`] colours.
    pub fn colours(&self, n: usize) -> Result<Vec<Rgba>> {
        if n > MAX_CLASSES {
            let bound = format!("more than {MAX_CLASSES} cannot be told apart");
            return Err(Error::new("classes", n, bound, "take fewer classes"));
        }
        let step = |i: usize| if n == 1 { 0.5 } else { i as f64 / (n - 1) as f64 };
        Ok((0..n).map(|i| self.at(step(i))).collect())
    }
}

fn oklab([lightness, chroma, hue_degrees]: [f64; 3]) -> [f64; 3] {
    let (sin, cos) = hue_degrees.to_radians().sin_cos();
    [lightness, chroma * cos, chroma * sin]
}

/// A class of a hotspot map: its name in the data, the words for it, and its colour.
#[derive(Debug, Clone, Copy)]
pub struct Class {
    /// Value of the property `class`.
    pub name: &'static str,
    /// Words of the legend.
    pub label: &'static str,
    oklch: [f64; 3],
}

impl Class {
    /// The hotspot class of a name in the data; none for a name that is no class.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        HOTSPOTS.iter().find(|class| class.name == name)
    }

    /// Its colour.
    #[must_use]
    pub fn colour(&self) -> Rgba {
        Rgba::of_oklab(oklab(self.oklch))
    }

    /// The colour over a map: the class in which most cells are is clear, so that the ground is seen.
    #[must_use]
    pub fn drawn(&self) -> Rgba {
        if self.name == "none" { Rgba::CLEAR } else { self.colour() }
    }
}

/// The classes of hot and cold spots, hottest first. All differ in lightness, so that a greyscale print keeps them
/// apart; cold spots are blue and hot ones red to orange, the pair of hues that every common colour vision keeps.
pub static HOTSPOTS: &[Class] = &[
    Class { name: "hot_0.001", label: "Concentration, q <= 0.001", oklch: [0.360, 0.140, 22.0] },
    Class { name: "hot_0.01", label: "Concentration, q <= 0.01", oklch: [0.570, 0.190, 35.0] },
    Class { name: "hot_0.05", label: "Concentration, q <= 0.05", oklch: [0.760, 0.150, 65.0] },
    Class { name: "none", label: "Not different from the average (left clear)", oklch: [0.955, 0.006, 90.0] },
    Class { name: "cold_0.05", label: "Fewer than average, q <= 0.05", oklch: [0.850, 0.065, 230.0] },
    Class { name: "cold_0.01", label: "Fewer than average, q <= 0.01", oklch: [0.665, 0.115, 245.0] },
    Class { name: "cold_0.001", label: "Fewer than average, q <= 0.001", oklch: [0.460, 0.130, 260.0] },
    Class { name: "undefined", label: "Undefined here", oklch: [0.710, 0.003, 90.0] },
];

/// Fill of cells without a number (withheld, not covered ...); a pattern over it says which without colour.
#[must_use]
pub fn no_value() -> Rgba {
    Rgba::of_oklch(0.900, 0.004, 90.0)
}

/// Ink of the patterns over cells without a number.
#[must_use]
pub fn pattern_ink() -> Rgba {
    Rgba::of_oklch(0.520, 0.006, 90.0)
}

#[cfg(test)]
#[path = "ramp_tests.rs"]
mod tests;
