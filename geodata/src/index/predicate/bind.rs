//! From the tree of a filter to tests of incidents: what each property means, and which values it has.

use super::queryables::{CONTEXT_VALUES, DAYS, DISCOVERIES, PRECISIONS, QUERYABLES, SEXES, context};
use super::tests_of::{WordTest, Words, bits};
use super::{Clock, FacetTest, Moment, Node, Predicate, RowTest};
use crate::cql::{Comparison, Expr, Operand, Range, TemporalOp, Truth, holds, misfit, range_of, unknown};
use crate::error::{Error, Result};
use crate::model::{AGE_NAMES, CODES, Code, Sex, VictimFilter, parse_period};

impl Predicate {
    /// Binds a filter.
    ///
    /// # Errors
    /// Names the property that incidents do not have, or the value that does not fit.
    pub(super) fn new(expr: &Expr, clock: Clock<'_>) -> Result<Self> {
        let mut binder = Binder { clock, of_facet: vec![], of_row: vec![] };
        let root = binder.node(expr)?;
        Ok(Self { root, of_facet: binder.of_facet, of_row: binder.of_row })
    }
}

struct Binder<'a> {
    clock: Clock<'a>,
    of_facet: Vec<FacetTest>,
    of_row: Vec<RowTest>,
}

impl Binder<'_> {
    fn facet(&mut self, test: FacetTest) -> Node {
        self.of_facet.push(test);
        Node::Facet(self.of_facet.len() - 1)
    }

    fn row(&mut self, test: RowTest) -> Node {
        self.of_row.push(test);
        Node::Row(self.of_row.len() - 1)
    }

    fn node(&mut self, expr: &Expr) -> Result<Node> {
        Ok(match expr {
            Expr::And(all) => {
                let (victims, others) = one_victim(all)?;
                let mut nodes = others.into_iter().map(|e| self.node(e)).collect::<Result<Vec<_>>>()?;
                nodes.extend(victims.map(|v| self.row(RowTest::Victims(v))));
                Node::All(nodes)
            }
            Expr::Or(all) => Node::Any(all.iter().map(|e| self.node(e)).collect::<Result<_>>()?),
            Expr::Not(inner) => Node::Not(Box::new(self.node(inner)?)),
            Expr::Constant(known) => Node::Is(Truth::from(*known)),
            Expr::Compare(op, value, property @ (Operand::Property(_) | Operand::Casei(_)))
                if name_of(value).is_none() && name_of(property).is_some() =>
            {
                self.node(&Expr::Compare(op.turned(), property.clone(), value.clone()))?
            }
            // So that what a filter excludes is also what is not known to be something else.
            Expr::Compare(Comparison::Different, a, b) => {
                Node::Not(Box::new(self.node(&Expr::Compare(Comparison::Equal, a.clone(), b.clone()))?))
            }
            Expr::Compare(_, a, _) | Expr::Like(a, _) | Expr::Between(a, ..) | Expr::In(a, _) | Expr::IsNull(a) => {
                match name_of(a) {
                    Some(name) => self.of_property(name, expr)?,
                    None => {
                        return Err(Error::invalid(
                            "filter: a condition names no property",
                            "compare a property with a value",
                        ));
                    }
                }
            }
            Expr::Spatial(op, Operand::Property(name), Operand::Place(shape)) if name == "geometry" => {
                self.row(RowTest::Place(*op, shape.clone()))
            }
            Expr::Spatial(op, Operand::Place(shape), Operand::Property(name)) if name == "geometry" => {
                self.row(RowTest::Place(op.turned(), shape.clone()))
            }
            Expr::Spatial(_, a, b) => return Err(self.unknown_in(&[a, b]).unwrap_or_else(|| misfit(a, b))),
            Expr::Temporal(op, a, b) => {
                let unfit = || self.unknown_in(&[a, b]).unwrap_or_else(|| misfit(a, b));
                match (self.moment(a).ok_or_else(unfit)?, self.moment(b).ok_or_else(unfit)?) {
                    (Moment::Written(a), Moment::Written(b)) => Node::Is(Truth::from(holds(*op, a, b))),
                    (a @ Moment::Written(_), b) => self.row(RowTest::Time(op.turned(), b, a)),
                    (a, b) => self.row(RowTest::Time(*op, a, b)),
                }
            }
        })
    }

    /// The error for a property that there is not, if one of these is.
    fn unknown_in(&self, operands: &[&Operand]) -> Option<Error> {
        let name = operands.iter().find_map(|o| name_of(o)).filter(|n| *n != "geometry")?;
        QUERYABLES.iter().all(|q| q.name != name).then(|| unknown_property(name))
    }

    fn of_property(&mut self, name: &str, expr: &Expr) -> Result<Node> {
        let is_null = matches!(expr, Expr::IsNull(_));
        if let Expr::IsNull(Operand::Casei(_)) = expr {
            return Err(Error::invalid("filter: CASEI is not asked whether it is missing", "ask the property itself"));
        }
        let word = |binder: &mut Self, words, known: &[&str]| {
            if is_null {
                return Ok(binder.facet(FacetTest::HasNoWord(words)));
            }
            let test = WordTest::of(expr)?;
            let test = if known.is_empty() { test } else { test.among(name, known)? };
            Ok(binder.facet(FacetTest::Word(words, test)))
        };
        match name {
            "category" if is_null => Ok(self.facet(FacetTest::HasNoCategory)),
            "category" => self.category(expr),
            "weapon" => word(self, Words::Weapon, &[]),
            "source" => word(self, Words::Source, &[]),
            "discovery" => word(self, Words::Discovery, &DISCOVERIES),
            "location_precision" => word(self, Words::Precision, &PRECISIONS),
            "hour" if is_null => Ok(self.row(RowTest::HasNoHour)),
            "hour" => bits(expr, 24).map(|bits| self.row(RowTest::Hours(bits))),
            "weekday" if is_null => Ok(self.row(RowTest::HasNoWeekday)),
            "weekday" => {
                let test = WordTest::of(expr)?.among(name, &DAYS)?;
                let days = DAYS.iter().enumerate().filter(|(_, day)| test.holds(day));
                Ok(self.row(RowTest::Weekdays(days.fold(0, |bits, (n, _)| bits | 1 << n))))
            }
            "sex" | "age" if !is_null => self.victims(name, expr),
            "geometry" if is_null => Ok(self.row(RowTest::HasNoPlace)),
            "time_from" if !is_null => self.time(Moment::From, expr),
            "time_to" if !is_null => self.time(Moment::To, expr),
            "datetime" if !is_null => self.period(expr),
            // Every incident has a time, and no more is known of victims than those that there are.
            "time_from" | "time_to" | "datetime" | "sex" | "age" => Ok(Node::Is(Truth::False)),
            "geometry" => {
                Err(Error::invalid("filter: a place is not compared with =", "use S_INTERSECTS(geometry, ...)"))
            }
            _ => match context(name) {
                Some((kind, definition)) => {
                    if is_null {
                        return Ok(Node::Is(Truth::False));
                    }
                    let test = WordTest::of(expr)?.among(name, &CONTEXT_VALUES.map(|v| v.name()))?;
                    Ok(self.facet(FacetTest::Context(kind, definition.to_owned(), test)))
                }
                None => Err(unknown_property(name)),
            },
        }
    }

    fn category(&mut self, expr: &Expr) -> Result<Node> {
        let code = |value: &Operand| match value {
            Operand::Text(text) => {
                Code::parse(text.trim()).map_err(|e| Error::invalid(format!("filter: category: {}", e.what), e.hint))
            }
            other => Err(misfit(&Operand::Property("category".to_owned()), other)),
        };
        let test = match expr {
            Expr::Compare(Comparison::Equal, Operand::Property(_), value) => FacetTest::Under(vec![code(value)?]),
            Expr::In(Operand::Property(_), values) => {
                let mut codes = values.iter().map(code).collect::<Result<Vec<_>>>()?;
                codes.sort_unstable();
                codes.dedup();
                FacetTest::Under(codes)
            }
            _ => {
                let test = WordTest::of(expr)?;
                let all = CODES.iter().filter_map(|c| Code::parse(c.code).ok());
                FacetTest::Among(all.filter(|code| test.holds(code.text())).collect())
            }
        };
        Ok(self.facet(test))
    }

    fn victims(&mut self, name: &str, expr: &Expr) -> Result<Node> {
        let known: &[&str] = if name == "sex" { &SEXES } else { &AGE_NAMES };
        let test = WordTest::of(expr)?.among(name, known)?;
        let found = known.iter().filter(|value| test.holds(value));
        let tests =
            found.map(|value| Ok(self.row(RowTest::Victims(victim(name, value)?)))).collect::<Result<Vec<_>>>()?;
        Ok(Node::Any(tests))
    }

    fn time(&mut self, of: Moment, expr: &Expr) -> Result<Node> {
        let range = |value: &Operand| match value {
            Operand::Interval(..) | Operand::Open => None,
            other => self.range(other),
        };
        let compared = |op, left: &Operand, value: &Operand| {
            let range = range(value).ok_or_else(|| misfit(left, value))?;
            Ok::<_, Error>(match op {
                Comparison::Equal | Comparison::Different => (TemporalOp::Intersects, range),
                Comparison::Less => (TemporalOp::Before, range),
                Comparison::Greater => (TemporalOp::After, range),
                Comparison::AtMost => (TemporalOp::Intersects, Range { first: i64::MIN, ..range }),
                Comparison::AtLeast => (TemporalOp::Intersects, Range { last: i64::MAX, ..range }),
            })
        };
        let (found, is_any) = match expr {
            Expr::Compare(op, left, value) => (vec![compared(*op, left, value)?], false),
            Expr::Between(left, low, high) => {
                (vec![compared(Comparison::AtLeast, left, low)?, compared(Comparison::AtMost, left, high)?], false)
            }
            Expr::In(left, values) => {
                let each = values.iter().map(|v| compared(Comparison::Equal, left, v));
                (each.collect::<Result<_>>()?, true)
            }
            _ => {
                return Err(Error::invalid(
                    "filter: a time is no text",
                    "compare it with TIMESTAMP('...') or DATE('...')",
                ));
            }
        };
        let mut nodes: Vec<Node> =
            found.into_iter().map(|(op, range)| self.row(RowTest::Time(op, of, Moment::Written(range)))).collect();
        Ok(match nodes.len() {
            1 => nodes.remove(0),
            _ if is_any => Node::Any(nodes),
            _ => Node::All(nodes),
        })
    }

    /// `datetime = '2018-06'`: some of it lies in the period, as the parameter of that name has it.
    fn period(&mut self, expr: &Expr) -> Result<Node> {
        let Expr::Compare(Comparison::Equal, left, value) = expr else {
            return Err(Error::invalid(
                "filter: datetime is an interval, which has no order",
                "use T_INTERSECTS(datetime, INTERVAL('2018-01-01','2018-12-31')), another T_ function, time_from or time_to",
            ));
        };
        let range = self.range(value).ok_or_else(|| misfit(left, value))?;
        Ok(self.row(RowTest::Time(TemporalOp::Intersects, Moment::Whole, Moment::Written(range))))
    }

    fn range(&self, operand: &Operand) -> Option<Range> {
        if let Some(range) = range_of(operand, self.clock.zone) {
            return Some(range);
        }
        let Operand::Text(text) = operand else { return None };
        match parse_period(text, self.clock.zone, self.clock.today) {
            Ok(Some(p)) => Some(Range { first: p.from.0, last: p.to.0.saturating_sub(1) }),
            Ok(None) => Some(Range::ALWAYS),
            Err(_) => None,
        }
    }

    fn moment(&self, operand: &Operand) -> Option<Moment> {
        let of = |name: &str| match name {
            "datetime" => Some(Moment::Whole),
            "time_from" => Some(Moment::From),
            "time_to" => Some(Moment::To),
            _ => None,
        };
        match operand {
            Operand::Property(name) => of(name),
            Operand::Interval(from, to) => match (&**from, &**to) {
                (Operand::Property(from), Operand::Property(to)) if from == "time_from" && to == "time_to" => {
                    Some(Moment::Whole)
                }
                (Operand::Property(_), _) | (_, Operand::Property(_)) => None,
                _ => self.range(operand).map(Moment::Written),
            },
            other => self.range(other).map(Moment::Written),
        }
    }
}

