//! `check`: is the data file whole?

use std::path::PathBuf;

use geodata::store::Store;
use geodata::{Error, Result};

use super::{print_json, terminal};

/// Check a city's data file: SQLite integrity, GeoPackage tables, keys. A file of an older version is brought up to date.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety check --data city.gpkg")]
pub struct Args {
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// As JSON: a list of problems.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let problems = Store::open_read_migrated(&args.data)?.check()?;
    if args.json {
        print_json(&problems)?;
    } else {
        problems.iter().try_for_each(|p| terminal::print(p))?;
    }
    if problems.is_empty() {
        if args.json { Ok(()) } else { terminal::print("no problem found") }
    } else {
        Err(Error::storage(
            format!("{} has {} problems", args.data.display(), problems.len()),
            "restore the last backup, or export what can be read and import it into a new file",
        ))
    }
}
