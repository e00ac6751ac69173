//! A small made-up city, and the odd ones that it turns into.

use std::collections::HashMap;
use std::sync::Arc;

use geo_types::{LineString, MultiPolygon, Rect, coord};

use crate::index::{Contents, Places, Row, Snapshot};
use crate::model::{
    Area, Candidate, Code, ContextKind, ContextLink, ContextValue, Denominator, Discovery, Interval, LocalTime,
    LocationPrecision, LonLat, Offence, Profile, Quality, Resource, Street, TimeBasis, TimePrecision, Visibility,
};

/// The definition of the gang context.
pub(in crate::analysis) const DEFINITION: &str = "test-2020";
const DAY: i64 = 86_400;
/// West and south of the city; in the middle of a zone of the projection.
const WEST: f64 = -87.05;
const SOUTH: f64 = 41.80;
const WIDTH: f64 = 0.10;
const HEIGHT: f64 = 0.06;

/// What the city is like.
pub(in crate::analysis) struct City {
    pub events: usize,
    /// Whether rows come in another order, and so with other row ids.
    pub shuffled: bool,
    pub east_degrees: f64,
    pub in_one_place: bool,
    pub at_one_time: bool,
    /// Whether as much happens in every place.
    pub evenly: bool,
    /// Whether the study area is within one cell.
    pub is_tiny: bool,
    pub has_areas: bool,
    pub months_only: bool,
    /// Of two years.
    pub first_day: jiff::civil::Date,
}

impl Default for City {
    fn default() -> Self {
        Self {
            events: 2400,
            shuffled: false,
            east_degrees: 0.0,
            in_one_place: false,
            at_one_time: false,
            evenly: false,
            is_tiny: false,
            has_areas: true,
            months_only: false,
            first_day: jiff::civil::date(2017, 1, 1),
        }
    }
}

