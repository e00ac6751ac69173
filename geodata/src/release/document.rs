//! `release.json`: what a release is, under which rules it was made, and what it holds back.

use serde::{Deserialize, Serialize};

use super::cube::{Cube, attributes_of};
use super::dims::{Category, Cross};
use super::slivers::Sliver;
use super::tree::SUPPRESSED;
use crate::policy::{Helpline, Override, PeriodKind, Policy};

/// The record of a release. Every number in it is protected like those of the release itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Releases are numbered from 1.
    pub number: u32,
    /// When it was made, UTC.
    pub made: String,
    /// Version of the program that made it.
    pub program: String,
    /// Which state of which data file it was made from.
    pub snapshot: String,
    /// Keyed hash over the records that went in: the same records give the same.
    pub input: String,
    /// Number of the release whose published numbers it carries on, if any.
    pub follows: Option<u32>,
    /// The policy.
    pub policy: PolicyMark,
    /// First and last month (YYYY-MM) that it covers; `None` where no month is complete.
    pub period: Option<(String, String)>,
    /// First month that is not yet complete.
    pub not_yet_complete_from: Option<String>,
    /// Where the study area is from; `None` where no area is imported.
    pub study_area: Option<String>,
    /// Where the residents are from; `None` where none are known: then cells have no least number of residents.
    pub residents: Option<String>,
    /// The public's cube.
    pub public: CubeMark,
    /// The partners' cube.
    pub partner: CubeMark,
    /// Records without a usable place, in the whole period; `None` where so few that it is withheld.
    pub without_place: Option<u64>,
    /// Records outside the study area, the same.
    pub outside: Option<u64>,
    /// Records whose category has no ICCS code, the same.
    pub unmapped_category: Option<u64>,
    /// What is sensitive.
    pub sensitive: Vec<String>,
    /// Where help is found.
    pub helplines: Vec<Helpline>,
    /// Pairs of area collections, and how finely they cut one another.
    pub slivers: Vec<Sliver>,
    /// SHA-256 of the packed cubes.
    pub checksum: String,
}

/// The policy of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyMark {
    /// The author's mark.
    pub version: String,
    /// Its name.
    pub title: String,
    /// Hash over what it says.
    pub hash: String,
    /// Who signed for what is looser than the default.
    #[serde(rename = "override", default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Override>,
    /// What is looser than the default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looser: Vec<String>,
}

impl PolicyMark {
    pub(crate) fn new(policy: &Policy, signed: Option<&Override>) -> Self {
        Self {
            version: policy.version.clone(),
            title: policy.title.clone(),
            hash: policy.hash(),
            signed: signed.cloned(),
            looser: crate::policy::looser_than(policy, Policy::standard()),
        }
    }
}

/// What a cube holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CubeMark {
    /// Quadkey level of the smallest cell.
    pub finest_level: u8,
    /// Counts from here on are told, and 0.
    pub minimum_count: u32,
    /// The same for sensitive records.
    pub minimum_sensitive: u32,
    /// Numbers are multiples of it.
    pub rounding_base: u32,
    /// Largest change that the perturbation makes; a later release lets a number stand while the count has moved by
    /// little more.
    pub largest_change: u32,
    /// SHA-256 of the perturbation table.
    pub perturbation: String,
    /// Cells that are told, over all tables.
    pub cells: usize,
    /// Cells that are withheld, over all tables.
    pub suppressed_cells: usize,
    /// Share of cells by level, in the table of everything.
    pub levels: Vec<(u8, usize)>,
    /// Periods by kind.
    pub periods: Vec<(PeriodKind, usize)>,
    /// Categories that are told: ICCS codes.
    pub categories: Vec<String>,
    /// What is crossed: sets of attributes.
    pub crossed: Vec<String>,
    /// Tables that would have hidden too much and are left out.
    pub left_out: Vec<String>,
}

impl CubeMark {
    pub(super) fn new(cube: &Cube, largest_change: u32, perturbation: String) -> Self {
        let suppressed = cube.leaves.iter().filter(|l| l.value == SUPPRESSED).count();
        let mut levels = std::collections::BTreeMap::new();
        let everything = cube.whole();
        for leaf in everything.map(|s| cube.leaves_of(s)).unwrap_or_default() {
            *levels.entry(leaf.node.level()).or_insert(0) += 1;
        }
        let kinds = [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Year, PeriodKind::All];
        let count = |kind| (kind, cube.dims.periods.iter().filter(|p| p.kind == kind).count());
        let mut crossed: Vec<String> = cube.dims.crosses.iter().map(|c| words(attributes_of(c))).collect();
        crossed.sort_unstable();
        crossed.dedup();
        Self {
            finest_level: cube.rules.finest_level,
            minimum_count: cube.rules.minimum_count,
            minimum_sensitive: cube.rules.minimum_sensitive,
            rounding_base: cube.rules.rounding_base,
            largest_change,
            perturbation,
            cells: cube.leaves.len() - suppressed,
            suppressed_cells: suppressed,
            levels: levels.into_iter().collect(),
            periods: kinds.map(count).into_iter().filter(|(_, n)| *n > 0).collect(),
            categories: cube.told_categories(),
            crossed: crossed.into_iter().filter(|c| !c.is_empty()).collect(),
            left_out: cube
                .withheld
                .iter()
                .map(|k| {
                    let by = words(k.attributes);
                    let by = if by.is_empty() { by } else { format!(" by {by}") };
                    format!("{} of ICCS level {}{by}", format!("{:?}", k.period).to_lowercase(), k.category_level)
                })
                .collect(),
        }
    }
}

impl Cube {
    /// The slice of everything.
    pub(crate) fn whole(&self) -> Option<super::dims::Slice> {
        let period = self.dims.periods.iter().position(|p| p.kind == PeriodKind::All)? as u16;
        Some(super::dims::Slice {
            period,
            category: self.dims.category(&Category::All)?,
            cross: self.dims.cross(&Cross::default())?,
        })
    }

    /// ICCS codes of which some number is told.
    pub(crate) fn told_categories(&self) -> Vec<String> {
        let told: std::collections::BTreeSet<u16> = self
            .slices
            .iter()
            .filter(|(_, t)| self.leaves[t.leaves.clone()].iter().any(|l| l.value != SUPPRESSED))
            .map(|(s, _)| s.category)
            .collect();
        let codes = self.dims.categories.iter().zip(0u16..).filter(|(_, n)| told.contains(n));
        codes
            .filter_map(|(c, _)| match c {
                Category::Code(code) => Some(code.clone()),
                Category::All | Category::NotPoliceInitiated => None,
            })
            .collect()
    }
}

fn words(attributes: u8) -> String {
    let names = [(1, "sex"), (2, "age"), (4, "hour"), (8, "context")];
    names.iter().filter(|(bit, _)| attributes & bit != 0).map(|(_, name)| *name).collect::<Vec<_>>().join(" x ")
}
