//! The help that the demo city has, with opening hours, and where some is missing.

use super::areas::{middle, neighbourhood_id, residents, young};
use super::layout::{Spot, streets};
use super::truth::ServiceGap;
use crate::model::{Resource, Visibility};

/// Source id of the resources.
pub(super) const SOURCE: &str = "demo_services";
/// Neighbourhoods of the city.
const NEIGHBOURHOODS: usize = 24;

/// What a type of service has in common.
struct Type {
    resource_type: &'static str,
    name: &'static str,
    approach: &'static str,
    groups: &'static [&'static str],
    hours: &'static str,
    capacity: u32,
    visibility: Visibility,
    at: &'static [(f64, f64)],
}

/// Where a type of service is missing: middle and radius in metres.
const GAPS: [(&str, Spot, f64); 2] = [
    ("youth_centre", Spot { x: 10_400.0, y: 1_500.0 }, 2_200.0),
    ("family_support", Spot { x: 1_700.0, y: 8_600.0 }, 2_200.0),
];

const TYPES: [Type; 5] = [
    Type {
        resource_type: "youth_centre",
        name: "Youth centre",
        approach: "community",
        groups: &["young people 10 to 24"],
        hours: "Mo-Fr 14:00-21:00; Sa 12:00-22:00",
        capacity: 80,
        visibility: Visibility::Public,
        at: &[(2_300.0, 6_600.0), (5_100.0, 2_900.0), (6_700.0, 8_300.0), (10_200.0, 6_300.0), (1_500.0, 3_300.0)],
    },
    Type {
        resource_type: "health",
        name: "Health centre",
        approach: "developmental",
        groups: &["everyone"],
        hours: "Mo-Fr 08:00-18:00",
        capacity: 120,
        visibility: Visibility::Public,
        at: &[
            (1_100.0, 1_400.0),
            (3_900.0, 3_300.0),
            (5_300.0, 8_900.0),
            (6_500.0, 6_100.0),
            (9_300.0, 3_300.0),
            (11_100.0, 1_500.0),
            (10_700.0, 8_900.0),
            (2_700.0, 8_100.0),
        ],
    },
    Type {
        resource_type: "family_support",
        name: "Family support",
        approach: "developmental",
        groups: &["parents", "children"],
        hours: "Mo-Th 09:00-17:00; Fr 09:00-13:00",
        capacity: 30,
        visibility: Visibility::Public,
        at: &[(4_700.0, 5_900.0), (8_700.0, 5_700.0), (3_300.0, 2_100.0), (10_300.0, 2_300.0)],
    },
    Type {
        resource_type: "victim_support",
        name: "Victim support",
        approach: "victim_support",
        groups: &["victims of crime", "witnesses"],
        hours: "Mo-Fr 09:00-19:00; PH off",
        capacity: 20,
        visibility: Visibility::Public,
        at: &[(6_100.0, 6_500.0)],
    },
    Type {
        resource_type: "shelter",
        name: "Women's refuge",
        approach: "victim_support",
        groups: &["women", "children"],
        hours: "24/7",
        capacity: 24,
        visibility: Visibility::HiddenLocation,
        at: &[(7_300.0, 3_100.0)],
    },
];

fn service(kind: &Type, id: String, name: String, at: Spot) -> Resource {
    let is_hidden = kind.visibility == Visibility::HiddenLocation;
    let number = id.bytes().fold(0_u32, |sum, b| (sum * 31 + u32::from(b)) % 9_000);
    Resource {
        id,
        source: SOURCE.to_owned(),
        organisation: Some("City of Almery".to_owned()),
        name,
        resource_type: kind.resource_type.to_owned(),
        approach: Some(kind.approach.to_owned()),
        target_groups: kind.groups.iter().map(|&g| g.to_owned()).collect(),
        point: at.lon_lat(),
        address: (!is_hidden).then(|| format!("{} Street, {} W", at.y as u64 / 100 + 1, at.x as u64 / 10)),
        service_area: is_hidden.then(|| "the whole city".to_owned()),
        opening_hours: Some(kind.hours.to_owned()),
        languages: vec!["en".to_owned(), "pt".to_owned(), "ar".to_owned()],
        accessibility: Some("step-free".to_owned()),
        capacity: Some(kind.capacity),
        // Numbers of this form are kept free for fiction.
        phone: Some(format!("+44 1632 96{number:04}")),
        url: None,
        visibility: kind.visibility,
    }
}

/// Every service, at the nearest street.
pub(super) fn resources() -> Vec<Resource> {
    let streets = streets();
    let at_street = |wanted: Spot| {
        let middles = streets.iter().map(super::layout::Street::middle);
        middles.min_by(|a, b| a.distance_m(wanted).total_cmp(&b.distance_m(wanted))).unwrap_or(wanted)
    };
    let school = Type {
        resource_type: "school",
        name: "School",
        approach: "developmental",
        groups: &["pupils"],
        hours: "Mo-Fr 07:30-16:00; SH off",
        capacity: 450,
        visibility: Visibility::Public,
        at: &[],
    };
    let mut all: Vec<Resource> = (0..NEIGHBOURHOODS)
        .map(|n| service(&school, format!("school-{}", n + 1), format!("School {}", n + 1), at_street(middle(n))))
        .collect();
    for kind in &TYPES {
        for (i, &(x, y)) in kind.at.iter().enumerate() {
            let name = if kind.at.len() > 1 { format!("{} {}", kind.name, i + 1) } else { kind.name.to_owned() };
            all.push(service(kind, format!("{}-{}", kind.resource_type, i + 1), name, at_street(Spot { x, y })));
        }
    }
    all
}

/// Where help is missing.
pub(super) fn gaps(seed: u64) -> Vec<ServiceGap> {
    let residents = residents(seed);
    let gap = |(resource_type, centre, radius_m): (&str, Spot, f64)| {
        let inside: Vec<usize> = (0..residents.len()).filter(|&n| middle(n).distance_m(centre) <= radius_m).collect();
        let at = centre.degrees();
        ServiceGap {
            resource_type: resource_type.to_owned(),
            lon: at.x,
            lat: at.y,
            radius_m,
            neighbourhoods: inside.iter().map(|&n| neighbourhood_id(n)).collect(),
            residents_10_to_24: inside.iter().map(|&n| young(&residents[n])).sum::<u64>() as f64,
        }
    };
    GAPS.into_iter().map(gap).collect()
}
