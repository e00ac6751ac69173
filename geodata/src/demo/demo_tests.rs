//! What the truth says of the demo city holds in its data, for several seeds.

use std::collections::HashMap;

use geo_types::MultiPolygon;

use super::*;
use crate::model::*;

fn city(seed: u64, incidents: u64) -> (tempfile::TempDir, Store, Truth) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(&folder.path().join("city.gpkg")).expect("a new file");
    let truth = generate(seed, incidents, &mut store, &|_, _| {}).expect("made");
    (folder, store, truth)
}

fn rows(store: &Store) -> Vec<Incident> {
    let (first, last) = store.fid_bounds().expect("readable").expect("rows");
    store.incidents_by_fid(&(first..=last).collect::<Vec<_>>()).expect("readable")
}

fn is_near(i: &Incident, lon: f64, lat: f64, radius_m: f64) -> bool {
    let centre = LonLat::new(lon, lat).expect("on the Earth");
    i.point.is_some_and(|p| p.distance_m(centre) <= radius_m)
}

/// Whether a convex or concave ring holds the point (crossing number).
fn is_inside(shape: &MultiPolygon<f64>, p: LonLat) -> bool {
    let crossings = shape.0.iter().flat_map(|polygon| polygon.exterior().lines()).filter(|l| {
        (l.start.y > p.lat()) != (l.end.y > p.lat())
            && p.lon() < l.start.x + (p.lat() - l.start.y) / (l.end.y - l.start.y) * (l.end.x - l.start.x)
    });
    crossings.count() % 2 == 1
}

#[test]
fn the_same_seed_makes_the_same_city_and_another_seed_another() {
    let (folder, mut store, truth) = city(7, 5_000);
    let (_other_folder, other, _) = city(7, 5_000);
    let (_third_folder, third, third_truth) = city(8, 5_000);
    let hash = store.content_hash().expect("readable");
    assert_eq!(Ok(hash), other.content_hash());
    assert_ne!(Ok(hash), third.content_hash());
    assert_ne!(truth, third_truth);
    let generation = store.generation().expect("readable");
    assert_eq!(generate(7, 5_000, &mut store, &|_, _| {}).expect("again"), truth);
    assert_eq!((store.content_hash(), store.generation()), (Ok(hash), Ok(generation)));
    assert!(generate(8, 5_000, &mut store, &|_, _| {}).is_err_and(|e| e.what.contains("other incidents")));
    assert!(generate(7, 10, &mut store, &|_, _| {}).is_err_and(|e| e.what.contains("1000 to")));
    assert_eq!(store.check(), Ok(vec![]));
    let written = std::fs::read_to_string(folder.path().join("city.truth.json")).expect("beside it");
    assert!(written.contains("\"near_repeats\""));
}

#[test]
fn totals_hotspots_and_the_gang_cluster_are_as_promised() {
    let (_folder, store, truth) = city(42, 40_000);
    let rows = rows(&store);
    assert_eq!(rows.len() as u64, truth.incidents);
    let count = |is: &dyn Fn(&Incident) -> bool| rows.iter().filter(|i| is(i)).count() as u64;
    assert_eq!(count(&|i| i.point.is_none()), truth.without_place);
    assert_eq!(count(&|i| i.profile.time_precision == TimePrecision::Month), truth.month_only);
    assert_eq!(count(&|i| i.profile.offences[0].candidates.is_empty()), truth.unmapped);
    assert_eq!(count(&|i| i.profile.discovery == Discovery::PoliceInitiated), truth.police_initiated);
    let stand_in = LonLat::new(truth.default_point[0], truth.default_point[1]).expect("on the Earth");
    assert_eq!(count(&|i| i.point == Some(stand_in)), truth.at_default_point);
    let points = store.default_points().expect("readable");
    assert!(points.len() == 1 && points[0].point == stand_in && points[0].incidents == truth.at_default_point);
    let is_of = |i: &Incident, h: &Hotspot| {
        i.profile.offences[0].candidates.iter().any(|c| h.categories.iter().any(|code| *code == c.code.text()))
    };
    for h in &truth.hotspots {
        let here: Vec<&Incident> =
            rows.iter().filter(|i| is_of(i, h) && is_near(i, h.lon, h.lat, h.radius_m)).collect();
        assert!(here.len() as u64 >= h.incidents, "{}: {} of {}", h.id, here.len(), h.incidents);
        // At least four times the density of its kinds over the whole city of 120 km2.
        let share = std::f64::consts::PI * (h.radius_m / 1000.0).powi(2) / 120.0;
        let density = here.len() as f64 / (count(&|i| is_of(i, h)) as f64 * share);
        assert!(density > 4.0, "{}: {density} times the city", h.id);
        let in_hours = here.iter().filter(|i| h.hours.contains(&(i.time.from.hour() as u8))).count();
        let on_days = here.iter().filter(|i| h.weekdays.contains(&(i.time.from.weekday() as u8))).count();
        assert!(in_hours * 100 > here.len() * 60, "{}: {in_hours} of {} in its hours", h.id, here.len());
        assert!(on_days * 100 > here.len() * 60, "{}: {on_days} of {} on its days", h.id, here.len());
    }
    let mut gang: HashMap<ContextValue, u64> = HashMap::new();
    for i in &rows {
        for link in i.profile.context.iter().filter(|l| l.kind == ContextKind::Gang) {
            assert_eq!(link.definition, truth.gang.definition);
            *gang.entry(link.value).or_default() += 1;
            let is_here = is_near(i, truth.gang.lon, truth.gang.lat, truth.gang.radius_m);
            assert!(is_here || link.value == ContextValue::NotAssessed);
        }
    }
    let of = |value| gang.get(&value).copied().unwrap_or(0);
    assert_eq!(
        [ContextValue::Yes, ContextValue::No, ContextValue::Unknown, ContextValue::NotAssessed].map(of),
        [truth.gang.yes, truth.gang.no, truth.gang.unknown, truth.gang.not_assessed]
    );
    assert!(truth.gang.yes > 100);
}

