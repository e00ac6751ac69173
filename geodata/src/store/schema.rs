//! The tables of a city's GeoPackage, and the ordered migrations that make them.
//!
//! GeoPackage keeps `user_version` for its own version (10300 is 1.3), so ours is a row of `urbansafety_meta`.

use rusqlite::{Connection, OptionalExtension};

/// `application_id` of a GeoPackage: the letters GPKG.
pub(super) const APPLICATION_ID: i64 = 0x4750_4B47;
/// `user_version` of GeoPackage 1.3.
pub(super) const GEOPACKAGE_VERSION: i64 = 10300;

/// Migration number n makes schema version n + 1 of version n. They are never edited, only added to.
pub(super) const MIGRATIONS: [&str; 4] = [VERSION_1, VERSION_2, VERSION_3, VERSION_4];

/// The definition of WGS 84 that GeoPackage asks for.
const WGS_84: &str = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]"#;

/// Makes the tables that every GeoPackage has, in the open transaction.
pub(super) fn create_geopackage(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(GEOPACKAGE)?;
    conn.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84 geodetic', 4326, 'EPSG', 4326, ?1, 'longitude and latitude in decimal degrees on WGS 84')",
        [WGS_84],
    )?;
    Ok(())
}

/// Version of our schema in the file; `None` where our tables are not there.
pub(super) fn version(conn: &Connection) -> rusqlite::Result<Option<i64>> {
    if !has_table(conn, "urbansafety_meta")? {
        return Ok(None);
    }
    conn.query_row("SELECT value FROM urbansafety_meta WHERE name = 'schema_version'", [], |r| r.get(0)).optional()
}

/// Whether the file has a table or view of that name.
pub(super) fn has_table(conn: &Connection, name: &str) -> rusqlite::Result<bool> {
    conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?1)",
        [name],
        |r| r.get(0),
    )
}

const GEOPACKAGE: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system');
INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
";

// The columns of a row that the index reads stand first, so that SQLite need not walk past the others.
// Places are few and their owner may edit them in QGIS: triggers let the generation grow then too.
const VERSION_1: &str = "
CREATE TABLE urbansafety_meta (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL);
INSERT INTO urbansafety_meta VALUES ('schema_version', 1), ('generation', 0);
CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE imports (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, mapping_version INTEGER NOT NULL, file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL, started TEXT NOT NULL, last_batch TEXT NOT NULL, finished TEXT, report TEXT);
CREATE TABLE profiles (
  id INTEGER PRIMARY KEY, content_hash INTEGER NOT NULL, source TEXT NOT NULL, source_code TEXT NOT NULL,
  category TEXT NOT NULL, iccs TEXT NOT NULL, time_precision TEXT NOT NULL, time_basis TEXT NOT NULL, zone TEXT NOT NULL,
  location_precision TEXT NOT NULL, uncertainty_m INTEGER, discovery TEXT NOT NULL, status TEXT, weapon TEXT,
  content TEXT NOT NULL);
CREATE INDEX profiles_by_content ON profiles (content_hash);
CREATE TABLE incident_rows (
  fid INTEGER PRIMARY KEY, profile INTEGER NOT NULL REFERENCES profiles (id), t_from INTEGER NOT NULL, t_to INTEGER,
  geom POINT, key_hash INTEGER NOT NULL, row_hash INTEGER NOT NULL, import INTEGER NOT NULL REFERENCES imports (id),
  record_key TEXT NOT NULL, recorded_area TEXT, victims TEXT);
CREATE UNIQUE INDEX incident_rows_by_key ON incident_rows (key_hash);
CREATE VIEW incidents AS SELECT
  r.fid AS OGC_FID, r.geom AS geom, p.source AS source, r.record_key AS record_key, p.source_code AS source_code,
  p.category AS category, p.iccs AS iccs,
  CAST(strftime('%Y-%m-%dT%H:%M:%S', r.t_from, 'unixepoch') AS TEXT) AS time_from,
  CAST(strftime('%Y-%m-%dT%H:%M:%S', ifnull(r.t_to, r.t_from + CASE p.time_precision
    WHEN 'minute' THEN 60 WHEN 'hour' THEN 3600 ELSE 86400 END), 'unixepoch') AS TEXT) AS time_to,
  p.time_precision AS time_precision, p.time_basis AS time_basis, p.zone AS zone,
  p.location_precision AS location_precision, p.uncertainty_m AS uncertainty_m, p.discovery AS discovery,
  p.status AS status, p.weapon AS weapon, r.recorded_area AS recorded_area, r.victims AS victims
  FROM incident_rows r JOIN profiles p ON p.id = r.profile;
CREATE TABLE areas (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, collection TEXT NOT NULL, id TEXT NOT NULL,
  name TEXT NOT NULL, level INTEGER NOT NULL, parent TEXT, valid_from TEXT, residents REAL, residents_female REAL,
  residents_male REAL, households REAL, denominators TEXT, row_hash INTEGER, import INTEGER);
CREATE UNIQUE INDEX areas_by_id ON areas (collection, id, ifnull(valid_from, ''));
CREATE TABLE resources (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT, source TEXT NOT NULL, id TEXT NOT NULL,
  organisation TEXT, name TEXT NOT NULL, resource_type TEXT NOT NULL, approach TEXT, target_groups TEXT, address TEXT,
  service_area TEXT, opening_hours TEXT, languages TEXT, accessibility TEXT, capacity INTEGER, phone TEXT, url TEXT,
  visibility TEXT NOT NULL, row_hash INTEGER, import INTEGER);
CREATE UNIQUE INDEX resources_by_id ON resources (source, id);
CREATE TABLE interventions (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  aims TEXT, approach TEXT, start TEXT NOT NULL, \"end\" TEXT, dosage TEXT, cost TEXT, partners TEXT, design TEXT,
  registered_at TEXT, registered_hash TEXT, tags TEXT, row_hash INTEGER, import INTEGER);
