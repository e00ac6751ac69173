//! `report`: the newest release as a page to print.

use std::path::PathBuf;

use geodata::Result;

use super::file_error;
use crate::publish::{self, Public};

/// Write a report of the newest release for a council: map, areas, years, categories, and what is withheld.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety report --data chicago.gpkg -o report.html
  urbansafety report --data chicago.gpkg --period 2018 --category 0401 -o robbery-2018.html

One HTML file without script, for any browser and for paper. Everything in it is public.")]
pub struct Args {
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// Period: 2018, 2018-06, 2018-01-01/2018-03-31; the whole of the release if not given.
    #[arg(long)]
    period: Option<String>,
    /// ICCS code with its descendants; may be repeated.
    #[arg(long)]
    category: Vec<String>,
    /// File to write.
    #[arg(short, long)]
    output: PathBuf,
}

pub fn run(args: &Args) -> Result<()> {
    let public = Public::open(&args.data)?;
    let page = publish::report(&public, args.period.as_deref(), &args.category)?;
    std::fs::write(&args.output, page).map_err(|e| file_error("writing", &args.output, &e))
}
