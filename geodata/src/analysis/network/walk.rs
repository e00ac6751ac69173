//! Density along streets by the equal-split discontinuous kernel, for all incidents in one walk.
//!
//! From each incident half of it walks either way. Where streets meet it goes on in equal shares into all streets but
//! the one it came from; at a dead end it turns back. What is `d` metres on its way leaves the kernel's share for `d`
//! behind. Shares of all incidents that are equally far on their way walk together, so the work depends on the length of
//! the streets and not on the number of incidents or of paths.
//!
//! # References
//! Okabe, Satoh & Sugihara 2009, "A kernel density estimation method for networks, its computational method and a
//! GIS-based tool", doi:10.1080/13658810802475491; Okabe & Sugihara 2012, "Spatial analysis along networks",
//! doi:10.1002/9781119967101, section 9.2.2; sums over all paths as in McSwiggan, Baddeley & Nair 2017,
//! doi:10.1111/sjos.12255.

use rayon::prelude::*;

use super::graph::Network;
use super::snap::OnStreet;
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::limits::{MAX_LIXELS, MAX_STREET_WORK};

/// Steps to a bandwidth: every street is walked in whole steps, so a path is right to half a step a street.
const STEPS_A_BANDWIDTH: f64 = 200.0;
/// Least steps to a lixel, so that lixels of a street are of about one length.
const STEPS_A_LIXEL: f64 = 10.0;
/// Steps of streets that one thread walks at a time.
const CHUNK_CELLS: usize = 1 << 15;

/// How densities are measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Walk {
    /// Distance at which the kernel ends, metres.
    pub bandwidth_m: f64,
    /// Length of the pieces for which a density is told, metres; those of a street are equal but for a step.
    pub lixel_m: f64,
}

/// A piece of a street with its density.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lixel {
    /// Segment of the network.
    pub segment: u32,
    /// Where it begins, metres from the segment's start.
    pub from_m: f64,
    /// Where it ends.
    pub to_m: f64,
    /// Incidents nearest to it.
    pub count: u32,
    /// Mean density, incidents per kilometre.
    pub per_km: f64,
}

/// A segment in steps.
struct Cut {
    /// Steps of the segment.
    cells: usize,
    /// Metres of one.
    cell_m: f64,
    /// Lixels of the segment.
    lixels: usize,
}

impl Cut {
    /// First step of lixel `k`.
    fn start(&self, k: usize) -> usize {
        k * self.cells / self.lixels
    }
}

/// Consecutive segments, which one thread walks.
struct Chunk {
    first: usize,
    cuts: Vec<Cut>,
    /// What walks along and against each segment, step by step from where it entered.
    walking: Vec<[Vec<f64>; 2]>,
    /// Steps until nothing walks there any more.
    busy: Vec<[usize; 2]>,
    /// What reaches the end of each segment in this step.
    out: Vec<[f64; 2]>,
    /// What was left behind in each lixel.
    left: Vec<f64>,
}

/// Density of incidents along streets, lixel by lixel in the order of the network.
///
/// The sum of density times length is the number of incidents. An incident within half a step of a node goes in equal
/// shares into all its streets, so that it does not matter to which of them it was put.
///
/// # Units
/// Incidents per kilometre of street.
///
/// # Assumptions
/// The quartic profile `15/16 (1 - (d/h)^2)^2 / h`. Every way without turning back counts, so streets around a block share
/// what meets on its far side. Lengths are right to half of 1/200 bandwidth a street.
///
/// # Errors
/// A bandwidth or lixel that is not a positive number; [`Kind::TooLarge`]; a stopped request.
///
/// # References
/// doi:10.1080/13658810802475491
pub fn density(network: &Network, places: &[OnStreet], walk: Walk, cancel: &Cancel) -> Result<Vec<Lixel>> {
    let (steps, step_m) = steps(network, walk)?;
    let mut chunks = cut(network, walk, step_m)?;
    let mut counts: Vec<Vec<u32>> = chunks.iter().map(|c| vec![0; c.left.len()]).collect();
    // Incidents at nodes, which all streets of the node share.
    let mut at_nodes = vec![0_u32; network.leaving.len()];
    start(network, places, &mut chunks, &mut counts, &mut at_nodes);
    let shares: Vec<f64> = (0..steps).map(|s| share(s as f64 / steps as f64, (s + 1) as f64 / steps as f64)).collect();
    let mut out = vec![[0.0; 2]; network.segments.len()];
    cancel.begin(steps as u64);
    for (step, &share) in shares.iter().enumerate() {
        cancel.check()?;
        chunks.par_iter_mut().for_each(|chunk| {
            let entering = |edge: u32| {
                if step == 0 {
                    let node = node_of(network, edge);
                    f64::from(at_nodes[node]) / network.leaving[node].len() as f64
                } else {
                    entering(network, &out, edge)
                }
            };
            chunk.step(share, entering);
        });
        for chunk in &chunks {
            out[chunk.first..chunk.first + chunk.out.len()].copy_from_slice(&chunk.out);
        }
        cancel.advance(1);
    }
    Ok(chunks.iter().zip(&counts).flat_map(|(chunk, counts)| chunk.lixels(counts)).collect())
}

