//! Would one record more show in the next release? Asked for many records without making so many releases.

use std::collections::HashMap;

use super::build::{LEVELS, Material, Sorter, sets};
use super::carry::Carried;
use super::cube::{Cube, Kind};
use super::dims::Slice;
use super::make::{Ground, SECRET, input_hash};
use super::perturbation::Perturbation;
use super::rows::{NOWHERE, Row, Rows};
use super::{Release, SUPPRESSED};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::index::{Snapshot, StandIns};
use crate::store::Store;

/// Of so many incidents added one at a time, each like one that is there and at its place: how many would change anything
/// that the public is told. `None` where the file is no longer what the release was made from, or tells nothing yet.
///
/// # Errors
/// The file cannot be read; a stopped job.
pub(crate) fn one_more(
    store: &Store,
    snapshot: &Snapshot,
    release: &Release,
    tries: u64,
    draw: &mut dyn FnMut() -> f64,
    cancel: &Cancel,
) -> Result<Option<u64>> {
    let Some(secret) = store.known_secret(SECRET)? else { return Ok(None) };
    let stand_ins = StandIns::new(store.default_points()?.into_iter().map(|d| (d.source, d.point)));
    let mut rows = Rows::read(store, &secret, &|source, p| stand_ins.has(source, p), cancel)?;
    let today = release.document.made.get(..10).and_then(|d| d.parse().ok()).unwrap_or_default();
    let ground = Ground::lay(&mut rows, snapshot, &release.policy, Some(release), today, cancel)?;
    if input_hash(&rows) != release.document.input || rows.rows.is_empty() {
        return Ok(None);
    }
    let n = rows.rows.len();
    for _ in 0..tries {
        let like = rows.rows[(draw() * n as f64) as usize].clone();
        let full_key = std::array::from_fn(|_| (draw() * 256.0) as u8);
        rows.rows.push(Row { full_key, ..like });
    }
    rows.extra = tries as usize;
    let cube = &release.public;
    let text = today.to_string();
    let material = Material {
        rows: &rows,
        policy: &release.policy,
        secret: &secret,
        table: None,
        residents: ground.residents.as_ref(),
        cover: ground.cover,
        root: cube.root,
        months: ground.months,
        today: &text,
    };
    Ok(Some(changes(&material, cube, n, cancel)?))
}

/// How many of the rows from `n` on change something.
fn changes(m: &Material<'_>, cube: &Cube, n: usize, cancel: &Cancel) -> Result<u64> {
    let table = Perturbation::spread(cube.rules.rounding_base);
    let sorter = Sorter::new(m, &cube.rules, &cube.dims);
    let mut seen = vec![false; m.rows.extra];
    for attributes in sets(m, &cube.rules) {
        for category_level in LEVELS {
            for &period in &cube.rules.periods {
                cancel.check()?;
                let kind = Kind { period, category_level, attributes };
                if cube.withheld.contains(&kind) {
                    continue;
                }
                let slices: HashMap<Slice, Vec<u32>> = sorter.slices(kind).into_iter().collect();
                for (seen, more) in seen.iter_mut().zip(n as u32..) {
                    let found = sorter.slices_of(&m.rows.rows[more as usize], kind);
                    *seen |= found.into_iter().any(|slice| {
                        let Some(rules) = sorter.rules(slice, &table) else { return false };
                        let name = cube.dims.name(slice);
                        let carried = Carried { rules, secret: m.secret, name: name.as_bytes() };
                        let rows = slices.get(&slice).map(Vec::as_slice).unwrap_or_default();
                        shows(m, cube, &carried, (slice, rows), more)
                    });
                }
            }
        }
    }
    Ok(seen.into_iter().filter(|s| *s).count() as u64)
}

fn shows(m: &Material<'_>, cube: &Cube, carried: &Carried<'_>, (slice, rows): (Slice, &[u32]), more: u32) -> bool {
    let (placed, lost) = rows.split_at(rows.partition_point(|&r| m.rows.position(r) != NOWHERE));
    if m.rows.position(more) == NOWHERE {
        let told = cube.slices.get(&slice).map_or(0, |t| t.unmapped);
        let lost = [lost, &[more]].concat();
        return carried.unmapped(&lost, Some(told)) != told && (told != SUPPRESSED || lost.len() > 1);
    }
    carried.changes_with(placed, more, cube.root, cube.leaves_of(slice))
}
