//! Counts on the real files of Chicago against numbers that other programs found. Skipped where the files are absent.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use geo_types::MultiPolygon;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::{Mask, count, count_within, points};
use crate::Cancel;
use crate::index::{Contents, Place, Places, Query, Row, Snapshot};
use crate::model::{
    Area, Candidate, Code, Discovery, Interval, LocalTime, LocationPrecision, LonLat, LonLatBox, Offence, Profile,
    Quality, TimeBasis, TimePrecision,
};
use crate::testing::shared;

fn profile(codes: &[&str]) -> Arc<Profile> {
    let candidates = codes.iter().map(|c| Candidate { code: Code::parse(c).expect("ICCS"), confidence: 1 }).collect();
    Arc::new(Profile {
        source: "chicago".into(),
        mapping_version: 1,
        offences: vec![Offence { source_code: String::new(), source_text: codes.concat(), candidates }],
        time_precision: TimePrecision::Minute,
        time_basis: TimeBasis::Occurred,
        zone: "America/Chicago".into(),
        location_precision: LocationPrecision::Block,
        uncertainty_m: None,
        context: vec![],
        discovery: Discovery::Unknown,
        status: None,
        weapon: None,
        quality: Quality::default(),
    })
}

/// A row of the file, and the community area that the file itself names.
struct Record {
    homicide: bool,
    from: i64,
    point: Option<LonLat>,
    community_area: Option<i64>,
}

fn read(path: &Path) -> Vec<Record> {
    let reader = SerializedFileReader::new(File::open(path).expect("opens")).expect("is Parquet");
    let mut records = Vec::new();
    for row in reader.get_row_iter(None).expect("rows") {
        let row = row.expect("a row");
        let fields: HashMap<&str, &Field> = row.get_column_iter().map(|(n, f)| (n.as_str(), f)).collect();
        let (Field::Double(lat), Field::Double(lon)) = (fields["latitude"], fields["longitude"]) else {
            records.push(Record { homicide: false, from: 0, point: None, community_area: None });
            continue;
        };
        records.push(Record {
            homicide: matches!(fields["primary_type"], Field::Str(s) if s == "HOMICIDE"),
            from: match fields["date"] {
                Field::TimestampMicros(t) => t / 1_000_000,
                Field::Long(t) => t / 1_000_000,
                other => panic!("{other:?}"),
            },
            point: LonLat::new(*lon, *lat).ok(),
            community_area: match fields["community_area"] {
                Field::Short(n) => Some(i64::from(*n)),
                Field::Int(n) => Some(i64::from(*n)),
                _ => None,
            },
        });
    }
    records
}

fn community_areas(path: &Path) -> Vec<Area> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(path).expect("opens")).read_to_string(&mut text).expect("is gzip");
    let geojson::GeoJson::FeatureCollection(all) = text.parse().expect("is GeoJSON") else { panic!("no collection") };
    let area = |f: &geojson::Feature| Area {
        collection: "community_areas".into(),
        id: f.property("area_numbe").and_then(|v| v.as_str()).expect("a number").into(),
        name: f.property("community").and_then(|v| v.as_str()).expect("a name").into(),
        level: 1,
        parent: None,
        valid_from: None,
        shape: MultiPolygon::try_from(f.geometry.clone().expect("a geometry")).expect("a multipolygon"),
        denominators: vec![],
    };
    all.features.iter().map(area).collect()
}

fn snapshot(records: &[Record], areas: Vec<Area>) -> Snapshot {
    let contents = Contents {
        profiles: HashMap::from([(1, profile(&["0101"])), (2, profile(&["0502"]))]),
        places: Places::new(areas, vec![], vec![]).expect("finite"),
        ..Contents::default()
    };
    let row = |(n, r): (usize, &Record)| Row {
        fid: n as i64,
        profile: if r.homicide { 1 } else { 2 },
        time: Interval { from: LocalTime(r.from), to: LocalTime(r.from + 60) },
        point: r.point,
    };
    Snapshot::from_rows(contents, records.iter().enumerate().map(row)).expect("builds")
}

fn year(y: i16) -> Option<Interval> {
    let start = |y| LocalTime::from_civil(jiff::civil::date(y, 1, 1).at(0, 0, 0, 0));
    Interval::new(start(y), start(y + 1))
}

