//! Numbers of cells in a planar lattice: row in the upper half, column in the lower, both offset so that negative ones sort first.

const OFFSET: i64 = 1 << 31;

/// Number of the cell at a column and row; `None` beyond 2^31 of either.
pub(crate) fn cell(column: i64, row: i64) -> Option<u64> {
    let half = |v: i64| u32::try_from(v.checked_add(OFFSET)?).ok().map(u64::from);
    Some(half(row)? << 32 | half(column)?)
}

/// Column and row of a cell.
pub(crate) fn column_row(cell: u64) -> (i64, i64) {
    ((cell & 0xffff_ffff) as i64 - OFFSET, (cell >> 32) as i64 - OFFSET)
}
