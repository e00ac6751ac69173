//! The real files of Chicago: what comes in, what is set aside, and the golden homicides.

use std::collections::BTreeMap;

use super::{Batch, ReadSummary, Source, read};
use crate::cancel::Cancel;
use crate::testing::shared;

fn load(source: &str, path: &std::path::Path, mut each: impl FnMut(&Batch)) -> ReadSummary {
    let source = Source::find(source).unwrap_or_else(|e| panic!("{e}"));
    let mut sink = |batch: Batch| {
        each(&batch);
        Ok(())
    };
    read(&source, path, &Cancel::default(), &mut sink).unwrap_or_else(|e| panic!("{e}"))
}

fn show(source: &str, path: &str) {
    let Some(path) = shared(path) else { return };
    let mut n = 0;
    let mut years: BTreeMap<String, u64> = BTreeMap::new();
    let start = std::time::Instant::now();
    let sum = load(source, &path, |b| {
        n += b.incidents.len();
        for i in &b.incidents {
            if i.profile.offences[0].candidates.iter().any(|c| c.code.text().starts_with("01")) {
                let y = i.time.from.civil().unwrap().year();
                *years.entry(y.to_string()).or_default() += 1;
            }
        }
        b.quarantine.iter().take(5).for_each(|q| println!("{q:?}"));
    });
    println!("{} {:?} {n} {sum:#?} {years:?}", path.display(), start.elapsed());
}

#[test]
fn the_portal_month() {
    for f in [
        "chicago_2016-07_portal_format.csv.gz",
        "chicago_crimes_2015.parquet",
        "chicago_crimes_2016.parquet",
        "chicago_crimes_2017.parquet",
        "chicago_crimes_2018.parquet",
    ] {
        show("chicago", &format!("data/chicago/{f}"));
    }
    show("data.police.uk", "data/uk/raw/2018-11-northumbria-street.csv.gz");
    show("data.police.uk", "data/uk/raw/2018-11-leicestershire-street.csv.gz");
    show("data.police.uk", "data/uk/raw/2018-12-city-of-london-street.csv.gz");
    show("data.police.uk", "data/uk/uk_7forces_2018-10_2019-02.parquet");
    show("cdmx-fgj", "data/cdmx/cdmx_incidents_2022_2024.parquet");
    show("philadelphia-shootings", "data/philly/shootings_2015_2026.csv.gz");
}
