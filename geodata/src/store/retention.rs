//! What the policy keeps for a time only: victims' attributes, the access log, contexts that nobody reviewed.

use std::collections::HashMap;

use jiff::Span;
use jiff::civil::{Date, Time};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::import::now;
use super::{Store, profiles, write_anew};
use crate::error::{Error, Result};
use crate::model::{ContextKind, ContextLink, ContextValue, LocalTime, Profile};
use crate::policy::Retention;

/// What is due on a day, or was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The day, YYYY-MM-DD.
    pub day: String,
    /// Incidents that ended before this day keep no attributes of victims.
    pub victims_before: String,
    /// Incidents whose victims' attributes go.
    pub victims: u64,
    /// Entries of the access log before this day go.
    pub access_log_before: String,
    /// Entries that go.
    pub access_log: u64,
    /// Review date that gang and organised-crime contexts without one get.
    pub review_by: String,
    /// Incidents with such a context.
    pub contexts_without_date: u64,
    /// Incidents with such a context whose review date is past: it counts as unknown. Review them in the source.
    pub contexts_past_date: u64,
    /// Whether it was done; else it was only counted.
    pub applied: bool,
}

impl Due {
    /// Whether there is anything to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.victims + self.access_log + self.contexts_without_date == 0
    }
}

impl Store {
    /// What retention asks for on a day; with `apply` it is done, in one transaction, and the file is written anew. Doing it
    /// twice changes nothing more.
    ///
    /// The access log loses its oldest entries and keeps an anchor: number and hash of the last one that went, so that
    /// the chain of the others can still be proved.
    ///
    /// # Errors
    /// A span beyond the calendar, an import under way, a file that cannot be read or written.
    pub fn retention(&mut self, rules: &Retention, day: Date, apply: bool) -> Result<Due> {
        let victims_before = shifted(day, Span::new().try_years(-i64::from(rules.victim_attributes_years)))?;
        let access_log_before = shifted(day, Span::new().try_years(-i64::from(rules.access_log_years)))?;
        let review_by = shifted(day, Span::new().try_months(rules.gang_context_months))?;
        let mut due = Due {
            day: day.to_string(),
            victims_before: victims_before.to_string(),
            victims: 0,
            access_log_before: access_log_before.to_string(),
            access_log: 0,
            review_by: review_by.to_string(),
            contexts_without_date: 0,
            contexts_past_date: 0,
            applied: apply,
        };
        let profiles = self.profiles()?;
        if !apply {
            count(&self.conn, &profiles, victims_before, &mut due).map_err(self.fault("reading"))?;
            return Ok(due);
        }
        write_anew::refuse_during_import(self)?;
        write_anew::overwrite_removed(&self.conn).map_err(self.fault("keeping the retention of"))?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate);
        let done = tx.and_then(|tx| {
            count(&tx, &profiles, victims_before, &mut due)?;
            if let Err(e) = carry_out(&tx, &profiles, victims_before, &due)? {
                return Ok(Err(e));
            }
            write_anew::removed(&tx)?;
            tx.commit()?;
            Ok(Ok(()))
        });
        done.map_err(self.fault("keeping the retention of"))??;
        self.write_anew()?;
        Ok(due)
    }
}

fn shifted(day: Date, span: std::result::Result<Span, jiff::Error>) -> Result<Date> {
    span.and_then(|span| day.checked_add(span)).map_err(|e| {
        Error::invalid(
            format!("policy: a span of [retention] leads from {day} out of the calendar ({e})"),
            "the bound is the year 9999",
        )
    })
}

/// Incidents that ended before a civil second and have attributes of victims.
const OLD_VICTIMS: &str = "victims IS NOT NULL AND ifnull(t_to, t_from + 1) <= ?1";
/// Last of the oldest entries that go: the clock may have been set back, so later ones may bear an earlier time.
const LAST_OLD_ENTRY: &str = "SELECT seq, hash FROM audit WHERE seq <
    ifnull((SELECT min(seq) FROM audit WHERE at >= ?1), 9223372036854775807) ORDER BY seq DESC LIMIT 1";

fn seconds(day: Date) -> i64 {
    LocalTime::from_civil(day.to_datetime(Time::midnight())).0
}

type Profiles = [(u32, std::sync::Arc<Profile>)];

fn count(conn: &Connection, profiles: &Profiles, victims_before: Date, due: &mut Due) -> rusqlite::Result<()> {
    let number = |sql: &str, value: rusqlite::types::Value| {
        conn.query_row(sql, [value], |r| r.get::<_, i64>(0)).map(i64::unsigned_abs)
    };
    let sql = format!("SELECT count(*) FROM incident_rows WHERE {OLD_VICTIMS}");
    due.victims = number(&sql, seconds(victims_before).into())?;
    let sql = format!("SELECT count(*) FROM audit WHERE seq <= (SELECT seq FROM ({LAST_OLD_ENTRY}))");
    due.access_log = number(&sql, due.access_log_before.clone().into())?;
    let mut rows = conn.prepare("SELECT profile, count(*) FROM incident_rows GROUP BY profile")?;
    let rows = rows.query_map([], |r| Ok((r.get(0)?, r.get::<_, i64>(1)?.unsigned_abs())))?;
    let rows: HashMap<u32, u64> = rows.collect::<rusqlite::Result<_>>()?;
    for (id, profile) in profiles {
        let n = rows.get(id).copied().unwrap_or(0);
        let is_past = |link: &&ContextLink| link.review_by.as_ref().is_some_and(|date| *date < due.day);
        due.contexts_without_date += if profile.context.iter().any(lacks_date) { n } else { 0 };
        due.contexts_past_date += if profile.context.iter().filter(reviewed).any(|l| is_past(&l)) { n } else { 0 };
    }
    Ok(())
}

