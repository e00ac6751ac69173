//! Tables against one another: two geographies, and categories with sex and age.

use super::{Attack, Ground, Outcome, numbers_of};
use crate::error::Result;
use crate::index::{Query, tile_counts};
use crate::model::{Code, Interval, Tier, VictimFilter};
use crate::release::dims::{Category, Cross, Slice, start_of};
use crate::release::{Node, SUPPRESSED};
use crate::table::Shapes;

pub(super) const GEOGRAPHIES: Attack = Attack {
    id: "two_geographies",
    tries: "subtract the numbers of two areas that differ in a sliver, for the number of incidents in the sliver",
    run: geographies,
};

pub(super) const CROSSED: Attack = Attack {
    id: "crossed_attributes",
    tries: "subtract numbers by category, sex and age from those of all, for a group of less than the minimum",
    run: crossed,
};

/// Areas by their cell: public and exact number.
type Numbers = Vec<(String, Option<u64>, u64)>;

fn areas(ground: &Ground<'_>, collection: &str) -> Result<Numbers> {
    let grid = format!("areas:{collection}");
    let public = ground.public("count", Query::default(), Some(&grid))?;
    let exact = ground.method(Tier::Custodian, "count", Query::default(), Some(&grid))?;
    let ids = |shapes: &Shapes| match shapes {
        Shapes::Areas(areas) => areas.iter().map(|a| a.id.clone()).collect(),
        _ => vec![],
    };
    let numbers = numbers_of(&public).into_iter().zip(numbers_of(&exact));
    Ok(ids(public.shapes()).into_iter().zip(numbers).map(|(id, (p, e))| (id, p, e.unwrap_or(0))).collect())
}

/// Sums over one geography against areas of the other: wherever the true difference is small, the public one must not be it.
fn geographies(ground: &Ground<'_>) -> Result<Outcome> {
    let names: Vec<String> = ground.snapshot.places().collections().map(|c| c.name.clone()).collect();
    let minimum = u64::from(ground.policy().public.minimum_count);
    let (mut tries, mut right) = (0u64, 0u64);
    let all: Vec<Numbers> = names.iter().map(|n| areas(ground, n)).collect::<Result<_>>()?;
    for (i, a) in all.iter().enumerate() {
        for b in all.iter().skip(i + 1) {
            let sum = |numbers: &Numbers| numbers.iter().fold((0, 0), |(p, e), n| (p + n.1.unwrap_or(0), e + n.2));
            let pairs = a.iter().flat_map(|x| b.iter().map(move |y| ((x.1, x.2), (y.1, y.2))));
            let (whole_a, whole_b) = (sum(a), sum(b));
            let whole = ((Some(whole_a.0), whole_a.1), (Some(whole_b.0), whole_b.1));
            for ((public_a, exact_a), (public_b, exact_b)) in pairs.chain([whole]) {
                let exact = exact_a.abs_diff(exact_b);
                if exact == 0 || exact >= minimum {
                    continue;
                }
                tries += 1;
                let claim = public_a.zip(public_b).map(|(a, b)| a.abs_diff(b));
                right += u64::from(claim == Some(exact));
            }
        }
    }
    let exposed: usize = ground.release.document().slivers.iter().map(|s| s.told_by_difference).sum();
    // Whoever guesses a number below the minimum is right so often without asking anything.
    let by_guessing = tries.div_ceil(minimum.saturating_sub(1).max(1));
    let words = format!(
        "{} collections, {tries} pairs with a difference below {minimum}, {right} of them right (guessing gives {by_guessing}); {exposed} pieces told by difference",
        names.len()
    );
    Ok(Outcome { tries, recovered: right.saturating_sub(by_guessing) + exposed as u64, words })
}

