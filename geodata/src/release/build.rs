//! Building a cube: every record is put into the slices it belongs to, and every slice grows its tree.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::carry::{Before, Carried};
use super::cube::{Cube, Kind, Told};
use super::dims::{Category, Cross, Dims, Month, Period, Slice, periods};
use super::node::Node;
use super::perturbation::Perturbation;
use super::residents::Residents;
use super::rows::{NOWHERE, Row, Rows};
use super::tree::{Leaf, Rules, SUPPRESSED};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::model::{AGE_BANDS, Code, ContextKind, ContextValue, Discovery, Profile};
use crate::policy::{Attribute, CubeRules, PeriodKind, Policy};
use crate::store::Secret;

/// Families of tables below which a slice's numbers are told.
pub(super) const LEVELS: std::ops::RangeInclusive<u8> = 0..=2;

/// What both cubes of a release are built from.
pub(super) struct Material<'a> {
    pub rows: &'a Rows,
    pub policy: &'a Policy,
    pub secret: &'a Secret,
    /// A table of the deployment's own, instead of the one that the rules make.
    pub table: Option<&'a Perturbation>,
    pub residents: Option<&'a Residents>,
    pub cover: Option<Vec<(u64, u64)>>,
    pub root: Node,
    /// Complete months.
    pub months: (Month, Month),
    pub today: &'a str,
}

/// Builds the cube of one set of rules, after the one of the last release.
///
/// # Errors
/// A stopped job.
pub(super) fn build(m: &Material<'_>, rules: &CubeRules, before: Option<&Cube>, cancel: &Cancel) -> Result<Cube> {
    let sets = sets(m, rules);
    let dims = dims(m, rules, &sets);
    let made = Perturbation::spread(rules.rounding_base);
    let table = m.table.unwrap_or(&made);
    let sorter = Sorter::new(m, rules, &dims);
    let (mut told, mut withheld) = (BTreeMap::new(), vec![]);
    for &attributes in &sets {
        for category_level in LEVELS {
            for &period in &rules.periods {
                cancel.check()?;
                let kind = Kind { period, category_level, attributes };
                let slices = sorter.slices(kind);
                let trees: Vec<(Slice, Vec<Leaf>, u32)> = slices
                    .into_par_iter()
                    .filter_map(|(slice, rows)| {
                        let rules = sorter.rules(slice, table)?;
                        Some(tree(m, &dims, rules, (slice, &rows), before))
                    })
                    .collect();
                let cells = || trees.iter().flat_map(|t| &t.1);
                let hidden = cells().filter(|l| l.value == SUPPRESSED).count();
                if hidden as f64 > rules.hidden_share * cells().count() as f64 {
                    withheld.push(kind);
                } else {
                    told.extend(trees.into_iter().map(|(slice, leaves, unmapped)| (slice, (leaves, unmapped))));
                }
            }
        }
    }
    let (mut slices, mut leaves) = (BTreeMap::new(), Vec::new());
    for (slice, (tree, unmapped)) in told {
        let from = leaves.len();
        leaves.extend(tree);
        slices.insert(slice, Told { leaves: from..leaves.len(), unmapped });
    }
    Ok(Cube { rules: rules.clone(), dims, root: m.root, cover: m.cover.clone(), slices, leaves, withheld })
}

/// The tree of a slice, and its published number of records without a usable place.
fn tree(
    m: &Material<'_>,
    dims: &Dims,
    rules: Rules<'_>,
    (slice, rows): (Slice, &[u32]),
    before: Option<&Cube>,
) -> (Slice, Vec<Leaf>, u32) {
    let (placed, lost) = rows.split_at(rows.partition_point(|&r| m.rows.position(r) != NOWHERE));
    let last = before.and_then(|b| dims.translate_back(&b.dims, slice).map(|s| (b, s)));
    let before_cells = match last {
        Some((cube, Some(slice))) if cube.is_withheld(slice) => Before::New,
        Some((cube, Some(slice))) => match cube.leaves_of(slice) {
            [] => Before::Zero,
            leaves => Before::Told(leaves),
        },
        // The period was there, and nothing of this category or cross was recorded.
        Some((_, None)) => Before::Zero,
        None => Before::New,
    };
    let name = dims.name(slice);
    let carried = Carried { rules, secret: m.secret, name: name.as_bytes() };
    let mut leaves = vec![];
    carried.grow(placed, m.root, before_cells, &mut leaves);
    let told = last.map(|(cube, slice)| slice.and_then(|s| cube.slices.get(&s)).map_or(0, |t| t.unmapped));
    (slice, leaves, carried.unmapped(lost, told))
}

