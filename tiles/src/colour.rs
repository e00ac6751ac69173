//! Colours: sRGB with opacity, palettes, and the OKLab space in which ramps are mixed.
//!
//! # References
//! OKLab: Ottosson 2020, "A perceptual color space for image processing".

use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::{Error, Result};
use crate::limits::MAX_COLOURS;

/// An sRGB colour with opacity, 0 to 255 each. Serialised as `#rrggbb`, with opacity as `#rrggbbaa`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgba(pub [u8; 4]);

impl Rgba {
    /// Nothing at all.
    pub const CLEAR: Self = Self([0, 0, 0, 0]);
    /// Opaque white.
    pub const WHITE: Self = Self::opaque(255, 255, 255);
    /// The colour of text and frames: nearly black.
    pub const INK: Self = Self::opaque(0x22, 0x26, 0x2b);

    /// An opaque colour from red, green and blue.
    #[must_use]
    pub const fn opaque(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue, 255])
    }

    /// The colour with an opacity of 0 to 1.
    #[must_use]
    pub fn with_opacity(self, opacity: f32) -> Self {
        let Self([red, green, blue, _]) = self;
        Self([red, green, blue, (opacity.clamp(0.0, 1.0) * 255.0).round() as u8])
    }

    /// Opacity, 0 to 1.
    #[must_use]
    pub fn opacity(self) -> f32 {
        f32::from(self.0[3]) / 255.0
    }

    /// `#rrggbb` without the opacity, as SVG and MapLibre take it.
    #[must_use]
    pub fn hex(self) -> String {
        let Self([red, green, blue, _]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// A colour from lightness (0 to 1), chroma (0 to about 0.3) and hue in degrees, in OKLCH.
    #[must_use]
    pub fn of_oklch(lightness: f64, chroma: f64, hue_degrees: f64) -> Self {
        let (sin, cos) = hue_degrees.to_radians().sin_cos();
        Self::of_oklab([lightness, chroma * cos, chroma * sin])
    }

    /// A colour from OKLab; one outside sRGB loses chroma until it fits, so that lightness and hue stay.
    pub(crate) fn of_oklab([lightness, a, b]: [f64; 3]) -> Self {
        let mut keep = 1.0;
        loop {
            let linear = linear_of_oklab([lightness, a * keep, b * keep]);
            if keep <= 0.0 || linear.iter().all(|v| (-1e-4..=1.0001).contains(v)) {
                let [red, green, blue] = linear.map(|v| (encode_gamma(v.clamp(0.0, 1.0)) * 255.0).round() as u8);
                return Self::opaque(red, green, blue);
            }
            keep -= 0.02;
        }
    }

    /// OKLab of the colour without its opacity.
    #[cfg(test)]
    pub(crate) fn oklab(self) -> [f64; 3] {
        oklab_of_linear(self.linear())
    }

    /// Linear light of red, green and blue, 0 to 1.
    #[cfg(test)]
    pub(crate) fn linear(self) -> [f64; 3] {
        let Self([red, green, blue, _]) = self;
        [red, green, blue].map(|v| decode_gamma(f64::from(v) / 255.0))
    }
}

impl fmt::Display for Rgba {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())?;
        if self.0[3] == 255 { Ok(()) } else { write!(f, "{:02x}", self.0[3]) }
    }
}

impl Serialize for Rgba {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The colours of an indexed picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette(Vec<Rgba>);

impl Palette {
    /// A palette of 1 to 256 colours; up to 16 make a picture half the size.
    ///
    /// # Errors
    /// No colour, or more than 256.
    pub fn new(colours: Vec<Rgba>) -> Result<Self> {
        if colours.is_empty() || colours.len() > MAX_COLOURS {
            let bound = format!("a palette has 1 to {MAX_COLOURS} colours");
            return Err(Error::new("palette", colours.len(), bound, "take fewer classes"));
        }
        Ok(Self(colours))
    }

    /// The palette of a raster layer: index 0 is clear, 1.. are the classes, and the last is the ink of patterns.
    ///
    /// # Errors
    /// More than 254 classes.
    pub fn of_classes(classes: &[Rgba], opacity: f32, ink: Rgba) -> Result<Self> {
        let classes = classes.iter().map(|colour| colour.with_opacity(opacity));
        Self::new(std::iter::once(Rgba::CLEAR).chain(classes).chain([ink]).collect())
    }

    /// The colours, by index.
    #[must_use]
    pub fn colours(&self) -> &[Rgba] {
        &self.0
    }

    /// Index of the last colour: the ink of patterns in a palette of classes.
    #[must_use]
    pub fn last(&self) -> u8 {
        (self.0.len() - 1) as u8
    }
}

#[cfg(test)]
fn decode_gamma(v: f64) -> f64 {
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn encode_gamma(v: f64) -> f64 {
    if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
pub(crate) fn oklab_of_linear([r, g, b]: [f64; 3]) -> [f64; 3] {
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}

fn linear_of_oklab([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oklab_and_back_keep_every_tenth_colour() {
        for v in (0..=255_u8).step_by(17) {
            for w in (0..=255_u8).step_by(51) {
                let colour = Rgba::opaque(v, w, 255 - v);
                assert_eq!(Rgba::of_oklab(colour.oklab()), colour);
            }
        }
    }

    #[test]
    fn opacity_shows_in_the_text_only_when_there_is_some() {
        assert_eq!(Rgba::opaque(1, 2, 255).to_string(), "#0102ff");
        assert_eq!(Rgba::opaque(1, 2, 255).with_opacity(0.5).to_string(), "#0102ff80");
    }

    #[test]
    fn palettes_have_bounds() {
        assert!(Palette::new(vec![]).is_err());
        assert!(Palette::new(vec![Rgba::INK; 256]).is_ok());
        assert!(Palette::new(vec![Rgba::INK; 257]).is_err());
    }
}
