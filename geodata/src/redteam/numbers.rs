//! Numbers: the same cell in every form, and the table that they are changed by.

use super::{Attack, Ground, Outcome, numbers_of};
use crate::disclosure::cell_tile;
use crate::error::Result;
use crate::index::Query;
use crate::model::Tier;
use crate::release::Perturbation;
use crate::table::Shapes;
use std::collections::HashMap;

pub(super) const CONSISTENT: Attack = Attack {
    id: "forms",
    tries: "compare a cell's number in tiles with that of the list, to average what is added to it",
    run: consistent,
};

pub(super) const VECTORS: Attack = Attack {
    id: "cell_key_vectors",
    tries: "check the cell-key method against the published numbers of the 10-5 rule",
    run: vectors,
};

fn consistent(ground: &Ground<'_>) -> Result<Outcome> {
    let list = ground.public("count", Query::default(), None)?;
    let Shapes::Cells(_, cells) = list.shapes() else {
        return Ok(Outcome { tries: 0, recovered: 0, words: "no cells".into() });
    };
    let by_cell: HashMap<u64, Option<u64>> = cells.iter().copied().zip(numbers_of(&list)).collect();
    let cube = ground.release.cube(Tier::Public);
    let zoom = cube.rules.finest_level.saturating_sub(6);
    let mut tiles: Vec<(u32, u32)> = cells
        .iter()
        .map(|c| crate::release::Node::from_number(*c))
        .filter(|n| n.level() >= zoom)
        .map(|n| n.up_to(zoom).column_row())
        .collect();
    tiles.sort_unstable();
    tiles.dedup();
    let (mut tries, mut recovered) = (0, 0);
    for (x, y) in tiles {
        let tile = cell_tile(&ground.ask(Tier::Public), &Query::default(), zoom, x, y)?;
        let Shapes::Cells(_, here) = tile.shapes() else { continue };
        for (cell, number) in here.iter().zip(numbers_of(&tile)) {
            let Some(listed) = by_cell.get(cell) else { continue };
            tries += 1;
            recovered += u64::from(*listed != number);
        }
    }
    Ok(Outcome { tries, recovered, words: format!("{tries} cells compared at zoom {zoom}") })
}

fn vectors(_: &Ground<'_>) -> Result<Outcome> {
    let table = Perturbation::rounding(10, 5);
    let published = [
        (9u32, 0u32),
        (10, 10),
        (11, 10),
        (12, 10),
        (13, 15),
        (14, 15),
        (502, 500),
        (503, 505),
        (751, 750),
        (753, 755),
    ];
    let wrong = published.iter().filter(|(count, told)| (0..=255).any(|key| table.apply(*count, key) != *told)).count();
    Ok(Outcome {
        tries: published.len() as u64 * 256,
        recovered: wrong as u64,
        words: "numbers of the published rule, for every key".into(),
    })
}
