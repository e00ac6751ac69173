//! Is the file whole? What `urbansafety check` asks.

use super::{Store, schema};
use crate::error::Result;

/// Problems that SQLite lists at most.
const MAX_PROBLEMS: usize = 100;

/// A question in SQL that counts what is wrong, and what it means.
const QUESTIONS: [(&str, &str); 8] = [
    (
        "SELECT count(*) FROM incident_rows WHERE profile NOT IN (SELECT id FROM profiles)",
        "incidents without their profile",
    ),
    (
        "SELECT count(*) FROM incident_rows r JOIN profiles p ON p.id = r.profile WHERE r.t_to <= r.t_from OR
         (r.t_to IS NULL AND p.time_precision NOT IN ('minute', 'hour', 'day'))",
        "incidents whose time is no interval",
    ),
    (
        "SELECT count(*) FROM incident_rows WHERE geom IS NOT NULL AND (typeof(geom) <> 'blob' OR length(geom) < 29)",
        "incidents whose place is damaged",
    ),
    (
        "SELECT count(*) FROM imports i WHERE finished IS NULL AND NOT EXISTS (SELECT 1 FROM imports l WHERE
         l.finished IS NOT NULL AND l.id > i.id AND l.source = i.source AND l.file_hash = i.file_hash)",
        "imports that were broken off; import these files again",
    ),
    (
        "SELECT count(*) FROM gpkg_contents WHERE table_name NOT IN (SELECT name FROM sqlite_master)",
        "layers that are announced but not there",
    ),
    ("SELECT count(*) FROM (SELECT 1 FROM profiles GROUP BY content HAVING count(*) > 1)", "profiles stored twice"),
    ("SELECT count(*) FROM areas WHERE geom IS NULL", "areas without a shape"),
    (
        "SELECT count(*) FROM resources WHERE visibility NOT IN ('public', 'partner', 'hidden_location')",
        "resources of unknown visibility; they are treated as hidden",
    ),
];

impl Store {
    /// Everything that is wrong with the file, in words; empty when it is whole. Reads all of it: about a second a GB.
    ///
    /// # Errors
    /// The file cannot be read at all.
    pub fn check(&self) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        let sql = format!("PRAGMA integrity_check({MAX_PROBLEMS})");
        let mut statement = self.conn.prepare(&sql).map_err(self.fault("checking"))?;
        let lines = statement.query_map([], |r| r.get::<_, String>(0)).map_err(self.fault("checking"))?;
        for line in lines {
            match line {
                Ok(line) if line == "ok" => {}
                Ok(line) => {
                    problems.push(format!("the file is damaged: {line}; restore it from a backup or import again"))
                }
                Err(e) => {
                    problems.push(self.fault("checking")(e).to_string());
                    break;
                }
            }
        }
        for (question, meaning) in QUESTIONS {
            match self.conn.query_row(question, [], |r| r.get::<_, i64>(0)) {
                Ok(0) => {}
                Ok(n) => problems.push(format!("{n} {meaning}")),
                Err(e) => problems.push(self.fault("checking")(e).to_string()),
            }
        }
        let version: i64 =
            self.conn.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(self.fault("checking"))?;
        if version != schema::GEOPACKAGE_VERSION {
            problems.push(format!("user_version is {version}, GeoPackage 1.3 has {}", schema::GEOPACKAGE_VERSION));
        }
        Ok(problems)
    }
}
