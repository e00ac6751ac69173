//! The demo city: deterministic from a seed, with its truth beside it.
//!
//! [`generate`] fills a data file with the made-up city of Almery: five years of incidents on a street grid, areas with
//! residents, services, and a programme. What was put there on purpose is told in [`Truth`], so that whatever an analysis
//! finds can be compared with what is there.

mod areas;
mod draw;
mod happen;
mod help;
mod kinds;
mod layout;
mod programme;
mod time;
mod truth;
mod write;

use happen::{Draft, Happened, Mark, PLANS};
use kinds::KINDS;
pub use truth::{GangContext, Hotspot, NearRepeats, Programme, ServiceGap, Truth};

use crate::error::{Error, Result};
use crate::limits::{IMPORT_BATCH_ROWS, MAX_DEMO_INCIDENTS};
use crate::model::{Discovery, LocationPrecision};
use crate::report::ImportReport;
use crate::store::{Outcome, SourceTerms, Store};

/// Fewest incidents that still show everything.
const MIN_INCIDENTS: u64 = 1_000;
/// Grows when the same seed makes another city.
const VERSION: u32 = 1;
const TITLE: &str = "Almery, a made-up city";
const LICENCE: &str = "made by this program, free for any use";

/// Fills a data file with the demo city and writes its truth beside it (`city.gpkg`: `city.truth.json`). The same seed and
/// number of incidents make the same content; a file that already holds it stays as it is. `progress` is told how many
/// incidents of how many are written.
///
/// # Errors
/// A number of incidents out of 1,000 to [`MAX_DEMO_INCIDENTS`], a file that holds other incidents, or one that cannot be
/// written.
pub fn generate(seed: u64, incidents: u64, store: &mut Store, progress: &dyn Fn(u64, u64)) -> Result<Truth> {
    if !(MIN_INCIDENTS..=MAX_DEMO_INCIDENTS).contains(&incidents) {
        return Err(Error::invalid(
            format!("{incidents} incidents for the demo city, the bound is {MIN_INCIDENTS} to {MAX_DEMO_INCIDENTS}"),
            "200000 make a city like its residents",
        ));
    }
    let name = format!("demo city, seed {seed}, {incidents} incidents");
    if store.fid_bounds()?.is_some() && !store.has_import(&name)? {
        return Err(Error::invalid(
            format!("{} already holds other incidents", store.path().display()),
            "give the demo city a new file, so that made-up incidents never mix with real ones",
        ));
    }
    let happened = happen::happen(seed, incidents);
    let truth = truth_of(seed, &happened);
    let Happened { mut drafts, .. } = happened;
    drafts.sort_unstable_by_key(|d| (d.mark == Mark::Monthly, d.from, d.bits));
    let monthly = drafts.split_off(drafts.partition_point(|d| d.mark != Mark::Monthly));
    let mut writer = write::Writer::default();
    let mut done = 0;
    for (source, drafts) in [(write::POLICE, &drafts), (write::MONTHLY, &monthly)] {
        let terms = SourceTerms { kind: String::new(), title: TITLE.into(), licence: LICENCE.into() };
        store.describe_source(source, &terms)?;
        let mut import = store.begin_import(source, VERSION, &name, seed ^ incidents.rotate_left(40))?;
        let mut outcome = Outcome::default();
        for (i, part) in drafts.chunks(IMPORT_BATCH_ROWS).enumerate() {
            let first = i * IMPORT_BATCH_ROWS;
            let rows = part.iter().enumerate().map(|(n, draft)| writer.incident(draft, first + n));
            outcome += import.incidents(&rows.collect::<Result<Vec<_>>>()?)?;
            done += part.len() as u64;
            progress(done, incidents);
        }
        if source == write::POLICE {
            outcome += import.areas(&areas::areas(seed))?;
            outcome += import.streets(&layout::network(source))?;
            outcome += import.resources(&help::resources())?;
            outcome += import.interventions(&[programme::intervention()])?;
            let stand_in = happen::STAND_IN.lon_lat();
            let reason = "the headquarters: where the police's system puts what has no address";
            let points: Vec<_> = stand_in.into_iter().map(|p| (p, truth.at_default_point, reason.to_owned())).collect();
            import.default_points(&points)?;
        }
        import.finish(&report(source, &name, outcome, &truth))?;
    }
    truth.write_beside(store.path())?;
    Ok(truth)
}

