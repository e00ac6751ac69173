//! Files of no known portal: separators, encodings, decimal marks, line ends, guessed columns, personal columns.

use super::*;
use crate::model::TimePrecision;

fn guessed(name: &str, bytes: impl AsRef<[u8]>) -> (Batch, ReadSummary) {
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, name, bytes);
    let source = Source::detect(&path).unwrap_or_else(|e| panic!("{e}"));
    assert!(source.guess, "{}", source.id);
    try_load(&source, &path).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn columns_are_guessed_and_said() {
    let (batch, sum) =
        guessed("x.csv", "incident_id,Occurred At,lat,lon,Offense\n7,2020-03-04 10:11:12,1.5,2.5,ROBBERY\n");
    assert_eq!((batch.incidents[0].key.as_str(), codes(&batch.incidents[0])), ("7", vec!["0401"]));
    assert!(near(batch.incidents[0].point, 2.5, 1.5, 0.1));
    for word in
        ["longitude from column \"lon\"", "time from column \"Occurred At\"", "category from column \"Offense\""]
    {
        assert!(sum.notes.iter().any(|n| n.contains(word)), "{word}: {:?}", sum.notes);
    }
}

#[test]
fn separators_encodings_and_line_ends() {
    let latin1 = b"id;fecha;lat;lon;delito\r3;04.12.2019;19.5;-99.1;Homic\xeddio\r".to_vec();
    for bytes in [latin1.clone(), gzip(&latin1)] {
        let (batch, sum) = guessed("x.csv", &bytes);
        assert_eq!(batch.incidents.len(), 1, "{:?}", batch.quarantine);
        assert_eq!(batch.incidents[0].profile.offences[0].source_text, "Homicídio");
        assert_eq!(when(&batch.incidents[0]), "2019-12-04T00:00:00");
        assert_eq!(batch.incidents[0].profile.time_precision, TimePrecision::Day);
        assert!(sum.notes.iter().any(|n| n.contains("Windows-1252")) && sum.notes.iter().any(|n| n.contains("';'")));
    }
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain("id,date,lat,lon,type\n1,2020-01-01,1,2,Arson\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(codes(&guessed("x.csv", &utf16).0.incidents[0]), ["0504"]);
    let (batch, _) = guessed("x.csv", "\u{feff}id,date,lat,lon,type\r\n1,2020-01-01,1,2,Arson\r\n\r\n");
    assert_eq!((batch.incidents.len(), batch.quarantine.len(), batch.incidents[0].key.as_str()), (1, 0, "1"));
}

#[test]
fn decimal_commas_and_feet_by_a_source_of_ones_own() {
    let dir = tempfile::tempdir().unwrap();
    let toml = "id='own'\ntitle='Own'\nkind='incidents'\nzone='Europe/Berlin'\n[format]\nseparator=';'\ndecimal=','\n\
        [[place]]\nx='Ost'\ny='Nord'\nepsg=25833\n[time]\ncolumns=['Tag']\nforms=['%d.%m.%Y']\nbasis='reported'\n\
        [category]\ntext='Delikt'\ncrosswalk='''\nRaub | | 0401 | 1\n'''\n";
    let source = Source::find(file(&dir, "own.toml", toml).to_str().unwrap()).unwrap_or_else(|e| panic!("{e}"));
    let path = file(&dir, "x.csv", "Tag;Ost;Nord;Delikt\n01.02.2020;392000,5;5820000,5;Raub\n01.02.2020;-1;-1;Raub\n");
    let (batch, sum) = try_load(&source, &path).unwrap();
    assert!(near(batch.incidents[0].point, 13.4095, 52.5200, 1500.0), "{:?}", batch.incidents[0].point);
    assert_eq!(sum.sentinel_points, 1);
}

#[test]
fn day_or_month_first_is_read_from_the_rows_or_asked() {
    let rows = |dates: &[&str]| {
        let mut text = "date,lat,lon,type\n".to_string();
        dates.iter().for_each(|d| text.push_str(&format!("{d},1,2,Arson\n")));
        text
    };
    assert_eq!(when(&guessed("x.csv", rows(&["03/04/2020", "25/04/2020"])).0.incidents[0]), "2020-04-03T00:00:00");
    let (batch, _) = guessed("x.csv", rows(&["03/04/2020 1:05 PM", "04/25/2020 1:05 PM"]));
    assert_eq!(when(&batch.incidents[0]), "2020-03-04T13:05:00");
    let dir = tempfile::tempdir().unwrap();
    let path = file(&dir, "x.csv", rows(&["03/04/2020"]));
    let e = try_load(&Source::find("generic-csv").unwrap(), &path).map(|_| ()).unwrap_err();
    assert!(e.what.contains("day or the month"), "{e}");
}

#[test]
fn personal_columns_are_dropped_by_name() {
    let text = "id,date,lat,lon,type,Victim Name,suspect_race,Offender DOB,race\n1,2020-01-01,1,2,Arson,A,B,C,D\n";
    let (batch, sum) = guessed("x.csv", text);
    assert_eq!(sum.dropped_columns, ["Victim Name", "suspect_race", "Offender DOB", "race"]);
    assert_eq!(batch.incidents.len(), 1);
}

#[test]
fn geojson_and_lines_of_json() {
    let feature = |i: u32, geometry: &str| {
        format!(
            r#"{{"type":"Feature","id":{i},"geometry":{geometry},"properties":{{"date":"2020-01-0{i}","type":"Burglary"}}}}"#
        )
    };
    let point = r#"{"type":"Point","coordinates":[2.5,1.5,99]}"#;
    let features = [
        feature(1, point),
        feature(2, "null"),
        feature(3, r#"{"type":"Point","coordinates":["a"]}"#),
        feature(4, r#"{"type":"LineString","coordinates":[[0,1],[1,1]]}"#),
    ];
    let collection =
        format!(r#"{{"bbox":[0,0,1,1],"type":"FeatureCollection","features":[{}]}}"#, features.join(",\n"));
    for text in [collection, features.join("\n")] {
        let (batch, sum) = guessed("x.geojson", &text);
        assert_eq!((sum.read, batch.incidents.len(), sum.without_place), (4, 2, 1), "{:?}", batch.quarantine);
        assert!(near(batch.incidents[0].point, 2.5, 1.5, 0.1) && batch.incidents[0].key == "1");
        assert!(batch.quarantine.iter().any(|q| q.line == 3 && q.reason.contains("geometry")));
    }
    let (batch, _) = guessed("x.ndjson", "{\"date\":\"2020-01-01\",\"lon\":2.5,\"lat\":1.5,\"type\":\"Arson\"}\n");
    assert!(near(batch.incidents[0].point, 2.5, 1.5, 0.1));
}

#[test]
fn a_stand_in_point_is_found() {
    let mut text = "id,date,lat,lon,type,addr\n".to_string();
    for i in 0..2000 {
        let (lat, lon) = if i % 20 == 0 { (1.0, 1.0) } else { (1.0 + f64::from(i) * 1e-4, 2.0) };
        text.push_str(&format!("{i},2020-01-01,{lat},{lon},Arson,Street {i}\n"));
    }
    let dir = tempfile::tempdir().unwrap();
    let mut source = Source::find("generic-csv").unwrap();
    source.location.address = Some("addr".into());
    let (_, sum) = try_load(&source, &file(&dir, "x.csv", text)).unwrap();
    assert_eq!(sum.default_points.len(), 1);
    assert_eq!((sum.default_points[0].rows, sum.default_points[0].addresses), (100, 64));
}