#[test]
fn boxes_radius_years_and_areas_of_chicago() {
    let Some(folder) = shared("data/chicago") else { return };
    let years: Vec<Vec<Record>> =
        (2015..=2018).map(|y| read(&folder.join(format!("chicago_crimes_{y}.parquet")))).collect();
    let only_2018 = years[3].len();
    let records: Vec<Record> = years.into_iter().flatten().collect();
    let cancel = Cancel::default();
    let all = snapshot(&records, vec![]);
    let homicide = vec![Code::parse("01").expect("ICCS")];
    let matched = |q: &Query| all.tally(q, &cancel).expect("answers").matched;
    for (b, n) in [((-87.7, 41.85, -87.6, 41.9), 135_746), ((-87.65, 41.75, -87.62, 41.8), 43_747)] {
        let place = Place::Box(LonLatBox::new(b.0, b.1, b.2, b.3).expect("a box"));
        assert_eq!(matched(&Query { place, ..Query::default() }), n);
    }
    let centre = LonLat::new(-87.627_876_697_9, 41.883_500_187).expect("on Earth");
    let near = Query { place: Place::Radius { centre, radius_m: 250.0 }, ..Query::default() };
    assert_eq!(matched(&near), 8931);
    assert_eq!(matched(&Query { categories: homicide.clone(), ..near }), 0);
    for (y, n) in [(2015, 502), (2016, 786), (2017, 674), (2018, 504)] {
        let q = Query { period: year(y), categories: homicide.clone(), ..Query::default() };
        let t = all.tally(&q, &cancel).expect("answers");
        assert_eq!(t.matched + t.without_place, n, "{y}");
    }

    let areas = community_areas(&folder.join("context/chicago_community_areas.geojson.gz"));
    let records = &records[records.len() - only_2018..];
    let city = snapshot(records, areas.clone());
    let field = count(&city, &Query::default(), &"areas:community_areas".parse().expect("a grid"), None, &cancel)
        .expect("counts");
    assert_eq!(field.tally.matched, 229_480);
    let inside: u32 = field.counts.iter().sum();
    assert_eq!(u64::from(inside) + field.outside_mask, 229_480);
    assert_eq!(inside, 228_827);
    let top = |counts: &[u32]| {
        let name = |n: usize| field.frame.area(n as u64).map(|a| a.name.clone()).expect("an area");
        let mut named: Vec<(u32, String)> = counts.iter().enumerate().map(|(n, &c)| (c, name(n))).collect();
        named.sort_by(|a, b| b.cmp(a));
        named.truncate(5);
        named
    };
    let expected = [(12_938, "AUSTIN"), (11_163, "NEAR NORTH SIDE"), (9180, "LOOP"), (8075, "NORTH LAWNDALE")];
    assert_eq!(top(&field.counts)[..4], expected.map(|(n, s)| (n, s.to_owned())));
    let q = Query { categories: homicide, ..Query::default() };
    let of_homicides = count(&city, &q, field.frame.grid(), None, &cancel).expect("counts");
    let expected = [(51, "AUSTIN"), (28, "NORTH LAWNDALE"), (27, "ENGLEWOOD"), (23, "WEST GARFIELD PARK")];
    assert_eq!(top(&of_homicides.counts)[..4], expected.map(|(n, s)| (n, s.to_owned())));

    // The block-wise counts are those of every point asked by itself, and the file's own attribute agrees as often as it should.
    let mut one_by_one = vec![0u32; field.counts.len()];
    let mut agree = 0;
    for r in records {
        let Some(cell) = r.point.and_then(|p| field.frame.cell_of(p)) else { continue };
        one_by_one[cell as usize] += 1;
        agree += usize::from(r.community_area.map(|n| n.to_string()) == Some(field.frame.name(cell)));
    }
    assert_eq!(one_by_one, field.counts);
    assert_eq!(agree, 223_464);

    // The same points by cell: every grid holds what the city's areas hold, and those just outside in cells that touch.
    let everything = points(&city, &Query::default(), &cancel).expect("points");
    assert_eq!(everything.lonlat.len(), 229_480);
    for grid in ["quadkey:16", "square:250", "square:1000@EPSG:3435", "h3:9"] {
        let grid = grid.parse().expect("a grid");
        let by_cell = count(&city, &Query::default(), &grid, None, &cancel).expect("counts");
        let mut brute: HashMap<u64, u32> = HashMap::new();
        for p in &everything.lonlat {
            *brute.entry(by_cell.frame.cell_of(*p).expect("reached")).or_default() += 1;
        }
        for (cell, n) in by_cell.cells.iter().zip(&by_cell.counts) {
            assert_eq!(brute.get(cell).copied().unwrap_or(0), *n, "{grid} {}", by_cell.frame.name(*cell));
        }
        let sum: u64 = by_cell.counts.iter().map(|&n| u64::from(n)).sum();
        assert_eq!(sum + by_cell.outside_mask, 229_480);
        assert!(sum >= u64::from(inside), "{grid}: {sum}");
    }
    let shapes: Vec<MultiPolygon<f64>> = areas.into_iter().filter(|a| a.name == "LOOP").map(|a| a.shape).collect();
    let mask = Mask::Shapes { name: "loop.geojson", shapes: &shapes };
    let grid = "square:100".parse().expect("a grid");
    let inner = count_within(&city, &Query::default(), &grid, mask, &cancel).expect("counts");
    assert!(inner.counts.iter().sum::<u32>() >= 9180 && inner.cells.len() < 800, "{}", inner.cells.len());
    let fine = "square:10".parse().expect("a grid");
    assert!(count(&city, &Query::default(), &fine, None, &cancel).is_err_and(|e| e.what.contains("about")));
}
