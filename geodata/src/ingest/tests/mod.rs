//! Reading whole files: real ones where they are, hand-made ones with every trap, damaged ones of every format.

mod damaged;
mod dirty;
mod gdal;
mod generic;
mod headers;
mod import;
mod places;
mod portals;
mod real;
mod shapes;
mod streets;
mod wholes;

use std::path::{Path, PathBuf};

use super::{Batch, ReadSummary, Source, read};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::model::{Incident, LonLat};

/// A file hand-made for tests.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// Everything that a file gives, in one batch.
fn try_load(source: &Source, path: &Path) -> Result<(Batch, ReadSummary)> {
    let mut all = Batch::default();
    let mut sink = |mut b: Batch| {
        all.incidents.append(&mut b.incidents);
        all.areas.append(&mut b.areas);
        all.resources.append(&mut b.resources);
        all.interventions.append(&mut b.interventions);
        all.streets.append(&mut b.streets);
        all.quarantine.append(&mut b.quarantine);
        all.bytes_read = b.bytes_read;
        Ok(())
    };
    let sum = read(source, path, &Cancel::default(), &mut sink)?;
    Ok((all, sum))
}

fn load(source: &str, path: &Path) -> (Batch, ReadSummary) {
    let source = Source::find(source).unwrap_or_else(|e| panic!("{e}"));
    try_load(&source, path).unwrap_or_else(|e| panic!("{e}"))
}

/// A file of a name with a content, in a folder that lives as long as the test.
fn file(dir: &tempfile::TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn codes(i: &Incident) -> Vec<&'static str> {
    i.profile.offences.iter().flat_map(|o| &o.candidates).map(|c| c.code.text()).collect()
}

/// The incident with a key.
fn by_key<'a>(batch: &'a Batch, key: &str) -> &'a Incident {
    batch.incidents.iter().find(|i| i.key == key).unwrap_or_else(|| panic!("no {key}"))
}

fn near(p: Option<LonLat>, lon: f64, lat: f64, metres: f64) -> bool {
    p.is_some_and(|p| p.distance_m(LonLat::new(lon, lat).unwrap()) <= metres)
}

fn when(i: &Incident) -> String {
    i.time.from.civil().map(|t| t.to_string()).unwrap_or_default()
}
