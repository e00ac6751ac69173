//! Colour ramps that colour-blind readers can tell apart and that keep their order in greyscale.
//!
//! All colours are mixed here from OKLCH stops. What the tests hold: sequential ramps fall strictly in lightness, the
//! arms of diverging ramps too; neighbours of 7 steps differ by at least a stated distance also as people without red
//! (protanopia) or green (deuteranopia) cones see them. Named classes are in [`crate::classes`].

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
    Ramp {
        name: "harm",
        kind: Kind::Sequential,
        stops: &[
            [0.970, 0.025, 335.0],
            [0.830, 0.080, 335.0],
            [0.660, 0.130, 330.0],
            [0.480, 0.140, 320.0],
            [0.280, 0.110, 308.0],
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

/// OKLab of lightness, chroma and hue in degrees.
pub(crate) fn oklab([lightness, chroma, hue_degrees]: [f64; 3]) -> [f64; 3] {
    let (sin, cos) = hue_degrees.to_radians().sin_cos();
    [lightness, chroma * cos, chroma * sin]
}

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
