//! Which source a header is of: spelled otherwise, changed, or of nobody, for whom a draft is written.

use super::*;
use crate::ingest::draft;
use crate::ingest::source::SourceKind;

/// The portal's fixture under another header line.
fn with_header(dir: &tempfile::TempDir, header: &str) -> PathBuf {
    let text = std::fs::read_to_string(fixture("chicago_portal.csv")).unwrap();
    let rows = text.split_once('\n').unwrap().1;
    file(dir, "crimes.csv", format!("{header}\n{rows}"))
}

fn header() -> String {
    let text = std::fs::read_to_string(fixture("chicago_portal.csv")).unwrap();
    text.split_once('\n').unwrap().0.trim_end().to_owned()
}

#[test]
fn the_same_header_in_another_spelling() {
    let dir = tempfile::tempdir().unwrap();
    let (own, _) = load("chicago", &fixture("chicago_portal.csv"));
    let spaced = header().split(',').map(|c| format!("{c} ")).collect::<Vec<_>>().join(",");
    for other in [format!("\u{feff}{}", header().to_uppercase()), header().to_lowercase().replace(' ', "_"), spaced] {
        let path = with_header(&dir, &other);
        let source = Source::detect(&path).unwrap();
        assert_eq!(source.id, "chicago", "{other}");
        assert_eq!(try_load(&source, &path).unwrap().0.incidents.len(), own.incidents.len());
    }
}

#[test]
fn a_changed_header_is_named_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    // A code under another name: all that is needed is there.
    let e = Source::detect(&with_header(&dir, &header().replace("IUCR", "IUCR Code"))).map(|s| s.id).unwrap_err();
    assert!(e.what.contains("nearly of the source chicago") && e.what.contains("\"IUCR\" (now \"IUCR Code\"?)"), "{e}");
    assert!(e.hint.contains("--source chicago takes the file") && e.hint.contains("sources new"), "{e}");
    // The date is needed, and is no part of the fingerprint.
    let changed = header().replace("IUCR", "Kode").replace("Date,", "Day of it,");
    let e = Source::detect(&with_header(&dir, &changed)).map(|s| s.id).unwrap_err();
    assert!(
        e.hint.contains("Day of it") && e.hint.contains("it needs what is missing") && e.hint.contains("\"Date\""),
        "{e}"
    );
    // The portal's other file has no crime type.
    let outcomes =
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type\n";
    let e = Source::detect(&file(&dir, "outcomes.csv", outcomes)).map(|s| s.id).unwrap_err();
    assert!(e.what.contains("data.police.uk") && e.what.contains("Crime type"), "{e}");
    // What has little in common is nobody's.
    let own = "Case Number,Date,Latitude,Longitude,Domestic\n1,2020-01-01,1,2,true\n";
    assert_eq!(Source::detect(&file(&dir, "own.csv", own)).unwrap().id, "generic-csv");
}

/// The draft of a file, and what an import by it gives.
fn drafted(path: &Path) -> (String, Batch, ReadSummary) {
    let text = draft(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let source = Source::from_toml(&text, "draft.toml").unwrap_or_else(|e| panic!("{e}\n{text}"));
    let (batch, sum) = try_load(&source, path).unwrap_or_else(|e| panic!("{e}\n{text}"));
    (text, batch, sum)
}

#[test]
fn a_draft_of_a_portals_file_imports_it() {
    let (text, batch, sum) = drafted(&fixture("chicago_portal.csv"));
    let (own, own_sum) = load("chicago", &fixture("chicago_portal.csv"));
    let placed = |b: &Batch| b.incidents.iter().filter(|i| i.point.is_some()).count();
    assert!(batch.incidents.len() >= own.incidents.len() - own_sum.quarantined as usize, "{:?}\n{text}", sum.reasons);
    assert!(placed(&batch) >= placed(&own), "{text}");
    assert_eq!(sum.unmapped_category, batch.incidents.len() as u64);
    for part in [
        "zone = \"Etc/Unknown\"",
        "columns = [[\"ID\"]]",
        "lon = \"Longitude\"",
        "text = \"Primary Type\"",
        "code = \"IUCR\"",
        "detail = \"Description\"",
        "rows\n",
        "drop = [\"Block\"",
        "nobody knows",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // A planner takes a comment away and writes a code.
    let line = text.lines().find(|l| l.starts_with("# BATTERY | ") || l.starts_with("# THEFT | ")).unwrap();
    let mapped = text.replace(line, &line[2..].replace("| | | 1", "| | 0502 | 2"));
    let source = Source::from_toml(&mapped, "draft.toml").unwrap();
    let (batch, sum) = try_load(&source, &fixture("chicago_portal.csv")).unwrap();
    assert!(sum.unmapped_category < batch.incidents.len() as u64);
}

#[test]
fn every_fixture_gets_a_draft_that_stores_its_rows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files: Vec<PathBuf> = [folder.clone(), folder.join("portals")]
        .iter()
        .flat_map(|f| std::fs::read_dir(f).unwrap())
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_file())
        .collect();
    files.sort();
    assert!(files.len() >= 5);
    let mut few = vec![];
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = match draft(&path) {
            Ok(text) => text,
            Err(e) => {
                few.push(format!("{name}: {e}"));
                continue;
            }
        };
        let (batch, sum) = try_load(&Source::from_toml(&text, &name).unwrap(), &path).unwrap();
        let kept = batch.incidents.len() + batch.areas.len() + batch.resources.len();
        // Half of the rows of a fixture are traps at most.
        if 2 * kept < sum.read as usize {
            few.push(format!("{name}: {kept} of {}: {:?}", sum.read, sum.reasons));
        }
        // Hospitals and plain grids have no columns of degrees.
        let placed = batch.incidents.iter().filter(|i| i.point.is_some()).count();
        if !batch.incidents.is_empty() && placed == 0 && !["vancouver.csv"].contains(&name.as_str()) {
            few.push(format!("{name}: none of {kept} has a place"));
        }
    }
    assert!(few.is_empty(), "{few:#?}");
}

