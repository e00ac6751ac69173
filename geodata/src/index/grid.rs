//! Grids by name: `quadkey:17`, `square:250`, `square:500@EPSG:32615`, `h3:9`, `areas:community_areas`.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// How places are gathered into cells.
#[derive(Debug, Clone, PartialEq)]
pub enum Grid {
    /// Cells of the Web Mercator pyramid; level 0 to 24.
    Quadkey {
        /// Zoom level of the cell.
        level: u8,
    },
    /// Cells of the pyramid of several levels, as a release tells them: no finer than `finest`. It cannot be asked for.
    Tree {
        /// Level of the smallest cell.
        finest: u8,
    },
    /// Squares at multiples of `side_m` metres in a planar CRS.
    Square {
        /// Side in metres.
        side_m: f64,
        /// EPSG code; `None` is the local metric frame of the data (UTM zone of its centre).
        epsg: Option<u16>,
    },
    /// H3 cells; resolution 0 to 15.
    H3 {
        /// Resolution.
        resolution: u8,
    },
    /// Areas of an imported collection.
    Areas {
        /// Collection, for example `community_areas`.
        collection: String,
    },
}

impl FromStr for Grid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = |why: &str| {
            Error::invalid(
                format!("grid {text:?}: {why}"),
                "use quadkey:LEVEL (0-24), square:METRES (10-100000), square:METRES@EPSG:CODE, h3:RES (0-15) or areas:COLLECTION",
            )
        };
        let (kind, rest) = text.split_once(':').ok_or_else(|| bad("no colon"))?;
        match kind {
            "quadkey" => match rest.parse() {
                Ok(level) if level <= 24 => Ok(Self::Quadkey { level }),
                _ => Err(bad("the level is not a whole number from 0 to 24")),
            },
            "h3" => match rest.parse() {
                Ok(resolution) if resolution <= 15 => Ok(Self::H3 { resolution }),
                _ => Err(bad("the resolution is not a whole number from 0 to 15")),
            },
            "areas" if !rest.is_empty() => Ok(Self::Areas { collection: rest.to_owned() }),
            "square" => {
                let (side, epsg) = match rest.split_once("@EPSG:") {
                    Some((side, code)) => (side, Some(code.parse().map_err(|_| bad("the EPSG code is not a number"))?)),
                    None => (rest, None),
                };
                match side.parse::<f64>() {
                    Ok(side_m) if (10.0..=100_000.0).contains(&side_m) => Ok(Self::Square { side_m, epsg }),
                    _ => Err(bad("the side is not a number of metres from 10 to 100000")),
                }
            }
            _ => Err(bad("unknown kind")),
        }
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quadkey { level } => write!(f, "quadkey:{level}"),
            Self::Tree { finest } => write!(f, "quadkey:1..{finest}"),
            Self::Square { side_m, epsg: None } => write!(f, "square:{side_m}"),
            Self::Square { side_m, epsg: Some(code) } => write!(f, "square:{side_m}@EPSG:{code}"),
            Self::H3 { resolution } => write!(f, "h3:{resolution}"),
            Self::Areas { collection } => write!(f, "areas:{collection}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_bad_ones_say_why() {
        for name in ["quadkey:17", "square:250", "square:500@EPSG:32615", "h3:9", "areas:community_areas"] {
            assert_eq!(name.parse::<Grid>().map(|g| g.to_string()), Ok(name.to_owned()));
        }
        for name in ["quadkey:25", "square:nan", "square:-1", "hex:3", "areas:", "", "square:500@EPSG:x"] {
            assert!(name.parse::<Grid>().is_err(), "{name}");
        }
    }
}
