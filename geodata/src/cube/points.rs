//! The matching incidents as points.

use rayon::prelude::*;

use crate::cancel::Cancel;
use crate::error::Result;
use crate::index::{Query, Scan, Snapshot, Tally, class};
use crate::model::LonLat;

/// Matching incidents with a place, in the snapshot's own order, which is the same on any number of threads.
pub(crate) struct Points {
    pub lonlat: Vec<LonLat>,
    /// Row ids.
    pub fids: Vec<i64>,
    /// What was taken and left out.
    pub tally: Tally,
}

/// Collects the matching incidents.
///
/// # Errors
/// A wrong place; a stopped request.
pub(crate) fn points(snapshot: &Snapshot, query: &Query, cancel: &Cancel) -> Result<Points> {
    let scan = Scan::new(snapshot, query, u8::MAX, cancel)?;
    let parts: Vec<Points> = scan
        .runs
        .par_chunks(256)
        .map(|runs| {
            cancel.check()?;
            let mut part = Points { lonlat: vec![], fids: vec![], tally: Tally::default() };
            for run in runs {
                scan.rows(run, |segment, row, bits| {
                    part.tally.add_class(bits);
                    if bits & class::MATCH != 0 {
                        part.lonlat.push(segment.points[row]);
                        part.fids.push(snapshot.fid(segment.times.fid[row]));
                    }
                });
            }
            Ok(part)
        })
        .collect::<Result<_>>()?;
    let mut all = Points { lonlat: vec![], fids: vec![], tally: snapshot.tally_unplaced(query, &scan.filter) };
    for mut part in parts {
        all.lonlat.append(&mut part.lonlat);
        all.fids.append(&mut part.fids);
        all.tally = all.tally.plus(part.tally);
    }
    Ok(all)
}