/// Whether a link is one that policy wants reviewed: what nobody assessed needs no review.
fn reviewed(link: &&ContextLink) -> bool {
    matches!(link.kind, ContextKind::Gang | ContextKind::OrganisedCrime)
        && matches!(link.value, ContextValue::Yes | ContextValue::No)
}

fn lacks_date(link: &ContextLink) -> bool {
    reviewed(&link) && link.review_by.is_none()
}

fn carry_out(tx: &Connection, profiles: &Profiles, victims_before: Date, due: &Due) -> rusqlite::Result<Result<()>> {
    let sql = format!("UPDATE incident_rows SET victims = NULL WHERE {OLD_VICTIMS}");
    tx.execute(&sql, [seconds(victims_before)])?;
    let last =
        tx.query_row(LAST_OLD_ENTRY, [&due.access_log_before], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Vec<u8>>(1)?)));
    if let Some((seq, hash)) = last.optional()? {
        tx.execute("DELETE FROM audit WHERE seq <= ?1", [seq])?;
        tx.execute("DELETE FROM audit_anchor", [])?;
        tx.execute("INSERT INTO audit_anchor (seq, hash, removed) VALUES (?1, ?2, ?3)", params![seq, hash, now()])?;
    }
    for (id, profile) in profiles.iter().filter(|(_, p)| p.context.iter().any(lacks_date)) {
        let mut dated = Profile::clone(profile);
        for link in dated.context.iter_mut().filter(|link| lacks_date(link)) {
            link.review_by = Some(due.review_by.clone());
        }
        match profiles::content(&dated) {
            Ok(content) => replace(tx, *id, &content)?,
            Err(e) => return Ok(Err(e)),
        }
    }
    if due.victims + due.contexts_without_date > 0 {
        tx.execute("UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'", [])?;
    }
    Ok(Ok(()))
}

