//! GeoJSON and NDJSON, one feature at a time: a file of any size takes the memory of its largest feature.

use std::collections::HashMap;

use geo_types::Geometry;
use serde_json::{Map, Value};

use super::cell::{Cell, Row};
use super::file::{Opened, shorten};
use super::json_scan::{Broken, Scanner};
use super::{Event, Table};
use crate::error::{Error, Result};
use crate::report::Quarantined;

/// Features looked at to know the columns.
const LOOK: usize = 1000;

pub(crate) struct JsonTable {
    scanner: Scanner,
    columns: Vec<String>,
    epsg: Option<u16>,
    has_geometry: bool,
    /// Records read while looking.
    first: Vec<(u64, std::result::Result<Feature, String>)>,
    broken: Option<(u64, Broken)>,
}

struct Feature {
    properties: Map<String, Value>,
    geometry: std::result::Result<Option<Geometry<f64>>, String>,
}

impl JsonTable {
    pub(crate) fn open(file: &Opened) -> Result<Self> {
        let mut scanner = Scanner::new(file.stream()?);
        let (mut first, mut record) = (vec![], vec![]);
        let mut broken = None;
        while first.len() < LOOK {
            match scanner.next(&mut record) {
                Ok(None) => break,
                Ok(Some(line)) => first.push((line, feature(&record))),
                Err(e) => {
                    broken = Some((scanner.line(), e));
                    break;
                }
            }
        }
        if !first.iter().any(|(_, f)| f.is_ok()) {
            if let Some((line, e)) = &broken {
                return Err(Error::invalid(
                    format!("{}, line {line}: {}", file.path.display(), words(e)),
                    "give a GeoJSON FeatureCollection, or one JSON object a line",
                ));
            }
            if let Some((line, Err(e))) = first.first() {
                return Err(Error::invalid(format!("{}, line {line}: {e}", file.path.display()), "check the file"));
            }
        }
        let mut columns: Vec<String> = vec![];
        let mut known: HashMap<String, ()> = HashMap::new();
        for f in first.iter().filter_map(|(_, f)| f.as_ref().ok()) {
            for name in f.properties.keys() {
                if known.insert(name.clone(), ()).is_none() {
                    columns.push(name.clone());
                }
            }
        }
        let has_geometry = first.iter().any(|(_, f)| f.as_ref().is_ok_and(|f| !matches!(f.geometry, Ok(None))));
        let epsg = epsg(&scanner.head);
        Ok(Self { scanner, columns, epsg, has_geometry, first, broken })
    }
}

/// The EPSG code of the old `crs` member; without one, RFC 7946 says degrees on WGS 84.
fn epsg(head: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(head);
    let crs = &text[text.find("\"crs\"")?..];
    let at = crs.find("EPSG:")?;
    let digits: String = crs[at + 5..].trim_start_matches(':').chars().take_while(char::is_ascii_digit).collect();
    // `urn:ogc:def:crs:EPSG::4326` puts latitude first by the letter, and nobody writes it so.
    digits.parse().ok()
}

fn words(e: &Broken) -> String {
    match e {
        Broken::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => "the file ends in the middle".into(),
        Broken::Io(e) => format!("the file cannot be read: {e}"),
        Broken::TooLong => "a feature is longer than 16 MiB".into(),
        Broken::CutOff => "the file ends inside a record".into(),
        Broken::NoObject(b) => format!("{:?} where a JSON object should begin", char::from(*b)),
    }
}