/// Every told cell of everything, less its parts by category, sex and age.
fn crossed(ground: &Ground<'_>) -> Result<Outcome> {
    let cube = ground.release.cube(Tier::Public);
    let minimum = u64::from(ground.policy().public.minimum_count);
    let (mut tries, mut claims, mut right) = (0, 0u64, 0u64);
    for (slice, told) in &cube.slices {
        ground.cancel.check()?;
        let parts = parts_of(cube, *slice);
        if parts.is_empty() {
            continue;
        }
        for leaf in &cube.leaves[told.leaves.clone()] {
            let part = |slice: &Slice| at(cube, *slice, leaf.node);
            let known: Option<Vec<u64>> = parts.iter().map(part).collect();
            let (Some(known), false) = (known, leaf.value == SUPPRESSED) else { continue };
            tries += 1;
            let difference = i64::from(leaf.value) - known.iter().sum::<u64>() as i64;
            // A difference below the minimum, and not 0, is a claim of a group of a few: is it their number?
            if difference > 0 && (difference as u64) < minimum {
                claims += 1;
                let of = |slice| exact(ground, slice, leaf.node).map(i64::from);
                let sum = parts.iter().map(|p| of(*p)).sum::<Result<i64>>()?;
                right += u64::from(of(*slice)? - sum == difference);
            }
        }
    }
    // Whoever guesses a number below the minimum is right so often.
    let by_guessing = claims.div_ceil(minimum.saturating_sub(1).max(1));
    let words =
        format!("{claims} differences below {minimum}, {right} of them the true one (guessing gives {by_guessing})");
    Ok(Outcome { tries, recovered: right.saturating_sub(by_guessing), words })
}

/// The true number of records of a slice in a cell.
fn exact(ground: &Ground<'_>, slice: Slice, node: Node) -> Result<u32> {
    let dims = &ground.release.cube(Tier::Public).dims;
    let (Some(period), Some(category), Some(cross)) = (
        dims.periods.get(usize::from(slice.period)),
        dims.categories.get(usize::from(slice.category)),
        dims.crosses.get(usize::from(slice.cross)),
    ) else {
        return Ok(0);
    };
    let query = Query {
        period: Some(Interval { from: start_of(period.first), to: start_of(period.end) }),
        categories: match category {
            Category::Code(code) => vec![Code::parse(code)?],
            Category::All | Category::NotPoliceInitiated => vec![],
        },
        leave_out_police_initiated: *category == Category::NotPoliceInitiated,
        victims: VictimFilter { sex: cross.sex, age: cross.age },
        hours: cross.hour.map(|h| 1 << h),
        ..Query::default()
    };
    let (x, y) = node.column_row();
    Ok(tile_counts(&ground.snapshot, &query, node.level(), x, y, 0, &ground.cancel)?.first().copied().unwrap_or(0))
}

/// The number told of exactly this cell: 0 where nothing is recorded, nothing where it is told otherwise.
fn at(cube: &crate::release::Cube, slice: Slice, node: Node) -> Option<u64> {
    let leaves = cube.leaves_of(slice);
    let first = leaves.partition_point(|l| l.node.end() <= node.start());
    let inside: Vec<_> = leaves[first..].iter().take_while(|l| l.node.start() < node.end()).collect();
    match inside.as_slice() {
        [] => Some(0),
        all if all.iter().all(|l| node.holds(l.node) && l.value != SUPPRESSED) => {
            Some(all.iter().map(|l| u64::from(l.value)).sum())
        }
        _ => None,
    }
}

/// The slices that a slice falls into: its categories one level down, or its sexes, or its age bands.
fn parts_of(cube: &crate::release::Cube, slice: Slice) -> Vec<Slice> {
    let below = |category: &Category| -> Vec<u16> {
        let is_child = |c: &Category| match (c, category) {
            (Category::Code(code), Category::All) => code.len() == 2,
            (Category::Code(code), Category::Code(parent)) => {
                Code::parse(code).ok().and_then(Code::parent).is_some_and(|p| p.text() == parent)
            }
            _ => false,
        };
        cube.dims.categories.iter().zip(0u16..).filter(|(c, _)| is_child(c)).map(|(_, n)| n).collect()
    };
    let none = Cross::default();
    if cube.dims.crosses.get(usize::from(slice.cross)) == Some(&none) {
        let category = cube.dims.categories.get(usize::from(slice.category));
        let found = category.map(below).unwrap_or_default();
        return found.into_iter().map(|category| Slice { category, ..slice }).collect();
    }
    let sexes = |c: &Cross| {
        let wanted = cube.dims.crosses.get(usize::from(slice.cross));
        wanted.is_some_and(|w| w.sex.is_none() && c.sex.is_some() && Cross { sex: None, ..c.clone() } == *w)
    };
    let found = cube.dims.crosses.iter().zip(0u16..).filter(|(c, _)| sexes(c)).map(|(_, n)| n);
    found.map(|cross| Slice { cross, ..slice }).collect()
}
