//! `bbox`: four or six numbers, across the antimeridian too.

use geodata::model::LonLatBox;

use crate::http::problem::{Answer, Problem};

const BOUND: &str = "west,south,east,north in degrees (or west,south,low,east,north,high); -180..180 and -90..90";

/// Reads a box.
///
/// # Errors
/// 400 with the value and the bound.
pub fn parse(text: &str) -> Answer<LonLatBox> {
    let bad = |why: String| Box::new(Problem::parameter("bbox", text, why, BOUND));
    let numbers: Vec<f64> = text
        .split(',')
        .map(|part| part.trim().parse::<f64>().ok().filter(|v| v.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(|| bad("bbox holds something that is not a number".into()))?;
    let [west, south, east, north] = match numbers[..] {
        [w, s, e, n] => [w, s, e, n],
        [w, s, low, e, n, high] if low <= high => [w, s, e, n],
        [_, _, _, _, _, _] => return Err(bad("the lower height of bbox is above the upper".into())),
        _ => return Err(bad("bbox has neither 4 nor 6 numbers".into())),
    };
    LonLatBox::new(west, south, east, north).map_err(|e| bad(format!("bbox: {}", e.what)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_four_and_six_numbers() {
        assert!(parse("177,65,-177,70").is_ok());
        assert_eq!(parse("1,2,0,3,4,9").ok(), LonLatBox::new(1.0, 2.0, 3.0, 4.0).ok());
        for bad in
            ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,5,2,3", "0,0,181,1", "NaN,0,1,1", "inf,0,1,1", "1,2,9,3,4,0"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
