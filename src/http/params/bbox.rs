//! `bbox`: four or six numbers, across the antimeridian too.

use geodata::model::LonLatBox;

use super::{Known, Params, crs};
use crate::http::problem::{Answer, Problem};

const BOUND: &str = "west,south,east,north in degrees (or west,south,low,east,north,high); -180..180 and -90..90";
const BOUND_LAT_FIRST: &str = "south,west,north,east in degrees, as EPSG:4326 has its axes; -90..90 and -180..180";
const BOUND_PLANAR: &str = "least x,least y,largest x,largest y in metres of bbox-crs";

/// The box that is asked for, in degrees. Of a box in metres it is the smallest box in degrees around it.
///
/// # Errors
/// 400 with the value and the bound.
pub(super) fn read(params: &Params, known: &Known) -> Answer<Option<LonLatBox>> {
    let system = crs::read(params, "bbox-crs", known)?;
    params.get("bbox").map(|text| parse(text, system)).transpose()
}

/// Reads a box in the system of an EPSG code, or in CRS84.
fn parse(text: &str, system: Option<u16>) -> Answer<LonLatBox> {
    let bound = match system {
        None => BOUND,
        Some(4326) => BOUND_LAT_FIRST,
        Some(_) => BOUND_PLANAR,
    };
    let bad = |why: String| Box::new(Problem::parameter("bbox", text, why, bound));
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse::<f64>().ok().filter(|v| v.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(|| bad("bbox holds something that is not a number".into()))?;
    let [a, b, c, d] = match numbers[..] {
        [a, b, c, d] => [a, b, c, d],
        [a, b, low, c, d, high] if low <= high => [a, b, c, d],
        [_, _, _, _, _, _] => return Err(bad("the lower height of bbox is above the upper".into())),
        _ => return Err(bad("bbox has neither 4 nor 6 numbers".into())),
    };
    let read = match system {
        None => LonLatBox::new(a, b, c, d),
        Some(4326) => LonLatBox::new(b, a, d, c),
        Some(code) => crs::planar(code)?.box_to_lonlat([a, b, c, d]),
    };
    read.map_err(|e| bad(format!("bbox: {}", e.what)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_four_and_six_numbers() {
        assert!(parse("177,65,-177,70", None).is_ok());
        assert_eq!(parse("1,2,0,3,4,9", None).ok(), LonLatBox::new(1.0, 2.0, 3.0, 4.0).ok());
        for bad in
            ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,5,2,3", "0,0,181,1", "NaN,0,1,1", "inf,0,1,1", "1,2,9,3,4,0"]
        {
            assert!(parse(bad, None).is_err(), "{bad}");
        }
    }

    #[test]
    fn axes_are_those_of_the_system() {
        let degrees = LonLatBox::new(-90.0, 40.0, -89.0, 41.0).ok();
        assert_eq!(parse("40,-90,41,-89", Some(4326)).ok(), degrees);
        assert_eq!(parse("40,-90,0,41,-89,9", Some(4326)).ok(), degrees);
        let planar = parse("-10018754.171,4865942.279,-9907434.681,5012341.664", Some(3857)).expect("a box");
        assert!((planar.west + 90.0).abs() < 1e-6 && (planar.north - 41.0).abs() < 1e-6, "{planar:?}");
        assert!(parse("-90,40,-89,41", Some(4326)).is_ok_and(|b| b.west == 40.0));
        assert!(parse("0,1e12,1,2e12", Some(32616)).is_err() && parse("-1e9,0,1,1", Some(3857)).is_err());
    }
}
