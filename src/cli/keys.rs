//! `keys`: who may see more than the public.

use std::path::PathBuf;

use clap::Subcommand;
use geodata::Result;
use geodata::model::Tier;
use geodata::store::audit::Entry;
use geodata::store::{Store, keys};

use super::{print_json, terminal};

/// Create, list and revoke access keys.
#[derive(clap::Args)]
#[command(after_help = "Example:
  urbansafety keys create --data city.gpkg --name \"analysis unit\" --tier analyst --expires 2027-12-31")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Print a new token, once, alone on standard output; only its SHA-256 is kept.
    Create {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// Whose key it is.
        #[arg(long)]
        name: String,
        /// What it may see.
        #[arg(long, value_parser = ["public", "partner", "analyst", "custodian"])]
        tier: String,
        /// Last day on which it works, YYYY-MM-DD.
        #[arg(long)]
        expires: Option<String>,
        /// Agreement that it is bound to, as `agreements list` shows it; a partner's key opens nothing without one.
        #[arg(long)]
        agreement: Option<String>,
    },
    /// List keys: never a token.
    List {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key by its id; the next request with it is refused.
    Revoke {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// Id as `keys list` shows it.
        id: String,
    },
}

pub fn run(args: &Args) -> Result<()> {
    match &args.verb {
        Verb::Create { data, name, tier, expires, agreement } => {
            let tier = match tier.as_str() {
                "custodian" => Tier::Custodian,
                "analyst" => Tier::Analyst,
                "partner" => Tier::Partner,
                _ => Tier::Public,
            };
            let (key, token) = Store::open(data)?.logged(|store| {
                let (key, token) = keys::create(store, name, tier, expires.as_deref())?;
                if let Some(agreement) = agreement {
                    keys::bind(store, &key.id, agreement)?;
                }
                let bound = agreement.as_ref().map(|id| format!(", agreement {id}")).unwrap_or_default();
                let entry = Entry::command(format!("keys create {} {} ({}{bound})", key.id, key.name, tier.name()));
                Ok(((key, token), entry))
            })?;
            eprintln!("key {} for {}: the token is shown only now", key.id, key.name);
            if tier == Tier::Partner && agreement.is_none() {
                eprintln!("note: without --agreement a partner's key sees what the public sees");
            }
            terminal::print(token.reveal())
        }
        Verb::List { data, json } => {
            let all = keys::list(&Store::open_read(data)?)?;
            if *json {
                return print_json(&all);
            }
            terminal::print(&format!("{:<10}  {:<10}  {:<10}  {:<8}  name", "id", "tier", "expires", "state"))?;
            all.iter().try_for_each(|k| {
                let state = if k.revoked.is_some() { "revoked" } else { "active" };
                let expires = k.expires.as_deref().unwrap_or("never");
                terminal::print(&format!("{:<10}  {:<10}  {expires:<10}  {state:<8}  {}", k.id, k.tier.name(), k.name))
            })
        }
        Verb::Revoke { data, id } => Store::open(data)?.logged(|store| {
            keys::revoke(store, id)?;
            Ok(((), Entry::command(format!("keys revoke {id}"))))
        }),
    }
}
