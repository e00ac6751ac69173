//! Boundary zones beside a gang context: places between concentrations, without names, told for a while only.

use jiff::ToSpan;
use jiff::civil::Date;

use super::gi_star::Scored;
use crate::analysis::boundary::{Ground, anchors, zones};
use crate::analysis::field::Field;
use crate::analysis::params::{Domain, Parameter, Params};
use crate::analysis::records::Records;
use crate::crs::Crs;
use crate::error::Result;
use crate::model::LonLat;
use crate::table::{Column, Shapes, Values};

/// For so long after the period a zone is told: what lay between concentrations then says nothing of later.
const TOLD_DAYS: i32 = 90;
/// Fewest concentrations that have a border.
const FEWEST: usize = 2;
const CLASSES: &[&str] = &["between", "no", "expired"];

pub(super) const BOUNDARY_ZONES: Parameter = Parameter {
    name: "boundary_zones",
    unit: "",
    default: "no",
    domain: Domain::Word(&["no", "yes"]),
    words: "Also tells the places between two concentrations that reach them about equally, for 90 days after the period",
};

/// The column `boundary_zone`, where it is asked for.
pub(super) fn column(
    records: &Records<'_>,
    field: &mut Field,
    scored: &Scored,
    params: &Params,
) -> Result<Option<Column>> {
    if params.word(BOUNDARY_ZONES.name) != "yes" {
        return Ok(None);
    }
    // A period that ends after the records do is no newer than they are.
    let ends = [records.query().period, records.snapshot.period()].into_iter().flatten().map(|p| p.to);
    let end = ends.min().and_then(|to| to.civil());
    let expires = end.and_then(|end| end.date().checked_add(TOLD_DAYS.days()).ok());
    let today: Option<Date> = records.snapshot.today().parse().ok();
    let is_told = matches!((expires, today), (Some(expires), Some(today)) if today <= expires);
    let summary = &mut field.record.summary;
    summary.insert("boundary_zones_expire".into(), expires.map(|d| d.to_string()).into());
    let classes = if is_told {
        let found = between(records, field, scored)?;
        found.into_iter().map(|b| u8::from(!b)).collect()
    } else {
        field.record.warnings.push(format!(
            "boundary zones are told for {TOLD_DAYS} days after the period, which have passed: ask of newer records"
        ));
        vec![2; field.len()]
    };
    Ok(Some(Column { name: "boundary_zone", unit: "", values: Values::Class(CLASSES, classes) }))
}

fn between(records: &Records<'_>, field: &mut Field, scored: &Scored) -> Result<Vec<bool>> {
    let plane = Crs::from_epsg(records.snapshot.local_epsg())?;
    let metres = |p: Option<LonLat>| {
        let at = p.and_then(|p| plane.from_lonlat(p).ok());
        at.map_or((f64::NAN, f64::NAN), |p| (p.x_m, p.y_m))
    };
    let at_m: Vec<(f64, f64)> = match &field.shapes {
        Shapes::Cells(frame, cells) => cells.iter().map(|&cell| metres(Some(frame.centre(cell)))).collect(),
        Shapes::Areas(areas) => areas.iter().map(|a| metres(a.middle())).collect(),
        Shapes::Points(points) => points.iter().map(|&p| metres(p)).collect(),
        Shapes::Lines(lines) => vec![metres(None); lines.len()],
    };
    let (names, classes) = &scored.classes;
    let is_hot: Vec<bool> = classes
        .iter()
        .zip(&at_m)
        .map(|(&c, at)| names.get(usize::from(c)).is_some_and(|n| n.starts_with("hot")) && at.0.is_finite())
        .collect();
    let counts = field.numbers();
    let (found, part) = anchors(&is_hot, &Ground { at_m: &at_m, counts: &counts, weights: &field.weights });
    let record = &mut field.record;
    record.summary.insert("concentrations".into(), found.len().into());
    if found.len() < FEWEST {
        record.warnings.push(format!("{} concentrations: there is nothing between them", found.len()));
    }
    record.warnings.push(
        "boundary zones come from where incidents concentrate, by a model of distance and number; they name no group and \
         are no ground for measures against anyone"
            .into(),
    );
    Ok(zones(&found, &part, &at_m))
}
