//! Every named limit on user-sized data, in one place; beyond one there is a clear error, never a time-out.

/// Cells of a grid that one analysis may span.
pub const MAX_GRID_CELLS: usize = 4_000_000;
/// Vertices of one polygon in a query.
pub const MAX_QUERY_VERTICES: usize = 10_000;
/// Rows of one page of items.
pub const MAX_PAGE: usize = 10_000;
/// Work units (table cells times draws) of the exact permutation table; past it, Monte Carlo, and the answer says so.
pub const MAX_EXACT_WORK: usize = 200_000_000;
/// Bytes of one CSV record or one GeoJSON feature.
pub const MAX_RECORD_BYTES: usize = 16 << 20;
/// Vertices of one imported shape.
pub const MAX_SHAPE_VERTICES: usize = 2_000_000;
/// Rows of one import transaction.
pub const IMPORT_BATCH_ROWS: usize = 100_000;
/// Sources whose incidents one data file holds: 11 bits of a record's key are the source's number.
pub const MAX_SOURCES: usize = 2047;
