//! How each answer state looks and is called: a pattern and words, the same on tiles, in styles and in legends.

use geodata::table::State;
use tiles::Pattern;

/// The pattern over a row in a state; none where its number is told by colour alone.
#[must_use]
pub fn pattern(state: State) -> Option<Pattern> {
    match state {
        State::Suppressed => Some(Pattern::Hatch),
        State::NotCovered => Some(Pattern::Dots),
        State::NotYetComplete => Some(Pattern::Lines),
        State::Undefined => Some(Pattern::Bars),
        State::Value | State::Zero | State::Unmapped => None,
    }
}

/// The words of a legend for a state.
#[must_use]
pub fn words(state: State) -> &'static str {
    match state {
        State::Value => "The number is given",
        State::Zero => "None recorded (left clear)",
        State::Suppressed => "Withheld, because few",
        State::NotCovered => "Not covered by the source",
        State::NotYetComplete => "Not yet complete",
        State::Unmapped => "Without a usable place: shown beside the map as a number",
        State::Undefined => "Undefined here",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_words_and_those_without_a_number_a_pattern_of_their_own() {
        let mut seen = vec![];
        for state in State::ALL {
            assert!(!words(state).is_empty());
            assert!(state.tells_numbers() || pattern(state).is_some(), "{}", state.name());
            if let Some(pattern) = pattern(state) {
                assert!(!seen.contains(&pattern), "{}", state.name());
                assert_eq!(serde_json::to_value(pattern).unwrap(), pattern.name());
                seen.push(pattern);
            }
        }
    }
}
