//! `youth_exposure`: how much of young people's places lies within reach of hotspots, area by area.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{LOCATIONS, Method, Needs, POLICE_INITIATED, Run, gi_star};
use crate::analysis::exposure::{Young, residents_between, within_reach};
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::Records;
use crate::cancel::Cancel;
use crate::cube::Ground;
use crate::error::{Error, Kind, Result};
use crate::index::{Collection, Grid};
use crate::model::{Area, Visibility};
use crate::table::{Column, Shapes, State, Table, Values};

/// Types of resources where children learn, and where they and young people spend their time.
const SCHOOLS: [&str; 4] = ["school", "kindergarten", "college", "university"];
const YOUTH_PLACES: [&str; 6] = ["youth_centre", "youth_club", "playground", "sports", "library", "after_school"];
/// Hotspot cells where the question itself is about areas.
const CELL_M: f64 = 250.0;
/// The ground is looked at in squares of at most the reach over this.
const SQUARES_A_REACH: f64 = 8.0;
const MAX_DIVISION: usize = 15;

pub(super) const METHOD: Method = Method {
    id: "youth_exposure",
    title: "Exposure of young people's places",
    answers: "How many schools, youth places and young residents of each area lie within reach of a hotspot?",
    when_not: "To compare or list schools: no school is named, and being near a hotspot says nothing about a school or its \
               pupils. Where fewer than 20 incidents leave no hotspot; to say that young people do or suffer anything.",
    numbers: "Hotspots are cells with Gi* q of at most 0.05. schools_in_reach and youth_places_in_reach lie at most \
              influence_m from one, of schools and youth_places in all. share_in_reach: per cent of the area's ground \
              within reach, and so of its residents where they live evenly; under_18_in_reach and age_15_24_in_reach are \
              residents times that share. count: recorded incidents of the area. Ask with hours (for example 7-9,14-17) for \
              the hours in which children are about. Only public places are counted.",
    reference: "https://doi.org/10.1111/j.1538-4632.1995.tb00912.x",
    parameters: &[
        Parameter {
            name: "influence_m",
            unit: "m",
            default: "400",
            domain: Domain::NumberOr(0.0, 5000.0, &[]),
            words: "How far from a hotspot's edge its influence reaches, in a straight line",
        },
        Parameter {
            name: "areas",
            unit: "",
            default: "",
            domain: Domain::Text("an area collection; the finest with residents by age if empty"),
            words: "Areas of the answer",
        },
        POLICE_INITIATED,
        LOCATIONS,
    ],
    plots: &[],
    needs: Needs::Records,
    run: Run::Records(run),
};

fn run(records: &Records<'_>, params: &Params, cancel: &Cancel) -> Result<Table> {
    let squares = Grid::Square { side_m: CELL_M, epsg: None };
    let cells = if records.is_of_areas() { records.on(&squares) } else { records.on(records.grid()) };
    let reach_m = params.number("influence_m").unwrap_or(400.0);
    let wanted = |side: f64| ((SQUARES_A_REACH * side / reach_m.max(1.0)).ceil() as usize).clamp(5, MAX_DIVISION);
    let Some((ground, side_m)) = cells.ground(wanted, cancel)? else {
        return Err(Error::invalid(
            format!("youth_exposure needs square cells for its hotspots, and {} has none", cells.grid()),
            "use square:METRES, quadkey:LEVEL or areas:COLLECTION",
        ));
    };
    let hotspots =
        gi_star::METHOD.run(cells.field(cells.query(), cancel)?, &gi_star::METHOD.params(&BTreeMap::new())?, cancel)?;
    let hot = hot_cells(&hotspots);
    let marked: Vec<bool> =
        (0..ground.len()).map(|s| ground.cell_of(s).and_then(|c| hot.get(c).copied()).unwrap_or(false)).collect();
    let near = within_reach(&marked, (ground.nx(), side_m), reach_m, cancel)?;
    let reach = Reach { ground: &ground, near: &near };
    let places = Places::of(records, &reach);
    let mut table = match collection(records, params)? {
        Some(collection) => by_area(records, &collection, &reach, &places, cancel)?,
        None => by_cell(&cells, &reach, &places, cancel)?,
    };
    let found = hot.iter().filter(|h| **h).count();
    let record = &mut table.analysis;
    record.null = hotspots.analysis.null.clone();
    record.family = hotspots.analysis.family.clone();
    record.parameters.insert("hotspot_grid".into(), hotspots.analysis.grid.clone().into());
    record.summary.extend([
        ("hotspot_cells".to_owned(), found.into()),
        ("schools".to_owned(), places.points.iter().filter(|p| p.0).count().into()),
        ("schools_in_reach".to_owned(), places.points.iter().filter(|p| p.0 && p.2).count().into()),
        ("youth_places".to_owned(), places.points.iter().filter(|p| !p.0).count().into()),
        ("youth_places_in_reach".to_owned(), places.points.iter().filter(|p| !p.0 && p.2).count().into()),
    ]);
    record.warnings.push("only places whose location is public are counted; all others are left out".into());
    if found == 0 {
        record.warnings.push("there is no hotspot at q of at most 0.05: nothing is within reach of one".into());
    }
    if places.points.is_empty() {
        record.warnings.push("no school or youth place is imported: their numbers are zero for want of data".into());
    }
    record.warnings.extend(hotspots.analysis.warnings.iter().filter(|w| w.contains("fewer than 20")).cloned());
    Ok(table)
}

