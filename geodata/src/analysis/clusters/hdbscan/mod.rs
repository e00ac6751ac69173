//! HDBSCAN: clusters of differing densities, those that last longest as the distance grows.

mod condense;
mod hierarchy;
mod spanning;
mod tree;

use super::places::{NOWHERE, Places};
use super::{Clusters, NOISE};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::limits::MAX_HDBSCAN_POINTS;

/// Clusters by excess of mass from the hierarchy of all DBSCAN clusters without borders.
///
/// The core distance of a point is that within which `min_points`, itself included, lie; two points hang together at
/// the largest of their core distances and their distance. Of the clusters with at least `min_cluster_size` points at
/// any distance, those are taken that hold most over the densities (1 / distance) at which they exist; the whole is
/// none. Whatever happens at one distance happens at once, so that equal distances, which places repeated in the data
/// bring about, do not make the answer depend on the order of the rows.
///
/// # Units
/// Planar metres.
///
/// # Assumptions
/// Distances below `floor_m` are not told apart: without a floor an address with many incidents has an endless density
/// and takes all. Use what the locations are known to.
///
/// # Errors
/// A floor that is not positive; more points than [`MAX_HDBSCAN_POINTS`]; a stopped request.
///
/// # References
/// Campello, Moulavi and Sander (2013), doi:10.1007/978-3-642-37456-2_14; March, Ram and Gray (2010),
/// doi:10.1145/1835804.1835882.
pub fn hdbscan(
    xy_m: &[(f64, f64)],
    min_cluster_size: u32,
    min_points: u32,
    floor_m: f64,
    cancel: &Cancel,
) -> Result<Clusters> {
    if xy_m.len() > MAX_HDBSCAN_POINTS {
        return Err(super::too_many(xy_m.len(), MAX_HDBSCAN_POINTS));
    }
    if !(floor_m > 0.0 && floor_m.is_finite()) {
        return Err(Error::invalid(
            format!("a floor of {floor_m} m tells no distances apart"),
            "give what the locations are known to, above 0 m",
        ));
    }
    let places = Places::new(xy_m, side(xy_m))?;
    let tree = tree::Tree::new(&places);
    let cores2 = tree.core_distances2(min_points, cancel)?;
    let edges = spanning::tree(&tree, &cores2, cancel)?;
    let floored = |d2: f64| d2.sqrt().max(floor_m);
    let cores_m: Vec<f64> = cores2.iter().map(|&d2| floored(d2)).collect();
    let edges = edges.into_iter().map(|e| hierarchy::Edge { metres: floored(e.metres), ..e }).collect();
    let hierarchy = hierarchy::Hierarchy::new(&cores_m, &tree.weights, edges);
    let (of_node, reach_m) = condense::labels(&hierarchy, min_cluster_size);
    Ok(numbered(&places, &tree, &of_node, &reach_m))
}

/// A cell's side with which a city has about a thousand columns: cells only put the places in order here.
fn side(xy_m: &[(f64, f64)]) -> f64 {
    let finite = || xy_m.iter().filter(|p| p.0.is_finite() && p.1.is_finite());
    let span = |axis: fn(&(f64, f64)) -> f64| {
        let (low, high) = finite().map(axis).fold((f64::INFINITY, f64::NEG_INFINITY), |a, v| (a.0.min(v), a.1.max(v)));
        high - low
    };
    (span(|p| p.0).max(span(|p| p.1)) / 1000.0).max(1e-3)
}

/// Numbers the clusters by their westernmost place, then the southernmost of those.
fn numbered(places: &Places, tree: &tree::Tree, of_node: &[u32], reach_m: &[f64]) -> Clusters {
    let mut members: Vec<(f64, f64, u32)> =
        of_node.iter().zip(&tree.points).filter(|(c, _)| **c != NOISE).map(|(&c, &(x, y))| (x, y, c)).collect();
    members.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut numbers = vec![NOISE; reach_m.len()];
    let mut taken = Vec::new();
    for (_, _, c) in members {
        if numbers[c as usize] == NOISE {
            numbers[c as usize] = taken.len() as u32;
            taken.push(reach_m[c as usize]);
        }
    }
    let mut labels = vec![NOISE; places.len()];
    for (node, &c) in of_node.iter().enumerate().filter(|(_, c)| **c != NOISE) {
        labels[tree.places[node] as usize] = numbers[c as usize];
    }
    let label = |&place: &u32| if place == NOWHERE { NOISE } else { labels[place as usize] };
    let labels: Vec<u32> = places.of_point.iter().map(label).collect();
    Clusters { cores: labels.iter().map(|&l| l != NOISE).collect(), labels, reach_m: taken }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
