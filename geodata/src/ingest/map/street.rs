//! Lines of a file as streets, split where they meet.

use std::collections::{HashMap, HashSet};

use geo_types::{Coord, Geometry, LineString};

use super::super::batch::{Batch, ReadSummary};
use super::super::read::{Cell, Row};
use super::super::source::fold::Pattern;
use super::super::source::{Axis, Source, StreetColumns};
use super::columns::Columns;
use super::place::crs;
use super::reject::Reject;
use super::words::{joined, text};
use crate::crs::Crs;
use crate::error::{Error, Result};
use crate::limits::MAX_STREETS;
use crate::model::{LonLat, Street};

/// Places closer than this are the same, in parts of a degree: a centimetre, the unit of OpenStreetMap.
const PER_DEGREE: f64 = 1e7;

type Spot = (i64, i64);

struct Draft {
    id: String,
    name: Option<String>,
    class: Option<String>,
    line: Vec<Coord<f64>>,
}

/// The street columns of one file, and its lines so far: where they meet is known at the end.
pub(crate) struct Streets {
    source: String,
    id: Vec<usize>,
    name: Option<usize>,
    class: Option<usize>,
    leave_out: Vec<(usize, Vec<Pattern>, String)>,
    crs: Option<Crs>,
    swap_axes: bool,
    drafts: Vec<Draft>,
}

impl Streets {
    pub(crate) fn bind(source: &Source, columns: &mut Columns<'_>, geometry: Option<Option<u16>>) -> Result<Self> {
        let Some(own) = geometry else {
            return Err(Error::invalid(
                format!("{} describes streets, and the file has no lines", source.id),
                "streets come from GeoJSON, GeoPackage or OpenStreetMap (.osm.pbf)",
            ));
        };
        let none = StreetColumns::default();
        let s = source.street.as_ref().unwrap_or(&none);
        let patterns = |values: &[String]| values.iter().map(|v| Pattern::new(v)).collect();
        let rules = source.leave_out.iter();
        Ok(Self {
            source: source.id.clone(),
            id: columns.find_all(&s.id),
            name: columns.find_opt(s.name.as_ref()),
            class: columns.find_opt(s.class.as_ref()),
            leave_out: rules
                .filter_map(|r| Some((columns.find(&r.column)?, patterns(&r.values), r.reason.clone())))
                .collect(),
            crs: crs(own.or(source.format.epsg))?,
            swap_axes: source.format.axis == Axis::Yx,
            drafts: vec![],
        })
    }

    pub(crate) fn row(&mut self, row: &dyn Row, sum: &mut ReadSummary) -> std::result::Result<(), Reject> {
        let left_out = self.leave_out.iter().find(|(column, patterns, _)| {
            let value = row.cell(*column).to_text().map(|t| super::super::source::fold::fold(&t));
            value.is_some_and(|v| patterns.iter().any(|p| p.matches(&v)))
        });
        if let Some((.., reason)) = left_out {
            *sum.left_out.entry(reason.clone()).or_insert(0) += 1;
            return Ok(());
        }
        let whole = |reason: String, hint| Reject::new(usize::MAX, Cell::Null, reason, hint);
        let geometry = row.geometry().map_err(|e| whole(e, "repair the geometry"))?;
        let geometry = geometry.ok_or_else(|| whole("no geometry".into(), "a street needs a line"))?;
        let lines =
            lines(geometry).map_err(|e| whole(e, "give lines, in the coordinate system that the file names"))?;
        let id = joined(row, &self.id).unwrap_or_else(|| row.line().to_string());
        let (name, class) = (text(row, self.name), text(row, self.class));
        for line in lines {
            if self.drafts.len() >= MAX_STREETS {
                return Err(whole(
                    format!("the file has more than {MAX_STREETS} streets"),
                    "cut the city out of it first",
                ));
            }
            let line = self.degrees(line).map_err(|e| whole(e, "check the coordinate system that the file names"))?;
            if line.len() < 2 {
                return Err(whole("the line has no length".into(), "a street needs two different ends"));
            }
            self.drafts.push(Draft { id: id.clone(), name: name.clone(), class: class.clone(), line });
        }
        Ok(())
    }

    fn degrees(&self, line: LineString<f64>) -> std::result::Result<Vec<Coord<f64>>, String> {
        let mut out: Vec<Coord<f64>> = Vec::with_capacity(line.0.len());
        for c in line.0 {
            let (x, y) = if self.swap_axes { (c.y, c.x) } else { (c.x, c.y) };
            let place = match &self.crs {
                None => LonLat::new(x, y),
                Some(crs) => crs.to_lonlat(x, y),
            };
            let place = place.map_err(|e| e.to_string())?;
            let corner = Coord { x: place.lon(), y: place.lat() };
            if out.last().is_none_or(|last| spot(last) != spot(&corner)) {
                out.push(corner);
            }
        }
        Ok(out)
    }

    /// Splits every line where another one, or itself, has a vertex too; a piece that is there twice is kept once.
    pub(crate) fn finish(self, batch: &mut Batch, sum: &mut ReadSummary) {
        let mut uses: HashMap<Spot, u32> = HashMap::new();
        for c in self.drafts.iter().flat_map(|d| &d.line) {
            *uses.entry(spot(c)).or_insert(0) += 1;
        }
        let is_junction = |c: &Coord<f64>| uses.get(&spot(c)).is_some_and(|n| *n > 1);
        let mut seen: HashSet<Vec<Spot>> = HashSet::new();
        // A line of several parts goes on counting its pieces.
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let (lines, mut twice) = (self.drafts.len(), 0_u64);
        for draft in self.drafts {
            let mut from = 0;
            for at in 1..draft.line.len() {
                let is_end = at + 1 == draft.line.len();
                if !is_end && !is_junction(&draft.line[at]) {
                    continue;
                }
                let piece = &draft.line[from..=at];
                from = at;
                let number = numbers.entry(draft.id.clone()).or_insert(0);
                *number += 1;
                if !seen.insert(canonical(piece)) {
                    twice += 1;
                    continue;
                }
                batch.streets.push(Street {
                    source: self.source.clone(),
                    id: format!("{}.{number}", draft.id),
                    name: draft.name.clone(),
                    class: draft.class.clone(),
                    line: LineString(piece.to_vec()),
                });
            }
        }
        sum.notes.push(format!("{lines} lines were split where they meet into {} streets", batch.streets.len()));
        if twice > 0 {
            sum.notes.push(format!("{twice} pieces lie exactly on another one, and were kept once"));
        }
    }
}

fn spot(c: &Coord<f64>) -> Spot {
    ((c.x * PER_DEGREE).round() as i64, (c.y * PER_DEGREE).round() as i64)
}

/// A piece whichever way it was drawn.
fn canonical(piece: &[Coord<f64>]) -> Vec<Spot> {
    let along: Vec<Spot> = piece.iter().map(spot).collect();
    let back: Vec<Spot> = along.iter().rev().copied().collect();
    along.min(back)
}

fn lines(geometry: Geometry<f64>) -> std::result::Result<Vec<LineString<f64>>, String> {
    match geometry {
        Geometry::Line(l) => Ok(vec![LineString(vec![l.start, l.end])]),
        Geometry::LineString(l) => Ok(vec![l]),
        Geometry::MultiLineString(m) => Ok(m.0),
        Geometry::GeometryCollection(c) => {
            Ok(c.0.into_iter().map(lines).collect::<std::result::Result<Vec<_>, _>>()?.concat())
        }
        Geometry::Point(_) | Geometry::MultiPoint(_) => Err("a point is not a street".into()),
        _ => Err("an area is not a street".into()),
    }
}
