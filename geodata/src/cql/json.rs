//! Filters in JSON: the same tree as of text.

use serde_json::{Map, Value};

use super::crs::FilterCrs;
use super::expr::{Budget, Comparison, Expr, Operand, SpatialOp, TemporalOp, joined};
use super::shape::{Builder, Nested, Shape, collection};
use super::text::{date, end_of_interval, timestamp};
use super::words;
use crate::error::{Error, Result};

/// Reads a filter.
///
/// # Errors
/// Where it is not JSON or not CQL2, with the operation that does not fit.
pub(super) fn parse(text: &str, crs: FilterCrs) -> Result<Expr> {
    // The reader of JSON stops at 128 levels by itself.
    let value: Value = serde_json::from_str(text).map_err(|e| {
        bad(format!("the text is not JSON: {e}"), "with filter-lang=cql2-json the filter is a JSON object")
    })?;
    Reader { budget: Budget::new(), shapes: Builder::new(crs) }.condition(&value)
}

struct Reader {
    budget: Budget,
    shapes: Builder,
}

fn bad(what: impl std::fmt::Display, hint: &str) -> Error {
    Error::invalid(format!("filter: {what}"), hint)
}

fn misfit(op: &str, needs: &str) -> Error {
    let op: String = op.chars().take(40).collect();
    bad(
        format!("{op:?} does not have {needs}"),
        "write {\"op\": \"=\", \"args\": [{\"property\": \"category\"}, \"0401\"]}",
    )
}

/// Exactly `N` arguments.
fn args<'a, const N: usize>(op: &str, all: &'a [Value]) -> Result<&'a [Value; N]> {
    all.try_into().map_err(|_| misfit(op, &format!("{N} arguments")))
}

/// The operation of an object and its arguments.
fn operation(map: &Map<String, Value>) -> Option<(&str, &[Value])> {
    Some((map.get("op")?.as_str()?, map.get("args")?.as_array()?))
}

impl Reader {
    fn condition(&mut self, value: &Value) -> Result<Expr> {
        self.budget.part()?;
        let map = match value {
            Value::Bool(known) => return Ok(Expr::Constant(*known)),
            Value::Object(map) => map,
            _ => return Err(misfit("a condition", "the form of an object with op and args")),
        };
        let (op, all) = operation(map).ok_or_else(|| misfit("a condition", "op and args"))?;
        let lower = op.to_ascii_lowercase();
        self.budget.enter()?;
        let condition = self.of(&lower, all)?;
        self.budget.leave();
        Ok(condition)
    }

    fn of(&mut self, op: &str, all: &[Value]) -> Result<Expr> {
        if let Some((_, comparison)) = Comparison::NAMES.into_iter().find(|(name, _)| *name == op) {
            let [a, b] = args(op, all)?;
            return Ok(Expr::Compare(comparison, self.scalar(a)?, self.scalar(b)?));
        }
        if let Some((_, spatial)) = SpatialOp::NAMES.into_iter().find(|(name, _)| *name == op) {
            let [a, b] = args(op, all)?;
            return Ok(Expr::Spatial(spatial, self.place(a)?, self.place(b)?));
        }
        if let Some((_, temporal)) = TemporalOp::NAMES.into_iter().find(|(name, _)| *name == op) {
            let [a, b] = args(op, all)?;
            return Ok(Expr::Temporal(temporal, self.time(a)?, self.time(b)?));
        }
        Ok(match op {
            "and" | "or" => {
                let parts = all.iter().map(|part| self.condition(part)).collect::<Result<Vec<_>>>()?;
                if parts.is_empty() {
                    return Err(misfit(op, "a condition"));
                }
                joined(parts, op == "and")
            }
            "not" => {
                let [inner] = args(op, all)?;
                Expr::Not(Box::new(self.condition(inner)?))
            }
            "like" => {
                let [a, b] = args(op, all)?;
                Expr::Like(self.scalar(a)?, self.scalar(b)?)
            }
            "between" => {
                let [a, low, high] = args(op, all)?;
                Expr::Between(self.scalar(a)?, self.scalar(low)?, self.scalar(high)?)
            }
            "in" => {
                let [a, list] = args(op, all)?;
                let list = list.as_array().filter(|l| !l.is_empty()).ok_or_else(|| misfit(op, "a list of values"))?;
                Expr::In(self.scalar(a)?, list.iter().map(|v| self.scalar(v)).collect::<Result<_>>()?)
            }
            "isnull" => {
                let [a] = args(op, all)?;
                Expr::IsNull(self.scalar(a)?)
            }
            _ => return words::function(op),
        })
    }

