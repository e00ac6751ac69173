//! What a filter asks of incidents: decided once for each facet, and only what is left of it for each row.

mod bind;
mod narrow;
mod place;
mod queryables;
mod rest;
mod tests_of;

pub use narrow::narrow;
pub use queryables::{QUERYABLES, Queryable, queryable};

pub(crate) use rest::Rest;

use geo_types::Geometry;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::cql::{Range, Shape, SpatialOp, TemporalOp, Truth};
use crate::model::{Code, ContextKind, LonLatBox, VictimFilter};
use tests_of::{WordTest, Words};

/// The city's clock, by which times of a filter are read.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// Zone of the city.
    pub zone: &'a TimeZone,
    /// The day that `last:90d` counts back from.
    pub today: Date,
}

/// A filter bound to what incidents have.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicate {
    root: Node,
    /// What a facet decides.
    of_facet: Vec<FacetTest>,
    /// What only a row decides.
    of_row: Vec<RowTest>,
}

/// Conditions, joined; the tests are told by number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Is(Truth),
    Facet(usize),
    Row(usize),
}

/// What a facet decides.
#[derive(Debug, Clone, PartialEq)]
enum FacetTest {
    /// All candidates of an offence lie below one of these codes.
    Under(Vec<Code>),
    /// All candidates of an offence are among these codes.
    Among(Vec<Code>),
    /// No offence has a code.
    HasNoCategory,
    /// A text has the words.
    Word(Words, WordTest),
    /// A text is missing.
    HasNoWord(Words),
    /// A link of the context has the words.
    Context(ContextKind, String, WordTest),
}

/// What a row decides.
#[derive(Debug, Clone, PartialEq)]
enum RowTest {
    /// Hours of the day, as bits.
    Hours(u32),
    /// Days of the week, as bits.
    Weekdays(u8),
    /// A relation of its time.
    Time(TemporalOp, Moment, Moment),
    /// A relation of its place.
    Place(SpatialOp, Shape),
    /// It has no place.
    HasNoPlace,
    /// Its time has no hour, or no day.
    HasNoHour,
    HasNoWeekday,
    /// It has such a victim.
    Victims(VictimFilter),
}

/// A time of a row, or one that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// From its start to its end.
    Whole,
    From,
    To,
    Written(Range),
}

impl Predicate {
    /// One text for all ways of writing the same.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{self:?}")
    }

    /// Whether it asks for the place of incidents.
    #[must_use]
    pub fn asks_place(&self) -> bool {
        self.of_row.iter().any(|t| matches!(t, RowTest::Place(..) | RowTest::HasNoPlace))
    }

    /// A box that holds all places that can match; `None` where there is no such bound.
    #[must_use]
    pub fn within(&self) -> Option<LonLatBox> {
        let bound = |node: &Node| match node {
            Node::Row(n) => match self.of_row.get(*n)? {
                RowTest::Place(SpatialOp::Intersects | SpatialOp::Within | SpatialOp::Touches, Shape::Geometry(g)) => {
                    bounds(g)
                }
                _ => None,
            },
            _ => None,
        };
        match &self.root {
            Node::All(all) => all.iter().find_map(bound),
            one => bound(one),
        }
    }

    /// Whether it asks for weapons.
    fn asks_weapon(&self) -> bool {
        let is_weapon =
            |t: &FacetTest| matches!(t, FacetTest::Word(Words::Weapon, _) | FacetTest::HasNoWord(Words::Weapon));
        self.of_facet.iter().any(is_weapon)
    }
}

fn bounds(geometry: &Geometry<f64>) -> Option<LonLatBox> {
    let rect = geo::BoundingRect::bounding_rect(geometry)?;
    LonLatBox::new(rect.min().x, rect.min().y, rect.max().x, rect.max().y).ok()
}

#[cfg(test)]
mod tests;
