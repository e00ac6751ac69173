//! The protobuf of a layer: geometries collected first, then the values of the rows that are in the tile.
//!
//! Written directly because a tile of cells is the hot path of the service: it takes a quarter of the time of a
//! general encoder (`benches/tiles.rs` has both). The tests read everything back with an independent reader.

use geo_types::Coord;

use super::column::Property;
use super::values::{NONE, ValueTable, delimited, varint, zigzag};
use super::{Column, EXTENT, Features, Layer};

/// Type of a geometry, as the format numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Point = 1,
    Line = 2,
    Polygon = 3,
}

/// Geometry commands, with their number of repetitions above the lowest three bits.
const LINE_TO: u64 = 2;
pub(super) const CLOSE_PATH: u8 = 7 | 1 << 3;
pub(super) const MOVE_TO_ONE: u8 = 1 | 1 << 3;

/// Geometries of the rows that are in the tile.
pub(super) struct Geometries {
    kind: Kind,
    rows: Vec<u32>,
    /// Where the commands of each row end.
    ends: Vec<usize>,
    pub(super) commands: Vec<u8>,
    cursor: Coord<i32>,
}

impl Geometries {
    pub(super) fn new(kind: Kind, rows: usize, bytes_per_row: usize) -> Self {
        Self {
            kind,
            rows: Vec::with_capacity(rows),
            ends: Vec::with_capacity(rows),
            commands: Vec::with_capacity(rows * bytes_per_row),
            cursor: Coord { x: 0, y: 0 },
        }
    }

    pub(super) fn point(&mut self, at: Coord<i32>) {
        self.commands.push(MOVE_TO_ONE);
        self.step(at);
    }

    /// A ring without its closing vertex, or a line. `reversed` turns a ring the other way round.
    pub(super) fn path(&mut self, vertices: &[Coord<i32>], reversed: bool) {
        let Some((&first, rest)) = vertices.split_first() else { return };
        self.point(first);
        varint(&mut self.commands, LINE_TO | (rest.len() as u64) << 3);
        if reversed {
            rest.iter().rev().for_each(|&vertex| self.step(vertex));
        } else {
            rest.iter().for_each(|&vertex| self.step(vertex));
        }
        if self.kind == Kind::Polygon {
            self.commands.push(CLOSE_PATH);
        }
    }

    fn step(&mut self, to: Coord<i32>) {
        varint(&mut self.commands, zigzag(to.x - self.cursor.x));
        varint(&mut self.commands, zigzag(to.y - self.cursor.y));
        self.cursor = to;
    }

    /// Ends the geometry of a row; a row for which nothing was drawn is not in the tile.
    pub(super) fn end(&mut self, row: usize) {
        self.cursor = Coord { x: 0, y: 0 };
        if self.commands.len() > self.ends.last().copied().unwrap_or(0) {
            self.rows.push(row as u32);
            self.ends.push(self.commands.len());
        }
    }
}

impl<'a> Features<'a> {
    /// The layer of the rows that have a geometry.
    pub(super) fn layer(&self, geometries: &Geometries) -> Layer {
        let Geometries { kind, rows, ends, commands, .. } = geometries;
        // Columns of few distinct values take the small indices, which are one byte shorter in every feature.
        let mut order: Vec<(u8, usize, &Property<'a>)> =
            self.columns.iter().enumerate().map(|(i, p)| (distinctness(&p.values), i, p)).collect();
        order.sort_by_key(|&(rank, i, _)| (rank, i));
        let mut table = ValueTable::new();
        let mut indices: Vec<(usize, Vec<u32>)> =
            order.iter().map(|&(_, i, p)| (i, table.indices(&p.values, p.told, rows))).collect();
        indices.sort_unstable_by_key(|&(i, _)| i);

        let per_row = 20 + 4 * self.columns.len();
        let mut body = Vec::with_capacity(64 + rows.len() * per_row + commands.len() + table.bytes.len());
        delimited(&mut body, 1, self.name.as_bytes());
        let (mut feature, mut tags) = (Vec::new(), Vec::new());
        let mut start = 0;
        for (i, (&row, &end)) in rows.iter().zip(ends).enumerate() {
            feature.clear();
            if let Some(&id) = self.ids.and_then(|ids| ids.get(row as usize)) {
                feature.push(1 << 3);
                varint(&mut feature, id);
            }
            tags.clear();
            for (key, values) in &indices {
                if let Some(&value) = values.get(i).filter(|&&value| value != NONE) {
                    varint(&mut tags, *key as u64);
                    varint(&mut tags, u64::from(value));
                }
            }
            if !tags.is_empty() {
                delimited(&mut feature, 2, &tags);
            }
            feature.extend_from_slice(&[3 << 3, *kind as u8]);
            delimited(&mut feature, 4, commands.get(start..end).unwrap_or_default());
            start = end;
            delimited(&mut body, 2, &feature);
        }
        for Property { key, .. } in &self.columns {
            delimited(&mut body, 3, key.as_bytes());
        }
        body.extend_from_slice(&table.bytes);
        body.push(5 << 3);
        varint(&mut body, EXTENT as u64);
        // Version 2 of the format.
        body.extend_from_slice(&[15 << 3, 2]);

        let mut bytes = Vec::with_capacity(body.len() + 8);
        delimited(&mut bytes, 3, &body);
        Layer { bytes, features: rows.len() }
    }
}

/// Rank of a column by how many distinct values it is likely to have.
fn distinctness(column: &Column<'_>) -> u8 {
    match column {
        Column::Class(..) => 0,
        Column::Count(_) => 1,
        Column::Text(_) => 2,
        Column::Number(_) => 3,
    }
}
