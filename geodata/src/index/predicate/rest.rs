//! A predicate against a snapshot: what each facet leaves to be asked of its rows.

use std::collections::HashMap;
use std::sync::Arc;

use super::place::Prepared;
use super::queryables::DISCOVERIES;
use super::tests_of::{WordTest, Words};
use super::{FacetTest, Moment, Node, Predicate, RowTest};
use crate::cql::{Range, Shape, Truth, holds, of_point};
use crate::error::{Error, Kind, Result};
use crate::index::clock;
use crate::index::facet::{Facet, Weapon};
use crate::index::filter::class;
use crate::index::segment::Times;
use crate::index::victims::Records;
use crate::model::{CODES, Code, Discovery, LonLat, VictimFilter};

/// What a facet leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Nothing: it is decided.
    Nothing,
    /// A program by number, for a facet that would have these class bits.
    Program(usize, u8),
}

/// A prepared predicate.
pub(crate) struct Rest {
    left: Vec<Left>,
    unmapped: Vec<bool>,
    spans_s: Vec<Option<u32>>,
    programs: Vec<Node>,
    tests: Vec<Test>,
}

/// A row's test, prepared.
enum Test {
    Plain(RowTest),
    Place(crate::cql::SpatialOp, Prepared, bool),
    Victims(Arc<Records>),
}

impl Rest {
    /// Decides what facets decide, and brings their class bits to it.
    ///
    /// # Errors
    /// Weapons where they are not told apart; trouble with the file, where victims are asked for.
    pub(crate) fn new(
        predicate: &Predicate,
        facets: &[Facet],
        today: &str,
        classes: &mut [u8],
        records: &dyn Fn(VictimFilter) -> Result<Arc<Records>>,
    ) -> Result<Self> {
        if predicate.asks_weapon() && facets.iter().any(|f| f.weapon == Weapon::Untold) {
            return Err(Error::new(
                Kind::TooLarge,
                "the filter asks for weapons, and these data have too many combinations for weapons to be told apart",
                "leave weapon out, or keep the cities in files of their own",
            ));
        }
        let wanted: Vec<Vec<bool>> = predicate.of_facet.iter().map(wanted).collect();
        let (mut numbers, mut programs) = (HashMap::<Node, usize>::new(), vec![]);
        let mut left = Vec::with_capacity(facets.len());
        for (facet, class) in facets.iter().zip(classes) {
            let node = Reducer { predicate, facet, today, wanted: &wanted }.reduced(&predicate.root);
            let whole = *class;
            left.push(match node {
                Node::Is(truth) => {
                    *class = decided(whole, truth, facet.is_unmapped());
                    Left::Nothing
                }
                open if whole != 0 => {
                    *class |= decided(whole, Truth::Open, facet.is_unmapped());
                    let number = *numbers.entry(open).or_insert_with_key(|open| {
                        programs.push(open.clone());
                        programs.len() - 1
                    });
                    Left::Program(number, whole)
                }
                _ => Left::Nothing,
            });
        }
        let tests = predicate.of_row.iter().map(|t| Test::new(t, records)).collect::<Result<_>>()?;
        let unmapped = facets.iter().map(Facet::is_unmapped).collect();
        Ok(Self { left, unmapped, spans_s: facets.iter().map(|f| f.span_s).collect(), programs, tests })
    }

    /// Whether rows of the facet must be asked.
    pub(crate) fn asks_rows(&self, facet: usize) -> bool {
        self.left.get(facet).is_some_and(|l| *l != Left::Nothing)
    }

    /// Whether rows of some facet must be asked.
    pub(crate) fn asks_any(&self) -> bool {
        !self.programs.is_empty()
    }

    /// The class bits of a row whose facet has `bits`.
    pub(crate) fn class_of(&self, bits: u8, times: &Times, point: Option<LonLat>, row: usize) -> u8 {
        let facet = usize::from(times.facet[row]);
        let Some(Left::Program(number, whole)) = self.left.get(facet) else { return bits };
        let Some(program) = self.programs.get(*number) else { return 0 };
        let from = times.from[row];
        let to = match (self.spans_s.get(facet).copied().flatten(), &times.to) {
            (Some(span), _) => from.saturating_add(span),
            (None, Some(to)) => to[row],
            (None, None) => from,
        };
        let row = Row { from, to: to.max(from.saturating_add(1)), fid: times.fid[row], point };
        let is_unmapped = self.unmapped.get(facet).copied().unwrap_or_default();
        decided(*whole, self.truth(program, &row), is_unmapped)
    }

