//! `sources`, `methods`, `vocabulary`: the tables, for people and as JSON.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use geodata::analysis::{METHODS, Method};
use geodata::ingest::{self, SOURCES};
use geodata::model::Code;
use geodata::{Error, Kind, Result};
use serde_json::json;

use super::{print_json, terminal};
use crate::explain;

/// List the built-in sources of incidents, areas and resources, or draft one for a file of your own.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  urbansafety sources --json
  urbansafety sources new incidents.csv -o my-city.toml")]
pub struct SourcesArgs {
    #[command(subcommand)]
    verb: Option<SourcesVerb>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum SourcesVerb {
    /// Draft a source from a file's header and first rows, for you to finish.
    #[command(after_help = "Example:
  urbansafety sources new incidents.csv -o my-city.toml
  urbansafety import --data city.gpkg --source my-city.toml incidents.csv

The draft imports the file as it is. What is not sure in it is a comment, and categories are to be given their ICCS codes.")]
    New {
        /// File to describe: any that `import` reads.
        file: PathBuf,
        /// Where to write the draft, which must not be there yet; without it, to standard output.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
}

/// List the methods, or explain one: what it answers, when not to use it, its parameters.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety methods gi_star")]
pub struct MethodsArgs {
    /// Method to explain.
    id: Option<String>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// List the 325 codes of the ICCS, or those below one.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety vocabulary 04")]
pub struct VocabularyArgs {
    /// Code whose descendants to list.
    code: Option<String>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub fn sources(args: &SourcesArgs) -> Result<()> {
    if let Some(SourcesVerb::New { file, output }) = &args.verb {
        return draft(file, output.as_deref());
    }
    if args.json {
        let all: Vec<_> = SOURCES
            .iter()
            .map(|s| json!({"id": s.id, "title": s.title, "kind": s.kind.name(), "licence": s.licence, "mapping_version": s.mapping_version}))
            .collect();
        return print_json(&all);
    }
    SOURCES.iter().try_for_each(|s| terminal::print(&format!("{:<28} {:<14} {}", s.id, s.kind.name(), s.title)))
}

fn draft(file: &Path, output: Option<&Path>) -> Result<()> {
    let text = ingest::draft(file)?;
    let Some(path) = output else { return terminal::print(text.trim_end()) };
    let trouble = |e: std::io::Error| {
        let hint = if e.kind() == std::io::ErrorKind::AlreadyExists {
            "a draft never replaces a file: give another name"
        } else {
            "check the folder and its permissions"
        };
        Error::new(Kind::Storage, format!("cannot write {}: {e}", path.display()), hint)
    };
    let mut out = File::create_new(path).map_err(trouble)?;
    out.write_all(text.as_bytes()).map_err(trouble)
}

pub fn methods(args: &MethodsArgs) -> Result<()> {
    let chosen: Vec<&Method> = match &args.id {
        None => METHODS.iter().collect(),
        Some(id) => vec![Method::find(id)?],
    };
    if args.json {
        return print_json(&chosen.iter().map(|m| explain::document(m)).collect::<Vec<_>>());
    }
    if args.id.is_none() {
        return chosen.iter().try_for_each(|m| terminal::print(&format!("{:<14} {}", m.id, m.answers)));
    }
    chosen.iter().try_for_each(|m| terminal::print(&explain::text(m)))
}

pub fn vocabulary(args: &VocabularyArgs) -> Result<()> {
    let below = args.code.as_deref().map(Code::parse).transpose()?;
    let codes = Code::all().filter(|c| below.is_none_or(|b| c.is_within(b)));
    if args.json {
        let all: Vec<_> = codes.map(|c| json!({"code": c.text(), "title": c.title(), "level": c.level()})).collect();
        return print_json(&all);
    }
    codes.into_iter().try_for_each(|c| {
        let indent = "  ".repeat(usize::from(c.level()) - 1);
        terminal::print(&format!("{indent}{} {}", c.text(), c.title()))
    })
}
