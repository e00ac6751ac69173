//! Shapefiles, plain and in archives, and FlatGeobuf: what comes in, and what no hostile or damaged file can do.

use std::io::Write;

use flatgeobuf::geozero::error::Result as GeoResult;
use flatgeobuf::geozero::{ColumnValue, GeomProcessor, GeozeroGeometry, PropertyProcessor};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::*;
use crate::ingest::features;

/// A file of records of one kind of shape, as ESRI frames them.
pub(super) fn shp(kind: u32, contents: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0; 100];
    out[..4].copy_from_slice(&9994_u32.to_be_bytes());
    out[28..32].copy_from_slice(&1000_u32.to_le_bytes());
    out[32..36].copy_from_slice(&kind.to_le_bytes());
    for (n, content) in contents.iter().enumerate() {
        out.extend((n as u32 + 1).to_be_bytes());
        out.extend((content.len() as u32 / 2).to_be_bytes());
        out.extend(content);
    }
    let words = (out.len() as u32 / 2).to_be_bytes();
    out[24..28].copy_from_slice(&words);
    out
}

fn point(x: f64, y: f64) -> Vec<u8> {
    [1_u32.to_le_bytes().to_vec(), x.to_le_bytes().to_vec(), y.to_le_bytes().to_vec()].concat()
}

fn polygon(rings: &[&[(f64, f64)]]) -> Vec<u8> {
    let mut out = [5_u32.to_le_bytes().to_vec(), vec![0; 32]].concat();
    let points: usize = rings.iter().map(|r| r.len()).sum();
    out.extend((rings.len() as u32).to_le_bytes());
    out.extend((points as u32).to_le_bytes());
    let mut first = 0_u32;
    for ring in rings {
        out.extend(first.to_le_bytes());
        first += ring.len() as u32;
    }
    rings.iter().copied().flatten().for_each(|(x, y)| out.extend([x.to_le_bytes(), y.to_le_bytes()].concat()));
    out
}