    fn truth(&self, node: &Node, row: &Row) -> Truth {
        match node {
            Node::All(all) => {
                all.iter().fold(Truth::True, |t, n| if t == Truth::False { t } else { t.and(self.truth(n, row)) })
            }
            Node::Any(all) => {
                all.iter().fold(Truth::False, |t, n| if t == Truth::True { t } else { t.or(self.truth(n, row)) })
            }
            Node::Not(inner) => !self.truth(inner, row),
            Node::Is(known) => *known,
            Node::Row(n) => self.tests.get(*n).map_or(Truth::Null, |test| test.truth(row)),
            Node::Facet(_) => Truth::Null,
        }
    }
}

/// Class bits under the predicate, of a facet or row that would have `whole` without it.
fn decided(whole: u8, truth: Truth, is_unmapped: bool) -> u8 {
    match truth {
        Truth::True => whole,
        Truth::Open if is_unmapped => whole & class::UNMAPPED,
        Truth::Open if whole & (class::MATCH | class::AMBIGUOUS) != 0 => class::AMBIGUOUS,
        _ => 0,
    }
}

/// By code: whether a test of categories asks for it.
fn wanted(test: &FacetTest) -> Vec<bool> {
    let mut wanted = match test {
        FacetTest::Under(_) | FacetTest::Among(_) => vec![false; CODES.len()],
        _ => vec![],
    };
    match test {
        FacetTest::Under(codes) => codes.iter().for_each(|c: &Code| wanted[c.subtree()].fill(true)),
        FacetTest::Among(codes) => codes.iter().for_each(|c| wanted[c.index()] = true),
        _ => {}
    }
    wanted
}

/// Replaces what a facet decides by its answer.
struct Reducer<'a> {
    predicate: &'a Predicate,
    facet: &'a Facet,
    today: &'a str,
    wanted: &'a [Vec<bool>],
}

