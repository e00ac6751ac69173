//! The tree of a filter, the same for text and JSON.

use jiff::Timestamp;
use jiff::civil::Date;

use super::shape::Shape;
use crate::error::{Error, Kind, Result};
use crate::limits::{MAX_FILTER_DEPTH, MAX_FILTER_PARTS};

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// All hold.
    And(Vec<Expr>),
    /// One holds.
    Or(Vec<Expr>),
    /// It does not hold.
    Not(Box<Expr>),
    /// `TRUE` or `FALSE`.
    Constant(bool),
    /// A comparison of two values.
    Compare(Comparison, Operand, Operand),
    /// A text and a pattern with `%` and `_`.
    Like(Operand, Operand),
    /// A number and its bounds, which belong to it.
    Between(Operand, Operand, Operand),
    /// A value and those that it may be.
    In(Operand, Vec<Operand>),
    /// The value is missing.
    IsNull(Operand),
    /// How two places lie to each other.
    Spatial(SpatialOp, Operand, Operand),
    /// How two times lie to each other.
    Temporal(TemporalOp, Operand, Operand),
}

/// A value, or what stands for one.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A queryable by name.
    Property(String),
    /// A text.
    Text(String),
    /// A finite number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A day.
    Date(Date),
    /// An instant.
    Timestamp(Timestamp),
    /// From the first to the last, both within; either may be open.
    Interval(Box<Operand>, Box<Operand>),
    /// `'..'`, the open end of an interval.
    Open,
    /// A place, CRS84.
    Place(Shape),
    /// The text without regard to upper and lower case.
    Casei(Box<Operand>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    Different,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    pub(crate) const NAMES: [(&'static str, Self); 6] = [
        ("=", Self::Equal),
        ("<>", Self::Different),
        ("<", Self::Less),
        ("<=", Self::AtMost),
        (">", Self::Greater),
        (">=", Self::AtLeast),
    ];

    /// The one that holds with both sides exchanged.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }

    /// Whether it holds for values that lie so.
    #[must_use]
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Different => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

/// A relation of two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpatialOp {
    /// They share a place.
    Intersects,
    /// They share none.
    Disjoint,
    /// The first lies in the second.
    Within,
    /// The second lies in the first.
    Contains,
    /// They are the same.
    Equals,
    /// They share borders alone.
    Touches,
    /// They cross.
    Crosses,
    /// They share a part of their own kind.
    Overlaps,
}

impl SpatialOp {
    pub(crate) const NAMES: [(&'static str, Self); 8] = [
        ("s_intersects", Self::Intersects),
        ("s_disjoint", Self::Disjoint),
        ("s_within", Self::Within),
        ("s_contains", Self::Contains),
        ("s_equals", Self::Equals),
        ("s_touches", Self::Touches),
        ("s_crosses", Self::Crosses),
        ("s_overlaps", Self::Overlaps),
    ];

    /// The one that holds with both sides exchanged.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Within => Self::Contains,
            Self::Contains => Self::Within,
            same => same,
        }
    }
}

/// A relation of two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the standard, and `times` says what each means")]
pub enum TemporalOp {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

impl TemporalOp {
    pub(crate) const NAMES: [(&'static str, Self); 15] = [
        ("t_after", Self::After),
        ("t_before", Self::Before),
        ("t_contains", Self::Contains),
        ("t_disjoint", Self::Disjoint),
        ("t_during", Self::During),
        ("t_equals", Self::Equals),
        ("t_finishedby", Self::FinishedBy),
        ("t_finishes", Self::Finishes),
        ("t_intersects", Self::Intersects),
        ("t_meets", Self::Meets),
        ("t_metby", Self::MetBy),
        ("t_overlappedby", Self::OverlappedBy),
        ("t_overlaps", Self::Overlaps),
        ("t_startedby", Self::StartedBy),
        ("t_starts", Self::Starts),
    ];

    /// The one that holds with both sides exchanged.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::After => Self::Before,
            Self::Before => Self::After,
            Self::Contains => Self::During,
            Self::During => Self::Contains,
            Self::FinishedBy => Self::Finishes,
            Self::Finishes => Self::FinishedBy,
            Self::Meets => Self::MetBy,
            Self::MetBy => Self::Meets,
            Self::OverlappedBy => Self::Overlaps,
            Self::Overlaps => Self::OverlappedBy,
            Self::StartedBy => Self::Starts,
            Self::Starts => Self::StartedBy,
            same @ (Self::Disjoint | Self::Equals | Self::Intersects) => same,
        }
    }
}

/// Conditions that all hold, as one; joined conditions are one list, so that brackets make no difference.
pub(crate) fn joined(parts: Vec<Expr>, is_and: bool) -> Expr {
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Expr::And(inner) if is_and => all.extend(inner),
            Expr::Or(inner) if !is_and => all.extend(inner),
            other => all.push(other),
        }
    }
    match all.len() {
        1 => all.remove(0),
        _ if is_and => Expr::And(all),
        _ => Expr::Or(all),
    }
}

/// Counts what a reader makes, and how deep it is in brackets.
pub(super) struct Budget {
    depth: usize,
    parts: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { depth: 0, parts: 0 }
    }

    /// One part more.
    pub(super) fn part(&mut self) -> Result<()> {
        self.parts += 1;
        if self.parts <= MAX_FILTER_PARTS {
            return Ok(());
        }
        let what = format!("the filter has more than {MAX_FILTER_PARTS} conditions and values");
        Err(Error::new(Kind::TooLarge, what, "use IN or LIKE instead of many conditions, or ask several times"))
    }

    /// One level deeper; [`Budget::leave`] goes back.
    pub(super) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth <= MAX_FILTER_DEPTH {
            return Ok(());
        }
        let what = format!("the filter has more than {MAX_FILTER_DEPTH} levels of brackets");
        Err(Error::new(Kind::TooLarge, what, "leave out brackets that change nothing"))
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}