impl Carried<'_> {
    /// Published number of records without a place, after the last release's.
    pub(super) fn unmapped(&self, lost: &[u32], before: Option<u32>) -> u32 {
        let count = lost.len() as u32;
        let stands = before.is_some_and(|value| match value {
            SUPPRESSED => count < self.rules.minimum + 2,
            value => value.abs_diff(count) <= self.rules.table.largest() + 2,
        });
        match before {
            Some(value) if stands => value,
            _ if count == 0 => 0,
            _ if count < self.rules.minimum => SUPPRESSED,
            _ => self.rules.perturbed(lost),
        }
    }
}

/// Sets of attributes, as bits: nothing, those that the rules name, and context.
pub(super) fn sets(m: &Material<'_>, rules: &CubeRules) -> BTreeSet<u8> {
    let bit = |a: &Attribute| match a {
        Attribute::Sex => 1,
        Attribute::Age => 2,
        Attribute::Hour => 4,
    };
    let mut sets: BTreeSet<u8> = rules.crossed.iter().map(|set| set.iter().map(bit).fold(0, |a, b| a | b)).collect();
    sets.insert(0);
    if m.rows.profiles.iter().any(|(_, p)| !contexts(p, m.today).is_empty()) {
        sets.insert(8);
    }
    sets
}

/// Contexts that were found to be so and hold today, each with its definition.
fn contexts(profile: &Profile, today: &str) -> Vec<(ContextKind, String)> {
    let holds = |review_by: &Option<String>| review_by.as_deref().is_none_or(|d| d >= today);
    let links = profile.context.iter().filter(|c| c.value == ContextValue::Yes && holds(&c.review_by));
    let mut found: Vec<_> = links.map(|c| (c.kind, c.definition.clone())).collect();
    found.sort_unstable_by(|a, b| (a.0.name(), &a.1).cmp(&(b.0.name(), &b.1)));
    found.dedup();
    found
}

/// The members of every dimension that occur.
fn dims(m: &Material<'_>, rules: &CubeRules, sets: &BTreeSet<u8>) -> Dims {
    let (first, end) = m.months;
    let all = periods(first, end).into_iter().filter(|p| rules.periods.contains(&p.kind)).collect();
    let used: BTreeSet<u32> = m.rows.counted().iter().map(|r| r.profile).collect();
    let profiles = || m.rows.profiles.iter().filter(|(id, _)| used.contains(id)).map(|(_, p)| p);
    let mut codes = BTreeSet::new();
    for code in profiles().flat_map(|p| &p.offences).flat_map(|o| &o.candidates).map(|c| c.code) {
        let mut next = Some(code);
        while let Some(c) = next {
            if c.level() <= rules.category_level {
                codes.insert(c.text());
            }
            next = c.parent();
        }
    }
    let codes = codes.into_iter().map(|c| Category::Code(c.to_owned()));
    let categories = [Category::All, Category::NotPoliceInitiated].into_iter().chain(codes).collect();
    let mut crosses = BTreeSet::from([Cross::default()]);
    for row in m.rows.counted() {
        for &set in sets.iter().filter(|s| **s != 0 && **s & 8 == 0) {
            crosses.extend(m.rows.crosses(row, set & 1 != 0, set & 2 != 0, set & 4 != 0));
        }
    }
    if sets.contains(&8) {
        let links = profiles().flat_map(|p| contexts(p, m.today));
        crosses.extend(links.map(|link| Cross { context: Some(link), ..Cross::default() }));
    }
    Dims { periods: all, categories, crosses: crosses.into_iter().collect() }
}

