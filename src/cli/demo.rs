//! `demo`: a made-up city with a known truth, generated and served.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use geodata::city::City;
use geodata::demo::{self, Truth};
use geodata::model::Tier;
use geodata::store::{Store, keys};
use geodata::{Error, Result};
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
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1_000..=20_000_000))]
    incidents: u32,
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
    let tomorrow = jiff::tz::TimeZone::UTC.to_datetime(Timestamp::now()).date().checked_add(1.day()).ok().map(|d| d.to_string());
    let mut store = Store::open(&args.data)?;
    let (_, token) = keys::create(&mut store, "demo visitor", Tier::Analyst, tomorrow.as_deref())?;
    eprintln!("analyst key for this demo, valid until tomorrow: {}", token.reveal());
    serve::start(Arc::new(City::open(&args.data)?), &args.listen, &Settings::default())
}

/// Generates the city unless the same one is there already.
fn make(args: &Args) -> Result<()> {
    let truth_path = args.data.with_extension("truth.json");
    if args.data.exists() {
        let same = std::fs::read_to_string(&truth_path)
            .ok()
            .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
            .is_some_and(|t| t["seed"] == args.seed && t["incidents"] == args.incidents);
        if same {
            return Ok(());
        }
        return Err(Error::invalid(
            format!(
                "{} exists and is not the demo city of seed {} with {} incidents",
                args.data.display(),
                args.seed,
                args.incidents
            ),
            "choose another --data, or remove the file",
        ));
    }
    if let Some(folder) = args.data.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| file_error("making the folder", folder, &e))?;
    }
    // A half-made city is never taken for a whole one: it gets its name only when it is done.
    let partial = args.data.with_extension("partial.gpkg");
    remove(&partial)?;
    let truth = generate(args, &partial)?;
    let json = serde_json::to_string_pretty(&truth)
        .map_err(|e| Error::storage(format!("the truth cannot be written as JSON: {e}"), "report this"))?;
    std::fs::write(&truth_path, json).map_err(|e| file_error("writing", &truth_path, &e))?;
    std::fs::rename(&partial, &args.data).map_err(|e| file_error("naming", &args.data, &e))
}

fn generate(args: &Args, path: &Path) -> Result<Truth> {
    let mut store = Store::open(path)?;
    let bar = terminal::progress(false);
    bar.set_message("making the demo city");
    let truth = demo::generate(args.seed, args.incidents, &mut store, &|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    truth
}

/// Removes what an interrupted run left, the write-ahead log included.
fn remove(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let file = PathBuf::from(name);
        match std::fs::remove_file(&file) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(file_error("removing", &file, &e)),
            _ => {}
        }
    }
    Ok(())
}
