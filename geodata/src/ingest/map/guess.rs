//! Completes a generic source from the names of a file's columns, and says what it took for what.

use std::path::Path;

use super::super::read::{self, Cell, Event};
use super::super::source::fold::fold;
use super::super::source::{
    AreaColumns, DenominatorColumn, Format, PlaceColumns, Source, SourceKind, StreetColumns, Time, names_people,
};
use super::form::Form;
use super::names::{
    AREA_ID, AREA_NAME, CATEGORY, CLOCK, DATE, ID, LAT, LON, RESIDENTS, SERVICE_NAME, STREET_CLASS, STREET_ID,
    STREET_NAME,
};
use crate::error::{Error, Kind, Result};
use crate::model::TimeBasis;

/// Rows looked at to tell day first from month first.
const LOOK: usize = 5000;

/// Whether one of the columns is known to hold a date, as incidents must.
pub(crate) fn has_date(names: &[String]) -> bool {
    names.iter().any(|n| DATE.split('|').any(|d| fold(d) == fold(n)))
}

/// Fills what the source leaves open.
pub(crate) fn complete(
    source: &Source,
    path: &Path,
    names: &[String],
    has_geometry: bool,
    notes: &mut Vec<String>,
) -> Result<Source> {
    let mut out = source.clone();
    let mut find = |candidates: &str, what: &str| {
        let found = candidates.split('|').find_map(|c| names.iter().find(|n| fold(n) == fold(c) && !names_people(n)));
        if let Some(name) = found {
            notes.push(format!("guessed: {what} from column {name:?}"));
        }
        found.cloned()
    };
    if !has_geometry
        && out.place.is_empty()
        && !matches!(out.kind, SourceKind::Areas | SourceKind::Streets)
        && let (Some(lon), Some(lat)) = (find(LON, "longitude"), find(LAT, "latitude"))
    {
        let epsg = source.format.epsg;
        out.place.push(PlaceColumns { lon: Some(lon), lat: Some(lat), x: None, y: None, wkt: None, epsg });
    }
    match out.kind {
        SourceKind::Incidents => incidents(&mut out, path, names, &mut find)?,
        SourceKind::Areas => {
            let area = out.area.get_or_insert_with(AreaColumns::default);
            if area.id.is_empty() {
                area.id = find(AREA_ID, "id").into_iter().collect();
            }
            area.name = area.name.take().or_else(|| find(AREA_NAME, "name"));
            if let (true, Some(column)) = (area.denominator.is_empty(), find(RESIDENTS, "residents")) {
                let source = format!("column {column} of the file");
                let d =
                    DenominatorColumn { kind: "residents".into(), column, sex: None, age: None, year: None, source };
                area.denominator.push(d);
            }
        }
        SourceKind::Resources => {
            if let Some(resource) = &mut out.resource {
                resource.name = resource.name.take().or_else(|| find(SERVICE_NAME, "name"));
                resource.address = resource.address.take().or_else(|| find("address|street address|addr", "address"));
                resource.phone =
                    resource.phone.take().or_else(|| find("phone|phone number|phone 1|telephone", "telephone"));
                let hours = "opening hours|hours|hours of operation";
                resource.opening_hours = resource.opening_hours.take().or_else(|| find(hours, "opening hours"));
                resource.url = resource.url.take().or_else(|| find("url|website|website url|web", "web address"));
                resource.capacity = resource.capacity.take().or_else(|| find("capacity", "capacity"));
                resource.type_column = resource.type_column.take().or_else(|| find("resource type|type", "type"));
            }
        }
        SourceKind::Streets => {
            let street = out.street.get_or_insert_with(StreetColumns::default);
            if street.id.is_empty() {
                street.id = find(STREET_ID, "id").into_iter().collect();
            }
            street.name = street.name.take().or_else(|| find(STREET_NAME, "name"));
            street.class = street.class.take().or_else(|| find(STREET_CLASS, "class"));
        }
        SourceKind::Interventions => {}
    }
    Ok(out)
}

