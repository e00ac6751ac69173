//! What is scanned: the middles of cells or areas, and the place and step of every incident.

use geo_types::MultiPolygon;

use crate::analysis::params::Params;
use crate::analysis::records::{Events, Records};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::index::{Frame, Query};
use crate::model::{Interval, LocalTime, LonLat};
use crate::table::{Analysis, Shapes};

const DAY: i64 = 86_400;

/// Locations with their incidents.
pub(super) struct Study {
    pub points: Vec<(f64, f64)>,
    /// What incidents are expected by, one a location.
    pub population: Vec<f64>,
    /// Location and step of each.
    pub incidents: Vec<(u32, u32)>,
    /// The steps in all.
    pub period: Interval,
    pub step_days: u64,
    pub record: Analysis,
    /// Place of each location.
    places: Vec<u32>,
    shapes: Shapes,
}

impl Study {
    /// Reads a city's records.
    pub(super) fn of(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Self> {
        let step_days = params.whole("step_days").max(1);
        let period = whole_steps(records, step_days as i64 * DAY)?;
        let query = Query { period: Some(period), ..records.query().clone() };
        let mut events = records.events(&query, cancel)?;
        let is_spatial = params.word("extent") == "space";
        if !is_spatial {
            events.keep_times_within(step_days as i64 * DAY)?;
        }
        let field = records.field(&query, cancel)?;
        let is_poisson = params.word("model") == "poisson";
        let mut record = std::mem::take(&mut events.record);
        let expected: Vec<f64> = match (is_poisson, field.population) {
            (false, _) => occupied(&events, field.shapes.len()),
            (true, Some(population)) => {
                record.parameters.insert("denominator".into(), population.name.into());
                population.values
            }
            (true, None) => {
                record.warnings.push(
                    "no denominator: as many incidents are expected in every place, however many people are there"
                        .into(),
                );
                vec![1.0; field.shapes.len()]
            }
        };
        let mut study = Self {
            points: vec![],
            population: vec![],
            incidents: vec![],
            period,
            step_days,
            record,
            places: vec![],
            shapes: field.shapes,
        };
        let location_of = study.locate(&expected, &events);
        study.gather(&events, &location_of, is_spatial);
        Ok(study)
    }

    /// Number of steps.
    pub(super) fn steps(&self) -> usize {
        (self.period.seconds() / (self.step_days as i64 * DAY)) as usize
    }

    /// First and last day of steps.
    pub(super) fn days(&self, steps: &std::ops::Range<u32>) -> [String; 2] {
        let step = self.step_days as i64 * DAY;
        let day = |second: i64| LocalTime(second).civil().map_or_else(String::new, |c| c.date().to_string());
        let from = self.period.from.0;
        [day(from + i64::from(steps.start) * step), day(from + i64::from(steps.end) * step - 1)]
    }

    /// The shapes of some locations as one.
    pub(super) fn outline(&self, locations: &[u32]) -> MultiPolygon<f64> {
        let shapes: Vec<MultiPolygon<f64>> = locations.iter().map(|&l| self.shape(self.places[l as usize])).collect();
        geo::unary_union(&shapes)
    }

    fn shape(&self, place: u32) -> MultiPolygon<f64> {
        match &self.shapes {
            Shapes::Cells(frame, cells) => frame.polygon(cells[place as usize]),
            Shapes::Areas(areas) => areas[place as usize].shape.clone(),
            Shapes::Points(_) | Shapes::Lines(_) => MultiPolygon(vec![]),
        }
    }

    /// Makes a location of every place where something is expected; gives the location of each place.
    fn locate(&mut self, expected: &[f64], events: &Events) -> Vec<Option<u32>> {
        let mut location_of = vec![None; expected.len()];
        for (place, &expected) in expected.iter().enumerate() {
            let middle = match &self.shapes {
                Shapes::Cells(frame, cells) => cell_middle(frame, cells[place]),
                Shapes::Areas(areas) => areas[place].middle(),
                Shapes::Points(_) | Shapes::Lines(_) => None,
            };
            let Some(at) = middle.and_then(|m| events.plane.from_lonlat(m).ok()).filter(|_| expected > 0.0) else {
                continue;
            };
            location_of[place] = Some(self.points.len() as u32);
            // To the millimetre, so that cells of one row lie in one row.
            self.points.push(((at.x_m * 1e3).round() / 1e3, (at.y_m * 1e3).round() / 1e3));
            self.population.push(expected);
            self.places.push(place as u32);
        }
        location_of
    }

    fn gather(&mut self, events: &Events, location_of: &[Option<u32>], is_spatial: bool) {
        let step = self.step_days as i64 * DAY;
        let (mut elsewhere, mut nowhere) = (0_u64, 0_u64);
        for (time, &place) in events.times.iter().zip(&events.places) {
            let middle = time.from.0 + (time.seconds() - 1) / 2;
            let at = match is_spatial {
                true => Some(0),
                false if (self.period.from.0..self.period.to.0).contains(&middle) => {
                    Some(((middle - self.period.from.0) / step) as u32)
                }
                false => None,
            };
            match (location_of[place as usize], at) {
                (Some(location), Some(at)) => self.incidents.push((location, at)),
                (None, _) => nowhere += 1,
                (_, None) => elsewhere += 1,
            }
        }
        self.record.included = self.incidents.len() as u64;
        if elsewhere > 0 {
            self.record.excluded.insert("middle_of_time_outside_period".into(), elsewhere.into());
        }
        if nowhere > 0 {
            self.record.excluded.insert("without_denominator".into(), nowhere.into());
        }
    }
}

/// The whole steps of the period, counted back from its end, in whole days.
fn whole_steps(records: &Records<'_>, step: i64) -> Result<Interval> {
    let Some(period) = records.query().period.or_else(|| records.snapshot.period()) else {
        return Err(Error::invalid("the data file has no incident", "import incidents first"));
    };
    let from = period.from.0.div_euclid(DAY) * DAY;
    let to = (period.to.0 - 1).div_euclid(DAY) * DAY + DAY;
    let steps = (to - from) / step;
    Interval::new(LocalTime(to - steps * step), LocalTime(to)).ok_or_else(|| {
        Error::invalid(
            format!("the period has {} days, a step has {}", (to - from) / DAY, step / DAY),
            "take a longer period or a shorter step_days",
        )
    })
}

/// 1 where there is an incident.
fn occupied(events: &Events, places: usize) -> Vec<f64> {
    let mut occupied = vec![0.0; places];
    events.places.iter().for_each(|&p| occupied[p as usize] = 1.0);
    occupied
}

/// `1 day`, `7 days`.
pub(super) fn days_in_words(days: u64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn cell_middle(frame: &Frame, cell: u64) -> Option<LonLat> {
    Some(frame.centre(cell))
}
