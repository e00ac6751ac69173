//! `dpia`: the data-protection impact assessment of a city's file.

use std::path::PathBuf;

use geodata::Result;
use geodata::store::Store;

use super::{file_error, terminal};

/// Write the data-protection impact assessment as Markdown: what is held, who sees what, what was tried, what is missing.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety dpia --data city.gpkg -o dpia.md

It is written from the data file itself and holds no record, key or secret. What only the city knows (legal basis, who
answers for it) is marked \"To fill in\".")]
pub struct Args {
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// File to write; standard output without it.
    #[arg(short, long)]
    output: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<()> {
    let text = geodata::dpia::document(&mut Store::open_read(&args.data)?, super::today())?;
    match &args.output {
        Some(path) => std::fs::write(path, text).map_err(|e| file_error("writing", path, &e)),
        None => terminal::print(text.trim_end()),
    }
}