/// Puts records into slices.
pub(super) struct Sorter<'a> {
    m: &'a Material<'a>,
    rules: &'a CubeRules,
    dims: &'a Dims,
    /// Numbers of the categories of each level, by profile.
    categories: Vec<std::collections::HashMap<u32, Vec<u16>>>,
    contexts: std::collections::HashMap<u32, Vec<u16>>,
    crosses: BTreeMap<Cross, u16>,
    sensitive: Vec<bool>,
}

impl<'a> Sorter<'a> {
    pub(super) fn new(m: &'a Material<'a>, rules: &'a CubeRules, dims: &'a Dims) -> Self {
        let categories = LEVELS
            .map(|level| m.rows.profiles.iter().map(|(id, p)| (*id, categories_of(p, level, dims))).collect())
            .collect();
        let crosses: BTreeMap<Cross, u16> = dims.crosses.iter().cloned().zip(0..).collect();
        let number =
            |link: (ContextKind, String)| crosses.get(&Cross { context: Some(link), ..Cross::default() }).copied();
        let contexts =
            m.rows.profiles.iter().map(|(id, p)| (*id, contexts(p, m.today).into_iter().filter_map(number).collect()));
        let is_sensitive = |c: &Category| match c {
            Category::Code(text) => Code::parse(text).is_ok_and(|code| m.policy.is_sensitive(code)),
            Category::All | Category::NotPoliceInitiated => false,
        };
        let sensitive = dims.categories.iter().map(is_sensitive).collect();
        Self { m, rules, dims, categories, contexts: contexts.collect(), crosses, sensitive }
    }

