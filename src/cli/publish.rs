//! `publish`: the newest release as files for any web host.

use std::path::PathBuf;

use geodata::Result;
use geodata::policy::PeriodKind;
use serde_json::json;

use super::{print_json, terminal};
use crate::publish::{self, Public};

/// Write the newest release as a folder of files that any web host can serve: GeoJSON, CSV, GeoParquet, PMTiles, a page.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety publish --data chicago.gpkg --out site
  urbansafety publish --data chicago.gpkg --out site --periods year,quarter,all --json

Everything in it comes from the newest release, so it may be shown to anyone. The folder appears whole or not at all; one
that was published before is replaced, any other is left alone. The same release gives the same bytes.")]
pub struct Args {
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// The folder to make, or to replace where it was published before.
    #[arg(long)]
    out: PathBuf,
    /// Stretches of time with files of their own; the whole period is always there.
    #[arg(long, value_delimiter = ',', default_value = "year,all")]
    periods: Vec<Period>,
    /// As JSON: the files with their sizes and checksums.
    #[arg(long)]
    json: bool,
}

/// A stretch of time, as it is called on the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Period {
    Month,
    Quarter,
    Year,
    All,
}

pub fn run(args: &Args) -> Result<()> {
    let kinds: Vec<PeriodKind> = args
        .periods
        .iter()
        .map(|period| match period {
            Period::Month => PeriodKind::Month,
            Period::Quarter => PeriodKind::Quarter,
            Period::Year => PeriodKind::Year,
            Period::All => PeriodKind::All,
        })
        .collect();
    let bar = terminal::progress(false);
    bar.set_message("indexing");
    let said = |done: usize, total: usize, name: &str| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(name.to_owned());
    };
    let written = Public::open(&args.data).and_then(|public| {
        let number = public.release().document().number;
        publish::publish(&public, &args.out, &kinds, &said).map(|files| (number, files))
    });
    bar.finish_and_clear();
    let (number, files) = written?;
    if args.json {
        return print_json(&json!({ "release": number, "out": args.out, "files": files }));
    }
    let bytes: usize = files.iter().map(|f| f.bytes).sum();
    terminal::print(&format!(
        "release {number} in {}: {} files, {:.1} MB; begin with index.html",
        args.out.display(),
        files.len(),
        bytes as f64 / 1e6
    ))
}