impl Reducer<'_> {
    fn reduced(&self, node: &Node) -> Node {
        match node {
            Node::All(all) => self.joined(all, Truth::True, Truth::False, Truth::and, Node::All),
            Node::Any(all) => self.joined(all, Truth::False, Truth::True, Truth::or, Node::Any),
            Node::Not(inner) => match self.reduced(inner) {
                Node::Is(known) => Node::Is(!known),
                open => Node::Not(Box::new(open)),
            },
            Node::Is(known) => Node::Is(*known),
            Node::Facet(n) => Node::Is(self.truth(*n)),
            Node::Row(n) => match (self.predicate.of_row.get(*n), self.facet) {
                (Some(RowTest::Hours(_)), f) if !f.hour_known => Node::Is(Truth::Null),
                (Some(RowTest::Weekdays(_)), f) if !f.day_known => Node::Is(Truth::Null),
                (Some(RowTest::HasNoHour), f) => Node::Is(Truth::from(!f.hour_known)),
                (Some(RowTest::HasNoWeekday), f) => Node::Is(Truth::from(!f.day_known)),
                _ => Node::Row(*n),
            },
        }
    }

    /// Conditions joined: `idle` changes nothing, `final_one` decides.
    fn joined(
        &self,
        all: &[Node],
        idle: Truth,
        final_one: Truth,
        join: fn(Truth, Truth) -> Truth,
        list: fn(Vec<Node>) -> Node,
    ) -> Node {
        let (mut known, mut open) = (idle, vec![]);
        for node in all {
            match self.reduced(node) {
                Node::Is(truth) => known = join(known, truth),
                other => open.push(other),
            }
        }
        if known == final_one || open.is_empty() {
            return Node::Is(known);
        }
        if known != idle {
            open.push(Node::Is(known));
        }
        if open.len() == 1 { open.remove(0) } else { list(open) }
    }

    fn truth(&self, number: usize) -> Truth {
        let facet = self.facet;
        match self.predicate.of_facet.get(number) {
            Some(FacetTest::Under(_) | FacetTest::Among(_)) => {
                let is_wanted = |c: &Code| self.wanted.get(number).is_some_and(|w| w[c.index()]);
                if facet.offences.iter().any(|codes| !codes.is_empty() && codes.iter().all(is_wanted)) {
                    Truth::True
                } else if facet.is_unmapped() || facet.offences.iter().flatten().any(is_wanted) {
                    Truth::Open
                } else {
                    Truth::False
                }
            }
            Some(FacetTest::HasNoCategory) => Truth::from(facet.is_unmapped()),
            Some(FacetTest::Word(words, test)) => Truth::from(self.word(*words).map(|w| test.holds(w))),
            Some(FacetTest::HasNoWord(words)) => Truth::from(self.word(*words).is_none()),
            Some(FacetTest::Context(kind, definition, test)) => Truth::from(self.has_context(*kind, definition, test)),
            None => Truth::Null,
        }
    }

    fn word(&self, words: Words) -> Option<&str> {
        match words {
            Words::Weapon => match &self.facet.weapon {
                Weapon::Told(Some(weapon)) => Some(weapon),
                Weapon::Told(None) | Weapon::Untold => None,
            },
            Words::Source => Some(&self.facet.source),
            Words::Precision => Some(self.facet.precision.name()),
            Words::Discovery => Some(match self.facet.discovery {
                Discovery::Victim => DISCOVERIES[0],
                Discovery::Witness => DISCOVERIES[1],
                Discovery::PoliceInitiated => DISCOVERIES[2],
                Discovery::Health => DISCOVERIES[3],
                Discovery::Unknown => DISCOVERIES[4],
            }),
        }
    }

    /// As the parameter has it: where nobody looked there is no link, which is `not_assessed`.
    fn has_context(&self, kind: crate::model::ContextKind, definition: &str, test: &WordTest) -> bool {
        let mut links = self.facet.links(kind, definition, self.today).peekable();
        if links.peek().is_none() {
            return test.holds(crate::model::ContextValue::NotAssessed.name());
        }
        links.any(|value| test.holds(value.name()))
    }
}

/// What the tests of a row read.
struct Row {
    from: u32,
    to: u32,
    fid: u32,
    point: Option<LonLat>,
}

impl Row {
    fn range(&self, moment: Moment) -> Range {
        let (from, to) = (clock::civil(self.from).0, clock::civil(self.to).0);
        match moment {
            Moment::Whole => Range { first: from, last: to.saturating_sub(1) },
            Moment::From => Range::at(from),
            Moment::To => Range::at(to),
            Moment::Written(range) => range,
        }
    }
}

impl Test {
    fn new(test: &RowTest, records: &dyn Fn(VictimFilter) -> Result<Arc<Records>>) -> Result<Self> {
        Ok(match test {
            RowTest::Place(op, shape) => {
                let is_point = match shape {
                    Shape::Box(b) => b.west == b.east && b.south == b.north,
                    Shape::Geometry(g) => matches!(g, geo_types::Geometry::Point(_)),
                };
                Self::Place(*op, Prepared::new(shape)?, is_point)
            }
            RowTest::Victims(victims) => Self::Victims(records(*victims)?),
            plain => Self::Plain(plain.clone()),
        })
    }

    fn truth(&self, row: &Row) -> Truth {
        let hour = || clock::hour_of_week(row.from);
        match self {
            Self::Place(op, shape, is_point) => {
                Truth::from(row.point.map(|p| of_point(*op, shape.position(p), *is_point)))
            }
            Self::Victims(records) => Truth::from(records.has(row.fid)),
            Self::Plain(RowTest::Hours(bits)) => Truth::from(bits >> (hour() % 24) & 1 != 0),
            Self::Plain(RowTest::Weekdays(bits)) => Truth::from(bits >> (hour() / 24) & 1 != 0),
            Self::Plain(RowTest::Time(op, a, b)) => Truth::from(holds(*op, row.range(*a), row.range(*b))),
            Self::Plain(RowTest::HasNoPlace) => Truth::from(row.point.is_none()),
            Self::Plain(_) => Truth::Null,
        }
    }
}