    /// Rows of every slice of a kind of table, in Morton order.
    pub(super) fn slices(&self, kind: Kind) -> Vec<(Slice, Vec<u32>)> {
        let Some(by_profile) = self.categories.get(usize::from(kind.category_level)) else { return vec![] };
        let period_of: std::collections::HashMap<Month, u16> = self
            .dims
            .periods
            .iter()
            .zip(0u16..)
            .filter(|(p, _)| p.kind == kind.period)
            .flat_map(|(p, n)| (p.first..p.end).map(move |month| (month, n)))
            .collect();
        // Context is told for all categories together: a definition has few records.
        if kind.attributes & 8 != 0 && kind.category_level != 0 {
            return vec![];
        }
        // Slices are few enough for a place each: a record costs two look-ups and no hash.
        let (categories, crosses) = (self.dims.categories.len(), self.dims.crosses.len());
        let mut found: Vec<Vec<u32>> = vec![Vec::new(); self.dims.periods.len() * categories * crosses];
        let none: Vec<u16> = vec![];
        let mut last: Option<(u32, &Vec<u16>)> = None;
        for (n, row) in self.m.rows.counted().iter().enumerate() {
            let Some(&period) = period_of.get(&row.months.0).filter(|p| period_of.get(&row.months.1) == Some(*p))
            else {
                continue;
            };
            let of_profile = match last {
                Some((profile, known)) if profile == row.profile => known,
                _ => by_profile.get(&row.profile).unwrap_or(&none),
            };
            last = Some((row.profile, of_profile));
            self.each_cross(row, kind.attributes, &mut |cross| {
                for &category in of_profile {
                    let at = (usize::from(period) * categories + usize::from(category)) * crosses + usize::from(cross);
                    found[at].push(n as u32);
                }
            });
        }
        let slice = |at: usize| Slice {
            period: (at / crosses / categories) as u16,
            category: (at / crosses % categories) as u16,
            cross: (at % crosses) as u16,
        };
        let found = found.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty());
        found.map(|(at, rows)| (slice(at), rows)).collect()
    }

    fn each_cross(&self, row: &Row, attributes: u8, put: &mut dyn FnMut(u16)) {
        match attributes {
            0 => put(self.crosses.get(&Cross::default()).copied().unwrap_or(0)),
            8 => self.contexts.get(&row.profile).into_iter().flatten().for_each(|c| put(*c)),
            set => {
                let crosses = self.m.rows.crosses(row, set & 1 != 0, set & 2 != 0, set & 4 != 0);
                crosses.iter().filter_map(|c| self.crosses.get(c)).for_each(|c| put(*c));
            }
        }
    }

    /// The slices of a kind of table that a record belongs to.
    pub(super) fn slices_of(&self, row: &Row, kind: Kind) -> Vec<Slice> {
        let holds = |p: &Period| p.kind == kind.period && p.first <= row.months.0 && row.months.1 < p.end;
        let Some(period) = self.dims.periods.iter().position(holds) else { return vec![] };
        let by_profile = self.categories.get(usize::from(kind.category_level));
        let categories = by_profile.and_then(|c| c.get(&row.profile)).map(Vec::as_slice).unwrap_or_default();
        let mut found = vec![];
        if kind.attributes & 8 == 0 || kind.category_level == 0 {
            self.each_cross(row, kind.attributes, &mut |cross| {
                found.extend(categories.iter().map(|&category| Slice { period: period as u16, category, cross }));
            });
        }
        found
    }

    /// What a cell of the slice must fulfil; `None` where the slice may not be told at all.
    pub(super) fn rules(&self, slice: Slice, table: &'a Perturbation) -> Option<Rules<'a>> {
        let (rules, policy) = (self.rules, self.m.policy);
        let period = self.dims.periods.get(usize::from(slice.period))?.kind;
        let cross = self.dims.crosses.get(usize::from(slice.cross))?;
        let is_minor = policy.sensitive.minor_victims
            && cross.age.is_some_and(|band| AGE_BANDS.get(usize::from(band)).is_some_and(|b| b.0 < 18));
        let is_touchy = |kind: ContextKind| policy.sensitive.contexts.iter().any(|c| c == kind.name());
        let is_sensitive = self.sensitive.get(usize::from(slice.category)).copied().unwrap_or(true)
            || is_minor
            || cross.context.as_ref().is_some_and(|(kind, _)| is_touchy(*kind));
        let is_all = matches!(
            self.dims.categories.get(usize::from(slice.category)),
            Some(Category::All | Category::NotPoliceInitiated)
        );
        let mut minimum = rules.minimum_count;
        let mut needed = [f64::from(rules.residents_to_draw), f64::from(rules.households_to_draw)];
        let mut ask = |residents: u32, kinds: &[PeriodKind]| {
            needed[0] = needed[0].max(f64::from(residents));
            kinds.contains(&period)
        };
        let mut may = true;
        if !is_all || *cross != Cross::default() {
            may &= ask(rules.residents_by_category, &rules.periods);
        }
        if cross.hour.is_some() {
            may &= ask(policy.hours.residents, &policy.hours.periods);
        }
        if is_sensitive {
            minimum = minimum.max(rules.minimum_sensitive);
            may &= ask(rules.residents_sensitive, &rules.periods_sensitive);
        }
        if cross.context.as_ref().is_some_and(|(k, _)| matches!(k, ContextKind::Gang | ContextKind::OrganisedCrime)) {
            may &= ask(policy.context.residents, &policy.context.periods);
        }
        may.then(|| Rules {
            minimum,
            minimum_health: minimum.max(policy.health.withheld_below),
            base: rules.rounding_base,
            finest: rules.finest_level,
            least_places: rules.least_places,
            largest_share: rules.largest_place_share,
            needed,
            residents: self.m.residents,
            table,
            rows: self.m.rows,
        })
    }
}

/// Numbers of the categories of a level that a record of the profile belongs to: those below which all candidates of one
/// of its offences lie.
fn categories_of(profile: &Profile, level: u8, dims: &Dims) -> Vec<u16> {
    if level == 0 {
        let mut all: Vec<u16> = dims.category(&Category::All).into_iter().collect();
        if profile.discovery != Discovery::PoliceInitiated {
            all.extend(dims.category(&Category::NotPoliceInitiated));
        }
        return all;
    }
    let above = |code: Code| {
        let mut at = Some(code);
        while let Some(c) = at.filter(|c| c.level() > level) {
            at = c.parent();
        }
        at.filter(|c| c.level() == level)
    };
    let mut found = vec![];
    for offence in &profile.offences {
        let mut codes = offence.candidates.iter().map(|c| above(c.code));
        if let Some(Some(first)) = codes.next()
            && codes.all(|c| c == Some(first))
            && let Some(n) = dims.category(&Category::Code(first.text().to_owned()))
            && !found.contains(&n)
        {
            found.push(n);
        }
    }
    found
}