#[test]
fn the_programme_has_its_effect_and_the_burglaries_their_follow_ups() {
    for seed in [1, 2, 42] {
        let (_folder, store, truth) = city(seed, 30_000);
        let rows = rows(&store);
        let programme = &store.interventions().expect("readable")[0];
        let start = LocalTime::from_civil(truth.programme.start.parse::<jiff::civil::Date>().expect("a date").into());
        let counts = |shape: &Option<MultiPolygon<f64>>| {
            let shape = shape.as_ref().expect("a place");
            let here = rows.iter().filter(|i| i.point.is_some_and(|p| is_inside(shape, p)));
            here.fold((0, 0), |(b, s), i| if i.time.from < start { (b + 1, s) } else { (b, s + 1) })
        };
        let ((before, since), (c_before, c_since)) = (counts(&programme.place), counts(&programme.comparison));
        let p = &truth.programme;
        assert_eq!(
            (before, since, c_before, c_since),
            (p.before, p.since, p.comparison_before, p.comparison_since),
            "seed {seed}"
        );
        let effect = (since as f64 / before as f64) / (c_since as f64 / c_before as f64) - 1.0;
        assert!((effect - p.effect).abs() < 0.02, "seed {seed}: {effect}");
        let near = &truth.near_repeats;
        let hotspot = truth.hotspots.iter().find(|h| h.id == near.hotspot).expect("the hotspot");
        let burglaries: Vec<&Incident> = rows
            .iter()
            .filter(|i| i.profile.offences[0].source_code == "B1" && i.profile.time_precision == TimePrecision::Minute)
            .filter(|i| is_near(i, hotspot.lon, hotspot.lat, hotspot.radius_m))
            .collect();
        let is_followed = |a: &Incident| {
            burglaries.iter().any(|b| {
                let days = (b.time.from.0 - a.time.from.0) as f64 / 86_400.0;
                let metres = a.point.zip(b.point).map_or(f64::INFINITY, |(a, b)| a.distance_m(b));
                days > 0.0 && days <= f64::from(near.within_days) + 1.0 && metres <= near.within_m + 1.0
            })
        };
        let followed = burglaries.iter().filter(|a| is_followed(a)).count() as u64;
        assert!(near.follow_ups * 100 > hotspot.incidents * 30, "{near:?}");
        assert!(followed * 10 >= near.follow_ups * 9, "{followed} of {near:?}");
    }
}

#[test]
fn areas_share_their_borders_and_service_gaps_are_gaps() {
    let (_folder, store, truth) = city(3, 1_000);
    let areas = store.areas().expect("readable");
    let of = |collection: &str| areas.iter().filter(|a| a.collection == collection).collect::<Vec<_>>();
    let (city, districts, neighbourhoods) = (of("city"), of("districts"), of("neighbourhoods"));
    assert_eq!((city.len(), districts.len(), neighbourhoods.len()), (1, 6, 24));
    for (below, above) in [(&districts, &city), (&neighbourhoods, &districts)] {
        for a in above.iter() {
            let parts: Vec<&&Area> = below.iter().filter(|b| b.parent.as_deref() == Some(&a.id)).collect();
            let sum: f64 = parts.iter().filter_map(|b| b.denominator("residents")).map(|d| d.value).sum();
            assert_eq!(Some(sum), a.denominator("residents").map(|d| d.value));
            for vertex in &a.shape.0[0].exterior().0 {
                let is_shared = parts.iter().any(|b| b.shape.0[0].exterior().0.contains(vertex));
                assert!(is_shared, "{} has a vertex that no part of it has", a.name);
            }
        }
    }
    assert!((100_000.0..300_000.0).contains(&truth.residents), "{}", truth.residents);
    let resources = store.resources().expect("readable");
    for gap in &truth.service_gaps {
        let centre = LonLat::new(gap.lon, gap.lat).expect("on the Earth");
        let nearest = resources
            .iter()
            .filter(|r| r.resource_type == gap.resource_type)
            .filter_map(|r| r.point.map(|p| p.distance_m(centre)))
            .fold(f64::INFINITY, f64::min);
        assert!(nearest > gap.radius_m && nearest.is_finite(), "{}: {nearest} m", gap.resource_type);
        assert!(!gap.neighbourhoods.is_empty() && gap.residents_10_to_24 > 0.0);
    }
    let hidden: Vec<&Resource> = resources.iter().filter(|r| r.visibility == Visibility::HiddenLocation).collect();
    assert!(hidden.len() as u64 == truth.hidden_resources && hidden.iter().all(|r| r.address.is_none()));
    assert!(resources.iter().all(|r| r.opening_hours.is_some() && r.point.is_some()));
}

#[test]
fn nearly_every_incident_is_in_the_area_that_it_names() {
    let (_folder, store, _) = city(3, 4_000);
    let areas = store.areas().expect("readable");
    let shapes: HashMap<&str, &MultiPolygon<f64>> =
        areas.iter().filter(|a| a.collection == "neighbourhoods").map(|a| (a.id.as_str(), &a.shape)).collect();
    let rows = rows(&store);
    let mut outside = 0;
    let mut named = 0;
    for i in &rows {
        if let (Some(area), Some(p)) = (&i.recorded_area, i.point) {
            named += 1;
            outside += usize::from(!is_inside(shapes[area.as_str()], p));
        }
    }
    // As in real cities, some streets are borders: a point on them is in the area by the source's word, not by geometry.
    assert!(named > 3_000 && outside * 20 < named, "{outside} of {named}");
}
