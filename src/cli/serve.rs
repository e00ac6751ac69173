//! `serve`: the service over one city's data file.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use geodata::city::City;
use geodata::store::{Store, audit};
use geodata::{Error, Result};

use super::settings::Settings;
use crate::access::FileKeys;
use crate::http;

/// Serve layers, tiles and the web map of a city.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety serve --data chicago.gpkg --listen 127.0.0.1:8080

Without a key a caller is the public and sees protected counts alone; `urbansafety keys create` makes keys for others.

Logs go to standard error. URBANSAFETY_LOG says what: info (the usual) has a line a request, warn has trouble alone,
warn,audit=info has trouble and who asked with a key; RUST_LOG is not read.")]
pub struct Args {
    /// The city's GeoPackage, made if missing.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: Option<PathBuf>,
    /// Address and port.
    #[arg(long, env = "URBANSAFETY_LISTEN")]
    listen: Option<String>,
    /// Settings in TOML: listen, data, title, public_url, deadline_s, job_deadline_s, job_keep_s,
    /// tile_cache_mb (finished tiles kept in memory, 64), max_listeners (to /events, 256), and the table oidc: issuer, audience, roles_claim, roles, clock_skew_s.
    #[arg(long, env = "URBANSAFETY_CONFIG")]
    config: Option<PathBuf>,
}

/// Where the service listens unless told.
pub const LISTEN: &str = "127.0.0.1:8080";

pub fn run(args: &Args) -> Result<()> {
    let settings = Settings::read(args.config.as_deref())?;
    let data = args.data.clone().or(settings.data.clone()).ok_or_else(|| {
        Error::invalid(
            "no data file is named",
            "give --data city.gpkg, URBANSAFETY_DATA, or data = \"city.gpkg\" in the settings file",
        )
    })?;
    let listen = args.listen.clone().or(settings.listen.clone()).unwrap_or_else(|| LISTEN.into());
    // Opening it for writing makes a missing file and brings an older one up to date.
    drop(Store::open(&data)?);
    let city = Arc::new(City::open(&data)?);
    start(city, &listen, &settings)
}

/// Runs the service until it is asked to stop.
pub fn start(city: Arc<City>, listen: &str, settings: &Settings) -> Result<()> {
    let listen = listen.parse().map_err(|_| {
        Error::invalid(
            format!("--listen {listen:?} is not an address and port"),
            "give for example 127.0.0.1:8080 or [::1]:8080",
        )
    })?;
    let mut options = http::Options { listen, public_url: settings.public_url.clone(), ..http::Options::default() };
    if let Some(title) = &settings.title {
        options.title.clone_from(title);
    }
    if let Some(seconds) = settings.deadline_s {
        options.deadline = Duration::from_secs(seconds.clamp(1, 600));
    }
    if let Some(seconds) = settings.job_deadline_s {
        options.job_deadline = Duration::from_secs(seconds.clamp(1, 86_400));
    }
    if let Some(seconds) = settings.job_keep_s {
        options.job_keep = Duration::from_secs(seconds.clamp(1, 7 * 86_400));
    }
    if let Some(mb) = settings.tile_cache_mb {
        options.tile_cache_bytes = mb.min(1 << 20) << 20;
    }
    if let Some(n) = settings.max_listeners {
        options.max_listeners = n;
    }
    options.oidc.clone_from(&settings.oidc);
    // What an earlier process wrote and could not carry over.
    for journal in audit::fold_leftovers(city.path())? {
        tracing::error!(journal = %journal.display(), "a journal of the access log is broken and stays where it is; see urbansafety audit verify");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| {
        Error::storage(format!("the service cannot start its threads: {e}"), "check the limits of the process")
    })?;
    let keys = Arc::new(FileKeys(city.path().to_owned()));
    runtime.block_on(http::serve(city, keys, options, |address| eprintln!("serving on http://{address}")))
}
