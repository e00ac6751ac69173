//! Kulldorff's scan statistic: the circle and the run of days that hold more incidents than chance would put there.

mod counts;
mod draw;
mod likelihood;
mod search;
mod significance;
mod walk;
mod windows;
mod zones;

use std::cmp::Ordering;
use std::ops::Range;

use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::limits::{MAX_SCAN_ENTRIES, MAX_SCAN_WINDOWS, MAX_SCAN_WORK};
use counts::Incidents;
use draw::Draw;
use search::Ground;
use windows::Windows;
use zones::{Bounds, Zones};

pub use likelihood::log_likelihood_ratio;
pub use significance::Null;
pub use windows::Look;
pub use zones::Metric;

/// Centres whose circles tell how large all will be.
const SAMPLE: usize = 256;

/// What chance deals out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model<'a> {
    /// Each incident keeps its place and gets the day of another: places and days keep their numbers, so neither busy
    /// places nor busy days are clusters.
    SpaceTimePermutation,
    /// Each incident falls at a location by its share of this population, and on any day alike.
    Poisson(&'a [f64]),
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Windows of the whole period, or those that last until its end.
    pub look: Look,
    /// Largest radius of a circle in metres; infinity for no bound but the share.
    pub max_radius_m: f64,
    /// Largest share of all incidents (Poisson: of all expected) that a circle may hold over the whole period.
    pub max_share: f64,
    /// Shortest window in steps.
    pub min_steps: usize,
    /// Longest window in steps.
    pub max_steps: usize,
    /// Fewest incidents of a cluster.
    pub min_cases: u32,
    /// Clusters given at most.
    pub max_clusters: usize,
    /// Sets of incidents drawn under the model.
    pub replicates: u32,
    /// Start of the random draws.
    pub seed: u64,
}

/// Incidents at locations in time steps.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Coordinates of the locations.
    pub points: &'a [(f64, f64)],
    /// How their distances are measured.
    pub metric: Metric,
    /// Number of steps of equal length in the period; 1 for a purely spatial scan.
    pub steps: usize,
    /// Location and step of each incident.
    pub incidents: &'a [(u32, u32)],
}

/// A circle and a run of steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Location in the middle.
    pub centre: u32,
    /// Locations inside, nearest to the middle first.
    pub locations: Vec<u32>,
    /// Distance to the farthest of them, metres.
    pub radius_m: f64,
    /// Steps of the window.
    pub steps: Range<u32>,
    /// Incidents inside.
    pub cases: u32,
    /// Incidents expected inside.
    pub expected: f64,
    /// Logarithm of the likelihood ratio.
    pub log_likelihood_ratio: f64,
    /// How often chance gives a highest ratio at least so high, by counting.
    pub p: f64,
    /// The same by the Gumbel distribution.
    pub p_gumbel: f64,
}

/// Clusters, the most likely first, and what they were held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// No two share a location.
    pub clusters: Vec<Cluster>,
    /// The highest ratios of the replicates.
    pub null: Null,
}

/// Scans circles around every location and runs of steps for a rise.
///
/// Of clusters with the same ratio, that with the fewest locations comes first, then that with the smallest radius, the
/// shortest window and the earliest. Later clusters share no location with earlier ones and are held against the
/// highest ratios of the replicates as well, which makes their p too large rather than too small. The replicates depend
/// on the seed and their number alone: the answer is the same for any number of threads and any order of rows.
///
/// # Units
/// Distances in metres; windows in steps.
///
/// # Assumptions
/// Incidents are independent of each other under the null. The permutation model takes a place's share of the city's
/// incidents to be the same all the time: a whole district that grows faster than the others looks like a cluster.
///
/// # Errors
/// Incidents without a location or step, or where nobody lives; more circles or work than the limits; a stopped request.
///
/// # References
/// Kulldorff (1997), doi:10.1080/03610929708831995; Kulldorff (2001), doi:10.1111/1467-985X.00186 (prospective);
/// Kulldorff and others (2005), doi:10.1371/journal.pmed.0020059 (permutation).
pub fn scan(setting: &Setting<'_>, model: Model<'_>, settings: &Settings, cancel: &Cancel) -> Result<Scan> {
    check(setting, model)?;
    // In the order of their coordinates, locations are the same whatever the order of rows.
    let mut order: Vec<u32> = (0..setting.points.len() as u32).collect();
    order.sort_by(|&a, &b| by_coordinates(setting.points[a as usize], setting.points[b as usize]));
    let points: Vec<(f64, f64)> = order.iter().map(|&i| setting.points[i as usize]).collect();
    let incidents = grouped(setting, &order);
    let total = setting.incidents.len() as f64;
    let counts: Vec<f64> = incidents.starts.windows(2).map(|w| f64::from(w[1] - w[0])).collect();
    let (loads, weights, draw) = match model {
        Model::SpaceTimePermutation => {
            let mut weights = vec![0.0; setting.steps];
            incidents.steps.iter().for_each(|&s| weights[usize::from(s)] += 1.0);
            (counts, weights, Draw::Permute(incidents.clone()))
        }
        Model::Poisson(population) => {
            let people: Vec<f64> = order.iter().map(|&i| population[i as usize]).collect();
            let all: f64 = people.iter().sum();
            let loads: Vec<f64> = people.iter().map(|p| p / all * total).collect();
            let draw = Draw::poisson(setting.incidents.len(), &loads, setting.steps as u32);
            (loads, vec![1.0; setting.steps], draw)
        }
    };
    let max_load = settings.max_share * total * (1.0 + 1e-12);
    let bounds = Bounds { metric: setting.metric, max_radius_m: settings.max_radius_m, max_load };
    let windows = Windows::new(settings.look, setting.steps, settings.min_steps, settings.max_steps);
    refuse_beyond_limits(&points, &loads, bounds, &windows, settings.replicates, cancel)?;
    let centres: Vec<u32> = (0..points.len() as u32).collect();
    let zones = Zones::around(&centres, &points, &loads, bounds, cancel)?;
    let shares = windows.shares(&weights);
    let ground = Ground { points, loads, metric: setting.metric, zones, windows, shares, max_load };
    // Narrow counts let twice as many windows be compared at once.
    let mut scan = match i16::try_from(setting.incidents.len()) {
        Ok(_) => ground.search::<i16>(&incidents, &draw, settings, cancel)?,
        Err(_) => ground.search::<i32>(&incidents, &draw, settings, cancel)?,
    };
    for cluster in &mut scan.clusters {
        cluster.centre = order[cluster.centre as usize];
        cluster.locations.iter_mut().for_each(|j| *j = order[*j as usize]);
    }
    Ok(scan)
}