fn report(source: &str, name: &str, outcome: Outcome, truth: &Truth) -> ImportReport {
    let is_police = source == write::POLICE;
    ImportReport {
        source: source.to_owned(),
        file: name.to_owned(),
        read: outcome.stored + outcome.updated + outcome.unchanged,
        stored: outcome.stored,
        updated: outcome.updated,
        unchanged: outcome.unchanged,
        without_place: if is_police { truth.without_place } else { 0 },
        default_point: if is_police { truth.at_default_point } else { 0 },
        notes: vec!["made-up incidents of a made-up city".to_owned()],
        ..ImportReport::default()
    }
}

fn truth_of(seed: u64, happened: &Happened) -> Truth {
    let drafts = &happened.drafts;
    let kind = |d: &Draft| &KINDS[usize::from(d.kind)];
    let count = |is: &dyn Fn(&Draft) -> bool| drafts.iter().filter(|d| is(d)).count() as u64;
    let gang = |n: u8| count(&|d| d.mark == Mark::Gang(n));
    let hotspots = PLANS.iter().zip(happened.put).map(|(plan, incidents)| {
        let of: Vec<&kinds::Kind> = plan.kinds.iter().map(|(code, _)| &KINDS[usize::from(kinds::kind(code))]).collect();
        let at = plan.centre.degrees();
        Hotspot {
            id: plan.id.to_owned(),
            title: plan.title.to_owned(),
            lon: at.x,
            lat: at.y,
            radius_m: plan.radius_m,
            categories: of.iter().flat_map(|k| k.iccs).map(|&c| c.to_owned()).collect(),
            hours: time::busiest(plan.hours),
            weekdays: time::busiest(plan.days),
            incidents,
            police_initiated: of.iter().all(|k| k.discovery == Discovery::PoliceInitiated),
        }
    });
    let areas = areas::areas(seed);
    let mut extent = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for c in areas.iter().flat_map(|a| &a.shape.0).flat_map(|p| &p.exterior().0) {
        extent = [extent[0].min(c.x), extent[1].min(c.y), extent[2].max(c.x), extent[3].max(c.y)];
    }
    let (before, since) = programme::before_and_since(programme::PLACE, drafts);
    let (comparison_before, comparison_since) = programme::before_and_since(programme::COMPARISON, drafts);
    let (gang_at, stand_in) = (happen::GANG.0.degrees(), happen::STAND_IN.degrees());
    Truth {
        city: areas::CITY.to_owned(),
        seed,
        incidents: drafts.len() as u64,
        first_day: "2021-01-01".to_owned(),
        last_day: "2025-12-31".to_owned(),
        zone: time::ZONE.to_owned(),
        extent,
        residents: areas.first().and_then(|a| a.denominator("residents")).map_or(0.0, |d| d.value),
        without_place: count(&|d| d.precision == LocationPrecision::None),
        default_point: [stand_in.x, stand_in.y],
        at_default_point: count(&|d| d.mark == Mark::StandIn),
        month_only: count(&|d| d.mark == Mark::Monthly),
        unmapped: count(&|d| kind(d).iccs.is_empty()),
        police_initiated: count(&|d| d.mark != Mark::Monthly && kind(d).discovery == Discovery::PoliceInitiated),
        hotspots: hotspots.collect(),
        near_repeats: NearRepeats {
            hotspot: happen::NEAR_REPEATS.to_owned(),
            within_m: happen::FOLLOW_UP.0,
            within_days: happen::FOLLOW_UP.1,
            follow_ups: happened.follow_ups,
        },
        gang: GangContext {
            definition: write::GANG_DEFINITION.to_owned(),
            lon: gang_at.x,
            lat: gang_at.y,
            radius_m: happen::GANG.1,
            yes: gang(0),
            no: gang(1),
            unknown: gang(2),
            not_assessed: count(&|d| kind(d).is_violent() && !matches!(d.mark, Mark::Gang(_))),
        },
        programme: Programme {
            intervention: programme::ID.to_owned(),
            start: programme::START.to_owned(),
            effect: programme::EFFECT,
            before,
            since,
            comparison_before,
            comparison_since,
        },
        service_gaps: help::gaps(seed),
        hidden_resources: help::resources()
            .iter()
            .filter(|r| r.visibility == crate::model::Visibility::HiddenLocation)
            .count() as u64,
    }
}

#[cfg(test)]
#[path = "demo_tests.rs"]
mod tests;