/// Which cells have more than chance would put there, at q of at most 0.05.
fn hot_cells(table: &Table) -> Vec<bool> {
    let class = table.columns.iter().find(|c| c.name == "class").map(|c| &c.values);
    match class {
        Some(Values::Class(names, v)) => {
            v.iter().map(|&c| names.get(usize::from(c)).is_some_and(|n| n.starts_with("hot"))).collect()
        }
        _ => vec![],
    }
}

/// What lies within reach of a hotspot.
struct Reach<'a> {
    ground: &'a Ground,
    near: &'a [bool],
}

impl Reach<'_> {
    fn holds(&self, square: usize) -> bool {
        self.near.get(square).copied().unwrap_or(false)
    }

    /// Per cent of some squares; NaN of none.
    fn share(&self, squares: impl Iterator<Item = usize>) -> f64 {
        let (mut all, mut near) = (0_u32, 0_u32);
        for s in squares {
            all += 1;
            near += u32::from(self.holds(s));
        }
        100.0 * f64::from(near) / f64::from(all)
    }
}

/// Public schools and youth places: whether a school, where, whether within reach.
struct Places {
    points: Vec<(bool, crate::model::LonLat, bool)>,
}

impl Places {
    fn of(records: &Records<'_>, reach: &Reach<'_>) -> Self {
        let public = records.snapshot.places().resources.iter().filter(|r| r.visibility == Visibility::Public);
        let points = public.filter_map(|r| {
            let kind = r.resource_type.as_str();
            let is_school = SCHOOLS.contains(&kind);
            let point = r.point.filter(|_| is_school || YOUTH_PLACES.contains(&kind))?;
            let is_near = reach.ground.square_of(point).is_some_and(|s| reach.holds(s));
            Some((is_school, point, is_near))
        });
        Self { points: points.collect() }
    }

    /// Numbers by row: schools, of them within reach, youth places, of them within reach.
    fn by_row(&self, n: usize, row_of: impl Fn(crate::model::LonLat) -> Option<usize>) -> [Vec<u32>; 4] {
        let mut numbers: [Vec<u32>; 4] = std::array::from_fn(|_| vec![0; n]);
        for &(is_school, point, is_near) in &self.points {
            let Some(row) = row_of(point) else { continue };
            let first = if is_school { 0 } else { 2 };
            for (column, counts) in [(first, true), (first + 1, is_near)] {
                if let Some(number) = numbers[column].get_mut(row) {
                    *number += u32::from(counts);
                }
            }
        }
        numbers
    }
}

/// The areas of the answer: those asked for, or the finest that know their residents by age.
fn collection(records: &Records<'_>, params: &Params) -> Result<Option<Arc<Collection>>> {
    let places = records.snapshot.places();
    let asked = match (params.text("areas").trim(), records.grid()) {
        ("", Grid::Areas { collection }) => Some(collection.as_str()),
        ("", _) => None,
        (name, _) => Some(name),
    };
    if let Some(name) = asked {
        return places.collection(name).map(|c| Some(Arc::clone(c)));
    }
    let is_known = |a: &Arc<Area>| residents_between(&a.denominators, 0, 17).is_some();
    let known = places.collections().filter(|c| c.areas.iter().any(is_known));
    Ok(known.max_by_key(|c| (c.areas.len(), c.level)).map(Arc::clone))
}

