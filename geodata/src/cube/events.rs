//! The matching incidents one by one: where in the plane, when, and in which place of the study area.

use rayon::prelude::*;

use super::CountField;
use super::cells::Finder;
use crate::cancel::Cancel;
use crate::crs::Crs;
use crate::error::Result;
use crate::index::{Patches, Query, Scan, Snapshot, Tally, class};
use crate::model::{Interval, LocationPrecision, LonLat};

/// Incidents within a study area, in the snapshot's own order, which is the same on any number of threads.
#[derive(Default)]
pub(crate) struct Located {
    pub lonlat: Vec<LonLat>,
    /// Metres in the plane.
    pub xy_m: Vec<(f64, f64)>,
    pub times: Vec<Interval>,
    /// Row ids.
    pub fids: Vec<i64>,
    /// Position of the cell or area that holds each, among the study area's.
    pub places: Vec<u32>,
    /// By precision of the location, in order of [`LocationPrecision::ALL`].
    pub precisions: [u64; LocationPrecision::ALL.len()],
    /// Matching incidents with a place outside the study area, or where the plane does not reach.
    pub outside: u64,
    pub tally: Tally,
}

/// Collects the matching incidents within the places of `study`.
///
/// # Errors
/// A wrong place; a stopped request.
pub(crate) fn located(
    snapshot: &Snapshot,
    query: &Query,
    study: &CountField,
    plane: &Crs,
    cancel: &Cancel,
) -> Result<Located> {
    let scan = Scan::new(snapshot, query, u8::MAX, cancel)?;
    let parts: Vec<Located> = scan
        .runs
        .par_chunks(256)
        .map(|runs| {
            let (mut finder, mut patches) = (Finder::new(&study.frame), Patches::new(plane));
            let mut part = Located::default();
            for run in runs {
                cancel.check()?;
                scan.rows(run, |segment, row, bits| {
                    part.tally.add_class(bits);
                    if bits & class::MATCH == 0 {
                        return;
                    }
                    let cell = finder.cell(segment, row).and_then(|c| study.cells.binary_search(&c).ok());
                    let (Some(place), Some(p)) = (cell, patches.planar(segment.points[row])) else {
                        part.outside += 1;
                        return;
                    };
                    part.places.push(place as u32);
                    part.xy_m.push((p.x_m, p.y_m));
                    part.lonlat.push(segment.points[row]);
                    part.times.push(snapshot.interval(&segment.times, row));
                    part.fids.push(snapshot.fid(segment.times.fid[row]));
                    part.precisions[snapshot.precision(segment.times.facet[row]) as usize] += 1;
                });
            }
            Ok(part)
        })
        .collect::<Result<_>>()?;
    let mut all = Located { tally: snapshot.tally_unplaced(query, &scan.filter), ..Located::default() };
    for mut part in parts {
        all.lonlat.append(&mut part.lonlat);
        all.xy_m.append(&mut part.xy_m);
        all.times.append(&mut part.times);
        all.fids.append(&mut part.fids);
        all.places.append(&mut part.places);
        all.precisions.iter_mut().zip(part.precisions).for_each(|(a, b)| *a += b);
        all.outside += part.outside;
        all.tally = all.tally.plus(part.tally);
    }
    Ok(all)
}
