//! Which of a caller's jobs a list shows: by process, status, time and duration, as the standard asks.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::job::Job;
use super::status::{STATUSES, word};
use crate::http::params::{Known, Paging, Params};
use crate::http::problem::{Answer, Problem};
use geodata::model::{Interval, LocalTime, parse_period};

/// Parameters of the list.
pub const PARAMS: &[&str] = &["f", "limit", "type", "processID", "status", "datetime", "minDuration", "maxDuration"];

/// What is wanted of the list.
pub struct Wanted {
    limit: usize,
    is_of_processes: bool,
    processes: Vec<String>,
    statuses: Vec<String>,
    created: Option<Interval>,
    seconds: (f64, f64),
}

impl Wanted {
    /// Reads the parameters.
    ///
    /// # Errors
    /// 400 for what cannot be read.
    pub fn read(params: &Params, known: &Known) -> Answer<Self> {
        let list = |name: &str| -> Vec<String> {
            params.get(name).into_iter().flat_map(|v| v.split(',')).map(|v| v.trim().to_owned()).collect()
        };
        let statuses = list("status");
        if let Some(bad) = statuses.iter().find(|s| !STATUSES.contains(&s.as_str())) {
            return Err(Box::new(Problem::parameter("status", bad, "there is no such status", STATUSES.join(", "))));
        }
        let seconds = |name: &str, default: f64| match params.get(name) {
            None => Ok(default),
            Some(text) => text.parse::<f64>().ok().filter(|s| *s >= 0.0).ok_or_else(|| {
                Box::new(Problem::parameter(name, text, format!("{name} is not a duration"), "seconds, 0 or more"))
            }),
        };
        let created = params.get("datetime").map(|text| {
            // Jobs have instants, not local times.
            parse_period(&text.replace(' ', "+"), &TimeZone::UTC, known.today)
                .map_err(|e| Box::new(Problem::parameter("datetime", text, "datetime cannot be read", e.hint)))
        });
        let types = list("type");
        Ok(Self {
            limit: Paging::read(params)?.limit,
            is_of_processes: types.is_empty() || types.iter().any(|t| t == "process"),
            processes: list("processID"),
            statuses,
            created: created.transpose()?.flatten(),
            seconds: (seconds("minDuration", 0.0)?, seconds("maxDuration", f64::INFINITY)?),
        })
    }

    /// Rows at most.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether a job is wanted.
    #[must_use]
    pub fn has(&self, job: &Job) -> bool {
        let state = job.state();
        let among = |all: &[String], one: &str| all.is_empty() || all.iter().any(|a| a == one);
        let is_of_time = self.created.is_none_or(|period| {
            let at = LocalTime::from_civil(TimeZone::UTC.to_datetime(job.created));
            period.from <= at && at < period.to
        });
        let took = state.started.map(|began| {
            let end = state.finished.unwrap_or_else(Timestamp::now);
            end.duration_since(began).as_secs_f64()
        });
        let is_unbounded = self.seconds == (0.0, f64::INFINITY);
        self.is_of_processes
            && among(&self.processes, job.method.id)
            && among(&self.statuses, word(&state.phase))
            && is_of_time
            && (is_unbounded || took.is_some_and(|s| (self.seconds.0..=self.seconds.1).contains(&s)))
    }
}
