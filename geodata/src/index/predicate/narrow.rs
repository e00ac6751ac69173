//! A filter's plain conditions become fields of the query, so that they are as fast as the parameters and mean the same.

use std::sync::Arc;

use jiff::civil::Date;

use super::tests_of::WordTest;
use super::{Clock, FacetTest, Moment, Node, Predicate, RowTest};
use crate::cql::{Expr, Range, Shape, SpatialOp, TemporalOp, Truth};
use crate::error::Result;
use crate::index::query::{ContextFilter, Place, Query};
use crate::model::{Interval, LocalTime};

use super::queryables::CONTEXT_VALUES;

/// Narrows a query by a filter. What the query's fields cannot say, or say already otherwise, goes to its predicate.
///
/// # Errors
/// Names the property that incidents do not have, or the value that does not fit.
pub fn narrow(query: &mut Query, expr: &Expr, clock: Clock<'_>) -> Result<()> {
    let mut bound = Predicate::new(expr, clock)?;
    let parts = match std::mem::replace(&mut bound.root, Node::Is(Truth::True)) {
        Node::All(all) => all,
        one => vec![one],
    };
    let rest: Vec<Node> =
        parts.into_iter().filter(|part| *part != Node::Is(Truth::True) && !bound.is_folded(part, query)).collect();
    if rest.is_empty() {
        return Ok(());
    }
    for part in &rest {
        bound.bound_period(part, query);
    }
    let rest = Predicate { root: Node::All(rest), ..bound };
    query.predicate = Some(Arc::new(rest.compact()));
    Ok(())
}

impl Predicate {
    /// Whether a condition has become a field of the query.
    fn is_folded(&self, part: &Node, query: &mut Query) -> bool {
        match part {
            Node::Facet(n) => match self.of_facet.get(*n) {
                Some(FacetTest::Under(codes)) if query.categories.is_empty() => {
                    query.categories = codes.clone();
                    true
                }
                Some(FacetTest::Context(kind, definition, WordTest::OneOf(values, _)))
                    if query.context.is_none() && values.len() == 1 =>
                {
                    let value = CONTEXT_VALUES.into_iter().find(|v| values.iter().any(|name| name == v.name()));
                    query.context =
                        value.map(|value| ContextFilter { kind: *kind, value, definition: definition.clone() });
                    query.context.is_some()
                }
                _ => false,
            },
            Node::Row(n) => self.of_row.get(*n).is_some_and(|test| is_row_folded(test, query)),
            // One value of `sex` or `age`.
            Node::Any(one) => match &one[..] {
                [only @ Node::Row(_)] => self.is_folded(only, query),
                _ => false,
            },
            _ => false,
        }
    }

    /// Lets a time that must lie in a range bound the period too, so that blocks outside are never read.
    fn bound_period(&self, part: &Node, query: &mut Query) {
        use TemporalOp::{
            During, Equals, FinishedBy, Finishes, Intersects, Meets, MetBy, OverlappedBy, Overlaps, StartedBy, Starts,
        };
        let Node::Row(n) = part else { return };
        if let Some(RowTest::Time(
            During | Equals | FinishedBy | Finishes | Intersects | MetBy | Meets | OverlappedBy | Overlaps | StartedBy
            | Starts,
            Moment::Whole | Moment::From,
            Moment::Written(range),
        )) = self.of_row.get(*n)
            && query.period.is_none()
        {
            query.period = interval(*range);
        }
    }

    /// Without tests that no condition names any more, so that equal filters are equal.
    fn compact(self) -> Self {
        let mut kept = Self { root: Node::All(vec![]), of_facet: vec![], of_row: vec![] };
        kept.root = self.renumbered(&self.root, &mut kept.of_facet, &mut kept.of_row);
        kept
    }

    fn renumbered(&self, node: &Node, facets: &mut Vec<FacetTest>, rows: &mut Vec<RowTest>) -> Node {
        let mut all = |list: &[Node]| list.iter().map(|n| self.renumbered(n, facets, rows)).collect();
        match node {
            Node::All(list) => Node::All(all(list)),
            Node::Any(list) => Node::Any(all(list)),
            Node::Not(inner) => Node::Not(Box::new(self.renumbered(inner, facets, rows))),
            Node::Is(known) => Node::Is(*known),
            Node::Facet(n) => {
                facets.extend(self.of_facet.get(*n).cloned());
                Node::Facet(facets.len().saturating_sub(1))
            }
            Node::Row(n) => {
                rows.extend(self.of_row.get(*n).cloned());
                Node::Row(rows.len().saturating_sub(1))
            }
        }
    }
}

fn is_row_folded(test: &RowTest, query: &mut Query) -> bool {
    match test {
        // A row has one hour and one day, so both of two sets is what they share.
        RowTest::Hours(bits) => {
            query.hours = Some(query.hours.unwrap_or(u32::MAX) & bits);
            true
        }
        RowTest::Weekdays(bits) => {
            query.weekdays = Some(query.weekdays.unwrap_or(u8::MAX) & bits);
            true
        }
        RowTest::Victims(victims) if query.victims.is_empty() => {
            query.victims = *victims;
            true
        }
        RowTest::Time(TemporalOp::Intersects, Moment::Whole, Moment::Written(range)) if query.period.is_none() => {
            query.period = interval(*range);
            query.period.is_some()
        }
        RowTest::Place(SpatialOp::Intersects, Shape::Box(within)) if query.place == Place::Everywhere => {
            query.place = Place::Box(*within);
            true
        }
        _ => false,
    }
}

/// As periods have it: half open, and reaching to the calendar's ends where an end is open.
fn interval(range: Range) -> Option<Interval> {
    let (past, future) = (LocalTime::from_civil(Date::MIN.into()), LocalTime::from_civil(Date::MAX.into()));
    let from = if range.first == i64::MIN { past } else { LocalTime(range.first) };
    let to = if range.last == i64::MAX { future } else { LocalTime(range.last.saturating_add(1)) };
    Interval::new(from, to)
}