    fn scalar(&mut self, value: &Value) -> Result<Operand> {
        self.budget.part()?;
        match value {
            Value::String(text) => Ok(Operand::Text(text.clone())),
            Value::Bool(known) => Ok(Operand::Bool(*known)),
            Value::Number(n) => n
                .as_f64()
                .filter(|n| n.is_finite())
                .map(Operand::Number)
                .ok_or_else(|| bad("a number is not finite", "write numbers as 12, -0.5 or 1e3")),
            Value::Object(map) => self.named(map),
            _ => {
                Err(misfit("a value", "the form of a text, a number, a truth value, a property, a date or a timestamp"))
            }
        }
    }

    fn named(&mut self, map: &Map<String, Value>) -> Result<Operand> {
        let text = |name: &str| map.get(name).and_then(Value::as_str);
        if let Some(name) = text("property").filter(|name| !name.is_empty()) {
            return Ok(Operand::Property(name.to_owned()));
        }
        if let Some(day) = text("date") {
            return date(day);
        }
        if let Some(instant) = text("timestamp") {
            return timestamp(instant);
        }
        match operation(map) {
            Some((op, [inner])) if op.eq_ignore_ascii_case("casei") => {
                self.budget.enter()?;
                let inner = self.scalar(inner)?;
                self.budget.leave();
                Ok(Operand::Casei(Box::new(inner)))
            }
            Some((op, _)) => words::function(op),
            None => Err(misfit("a value", "the form of a property, a date or a timestamp")),
        }
    }

    fn time(&mut self, value: &Value) -> Result<Operand> {
        let Some(ends) = value.get("interval") else { return self.scalar(value) };
        let ends = ends.as_array().map(Vec::as_slice).unwrap_or_default();
        let [from, to] = args("interval", ends)?;
        let end = |reader: &mut Self, value: &Value| match value {
            Value::String(text) => end_of_interval(text),
            other => reader.scalar(other),
        };
        Ok(Operand::Interval(Box::new(end(self, from)?), Box::new(end(self, to)?)))
    }

    fn place(&mut self, value: &Value) -> Result<Operand> {
        self.budget.part()?;
        if let Some(numbers) = value.get("bbox").and_then(Value::as_array) {
            return self.shapes.bbox(&self.numbers(numbers)?).map(Operand::Place);
        }
        match value {
            Value::Object(map) if map.contains_key("type") => {
                self.geometry(value).map(|g| Operand::Place(Shape::Geometry(g)))
            }
            Value::Object(map) => self.named(map),
            _ => Err(misfit("a place", "the form of a property, a GeoJSON geometry or a bbox")),
        }
    }

    fn numbers(&self, all: &[Value]) -> Result<Vec<f64>> {
        let each = all.iter().map(|n| n.as_f64().filter(|n| n.is_finite()));
        each.collect::<Option<_>>().ok_or_else(|| bad("a coordinate is not a number", "write coordinates as numbers"))
    }

    fn geometry(&mut self, value: &Value) -> Result<geo_types::Geometry<f64>> {
        let kind = value.get("type").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        if kind == "geometrycollection" {
            let all = value.get("geometries").and_then(Value::as_array);
            let all = all.filter(|all| !all.is_empty()).ok_or_else(|| misfit("GeometryCollection", "geometries"))?;
            self.budget.enter()?;
            let all = all.iter().map(|g| self.geometry(g)).collect::<Result<_>>()?;
            self.budget.leave();
            return Ok(collection(all));
        }
        let coordinates = value.get("coordinates").ok_or_else(|| misfit("a geometry", "coordinates"))?;
        self.nested(coordinates)?.geometry(&kind, &mut self.shapes)
    }

    fn nested(&mut self, value: &Value) -> Result<Nested> {
        let all =
            value.as_array().filter(|all| !all.is_empty()).ok_or_else(|| misfit("a geometry", "lists of numbers"))?;
        if all.iter().all(Value::is_number) {
            return self.numbers(all).map(Nested::Vertex);
        }
        self.budget.enter()?;
        let inner = all.iter().map(|v| self.nested(v)).collect::<Result<_>>()?;
        self.budget.leave();
        Ok(Nested::List(inner))
    }
}