/// A feature, or any JSON object as a feature without geometry.
fn feature(record: &[u8]) -> std::result::Result<Feature, String> {
    let mut object: Map<String, Value> =
        serde_json::from_slice(record).map_err(|e| format!("is not valid JSON: {e}"))?;
    if object.get("type").and_then(Value::as_str) != Some("Feature") {
        let geometry = match object.remove("geometry") {
            Some(g @ Value::Object(_)) => geometry(g),
            _ => Ok(None),
        };
        return Ok(Feature { properties: flat(object), geometry });
    }
    let shape = match object.remove("geometry") {
        None | Some(Value::Null) => Ok(None),
        Some(g) => geometry(g),
    };
    let mut properties = match object.remove("properties") {
        Some(Value::Object(p)) => flat(p),
        _ => Map::new(),
    };
    if let Some(id) = object.remove("id").filter(|_| !properties.contains_key("id")) {
        properties.insert("id".into(), id);
    }
    Ok(Feature { properties, geometry: shape })
}

fn geometry(value: Value) -> std::result::Result<Option<Geometry<f64>>, String> {
    let empty = value.get("coordinates").and_then(Value::as_array).is_some_and(Vec::is_empty);
    if empty {
        return Ok(None);
    }
    let wrong = |e: String| format!("the geometry is not valid: {}", shorten(&e));
    let parsed = serde_json::from_value::<geojson::Geometry>(value).map_err(|e| wrong(e.to_string()))?;
    Geometry::try_from(&parsed.value).map(Some).map_err(|e| wrong(e.to_string()))
}

/// Members of objects one level down become columns of their own: `website.url`.
fn flat(object: Map<String, Value>) -> Map<String, Value> {
    if !object.values().any(Value::is_object) {
        return object;
    }
    let mut out = Map::new();
    for (name, value) in object {
        match value {
            Value::Object(inner) => inner.into_iter().for_each(|(k, v)| {
                out.insert(format!("{name}.{k}"), v);
            }),
            other => {
                out.insert(name, other);
            }
        }
    }
    out
}

struct FeatureRow<'a> {
    feature: &'a Feature,
    columns: &'a [String],
    line: u64,
}

impl Row for FeatureRow<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        match self.columns.get(column).and_then(|name| self.feature.properties.get(name)) {
            Some(Value::String(s)) => Cell::text(s),
            Some(Value::Bool(b)) => Cell::Bool(*b),
            Some(Value::Number(n)) => match n.as_i64() {
                Some(i) => Cell::Int(i),
                None => n.as_f64().map_or(Cell::Null, Cell::Float),
            },
            _ => Cell::Null,
        }
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn geometry(&self) -> std::result::Result<Option<Geometry<f64>>, String> {
        self.feature.geometry.clone()
    }
}

impl Table for JsonTable {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn has_geometry(&self) -> bool {
        self.has_geometry
    }

    fn epsg(&self) -> Option<u16> {
        self.epsg
    }

    fn rows(mut self: Box<Self>, _wanted: &[bool], each: &mut dyn FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        let columns = std::mem::take(&mut self.columns);
        let bad = |line: u64, record: &[u8], reason: String, hint: &str| {
            let value = shorten(&String::from_utf8_lossy(&record[..record.len().min(1000)]));
            Event::Bad(Quarantined { line, column: String::new(), value, reason, hint: hint.into() })
        };
        let mut give = |line: u64, feature: std::result::Result<Feature, String>, record: &[u8]| match feature {
            Ok(feature) => each(Event::Row(&FeatureRow { feature: &feature, columns: &columns, line })),
            Err(e) => each(bad(line, record, e, "correct the feature")),
        };
        for (line, feature) in std::mem::take(&mut self.first) {
            give(line, feature, &[])?;
        }
        let mut record = vec![];
        let broken = loop {
            if let Some(broken) = self.broken.take() {
                break Some(broken);
            }
            match self.scanner.next(&mut record) {
                Ok(None) => break None,
                Ok(Some(line)) => give(line, feature(&record), &record)?,
                Err(e) => break Some((self.scanner.line(), e)),
            }
        };
        match broken {
            None => Ok(()),
            Some((line, e)) => {
                let reason = format!("{}; what came before was read", words(&e));
                each(bad(line, &record, reason, "it was cut off or damaged; download it again"))
            }
        }
    }
}
