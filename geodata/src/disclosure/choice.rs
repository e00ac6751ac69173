//! Filters over the told rows of a table: they read only what the answer shows, so that nothing else can be asked for.

use std::borrow::Cow;

use geo_types::{Geometry, Point};
use jiff::tz::TimeZone;

use super::released::Released;
use crate::cancel::Cancel;
use crate::cql::{
    Comparison, Expr, Operand, Pattern, Range, Ready, Shape, SpatialOp, TemporalOp, Truth, holds, misfit, of_shapes,
    range_of, text_of, unknown,
};
use crate::error::{Error, Result};
use crate::table::{Cell, Shapes, Table};

/// The geometry's name in every filter.
const GEOMETRY: &str = "geometry";
/// The feature id's name.
const ID: &str = "id";

/// Kind of a property's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyKind {
    /// Numbers.
    Number,
    /// Texts.
    Text,
    /// Days as text.
    Date,
}

/// A property that rows have.
pub type PropertyType<'a> = (&'a str, PropertyKind);

/// A checked filter over rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    expr: Expr,
    zone: TimeZone,
}

impl Choice {
    /// Checks a filter against the properties that the rows have besides `id` and `geometry`.
    ///
    /// # Errors
    /// An unknown property, with those that there are; values of another kind than the property's.
    pub fn new(expr: Expr, properties: &[PropertyType<'_>], zone: TimeZone) -> Result<Self> {
        check(&expr, properties)?;
        Ok(Self { expr, zone })
    }

    /// One text for all ways of writing the same.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{:?}", self.expr)
    }

    /// The rows that are chosen.
    ///
    /// # Errors
    /// A stopped request.
    pub fn rows(&self, table: &Released<Table>, cancel: &Cancel) -> Result<Vec<usize>> {
        let mut places = vec![];
        gather(&self.expr, &mut places);
        let mut chosen = vec![];
        for row in 0..table.len() {
            if row % 256 == 0 {
                cancel.check()?;
            }
            if (Row { table, row, zone: &self.zone, places: &places }).truth(&self.expr).is_true() {
                chosen.push(row);
            }
        }
        Ok(chosen)
    }
}

/// A value of a row or of the filter.
enum Value<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Number(f64),
    Bool(bool),
    Time(Range),
}

struct Row<'a> {
    table: &'a Released<Table>,
    row: usize,
    zone: &'a TimeZone,
    places: &'a [(&'a Shape, Ready)],
}

/// The places of a filter, made ready.
fn gather<'a>(expr: &'a Expr, places: &mut Vec<(&'a Shape, Ready)>) {
    match expr {
        Expr::And(all) | Expr::Or(all) => all.iter().for_each(|e| gather(e, places)),
        Expr::Not(inner) => gather(inner, places),
        Expr::Spatial(_, a, b) => {
            let found =
                [a, b].into_iter().filter_map(|o| if let Operand::Place(shape) = o { Some(shape) } else { None });
            places.extend(found.map(|shape| (shape, Ready::from(shape.geometry()))));
        }
        _ => {}
    }
}

impl<'a> Row<'a> {
    fn truth(&self, expr: &'a Expr) -> Truth {
        match expr {
            Expr::And(all) => all.iter().fold(Truth::True, |t, e| t.and(self.truth(e))),
            Expr::Or(all) => all.iter().fold(Truth::False, |t, e| t.or(self.truth(e))),
            Expr::Not(inner) => !self.truth(inner),
            Expr::Constant(known) => Truth::from(*known),
            Expr::Compare(op, a, b) => self.compare(*op, a, b),
            Expr::Between(a, low, high) => {
                self.compare(Comparison::AtLeast, a, low).and(self.compare(Comparison::AtMost, a, high))
            }
            Expr::In(a, list) => list.iter().fold(Truth::False, |t, v| t.or(self.compare(Comparison::Equal, a, v))),
            Expr::Like(a, pattern) => match (self.value(a), text_of(pattern)) {
                (Value::Text(text), Some((pattern, ignores_case))) => {
                    Truth::from(Pattern::new(pattern, ignores_case).matches(&text))
                }
                _ => Truth::Null,
            },
            Expr::IsNull(Operand::Property(name)) if name == GEOMETRY => Truth::from(self.geometry().is_none()),
            Expr::IsNull(a) => Truth::from(matches!(self.value(a), Value::Nothing)),
            Expr::Spatial(op, a, b) => Truth::from(match (a, b) {
                (Operand::Place(a), Operand::Place(b)) => Some(of_shapes(*op, &a.geometry(), &b.geometry())),
                (Operand::Place(shape), _) => self.relates(op.turned(), shape),
                (_, Operand::Place(shape)) => self.relates(*op, shape),
                _ => self.geometry().map(|own| of_shapes(*op, &own, &own)),
            }),
            Expr::Temporal(op, a, b) => self.temporal(*op, a, b),
        }
    }

