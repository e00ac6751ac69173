//! A city's records as a method reads them: counts of the same places for any question, counts by time step, incidents one
//! by one.

use std::sync::{Arc, OnceLock};

use super::field::Field;
use super::methods::Method;
use super::of_city;
use super::params::Params;
use crate::cancel::Cancel;
use crate::crs::Crs;
use crate::cube::{CountField, Ground, Located, Mask, count_within, located};
use crate::error::{Error, Kind, Result};
use crate::index::{FrameKind, Grid, Query, Snapshot};
use crate::limits::{MAX_GRID_CELLS, MAX_PLACE_STEPS};
use crate::model::{Interval, LonLat, PlanarPoint};
use crate::table::Analysis;

/// The records that a question is about.
pub(crate) struct Records<'a> {
    /// Everything that is known of the city: areas, resources, contexts.
    pub snapshot: &'a Snapshot,
    method: &'static Method,
    params: &'a Params,
    query: Query,
    grid: &'a Grid,
    mask: Mask<'a>,
    /// The places without counts, where no area bounds them: they must not differ from question to question.
    study: OnceLock<CountField>,
}

/// Counts by place and time step.
pub(crate) struct Series {
    /// The places with their totals over the steps.
    pub field: Field,
    /// The steps, one after the other.
    pub steps: Vec<Interval>,
    /// Step by step: `counts[step * places + place]`.
    pub counts: Vec<u32>,
    /// Incidents whose time is known less finely than a step; they are in no count.
    pub too_coarse: u64,
}

/// Incidents one by one, in an order that is the same on any number of threads.
pub(crate) struct Events {
    /// Metres in the plane.
    pub xy_m: Vec<(f64, f64)>,
    pub lonlat: Vec<LonLat>,
    /// When, in civil seconds; as wide as the time is known.
    pub times: Vec<Interval>,
    /// Row ids.
    pub fids: Vec<i64>,
    /// Position of the cell or area that holds each, among those of [`Records::field`].
    pub places: Vec<u32>,
    /// Median uncertainty of the locations in metres, where it is known.
    pub uncertainty_m: Option<f64>,
    /// The plane.
    pub plane: Crs,
    /// How the answer comes about; the method adds its own part.
    pub record: Analysis,
}

impl Events {
    /// Number of incidents.
    pub(crate) fn len(&self) -> usize {
        self.xy_m.len()
    }

    /// Back to degrees; `None` where the plane does not reach.
    pub(crate) fn to_lonlat(&self, (x_m, y_m): (f64, f64)) -> Option<LonLat> {
        self.plane.planar_to_lonlat(PlanarPoint { x_m, y_m }).ok()
    }

    /// Keeps the incidents whose time is known to `seconds` or better, and says how many were left out
    /// (`excluded.time_too_coarse`).
    ///
    /// # Errors
    /// None is left: the data know their times only to longer spans.
    pub(crate) fn keep_times_within(&mut self, seconds: i64) -> Result<()> {
        let keep: Vec<bool> = self.times.iter().map(|t| t.seconds() <= seconds).collect();
        let left = keep.iter().filter(|k| **k).count();
        if left == 0 && !keep.is_empty() {
            return Err(too_coarse(keep.len() as u64, seconds));
        }
        self.record.excluded.insert("time_too_coarse".into(), (keep.len() - left).into());
        self.record.included = left as u64;
        retain(&mut self.xy_m, &keep);
        retain(&mut self.lonlat, &keep);
        retain(&mut self.times, &keep);
        retain(&mut self.fids, &keep);
        retain(&mut self.places, &keep);
        Ok(())
    }
}

fn retain<T>(values: &mut Vec<T>, keep: &[bool]) {
    let mut at = keep.iter();
    values.retain(|_| at.next().copied().unwrap_or(false));
}

/// The refusal where times are known too coarsely.
pub(crate) fn too_coarse(n: u64, seconds: i64) -> Error {
    let span = match seconds {
        86_400 => "the day".to_owned(),
        s if s > 86_400 => format!("{} days", s.div_euclid(86_400)),
        s => format!("{} hours", s.div_euclid(3600)),
    };
    Error::invalid(
        format!("the time of none of {n} incidents is known to {span} or better: the data give months or years"),
        "ask for steps as long as the data know, such as months (emerging, change), or for a method without time \
         (gi_star, density)",
    )
}

/// Refuses more places times steps than one answer may have, before anything is counted by step.
///
/// # Errors
/// Too many, with the number, the bound and what to change.
pub(super) fn refuse_too_many(places: usize, steps: usize) -> Result<()> {
    let wanted = places.saturating_mul(steps);
    if wanted <= MAX_PLACE_STEPS {
        return Ok(());
    }
    Err(Error::new(
        Kind::TooLarge,
        format!(
            "{places} places at {steps} steps are {wanted} numbers, and at most {MAX_PLACE_STEPS} are compared at once"
        ),
        "take larger cells, longer steps, a shorter period or a smaller study area",
    ))
}