/// SplitMix64, from 0 to 1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl City {
    pub(in crate::analysis) fn snapshot(&self) -> Snapshot {
        self.snapshot_with(vec![])
    }

    /// The same with more resources.
    pub(in crate::analysis) fn snapshot_with(&self, more: Vec<Resource>) -> Snapshot {
        let profiles = HashMap::from([
            (1, self.profile("0401", &[])),
            (2, self.profile("0501", &[])),
            (3, self.profile("0101", &[ContextKind::Gang, ContextKind::Firearm])),
        ]);
        let (areas, mut resources) = if self.has_areas { (self.areas(), self.resources()) } else { (vec![], vec![]) };
        resources.extend(more);
        let places = Places::new(areas, resources, vec![]).expect("finite").with_streets(self.streets());
        Snapshot::from_rows(Contents { profiles, places, ..Contents::default() }, self.rows()).expect("builds")
    }

    /// A tenth of the incidents lie close together in the north-east, and come in pairs of a day.
    fn rows(&self) -> Vec<Row> {
        let mut random = Random(5);
        let start = LocalTime::from_civil(self.first_day.at(0, 0, 0, 0)).0;
        let mut drafts: Vec<(u32, f64, f64, i64)> = Vec::new();
        for i in 0..self.events {
            let (mut x, mut y) = (random.next(), random.next());
            let mut second = (random.next() * 730.0) as i64 * DAY + (random.next() * DAY as f64) as i64;
            if i % 10 == 0 {
                (x, y) = (0.75 + 0.05 * x, 0.7 + 0.05 * y);
            } else if i % 10 == 1
                && let Some(&(_, u, v, t)) = drafts.last()
            {
                (x, y, second) = (u, v, (t + DAY).min(729 * DAY));
            }
            if self.in_one_place {
                (x, y) = (0.5, 0.5);
            }
            if self.evenly {
                (x, y) = (((i % 60) as f64 + 0.5) / 60.0, ((i / 60 % 40) as f64 + 0.5) / 40.0);
            }
            if self.at_one_time {
                second = 100 * DAY;
            }
            drafts.push((1 + u32::from(i % 3 == 1) + 2 * u32::from(i % 12 == 2), x, y, second));
        }
        if self.shuffled {
            let mut random = Random(9);
            for i in (1..drafts.len()).rev() {
                drafts.swap(i, (random.next() * (i + 1) as f64) as usize);
            }
        }
        let row = |(n, (profile, x, y, second)): (usize, (u32, f64, f64, i64))| Row {
            fid: n as i64,
            profile,
            time: self.time(start + second),
            point: LonLat::new(WEST + self.east_degrees + x * WIDTH, SOUTH + y * HEIGHT).ok(),
        };
        drafts.into_iter().enumerate().map(row).collect()
    }

    fn time(&self, second: i64) -> Interval {
        let (mut from, mut to) = (LocalTime(second), LocalTime(second + 60));
        if self.months_only
            && let Some(civil) = from.civil()
        {
            let first = civil.date().first_of_month();
            let next = first.last_of_month().tomorrow().expect("in range");
            (from, to) = (LocalTime::from_civil(first.at(0, 0, 0, 0)), LocalTime::from_civil(next.at(0, 0, 0, 0)));
        }
        Interval { from, to }
    }

    fn profile(&self, code: &str, context: &[ContextKind]) -> Arc<Profile> {
        let candidates = vec![Candidate { code: Code::parse(code).expect("ICCS"), confidence: 1 }];
        let link = |&kind: &ContextKind| ContextLink {
            kind,
            value: ContextValue::Yes,
            definition: DEFINITION.into(),
            basis: "made up".into(),
            review_by: None,
        };
        Arc::new(Profile {
            source: "test".into(),
            mapping_version: 1,
            offences: vec![Offence { source_code: String::new(), source_text: code.into(), candidates }],
            time_precision: if self.months_only { TimePrecision::Month } else { TimePrecision::Minute },
            time_basis: TimeBasis::Occurred,
            zone: "UTC".into(),
            location_precision: LocationPrecision::Block,
            uncertainty_m: None,
            context: context.iter().map(link).collect(),
            discovery: Discovery::Victim,
            status: None,
            weapon: None,
            quality: Quality::default(),
        })
    }

    /// Two by two districts; a single small one in the tiny city.
    fn areas(&self) -> Vec<Area> {
        let west = WEST + self.east_degrees;
        let area = |n: usize, x: f64, y: f64, w: f64, h: f64| Area {
            collection: "districts".into(),
            id: format!("d{n}"),
            name: format!("District {n}"),
            level: 1,
            parent: None,
            valid_from: None,
            shape: MultiPolygon::new(vec![
                Rect::new(coord! { x: x, y: y }, coord! { x: x + w, y: y + h }).to_polygon(),
            ]),
            denominators: [(None, 4000.0), (Some((0, 17)), 900.0), (Some((15, 24)), 600.0)]
                .map(|(age, value)| Denominator {
                    kind: "residents".into(),
                    sex: None,
                    age,
                    year: Some(2017),
                    value: value + 100.0 * n as f64,
                    source: "census".into(),
                })
                .to_vec(),
        };
        if self.is_tiny {
            return vec![area(0, west + 0.05, SOUTH + 0.03, 1e-6, 1e-6)];
        }
        let (w, h) = (WIDTH / 2.0, HEIGHT / 2.0);
        (0..4).map(|n| area(n, west + (n % 2) as f64 * w, SOUTH + (n / 2) as f64 * h, w, h)).collect()
    }

    /// Streets of 400 m, in the other order where the rows are.
    fn streets(&self) -> Vec<Street> {
        let at =
            |i: usize, j: usize| (WEST + self.east_degrees + i as f64 * WIDTH / 20.0, SOUTH + j as f64 * HEIGHT / 16.0);
        let street = |i: usize, j: usize, to: (f64, f64)| Street {
            source: "test".into(),
            id: format!("{i}.{j}.{}", u8::from(to.1 > at(i, j).1)),
            name: None,
            class: None,
            line: LineString::from(vec![at(i, j), to]),
        };
        let crossings = (0..=20).flat_map(|i| (0..=16).map(move |j| (i, j)));
        let both = |(i, j)| {
            let (right, up) =
                ((i < 20).then(|| street(i, j, at(i + 1, j))), (j < 16).then(|| street(i, j, at(i, j + 1))));
            right.into_iter().chain(up)
        };
        let mut streets: Vec<Street> = crossings.flat_map(both).collect();
        if self.shuffled {
            streets.reverse();
        }
        streets
    }

    pub(in crate::analysis) fn resources(&self) -> Vec<Resource> {
        let resource = |n: usize| Resource {
            id: n.to_string(),
            source: "test".into(),
            organisation: None,
            name: format!("Service {n}"),
            resource_type: if n.is_multiple_of(2) { "school" } else { "youth_centre" }.into(),
            approach: None,
            target_groups: vec![],
            point: LonLat::new(
                WEST + self.east_degrees + WIDTH * (0.05 + 0.09 * n as f64),
                SOUTH + HEIGHT * (0.1 + 0.08 * n as f64),
            )
            .ok(),
            address: None,
            service_area: None,
            opening_hours: None,
            languages: vec![],
            accessibility: None,
            capacity: None,
            phone: None,
            url: None,
            visibility: Visibility::Public,
        };
        (0..10).map(resource).collect()
    }
}
