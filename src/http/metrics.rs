//! Counters and durations for `/metrics`, by route and status; nothing of what was asked.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    written: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    process: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Found {
    found: &'static str,
}

/// What is measured.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    open: Gauge,
    log_entries: Family<Outcome, Counter>,
    jobs: Family<Ended, Counter>,
    jobs_open: Gauge,
    kept: Family<Found, Counter>,
    listeners: Gauge,
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("urbansafety");
        let (requests, open) = (Family::<Labels, Counter>::default(), Gauge::default());
        let seconds = Histogram::new([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]);
        let log_entries = Family::<Outcome, Counter>::default();
        let (jobs, jobs_open) = (Family::<Ended, Counter>::default(), Gauge::default());
        registry.register("jobs", "Jobs that have ended, by process and how", jobs.clone());
        registry.register("jobs_open", "Jobs that wait or are worked on", jobs_open.clone());
        let words = "Entries of the access log, by whether they could be written";
        registry.register("access_log_entries", words, log_entries.clone());
        registry.register("http_requests", "Requests answered, by route and status", requests.clone());
        registry.register("http_request_seconds", "Time from request to answer", seconds.clone());
        registry.register("http_requests_open", "Requests being answered", open.clone());
        let (kept, listeners) = (Family::<Found, Counter>::default(), Gauge::default());
        let words = "Looks for a finished answer: kept (hit), being made for another (shared), or made (miss)";
        registry.register("kept_answers", words, kept.clone());
        registry.register("event_listeners", "Listeners to events", listeners.clone());
        Self { registry, requests, seconds, open, log_entries, jobs, jobs_open, kept, listeners }
    }

    /// Counts a request that begins.
    pub fn began(&self) {
        self.open.inc();
    }

    /// Counts a request that has ended or whose caller has gone.
    pub fn ended(&self) {
        self.open.dec();
    }

    /// Counts an answer.
    pub fn answered(&self, route: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&Labels { route, status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Counts an entry of the access log.
    pub fn logged(&self, is_written: bool) {
        self.log_entries.get_or_create(&Outcome { written: if is_written { "yes" } else { "no" } }).inc();
    }

    /// Counts a job that has ended.
    pub fn job_ended(&self, process: &'static str, status: &'static str) {
        self.jobs.get_or_create(&Ended { process, status }).inc();
    }

    /// Counts a look for a finished answer.
    pub fn kept(&self, found: &'static str) {
        self.kept.get_or_create(&Found { found }).inc();
    }

    /// The listeners to events that there are now.
    pub fn listeners(&self, n: usize) {
        self.listeners.set(i64::try_from(n).unwrap_or(i64::MAX));
    }

    /// The text of `/metrics`, with the number of jobs that are not done.
    #[must_use]
    pub fn text(&self, jobs_open: usize) -> String {
        self.jobs_open.set(i64::try_from(jobs_open).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
