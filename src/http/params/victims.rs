//! `sex` and `age`: incidents with a victim of that sex and age band.

use geodata::model::{AGE_NAMES, Sex, VictimFilter};

use crate::http::problem::{Answer, Problem};

/// Names of sexes, as a caller writes them.
pub const SEXES: [(&str, Sex); 3] = [("female", Sex::Female), ("male", Sex::Male), ("other", Sex::Other)];

/// Reads `sex` and `age`.
///
/// # Errors
/// 400 with the value and the bound.
pub fn parse(sex: Option<&str>, age: Option<&str>) -> Answer<VictimFilter> {
    let sex = sex.map(|text| {
        let found = SEXES.iter().find(|(name, _)| *name == text.trim()).map(|(_, sex)| *sex);
        found.ok_or_else(|| Box::new(Problem::parameter("sex", text, "unknown sex", "female, male or other")))
    });
    let age = age.map(|text| {
        // A plus sign of `65+` that was not escaped in the address arrives as a space.
        let plain = text.trim().trim_end_matches('+');
        let is_named = |name: &&str| **name == *plain || name.strip_suffix('-') == Some(plain);
        let found = AGE_NAMES.iter().position(|name| is_named(&name)).map(|n| n as u8);
        found.ok_or_else(|| Box::new(Problem::parameter("age", text, "unknown age band", AGE_NAMES.join(", "))))
    });
    Ok(VictimFilter { sex: sex.transpose()?, age: age.transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sexes_and_bands_are_read_by_name() {
        assert_eq!(
            parse(Some("female"), Some("0-17")).ok(),
            Some(VictimFilter { sex: Some(Sex::Female), age: Some(0) })
        );
        for open in ["65+", "65 ", "65-"] {
            assert_eq!(parse(None, Some(open)).ok().and_then(|v| v.age), Some(4), "{open}");
        }
        assert!(parse(Some("f"), None).is_err() && parse(None, Some("17")).is_err());
    }
}