impl<'a> Records<'a> {
    pub(super) fn new(
        snapshot: &'a Snapshot,
        (method, params): (&'static Method, &'a Params),
        (query, grid, mask): (Query, &'a Grid, Mask<'a>),
    ) -> Self {
        Self { snapshot, method, params, query, grid, mask, study: OnceLock::new() }
    }

    /// The question, narrowed to the records that the method stands on.
    pub(crate) fn query(&self) -> &Query {
        &self.query
    }

    /// The places with their counts for a question, and who is whose neighbour.
    ///
    /// # Errors
    /// What counting refuses; a stopped request.
    pub(crate) fn field(&self, query: &Query, cancel: &Cancel) -> Result<Field> {
        let mut field = of_city::field(self.snapshot, query, self.counts(query, cancel)?, self.params)?;
        let n = field.len();
        self.method.begin(&mut field.record, self.params, n);
        Ok(field)
    }

    /// Counts alone, of the same places in the same order as [`Records::field`].
    ///
    /// # Errors
    /// What counting refuses; a stopped request.
    pub(crate) fn count(&self, query: &Query, cancel: &Cancel) -> Result<Vec<u32>> {
        Ok(self.counts(query, cancel)?.counts)
    }

    /// The field of a question with the finer squares and the uncertainty of locations that a density needs.
    ///
    /// # Errors
    /// What counting refuses; a stopped request.
    pub(crate) fn fine_field(&self, query: &Query, cancel: &Cancel) -> Result<Field> {
        let counted = self.counts(query, cancel)?;
        let fine = of_city::fine(self.snapshot, query, &counted, self.params, cancel)?;
        let mut field = of_city::field(self.snapshot, query, counted, self.params)?;
        if let Some((fine, uncertainty_m)) = fine {
            (field.fine, field.uncertainty_m) = (Some(fine), uncertainty_m);
        }
        let n = field.len();
        self.method.begin(&mut field.record, self.params, n);
        Ok(field)
    }

    /// The ground of the places in squares, and their side in metres: a cell of some side is divided as `division` says,
    /// as far as the limit of cells allows. `None` for places without rows and columns.
    ///
    /// # Errors
    /// What counting refuses; a stopped request.
    pub(crate) fn ground(&self, division: impl Fn(f64) -> usize, cancel: &Cancel) -> Result<Option<(Ground, f64)>> {
        let counted = self.counts(&Query { period: Some(NEVER), ..self.query.clone() }, cancel)?;
        let side_m = of_city::side_m(&counted);
        let squares = counted.lattice.as_ref().map_or(0, |l| l.index_of.len());
        let mut division = division(side_m).max(1);
        while division > 1 && squares * division * division > MAX_GRID_CELLS {
            division -= 1;
        }
        Ok(Ground::new(&counted, division).map(|ground| (ground, side_m / division as f64)))
    }

    /// The same question on another grid.
    pub(crate) fn on<'b>(&'b self, grid: &'b Grid) -> Records<'b> {
        let is_of_areas = matches!(grid, Grid::Areas { .. });
        Records {
            snapshot: self.snapshot,
            method: self.method,
            params: self.params,
            query: self.query.clone(),
            grid,
            mask: if is_of_areas { Mask::Default } else { self.mask },
            study: OnceLock::new(),
        }
    }

    /// How places are gathered.
    pub(crate) fn grid(&self) -> &Grid {
        self.grid
    }

    /// The incidents of a question within the study area.
    ///
    /// # Errors
    /// What counting refuses; a stopped request.
    pub(crate) fn events(&self, query: &Query, cancel: &Cancel) -> Result<Events> {
        let study = self.counts(&Query { period: Some(NEVER), ..query.clone() }, cancel)?;
        let plane = self.plane(&study)?;
        let Located { lonlat, xy_m, times, fids, places, precisions, outside, tally } =
            located(self.snapshot, query, &study, &plane, cancel)?;
        let study = CountField { tally, outside_mask: outside, ..study };
        let mut record = of_city::record(self.snapshot, query, &study);
        record.included = xy_m.len() as u64;
        self.method.begin(&mut record, self.params, study.cells.len());
        let uncertainty_m = of_city::median_uncertainty(&precisions);
        Ok(Events { xy_m, lonlat, times, fids, places, uncertainty_m, plane, record })
    }