/// Gives a profile another content; where another profile has it already, that one takes its rows.
fn replace(tx: &Connection, id: u32, content: &str) -> rusqlite::Result<()> {
    let hash = xxh3_64(content.as_bytes()).cast_signed();
    let sql = "SELECT id FROM profiles WHERE content_hash = ?1 AND content = ?2";
    let same = tx.prepare_cached(sql)?.query_row(params![hash, content], |r| r.get::<_, u32>(0)).optional()?;
    match same {
        Some(same) => {
            tx.execute("UPDATE incident_rows SET profile = ?1 WHERE profile = ?2", [same, id])?;
            tx.execute("DELETE FROM profiles WHERE id = ?1", [id])?;
        }
        None => {
            let sql = "UPDATE profiles SET content_hash = ?1, content = ?2 WHERE id = ?3";
            tx.prepare_cached(sql)?.execute(params![hash, content, id])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;

    use super::super::tests::{import, incident, new_store};
    use super::*;
    use crate::model::{Incident, Interval, Sex, Victim};
    use crate::policy::Policy;

    fn rules() -> Retention {
        Policy::standard().retention.clone()
    }

    fn with_victim(key: &str, ended: Date) -> Incident {
        let end = seconds(ended);
        Incident {
            time: Interval { from: LocalTime(end - 60), to: LocalTime(end) },
            victims: vec![Victim { sex: Some(Sex::Female), age: Some((20, 24)), kind: None, injury: None }],
            ..incident(key, 1)
        }
    }

    fn with_link(key: &str, kind: ContextKind, value: ContextValue, review_by: Option<&str>) -> Incident {
        let plain = incident(key, 1);
        let link = ContextLink {
            kind,
            value,
            definition: "a definition".into(),
            basis: "coder".into(),
            review_by: review_by.map(Into::into),
        };
        Incident { profile: Arc::new(Profile { context: vec![link], ..(*plain.profile).clone() }), ..plain }
    }

    #[test]
    fn victims_attributes_go_after_their_years_and_the_incident_stays() {
        let (_folder, mut store) = new_store();
        let rows = [with_victim("1", date(2021, 11, 26)), with_victim("2", date(2021, 11, 27))];
        import(&mut store, 1, &rows, u64::MAX);
        let day = date(2026, 11, 26);
        let generation = store.generation().expect("readable");
        assert_eq!(store.retention(&rules(), day, false).map(|d| (d.victims, d.applied)), Ok((1, false)));
        assert_eq!(store.generation(), Ok(generation));
        assert_eq!(store.retention(&rules(), day, true).map(|d| (d.victims, d.applied)), Ok((1, true)));
        assert!(store.generation().expect("readable") > generation);
        let (first, last) = store.fid_bounds().expect("readable").expect("rows");
        let kept = store.incidents_by_fid(&[first, last]).expect("readable");
        assert_eq!(kept.iter().map(|i| i.victims.len()).collect::<Vec<_>>(), [0, 1]);
        let generation = store.generation();
        assert!(store.retention(&rules(), day, true).is_ok_and(|d| d.is_empty()));
        assert_eq!(store.generation(), generation, "twice changes nothing more");
        import(&mut store, 1, &rows, u64::MAX);
        assert!(store.retention(&rules(), day, false).is_ok_and(|d| d.is_empty()), "nor does the same file again");
    }

    #[test]
    fn old_entries_of_the_log_go_and_leave_an_anchor() {
        let (_folder, mut store) = new_store();
        let entry = |seq: i64, at: &str| {
            let sql = "INSERT INTO audit VALUES (?1, ?2, 'who', 'analyst', 'why', '/x', 'snapshot', 200, 1, x'00', ?3)";
            store.conn.execute(sql, params![seq, at, [seq as u8; 32]]).expect("written");
        };
        // The clock was set back before the fourth: it stays, since the chain is cut in one place only.
        let times = ["2020-01-01T00:00:00Z", "2024-11-25T23:59:59Z", "2024-11-26T00:00:00Z", "2019-01-01T00:00:00Z"];
        times.into_iter().zip(1..).for_each(|(at, seq)| entry(seq, at));
        let day = date(2026, 11, 26);
        assert_eq!(store.retention(&rules(), day, false).map(|d| d.access_log), Ok(2));
        assert_eq!(store.retention(&rules(), day, true).map(|d| d.access_log), Ok(2));
        let anchor = |store: &Store| -> (i64, Vec<u8>) {
            store
                .conn
                .query_row("SELECT seq, hash FROM audit_anchor", [], |r| Ok((r.get(0)?, r.get(1)?)))
                .expect("one anchor")
        };
        assert_eq!(anchor(&store), (2, vec![2; 32]));
        assert!(store.retention(&rules(), day, true).is_ok_and(|d| d.is_empty()));
        let later = date(2027, 1, 1);
        assert_eq!(store.retention(&rules(), later, true).map(|d| d.access_log), Ok(2));
        assert_eq!(anchor(&store), (4, vec![4; 32]), "an empty log is anchored as well");
    }

    #[test]
    fn gang_contexts_get_a_date_and_those_past_it_are_counted() {
        use ContextKind::{Family, Gang, OrganisedCrime};
        use ContextValue::{No, NotAssessed, Yes};
        let (_folder, mut store) = new_store();
        let rows = [
            with_link("1", Gang, Yes, None),
            with_link("2", OrganisedCrime, No, None),
            with_link("3", Gang, NotAssessed, None),
            with_link("4", Family, Yes, None),
            with_link("5", Gang, Yes, Some("2026-11-25")),
            // What number 1 will be: the two become one profile.
            with_link("6", Gang, Yes, Some("2027-11-26")),
        ];
        import(&mut store, 1, &rows, u64::MAX);
        let day = date(2026, 11, 26);
        let counts = |d: Due| (d.contexts_without_date, d.contexts_past_date);
        assert_eq!(store.retention(&rules(), day, false).map(counts), Ok((2, 1)));
        assert_eq!(store.retention(&rules(), day, true).map(counts), Ok((2, 1)));
        let (first, last) = store.fid_bounds().expect("readable").expect("rows");
        let kept = store.incidents_by_fid(&(first..=last).collect::<Vec<_>>()).expect("readable");
        let mut dates: Vec<_> =
            kept.iter().map(|i| (i.key.as_str(), i.profile.context[0].review_by.as_deref())).collect();
        dates.sort_unstable();
        let (new, old) = (Some("2027-11-26"), Some("2026-11-25"));
        assert_eq!(dates, [("1", new), ("2", new), ("3", None), ("4", None), ("5", old), ("6", new)]);
        assert_eq!(store.check().expect("readable"), [""; 0]);
        assert!(store.retention(&rules(), day, true).is_ok_and(|d| d.is_empty() && d.contexts_past_date == 1));
        // A later file that says the same does not begin the time again.
        let outcome = import(&mut store, 2, &rows, u64::MAX);
        assert_eq!((outcome.unchanged, outcome.updated), (6, 0));
        assert_eq!(store.retention(&rules(), date(2028, 1, 1), false).map(counts), Ok((0, 4)));
    }

    #[test]
    fn a_span_out_of_the_calendar_is_refused() {
        let (_folder, mut store) = new_store();
        let endless = Retention { victim_attributes_years: u32::MAX, ..rules() };
        assert!(store.retention(&endless, date(2026, 1, 1), false).is_err_and(|e| e.what.contains("calendar")));
    }
}
