//! Areas and resources by place.

use super::*;
use crate::model::Visibility;
use geo_types::polygon;

fn resource(n: usize, point: Option<LonLat>) -> Resource {
    Resource {
        id: format!("{n:03}"),
        source: "test".into(),
        organisation: None,
        name: n.to_string(),
        resource_type: "school".into(),
        approach: None,
        target_groups: vec![],
        point,
        address: None,
        service_area: None,
        opening_hours: None,
        languages: vec![],
        accessibility: None,
        capacity: None,
        phone: None,
        url: None,
        visibility: Visibility::Public,
    }
}

#[test]
fn nearest_is_by_metres_and_boxes_are_closed() {
    // 600 places in a northern city, where a degree of longitude is half of one of latitude.
    let at = |n: usize| LonLat::new(24.5 + (n * 37 % 101) as f64 * 0.01, 60.0 + (n * 53 % 97) as f64 * 0.005).ok();
    let resources: Vec<Resource> = (0..600).map(|n| resource(n, if n % 50 == 7 { None } else { at(n) })).collect();
    let places = Places::new(vec![], resources.clone(), vec![]).expect("finite");
    for (lon, lat) in [(24.9, 60.2), (24.0, 60.5), (25.6, 59.9)] {
        let from = LonLat::new(lon, lat).expect("on Earth");
        let mut brute: Vec<(usize, f64)> =
            resources.iter().enumerate().filter_map(|(n, r)| r.point.map(|p| (n, from.distance_m(p)))).collect();
        brute.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        assert_eq!(places.nearest_resources(from, 10), brute[..10]);
    }
    let within = LonLatBox::new(24.6, 60.1, 24.8, 60.2).expect("a box");
    let brute: Vec<usize> = (0..600).filter(|&n| resources[n].point.is_some_and(|p| within.contains(p))).collect();
    assert_eq!(places.resources_in(within), brute);
    assert!(places.highest().is_none() && places.collection("wards").is_err());
}

#[test]
fn an_area_has_its_newest_geometry() {
    let area = |valid_from: &str, east: f64| Area {
        collection: "wards".into(),
        id: "1".into(),
        name: "First".into(),
        level: 2,
        parent: None,
        valid_from: Some(valid_from.into()),
        shape: geo_types::MultiPolygon(vec![
            polygon![(x: 0.0, y: 0.0), (x: east, y: 0.0), (x: east, y: 1.0), (x: 0.0, y: 1.0)],
        ]),
        denominators: vec![],
    };
    let places = Places::new(vec![area("2010-01-01", 1.0), area("2020-01-01", 2.0)], vec![], vec![]).expect("finite");
    let wards = places.collection("wards").expect("is there");
    assert_eq!(wards.areas.len(), 1);
    assert_eq!(LonLat::new(1.5, 0.5).ok().and_then(|p| wards.area_of(p)), Some(0));
}
