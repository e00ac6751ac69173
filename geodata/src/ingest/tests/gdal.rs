//! Files as GDAL writes them: the wards of Chicago as a shapefile in feet and a FlatGeobuf in metres, against the portal's own.

use std::process::Command;

use geo::Area;

use super::*;
use crate::testing::shared;

/// Whether GDAL wrote the file; without GDAL a test fails where everything must be tried.
fn written(args: &[&str]) -> bool {
    match Command::new("ogr2ogr").args(args).output() {
        Ok(out) => {
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            true
        }
        Err(e) => {
            assert!(std::env::var_os("CI").is_none(), "ogr2ogr: {e}");
            println!("skipped: there is no ogr2ogr");
            false
        }
    }
}

#[test]
fn gdals_shapefile_and_flatgeobuf_hold_the_same_wards() {
    let Some(wards) = shared("data/chicago/context/chicago_wards.geojson.gz") else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(std::fs::File::open(&wards).unwrap()), &mut text)
        .unwrap();
    let plain = file(&dir, "wards.geojson", text);
    let at = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    let (from, shp, fgb) = (plain.to_string_lossy().into_owned(), at("chicago_wards.shp"), at("chicago_wards.fgb"));
    if !written(&["-select", "ward", "-t_srs", "EPSG:3435", "-lco", "ENCODING=UTF-8", &shp, &from])
        || !written(&["-select", "ward", "-t_srs", "EPSG:26916", "-nlt", "PROMOTE_TO_MULTI", &fgb, &from])
    {
        return;
    }
    // Square degrees; the same ground whatever the system that it was written in.
    let sizes = |source: &str, path: &Path| -> Vec<f64> {
        let mut all: Vec<f64> = load(source, path).0.areas.iter().map(|a| a.shape.unsigned_area()).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let own = sizes("chicago-wards", &wards);
    for path in [shp, fgb] {
        let other = sizes("generic-areas", Path::new(&path));
        assert_eq!(other.len(), own.len(), "{path}");
        assert!(own.iter().zip(&other).all(|(a, b)| (a / b - 1.0).abs() < 1e-5), "{path}: {own:?} {other:?}");
    }
}
