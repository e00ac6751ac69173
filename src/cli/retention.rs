//! `retention`: what the policy keeps for a time only.

use std::path::PathBuf;

use geodata::Result;
use geodata::store::{Due, Store};

use super::policy::{in_force, read_policy};
use super::{open_existing, print_json, terminal};

/// Remove what is kept for a time only: victims' attributes, old entries of the access log; date contexts for review.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  urbansafety retention --data city.gpkg
  urbansafety retention --data city.gpkg --apply

Without --apply nothing is changed. The times are those of [retention] in the policy: of the newest release, of --policy, or
the default. Run it once a month and after imports of old files, which bring attributes of victims back; doing it twice
changes nothing more. With --apply the file is written anew, which takes its size again on the disk for a moment.")]
pub struct Args {
    /// The city's GeoPackage.
    #[arg(long, env = "URBANSAFETY_DATA")]
    data: PathBuf,
    /// Do it.
    #[arg(long)]
    apply: bool,
    /// Policy file to go by.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let mut store = if args.apply { open_existing(&args.data)? } else { Store::open_read(&args.data)? };
    let policy = match &args.policy {
        Some(path) => read_policy(path)?,
        None => in_force(&store)?,
    };
    let due = store.retention(&policy.retention, super::today(), args.apply)?;
    if due.applied {
        drop(store);
        super::log_deed(&args.data, "retention".to_owned(), 0)?;
    }
    if args.json { print_json(&due) } else { terminal::print(&words(&due)) }
}

fn words(due: &Due) -> String {
    let [removed, dated] = if due.applied { ["removed", "were given"] } else { ["due", "would be given"] };
    let mut text = format!(
        "{:>12}  incidents that ended before {}: attributes of victims {removed}
{:>12}  entries of the access log before {} {removed}
{:>12}  incidents with a gang or organised-crime context without a review date: {dated} {}
{:>12}  incidents whose context is past its review date and counts as unknown: review them in the source",
        due.victims,
        due.victims_before,
        due.access_log,
        due.access_log_before,
        due.contexts_without_date,
        due.review_by,
        due.contexts_past_date
    );
    if !due.applied && !due.is_empty() {
        text += "\nnothing was changed; --apply does it";
    }
    text
}
