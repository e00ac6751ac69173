//! Which places hang together at which distance: one node for each set, all that meet at one distance at once.

/// An edge between two places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub a: u32,
    pub b: u32,
    pub metres: f64,
}

/// A set of places: a place by itself, or what hangs together from a distance on.
pub(super) struct Node {
    /// Distance at which it comes about; a place's is its core distance.
    pub metres: f64,
    /// Points in it.
    pub weight: u64,
    /// Sets that meet in it; none for a place.
    pub children: Vec<u32>,
}

/// All sets: first the places, then the others from the smallest distance to the largest, each after its children.
pub(super) struct Hierarchy {
    pub nodes: Vec<Node>,
    pub places: usize,
}

impl Hierarchy {
    pub(super) fn new(cores_m: &[f64], weights: &[u32], mut edges: Vec<Edge>) -> Self {
        let place = |(&metres, &weight): (&f64, &u32)| Node { metres, weight: u64::from(weight), children: vec![] };
        let mut nodes: Vec<Node> = cores_m.iter().zip(weights).map(place).collect();
        let places = nodes.len();
        edges.sort_unstable_by(|a, b| a.metres.total_cmp(&b.metres));
        let mut parents: Vec<u32> = (0..places as u32).collect();
        let mut of_root: Vec<u32> = parents.clone();
        for level in edges.chunk_by(|a, b| a.metres == b.metres) {
            let mut met = Vec::with_capacity(2 * level.len());
            for edge in level {
                met.extend([root(&mut parents, edge.a), root(&mut parents, edge.b)]);
            }
            // Roots are the first places of their sets, so the order of sets does not depend on that of the edges.
            met.sort_unstable();
            met.dedup();
            for edge in level {
                let (a, b) = (root(&mut parents, edge.a), root(&mut parents, edge.b));
                parents[a.max(b) as usize] = a.min(b);
            }
            let mut members: Vec<(u32, u32)> =
                met.into_iter().map(|r| (root(&mut parents, r), of_root[r as usize])).collect();
            members.sort_by_key(|m| m.0);
            for set in members.chunk_by(|a, b| a.0 == b.0) {
                of_root[set[0].0 as usize] = nodes.len() as u32;
                let children: Vec<u32> = set.iter().map(|m| m.1).collect();
                let weight = children.iter().map(|&c| nodes[c as usize].weight).sum();
                nodes.push(Node { metres: level[0].metres, weight, children });
            }
        }
        Self { nodes, places }
    }
}

fn root(parents: &mut [u32], mut i: u32) -> u32 {
    while parents[i as usize] != i {
        parents[i as usize] = parents[parents[i as usize] as usize];
        i = parents[i as usize];
    }
    i
}
