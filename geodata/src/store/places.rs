//! Writing areas, resources and interventions: inserted or updated by their key, left alone when nothing changed.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use xxhash_rust::xxh3::Xxh3;

use super::blob;
use super::import::Outcome;
use super::tombstones::Tombstones;
use crate::error::{Error, Result};
use crate::model::{Area, Denominator, Intervention, Resource, Sex, Visibility};

pub(super) type Columns = Vec<(&'static str, Value)>;

/// Writes areas in the open transaction.
pub(super) fn areas(tx: &Connection, import: i64, rows: &[Area]) -> rusqlite::Result<Result<Outcome>> {
    put(tx, import, "areas", rows, |a| {
        let residents = |sex: Sex| {
            let of_sex = a.denominators.iter().filter(|d| d.kind == "residents" && d.sex == Some(sex));
            newest(of_sex.clone().filter(|d| d.age.is_none())).or_else(|| sum_of_ages(of_sex))
        };
        let all = |kind| a.denominator(kind).map(|d| d.value);
        let key = vec![
            ("collection", text(&a.collection)),
            ("id", text(&a.id)),
            ("valid_from", optional(a.valid_from.as_deref())),
        ];
        let rest = vec![
            ("geom", Value::Blob(blob::multi_polygon(&a.shape))),
            ("name", text(&a.name)),
            ("level", Value::Integer(i64::from(a.level))),
            ("parent", optional(a.parent.as_deref())),
            ("residents", number(all("residents"))),
            ("residents_female", number(residents(Sex::Female))),
            ("residents_male", number(residents(Sex::Male))),
            ("households", number(all("households"))),
            ("denominators", list(&a.denominators)?),
        ];
        Ok((key, rest))
    })
}

/// Writes resources in the open transaction; not those whose record was deleted before.
pub(super) fn resources(
    tx: &Connection,
    import: i64,
    erased: Option<&Tombstones>,
    rows: &[Resource],
) -> rusqlite::Result<Result<Outcome>> {
    kept(rows, erased, |r| &r.id, |row| put(tx, import, "resources", std::slice::from_ref(row), resource_columns))
}

/// Key and other columns of a resource.
pub(super) fn resource_columns(r: &Resource) -> Result<(Columns, Columns)> {
    let key = vec![("source", text(&r.source)), ("id", text(&r.id))];
    let rest = vec![
        ("geom", r.point.map_or(Value::Null, |p| Value::Blob(blob::point(p).to_vec()))),
        ("organisation", optional(r.organisation.as_deref())),
        ("name", text(&r.name)),
        ("resource_type", text(&r.resource_type)),
        ("approach", optional(r.approach.as_deref())),
        ("target_groups", list(&r.target_groups)?),
        ("address", optional(r.address.as_deref())),
        ("service_area", optional(r.service_area.as_deref())),
        ("opening_hours", optional(r.opening_hours.as_deref())),
        ("languages", list(&r.languages)?),
        ("accessibility", optional(r.accessibility.as_deref())),
        ("capacity", r.capacity.map_or(Value::Null, |n| Value::Integer(i64::from(n)))),
        ("phone", optional(r.phone.as_deref())),
        ("url", optional(r.url.as_deref())),
        ("visibility", text(visibility(r.visibility))),
    ];
    Ok((key, rest))
}

/// Rows written one by one, without those that have a tombstone.
fn kept<T>(
    rows: &[T],
    erased: Option<&Tombstones>,
    id: impl Fn(&T) -> &str,
    write: impl Fn(&T) -> rusqlite::Result<Result<Outcome>>,
) -> rusqlite::Result<Result<Outcome>> {
    let mut outcome = Outcome::default();
    for row in rows {
        if erased.is_some_and(|t| t.has(id(row))) {
            outcome.erased += 1;
            continue;
        }
        match write(row)? {
            Ok(one) => outcome += one,
            Err(e) => return Ok(Err(e)),
        }
    }
    Ok(Ok(outcome))
}

/// Writes interventions in the open transaction; not those whose record was deleted before. Their comparison places are a
/// layer of their own, because a GeoPackage has one geometry a layer.
pub(super) fn interventions(
    tx: &Connection,
    import: i64,
    erased: Option<&Tombstones>,
    rows: &[Intervention],
) -> rusqlite::Result<Result<Outcome>> {
    kept(
        rows,
        erased,
        |i| &i.id,
        |i| {
            let itself = put(tx, import, "interventions", std::slice::from_ref(i), intervention_columns)?;
            let (itself, comparison) = match (itself, comparison(tx, import, i)?) {
                (Ok(itself), Ok(comparison)) => (itself, comparison),
                (Err(e), _) | (_, Err(e)) => return Ok(Err(e)),
            };
            Ok(Ok(match itself {
                Outcome { unchanged: 1, .. } if comparison.has_changes() => {
                    Outcome { updated: 1, ..Outcome::default() }
                }
                itself => itself,
            }))
        },
    )
}

/// Key and other columns of an intervention.
pub(super) fn intervention_columns(i: &Intervention) -> Result<(Columns, Columns)> {
    let rest = vec![
        ("geom", i.place.as_ref().map_or(Value::Null, |s| Value::Blob(blob::multi_polygon(s)))),
        ("name", text(&i.name)),
        ("aims", list(&i.aims)?),
        ("approach", optional(i.approach.as_deref())),
        ("start", text(&i.start)),
        ("end", optional(i.end.as_deref())),
        ("dosage", optional(i.dosage.as_deref())),
        ("cost", optional(i.cost.as_deref())),
        ("partners", list(&i.partners)?),
        ("design", optional(i.design.as_deref())),
        ("registered_at", optional(i.registered_at.as_deref())),
        ("registered_hash", optional(i.registered_hash.as_deref())),
        ("tags", list(&i.tags)?),
    ];
    Ok((vec![("id", text(&i.id))], rest))
}

fn comparison(tx: &Connection, import: i64, row: &Intervention) -> rusqlite::Result<Result<Outcome>> {
    let Some(shape) = &row.comparison else {
        let gone = tx.prepare_cached("DELETE FROM comparison_places WHERE intervention = ?1")?.execute([&row.id])?;
        return Ok(Ok(Outcome { updated: gone as u64, ..Outcome::default() }));
    };
    put(tx, import, "comparison_places", std::slice::from_ref(row), |i| {
        let rest = vec![("geom", Value::Blob(blob::multi_polygon(shape)))];
        Ok((vec![("intervention", text(&i.id))], rest))
    })
}

/// The name of a visibility in the file.
pub(super) fn visibility(v: Visibility) -> &'static str {
    match v {
        Visibility::Public => "public",
        Visibility::Partner => "partner",
        Visibility::HiddenLocation => "hidden_location",
    }
}