    fn compare(&self, op: Comparison, a: &'a Operand, b: &'a Operand) -> Truth {
        let order = match (self.value(a), self.value(b)) {
            (Value::Text(a), Value::Text(b)) => Some(a.cmp(&b)),
            (Value::Number(a), Value::Number(b)) => a.partial_cmp(&b),
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(&b)),
            (Value::Time(a), Value::Time(b)) => Some(b.order_of(a.first)),
            // Days are told as text.
            (Value::Text(a), Value::Time(b)) => self.day(&a).map(|a| b.order_of(a.first)),
            (Value::Time(a), Value::Text(b)) => self.day(&b).map(|b| a.order_of(b.first).reverse()),
            _ => None,
        };
        Truth::from(order.map(|order| op.holds(order)))
    }

    fn day(&self, text: &str) -> Option<Range> {
        range_of(&Operand::Text(text.to_owned()), self.zone)
    }

    fn temporal(&self, op: TemporalOp, a: &'a Operand, b: &'a Operand) -> Truth {
        Truth::from(self.time(a).zip(self.time(b)).map(|(a, b)| holds(op, a, b)))
    }

    fn time(&self, operand: &'a Operand) -> Option<Range> {
        match operand {
            Operand::Property(_) => match self.value(operand) {
                Value::Text(text) => self.day(&text),
                _ => None,
            },
            Operand::Open => Some(Range::ALWAYS),
            Operand::Interval(from, to) => Some(Range { first: self.time(from)?.first, last: self.time(to)?.last }),
            other => range_of(other, self.zone),
        }
    }

    fn value(&self, operand: &'a Operand) -> Value<'a> {
        match operand {
            Operand::Property(name) => self.property(name),
            Operand::Text(text) => Value::Text(Cow::Borrowed(text)),
            Operand::Number(n) => Value::Number(*n),
            Operand::Bool(known) => Value::Bool(*known),
            Operand::Casei(inner) => match self.value(inner) {
                Value::Text(text) => Value::Text(Cow::Owned(text.to_lowercase())),
                other => other,
            },
            time => range_of(time, self.zone).map_or(Value::Nothing, Value::Time),
        }
    }

    fn property(&self, name: &str) -> Value<'a> {
        let word = |text: &'a str| Value::Text(Cow::Borrowed(text));
        match name {
            ID => self.table.ids().and_then(|ids| ids.get(self.row)).map_or(Value::Nothing, word),
            "area" | "street" => self.named(name).map_or(Value::Nothing, word),
            "state" => self.table.states().get(self.row).map_or(Value::Nothing, |s| word(s.name())),
            _ => {
                let column = self.table.columns().iter().find(|c| c.name == name);
                match column.map(|c| self.table.cell(c, self.row)) {
                    Some(Cell::Count(n)) => Value::Number(f64::from(n)),
                    Some(Cell::Number(n)) => Value::Number(n),
                    Some(Cell::Word(text)) => word(text),
                    Some(Cell::Nothing) | None => Value::Nothing,
                }
            }
        }
    }

    /// The id that formats show beside the columns.
    fn named(&self, name: &str) -> Option<&'a str> {
        match (self.table.shapes(), name) {
            (Shapes::Areas(areas), "area") => areas.get(self.row).map(|a| a.id.as_str()),
            (Shapes::Lines(streets), "street") => streets.get(self.row).map(|s| s.id.as_str()),
            _ => None,
        }
    }

    /// Whether its place has a relation to one of the filter's.
    fn relates(&self, op: SpatialOp, shape: &Shape) -> Option<bool> {
        let (_, ready) = self.places.iter().find(|(of, _)| std::ptr::eq(*of, shape))?;
        match self.table.shapes() {
            Shapes::Points(points) => {
                let p = points.get(self.row).copied().flatten()?;
                Some(of_shapes(op, &Point::new(p.lon(), p.lat()), ready))
            }
            Shapes::Areas(areas) => {
                areas.get(self.row).filter(|a| !a.shape.0.is_empty()).map(|a| of_shapes(op, &a.shape, ready))
            }
            Shapes::Lines(streets) => streets.get(self.row).map(|s| of_shapes(op, &s.line, ready)),
            Shapes::Cells(..) => self.geometry().map(|own| of_shapes(op, &own, ready)),
        }
    }

    fn geometry(&self) -> Option<Geometry<f64>> {
        match self.table.shapes() {
            Shapes::Points(points) => {
                points.get(self.row).copied().flatten().map(|p| Point::new(p.lon(), p.lat()).into())
            }
            Shapes::Areas(areas) => {
                areas.get(self.row).filter(|a| !a.shape.0.is_empty()).map(|a| a.shape.clone().into())
            }
            Shapes::Lines(streets) => streets.get(self.row).map(|s| s.line.clone().into()),
            Shapes::Cells(frame, ids) => ids.get(self.row).map(|&cell| match frame.area(cell) {
                Some(area) => area.shape.clone().into(),
                None => frame.polygon(cell).into(),
            }),
        }
    }
}