/// A table of attributes: name, kind and width of columns, then rows of texts.
pub(super) fn dbf(columns: &[(&str, u8, u8)], rows: &[Vec<&[u8]>]) -> Vec<u8> {
    let width: u16 = 1 + columns.iter().map(|c| u16::from(c.2)).sum::<u16>();
    let header = 33 + 32 * columns.len() as u16;
    let mut out = vec![3, 126, 1, 1];
    out.extend((rows.len() as u32).to_le_bytes());
    out.extend(header.to_le_bytes());
    out.extend(width.to_le_bytes());
    out.resize(32, 0);
    for (name, kind, length) in columns {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.push(*kind);
        field.resize(16, 0);
        field.push(*length);
        field.resize(32, 0);
        out.extend(field);
    }
    out.push(0x0d);
    for row in rows {
        out.push(if row[0].starts_with(b"*") { b'*' } else { b' ' });
        for (value, (_, _, length)) in row.iter().zip(columns) {
            let mut value = value.to_vec();
            value.resize(usize::from(*length), b' ');
            out.extend(value);
        }
    }
    out.push(0x1a);
    out
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    for (name, bytes) in files {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

const FEET: &str = r#"PROJCS["NAD_1983_StatePlane_Illinois_East_FIPS_1201_Feet",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",984250.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-88.33333333333333],PARAMETER["Scale_Factor",0.999975],PARAMETER["Latitude_Of_Origin",36.66666666666666],UNIT["Foot_US",0.3048006096012192]]"#;

fn incidents() -> (Vec<u8>, Vec<u8>) {
    let place = point(1_189_729.0, 1_867_390.0);
    let shapes = [place.clone(), 0_u32.to_le_bytes().to_vec(), place.clone(), place.clone(), place];
    let rows: Vec<Vec<&[u8]>> = vec![
        vec![b"1", b"20200131", b"Robbery", b"12.5"],
        vec![b"2", b"20200201", b"Caf\xc3\xa9 Arson", b"****"],
        vec![b"*3", b"20200202", b"Arson", b""],
        vec![b"4", b"00000000", b"Arson", b""],
        vec![b"5", b"20200230", b"Caf\xe9", b"x"],
    ];
    let table = dbf(&[("ID", b'C', 6), ("DATE", b'D', 8), ("TYPE", b'C', 12), ("LOSS", b'N', 6)], &rows);
    (shp(1, &shapes), table)
}

#[test]
fn incidents_of_a_zipped_shapefile_come_in() {
    let dir = tempfile::tempdir().unwrap();
    let (shapes, table) = incidents();
    let files: [(&str, &[u8]); 6] = [
        ("__MACOSX/._a.shp", b"x"),
        ("folder/a.shp", &shapes),
        ("folder/A.DBF", &table),
        ("folder/a.prj", FEET.as_bytes()),
        ("folder/a.cpg", b"UTF-8\n"),
        ("folder/licence.txt", b"CC0"),
    ];
    let path = file(&dir, "incidents.zip", zipped(&files));
    let source = Source::detect(&path).unwrap();
    assert_eq!(source.id, "generic-geojson");
    let (batch, sum) = try_load(&source, &path).unwrap();
    // The deleted row is passed over; the row without a date and the one with 30 February are set aside.
    assert_eq!((sum.read, batch.incidents.len(), sum.quarantined, sum.without_place), (4, 2, 2, 1));
    let first = &batch.incidents[0];
    assert!(near(first.point, -87.579_836_6, 41.791_160_8, 1.0) && when(first) == "2020-01-31T00:00:00");
    assert_eq!(batch.incidents[1].profile.offences[0].source_text, "Café Arson");
    assert_eq!(batch.quarantine[1].value, "20200230");
    // The same files beside each other.
    for (name, bytes) in [("b.shp", &shapes[..]), ("b.DBF", &table), ("b.prj", FEET.as_bytes())] {
        file(&dir, name, bytes);
    }
    let (plain, _) = try_load(&source, &dir.path().join("b.shp")).unwrap();
    assert_eq!(plain.incidents.len(), 2);
    assert_eq!(plain.incidents[0].point, first.point);
    let e = Source::detect(&file(&dir, "c.shp.gz", gzip(&shapes))).unwrap_err();
    assert!(e.what.contains("attributes are missing"), "{e}");
}

#[test]
fn areas_keep_their_holes_and_parts() {
    let dir = tempfile::tempdir().unwrap();
    let outer: &[(f64, f64)] = &[(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0), (0.0, 0.0)];
    let hole: &[(f64, f64)] = &[(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0), (1.0, 1.0)];
    let island: &[(f64, f64)] = &[(9.0, 9.0), (9.0, 10.0), (10.0, 10.0), (9.0, 9.0)];
    let shapes = shp(5, &[polygon(&[hole, island, outer]), polygon(&[island])]);
    let table = dbf(&[("NAME", b'C', 8), ("POP", b'N', 8)], &[vec![b"North", b"1200"], vec![b"South", b""]]);
    let wgs = br#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]"#;
    let path = file(&dir, "wards.zip", zipped(&[("w.shp", &shapes), ("w.dbf", &table), ("w.prj", wgs)]));
    let (batch, _) = load("generic-areas", &path);
    let north = &batch.areas[0];
    assert_eq!((north.collection.as_str(), north.name.as_str(), north.shape.0.len()), ("wards", "North", 2));
    assert_eq!(north.shape.0.iter().map(|p| p.interiors().len()).sum::<usize>(), 1);
    assert_eq!(north.denominator("residents").map(|d| d.value), Some(1200.0));
    let found = features(&path, &Cancel::default()).unwrap();
    assert_eq!((found.columns, found.rows.len(), found.notes), (vec!["NAME".into(), "POP".into()], 2, vec![]));
}

#[test]
fn an_archive_that_is_not_clear_or_means_harm_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let csv: &[u8] = b"id,date,lat,lon,type\n1,2020-01-01,1,2,Arson\n";
    let one = file(&dir, "one.zip", zipped(&[("a/data.csv", csv), ("a/README.md", b"x")]));
    assert_eq!(load("generic-csv", &one).0.incidents.len(), 1);
    let bomb = vec![b' '; 80 << 20];
    let nested = zipped(&[("data.csv", csv)]);
    let packed = gzip(csv);
    for (name, files, word) in [
        ("two.zip", &[("a.csv", csv), ("b.csv", csv)][..], "a.csv, b.csv"),
        ("out.zip", &[("../../a.csv", csv)], "leads out"),
        ("root.zip", &[("/etc/a.csv", csv)], "leads out"),
        ("drive.zip", &[("C:\\a.csv", csv)], "leads out"),
        ("bomb.zip", &[("a.csv", &bomb[..])], "too much for what it is packed to"),
        ("nested.zip", &[("inner.zip", &nested[..])], "packed twice"),
        ("inner.zip", &[("inner.csv", &nested[..])], "packed within another"),
        ("gz.zip", &[("inner.csv", &packed[..])], "packed within another"),
        ("sheet.zip", &[("[Content_Types].xml", b"x"), ("xl/a.csv", csv)], "spreadsheet"),
        ("none.zip", &[("a.docx", csv)], "a.docx"),
        ("alone.zip", &[("a.dbf", csv)], "a.dbf"),
    ] {
        let e = Source::detect(&file(&dir, name, zipped(files))).map(|s| s.id).expect_err(name);
        assert!(e.what.contains(word) && !e.hint.is_empty(), "{name}: {e}");
    }
    // One of several, by name.
    let two = file(&dir, "layers.zip", zipped(&[("x/a.csv", csv), ("x/b.csv", csv)]));
    let mut source = Source::find("generic-csv").unwrap();
    source.format.layer = Some("B".into());
    assert_eq!(try_load(&source, &two).unwrap().0.incidents.len(), 1);
    source.format.layer = Some("c".into());
    assert!(try_load(&source, &two).map(|_| ()).unwrap_err().what.contains("x/a.csv"));
    // A flag in both headers says that the file is encrypted.
    let mut bytes = zipped(&[("a.csv", csv)]);
    let central = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    let e = Source::detect(&file(&dir, "secret.zip", bytes)).map(|s| s.id).unwrap_err();
    assert!(e.what.contains("a.csv") && e.hint.contains("encrypted"), "{e}");
}

#[test]
fn cut_off_shapefiles_keep_what_came_before() {
    let dir = tempfile::tempdir().unwrap();
    let (shapes, table) = incidents();
    let source = Source::find("generic-geojson").unwrap();
    for (name, shapes, table, kept, word) in [
        ("a", &shapes[..shapes.len() - 40], &table[..], 2, "the .shp ends"),
        ("b", &shapes, &table[..table.len() - 50], 2, "the .dbf ends in the middle"),
        ("c", &shapes[..100], &table, 0, "the .shp ends before"),
    ] {
        file(&dir, &format!("{name}.dbf"), table);
        file(&dir, &format!("{name}.prj"), FEET);
        let (batch, _) = try_load(&source, &file(&dir, &format!("{name}.shp"), shapes)).unwrap();
        let last = batch.quarantine.last().unwrap();
        assert!(batch.incidents.len() == kept && last.reason.contains(word), "{name}: {last:?}");
    }
}

/// A ring or a point, for a writer.
#[derive(Clone)]
struct Drawn(Vec<(f64, f64)>);

impl GeozeroGeometry for Drawn {
    fn process_geom<P: GeomProcessor>(&self, out: &mut P) -> GeoResult<()> {
        if let [(x, y)] = self.0[..] {
            out.point_begin(0)?;
            out.xy(x, y, 0)?;
            return out.point_end(0);
        }
        out.polygon_begin(true, 1, 0)?;
        out.linestring_begin(false, self.0.len(), 0)?;
        for (n, (x, y)) in self.0.iter().enumerate() {
            out.xy(*x, *y, n)?;
        }
        out.linestring_end(false, 0)?;
        out.polygon_end(true, 0)
    }
}

fn flat(kind: GeometryType, features: &[(Drawn, &str, f64)]) -> Vec<u8> {
    let crs = FgbCrs { code: 3435, ..FgbCrs::default() };
    let options = FgbWriterOptions { crs, ..FgbWriterOptions::default() };
    let mut writer = FgbWriter::create_with_options("made", kind, options).unwrap();
    writer.add_column("type", ColumnType::String, |_, _| {});
    writer.add_column("date", ColumnType::DateTime, |_, _| {});
    writer.add_column("loss", ColumnType::Double, |_, _| {});
    for (shape, text, number) in features {
        writer
            .add_feature_geom(shape.clone(), |f| {
                f.property(0, "type", &ColumnValue::String(text)).unwrap();
                f.property(1, "date", &ColumnValue::DateTime("2020-01-31T10:20:30")).unwrap();
                f.property(2, "loss", &ColumnValue::Double(*number)).unwrap();
            })
            .unwrap();
    }
    let mut out = vec![];
    writer.write(&mut out).unwrap();
    out
}

fn flat_incidents() -> Vec<u8> {
    let at = |n: f64| Drawn(vec![(1_189_729.0 + n, 1_867_390.0)]);
    flat(GeometryType::Point, &[(at(0.0), "Robbery", 1.0), (at(10.0), "Arson", f64::NAN), (at(20.0), "Tränke", 2.5)])
}

#[test]
fn incidents_and_areas_of_flatgeobuf_come_in() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("a.fgb", flat_incidents()),
        ("b.fgb.gz", gzip(&flat_incidents())),
        ("c.zip", zipped(&[("a.fgb", &flat_incidents())])),
    ] {
        let path = file(&dir, name, bytes);
        let source = Source::detect(&path).unwrap();
        let (batch, _) = try_load(&source, &path).unwrap();
        assert_eq!((source.id.as_str(), batch.incidents.len()), ("generic-geojson", 3), "{name}");
        assert!(batch.incidents.iter().all(|i| near(i.point, -87.579_8, 41.791_2, 20.0)));
        assert!(batch.incidents.iter().any(|i| when(i) == "2020-01-31T10:20:30" && codes(i) == ["0401"]));
    }
    let square = Drawn(vec![
        (1_189_000.0, 1_867_000.0),
        (1_190_000.0, 1_867_000.0),
        (1_190_000.0, 1_868_000.0),
        (1_189_000.0, 1_867_000.0),
    ]);
    let path = file(&dir, "areas.fgb", flat(GeometryType::Polygon, &[(square, "North", 7.0)]));
    let found = features(&path, &Cancel::default()).unwrap();
    assert_eq!(
        (found.rows[0].1.clone(), found.notes.len()),
        (vec!["North".into(), "2020-01-31T10:20:30".into(), 7.0.into()], 0)
    );
    assert_eq!(load("generic-areas", &path).0.areas.len(), 1);
}

