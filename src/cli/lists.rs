//! `sources`, `methods`, `vocabulary`: the tables, for people and as JSON.

use geodata::Result;
use geodata::analysis::{METHODS, Method};
use geodata::ingest::SOURCES;
use geodata::model::Code;
use serde_json::json;

use super::{print_json, terminal};
use crate::explain;

/// List the built-in sources of incidents, areas and resources.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety sources --json")]
pub struct SourcesArgs {
    /// As JSON.
    #[arg(long)]
    json: bool,
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
    if args.json {
        let all: Vec<_> = SOURCES
            .iter()
            .map(|s| json!({"id": s.id, "title": s.title, "kind": s.kind.name(), "licence": s.licence, "mapping_version": s.mapping_version}))
            .collect();
        return print_json(&all);
    }
    SOURCES.iter().try_for_each(|s| terminal::print(&format!("{:<28} {:<14} {}", s.id, s.kind.name(), s.title)))
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
