//! `erase`: a record removed for good.

use std::path::PathBuf;

use geodata::store::{Erased, Records};
use geodata::{Error, Result};

use super::{file_error, open_existing, print_json, terminal};

/// Remove records for good: from the data file, from later imports and from later releases.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  urbansafety erase --data city.gpkg --source chicago --key JB123456 --reason \"order of the court, file 17\" --dry-run
  urbansafety erase --data city.gpkg --source chicago --keys-file keys.txt --reason \"request 2026-11\"

The row, the words that only it had and set-aside values that hold its key are removed, and the file is written anew. A
tombstone stays: a code of the key under a secret of the file, never the key. Later imports leave the record out and count
it as \"erased before\". A source without keys is known by the content of its rows: a row whose content changed is a new one.

Backups, the source's own files and releases made before are not touched: releases never change, and hold protected counts.")]
#[command(group(clap::ArgGroup::new("records").required(true)))]
pub struct Args {
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// Id of the source that the keys are of.
    #[arg(long, required_unless_present = "fid", conflicts_with = "fid")]
    source: Option<String>,
    /// The source's key of the record (record_key); may be repeated.
    #[arg(long, group = "records")]
    key: Vec<String>,
    /// A file with one key a line; keeps keys out of the shell's history.
    #[arg(long, group = "records")]
    keys_file: Option<PathBuf>,
    /// Number of the record in the data file instead.
    #[arg(long, group = "records")]
    fid: Option<i64>,
    /// Why; kept with the tombstone, so it names neither the record nor a person.
    #[arg(long)]
    reason: String,
    /// Only say what would go.
    #[arg(long)]
    dry_run: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let records = match (args.fid, &args.source) {
        (Some(fid), _) => Records::Fid(fid),
        (None, source) => Records::Keys { source: source.clone().unwrap_or_default(), keys: keys(args)? },
    };
    let erased = open_existing(&args.data)?.erase(&records, &args.reason, !args.dry_run)?;
    if erased.applied {
        super::log_deed(&args.data, format!("erase from {}: {}", erased.source, args.reason.trim()), erased.records)?;
    }
    if args.json { print_json(&erased) } else { terminal::print(&words(&erased)) }
}

fn keys(args: &Args) -> Result<Vec<String>> {
    let Some(path) = &args.keys_file else { return Ok(args.key.clone()) };
    let text = std::fs::read_to_string(path).map_err(|e| file_error("reading", path, &e))?;
    let keys: Vec<_> = text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    if keys.is_empty() {
        return Err(Error::invalid(format!("{} holds no key", path.display()), "write one key a line"));
    }
    Ok(keys)
}

fn words(erased: &Erased) -> String {
    let done = if erased.applied { "" } else { "nothing was changed; this would go:\n" };
    let mut text = format!(
        "{done}{:>12}  records of {}\n{:>12}  were erased before\n{:>12}  combinations of words that no other record has\n{:>12}  set-aside rows that hold a key",
        erased.records, erased.source, erased.before, erased.profiles, erased.quarantined
    );
    if erased.earlier_releases > 0 {
        text += &format!(
            "\n{} earlier releases cannot be changed and stay: they hold protected counts, never records. The next release is without these records.",
            erased.earlier_releases
        );
    }
    if erased.applied {
        text += "\nBackups and the source's own files still hold the records: remove them there too.";
    }
    text
}