/// Kinds of values, as errors name them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Number,
    Bool,
    Time,
    Day,
    Place,
}

fn check(expr: &Expr, properties: &[PropertyType<'_>]) -> Result<()> {
    let sort = |operand: &Operand| sort_of(operand, properties);
    let fit = |a: &Operand, b: &Operand| -> Result<()> {
        let (sa, sb) = (sort(a)?, sort(b)?);
        let are_days = |x, y| x == Sort::Day && matches!(y, Sort::Time | Sort::Text);
        if sa != Sort::Place && (sa == sb || are_days(sa, sb) || are_days(sb, sa)) {
            return Ok(());
        }
        Err(misfit(a, b))
    };
    match expr {
        Expr::And(all) | Expr::Or(all) => all.iter().try_for_each(|e| check(e, properties)),
        Expr::Not(inner) => check(inner, properties),
        Expr::Constant(_) => Ok(()),
        Expr::Compare(_, a, b) => fit(a, b),
        Expr::Between(a, low, high) => fit(a, low).and_then(|()| fit(a, high)),
        Expr::In(a, list) => list.iter().try_for_each(|v| fit(a, v)),
        Expr::Like(a, pattern) => match text_of(pattern) {
            Some(_) if matches!(sort(a)?, Sort::Text | Sort::Day) => Ok(()),
            _ => Err(misfit(a, pattern)),
        },
        Expr::IsNull(a) => sort(a).map(|_| ()),
        Expr::Spatial(_, a, b) => match (sort(a)?, sort(b)?) {
            (Sort::Place, Sort::Place) => Ok(()),
            _ => Err(misfit(a, b)),
        },
        Expr::Temporal(_, a, b) => {
            let is_time = |s| matches!(s, Sort::Time | Sort::Day);
            let of = |o: &Operand| match o {
                // The end of an interval may be open, and a text may be a time.
                Operand::Text(_) => Ok(range_of(o, &TimeZone::UTC).is_some()),
                Operand::Interval(from, to) => {
                    let end = |o: &Operand| if *o == Operand::Open { Ok(true) } else { sort(o).map(is_time) };
                    Ok::<bool, Error>(end(from)? && end(to)?)
                }
                _ => sort(o).map(is_time),
            };
            if of(a)? && of(b)? { Ok(()) } else { Err(misfit(a, b)) }
        }
    }
}

fn sort_of(operand: &Operand, properties: &[PropertyType<'_>]) -> Result<Sort> {
    Ok(match operand {
        Operand::Property(name) if name == GEOMETRY => Sort::Place,
        Operand::Property(name) if name == ID => Sort::Text,
        Operand::Property(name) => match properties.iter().find(|(known, _)| known == name) {
            Some((_, PropertyKind::Number)) => Sort::Number,
            Some((_, PropertyKind::Text)) => Sort::Text,
            Some((_, PropertyKind::Date)) => Sort::Day,
            None => return Err(unknown(name, properties.iter().map(|p| p.0).chain([ID, GEOMETRY]))),
        },
        Operand::Text(_) => Sort::Text,
        Operand::Number(_) => Sort::Number,
        Operand::Bool(_) => Sort::Bool,
        Operand::Date(_) | Operand::Timestamp(_) | Operand::Interval(..) | Operand::Open => Sort::Time,
        Operand::Place(_) => Sort::Place,
        Operand::Casei(inner) => match sort_of(inner, properties)? {
            Sort::Text => Sort::Text,
            _ => return Err(Error::invalid("filter: CASEI is for texts alone", "leave CASEI out")),
        },
    })
}

#[cfg(test)]
#[path = "choice_tests.rs"]
mod tests;
