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

#[test]
fn the_portal_month() {
    let Some(path) = shared("data/chicago/chicago_2016-07_portal_format.csv.gz") else { return };
    let mut n = 0;
    let mut days = BTreeMap::new();
    let start = std::time::Instant::now();
    let sum = load("chicago", &path, |b| {
        n += b.incidents.len();
        for i in &b.incidents {
            *days.entry(i.time.from.civil().map(|t| t.date().to_string())).or_insert(0) += 1;
        }
        b.quarantine.iter().take(5).for_each(|q| println!("{q:?}"));
    });
    println!("{:?} {n} {sum:#?} {:?}", start.elapsed(), days.len());
}
