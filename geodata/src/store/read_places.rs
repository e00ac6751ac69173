//! Reading areas, resources and interventions, in the order in which they were first imported.

use geo_types::MultiPolygon;
use rusqlite::Row;
use serde::de::DeserializeOwned;

use super::{Store, blob};
use crate::error::{Error, Result};
use crate::model::{Area, Intervention, Resource, Visibility};

impl Store {
    /// Every area.
    ///
    /// # Errors
    /// The file cannot be read, or holds a shape that is none.
    pub(crate) fn areas(&self) -> Result<Vec<Area>> {
        let columns = "collection, id, name, level, parent, valid_from, geom, denominators";
        self.each("areas", columns, |r| {
            Ok(Area {
                collection: text(r, 0)?,
                id: text(r, 1)?,
                name: text(r, 2)?,
                level: get(r, 3)?,
                parent: get(r, 4)?,
                valid_from: get(r, 5)?,
                shape: shape(r, 6)?.unwrap_or(MultiPolygon(vec![])),
                denominators: list(r, 7)?,
            })
        })
    }

    /// Every resource, hidden ones included: disclosure control decides who sees them.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn resources(&self) -> Result<Vec<Resource>> {
        self.each("resources", RESOURCE, resource)
    }

    /// Every intervention.
    ///
    /// # Errors
    /// The file cannot be read, or holds a shape that is none.
    pub(crate) fn interventions(&self) -> Result<Vec<Intervention>> {
        self.each("interventions", INTERVENTION, intervention)
    }

    pub(super) fn each<T>(&self, table: &str, columns: &str, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let sql = format!("SELECT {columns}, fid FROM {table} ORDER BY fid");
        let mut statement = self.conn.prepare_cached(&sql).map_err(self.fault("reading"))?;
        let mut rows = statement.query([]).map_err(self.fault("reading"))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(self.fault("reading"))? {
            let item = read(row).map_err(|e| {
                let fid: i64 = row.get("fid").unwrap_or(-1);
                Error { what: format!("{}, layer {table}, feature {fid}: {}", self.path.display(), e.what), ..e }
            });
            found.push(item?);
        }
        Ok(found)
    }
}

/// Columns of a resource, as [`resource`] reads them.
pub(super) const RESOURCE: &str =
    "id, source, organisation, name, resource_type, approach, target_groups, geom, address,
    service_area, opening_hours, languages, accessibility, capacity, phone, url, visibility";

/// A row as a resource.
pub(super) fn resource(r: &Row<'_>) -> Result<Resource> {
    Ok(Resource {
        id: text(r, 0)?,
        source: text(r, 1)?,
        organisation: get(r, 2)?,
        name: text(r, 3)?,
        resource_type: text(r, 4)?,
        approach: get(r, 5)?,
        target_groups: list(r, 6)?,
        point: get::<Option<Vec<u8>>>(r, 7)?.and_then(|b| blob::read_point(&b)),
        address: get(r, 8)?,
        service_area: get(r, 9)?,
        opening_hours: get(r, 10)?,
        languages: list(r, 11)?,
        accessibility: get(r, 12)?,
        capacity: get(r, 13)?,
        phone: get(r, 14)?,
        url: get(r, 15)?,
        // Whatever is not plainly public stays hidden: an owner's typing error must not show a refuge.
        visibility: match text(r, 16)?.as_str() {
            "public" => Visibility::Public,
            "partner" => Visibility::Partner,
            _ => Visibility::HiddenLocation,
        },
    })
}

/// Columns of an intervention, as [`intervention`] reads them.
pub(super) const INTERVENTION: &str = "id, name, aims, approach, geom,
    (SELECT c.geom FROM comparison_places c WHERE c.intervention = interventions.id), start, \"end\", dosage, cost, partners,
    design, registered_at, registered_hash, tags";

/// A row as an intervention.
pub(super) fn intervention(r: &Row<'_>) -> Result<Intervention> {
    Ok(Intervention {
        id: text(r, 0)?,
        name: text(r, 1)?,
        aims: list(r, 2)?,
        approach: get(r, 3)?,
        place: shape(r, 4)?,
        comparison: shape(r, 5)?,
        start: text(r, 6)?,
        end: get(r, 7)?,
        dosage: get(r, 8)?,
        cost: get(r, 9)?,
        partners: list(r, 10)?,
        design: get(r, 11)?,
        registered_at: get(r, 12)?,
        registered_hash: get(r, 13)?,
        tags: list(r, 14)?,
    })
}

pub(super) fn get<T: rusqlite::types::FromSql>(row: &Row<'_>, column: usize) -> Result<T> {
    row.get(column).map_err(|e| Error::storage(e.to_string(), "correct the value, for example in QGIS"))
}

/// A text; an owner's empty field is an empty text.
pub(super) fn text(row: &Row<'_>, column: usize) -> Result<String> {
    Ok(get::<Option<String>>(row, column)?.unwrap_or_default())
}

fn shape(row: &Row<'_>, column: usize) -> Result<Option<MultiPolygon<f64>>> {
    get::<Option<Vec<u8>>>(row, column)?.map(|b| blob::read_multi_polygon(&b)).transpose()
}

fn list<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Vec<T>> {
    match get::<Option<String>>(row, column)?.filter(|t| !t.is_empty()) {
        None => Ok(Vec::new()),
        Some(text) => serde_json::from_str(&text).map_err(|e| {
            Error::storage(format!("{text:?} is not a JSON list: {e}"), "correct the value, for example in QGIS")
        }),
    }
}
