//! What a file holds, in numbers: for the data-protection impact assessment. No row, no key, no secret is among it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Store, keys, signers};
use crate::error::Result;

/// What is held of one source.
#[derive(Default)]
pub(crate) struct Held {
    /// Its title and licence, as its description has them.
    pub title: String,
    pub licence: String,
    /// Finished imports, and when the last one ended.
    pub imports: u64,
    pub last_import: String,
    /// Columns that were dropped by name in any import.
    pub dropped: BTreeSet<String>,
    /// Incidents by how their place and their time are known.
    pub incidents: BTreeMap<(String, String), u64>,
}

/// How many of something, and when the first and the last were.
pub(crate) struct Span {
    pub number: u64,
    pub first: Option<String>,
    pub last: Option<String>,
}

/// The last run of the attacks.
pub(crate) struct RedTeam {
    pub at: String,
    pub release: i64,
    pub recovered: i64,
}

/// What a file holds, in numbers.
pub(crate) struct Account {
    pub generation: u64,
    pub sources: BTreeMap<String, Held>,
    pub set_aside: u64,
    pub victims: u64,
    pub areas: u64,
    pub resources: u64,
    pub hidden_resources: u64,
    pub interventions: u64,
    pub keys: Vec<keys::ApiKey>,
    /// Number and last day of each agreement that was not revoked, and how many were.
    pub agreements: Vec<(String, String)>,
    pub revoked_agreements: u64,
    pub signers: Vec<signers::Signer>,
    pub log: Span,
    /// When retention last took entries of the log.
    pub log_cut: Option<String>,
    pub erasures: Span,
    pub red_team: Option<RedTeam>,
}

impl Store {
    /// Counts what the file holds. Reads every incident once: about a second for a million.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn account(&self) -> Result<Account> {
        let generation = self.generation()?;
        let (keys, signers) = (keys::list(self)?, signers::list(self)?);
        self.counted(generation, keys, signers).map_err(self.fault("reading"))
    }

    fn counted(
        &self,
        generation: u64,
        keys: Vec<keys::ApiKey>,
        signers: Vec<signers::Signer>,
    ) -> rusqlite::Result<Account> {
        let count = |sql: &str| self.conn.query_row(sql, [], |r| r.get::<_, i64>(0)).map(i64::unsigned_abs);
        Ok(Account {
            generation,
            sources: self.held()?,
            set_aside: count("SELECT count(*) FROM quarantine")?,
            victims: count("SELECT count(*) FROM incident_rows WHERE victims IS NOT NULL")?,
            areas: count("SELECT count(*) FROM areas")?,
            resources: count("SELECT count(*) FROM resources")?,
            hidden_resources: count("SELECT count(*) FROM resources WHERE visibility NOT IN ('public', 'partner')")?,
            interventions: count("SELECT count(*) FROM interventions")?,
            keys,
            agreements: self
                .rows("SELECT id, expires FROM agreements WHERE revoked IS NULL ORDER BY expires, id", |r| {
                    Ok((r.get(0)?, r.get(1)?))
                })?,
            revoked_agreements: count("SELECT count(*) FROM agreements WHERE revoked IS NOT NULL")?,
            signers,
            log: self.span("SELECT count(*), min(at), max(at) FROM audit")?,
            log_cut: self.rows("SELECT removed FROM audit_anchor ORDER BY seq", |r| r.get(0))?.pop(),
            erasures: self.span("SELECT count(*), min(erased), max(erased) FROM tombstones")?,
            red_team: self
                .rows("SELECT at, release, recovered FROM redteam_runs ORDER BY id DESC LIMIT 1", |r| {
                    Ok(RedTeam { at: r.get(0)?, release: r.get(1)?, recovered: r.get(2)? })
                })?
                .pop(),
        })
    }

    fn held(&self) -> rusqlite::Result<BTreeMap<String, Held>> {
        let mut sources: BTreeMap<String, Held> = BTreeMap::new();
        let sql = "SELECT name, ifnull(title, name), ifnull(licence, '') FROM sources";
        for (name, title, licence) in self.rows(sql, |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))? {
            sources.insert(name, Held { title, licence, ..Held::default() });
        }
        let sql = "SELECT source, finished, report FROM imports WHERE finished IS NOT NULL ORDER BY id";
        let imports = self.rows(sql, |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, Option<String>>(2)?)))?;
        for (source, finished, report) in imports {
            let held: &mut Held = sources.entry(source).or_default();
            held.imports += 1;
            held.last_import = finished;
            let report: Value = serde_json::from_str(&report.unwrap_or_default()).unwrap_or(Value::Null);
            let dropped = report["dropped_columns"].as_array().into_iter().flatten().filter_map(Value::as_str);
            held.dropped.extend(dropped.map(str::to_owned));
        }
        let sql = "SELECT p.source, p.location_precision, p.time_precision, sum(n)
            FROM (SELECT profile, count(*) AS n FROM incident_rows GROUP BY profile) r JOIN profiles p ON p.id = r.profile
            GROUP BY 1, 2, 3";
        let counts = self.rows(sql, |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get::<_, i64>(3)?)))?;
        for (source, place, time, n) in counts {
            let held: &mut Held = sources.entry(source).or_default();
            held.incidents.insert((place, time), n.unsigned_abs());
        }
        Ok(sources)
    }

    fn span(&self, sql: &str) -> rusqlite::Result<Span> {
        self.conn.query_row(sql, [], |r| {
            Ok(Span { number: r.get::<_, i64>(0)?.unsigned_abs(), first: r.get(1)?, last: r.get(2)? })
        })
    }

    fn rows<T>(
        &self,
        sql: &str,
        each: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.conn.prepare(sql)?.query_map([], each)?.collect()
    }
}