fn by_coordinates(a: (f64, f64), b: (f64, f64)) -> Ordering {
    a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0))
}

fn check(setting: &Setting<'_>, model: Model<'_>) -> Result<()> {
    let (locations, steps) = (setting.points.len(), setting.steps);
    if steps == 0 || steps > usize::from(u16::MAX) {
        return Err(Error::invalid(format!("a scan of {steps} steps"), "give from 1 to 65535 steps of time"));
    }
    if let Some((l, s)) = setting.incidents.iter().find(|(l, s)| *l as usize >= locations || *s as usize >= steps) {
        return Err(Error::invalid(
            format!("an incident at location {l} in step {s}, but there are {locations} locations and {steps} steps"),
            "number both from 0",
        ));
    }
    if setting.points.iter().any(|p| !p.0.is_finite() || !p.1.is_finite()) {
        return Err(Error::invalid("a location without finite coordinates", "leave it out"));
    }
    if let Model::Poisson(population) = model {
        if population.len() != locations || population.iter().any(|p| !p.is_finite() || *p < 0.0) {
            return Err(Error::invalid(
                format!(
                    "a population of {} numbers for {locations} locations, or one that is negative",
                    population.len()
                ),
                "give every location a number of 0 or more",
            ));
        }
        let empty = setting.incidents.iter().filter(|(l, _)| population[*l as usize] <= 0.0).count();
        if empty > 0 {
            return Err(Error::invalid(
                format!("{empty} incidents at locations where nobody is expected"),
                "leave these locations out, or use the space-time permutation model, which needs no population",
            ));
        }
    }
    Ok(())
}

/// Incidents by location (in the new order), then by step.
fn grouped(setting: &Setting<'_>, order: &[u32]) -> Incidents {
    let mut rank = vec![0_u32; order.len()];
    order.iter().enumerate().for_each(|(new, &old)| rank[old as usize] = new as u32);
    let mut rows: Vec<(u32, u16)> = setting.incidents.iter().map(|&(l, s)| (rank[l as usize], s as u16)).collect();
    rows.sort_unstable();
    let starts = (0..=order.len() as u32).map(|l| rows.partition_point(|r| r.0 < l) as u32).collect();
    Incidents { starts, steps: rows.into_iter().map(|r| r.1).collect() }
}

/// Estimates the circles and the work from some centres.
fn refuse_beyond_limits(
    points: &[(f64, f64)],
    loads: &[f64],
    bounds: Bounds,
    windows: &Windows,
    replicates: u32,
    cancel: &Cancel,
) -> Result<()> {
    let refuse = |what| {
        let hint = "ask for a smaller max_radius_m or max_share, fewer max_days, longer steps, a shorter period, larger \
                    cells or fewer replicates";
        Err(Error::new(Kind::TooLarge, what, hint))
    };
    if windows.slots() > MAX_SCAN_WINDOWS {
        return refuse(format!("the scan has {} windows of time, the bound is {MAX_SCAN_WINDOWS}", windows.slots()));
    }
    let n = points.len();
    let sample: Vec<u32> = (0..n as u32).step_by(n.div_ceil(SAMPLE).max(1)).collect();
    let (entries, zones) = Zones::around(&sample, points, loads, bounds, cancel)?.size();
    let scale = n as f64 / sample.len().max(1) as f64;
    let (entries, zones) = (entries as f64 * scale, zones as f64 * scale);
    if entries > MAX_SCAN_ENTRIES as f64 {
        return refuse(format!(
            "the circles would hold about {entries:.1e} locations in all, the bound is {MAX_SCAN_ENTRIES:.1e}"
        ));
    }
    let groups = entries * windows.width() as f64 + zones * windows.slots() as f64;
    let work = groups / windows::LANES as f64 * f64::from(replicates);
    if work > MAX_SCAN_WORK as f64 {
        return refuse(format!("the replicates would need about {work:.1e} steps, the bound is {MAX_SCAN_WORK:.1e}"));
    }
    Ok(())
}

#[cfg(test)]
#[path = "golden_tests.rs"]
mod golden_tests;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