/// The property that an operand names, also within `CASEI`.
fn name_of(operand: &Operand) -> Option<&str> {
    match operand {
        Operand::Property(name) => Some(name),
        Operand::Casei(inner) => name_of(inner),
        _ => None,
    }
}

fn unknown_property(name: &str) -> Error {
    let contexts = ["gang:eurogang-2006"];
    unknown(name, QUERYABLES.iter().map(|q| q.name).chain(contexts).chain(["geometry"]))
}

fn victim(name: &str, value: &str) -> Result<VictimFilter> {
    let sex = [Sex::Female, Sex::Male, Sex::Other];
    let at = |known: &[&str]| known.iter().position(|k| *k == value);
    let found = if name == "sex" {
        at(&SEXES).and_then(|n| sex.get(n)).map(|sex| VictimFilter { sex: Some(*sex), age: None })
    } else {
        at(&AGE_NAMES).and_then(|n| u8::try_from(n).ok()).map(|age| VictimFilter { sex: None, age: Some(age) })
    };
    found.ok_or_else(|| Error::invalid(format!("filter: {name} is never {value:?}"), "see /queryables"))
}

/// `sex = ... AND age = ...` is said of one victim: both as one test, and the other conditions.
fn one_victim(all: &[Expr]) -> Result<(Option<VictimFilter>, Vec<&Expr>)> {
    let of = |expr: &Expr, wanted: &str| match expr {
        Expr::Compare(Comparison::Equal, Operand::Property(name), Operand::Text(value)) if name == wanted => {
            Some(value.clone())
        }
        _ => None,
    };
    let sexes: Vec<String> = all.iter().filter_map(|e| of(e, "sex")).collect();
    let ages: Vec<String> = all.iter().filter_map(|e| of(e, "age")).collect();
    let ([sex], [age]) = (&sexes[..], &ages[..]) else { return Ok((None, all.iter().collect())) };
    let both = VictimFilter { age: victim("age", age)?.age, ..victim("sex", sex)? };
    Ok((Some(both), all.iter().filter(|e| of(e, "sex").is_none() && of(e, "age").is_none()).collect()))
}