#[test]
fn a_cut_off_flatgeobuf_keeps_what_came_before() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = flat_incidents();
    let source = Source::find("generic-geojson").unwrap();
    let (batch, _) = try_load(&source, &file(&dir, "cut.fgb", &bytes[..bytes.len() - 20])).unwrap();
    let last = batch.quarantine.last().unwrap();
    assert!(batch.incidents.len() == 2 && last.reason.contains("ends in the middle"), "{last:?}");
    let e = try_load(&source, &file(&dir, "head.fgb", &bytes[..60])).map(|_| ()).unwrap_err();
    assert!(e.what.contains("FlatGeobuf") && e.what.contains("header"), "{e}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn changed_bytes_neither_panic_nor_fill_the_memory(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in 0_usize..40,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let (shapes, table) = incidents();
        let archive = zipped(&[("a.shp", &shapes), ("a.dbf", &table), ("a.prj", FEET.as_bytes())]);
        let change = |mut bytes: Vec<u8>| {
            changes.iter().for_each(|(at, to)| *at.get_mut(&mut bytes) = *to);
            bytes.truncate(bytes.len() - cut);
            bytes
        };
        file(&dir, "p.dbf", change(table));
        for (name, bytes) in [("a.fgb", change(flat_incidents())), ("b.zip", change(archive)), ("p.shp", change(shapes))] {
            let path = file(&dir, name, bytes);
            let _ = features(&path, &Cancel::default());
            if let Ok(source) = Source::detect(&path) {
                let _ = try_load(&source, &path);
            }
        }
    }
}
