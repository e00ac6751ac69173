//! `import`: a city's own files into its GeoPackage.

use std::path::PathBuf;

use geodata::ingest::{self, Source};
use geodata::store::Store;
use geodata::{Cancel, Result};

use super::{print_json, terminal};

/// Import incidents, areas, resources, interventions or streets; importing the same file twice changes nothing.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  urbansafety import --data chicago.gpkg crimes_2018.csv.gz
  urbansafety import --data city.gpkg --source my-city.toml incidents.csv --json

Rows that cannot be used are kept in the table `quarantine` of the data file with line, column, value, reason and hint.
`urbansafety sources` lists the built-in sources; without --source the file's header chooses one.")]
pub struct Args {
    /// The city's GeoPackage, made if missing.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// Id of a built-in source, or a TOML file that describes yours.
    #[arg(long)]
    source: Option<String>,
    /// Print the report as JSON (one object a file).
    #[arg(long)]
    json: bool,
    /// Files: CSV, GeoJSON, NDJSON, Parquet, GeoPackage, FlatGeobuf, a shapefile, each also in a .zip or as .gz; streets also as
    /// .osm.pbf.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub fn run(args: &Args) -> Result<()> {
    let chosen = args.source.as_deref().map(Source::find).transpose()?;
    let mut store = Store::open(&args.data)?;
    for file in &args.files {
        let detected;
        let source = match &chosen {
            Some(source) => source,
            None => {
                detected = Source::detect(file)?;
                &detected
            }
        };
        let bar = terminal::progress(true);
        bar.set_message(file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default());
        let report = ingest::import(&mut store, source, file, &Cancel::default(), &|done, total| {
            bar.set_length(total);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        let report = report?;
        if args.json {
            print_json(&report)?;
        } else {
            terminal::print(report.to_string().trim_end())?;
        }
    }
    Ok(())
}
