//! Drafts of areas, streets and services, and where the rows of a table are.

use std::path::Path;

use super::super::map::names;
use super::look::{Column, Look, plain};
use super::text::Text;
use crate::error::{Error, Result};

/// Takes a column for a key, and remembers that it is used.
pub(super) fn take(out: &mut Text, key: &str, column: Option<&Column>, used: &mut Vec<String>) {
    if let Some(column) = column {
        out.pair(key, &column.name);
        used.push(column.name.clone());
    }
}

fn any(_: &Column) -> bool {
    true
}

pub(super) fn areas(look: &Look, path: &Path, out: &mut Text, used: &mut Vec<String>) {
    out.table("[area]");
    out.comment("Name of the collection, as `areas:NAME` in grids and masks.");
    out.pair("collection", &plain(&path.file_name().unwrap_or_default().to_string_lossy()).replace('-', "_"));
    let id = look.named(names::AREA_ID, |c| c.is_unique(look.rows));
    if let Some(id) =
        id.or_else(|| look.columns.iter().find(|c| c.can_be_named() && c.is_unique(look.rows) && !c.name.is_empty()))
    {
        out.list("id", [id.name.as_str()].into_iter());
        used.push(id.name.clone());
    }
    take(out, "name", look.named(names::AREA_NAME, any), used);
    out.comment("0 the city, larger is finer.");
    out.line("level = 1");
    match look.named(names::RESIDENTS, Column::is_number) {
        Some(c) => {
            out.comment(
                "What rates divide by: one line a column, with sex, age = [from, to] and year where they are known.",
            );
            out.table("[[area.denominator]]");
            out.pair("kind", "residents");
            take(out, "column", Some(c), used);
            out.pair("source", &format!("column {} of the file", c.name));
        }
        None => {
            out.comment("denominator = [{ kind = \"residents\", column = \"...\", year = 2020, source = \"census\" }]")
        }
    }
}

pub(super) fn streets(look: &Look, out: &mut Text, used: &mut Vec<String>) {
    out.table("[street]");
    if let Some(id) = look.named(names::STREET_ID, any) {
        out.list("id", [id.name.as_str()].into_iter());
        used.push(id.name.clone());
    }
    take(out, "name", look.named(names::STREET_NAME, any), used);
    take(out, "class", look.named(names::STREET_CLASS, any), used);
}

pub(super) fn resources(look: &Look, path: &Path, out: &mut Text, used: &mut Vec<String>) -> Result<()> {
    if let Some(id) = look.named(names::ID, |c| c.is_unique(look.rows)) {
        out.table("[key]");
        out.line(&format!("columns = [[{}]]", toml::Value::String(id.name.clone())));
        used.push(id.name.clone());
    }
    coordinates(look, out, used);
    out.table("[resource]");
    out.comment("`urbansafety sources` and the built-in sources show which types there are.");
    out.pair("type", "service");
    let name = look
        .named(names::SERVICE_NAME, any)
        .or_else(|| look.columns.iter().find(|c| c.can_be_named() && !c.is_number()));
    if name.is_none() {
        return Err(Error::invalid(
            format!("{}: none of its columns is a date or the name of a service", path.display()),
            "give incidents with a column of dates, services with names, or polygons",
        ));
    }
    take(out, "name", name, used);
    for (key, known_as) in [
        ("address", "address|street address|addr"),
        ("phone", "phone|phone number|telephone"),
        ("opening_hours", "opening hours|hours|hours of operation"),
        ("url", "url|website|web"),
        ("capacity", "capacity"),
    ] {
        take(out, key, look.named(known_as, any), used);
    }
    out.comment("Refuges and the like: visibility = \"hidden\" keeps their place to themselves.");
    Ok(())
}

/// Degrees are less than this.
const NO_DEGREES: f64 = 1000.0;

/// The columns of coordinates; nothing where rows have a geometry of their own.
pub(super) fn coordinates(look: &Look, out: &mut Text, used: &mut Vec<String>) {
    if look.has_geometry {
        return;
    }
    let lon = look.named(names::LON, Column::is_degrees);
    let lat = look.named(names::LAT, Column::is_degrees);
    if let (Some(lon), Some(lat)) = (lon, lat) {
        out.table("[[place]]");
        take(out, "lon", Some(lon), used);
        take(out, "lat", Some(lat), used);
        if let (Some((w, e)), Some((s, n))) = (lon.range, lat.range) {
            out.comment(&format!(
                "The first rows lie between {w}, {s} and {e}, {n}: give location.bounds as [west, south, east, north]."
            ));
        }
        return;
    }
    let wkt = look.columns.iter().find(|c| {
        let points = c.values.keys().filter(|v| v.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("point"))).count();
        c.can_be_named() && points > 0 && 10 * points >= 9 * c.values.len()
    });
    if let Some(wkt) = wkt {
        out.table("[[place]]");
        take(out, "wkt", Some(wkt), used);
        return;
    }
    const X: &str = "x coordinate|x coord cd|x coord|point x|easting|x utm|coord x|x";
    const Y: &str = "y coordinate|y coord cd|y coord|point y|northing|y utm|coord y|y";
    if let (Some(x), Some(y)) = (look.named(X, Column::is_far), look.named(Y, Column::is_far)) {
        let (low, high) = x.range.unwrap_or_default();
        // No national grid counts eastings below zero, and Web Mercator does so for the Americas.
        let is_web = low < -NO_DEGREES && high.abs().max(low.abs()) < 20_037_509.0;
        out.line("");
        out.comment(&format!(
            "Metres or feet of a map: {} from {low} to {high}. The publisher's page says of which, as an EPSG code.",
            x.name
        ));
        if is_web {
            out.comment("Numbers below zero are most likely Web Mercator: check one row on a map.");
        }
        let dash = if is_web { "" } else { "# " };
        for line in [
            "[[place]]".to_owned(),
            format!("x = {}", toml::Value::String(x.name.clone())),
            format!("y = {}", toml::Value::String(y.name.clone())),
            format!("epsg = {}", if is_web { "3857" } else { "..." }),
        ] {
            out.line(&format!("{dash}{line}"));
        }
        used.extend([x.name.clone(), y.name.clone()]);
        return;
    }
    out.line("");
    out.comment("No column is known to hold coordinates: give [[place]] with lon and lat, or x, y and epsg, or wkt.");
}
