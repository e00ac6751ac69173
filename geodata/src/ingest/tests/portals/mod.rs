//! Every portal's source on twenty hand-made rows that hold its traps, chosen by the header alone.

mod boston;
mod hospital;
mod lapd;
mod nibrs_gang;
mod nypd;
mod philadelphia;
mod seattle;
mod sfpd;
mod toronto;
mod vancouver;

use super::*;
use crate::ingest::{SOURCES, SourceKind, import};
use crate::model::{ContextKind, ContextValue};
use crate::store::Store;

/// Sources whose fixtures have other names than they.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("chicago", "chicago_portal.csv"),
    ("cdmx-fgj", "cdmx.csv"),
    ("philadelphia-shootings", "philadelphia.csv"),
    ("data.police.uk", "police_uk.csv"),
];

fn portal(id: &str) -> (Batch, ReadSummary) {
    load(id, &fixture(&format!("portals/{id}.csv")))
}

/// Set aside: line, column and reason.
fn set_aside(batch: &Batch) -> Vec<(u64, &str, &str)> {
    batch.quarantine.iter().map(|q| (q.line, q.column.as_str(), q.reason.as_str())).collect()
}

fn context(i: &Incident, kind: ContextKind) -> Option<(ContextValue, &str)> {
    i.profile.context.iter().find(|c| c.kind == kind).map(|c| (c.value, c.definition.as_str()))
}

fn left_out(sum: &ReadSummary, words: &str) -> u64 {
    sum.left_out.iter().filter(|(reason, _)| reason.contains(words)).map(|(_, n)| n).sum()
}

#[test]
fn every_source_of_incidents_has_a_fixture_and_is_chosen_by_its_header() {
    let portals = || SOURCES.iter().filter(|s| s.kind == SourceKind::Incidents && !s.guess);
    for source in portals() {
        let other = OTHER_NAMES.iter().find(|(id, _)| *id == source.id).map(|(_, name)| (*name).to_string());
        let path = fixture(&other.unwrap_or_else(|| format!("portals/{}.csv", source.id)));
        assert!(path.is_file(), "{} has no fixture {}", source.id, path.display());
        assert_eq!(Source::detect(&path).unwrap().id, source.id);
    }
    assert!(portals().count() >= 12);
}

#[test]
fn the_names_of_an_api_are_the_same_header() {
    let dir = tempfile::tempdir().unwrap();
    for id in ["nypd", "lapd", "sfpd", "seattle"] {
        let text = std::fs::read_to_string(fixture(&format!("portals/{id}.csv"))).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let names: Vec<String> =
            header.split(',').map(|name| name.trim().to_lowercase().replace([' ', '-'], "_")).collect();
        let path = file(&dir, "rows.csv", format!("{}\n{rows}", names.join(",")));
        let source = Source::detect(&path).unwrap();
        assert_eq!(source.id, id);
        let ((api, api_sum), (csv, sum)) = (try_load(&source, &path).unwrap(), portal(id));
        assert!(api.incidents == csv.incidents, "{id}");
        assert_eq!((api_sum.quarantined, api_sum.left_out), (sum.quarantined, sum.left_out), "{id}");
        assert_eq!(api_sum.dropped_columns.len(), sum.dropped_columns.len(), "{id}");
    }
}

#[test]
fn importing_them_again_changes_nothing_and_the_numbers_add_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("cities.gpkg")).unwrap();
    for id in
        ["nypd", "lapd", "sfpd", "toronto", "boston", "seattle", "philadelphia", "vancouver", "nibrs-gang", "hospital"]
    {
        let (source, path) = (Source::find(id).unwrap(), fixture(&format!("portals/{id}.csv")));
        let first = import(&mut store, &source, &path, &Cancel::default(), &|_, _| {}).unwrap();
        assert_eq!(first.read, 20, "{id}");
        let generation = store.generation().unwrap();
        // The same rows under another name of the file, so that not the file but the rows are known again.
        let text = std::fs::read_to_string(&path).unwrap() + "\n";
        let copy = file(&dir, "again.csv", text);
        let again = import(&mut store, &source, &copy, &Cancel::default(), &|_, _| {}).unwrap();
        assert_eq!((again.stored, again.updated), (0, 0), "{id}: {again}");
        assert_eq!(again.unchanged, first.stored + first.unchanged, "{id}: {again}");
        assert_eq!(store.generation().unwrap(), generation, "{id}");
    }
}
