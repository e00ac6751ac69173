//! Areas and resources: the real files, reprojection, hidden places.

use super::*;
use crate::ingest::features;
use crate::model::{Sex, Visibility};
use crate::testing::shared;

#[test]
fn areas_of_the_real_files() {
    for (source, path, n, quarantined) in [
        ("chicago-community-areas", "chicago/context/community_areas_acs2014.gpkg.gz", 77, 0),
        ("chicago-community-area-boundaries", "chicago/context/chicago_community_areas.geojson.gz", 77, 0),
        ("chicago-beats", "chicago/context/chicago_beats.geojson.gz", 275, 0),
        ("chicago-districts", "chicago/context/chicago_districts.geojson.gz", 23, 0),
        ("chicago-wards", "chicago/context/chicago_wards.geojson.gz", 50, 0),
        ("cdmx-colonias", "cdmx/cdmx_colonias_population.geojson.gz", 1651, 0),
        ("cdmx-alcaldias", "cdmx/cdmx_alcaldias.gpkg.gz", 16, 0),
        ("uk-wards", "uk/context/northumbria_wards.gpkg.gz", 177, 0),
        ("uk-wards", "uk/context/lancashire_wards.gpkg.gz", 271, 0),
        ("uk-wards", "uk/context/nottingham_wards.gpkg.gz", 20, 0),
        ("generic-areas", "uk/context/nottinghamshire_districts.gpkg.gz", 8, 0),
    ] {
        let Some(path) = shared(&format!("data/{path}")) else { return };
        assert_eq!(Source::detect(&path).unwrap().id, source, "{}", path.display());
        let (batch, sum) = load(source, &path);
        batch.quarantine.iter().for_each(|q| println!("{} {q:?}", path.display()));
        assert_eq!((batch.areas.len(), batch.quarantine.len()), (n, quarantined), "{} {:?}", path.display(), sum.notes);
        assert!(batch.areas.iter().all(|a| !a.shape.0.is_empty() && !a.name.is_empty()));
    }
}

#[test]
fn residents_by_sex_and_age() {
    let Some(path) = shared("data/chicago/context/community_areas_acs2014.gpkg.gz") else { return };
    let (batch, _) = load("chicago-community-areas", &path);
    let sum = |sex: Option<Sex>, age: Option<(u8, u8)>, year: i16| -> f64 {
        let d = batch.areas.iter().flat_map(|a| &a.denominators);
        d.filter(|d| d.sex == sex && d.age == age && d.year == Some(year)).map(|d| d.value).sum()
    };
    assert_eq!(sum(None, None, 2014), 2_733_835.0);
    assert_eq!(sum(Some(Sex::Female), None, 2014) + sum(Some(Sex::Male), None, 2014), 2_733_835.0);
    assert_eq!(sum(None, Some((0, 17)), 2014) + sum(None, Some((18, 120)), 2014), 2_735_500.0);
    let austin = batch.areas.iter().find(|a| a.name == "AUSTIN").unwrap();
    assert_eq!(austin.denominator("residents").and_then(|d| d.year), Some(2014));
}

#[test]
fn british_grid_comes_out_in_degrees() {
    let Some(path) = shared("data/uk/context/northumbria_wards.gpkg.gz") else { return };
    let (batch, _) = load("uk-wards", &path);
    let inside = |c: &geo_types::Coord<f64>| (-2.8..-1.2).contains(&c.x) && (54.7..55.9).contains(&c.y);
    assert!(batch.areas.iter().flat_map(|a| &a.shape.0).all(|p| p.exterior().0.iter().all(inside)));
}

#[test]
fn resources_of_the_real_files() {
    for (source, name, n, quarantined, places) in [
        ("chicago-schools", "cps_school_locations_sy1920_CR_line_endings.csv.gz", 654, 0, 654),
        ("chicago-health", "resources_health_services.geojson.gz", 223, 0, 223),
        ("chicago-community-services", "resources_community_services.geojson.gz", 889, 0, 889),
        ("chicago-family-services", "resources_family_and_support_services.geojson.gz", 997, 0, 992),
        ("chicago-libraries", "resources_libraries.geojson.gz", 81, 0, 81),
        ("chicago-senior-centers", "resources_senior_centers.geojson", 21, 0, 21),
        ("chicago-substance-abuse", "resources_substance_abuse_services.geojson.gz", 204, 0, 204),
    ] {
        let Some(path) = shared(&format!("data/chicago/context/{name}")) else { return };
        assert_eq!(Source::detect(&path).unwrap().id, source, "{name}");
        let (batch, sum) = load(source, &path);
        batch.quarantine.iter().take(5).for_each(|q| println!("{name} {q:?}"));
        let hours = batch.resources.iter().filter(|r| r.opening_hours.is_some()).count();
        println!("{name}: {hours} opening hours {:?} repeated {}", sum.notes, sum.repeated_keys);
        let placed = batch.resources.iter().filter(|r| r.point.is_some()).count();
        assert_eq!((batch.resources.len(), batch.quarantine.len(), placed), (n, quarantined, places), "{name}");
        let ids: std::collections::HashSet<_> = batch.resources.iter().map(|r| &r.id).collect();
        assert_eq!(ids.len(), n, "{name}");
    }
}

#[test]
fn a_refuge_has_neither_address_nor_open_place() {
    let Some(path) = shared("data/chicago/context/resources_family_and_support_services.geojson.gz") else { return };
    let (batch, _) = load("chicago-family-services", &path);
    let refuges: Vec<_> = batch.resources.iter().filter(|r| r.resource_type == "domestic_violence").collect();
    assert_eq!(refuges.len(), 32);
    assert!(refuges.iter().all(|r| r.visibility == Visibility::HiddenLocation && r.address.is_none()));
}

#[test]
fn any_polygon_file_is_a_table() {
    for (path, n) in [
        ("data/reference/columbus.gpkg.gz", 49),
        ("data/reference/guerry.gpkg.gz", 85),
        ("data/chicago/context/chicago_wards.geojson.gz", 50),
    ] {
        let Some(path) = shared(path) else { return };
        let f = features(&path, &Cancel::default()).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(f.rows.len(), n, "{} {:?}", path.display(), f.notes);
        assert!(f.rows.iter().all(|(_, v)| v.len() == f.columns.len()));
    }
}
