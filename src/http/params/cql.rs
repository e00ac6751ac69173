//! `filter` (CQL2) with `filter-lang` and `filter-crs`, and queryables as parameters of their own: `weapon=knife`.

use geodata::cql::{Comparison, Expr, FilterCrs, Lang, Operand, parse};
use geodata::disclosure::{PropertyKind, PropertyType};
use geodata::index::queryable;

use super::{CONTEXTS, FILTERS, Params, hours};
use crate::http::problem::{Answer, Problem};
use crate::layers::{Layer, Property};

/// Names of the parameters of a filter.
pub const CQL: &[&str] = &["filter", "filter-lang", "filter-crs"];
const BOUND: &str = "a condition in CQL2 on the properties that /collections/{id}/queryables lists";

/// One condition, and the parameter and value that it came with.
pub struct Condition {
    pub name: String,
    pub value: String,
    pub expr: Expr,
}

impl Condition {
    /// The error of a condition as a problem.
    pub fn problem(&self, error: geodata::Error) -> Box<Problem> {
        of_error(&self.name, &self.value, error)
    }
}

fn of_error(name: &str, value: &str, error: geodata::Error) -> Box<Problem> {
    Box::new(Problem::parameter(name, value, error.what, BOUND).hint(error.hint))
}

/// The conditions that a request makes on its layer; on incidents where it has none.
///
/// # Errors
/// 400 with the parameter, its value, what is wrong with it and where.
pub fn conditions(params: &Params, layer: Option<&Layer>) -> Answer<Vec<Condition>> {
    let mut found = vec![];
    let (lang, crs) = (lang(params)?, crs(params)?);
    match params.get("filter") {
        Some(text) => {
            let expr = parse(text, lang, crs).map_err(|e| of_error("filter", text, e))?;
            let is_of_places = layer.is_some_and(|l| l.engine.is_of_places());
            let expr = if is_of_places { expr } else { with_lists(expr).map_err(|e| of_error("filter", text, e))? };
            found.push(Condition { name: "filter".to_owned(), value: text.to_owned(), expr });
        }
        None => {
            if let Some((name, value)) = CQL.iter().find_map(|name| Some((name, params.get(name)?))) {
                return Err(Box::new(Problem::parameter(name, value, format!("{name} has no filter"), "a filter too")));
            }
        }
    }
    for (name, value) in params.pairs() {
        if let Some(kind) = kind_of(layer, name) {
            let operand = match kind {
                PropertyKind::Number => Operand::Number(number(name, value)?),
                PropertyKind::Text | PropertyKind::Date => Operand::Text(value.to_owned()),
            };
            let expr = Expr::Compare(Comparison::Equal, Operand::Property(name.to_owned()), operand);
            found.push(Condition { name: name.to_owned(), value: value.to_owned(), expr });
        }
    }
    Ok(found)
}

/// Whether a layer can be asked by a property as by a parameter: it has one, and no other parameter has its name.
pub fn is_queryable(layer: &Layer, name: &str) -> bool {
    kind_of(Some(layer), name).is_some()
}

fn kind_of(layer: Option<&Layer>, name: &str) -> Option<PropertyKind> {
    if FILTERS.contains(&name) || CQL.contains(&name) || layer.is_some_and(|l| l.parameter(name).is_some()) {
        return None;
    }
    match layer.filter(|l| l.engine.is_of_places()) {
        Some(layer) => layer.properties.iter().find(|p| p.name == name).map(kind),
        None => {
            let of = |q: &geodata::index::Queryable| match q.json_type {
                "integer" => PropertyKind::Number,
                _ => PropertyKind::Text,
            };
            let is_context =
                || CONTEXTS.iter().any(|(kind, _)| name.strip_prefix(kind).is_some_and(|r| r.starts_with(':')));
            queryable(name).map(of).or_else(|| is_context().then_some(PropertyKind::Text))
        }
    }
}

fn kind(property: &Property) -> PropertyKind {
    match (property.json_type.as_str(), property.format.as_str()) {
        ("integer" | "number", _) => PropertyKind::Number,
        (_, "date") => PropertyKind::Date,
        _ => PropertyKind::Text,
    }
}

/// The properties of a layer's rows.
pub fn properties(layer: &Layer) -> Vec<PropertyType<'_>> {
    layer.properties.iter().map(|p| (p.name.as_str(), kind(p))).collect()
}

fn number(name: &str, value: &str) -> Answer<f64> {
    let found = value.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    found.ok_or_else(|| Box::new(Problem::parameter(name, value, format!("{name} is not a number"), "a number")))
}

