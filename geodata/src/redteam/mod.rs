//! The attacks that a release must withstand, tried against a city's own: what each recovered, expected 0.
//!
//! Whoever attacks asks as the public does and knows everything but the records. The truth is used only to tell whether a
//! guess was right.

mod numbers;
mod places;
mod questions;
mod records;
mod rectangles;
mod report;
mod tables;

use std::sync::Arc;

pub use report::{Finding, Report, last, run};

use crate::cancel::Cancel;
use crate::disclosure::{Ask, Released, Request, analyse};
use crate::error::Result;
use crate::index::{Place, Query, Snapshot};
use crate::model::{LonLatBox, Tier};
use crate::policy::Policy;
use crate::release::Release;
use crate::table::{State, Table, Values};

/// An attack: what it tries, and how.
pub struct Attack {
    /// Id.
    pub id: &'static str,
    /// What it tries, in a sentence.
    pub tries: &'static str,
    run: fn(&Ground<'_>) -> Result<Outcome>,
}

/// All attacks, in the order of the design.
pub static ATTACKS: [Attack; 11] = [
    rectangles::NESTED,
    rectangles::SWEEP,
    rectangles::REPEAT,
    tables::GEOGRAPHIES,
    places::HIDDEN,
    numbers::CONSISTENT,
    records::ONE_MORE,
    tables::CROSSED,
    questions::TIMING,
    questions::ERRORS,
    numbers::VECTORS,
];

/// What came of an attack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How often it was tried.
    pub tries: u64,
    /// How often it was right, beyond what guessing gives.
    pub recovered: u64,
    /// What was seen.
    pub words: String,
}

/// What attacks are tried on.
pub struct Ground<'a> {
    /// The data file.
    pub path: &'a std::path::Path,
    /// The records: the truth, to tell right guesses.
    pub snapshot: Arc<Snapshot>,
    /// The release under attack.
    pub release: Arc<Release>,
    /// Tries of each attack that draws its targets.
    pub tries: u64,
    /// Start of the draws.
    pub seed: u64,
    /// Stops the work.
    pub cancel: Cancel,
}

impl Ground<'_> {
    fn ask(&self, tier: Tier) -> Ask<'_> {
        Ask { snapshot: &self.snapshot, release: Some(&self.release), tier, cancel: &self.cancel }
    }

    fn policy(&self) -> &Policy {
        self.release.policy()
    }

    /// A method as the public gets it.
    fn public(&self, method: &str, query: Query, grid: Option<&str>) -> Result<Released<Table>> {
        self.method(Tier::Public, method, query, grid)
    }

    fn method(&self, tier: Tier, method: &str, query: Query, grid: Option<&str>) -> Result<Released<Table>> {
        let grid = grid.map(str::parse).transpose()?;
        let params = std::collections::BTreeMap::new();
        analyse(&self.ask(tier), &Request { method: method.to_owned(), query, grid, mask: None, params })
    }

    /// The sum of the public counts within a box.
    fn public_sum(&self, within: LonLatBox) -> Result<u64> {
        let query = Query { place: Place::Box(within), ..Query::default() };
        Ok(numbers_of(&self.public("count", query, None)?).into_iter().flatten().sum())
    }

    /// A stream of numbers from 0 to 1.
    fn draws(&self, of: u64) -> impl FnMut() -> f64 {
        let mut state = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ of;
        move || {
            // SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }
    }
}

/// Counts of a table's rows; `None` where none is told.
fn numbers_of(table: &Released<Table>) -> Vec<Option<u64>> {
    let told = |row: usize| matches!(table.states()[row], State::Value | State::Zero | State::NotYetComplete);
    let count = table.columns().iter().find(|c| c.name == "count");
    (0..table.len())
        .map(|row| match count.map(|c| &c.values) {
            Some(Values::Count(v)) if told(row) => Some(u64::from(v[row])),
            _ => None,
        })
        .collect()
}
