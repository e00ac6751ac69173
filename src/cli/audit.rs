//! `audit`: is the access log whole, and what is in it?

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use geodata::store::Store;
use geodata::store::audit::{self, Kept};
use geodata::{Error, Result};
use jiff::civil::Date;

use super::{file_error, print_json, terminal};
use crate::formats::csv_text;

/// Verify and export the access log: who saw what, when, why, of which data.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety audit verify --data city.gpkg
  urbansafety audit export --data city.gpkg --since 2027-01-01 --format csv -o log.csv

Every answer to a key from partner tier on has an entry, and so have the commands keys, agreements and analyse. Each entry holds the
hash of the one before it; `verify` names the first that was changed, or where entries are missing.")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Is the log whole? Exit 1 and the first broken entry if it is not.
    Verify {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write the entries, the oldest first.
    Export {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// First day (UTC), YYYY-MM-DD.
        #[arg(long)]
        since: Option<String>,
        /// Form of the file.
        #[arg(long, value_enum, default_value_t = Format::Csv)]
        format: Format,
        /// File to write; standard output without it.
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Ndjson,
}

pub fn run(args: &Args) -> Result<()> {
    match &args.verb {
        Verb::Verify { data, json } => verify(data, *json),
        Verb::Export { data, since, format, output } => {
            carry_over(data);
            let since = since.as_deref().map(day).transpose()?;
            let store = Store::open_read(data)?;
            match output {
                Some(path) => {
                    let file = std::fs::File::create(path).map_err(|e| file_error("writing", path, &e))?;
                    write(&store, since, *format, path, file)
                }
                None => write(&store, since, *format, Path::new("standard output"), io::stdout().lock()),
            }
        }
    }
}

/// Takes in what ended processes left, where the file may be written; a log is verified and exported also without.
fn carry_over(data: &Path) {
    if let Err(error) = audit::fold_leftovers(data) {
        eprintln!("note: {error}");
    }
}

fn verify(data: &Path, json: bool) -> Result<()> {
    carry_over(data);
    let found = audit::verify(&Store::open_read(data)?)?;
    if json {
        print_json(&found)?;
    } else if found.broken.is_none() {
        let span = match (&found.first, &found.last) {
            (Some(first), Some(last)) => format!("{} entries from {first} to {last}", found.entries),
            _ => "no entries".to_owned(),
        };
        terminal::print(&format!("the access log is whole: {span}, {} more in journals", found.waiting))?;
        if found.removed_to > 0 {
            terminal::print(&format!("entries up to {} were removed by retention", found.removed_to))?;
        }
        terminal::print(&format!("its head is entry {} with hash {}", found.head, found.head_hash))?;
    }
    match found.broken {
        None => Ok(()),
        Some(broken) => Err(Error::storage(
            format!("the access log of {} is broken: {broken}", data.display()),
            "keep the file and its journals as evidence, and compare them with the last backup",
        )),
    }
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|_| Error::invalid(format!("--since {text:?} is not a date"), "write it as YYYY-MM-DD"))
}

/// Names of the columns, as the fields of an entry.
const COLUMNS: &str = "seq,at,who,tier,purpose,asked,basis,status,rows,previous,hash\r\n";

fn write(store: &Store, since: Option<Date>, format: Format, path: &Path, out: impl Write) -> Result<()> {
    let mut out = BufWriter::new(out);
    let bad = |e: io::Error| file_error("writing", path, &e);
    if format == Format::Csv {
        out.write_all(COLUMNS.as_bytes()).map_err(bad)?;
    }
    let line = match format {
        Format::Csv => csv_row,
        Format::Ndjson => json_line,
    };
    audit::entries(store, since, &mut |kept| line(&kept, &mut out).map_err(bad))?;
    out.flush().map_err(bad)
}

fn json_line(kept: &Kept, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, kept)?;
    out.write_all(b"\n")
}

fn csv_row(kept: &Kept, out: &mut dyn Write) -> io::Result<()> {
    let e = &kept.entry;
    let mut texts = String::new();
    for text in [&e.at, &e.who, &e.tier, &e.purpose, &e.asked, &e.basis] {
        texts.push(',');
        csv_text(&mut texts, text);
    }
    write!(out, "{}{texts},{},{},{},{}\r\n", kept.seq, e.status, e.rows, hex(&kept.previous), hex(&kept.hash))
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|b| format!("{b:02x}")).collect()
}