/// Steps of the bandwidth and metres of one.
fn steps(network: &Network, walk: Walk) -> Result<(usize, f64)> {
    for (name, value) in [("bandwidth_m", walk.bandwidth_m), ("lixel_m", walk.lixel_m)] {
        if !(value.is_finite() && value > 0.0) {
            return Err(Error::invalid(format!("{name} is {value}"), "give metres above zero"));
        }
    }
    let coarsest_m = (walk.bandwidth_m / STEPS_A_BANDWIDTH).min(walk.lixel_m / STEPS_A_LIXEL);
    let steps = (walk.bandwidth_m / coarsest_m).ceil();
    let step_m = walk.bandwidth_m / steps;
    let length_m = network.length_m();
    let work = 2.0 * (length_m / step_m + network.len() as f64) * steps;
    let lixels = length_m / walk.lixel_m + network.len() as f64;
    for (value, bound, what) in [(work, MAX_STREET_WORK, "steps"), (lixels, MAX_LIXELS, "pieces of streets")] {
        if value > bound as f64 {
            return Err(Error::new(
                Kind::TooLarge,
                format!("{:.0} km of streets make {value:.2e} {what}, the bound is {bound}", length_m / 1000.0),
                "take a larger lixel_m and a larger bandwidth_m, or import the streets of a smaller region",
            ));
        }
    }
    Ok((steps as usize, step_m))
}

/// Share of an incident that is left behind between two shares of the bandwidth: the quartic kernel, both sides of it.
fn share(from: f64, to: f64) -> f64 {
    let up_to = |u: f64| 15.0 / 8.0 * (u - 2.0 / 3.0 * u.powi(3) + u.powi(5) / 5.0);
    up_to(to) - up_to(from)
}

fn cut(network: &Network, walk: Walk, step_m: f64) -> Result<Vec<Chunk>> {
    let mut chunks: Vec<Chunk> = vec![];
    let mut cells = CHUNK_CELLS;
    for (s, segment) in network.segments.iter().enumerate() {
        let length_m = segment.length_m();
        let n = (length_m / step_m).round().max(1.0) as usize;
        let lixels = ((length_m / walk.lixel_m).round().max(1.0) as usize).min(n);
        if cells >= CHUNK_CELLS {
            let (cuts, walking, busy, out, left) = (vec![], vec![], vec![], vec![], vec![]);
            chunks.push(Chunk { first: s, cuts, walking, busy, out, left });
            cells = 0;
        }
        cells += n;
        let chunk = chunks.last_mut().ok_or_else(Error::cancelled)?;
        chunk.cuts.push(Cut { cells: n, cell_m: length_m / n as f64, lixels });
        chunk.walking.push([vec![0.0; n], vec![0.0; n]]);
        chunk.busy.push([0; 2]);
        chunk.out.push([0.0; 2]);
        chunk.left.extend(std::iter::repeat_n(0.0, lixels));
    }
    Ok(chunks)
}

