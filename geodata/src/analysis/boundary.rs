//! Zones between concentrations: places that two of them reach about equally.

use super::weights::Weights;

/// A place is between two concentrations where the farther is at most this many times as far as the nearer, by weight.
pub const WIDTH: f64 = 1.25;
/// Concentrations farther away than this have no common border.
pub const REACH_M: f64 = 3000.0;
/// Belongs to no concentration.
const NONE: u32 = u32::MAX;

/// A concentration as one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// Middle of its places, weighted by their incidents; metres.
    pub at_m: (f64, f64),
    /// Its incidents.
    pub weight: f64,
}

/// Places with their incidents.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Middles of the places, metres.
    pub at_m: &'a [(f64, f64)],
    /// Incidents of each.
    pub counts: &'a [f64],
    /// Who is whose neighbour.
    pub weights: &'a Weights,
}

/// Concentrations: the connected parts of the places in `is_hot`, in the order of their first place; and the part of
/// each place. Parts without an incident of their own are left out.
#[must_use]
pub fn anchors(is_hot: &[bool], ground: &Ground<'_>) -> (Vec<Anchor>, Vec<u32>) {
    let mut part = vec![NONE; is_hot.len()];
    let (mut found, mut stack) = (Vec::new(), Vec::new());
    for first in 0..is_hot.len() {
        if !is_hot[first] || part[first] != NONE {
            continue;
        }
        let number = found.len() as u32;
        let (mut weight, mut x, mut y) = (0.0, 0.0, 0.0);
        part[first] = number;
        stack.push(first);
        while let Some(i) = stack.pop() {
            let n = ground.counts[i];
            (weight, x, y) = (weight + n, x + n * ground.at_m[i].0, y + n * ground.at_m[i].1);
            for &j in ground.weights.row(i) {
                let j = j as usize;
                if is_hot[j] && part[j] == NONE {
                    part[j] = number;
                    stack.push(j);
                }
            }
        }
        if weight > 0.0 {
            found.push(Anchor { at_m: (x / weight, y / weight), weight });
        } else {
            part.iter_mut().filter(|p| **p == number).for_each(|p| *p = NONE);
        }
    }
    (found, part)
}

/// Whether each place lies between two concentrations: outside of all, within [`REACH_M`] of both, and along the border
/// of their multiplicatively weighted Voronoi regions, where distance over the square root of the weight is the same to
/// within the factor [`WIDTH`].
///
/// # Assumptions
/// A concentration reaches farther the more incidents it has. It is a model of places, and knows nothing of who is there.
///
/// # References
/// Brantingham, Tita, Short and Reid (2012), doi:10.1111/j.1745-9125.2012.00281.x; Okabe, Boots, Sugihara and Chiu
/// (2000), doi:10.1002/9780470317013, section 3.1.
#[must_use]
pub fn zones(anchors: &[Anchor], part: &[u32], at_m: &[(f64, f64)]) -> Vec<bool> {
    let between = |(&(x, y), &own): (&(f64, f64), &u32)| {
        let mut nearest = [f64::INFINITY; 2];
        for anchor in anchors {
            let away = (anchor.at_m.0 - x).hypot(anchor.at_m.1 - y);
            let scaled = away / anchor.weight.sqrt();
            if away > REACH_M {
                continue;
            } else if scaled < nearest[0] {
                nearest = [scaled, nearest[0]];
            } else if scaled < nearest[1] {
                nearest[1] = scaled;
            }
        }
        own == NONE && nearest[1].is_finite() && nearest[1] <= WIDTH * nearest[0]
    };
    at_m.iter().zip(part).map(between).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::weights::grid_queen;

    const SIDE: usize = 21;

    /// Two blocks on a line, of so many incidents a place.
    fn between(left: f64, right: f64) -> Vec<bool> {
        let lattice: Vec<u32> = (0..(SIDE * SIDE) as u32).collect();
        let weights = grid_queen(SIDE, &lattice);
        let at_m: Vec<(f64, f64)> =
            (0..SIDE * SIDE).map(|i| ((i % SIDE) as f64 * 100.0, (i / SIDE) as f64 * 100.0)).collect();
        let counts: Vec<f64> = (0..SIDE * SIDE)
            .map(|i| match (i % SIDE, i / SIDE) {
                (1..=3, 9..=11) => left,
                (17..=19, 9..=11) => right,
                _ => 0.0,
            })
            .collect();
        let is_hot: Vec<bool> = counts.iter().map(|&n| n > 0.0).collect();
        let (found, part) = anchors(&is_hot, &Ground { at_m: &at_m, counts: &counts, weights: &weights });
        assert_eq!(found.len(), usize::from(left > 0.0) + usize::from(right > 0.0));
        zones(&found, &part, &at_m)
    }

    fn columns(zone: &[bool]) -> Vec<usize> {
        (0..SIDE).filter(|&x| zone[10 * SIDE + x]).collect()
    }

    #[test]
    fn the_border_of_equals_lies_in_the_middle_and_moves_away_from_the_heavier() {
        let equal = between(5.0, 5.0);
        assert_eq!(columns(&equal), [10], "400 m a side and 8 to the anchors: only the middle is within a quarter");
        assert!(equal.iter().filter(|z| **z).count() > SIDE, "the border runs through the whole city");
        let heavier: Vec<usize> = columns(&between(20.0, 5.0));
        assert!(!heavier.is_empty() && heavier.iter().all(|&x| x > 10), "{heavier:?}");
        let scaled = between(20.0, 20.0);
        assert_eq!(scaled, equal, "it is a matter of proportions");
    }

    #[test]
    fn one_concentration_has_no_border() {
        assert!(between(5.0, 0.0).iter().all(|z| !z));
        assert!(zones(&[], &[NONE], &[(0.0, 0.0)]).iter().all(|z| !z));
    }
}
