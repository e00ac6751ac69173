//! `release`: makes the protected cube that everything public is computed from.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use geodata::index::Snapshot;
use geodata::policy::{Override, Policy};
use geodata::release::{self, Document, Perturbation, Release};
use geodata::store::Store;
use geodata::{Cancel, Error, Result};

use super::{file_error, print_json, terminal};

/// Make the next protected release: what the public and partners may see from now on.
#[derive(ClapArgs)]
#[command(after_help = "Example:
  urbansafety release --data chicago.gpkg
  urbansafety release --data chicago.gpkg --policy strict.toml
  urbansafety release --data chicago.gpkg --list

A release is numbered and cannot be changed: a correction is a new release. A running service shows the newest one at
once. A policy that is looser than the default needs a signature: `urbansafety policy sign --help`.")]
pub struct Args {
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// Who may see what; the default policy if not given (`urbansafety policy show`).
    #[arg(long)]
    policy: Option<PathBuf>,
    /// The signed override of a policy that is looser than the default; beside the policy, as POLICY.signed.toml, it is found by itself.
    #[arg(long)]
    signed: Option<PathBuf>,
    /// A perturbation table of your own: CSV with pcv, ckey and pvalue.
    #[arg(long)]
    perturbation: Option<PathBuf>,
    /// List the releases that there are, and make none.
    #[arg(long, conflicts_with_all = ["policy", "signed", "perturbation"])]
    list: bool,
    /// As JSON: the release's record.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    if args.list {
        return list(args);
    }
    let policy = match &args.policy {
        Some(path) => Policy::read(&text(path)?)?,
        None => Policy::standard().clone(),
    };
    let mut options = release::Options { signed: signed(args)?, ..release::Options::default() };
    if let Some(path) = &args.perturbation {
        let bytes = std::fs::read(path).map_err(|e| file_error("reading", path, &e))?;
        options.perturbation = Some(Perturbation::read_csv(&bytes)?);
    }
    let made = make(&args.data, &policy, &options)?;
    if args.json {
        return print_json(made.document());
    }
    terminal::print(&summary(made.document()))
}

/// Makes a release of a data file, with a line of progress.
pub fn make(data: &std::path::Path, policy: &Policy, options: &release::Options) -> Result<Release> {
    let mut store = Store::open(data)?;
    let bar = terminal::progress(false);
    bar.set_message("indexing");
    let snapshot = Snapshot::build(&store)?;
    let said = |what: &str| {
        bar.set_message(what.to_owned());
        bar.tick();
    };
    let made = release::make(&mut store, &snapshot, policy, options, &said, &Cancel::default());
    bar.finish_and_clear();
    let made = made?;
    let document = made.document();
    super::log_deed(data, format!("release {} under policy {}", document.number, document.policy.hash), 0)?;
    Ok(made)
}

fn list(args: &Args) -> Result<()> {
    let all = Release::list(&Store::open_read(&args.data)?)?;
    if args.json {
        return print_json(&all);
    }
    if all.is_empty() {
        return terminal::print(
            "no release yet: the public sees nothing; `urbansafety release --data FILE` makes the first",
        );
    }
    terminal::print(&format!(
        "{:>6}  {:<20}  {:<17}  {:<16}  {:>9}  withheld",
        "number", "made", "months", "policy", "cells"
    ))?;
    all.iter().try_for_each(|d| {
        let months = d.period.as_ref().map_or("none".to_owned(), |(a, b)| format!("{a}/{b}"));
        let (cells, hidden) = (d.public.cells, d.public.suppressed_cells);
        terminal::print(&format!(
            "{:>6}  {:<20}  {months:<17}  {:<16}  {cells:>9}  {hidden}",
            d.number, d.made, d.policy.hash
        ))
    })
}

fn summary(d: &Document) -> String {
    let mut lines = vec![format!("release {} of {}", d.number, d.made)];
    let mut say = |line: String| lines.push(format!("  {line}"));
    say(format!("policy      {} (version {}, hash {})", d.policy.title, d.policy.version, d.policy.hash));
    if let Some(signed) = &d.policy.signed {
        say(format!("override    signed by {} on {}: {}", signed.signed_by, signed.date, signed.reason));
    }
    match &d.period {
        Some((a, b)) => say(format!("months      {a} to {b}")),
        None => say("months      none is complete yet: nothing is told".to_owned()),
    }
    say(format!(
        "study area  {}",
        d.study_area.as_deref().unwrap_or("none: import areas, so that zero can be told from not covered")
    ));
    let residents = d.residents.as_deref().unwrap_or("not known: cells have no least number of residents");
    say(format!("residents   {residents}"));
    for (name, cube) in [("public", &d.public), ("partners", &d.partner)] {
        say(format!(
            "{name:<10}  {} numbers told, {} withheld; cells of level {} at the finest, {} ICCS categories, crossed with {}",
            cube.cells,
            cube.suppressed_cells,
            cube.finest_level,
            cube.categories.len(),
            if cube.crossed.is_empty() { "nothing".to_owned() } else { cube.crossed.join(", ") }
        ));
        for table in &cube.left_out {
            say(format!("            left out, since it would hide too much: {table}"));
        }
    }
    let few = |n: Option<u64>| n.map_or("few (withheld)".to_owned(), |n| format!("about {n}"));
    say(format!("no place    {}; outside the study area {}", few(d.without_place), few(d.outside)));
    lines.join("\n")
}

fn signed(args: &Args) -> Result<Option<Override>> {
    let beside = args.policy.as_ref().map(|p| {
        let mut name = p.clone().into_os_string();
        name.push(".signed.toml");
        PathBuf::from(name)
    });
    let Some(path) = args.signed.clone().or(beside.filter(|p| p.exists())) else { return Ok(None) };
    let bad = |e: toml::de::Error| {
        Error::invalid(format!("{}: {e}", path.display()), "make it with `urbansafety policy sign`")
    };
    toml::from_str(&text(&path)?).map(Some).map_err(bad)
}

fn text(path: &std::path::Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|e| file_error("reading", path, &e))
}
