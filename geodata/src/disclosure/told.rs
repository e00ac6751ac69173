//! The cells that a tier below analyst is told, with their states.

use super::question::{Coverage, Question};
use crate::release::{Leaf, Node, SUPPRESSED};
use crate::table::{Column, State, Values};

/// A told cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub node: Node,
    pub state: State,
    /// 0 where the state has no number.
    pub count: u32,
}

impl Question<'_> {
    /// The told cells that touch `within`, no smaller than level `level`, in order: smaller ones are added up. Where
    /// nothing was recorded the largest cells are told, along the edge of the study area down to `edge`.
    pub fn told(&self, within: Node, level: u8, edge: u8) -> Vec<Told> {
        match self.coverage {
            Coverage::NotYet => return self.nothing(within, State::NotYetComplete),
            Coverage::Never => return self.nothing(within, State::NotCovered),
            Coverage::Whole | Coverage::SoFar => {}
        }
        let leaves = self.cube.cells(&self.slices, within);
        let zeros = self.cube.zeros(&leaves, within, edge);
        let mut cells: Vec<Told> = Vec::with_capacity(leaves.len() + zeros.len());
        let (mut leaves, mut zeros) = (leaves.iter().peekable(), zeros.into_iter().peekable());
        loop {
            let next = match (leaves.peek(), zeros.peek()) {
                (Some(leaf), Some(zero)) if leaf.node < *zero => leaves.next().map(|l| self.cell(*l)),
                (_, Some(_)) => zeros.next().map(|node| self.cell(Leaf { node, value: 0 })),
                (Some(_), None) => leaves.next().map(|l| self.cell(*l)),
                (None, None) => break,
            };
            let Some(next) = next else { break };
            match cells.last_mut() {
                Some(last) if next.node.level() > level && last.node == next.node.up_to(level) => last.add(&next),
                _ => cells.push(Told { node: next.node.up_to(level), ..next }),
            }
        }
        cells.retain(|c| self.within.shows(c.node.centre()));
        cells
    }

    /// The told numbers per square kilometre of the study area in each cell, to three digits.
    pub fn per_km2(&self, told: &[Told]) -> Column {
        let density = |t: &Told| {
            let covered = self.cube.share_covered(t.node).max(f64::EPSILON);
            let density = f64::from(t.count) / (t.node.area_km2() * covered);
            let scale = 10f64.powf(2.0 - density.log10().floor());
            if density > 0.0 { (density * scale).round() / scale } else { 0.0 }
        };
        Column {
            name: "per_km2",
            unit: "incidents per km2",
            values: Values::Number(told.iter().map(density).collect()),
        }
    }

    /// The told cells that touch `within`, as the release has them: for what is computed from them.
    pub fn cells(&self, within: Node) -> Vec<Leaf> {
        match self.coverage {
            Coverage::NotYet | Coverage::Never => vec![],
            Coverage::Whole | Coverage::SoFar => self.cube.cells(&self.slices, within).into_owned(),
        }
    }

    fn cell(&self, leaf: Leaf) -> Told {
        let so_far = self.coverage == Coverage::SoFar;
        let (state, count) = match leaf.value {
            SUPPRESSED => (State::Suppressed, 0),
            count if so_far => (State::NotYetComplete, count),
            0 => (State::Zero, 0),
            count => (State::Value, count),
        };
        Told { node: leaf.node, state, count }
    }

    fn nothing(&self, within: Node, state: State) -> Vec<Told> {
        let node =
            if self.cube.root.holds(within) || within.holds(self.cube.root) { self.cube.root } else { return vec![] };
        vec![Told { node, state, count: 0 }]
    }
}

impl Told {
    /// Adds a part of the cell: withheld parts stay out of the sum.
    fn add(&mut self, part: &Self) {
        self.count += part.count;
        self.state = match (self.state, part.state) {
            (State::Value, _) | (_, State::Value) => State::Value,
            (State::NotYetComplete, _) | (_, State::NotYetComplete) => State::NotYetComplete,
            (State::Suppressed, _) | (_, State::Suppressed) => State::Suppressed,
            (state, _) => state,
        };
    }
}
