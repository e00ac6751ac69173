//! The command line: one file a verb; exit 0 done, 1 the work failed, 2 wrong usage.

mod agreements;
mod analyse;
mod audit;
mod check;
mod demo;
mod dpia;
mod erase;
mod import;
mod keys;
mod lists;
mod policy;
mod publish;
mod redteam;
mod release;
mod report;
mod retention;
mod serve;
mod settings;
mod terminal;
mod watched;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use geodata::store::Store;
use geodata::{Error, Result};

/// Recorded incidents, the help around them and where harm concentrates, for cities that prevent crime.
#[derive(Parser)]
#[command(name = "urbansafety", version, arg_required_else_help = true, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Demo(demo::Args),
    Import(import::Args),
    Serve(serve::Args),
    Analyse(Box<analyse::Args>),
    Release(release::Args),
    Redteam(redteam::Args),
    Publish(publish::Args),
    Report(report::Args),
    Keys(keys::Args),
    Policy(policy::Args),
    Erase(erase::Args),
    Retention(retention::Args),
    Dpia(dpia::Args),
    Agreements(agreements::Args),
    Audit(audit::Args),
    Check(check::Args),
    Sources(lists::SourcesArgs),
    Methods(lists::MethodsArgs),
    Vocabulary(lists::VocabularyArgs),
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    terminal::start_log();
    let done = match cli.verb {
        Verb::Demo(args) => demo::run(&args),
        Verb::Import(args) => import::run(&args),
        Verb::Serve(args) => serve::run(&args),
        Verb::Analyse(args) => analyse::run(&args),
        Verb::Release(args) => release::run(&args),
        Verb::Redteam(args) => redteam::run(&args),
        Verb::Publish(args) => publish::run(&args),
        Verb::Report(args) => report::run(&args),
        Verb::Keys(args) => keys::run(&args),
        Verb::Policy(args) => policy::run(&args),
        Verb::Erase(args) => erase::run(&args),
        Verb::Retention(args) => retention::run(&args),
        Verb::Dpia(args) => dpia::run(&args),
        Verb::Agreements(args) => agreements::run(&args),
        Verb::Audit(args) => audit::run(&args),
        Verb::Check(args) => check::run(&args),
        Verb::Sources(args) => lists::sources(&args),
        Verb::Methods(args) => lists::methods(&args),
        Verb::Vocabulary(args) => lists::vocabulary(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("urbansafety: {error}");
            ExitCode::from(1)
        }
    }
}

/// Opens a city's file for writing, which brings an older one up to date; a missing one is an error, not a new file.
fn open_existing(path: &std::path::Path) -> Result<Store> {
    if path.exists() { Store::open(path) } else { Store::open_read(path) }
}

/// The day, in UTC.
fn today() -> jiff::civil::Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// Trouble with a file, in the library's words.
fn file_error(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Error {
    Error::storage(
        format!("{doing} {}: {error}", path.display()),
        "check the path, the rights and the space on the disk",
    )
}

/// Puts what the data's keeper did into the access log of a data file.
fn log_deed(data: &std::path::Path, words: String, rows: u64) -> Result<()> {
    use geodata::store::audit::{Entry, Log};
    Log::new(data, |error| eprintln!("note: {error}")).write(Entry { rows, ..Entry::command(words) })
}

/// Prints a serialisable value as indented JSON.
fn print_json(value: &impl serde::Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| Error::storage(format!("the answer cannot be written as JSON: {e}"), "report this"))?;
    terminal::print(&text)
}
