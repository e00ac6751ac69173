//! `agreements`: what organisations may see, of which layers, and until when.

use std::path::PathBuf;

use clap::Subcommand;
use geodata::store::agreements::{self, Precision, Terms};
use geodata::store::audit::Entry;
use geodata::store::{Store, keys};
use geodata::{Error, Result};

use super::{print_json, terminal};
use crate::layers;

/// Make, list and revoke agreements, which keys are bound to.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety agreements create --data city.gpkg --parties \"Health department,University\" --layers cells,incidents \\
    --precision masked_points --purpose \"evaluation of street lighting\" --expires 2027-12-31
  urbansafety keys create --data city.gpkg --name \"Health department\" --tier partner --agreement ID")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make an agreement and print its id.
    Create {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// Who agrees, separated by commas.
        #[arg(long, value_delimiter = ',', required = true)]
        parties: Vec<String>,
        /// Layers that it is about, separated by commas.
        #[arg(long, value_delimiter = ',', required = true)]
        layers: Vec<String>,
        /// How exactly points may be seen.
        #[arg(long, value_parser = ["counts", "masked_points"])]
        precision: String,
        /// What for.
        #[arg(long)]
        purpose: String,
        /// Last day on which it holds, YYYY-MM-DD.
        #[arg(long)]
        expires: String,
    },
    /// List agreements.
    List {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Revoke an agreement by its id; the next request with a key that is bound to it is refused.
    Revoke {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// Id as `agreements list` shows it.
        id: String,
    },
}

pub fn run(args: &Args) -> Result<()> {
    match &args.verb {
        Verb::Create { data, parties, layers, precision, purpose, expires } => {
            let trimmed = |names: &[String]| names.iter().map(|n| n.trim().to_owned()).collect();
            let terms = Terms {
                parties: trimmed(parties),
                layers: trimmed(layers),
                precision: if precision == Precision::Counts.name() {
                    Precision::Counts
                } else {
                    Precision::MaskedPoints
                },
                purpose: purpose.trim().to_owned(),
                expires: expires.clone(),
            };
            terms.layers.iter().try_for_each(|id| known(id))?;
            let made = Store::open(data)?.logged(|store| {
                let made = agreements::create(store, &terms)?;
                let entry = Entry::command(format!("agreements create {}: {}", made.id, made.parties.join(", ")));
                Ok((made, Entry { purpose: terms.purpose.clone(), ..entry }))
            })?;
            eprintln!("agreement of {} on {} until {}", made.parties.join(", "), made.layers.join(", "), made.expires);
            terminal::print(&made.id)
        }
        Verb::List { data, json } => {
            let all = agreements::list(&Store::open_read(data)?)?;
            if *json {
                return print_json(&all);
            }
            terminal::print(&format!(
                "{:<10}  {:<10}  {:<8}  {:<13}  parties: layers: purpose",
                "id", "expires", "state", "precision"
            ))?;
            all.iter().try_for_each(|a| {
                let state = format!("{:?}", a.state(keys::today())).to_lowercase();
                let (parties, layers, expires) = (a.parties.join(", "), a.layers.join(", "), a.expires.to_string());
                let precision = a.precision.name();
                terminal::print(&format!(
                    "{:<10}  {expires:<10}  {state:<8}  {precision:<13}  {parties}: {layers}: {}",
                    a.id, a.purpose
                ))
            })
        }
        Verb::Revoke { data, id } => Store::open(data)?.logged(|store| {
            agreements::revoke(store, id)?;
            Ok(((), Entry::command(format!("agreements revoke {id}"))))
        }),
    }
}

/// Whether there is a layer of that id.
fn known(id: &str) -> Result<()> {
    if layers::find(id).is_some() {
        return Ok(());
    }
    let ids: Vec<_> = layers::LAYERS.iter().map(|l| l.id.as_str()).collect();
    Err(Error::invalid(format!("--layers: there is no layer {id:?}"), format!("the layers are {}", ids.join(", "))))
}