fn lang(params: &Params) -> Answer<Lang> {
    let Some(text) = params.get("filter-lang") else { return Ok(Lang::default()) };
    let found = Lang::NAMES.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, lang)| lang).ok_or_else(|| {
        let known = Lang::NAMES.map(|(name, _)| name).join(", ");
        Box::new(Problem::parameter("filter-lang", text, "filter-lang is not a language of filters", known))
    })
}

fn crs(params: &Params) -> Answer<FilterCrs> {
    let Some(text) = params.get("filter-crs") else { return Ok(FilterCrs::default()) };
    let found = FilterCrs::ADDRESSES.into_iter().find(|(address, _)| *address == text);
    found.map(|(_, crs)| crs).ok_or_else(|| {
        let known = FilterCrs::ADDRESSES.map(|(address, _)| address).join(", ");
        Box::new(Problem::parameter("filter-crs", text, "filter-crs is not supported", known))
    })
}

/// Lets a filter name the parameters `hours`, `weekdays`, `context` and `definition` too, with the values that they have.
fn with_lists(expr: Expr) -> geodata::Result<Expr> {
    let all = |list: Vec<Expr>| list.into_iter().map(with_lists).collect::<geodata::Result<Vec<_>>>();
    Ok(match expr {
        Expr::And(list) => Expr::And(all(with_context(list))?),
        Expr::Or(list) => Expr::Or(all(list)?),
        Expr::Not(inner) => Expr::Not(Box::new(with_lists(*inner)?)),
        Expr::Compare(Comparison::Equal, Operand::Property(name), Operand::Text(text)) => {
            match one_of(&name, std::slice::from_ref(&text))? {
                Some(list) => list,
                None => Expr::Compare(Comparison::Equal, Operand::Property(name), Operand::Text(text)),
            }
        }
        Expr::In(Operand::Property(name), values) => {
            let texts = values.iter().filter_map(|v| if let Operand::Text(t) = v { Some(t.clone()) } else { None });
            match one_of(&name, &texts.collect::<Vec<_>>())? {
                Some(list) => list,
                None => Expr::In(Operand::Property(name), values),
            }
        }
        other => other,
    })
}

/// `hours = '22-4'` as hours one by one, and days likewise.
fn one_of(name: &str, texts: &[String]) -> geodata::Result<Option<Expr>> {
    let read = |problem: Box<Problem>| {
        let (what, hint) = problem.words();
        geodata::Error::invalid(format!("filter: {what}"), hint)
    };
    let list = texts.join(",");
    let (plain, values) = match name {
        "hours" => {
            let bits = hours::hours(&list).map_err(read)?;
            ("hour", (0..24u8).filter(|h| bits >> h & 1 != 0).map(|h| Operand::Number(f64::from(h))).collect())
        }
        "weekdays" => {
            let bits = hours::weekdays(&list).map_err(read)?;
            let days = hours::NAMES.iter().enumerate().filter(|(n, _)| bits >> n & 1 != 0);
            ("weekday", days.map(|(_, day)| Operand::Text((*day).to_owned())).collect())
        }
        "context" | "definition" => {
            return Err(geodata::Error::invalid(
                format!("filter: {name} stands without the other of context and definition in the same AND"),
                "write \"gang:eurogang-2006\" = 'yes': counts under different definitions are never mixed",
            ));
        }
        _ => return Ok(None),
    };
    Ok(Some(Expr::In(Operand::Property(plain.to_owned()), values)))
}

/// `context = 'gang' AND definition = 'eurogang-2006'` as the one property that both name.
fn with_context(mut list: Vec<Expr>) -> Vec<Expr> {
    let value = |list: &[Expr], wanted: &str| {
        list.iter().enumerate().find_map(|(at, expr)| match expr {
            Expr::Compare(Comparison::Equal, Operand::Property(name), Operand::Text(text)) if name == wanted => {
                Some((at, text.clone()))
            }
            _ => None,
        })
    };
    if let (Some((a, context)), Some((b, definition))) = (value(&list, "context"), value(&list, "definition")) {
        let (kind, value) = context.split_once(':').unwrap_or((&context, "yes"));
        let (name, value) = (format!("{kind}:{definition}"), Operand::Text(value.to_owned()));
        list.remove(a.max(b));
        list.remove(a.min(b));
        list.push(Expr::Compare(Comparison::Equal, Operand::Property(name), value));
    }
    list
}
