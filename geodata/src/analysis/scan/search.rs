//! The clusters of the incidents seen, and the highest ratios of those drawn.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::counts::{Count, Incidents, Rows};
use super::draw::Draw;
use super::likelihood::Bars;
use super::walk::{Found, Scene, Walker};
use super::windows::Windows;
use super::zones::{Metric, TIE_M, Zones};
use super::{Cluster, Null, Scan, Settings};
use crate::cancel::Cancel;
use crate::error::Result;

/// Where and when is looked; locations stand in the order of their coordinates.
pub(super) struct Ground {
    pub points: Vec<(f64, f64)>,
    pub metric: Metric,
    /// Incidents that chance would put at each location over the whole period.
    pub loads: Vec<f64>,
    pub max_load: f64,
    pub zones: Zones,
    pub windows: Windows,
    /// Share of a location's load in each window.
    pub shares: Vec<f64>,
}

impl Ground {
    /// Clusters by numbers of locations in this order.
    pub(super) fn search<C: Count>(
        &self,
        incidents: &Incidents,
        draw: &Draw,
        settings: &Settings,
        cancel: &Cancel,
    ) -> Result<Scan> {
        let total = incidents.steps.len() as f64;
        let bars = Bars::<C>::new(total, settings.min_cases, &self.windows, &self.shares, self.max_load);
        let precedes = |a: &Found, b: &Found| self.precedes(a, b);
        let (loads, windows) = (&self.loads, &self.windows);
        let levels = |zones: &Zones| zones.loads(loads).map(|load| bars.level(load)).collect::<Vec<_>>();
        let (zones, all) = (&self.zones, levels(&self.zones));
        let scene = Scene { zones, levels: &all, loads, windows, bars: &bars, precedes: &precedes };
        let found = clusters(&scene, incidents, settings, cancel)?;
        let loaded = self.zones.of_loaded(loads);
        let scene = Scene { zones: &loaded, levels: &levels(&loaded), precedes: &|_, _| false, ..scene };
        let null = Null::new(replicates(&scene, draw, settings, cancel)?);
        let clusters = found.iter().map(|f| self.cluster(f, &null)).collect();
        Ok(Scan { clusters, null })
    }

    /// Whether the first of two tied clusters comes first: by fewer locations, a smaller circle, a shorter window, an
    /// earlier one.
    fn precedes(&self, a: &Found, b: &Found) -> bool {
        let (x, y) = (self.windows.span(a.slot), self.windows.span(b.slot));
        let radii = || match self.radius_m(a) - self.radius_m(b) {
            d if d.abs() <= TIE_M => Ordering::Equal,
            d => d.total_cmp(&0.0),
        };
        a.size.cmp(&b.size).then_with(radii).then(x.len().cmp(&y.len())).then(x.start.cmp(&y.start)).is_lt()
    }

    fn locations(&self, found: &Found) -> &[u32] {
        &self.zones.of(found.centre).0[..found.size]
    }

    fn radius_m(&self, found: &Found) -> f64 {
        let distance = |&j: &u32| self.metric.distance_m(self.points[found.centre], self.points[j as usize]);
        self.locations(found).last().map_or(0.0, distance)
    }

    fn cluster(&self, found: &Found, null: &Null) -> Cluster {
        Cluster {
            centre: found.centre as u32,
            locations: self.locations(found).to_vec(),
            radius_m: self.radius_m(found),
            steps: self.windows.span(found.slot),
            cases: found.inside.unsigned_abs(),
            expected: found.load * self.shares[found.slot],
            log_likelihood_ratio: found.ratio,
            p: null.p(found.ratio),
            p_gumbel: null.p_gumbel(found.ratio),
        }
    }
}

/// One after the other, each without the locations of those before.
fn clusters<C: Count>(
    scene: &Scene<'_, C>,
    incidents: &Incidents,
    settings: &Settings,
    cancel: &Cancel,
) -> Result<Vec<Found>> {
    let mut rows = Rows::new(1, scene.windows);
    rows.clear(scene.loads.len());
    rows.fill(0, incidents, scene.windows);
    let mut taken = vec![false; scene.loads.len()];
    let mut walker = Walker::new(scene);
    let mut found = Vec::new();
    while found.len() < settings.max_clusters
        && let [Some(next)] = walker.best(&rows, &taken, cancel)?[..]
    {
        scene.zones.of(next.centre).0[..next.size].iter().for_each(|&j| taken[j as usize] = true);
        found.push(next);
    }
    Ok(found)
}

/// The highest ratio of each replicate; 0 where nothing rises above what is expected.
fn replicates<C: Count>(scene: &Scene<'_, C>, draw: &Draw, settings: &Settings, cancel: &Cancel) -> Result<Vec<f64>> {
    cancel.begin(settings.replicates.into());
    let at_once = Rows::<C>::sets_at_once(scene.windows) as u32;
    let batches = (0..settings.replicates.div_ceil(at_once)).into_par_iter().map_init(
        || (Walker::new(scene), Incidents::default(), Rows::new(at_once as usize, scene.windows)),
        |(walker, incidents, rows), batch| {
            let replicates = batch * at_once..settings.replicates.min((batch + 1) * at_once);
            rows.clear(scene.loads.len());
            for (set, replicate) in replicates.clone().enumerate() {
                draw.fill(settings.seed, replicate.into(), incidents);
                rows.fill(set, incidents, scene.windows);
            }
            let best = walker.best(rows, &[], cancel)?;
            cancel.advance(replicates.len() as u64);
            Ok(best.into_iter().take(replicates.len()).map(|b| b.map_or(0.0, |f| f.ratio)).collect::<Vec<_>>())
        },
    );
    Ok(batches.collect::<Result<Vec<_>>>()?.concat())
}
