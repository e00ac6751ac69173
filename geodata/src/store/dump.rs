//! A hash over the whole content in a fixed order: the same content has the same hash, however it came about.

use rusqlite::types::ValueRef;
use xxhash_rust::xxh3::Xxh3;

use super::Store;
use crate::error::Result;

/// What counts as content, ordered by what identifies it; numbers given by the file (fid, profile, import) do not.
const CONTENT: [&str; 7] = [
    "SELECT r.key_hash, r.record_key, p.content, r.t_from, r.t_to, r.geom, r.row_hash, r.recorded_area, r.victims
     FROM incident_rows r JOIN profiles p ON p.id = r.profile ORDER BY r.key_hash",
    "SELECT collection, id, valid_from, geom, name, level, parent, denominators FROM areas ORDER BY 1, 2, 3",
    "SELECT source, id, geom, organisation, name, resource_type, approach, target_groups, address, service_area,
     opening_hours, languages, accessibility, capacity, phone, url, visibility FROM resources ORDER BY 1, 2",
    "SELECT id, i.geom, name, aims, approach, start, \"end\", dosage, cost, partners, design, registered_at,
     registered_hash, tags, c.geom FROM interventions i LEFT JOIN comparison_places c ON c.intervention = i.id ORDER BY 1",
    "SELECT source, id, geom, name, class FROM streets ORDER BY 1, 2",
    "SELECT source, lon, lat, incidents, reason FROM default_points ORDER BY 1, 2, 3",
    "SELECT i.file_hash, q.line, q.column_name, q.value, q.reason FROM quarantine q JOIN imports i ON i.id = q.import
     ORDER BY 1, 2, 3, 4, 5",
];

impl Store {
    /// Hash of the content: incidents, places, default points and quarantine.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn content_hash(&self) -> Result<u64> {
        let mut hasher = Xxh3::new();
        for sql in CONTENT {
            let mut statement = self.conn.prepare(sql).map_err(self.fault("reading"))?;
            let columns = statement.column_count();
            let mut rows = statement.query([]).map_err(self.fault("reading"))?;
            while let Some(row) = rows.next().map_err(self.fault("reading"))? {
                for column in 0..columns {
                    match row.get_ref(column).map_err(self.fault("reading"))? {
                        ValueRef::Null => hasher.update(&[0]),
                        ValueRef::Integer(n) => hasher.update(&n.to_le_bytes()),
                        ValueRef::Real(x) => hasher.update(&x.to_le_bytes()),
                        ValueRef::Text(t) | ValueRef::Blob(t) => {
                            hasher.update(&t.len().to_le_bytes());
                            hasher.update(t);
                        }
                    }
                }
            }
            hasher.update(sql.as_bytes());
        }
        Ok(hasher.digest())
    }
}
