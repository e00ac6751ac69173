//! What an answer knows about a row: the six answer states, and one for statistics.

use serde::Serialize;

/// What an answer knows about a row. A number that is not told is written as nothing in every format, never as 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum State {
    /// The numbers are there.
    Value,
    /// Nothing was recorded.
    Zero,
    /// Withheld, because few.
    Suppressed,
    /// The source does not cover the place or time.
    NotCovered,
    /// The period is not over, or late records are still expected; a number may already be there.
    NotYetComplete,
    /// Records without a usable place: they are counted beside the map.
    Unmapped,
    /// The statistic is undefined here.
    Undefined,
}

impl State {
    /// All of them, in order of the discriminant.
    pub const ALL: [Self; 7] = [
        Self::Value,
        Self::Zero,
        Self::Suppressed,
        Self::NotCovered,
        Self::NotYetComplete,
        Self::Unmapped,
        Self::Undefined,
    ];

    /// Names in order of the discriminant.
    pub const NAMES: [&'static str; 7] =
        ["value", "zero", "suppressed", "not_covered", "not_yet_complete", "unmapped", "undefined"];

    /// The name used in every format.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Whether the numbers of a row in this state are told.
    #[must_use]
    pub fn tells_numbers(self) -> bool {
        !matches!(self, Self::Suppressed | Self::NotCovered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_discriminants_and_serde() {
        for (i, state) in State::ALL.into_iter().enumerate() {
            assert_eq!(state as usize, i);
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        let silent: Vec<_> = State::ALL.into_iter().filter(|s| !s.tells_numbers()).collect();
        assert_eq!(silent, [State::Suppressed, State::NotCovered]);
    }
}
