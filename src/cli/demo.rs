//! `demo`: a made-up city with a known truth, generated and served.

use std::path::PathBuf;
use std::sync::Arc;

use geodata::Result;
use geodata::city::City;
use geodata::demo;
use geodata::model::Tier;
use geodata::policy::Policy;
use geodata::release::{self, Release};
use geodata::store::{Store, keys};
use jiff::{Timestamp, ToSpan};

use super::settings::Settings;
use super::{file_error, serve, terminal};

/// Make the demo city (known concentrations, a gang-context cluster, a programme with an effect of -20 %, service gaps) and serve it.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety demo --listen 127.0.0.1:8080

The city is made up. Its truth is written beside the data file as JSON.")]
pub struct Args {
    /// Address and port.
    #[arg(long, env = "URBANSAFETY_LISTEN", default_value = serve::LISTEN)]
    listen: String,
    /// Number of incidents.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1_000..=20_000_000))]
    incidents: u64,
    /// Seed: the same one makes the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to keep it.
    #[arg(long, default_value = "demo/city.gpkg")]
    data: PathBuf,
    /// Only make the data file.
    #[arg(long)]
    no_serve: bool,
}

pub fn run(args: &Args) -> Result<()> {
    make(args)?;
    if args.no_serve {
        return Ok(());
    }
    let tomorrow =
        jiff::tz::TimeZone::UTC.to_datetime(Timestamp::now()).date().checked_add(1.day()).ok().map(|d| d.to_string());
    let mut store = Store::open(&args.data)?;
    let (_, token) = keys::create(&mut store, "demo visitor", Tier::Analyst, tomorrow.as_deref())?;
    eprintln!("analyst key for this demo, valid until tomorrow: {}", token.reveal());
    serve::start(Arc::new(City::open(&args.data)?), &args.listen, &Settings::default())
}

/// Generates the city unless the same one is there already.
fn make(args: &Args) -> Result<()> {
    if let Some(folder) = args.data.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| file_error("making the folder", folder, &e))?;
    }
    let mut store = Store::open(&args.data)?;
    let bar = terminal::progress(false);
    bar.set_message("making the demo city");
    let truth = demo::generate(args.seed, args.incidents, &mut store, &|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let truth = truth?;
    eprintln!("{}: {} made-up incidents in {}", truth.city, truth.incidents, args.data.display());
    // The public sees nothing before a release: the demo's first is part of it.
    if Release::list(&store)?.is_empty() {
        drop(store);
        let made = super::release::make(&args.data, Policy::standard(), &release::Options::default())?;
        eprintln!("release {}: what the public sees of them", made.document().number);
    }
    Ok(())
}
