//! `import`: a city's own files into its GeoPackage.

use std::path::PathBuf;

use geodata::ingest::{self, Source};
use geodata::store::Store;
use geodata::{Cancel, Error, Result};

use super::{print_json, terminal};

/// Import incidents, areas, resources, interventions or streets; importing the same file twice changes nothing.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  urbansafety import --data chicago.gpkg crimes_2018.csv.gz
  urbansafety import --data city.gpkg --source my-city.toml incidents.csv --json
  urbansafety import --data sf.gpkg --complete police_reports_2018_to_present.csv

Rows that cannot be used are kept in the table `quarantine` of the data file with line, column, value, reason and hint.
`urbansafety sources` lists the built-in sources; without --source the file's header chooses one.")]
pub struct Args {
    /// The city's GeoPackage, made if missing.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// Id of a built-in source, or a TOML file that describes yours.
    #[arg(long)]
    source: Option<String>,
    /// The file is everything that its source has: records that are no longer in it, as when a court sealed them, are removed.
    /// A part of a source, such as one year, must not be imported so: the rest would go.
    #[arg(long)]
    complete: bool,
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
    if args.complete && args.files.len() != 1 {
        return Err(Error::invalid(
            format!("--complete with {} files", args.files.len()),
            "give the one file that holds everything its source has",
        ));
    }
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
        let import = if args.complete { ingest::import_complete } else { ingest::import };
        let report = import(&mut store, source, file, &Cancel::default(), &|done, total| {
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