    /// Which place of the study area holds each of some places; `None` outside of it.
    ///
    /// # Errors
    /// What counting refuses; a stopped request.
    pub(crate) fn places_of(&self, at: &[LonLat], cancel: &Cancel) -> Result<Vec<Option<u32>>> {
        let study = self.counts(&Query { period: Some(NEVER), ..self.query.clone() }, cancel)?;
        let place = |p: &LonLat| study.cells.binary_search(&study.frame.cell_of(*p)?).ok().map(|n| n as u32);
        Ok(at.iter().map(place).collect())
    }

    /// Counts by place and step; an incident is in the step that holds the middle of its time, unless its time is known less
    /// finely than that step is long.
    ///
    /// # Errors
    /// No step; too many places times steps; no incident whose time is known finely enough; what counting refuses; a
    /// stopped request.
    pub(crate) fn series(&self, steps: &[Interval], cancel: &Cancel) -> Result<Series> {
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
            return Err(Error::invalid(
                "there is no whole time step in the period",
                "take a longer period or a shorter step",
            ));
        };
        let query = Query { period: Interval::new(first.from, last.to), ..self.query.clone() };
        let mut field = self.field(&query, cancel)?;
        let n = field.len();
        refuse_too_many(n, steps.len())?;
        let events = self.events(&query, cancel)?;
        let (mut counts, mut totals) = (vec![0_u32; n * steps.len()], vec![0_u32; n]);
        let (mut too_coarse, mut elsewhere) = (0, 0);
        for (time, &place) in events.times.iter().zip(&events.places) {
            let middle = crate::model::LocalTime(time.from.0 + (time.seconds() - 1) / 2);
            let at = steps.partition_point(|s| s.to <= middle);
            match steps.get(at).filter(|s| s.from <= middle) {
                Some(step) if time.seconds() > step.seconds() => too_coarse += 1,
                Some(_) => {
                    counts[at * n + place as usize] += 1;
                    totals[place as usize] += 1;
                }
                None => elsewhere += 1,
            }
        }
        let counted: u64 = totals.iter().map(|&c| u64::from(c)).sum();
        if counted == 0 && too_coarse > 0 {
            return Err(self::too_coarse(too_coarse, first.seconds()));
        }
        field.record.included = counted;
        field.record.excluded.insert("time_too_coarse".into(), too_coarse.into());
        if elsewhere > 0 {
            field.record.excluded.insert("middle_of_time_outside_period".into(), elsewhere.into());
        }
        field.measured = super::field::Measured::Counts(totals);
        Ok(Series { field, steps: steps.to_vec(), counts, too_coarse })
    }

    /// Whether the places are areas, not cells.
    pub(crate) fn is_of_areas(&self) -> bool {
        matches!(self.grid, Grid::Areas { .. })
    }

    fn plane(&self, study: &CountField) -> Result<Crs> {
        Crs::from_epsg(match study.frame.grid() {
            Grid::Square { epsg: Some(code), .. } => *code,
            _ => self.snapshot.local_epsg(),
        })
    }

    /// Counts over places that are the same for every question.
    fn counts(&self, query: &Query, cancel: &Cancel) -> Result<CountField> {
        let counted = count_within(self.snapshot, query, self.grid, self.mask, cancel)?;
        let is_bounded = matches!(counted.frame.kind(), FrameKind::Areas(_))
            || !matches!(self.mask, Mask::Default)
            || self.snapshot.places().highest().is_some();
        if is_bounded {
            return Ok(counted);
        }
        let study = self.study(cancel)?;
        let mut counts = vec![0; study.cells.len()];
        let mut outside = counted.outside_mask;
        for (cell, n) in counted.cells.iter().zip(&counted.counts) {
            match study.cells.binary_search(cell) {
                Ok(at) => counts[at] = *n,
                Err(_) => outside += u64::from(*n),
            }
        }
        Ok(CountField {
            frame: Arc::clone(&study.frame),
            cells: study.cells.clone(),
            counts,
            lattice: study.lattice.clone(),
            mask_name: study.mask_name.clone(),
            tally: counted.tally,
            outside_mask: outside,
            warnings: study.warnings.clone(),
        })
    }

    /// The places that the records occupy in any period and of any kind.
    fn study(&self, cancel: &Cancel) -> Result<&CountField> {
        if let Some(found) = self.study.get() {
            return Ok(found);
        }
        let wide = Query { precision: self.query.precision, place: self.query.place.clone(), ..Query::default() };
        let counted = count_within(self.snapshot, &wide, self.grid, self.mask, cancel)?;
        Ok(self.study.get_or_init(|| counted))
    }
}

/// A period in which nothing happens: counting it gives the places alone.
const NEVER: Interval = Interval { from: crate::model::LocalTime(0), to: crate::model::LocalTime(0) };
