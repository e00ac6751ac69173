//! From the hierarchy to clusters: small sets fall off, and the clusters with most mass over their densities are taken.

use super::super::NOISE;
use super::hierarchy::Hierarchy;

/// A cluster over the densities at which it exists.
struct Lasting {
    /// The cluster that it was split off; itself for the whole.
    parent: u32,
    /// Density (1 / metres) at which it begins.
    birth: f64,
    /// Points times the densities through which each stays.
    stability: f64,
    /// Distance at which all of it hangs together.
    reach_m: f64,
}

/// Cluster of each place, or [`NOISE`], and by cluster the distance at which all of it hangs together. Not every number
/// is that of a cluster that was taken.
pub(super) fn labels(hierarchy: &Hierarchy, min_size: u32) -> (Vec<u32>, Vec<f64>) {
    let (of_node, clusters) = lasting(hierarchy, u64::from(min_size));
    let taken = take(&clusters);
    let of_place = of_node.iter().take(hierarchy.places);
    let labels = of_place.map(|&c| taken.get(c as usize).copied().unwrap_or(NOISE)).collect();
    (labels, clusters.iter().map(|c| c.reach_m).collect())
}

/// The smallest lasting cluster of each node, and all of them: the whole first, parents before children.
fn lasting(hierarchy: &Hierarchy, min_size: u64) -> (Vec<u32>, Vec<Lasting>) {
    let nodes = &hierarchy.nodes;
    let mut of_node = vec![NOISE; nodes.len()];
    // Whether a node is a cluster, not one of the small sets that fell off it.
    let mut is_cluster = vec![false; nodes.len()];
    let mut clusters = vec![Lasting { parent: 0, birth: 0.0, stability: 0.0, reach_m: 0.0 }];
    if let (Some(of_node), Some(is_cluster)) = (of_node.last_mut(), is_cluster.last_mut()) {
        (*of_node, *is_cluster) = (0, true);
    }
    for (n, node) in nodes.iter().enumerate().rev() {
        let own = of_node[n];
        if !is_cluster[n] {
            node.children.iter().for_each(|&c| of_node[c as usize] = own);
            continue;
        }
        let density = 1.0 / node.metres;
        // A place whose points part at this distance does not last beyond it.
        let lasts = |&&c: &&u32| nodes[c as usize].weight >= min_size && nodes[c as usize].metres < node.metres;
        let large: Vec<u32> = node.children.iter().filter(lasts).copied().collect();
        let gone = match large.as_slice() {
            [only] => node.weight - nodes[*only as usize].weight,
            _ => node.weight,
        };
        let cluster = &mut clusters[own as usize];
        cluster.stability += gone as f64 * (density - cluster.birth);
        for &c in &node.children {
            of_node[c as usize] = own;
        }
        for &c in &large {
            is_cluster[c as usize] = true;
            if large.len() > 1 {
                of_node[c as usize] = clusters.len() as u32;
                clusters.push(Lasting {
                    parent: own,
                    birth: density,
                    stability: 0.0,
                    reach_m: nodes[c as usize].metres,
                });
            }
        }
    }
    (of_node, clusters)
}

/// The cluster taken that each lasting one belongs to, or [`NOISE`]: excess of mass, the whole never taken.
fn take(clusters: &[Lasting]) -> Vec<u32> {
    let mut below = vec![0.0; clusters.len()];
    let mut is_better = vec![false; clusters.len()];
    for (c, cluster) in clusters.iter().enumerate().skip(1).rev() {
        is_better[c] = cluster.stability >= below[c];
        below[cluster.parent as usize] += cluster.stability.max(below[c]);
    }
    let mut taken = vec![NOISE; clusters.len()];
    for (c, cluster) in clusters.iter().enumerate().skip(1) {
        taken[c] = match taken[cluster.parent as usize] {
            NOISE if is_better[c] => c as u32,
            parent => parent,
        };
    }
    taken
}
