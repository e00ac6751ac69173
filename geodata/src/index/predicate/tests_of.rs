//! Tests of single values: texts and whole numbers against what a filter writes.

use crate::cql::{Comparison, Expr, Operand, Pattern, misfit, text_of};
use crate::error::{Error, Result};

/// A text that a facet has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    Weapon,
    Source,
    Discovery,
    Precision,
}

/// A condition on a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum WordTest {
    OneOf(Vec<String>, Case),
    Compare(Comparison, String, Case),
    Like(Pattern),
}

/// Whether upper and lower case differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Matters,
    Ignored,
}

impl Case {
    fn of(self, text: &str) -> String {
        if self == Self::Ignored { text.to_lowercase() } else { text.to_owned() }
    }
}

impl WordTest {
    /// The condition on the text `left` of a comparison, `IN` or `LIKE`.
    ///
    /// # Errors
    /// A value that is no text; another condition.
    pub(super) fn of(expr: &Expr) -> Result<Self> {
        let text = |left: &Operand, operand: &Operand| match text_of(operand) {
            Some((text, ignored)) if ignored || !matches!(left, Operand::Casei(_)) => {
                let case = if ignored { Case::Ignored } else { Case::Matters };
                Ok((case.of(text), case))
            }
            // A property without case is never equal to a text with it, unless that is in small letters already.
            Some((text, _)) => Ok((text.to_owned(), Case::Ignored)),
            None => Err(misfit(left, operand)),
        };
        Ok(match expr {
            Expr::Compare(Comparison::Equal, left, value) => {
                let (value, case) = text(left, value)?;
                Self::OneOf(vec![value], case)
            }
            Expr::Compare(op, left, value) => {
                let (value, case) = text(left, value)?;
                Self::Compare(*op, value, case)
            }
            Expr::In(left, values) => {
                let all = values.iter().map(|v| text(left, v)).collect::<Result<Vec<_>>>()?;
                let case = if all.iter().any(|(_, c)| *c == Case::Ignored) { Case::Ignored } else { Case::Matters };
                Self::OneOf(all.into_iter().map(|(value, _)| value).collect(), case)
            }
            Expr::Like(left, pattern) => {
                let (pattern, case) = text(left, pattern)?;
                Self::Like(Pattern::new(&pattern, case == Case::Ignored))
            }
            Expr::Between(left, low, _) => return Err(misfit(left, low)),
            _ => return Err(Error::invalid("filter: a text is not asked for so", "use =, <>, IN, LIKE or IS NULL")),
        })
    }

    /// Whether a text has it.
    pub(super) fn holds(&self, text: &str) -> bool {
        match self {
            Self::OneOf(all, Case::Matters) => all.iter().any(|one| one == text),
            Self::OneOf(all, case) => all.contains(&case.of(text)),
            Self::Compare(op, value, case) => op.holds(case.of(text).as_str().cmp(value)),
            Self::Like(pattern) => pattern.matches(text),
        }
    }

    /// Refuses values that a property never has: they are slips of the pen.
    ///
    /// # Errors
    /// The value and those that there are.
    pub(super) fn among(self, name: &str, known: &[&str]) -> Result<Self> {
        if let Self::OneOf(all, _) = &self
            && let Some(strange) = all.iter().find(|one| !known.contains(&one.as_str()))
        {
            let short: String = strange.chars().take(40).collect();
            let what = format!("filter: {name} is never {short:?}");
            return Err(Error::invalid(what, format!("it is one of {}", known.join(", "))));
        }
        Ok(self)
    }
}

/// Which of the whole numbers 0 to `end` (not included) have a condition, as bits.
///
/// # Errors
/// A value that is no number; another condition.
pub(super) fn bits(expr: &Expr, end: u8) -> Result<u32> {
    let number = |left: &Operand, operand: &Operand| match operand {
        Operand::Number(n) => Ok(*n),
        other => Err(misfit(left, other)),
    };
    let each = |test: &dyn Fn(f64) -> bool| (0..end).filter(|n| test(f64::from(*n))).fold(0, |bits, n| bits | 1 << n);
    Ok(match expr {
        Expr::Compare(op, left, value) => {
            let value = number(left, value)?;
            each(&|n| n.partial_cmp(&value).is_some_and(|order| op.holds(order)))
        }
        Expr::Between(left, low, high) => {
            let (low, high) = (number(left, low)?, number(left, high)?);
            each(&|n| n >= low && n <= high)
        }
        Expr::In(left, values) => {
            let all = values.iter().map(|v| number(left, v)).collect::<Result<Vec<_>>>()?;
            each(&|n| all.contains(&n))
        }
        _ => return Err(Error::invalid("filter: a number is not asked for so", "use =, <, >, BETWEEN, IN or IS NULL")),
    })
}
