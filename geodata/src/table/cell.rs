//! One value of a row as every format writes it: the only place where a number is held back.

use super::{Column, State, Values};

/// One value, or nothing where it is not told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// A count.
    Count(u32),
    /// A finite number.
    Number(f64),
    /// A class or a text.
    Word(&'a str),
    /// Undefined, empty, or withheld: null in GeoJSON, an empty field in CSV, no property in a vector tile.
    Nothing,
}

impl Column {
    /// The value of a row in a state; a row without a state tells no number.
    pub(crate) fn cell(&self, row: usize, state: Option<State>) -> Cell<'_> {
        let told = state.is_some_and(State::tells_numbers);
        let found = match &self.values {
            Values::Count(v) => v.get(row).filter(|_| told).map(|&n| Cell::Count(n)),
            Values::Number(v) => v.get(row).filter(|x| told && x.is_finite()).map(|&x| Cell::Number(x)),
            Values::Class(words, v) => v.get(row).and_then(|&i| words.get(usize::from(i))).map(|w| Cell::Word(w)),
            Values::Shared(texts, v) => {
                v.get(row).and_then(|&n| texts.get(n as usize)).filter(|t| !t.is_empty()).map(|t| Cell::Word(t))
            }
            Values::Text(v) => v.get(row).filter(|t| !t.is_empty()).map(Cell::Word),
        };
        found.unwrap_or(Cell::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_or_nothing_but_never_zero_instead() {
        let count = Column { name: "count", unit: "", values: Values::Count(vec![0, 7]) };
        let rate = Column { name: "rate", unit: "", values: Values::Number(vec![f64::NAN, 1.5]) };
        for state in State::ALL {
            let told = !matches!(state, State::Suppressed | State::NotCovered);
            let expected = |cell| if told { cell } else { Cell::Nothing };
            assert_eq!(count.cell(1, Some(state)), expected(Cell::Count(7)), "{}", state.name());
            assert_eq!(count.cell(0, Some(state)), expected(Cell::Count(0)), "{}", state.name());
            assert_eq!(rate.cell(1, Some(state)), expected(Cell::Number(1.5)), "{}", state.name());
            assert_eq!(rate.cell(0, Some(state)), Cell::Nothing);
        }
        assert_eq!(count.cell(1, None), Cell::Nothing, "a row of which nothing is known");
        assert_eq!(count.cell(2, Some(State::Value)), Cell::Nothing, "no such row");
    }

    #[test]
    fn words_stay_whatever_the_state() {
        let class = Column { name: "class", unit: "", values: Values::Class(&["a", "b"], vec![1, 9]) };
        let name = Column { name: "name", unit: "", values: Values::Text(["x", ""].into_iter().collect()) };
        assert_eq!(class.cell(0, Some(State::Suppressed)), Cell::Word("b"));
        assert_eq!(class.cell(1, Some(State::Value)), Cell::Nothing);
        assert_eq!(name.cell(0, Some(State::NotCovered)), Cell::Word("x"));
        assert_eq!(name.cell(1, Some(State::Value)), Cell::Nothing);
    }
}
