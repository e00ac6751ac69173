//! Residents of an age, from the age groups that a source happens to have.

use crate::model::{Denominator, Sex};

/// Groups longer than this say too little of a single year of age.
const LONGEST_YEARS: u8 = 20;

/// Residents of an age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Young {
    /// How many.
    pub residents: f64,
    /// Whether some group reached beyond the ages asked for, so that its residents were taken as even over its years.
    pub is_estimated: bool,
}

/// Residents from `low` to `high` years, both inside; `None` where the age groups do not reach.
///
/// Groups of the newest year are joined without a gap or an overlap; of a group that begins or ends beyond, each year of
/// age counts alike, if it spans at most twenty. Where there are groups by sex alone, they are added.
///
/// # Example
/// ```
/// use geodata::analysis::exposure::residents_between;
/// use geodata::model::Denominator;
/// let group = |age, value| Denominator {
///     kind: "residents".into(), sex: None, age: Some(age), year: Some(2020), value, source: "census".into(),
/// };
/// let groups = [group((0, 9), 100.0), group((10, 19), 200.0), group((20, 64), 900.0)];
/// assert_eq!(residents_between(&groups, 0, 17).map(|y| (y.residents, y.is_estimated)), Some((260.0, true)));
/// assert_eq!(residents_between(&groups, 15, 24), None); // who is 20 to 24 is not known
/// ```
#[must_use]
pub fn residents_between(denominators: &[Denominator], low: u8, high: u8) -> Option<Young> {
    let with_age = denominators.iter().filter(|d| d.kind == "residents" && d.age.is_some() && d.value.is_finite());
    let newest = with_age.clone().map(|d| d.year).max()?;
    let groups: Vec<&Denominator> = with_age.filter(|d| d.year == newest).collect();
    let of = |sex: Option<Sex>| {
        let bands: Vec<(u8, u8, f64)> = groups
            .iter()
            .filter(|d| d.sex == sex)
            .filter_map(|d| d.age.filter(|(a, b)| a <= b).map(|(a, b)| (a, b, d.value)))
            .collect();
        joined(&bands, low, high)
    };
    let all = of(None);
    if all.is_some() {
        return all;
    }
    let (female, male) = (of(Some(Sex::Female))?, of(Some(Sex::Male))?);
    let other = of(Some(Sex::Other)).unwrap_or(Young { residents: 0.0, is_estimated: false });
    Some(Young {
        residents: female.residents + male.residents + other.residents,
        is_estimated: female.is_estimated || male.is_estimated || other.is_estimated,
    })
}

fn joined(bands: &[(u8, u8, f64)], low: u8, high: u8) -> Option<Young> {
    let (mut at, mut sum, mut is_estimated) = (low, 0.0, false);
    loop {
        // The longest that fits, else the shortest that holds this age.
        let fits = bands.iter().filter(|b| b.0 == at && b.1 <= high).max_by_key(|b| b.1);
        let holds =
            || bands.iter().filter(|b| b.0 <= at && at <= b.1 && b.1 - b.0 < LONGEST_YEARS).min_by_key(|b| b.1 - b.0);
        let band = match fits {
            Some(band) => band,
            None => {
                is_estimated = true;
                holds()?
            }
        };
        let end = band.1.min(high);
        sum += band.2 * f64::from(end - at + 1) / f64::from(band.1 - band.0 + 1);
        if end == high {
            return Some(Young { residents: sum, is_estimated });
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(sex: Option<Sex>, age: (u8, u8), value: f64) -> Denominator {
        Denominator { kind: "residents".into(), sex, age: Some(age), year: Some(2014), value, source: "s".into() }
    }

    #[test]
    fn overlapping_groups_are_not_counted_twice() {
        // As the portal of Chicago gives them.
        let all = [(0, 4), (0, 17), (18, 120), (21, 120), (65, 120)].map(|a| group(None, a, 1800.0));
        assert_eq!(residents_between(&all, 0, 17), Some(Young { residents: 1800.0, is_estimated: false }));
        assert_eq!(residents_between(&all, 15, 24), None, "18 to 120 says nothing of 24");
        assert_eq!(residents_between(&[], 0, 17), None);
        let old = Denominator { year: Some(2000), ..group(None, (0, 17), 5.0) };
        assert_eq!(residents_between(&[old.clone(), all[1].clone()], 0, 17).map(|y| y.residents), Some(1800.0));
        let households = Denominator { kind: "households".into(), ..group(None, (0, 17), 5.0) };
        assert_eq!(residents_between(&[households], 0, 17), None);
    }

    #[test]
    fn groups_by_sex_are_added_and_straddling_ones_shared() {
        let of = |sex| [(0, 9), (10, 17), (18, 24)].map(|a| group(Some(sex), a, 80.0));
        let both = [of(Sex::Female), of(Sex::Male)].concat();
        assert_eq!(residents_between(&both, 0, 17), Some(Young { residents: 320.0, is_estimated: false }));
        // Three of the eight years from 10 to 17, and all from 18 to 24.
        assert_eq!(residents_between(&both, 15, 24), Some(Young { residents: 220.0, is_estimated: true }));
        assert_eq!(residents_between(&of(Sex::Female), 0, 17), None, "half of them is not all");
    }
}