#[test]
fn drafts_say_what_is_not_sure() {
    let dir = tempfile::tempdir().unwrap();
    let rows: String = (1..=12)
        .map(|n| {
            format!(
                "C{n},0{}/0{}/2024,{n:02}:30,{},{},TYPE | {},Jo\n",
                n % 9 + 1,
                n % 9 + 1,
                491_000 + n,
                5_450_000 + n,
                n % 3
            )
        })
        .collect();
    let path = file(&dir, "Reg'ister 2024.csv", format!("Ref No,Day,Time,X,Y,What,Victim Name\n{rows}"));
    let (text, batch, sum) = drafted(&path);
    assert_eq!((batch.incidents.len(), sum.without_place, sum.quarantined), (12, 12, 0), "{text}");
    for part in [
        "whether the day or the month comes first",
        "# epsg = ...",
        "# TYPE * 0 | | | 1 # 4 rows",
        "drop = [\"Victim Name\"]",
        "clock = \"Time\"",
        "id = \"reg-ister-2024\"",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("Jo\n") && !text.contains("\"Jo\""), "a value of a person's column");
    // What is said of victims is never the kind of incident; a name that says nothing is a guess.
    let rows: String =
        (1..=40).map(|n| format!("{n},2024-01-0{},1.5,2.5,{},{}\n", n % 9 + 1, ["M", "F"][n % 2], n % 3)).collect();
    let text = draft(&file(&dir, "sex.csv", format!("id,date,lon,lat,victim_sex,outcome_n\n{rows}"))).unwrap();
    assert!(!text.contains("text = \"victim_sex\""), "{text}");
    let text = draft(&file(&dir, "kind.csv", format!("id,date,lon,lat,offense_type,narcan\n{rows}"))).unwrap();
    assert!(text.contains("text = \"offense_type\"") && !text.contains("A guess"), "{text}");
    let text = draft(&file(&dir, "guess.csv", format!("id,date,lon,lat,narcan,n\n{rows}"))).unwrap();
    assert!(text.contains("text = \"narcan\"") && text.contains("A guess"), "{text}");
    // Web Mercator shows itself in the Americas.
    let text = draft(&file(&dir, "web.csv", "id,date,x,y,type\n1,2024-01-31,-9754622.0,5142738.0,A\n")).unwrap();
    assert!(text.contains("\nepsg = 3857"), "{text}");
    let e = draft(&file(&dir, "none.csv", "a,b\nx,y\n")).unwrap_err();
    assert!(e.what.contains("none.csv") && e.what.contains("dates"), "{e}");
}

#[test]
fn areas_streets_and_services_are_drafted_too() {
    let dir = tempfile::tempdir().unwrap();
    let feature = |geometry: &str, properties: &str| {
        format!("{{\"type\":\"Feature\",\"geometry\":{geometry},\"properties\":{properties}}}\n")
    };
    let square = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
    let point = r#"{"type":"Point","coordinates":[1,2]}"#;
    let line = r#"{"type":"LineString","coordinates":[[1,2],[1.001,2]]}"#;
    let of = |name: &str, geometry: &str, properties: &str| file(&dir, name, feature(geometry, properties));
    let (text, batch, _) = drafted(&of("wards.ndjson", square, r#"{"code":"W1","name":"North","population":1200}"#));
    assert_eq!(batch.areas[0].denominator("residents").map(|d| d.value), Some(1200.0), "{text}");
    let (text, batch, _) = drafted(&of("help.ndjson", point, r#"{"id":7,"facility":"Advice","phone":"1"}"#));
    assert_eq!((batch.resources.len(), batch.resources[0].name.as_str()), (1, "Advice"), "{text}");
    let (text, batch, _) = drafted(&of("roads.ndjson", line, r#"{"osm_id":7,"name":"High Street","class":"minor"}"#));
    assert_eq!(batch.streets.len(), 1, "{text}");
    assert_eq!(Source::from_toml(&text, "x").unwrap().kind, SourceKind::Streets);
}