fn by_area(
    records: &Records<'_>,
    collection: &Collection,
    reach: &Reach<'_>,
    places: &Places,
    cancel: &Cancel,
) -> Result<Table> {
    let grid = Grid::Areas { collection: collection.name.clone() };
    let mut field = records.on(&grid).field(records.query(), cancel)?;
    let Shapes::Areas(areas) = &field.shapes else {
        return Err(Error::new(Kind::NotFound, format!("{} has no areas", collection.name), "import areas first"));
    };
    let mut share = vec![];
    for (n, area) in areas.iter().enumerate() {
        if n % 64 == 0 {
            cancel.check()?;
        }
        share.push(reach.share(reach.ground.squares_of(&area.shape)?.into_iter().map(|s| s as usize)));
    }
    let young = |low, high| areas.iter().map(|a| residents_between(&a.denominators, low, high)).collect::<Vec<_>>();
    let (children, youth) = (young(0, 17), young(15, 24));
    let numbers = places.by_row(areas.len(), |p| collection.area_of(p).map(|a| a as usize));
    let record = &mut field.record;
    for (name, of) in [("under 18", &children), ("15 to 24", &youth)] {
        let unknown = of.iter().filter(|y| y.is_none()).count();
        if unknown > 0 {
            record.warnings.push(format!("residents of {name} are not known for {unknown} of {} areas", of.len()));
        }
        if of.iter().flatten().any(|y| y.is_estimated) {
            record.warnings.push(format!(
                "residents of {name} are estimated where the source's age groups reach beyond: each year of age counts alike"
            ));
        }
    }
    let columns = columns(numbers, share, Some((children, youth)));
    Ok(field.into_table(|_| State::Value, columns))
}

fn by_cell(cells: &Records<'_>, reach: &Reach<'_>, places: &Places, cancel: &Cancel) -> Result<Table> {
    let mut field = cells.field(cells.query(), cancel)?;
    let (mut all, mut near) = (vec![0_u32; field.len()], vec![0_u32; field.len()]);
    for square in 0..reach.ground.len() {
        if let Some(cell) = reach.ground.cell_of(square).filter(|c| *c < all.len()) {
            all[cell] += 1;
            near[cell] += u32::from(reach.holds(square));
        }
    }
    let share = all.iter().zip(&near).map(|(a, n)| 100.0 * f64::from(*n) / f64::from(*a)).collect();
    let numbers = places.by_row(field.len(), |p| reach.ground.square_of(p).and_then(|s| reach.ground.cell_of(s)));
    field.record.warnings.push(
        "no area knows its residents by age: the answer is by cell, of places alone; import areas with residents by age".into(),
    );
    let columns = columns(numbers, share, None);
    Ok(field.into_table(|_| State::Value, columns))
}

type Residents = Vec<Option<Young>>;

fn columns(
    [schools, schools_near, youth, youth_near]: [Vec<u32>; 4],
    share: Vec<f64>,
    residents: Option<(Residents, Residents)>,
) -> Vec<Column> {
    let count = |name, values| Column { name, unit: "places", values: Values::Count(values) };
    let number = |name, unit, values| Column { name, unit, values: Values::Number(values) };
    let mut columns = vec![
        count("schools", schools),
        count("schools_in_reach", schools_near),
        count("youth_places", youth),
        count("youth_places_in_reach", youth_near),
    ];
    for (of, all, near) in residents.into_iter().flat_map(|(children, youth)| {
        [(children, "under_18", "under_18_in_reach"), (youth, "age_15_24", "age_15_24_in_reach")]
    }) {
        let people: Vec<f64> = of.iter().map(|y| y.map_or(f64::NAN, |y| y.residents)).collect();
        let within = people.iter().zip(&share).map(|(n, s)| n * s / 100.0).collect();
        columns.push(number(all, "residents", people));
        columns.push(number(near, "residents", within));
    }
    columns.push(number("share_in_reach", "per cent", share));
    columns
}
