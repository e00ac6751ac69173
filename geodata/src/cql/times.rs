//! Times of a filter as closed ranges of civil seconds, and Allen's relations between them.

use jiff::tz::TimeZone;

use super::expr::{Operand, TemporalOp};
use crate::model::LocalTime;

/// From the first second to the last, both within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Range {
    pub first: i64,
    pub last: i64,
}

impl Range {
    pub(crate) const ALWAYS: Self = Self { first: i64::MIN, last: i64::MAX };

    /// One second.
    pub(crate) fn at(second: i64) -> Self {
        Self { first: second, last: second }
    }

    /// How an instant lies to the range: within it, they are equal, so that a day has all its seconds.
    pub(crate) fn order_of(self, second: i64) -> std::cmp::Ordering {
        if second < self.first {
            std::cmp::Ordering::Less
        } else if second > self.last {
            std::cmp::Ordering::Greater
        } else {
            std::cmp::Ordering::Equal
        }
    }
}

/// The range of a time that is written: a day has all its seconds on the city's clock; `None` for what is no time.
pub(crate) fn range_of(operand: &Operand, zone: &TimeZone) -> Option<Range> {
    match operand {
        Operand::Date(day) => {
            let first = LocalTime::from_civil((*day).into()).0;
            Some(Range { first, last: first + 86_399 })
        }
        Operand::Timestamp(at) => Some(Range::at(LocalTime::from_civil(zone.to_datetime(*at)).0)),
        Operand::Interval(from, to) => {
            let end = |end: &Operand| match end {
                Operand::Open => Some(Range::ALWAYS),
                other => range_of(other, zone),
            };
            Some(Range { first: end(from)?.first, last: end(to)?.last })
        }
        Operand::Text(text) => super::text::end_of_interval(text).ok().and_then(|end| match end {
            Operand::Open => None,
            known => range_of(&known, zone),
        }),
        _ => None,
    }
}

/// Whether the relation holds. An instant is an interval of one second.
pub(crate) fn holds(op: TemporalOp, a: Range, b: Range) -> bool {
    let (starts, ends) = (a.first.cmp(&b.first), a.last.cmp(&b.last));
    match op {
        TemporalOp::After => a.first > b.last,
        TemporalOp::Before => a.last < b.first,
        TemporalOp::Disjoint => a.first > b.last || a.last < b.first,
        TemporalOp::Intersects => a.first <= b.last && a.last >= b.first,
        TemporalOp::Equals => starts.is_eq() && ends.is_eq(),
        TemporalOp::Contains => starts.is_lt() && ends.is_gt(),
        TemporalOp::During => starts.is_gt() && ends.is_lt(),
        TemporalOp::FinishedBy => starts.is_lt() && ends.is_eq(),
        TemporalOp::Finishes => starts.is_gt() && ends.is_eq(),
        TemporalOp::StartedBy => starts.is_eq() && ends.is_gt(),
        TemporalOp::Starts => starts.is_eq() && ends.is_lt(),
        TemporalOp::Meets => a.last == b.first,
        TemporalOp::MetBy => a.first == b.last,
        TemporalOp::Overlaps => starts.is_lt() && a.last > b.first && ends.is_lt(),
        TemporalOp::OverlappedBy => starts.is_gt() && a.first < b.last && ends.is_gt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_holds_for_its_example_and_turns_with_its_sides() {
        let r = |first, last| Range { first, last };
        use TemporalOp as T;
        for (op, a, b) in [
            (T::After, r(5, 6), r(1, 2)),
            (T::Before, r(1, 2), r(5, 6)),
            (T::Contains, r(1, 9), r(2, 3)),
            (T::Disjoint, r(1, 2), r(3, 4)),
            (T::During, r(2, 3), r(1, 9)),
            (T::Equals, r(1, 2), r(1, 2)),
            (T::FinishedBy, r(1, 9), r(5, 9)),
            (T::Finishes, r(5, 9), r(1, 9)),
            (T::Intersects, r(1, 5), r(5, 9)),
            (T::Meets, r(1, 5), r(5, 9)),
            (T::MetBy, r(5, 9), r(1, 5)),
            (T::OverlappedBy, r(3, 9), r(1, 5)),
            (T::Overlaps, r(1, 5), r(3, 9)),
            (T::StartedBy, r(1, 9), r(1, 5)),
            (T::Starts, r(1, 5), r(1, 9)),
        ] {
            assert!(holds(op, a, b) && holds(op.turned(), b, a), "{op:?}");
            assert!(!holds(op, r(100, 200), r(150, 160)) || op == T::Contains || op == T::Intersects, "{op:?}");
        }
    }
}
