//! How the service runs: addresses and limits, each with its default.

use std::net::SocketAddr;
use std::time::Duration;

use crate::access::oidc;

/// Settings of the service.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Address that clients use, where a proxy stands before the service: `https://maps.example.org/safety`.
    pub public_url: Option<String>,
    /// Name of the city or the site, for titles.
    pub title: String,
    /// Issuer of tokens, besides the keys of the data file.
    pub oidc: Option<oidc::Settings>,
    /// Pieces of CPU work at once; the number of cores unless told.
    pub cores: usize,
    /// Pieces of work that may wait.
    pub max_waiting: usize,
    /// Time for the work of one answer.
    pub deadline: Duration,
    /// Time for the work of one job, from its turn on.
    pub job_deadline: Duration,
    /// Jobs that are worked on at once; they wait for one another, and answers do not wait for them.
    pub jobs_at_once: usize,
    /// Jobs that wait or are worked on, of all callers together.
    pub max_jobs: usize,
    /// Those of one key; those without a key share one number.
    pub max_jobs_each: usize,
    /// How long a result is kept.
    pub job_keep: Duration,
    /// Bytes of results kept; the oldest go first.
    pub job_bytes: u64,
    /// Open connections at once; more wait in the system's queue.
    pub max_connections: usize,
    /// Time after which a connection without traffic is closed.
    pub idle: Duration,
    /// Bytes of a request's body.
    pub max_body_bytes: usize,
    /// Bytes of a request's address.
    pub max_uri_bytes: usize,
    /// Bytes of a request's headers.
    pub max_header_bytes: usize,
    /// Bytes of city-wide results kept for tiles.
    pub cache_bytes: u64,
    /// Bytes of finished tiles and public documents kept.
    pub tile_cache_bytes: u64,
    /// Listeners to `/events` at once.
    pub max_listeners: usize,
    /// How often the data file is asked for a newer state.
    pub refresh: Duration,
    /// Time that open requests get to end after a stop signal.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            title: "Urban safety".to_owned(),
            oidc: None,
            cores: std::thread::available_parallelism().map_or(2, usize::from),
            max_waiting: 1024,
            deadline: Duration::from_secs(10),
            job_deadline: Duration::from_secs(600),
            jobs_at_once: 1,
            max_jobs: 64,
            max_jobs_each: 8,
            job_keep: Duration::from_secs(3600),
            job_bytes: 256 << 20,
            max_connections: 4096,
            idle: Duration::from_secs(75),
            max_body_bytes: 1 << 20,
            max_uri_bytes: 8 << 10,
            max_header_bytes: 32 << 10,
            cache_bytes: 256 << 20,
            tile_cache_bytes: 64 << 20,
            max_listeners: 256,
            refresh: Duration::from_millis(250),
            grace: Duration::from_secs(10),
        }
    }
}