fn incidents(
    out: &mut Source,
    path: &Path,
    names: &[String],
    find: &mut dyn FnMut(&str, &str) -> Option<String>,
) -> Result<()> {
    if out.key.columns.is_empty() {
        out.key.columns = find(ID, "key").map(|c| vec![vec![c]]).unwrap_or_default();
    }
    if out.category.as_ref().is_none_or(|c| c.text.is_none() && c.code.is_none()) {
        let text = find(CATEGORY, "category");
        let mut category = out.category.take().unwrap_or_default();
        match text {
            Some(t) => category.text = Some(t),
            None => {
                out.category = None;
            }
        }
        if category.text.is_some() {
            out.category = Some(category);
        }
    }
    if out.time.as_ref().is_none_or(|t| t.columns.is_empty() && t.parts.is_empty()) {
        let Some(date) = find(DATE, "time") else {
            return Err(Error::invalid(
                format!("{}: none of its columns is known to hold a date: {}", path.display(), names.join(", ")),
                "write a source file with [time] columns and forms, and give it with --source",
            ));
        };
        let clock = find(CLOCK, "time of day").filter(|c| *c != date);
        let forms = out.time.as_ref().map(|t| t.forms.clone()).unwrap_or_default();
        out.time = Some(Time {
            columns: vec![date],
            parts: vec![],
            clock,
            until: None,
            until_clock: None,
            utc: None,
            forms,
            basis: TimeBasis::Occurred,
            placeholders: vec![],
            years: None,
        });
    }
    if let Some(time) = &mut out.time
        && time.forms.is_empty()
        && let Some(column) = time.columns.first()
    {
        time.forms = forms(path, &out.format, column, time.clock.is_some())?;
    }
    Ok(())
}

const ISO: [&str; 8] = [
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m",
];
const ENDS: [&str; 6] = ["", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S%z"];

/// Forms for a column, the one that fits the first rows first. `03/04/2020` is read only where other rows tell the order.
fn forms(path: &Path, hints: &Format, column: &str, clock: bool) -> Result<Vec<String>> {
    let (out, is_ambiguous) = forms_of(&sample(path, hints, column)?, clock);
    if is_ambiguous {
        return Err(Error::invalid(
            format!("{}: column {column:?} does not tell whether the day or the month comes first", path.display()),
            "write a source file with time.forms, for example [\"%d/%m/%Y\"], and give it with --source",
        ));
    }
    Ok(out)
}

/// Forms for texts, the usual one first, and whether day and month fit either way; then those with the month first.
pub(crate) fn forms_of(sample: &[String], clock: bool) -> (Vec<String>, bool) {
    let of = |heads: &[&str]| -> Vec<String> {
        heads.iter().flat_map(|h| ENDS.iter().map(move |e| format!("{h}{e}"))).collect()
    };
    let fits = |forms: &[String]| {
        let compiled: Vec<Form> = forms.iter().filter_map(|f| Form::compile(f).ok()).collect();
        sample.iter().filter(|t| compiled.iter().any(|f| f.parse(t).is_some())).count()
    };
    let families = [
        ISO.iter().map(|f| (*f).to_string()).collect::<Vec<_>>(),
        of(&["%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"]),
        of(&["%d.%m.%Y"]),
        of(&["%m/%d/%Y", "%m-%d-%Y"]),
        of(&["%d/%m/%Y", "%d-%m-%Y"]),
        of(&["%d-%b-%Y", "%d %b %Y", "%b %d, %Y"]),
        vec!["%Y".to_string()],
    ];
    let counts: Vec<usize> = families.iter().map(|f| fits(f)).collect();
    let best = counts.iter().copied().max().unwrap_or(0);
    let ambiguous = counts[3] == best && counts[4] == best && best > 0;
    let mut order: Vec<usize> = (0..families.len()).filter(|i| counts[*i] > 0).collect();
    order.sort_by_key(|i| std::cmp::Reverse(counts[*i]));
    // Of the two slash orders only the better one may speak, else a wrong date would pass for a rare form.
    if order.contains(&3) && order.contains(&4) {
        let worse = if counts[3] > counts[4] { 4 } else { 3 };
        order.retain(|i| *i != worse);
    }
    let mut out: Vec<String> = order.into_iter().flat_map(|i| families[i].clone()).collect();
    // The usual form comes first, so that the others are marked.
    let hits = |f: &String| Form::compile(f).map_or(0, |c| sample.iter().filter(|t| c.parse(t).is_some()).count());
    if let Some(usual) = out.iter().enumerate().max_by_key(|(i, f)| (hits(f), std::cmp::Reverse(*i))).map(|(i, _)| i) {
        out.swap(0, usual);
    }
    if out.is_empty() {
        out = families[0].clone();
    }
    if clock {
        out.extend(["%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p"].map(String::from));
    }
    (out, ambiguous)
}

/// Texts of the first rows of a column.
fn sample(path: &Path, hints: &Format, column: &str) -> Result<Vec<String>> {
    let table = read::open(path, hints)?;
    let at = table.columns().iter().position(|c| c == column);
    let Some(at) = at else { return Ok(vec![]) };
    let wanted: Vec<bool> = (0..table.columns().len()).map(|c| c == at).collect();
    let mut out = vec![];
    let read = table.rows(&wanted, &mut |event| {
        if let Event::Row(row) = event
            && let cell @ Cell::Text(_) = row.cell(at)
        {
            out.extend(cell.to_text());
        }
        if out.len() >= LOOK { Err(Error::cancelled()) } else { Ok(()) }
    });
    match read {
        Err(e) if e.kind != Kind::Cancelled => Err(e),
        _ => Ok(out),
    }
}
