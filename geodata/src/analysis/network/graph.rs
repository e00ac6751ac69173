//! Streets as a graph: an edge a street, a node where ends meet.

use std::collections::HashMap;

use crate::error::{Error, Result};

/// Ends closer than this are one node, and shorter streets are none: 1 / `PER_METRE` metres.
const PER_METRE: f64 = 1000.0;

/// A street between two nodes.
pub(super) struct Segment {
    /// Which of the given lines it is.
    pub line: u32,
    /// Vertices, metres.
    pub xy: Vec<(f64, f64)>,
    /// Metres from the start at each vertex.
    pub along_m: Vec<f64>,
    /// Node at the start and at the end.
    pub nodes: [u32; 2],
}

impl Segment {
    pub(super) fn length_m(&self) -> f64 {
        self.along_m.last().copied().unwrap_or(0.0)
    }
}

/// The streets and where they meet. Segments stand in an order of their own, by place, so that nothing depends on the
/// order or direction in which lines were given.
pub struct Network {
    pub(super) segments: Vec<Segment>,
    /// Directed edges that leave each node: `2 s` along segment `s`, `2 s + 1` against it.
    pub(super) leaving: Vec<Vec<u32>>,
    /// Segment of each given line.
    segment_of: Vec<Option<u32>>,
}

type Grid = (i64, i64);

fn on_grid(&(x, y): &(f64, f64)) -> Grid {
    ((x * PER_METRE).round() as i64, (y * PER_METRE).round() as i64)
}

impl Network {
    /// A network of lines that are already split where they meet.
    ///
    /// # Units
    /// Metres in a plane. Ends within the same millimetre are one node; a line shorter than a millimetre is left out.
    ///
    /// # Errors
    /// A coordinate that is not finite.
    pub fn new(lines: &[Vec<(f64, f64)>]) -> Result<Self> {
        let mut drafts: Vec<(Vec<Grid>, u32, Vec<(f64, f64)>)> = Vec::with_capacity(lines.len());
        for (n, line) in lines.iter().enumerate() {
            if let Some(c) = line.iter().find(|c| !(c.0.is_finite() && c.1.is_finite())) {
                return Err(Error::invalid(
                    format!("street {n} has the coordinate {}, {}", c.0, c.1),
                    "give finite metres",
                ));
            }
            let mut xy = line.clone();
            xy.dedup_by_key(|c| on_grid(c));
            if xy.len() < 2 {
                continue;
            }
            let mut places: Vec<Grid> = xy.iter().map(on_grid).collect();
            let back: Vec<Grid> = places.iter().rev().copied().collect();
            if back < places {
                places = back;
                xy.reverse();
            }
            drafts.push((places, n as u32, xy));
        }
        drafts.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        let mut nodes: HashMap<Grid, u32> = HashMap::new();
        let mut network = Self { segments: vec![], leaving: vec![], segment_of: vec![None; lines.len()] };
        for (places, line, xy) in drafts {
            let s = network.segments.len() as u32;
            let mut ends = [0; 2];
            for (side, place) in [places.first(), places.last()].into_iter().flatten().enumerate() {
                let next = nodes.len() as u32;
                let node = *nodes.entry(*place).or_insert(next);
                if node == next {
                    network.leaving.push(vec![]);
                }
                network.leaving[node as usize].push(2 * s + side as u32);
                ends[side] = node;
            }
            let mut along_m = vec![0.0];
            for w in xy.windows(2) {
                let so_far = along_m.last().copied().unwrap_or(0.0);
                along_m.push(so_far + (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1));
            }
            network.segment_of[line as usize] = Some(s);
            network.segments.push(Segment { line, xy, along_m, nodes: ends });
        }
        Ok(network)
    }

    /// Number of streets between two nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether there is no street.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Length of all streets in metres.
    #[must_use]
    pub fn length_m(&self) -> f64 {
        self.segments.iter().map(Segment::length_m).sum()
    }

    /// Number of nodes at which `degree` street ends meet.
    #[must_use]
    pub fn nodes_of_degree(&self, degree: usize) -> usize {
        self.leaving.iter().filter(|l| l.len() == degree).count()
    }

    /// The piece of segment `s` between two distances from its start, metres.
    #[must_use]
    pub fn piece(&self, s: u32, from_m: f64, to_m: f64) -> Vec<(f64, f64)> {
        let Some(segment) = self.segments.get(s as usize) else { return vec![] };
        let mut piece = vec![segment.at(from_m)];
        let inner = segment.along_m.iter().zip(&segment.xy).filter(|(d, _)| **d > from_m && **d < to_m);
        piece.extend(inner.map(|(_, c)| *c));
        piece.push(segment.at(to_m));
        piece
    }

    /// Length of segment `s` in metres.
    #[must_use]
    pub fn segment_m(&self, s: u32) -> Option<f64> {
        self.segments.get(s as usize).map(Segment::length_m)
    }

    /// Which of the given lines segment `s` is.
    #[must_use]
    pub fn line_of(&self, s: u32) -> Option<u32> {
        self.segments.get(s as usize).map(|s| s.line)
    }

    /// The segment of a given line; `None` where the line has no length.
    #[must_use]
    pub fn segment_of(&self, line: usize) -> Option<u32> {
        self.segment_of.get(line).copied().flatten()
    }
}

impl Segment {
    /// The place so many metres from the start.
    fn at(&self, m: f64) -> (f64, f64) {
        let i = self.along_m.partition_point(|d| *d <= m).clamp(1, self.xy.len() - 1);
        let (a, b) = (self.xy[i - 1], self.xy[i]);
        let share = ((m - self.along_m[i - 1]) / (self.along_m[i] - self.along_m[i - 1])).clamp(0.0, 1.0);
        (a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1))
    }
}
