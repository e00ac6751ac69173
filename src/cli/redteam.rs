//! `redteam`: tries the attacks that a release must withstand on a city's own, and says what was recovered.

use std::path::PathBuf;

use geodata::redteam;
use geodata::store::Store;
use geodata::{Cancel, Error, Result};

use super::{print_json, terminal};

/// Attack the newest release as the public could, and print what was recovered (expected: 0).
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety redteam --data chicago.gpkg

Exit 1 if anything was recovered. The result is kept in the data file: `urbansafety dpia` shows the last one.")]
pub struct Args {
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// Targets that each attack draws.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    tries: u64,
    /// Start of the draws: the same seed tries the same.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let bar = terminal::progress(false);
    let said = |what: &str| {
        bar.set_message(what.to_owned());
        bar.tick();
    };
    let report = redteam::run(&args.data, args.tries, args.seed, &said, &Cancel::default());
    bar.finish_and_clear();
    let report = report?;
    report.keep(&mut Store::open(&args.data)?)?;
    if args.json {
        print_json(&report)?;
    } else {
        terminal::print(&report.to_string())?;
    }
    if report.recovered == 0 {
        return Ok(());
    }
    Err(Error::forbidden(
        format!("{} recovered: the release does not keep its promise", report.recovered),
        "tighten the policy, make a new release, and report what was found",
    ))
}
