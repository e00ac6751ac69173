//! DBSCAN on a grid: exact, with memory linear in the points, and the same clusters for any order of the rows.

mod border;
mod core;
mod touch;
mod union;

use super::places::{NOWHERE, Places};
use super::{Clusters, NOISE};
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::limits::MAX_CLUSTER_POINTS;

/// Clusters of points: a point is a core where at least `min_points`, itself included, lie within `eps_m` of it (the
/// ball is closed); cores within `eps_m` of each other are in one cluster; any other point within `eps_m` of a core is
/// on the border of the cluster of its nearest core, of two equally near ones that of the lower number.
///
/// Clusters are numbered by their westernmost core, then the southernmost of those: neither the order of the rows nor
/// the number of threads changes a label.
///
/// # Units
/// Planar metres.
///
/// # Assumptions
/// Points of the same coordinates count each: `min_points` incidents at one address are a cluster of one place.
/// A point that is not finite is in no cluster.
///
/// # Errors
/// A distance that is not positive; more points than [`MAX_CLUSTER_POINTS`]; ground too wide for the distance; a stopped
/// request.
///
/// # Example
/// ```
/// use geodata::Cancel;
/// use geodata::analysis::clusters::{NOISE, dbscan};
/// let found = dbscan(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (9.0, 0.0)], 1.0, 3, &Cancel::default())?;
/// assert_eq!(found.labels, [0, 0, 0, NOISE]);
/// assert_eq!(found.cores, [false, true, false, false]);
/// # Ok::<(), geodata::Error>(())
/// ```
///
/// # References
/// Ester et al. (1996), KDD-96, 226-231; Gunawan (2013), a grid for the plane; Schubert et al. (2017),
/// doi:10.1145/3068335.
pub fn dbscan(xy_m: &[(f64, f64)], eps_m: f64, min_points: u32, cancel: &Cancel) -> Result<Clusters> {
    if xy_m.len() > MAX_CLUSTER_POINTS {
        return Err(super::too_many(xy_m.len(), MAX_CLUSTER_POINTS));
    }
    if !(eps_m > 0.0 && eps_m.is_finite()) {
        return Err(Error::new(
            Kind::Invalid,
            format!("a distance of {eps_m} m gives no clusters"),
            "give a distance above 0 m",
        ));
    }
    // Any two places of a cell are within the distance; the cells are a little smaller so that rounding cannot part them.
    let places = Places::new(xy_m, eps_m * std::f64::consts::FRAC_1_SQRT_2 * (1.0 - 1e-9))?;
    let eps2 = eps_m * eps_m;
    cancel.begin(3);
    let is_core = core::cores(&places, eps2, min_points, cancel)?;
    cancel.advance(1);
    let cores = core::Cores::new(&places, &is_core);
    let (of_cell, clusters) = union::unite(&places, &cores, eps2, cancel)?;
    cancel.advance(1);
    let labels = border::labels(&places, &is_core, &cores, &of_cell, eps2, cancel)?;
    cancel.advance(1);
    let known = |&place: &u32| (place != NOWHERE).then_some(place as usize);
    Ok(Clusters {
        labels: places.of_point.iter().map(|p| known(p).map_or(NOISE, |p| labels[p])).collect(),
        cores: places.of_point.iter().map(|p| known(p).is_some_and(|p| is_core[p])).collect(),
        reach_m: vec![eps_m; clusters],
    })
}
