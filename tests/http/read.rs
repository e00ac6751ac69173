//! Answers of every format read back as rows of properties and places.

use std::collections::BTreeMap;
use std::io::Cursor;

use fast_mvt::{MvtGeometry, MvtReaderRef, MvtValue};
use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use geo::CoordsIter;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;
use tiles::TileCoord;

/// A row as a client sees it: what is null, empty or left out is not among its properties.
#[derive(Debug)]
pub struct Row {
    pub properties: BTreeMap<String, Value>,
    /// Its corners or its point, degrees.
    pub places: Vec<[f64; 2]>,
}

/// The rows of a document or tile.
pub fn rows(format: &str, body: &[u8], tile: (u8, u32, u32)) -> Vec<Row> {
    match format {
        "geojson" | "jsonfg" => geojson(&serde_json::from_slice(body).expect("JSON")),
        "ndjson" => ndjson(std::str::from_utf8(body).expect("UTF-8")),
        "parquet" => parquet(body),
        "fgb" => flatgeobuf(body),
        "csv" => csv(std::str::from_utf8(body).expect("UTF-8")),
        "mvt" => mvt(body, TileCoord::new(tile.0, tile.1, tile.2).expect("a tile")),
        _ => vec![],
    }
}

fn geojson(document: &Value) -> Vec<Row> {
    fn places(value: &Value, out: &mut Vec<[f64; 2]>) {
        match value.as_array().map(Vec::as_slice) {
            Some([Value::Number(x), Value::Number(y)]) => out.push([x.as_f64().unwrap(), y.as_f64().unwrap()]),
            Some(parts) => parts.iter().for_each(|part| places(part, out)),
            None => {}
        }
    }
    let one = [document.clone()];
    let features = document["features"].as_array().map_or(&one[..], Vec::as_slice);
    let row = |feature: &Value| {
        let mut found = vec![];
        places(&feature["geometry"]["coordinates"], &mut found);
        let mut properties: BTreeMap<String, Value> =
            feature["properties"].as_object().unwrap().clone().into_iter().collect();
        properties.insert("id".to_owned(), feature["id"].clone());
        properties.retain(|_, v| !v.is_null());
        Row { properties, places: found }
    };
    features.iter().map(row).collect()
}

fn ndjson(text: &str) -> Vec<Row> {
    text.lines().flat_map(|line| geojson(&serde_json::from_str(line).expect("JSON"))).collect()
}

fn parquet(body: &[u8]) -> Vec<Row> {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(body)).expect("Parquet");
    let row = |row: parquet::record::Row| {
        let mut found = Row { properties: BTreeMap::new(), places: vec![] };
        for (name, field) in row.get_column_iter() {
            let value = match field {
                Field::Str(text) => Value::from(text.as_str()),
                Field::UInt(n) => Value::from(*n),
                Field::Double(x) => Value::from(*x),
                Field::Bytes(wkb) => {
                    let shape = geodata::wkb::read(wkb.data()).expect("WKB").expect("a shape");
                    found.places.extend(shape.coords_iter().map(|c| [c.x, c.y]));
                    continue;
                }
                Field::Null | Field::Group(_) => continue,
                other => panic!("{name}: {other:?}"),
            };
            found.properties.insert(name.clone(), value);
        }
        found
    };
    reader.get_row_iter(None).expect("rows").map(|r| row(r.expect("a row"))).collect()
}

fn flatgeobuf(body: &[u8]) -> Vec<Row> {
    let reader = FgbReader::open(Cursor::new(body)).expect("FlatGeobuf");
    let mut features = reader.select_all().expect("features");
    let mut found = vec![];
    while let Some(feature) = features.next().expect("a feature") {
        let text = |field: String| field.parse::<f64>().map_or_else(|_| Value::from(field.as_str()), Value::from);
        let properties = feature.properties().expect("properties").into_iter().map(|(k, v)| (k, text(v))).collect();
        let shape = feature.geometry();
        let own = shape.and_then(|s| s.xy()).into_iter();
        let parts = shape.and_then(|s| s.parts()).into_iter().flatten().filter_map(|p| p.xy());
        let numbers: Vec<f64> = own.chain(parts).flatten().collect();
        let places = numbers.chunks_exact(2).map(|c| [c[0], c[1]]).filter(|c| !c[0].is_nan()).collect();
        found.push(Row { properties, places });
    }
    found
}

fn csv(text: &str) -> Vec<Row> {
    let mut lines = records(text).into_iter();
    let keys = lines.next().unwrap_or_default();
    let row = |fields: Vec<String>| {
        let properties: BTreeMap<String, Value> = keys
            .iter()
            .zip(fields)
            .filter(|(_, field)| !field.is_empty())
            .map(|(key, field)| {
                let key = key.split(" (").next().unwrap_or(key).to_owned();
                (key, field.parse::<f64>().map_or_else(|_| Value::from(field.as_str()), Value::from))
            })
            .collect();
        let number = |key: &str| properties.get(key).and_then(Value::as_f64);
        let places = number("lon").zip(number("lat")).map(|(x, y)| [x, y]).into_iter().collect();
        Row { properties, places }
    };
    lines.map(row).collect()
}

/// The fields of every line; quoted ones may hold commas, quotes and line ends.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut all, mut line, mut field, mut quoted) = (vec![], vec![], String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                line.push(std::mem::take(&mut field));
                all.push(std::mem::take(&mut line));
            }
            other => field.push(other),
        }
    }
    all
}

fn mvt(body: &[u8], tile: TileCoord) -> Vec<Row> {
    let bounds = tile.bounds_lonlat();
    let world = |v: f64, of: u32| (f64::from(of) + v / 4096.0) / f64::from(1_u32 << tile.z());
    let degrees = |x: i32, y: i32| {
        let lon = bounds.min().x + f64::from(x) / 4096.0 * bounds.width();
        let lat = (std::f64::consts::PI * (1.0 - 2.0 * world(f64::from(y), tile.y()))).sinh().atan().to_degrees();
        [lon, lat]
    };
    let value = |value: &MvtValue| match value {
        MvtValue::String(v) => Value::from(v.to_string()),
        MvtValue::UInt(v) => Value::from(*v),
        MvtValue::Float(v) => Value::from(*v),
        MvtValue::Double(v) => Value::from(*v),
        other => Value::from(format!("{other:?}")),
    };
    let mut found = vec![];
    for layer in MvtReaderRef::new(body).expect("a tile").layers() {
        for feature in layer.to_layer().expect("a layer").features {
            let properties = feature.properties.iter().map(|(k, v)| (k.to_string(), value(v))).collect();
            let corners: Vec<(i32, i32)> = match &feature.geometry {
                MvtGeometry::Point(p) => vec![(p.x(), p.y())],
                MvtGeometry::MultiPoint(many) => many.iter().map(|p| (p.x(), p.y())).collect(),
                MvtGeometry::LineString(line) => line.0.iter().map(|c| (c.x, c.y)).collect(),
                MvtGeometry::MultiLineString(many) => many.iter().flat_map(|l| &l.0).map(|c| (c.x, c.y)).collect(),
                MvtGeometry::Polygon(p) => p.exterior().0.iter().map(|c| (c.x, c.y)).collect(),
                MvtGeometry::MultiPolygon(many) => {
                    many.iter().flat_map(|p| &p.exterior().0).map(|c| (c.x, c.y)).collect()
                }
                _ => vec![],
            };
            found.push(Row { properties, places: corners.into_iter().map(|(x, y)| degrees(x, y)).collect() });
        }
    }
    found
}