CREATE TABLE comparison_places (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, intervention TEXT NOT NULL UNIQUE, row_hash INTEGER,
  import INTEGER);
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES imports (id), line INTEGER NOT NULL, column_name TEXT NOT NULL,
  value TEXT NOT NULL, reason TEXT NOT NULL, hint TEXT NOT NULL);
CREATE INDEX quarantine_by_import ON quarantine (import);
CREATE TABLE default_points (
  source TEXT NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, incidents INTEGER NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (source, lon, lat));
CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, tier TEXT NOT NULL, sha256 BLOB NOT NULL UNIQUE, created TEXT NOT NULL,
  expires TEXT, revoked TEXT);
CREATE TRIGGER areas_inserted AFTER INSERT ON areas BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER areas_updated AFTER UPDATE ON areas BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER areas_deleted AFTER DELETE ON areas BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER resources_inserted AFTER INSERT ON resources BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER resources_updated AFTER UPDATE ON resources BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER resources_deleted AFTER DELETE ON resources BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER interventions_inserted AFTER INSERT ON interventions BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER interventions_updated AFTER UPDATE ON interventions BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER interventions_deleted AFTER DELETE ON interventions BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER comparison_places_inserted AFTER INSERT ON comparison_places BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER comparison_places_updated AFTER UPDATE ON comparison_places BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER comparison_places_deleted AFTER DELETE ON comparison_places BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
  ('incidents', 'features', 'incidents', 'Recorded incidents', 4326),
  ('areas', 'features', 'areas', 'Areas with their residents', 4326),
  ('resources', 'features', 'resources', 'Services and where they are', 4326),
  ('interventions', 'features', 'interventions', 'Programmes and where they act', 4326),
  ('comparison_places', 'features', 'comparison_places', 'Where programmes are compared with', 4326),
  ('imports', 'attributes', 'imports', 'What was imported, when, with which result', 0),
  ('quarantine', 'attributes', 'quarantine', 'Rows that could not be used, and why', 0);
INSERT INTO gpkg_geometry_columns VALUES ('incidents', 'geom', 'POINT', 4326, 0, 0), ('areas', 'geom', 'MULTIPOLYGON', 4326, 0, 0),
  ('resources', 'geom', 'POINT', 4326, 0, 0), ('interventions', 'geom', 'MULTIPOLYGON', 4326, 0, 0),
  ('comparison_places', 'geom', 'MULTIPOLYGON', 4326, 0, 0);
";

// Two files may have the same generation: a number drawn once tells their answers apart. What an import says of its
// source is kept, so that every answer can name where its data are from.
const VERSION_2: &str = "
INSERT INTO urbansafety_meta VALUES ('file_id', random() & 0x7fffffffffffffff);
ALTER TABLE sources ADD COLUMN kind TEXT;
ALTER TABLE sources ADD COLUMN title TEXT;
ALTER TABLE sources ADD COLUMN licence TEXT;
";

// What disclosure control keeps. A release cannot be changed once it is made, nor an entry of the access log; entries go
// only by retention, which leaves an anchor. Secrets, tombstones and the log are no layers: no GIS lists them.
const VERSION_3: &str = "
CREATE TABLE secrets (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE releases (
  number INTEGER PRIMARY KEY, made TEXT NOT NULL, document TEXT NOT NULL, checksum TEXT NOT NULL, cube BLOB NOT NULL);
CREATE TRIGGER releases_fixed BEFORE UPDATE ON releases BEGIN SELECT RAISE(ABORT, 'a release cannot be changed'); END;
CREATE TRIGGER releases_kept BEFORE DELETE ON releases BEGIN SELECT RAISE(ABORT, 'a release cannot be removed'); END;
CREATE TABLE policy_signers (public_key TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, added TEXT NOT NULL);
CREATE TABLE tombstones (
  source TEXT NOT NULL, key_mac BLOB NOT NULL, erased TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (source, key_mac)) WITHOUT ROWID;
CREATE TABLE agreements (
  id TEXT NOT NULL PRIMARY KEY, parties TEXT NOT NULL, layers TEXT NOT NULL, precision TEXT NOT NULL, purpose TEXT NOT NULL,
  created TEXT NOT NULL, expires TEXT NOT NULL, revoked TEXT);
ALTER TABLE api_keys ADD COLUMN agreement TEXT;
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, tier TEXT NOT NULL, purpose TEXT NOT NULL, asked TEXT NOT NULL,
  basis TEXT NOT NULL, status INTEGER NOT NULL, rows INTEGER NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL);
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'an entry of the log cannot be changed'); END;
CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL);
CREATE TABLE audit_folded (journal TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE audit_anchor (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, removed TEXT NOT NULL);
CREATE TABLE redteam_runs (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, release INTEGER NOT NULL, recovered INTEGER NOT NULL, report TEXT NOT NULL);
";

// Streets between junctions; like other places their owner may edit them.
const VERSION_4: &str = "
CREATE TABLE streets (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom LINESTRING, source TEXT NOT NULL, id TEXT NOT NULL, name TEXT,
  class TEXT, row_hash INTEGER, import INTEGER);
CREATE UNIQUE INDEX streets_by_id ON streets (source, id);
CREATE TRIGGER streets_inserted AFTER INSERT ON streets BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER streets_updated AFTER UPDATE ON streets BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
CREATE TRIGGER streets_deleted AFTER DELETE ON streets BEGIN
  UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'; END;
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
  ('streets', 'features', 'streets', 'Streets between junctions', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('streets', 'geom', 'LINESTRING', 4326, 0, 0);
";