pub(super) fn put<T>(
    tx: &Connection,
    import: i64,
    table: &str,
    rows: &[T],
    columns: impl Fn(&T) -> Result<(Columns, Columns)>,
) -> rusqlite::Result<Result<Outcome>> {
    let mut outcome = Outcome::default();
    for row in rows {
        let (key, mut rest) = match columns(row) {
            Ok(columns) => columns,
            Err(e) => return Ok(Err(e)),
        };
        let hash = hash(&rest);
        let sql = format!("SELECT fid, row_hash FROM {table} WHERE {}", pairs(&key, " AND ", "IS", 1));
        let mut find = tx.prepare_cached(&sql)?;
        let mut found = find.query(params_from_iter(key.iter().map(|(_, v)| v)))?;
        let old: Option<(i64, Option<i64>)> = match found.next()? {
            None => None,
            Some(r) => Some((r.get(0)?, r.get(1)?)),
        };
        if old.is_some_and(|(_, old)| old == Some(hash)) {
            outcome.unchanged += 1;
            continue;
        }
        rest.extend([("row_hash", Value::Integer(hash)), ("import", Value::Integer(import))]);
        if let Some((fid, _)) = old {
            update(tx, table, fid, rest)?;
            outcome.updated += 1;
        } else {
            rest.extend(key);
            insert(tx, table, rest)?;
            outcome.stored += 1;
        }
    }
    Ok(Ok(outcome))
}

/// Gives a row other values.
pub(super) fn update(tx: &Connection, table: &str, fid: i64, columns: Columns) -> rusqlite::Result<usize> {
    let sql = format!("UPDATE {table} SET {} WHERE fid = ?1", pairs(&columns, ", ", "=", 2));
    let values = std::iter::once(Value::Integer(fid)).chain(columns.into_iter().map(|(_, v)| v));
    tx.prepare_cached(&sql)?.execute(params_from_iter(values))
}

/// Adds a row.
pub(super) fn insert(tx: &Connection, table: &str, columns: Columns) -> rusqlite::Result<usize> {
    let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let sql = format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", "));
    tx.prepare_cached(&sql)?.execute(params_from_iter(columns.into_iter().map(|(_, v)| v)))
}

/// `"name" = ?1, "other" = ?2` and so on from number `first`.
fn pairs(columns: &Columns, between: &str, operator: &str, first: usize) -> String {
    let pairs: Vec<String> =
        columns.iter().enumerate().map(|(i, (name, _))| format!("\"{name}\" {operator} ?{}", first + i)).collect();
    pairs.join(between)
}

fn hash(columns: &Columns) -> i64 {
    let mut hasher = Xxh3::new();
    for (_, value) in columns {
        match value {
            Value::Null => hasher.update(&[0]),
            Value::Integer(n) => hasher.update(&n.to_le_bytes()),
            Value::Real(x) => hasher.update(&x.to_le_bytes()),
            Value::Text(t) => hasher.update(t.as_bytes()),
            Value::Blob(b) => hasher.update(b),
        }
        hasher.update(&[0xff]);
    }
    hasher.digest().cast_signed()
}

fn newest<'a>(of: impl Iterator<Item = &'a Denominator>) -> Option<f64> {
    of.max_by_key(|d| d.year).map(|d| d.value)
}

/// Where a source gives ages only: their sum in the newest year, if they do not overlap.
fn sum_of_ages<'a>(of: impl Iterator<Item = &'a Denominator> + Clone) -> Option<f64> {
    let year = of.clone().map(|d| d.year).max()?;
    let mut ages: Vec<(u8, u8, f64)> =
        of.filter(|d| d.year == year).filter_map(|d| d.age.map(|(from, to)| (from, to, d.value))).collect();
    ages.sort_unstable_by_key(|&(from, ..)| from);
    let is_disjoint = ages.windows(2).all(|w| w[0].1 < w[1].0);
    (is_disjoint && !ages.is_empty()).then(|| ages.iter().map(|(.., v)| v).sum())
}

pub(super) fn text(t: &str) -> Value {
    Value::Text(t.to_owned())
}

pub(super) fn optional(t: Option<&str>) -> Value {
    t.map_or(Value::Null, text)
}

fn number(x: Option<f64>) -> Value {
    x.map_or(Value::Null, Value::Real)
}

fn list<T: Serialize>(items: &[T]) -> Result<Value> {
    if items.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::to_string(items).map(Value::Text).map_err(|e| {
        Error::invalid(format!("a list cannot be written as JSON: {e}"), "correct the value in the source")
    })
}
