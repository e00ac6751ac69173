//! Sex and age band of victims, as they are asked for and crossed with.

use super::{Sex, Victim};

/// Age bands: first and last year of age.
pub const AGE_BANDS: [(u8, u8); 5] = [(0, 17), (18, 29), (30, 44), (45, 64), (65, 255)];

/// Names of the age bands, in their order.
pub const AGE_NAMES: [&str; 5] = ["0-17", "18-29", "30-44", "45-64", "65-"];

/// The band that holds an age interval wholly.
#[must_use]
pub fn age_band((from, to): (u8, u8)) -> Option<u8> {
    AGE_BANDS.iter().position(|(low, high)| *low <= from && to <= *high).map(|n| n as u8)
}

/// Asks for incidents with a victim of this sex and of this age band; what is not asked for may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct VictimFilter {
    /// Sex.
    pub sex: Option<Sex>,
    /// Number in [`AGE_BANDS`].
    pub age: Option<u8>,
}

impl VictimFilter {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Whether some victim of a record is such a one.
    #[must_use]
    pub fn matches(self, victims: &[Victim]) -> bool {
        victims.iter().any(|v| {
            self.sex.is_none_or(|sex| v.sex == Some(sex))
                && self.age.is_none_or(|band| v.age.and_then(age_band) == Some(band))
        })
    }
}