/// Puts incidents on the steps between which they lie.
fn start(network: &Network, places: &[OnStreet], chunks: &mut [Chunk], counts: &mut [Vec<u32>], at_nodes: &mut [u32]) {
    let offsets: Vec<Vec<usize>> = chunks.iter().map(Chunk::offsets).collect();
    for place in places {
        let s = place.segment as usize;
        let c = chunks.partition_point(|c| c.first <= s).saturating_sub(1);
        let Some(chunk) = chunks.get_mut(c) else { continue };
        let i = s - chunk.first;
        let Some(cut) = chunk.cuts.get(i) else { continue };
        let n = cut.cells;
        let at = place.along_m / cut.cell_m;
        let lixel = (0..cut.lixels).rposition(|k| cut.start(k) as f64 <= at).unwrap_or(0);
        counts[c][offsets[c][i] + lixel] += 1;
        let step = at.round().clamp(0.0, n as f64) as usize;
        if step == 0 || step == n {
            let side = usize::from(step != 0);
            at_nodes[network.segments[s].nodes[side] as usize] += 1;
            continue;
        }
        for (side, first) in [step, n - step].into_iter().enumerate() {
            chunk.walking[i][side][first] += 0.5;
            chunk.busy[i][side] = chunk.busy[i][side].max(n - first);
        }
    }
}

/// Node from which a directed edge leaves.
fn node_of(network: &Network, edge: u32) -> usize {
    network.segments[(edge / 2) as usize].nodes[(edge % 2) as usize] as usize
}

/// What goes into a directed edge of all that has reached its node.
fn entering(network: &Network, out: &[[f64; 2]], edge: u32) -> f64 {
    let leaving = &network.leaving[node_of(network, edge)];
    // What comes along an edge arrives where its opposite leaves.
    let arriving = |e: u32| out[(e / 2) as usize][1 - (e % 2) as usize];
    match leaving.len() {
        1 => arriving(edge),
        n => leaving.iter().filter(|e| **e != edge).map(|e| arriving(*e)).sum::<f64>() / (n - 1) as f64,
    }
}

impl Chunk {
    fn offsets(&self) -> Vec<usize> {
        let next = |sum: &mut usize, cut: &Cut| Some(std::mem::replace(sum, *sum + cut.lixels));
        self.cuts.iter().scan(0, next).collect()
    }

    /// One step: what enters stands on the first steps, everything leaves its share behind and moves on.
    fn step(&mut self, share: f64, entering: impl Fn(u32) -> f64) {
        let mut lixel = 0;
        for (i, cut) in self.cuts.iter().enumerate() {
            let left = &mut self.left[lixel..lixel + cut.lixels];
            lixel += cut.lixels;
            for side in 0..2 {
                let walking = &mut self.walking[i][side];
                let enters = entering(2 * (self.first + i) as u32 + side as u32);
                walking[0] += enters;
                if enters != 0.0 {
                    self.busy[i][side] = cut.cells;
                }
                if self.busy[i][side] == 0 {
                    self.out[i][side] = 0.0;
                    continue;
                }
                self.busy[i][side] -= 1;
                for (k, left) in left.iter_mut().enumerate() {
                    let (a, b) = (cut.start(k), cut.start(k + 1));
                    // Against the segment steps count from its end.
                    let run = if side == 0 { a..b } else { cut.cells - b..cut.cells - a };
                    *left += share * sum(&walking[run]);
                }
                self.out[i][side] = walking[cut.cells - 1];
                walking.copy_within(0..cut.cells - 1, 1);
                walking[0] = 0.0;
            }
        }
    }

    fn lixels<'a>(&'a self, counts: &'a [u32]) -> impl Iterator<Item = Lixel> + 'a {
        let of = self.cuts.iter().enumerate().flat_map(|(i, cut)| (0..cut.lixels).map(move |k| (i, cut, k)));
        of.zip(self.left.iter().zip(counts)).map(|((i, cut, k), (left, count))| {
            let (a, b) = (cut.start(k), cut.start(k + 1));
            let (from_m, to_m) = (a as f64 * cut.cell_m, b as f64 * cut.cell_m);
            let segment = (self.first + i) as u32;
            Lixel { segment, from_m, to_m, count: *count, per_km: left / (to_m - from_m) * 1000.0 }
        })
    }
}

/// The sum in an order that can be added four at a time.
fn sum(values: &[f64]) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        sums.iter_mut().zip(four).for_each(|(sum, v)| *sum += v);
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest.iter().sum::<f64>()
}
