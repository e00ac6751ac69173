//! Every named limit on user-sized data, in one place; beyond one there is a clear error, never a time-out.

/// Cells of a grid that one analysis may span.
pub const MAX_GRID_CELLS: usize = 4_000_000;
/// Vertices of one polygon in a query.
pub const MAX_QUERY_VERTICES: usize = 10_000;
/// Releases that a catalogue lists, the newest.
pub const MAX_TOLD_RELEASES: usize = 1_000;
/// Rows of one page of items.
pub const MAX_PAGE: usize = 10_000;
/// Single records that a page may leave out before its first row: all of them are put in order to find it.
pub const MAX_OFFSET: usize = 100_000;
/// Places or single records that one tile may show; past it the answer says to zoom in or to filter.
pub const MAX_TILE_RECORDS: usize = 50_000;
/// Work units (table cells times draws) of the exact permutation table; past it, Monte Carlo, and the answer says so.
pub const MAX_EXACT_WORK: usize = 4_000_000_000;
/// Bytes of one CSV record or one GeoJSON feature.
pub const MAX_RECORD_BYTES: usize = 16 << 20;
/// Vertices of one imported shape.
pub const MAX_SHAPE_VERTICES: usize = 2_000_000;
/// Vertices of the streets of one file.
pub const MAX_STREET_VERTICES: usize = 20_000_000;
/// Streets between two junctions that one file may have.
pub const MAX_STREETS: usize = 2_000_000;
/// Pieces of streets that one analysis may tell.
pub const MAX_LIXELS: usize = 500_000;
/// Steps of streets times steps of a bandwidth, both ways, that one analysis walks: about ten seconds of one core.
pub const MAX_STREET_WORK: usize = 20_000_000_000;
/// Rows of one import transaction.
pub const IMPORT_BATCH_ROWS: usize = 100_000;
/// Sources whose incidents one data file holds: 11 bits of a record's key are the source's number.
pub const MAX_SOURCES: usize = 2047;
/// Bytes that a packed file of a format that needs random access (Parquet, GeoPackage) may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 16 << 30;
/// Files that an archive may hold.
pub const MAX_ARCHIVE_FILES: usize = 10_000;
/// How many times its packed size a file of an archive may have, beyond [`UNSUSPICIOUS_BYTES`].
pub const MAX_UNPACK_RATIO: u64 = 300;
/// Bytes of an unpacked file that need no look at the ratio: columns of blanks pack well.
pub const UNSUSPICIOUS_BYTES: u64 = 64 << 20;
/// Bytes of a text beside a shapefile (`.prj`, `.cpg`).
pub const MAX_SIDE_BYTES: u64 = 64 << 10;
/// Rings of one shape of a shapefile, whose holes are looked for one by one.
pub const MAX_SHAPE_RINGS: usize = 20_000;
/// Different combinations of category, status and context that one file may have.
pub const MAX_PROFILES: usize = 65_536;
/// Keys of one file whose repetition is watched; past it, repeated keys are told apart by line.
pub const MAX_WATCHED_KEYS: usize = 4 << 20;
/// Incidents held back while the rows of their victims or offences are gathered, some 200 MB; past it, rows that lie farther apart are not.
pub const MAX_GATHERED: usize = 1_000_000;
/// Keys of rows set aside that an import of a whole source remembers, so that their records stay.
pub const MAX_KEPT_KEYS: usize = 1_000_000;
/// Values dealt by a Monte Carlo permutation over all places; past it fewer draws are taken, and the answer says so.
pub const MAX_MONTE_CARLO_WORK: usize = 4_000_000_000;
/// Incidents of a demo city: what one machine makes and indexes in a minute.
pub const MAX_DEMO_INCIDENTS: u64 = 20_000_000;
/// Records that one call erases.
pub const MAX_ERASED: usize = 100_000;
/// Neighbours of all places together, where they are sought by distance or number.
pub const MAX_NEIGHBOURS: usize = 50_000_000;
/// Locations in all circles of a scan: ten bytes each, twice over.
pub const MAX_SCAN_ENTRIES: usize = 48_000_000;
/// Windows of time of a scan.
pub const MAX_SCAN_WINDOWS: usize = 50_000;
/// Groups of eight sums that the replicates of a scan add or compare at most: minutes of one core.
pub const MAX_SCAN_WORK: usize = 400_000_000_000;
/// Places times time steps of one answer: about a gigabyte of numbers while they are compared.
pub const MAX_PLACE_STEPS: usize = 10_000_000;
/// Squares that all kernels of an adaptive density may cover together.
pub const MAX_ADAPTIVE_WORK: usize = 20_000_000_000;
/// Steps that the random draws of a ratio of densities may take together.
pub const MAX_RATIO_WORK: f64 = 1e11;
/// Pairs of incidents near each other that a near-repeat table is made of: 200 MB.
pub const MAX_NEAR_PAIRS: u64 = 50_000_000;
/// Near pairs times draws of a near-repeat table: about two minutes of one core.
pub const MAX_KNOX_WORK: u64 = 500_000_000_000;
/// Incidents that DBSCAN clusters in one go: a gigabyte.
pub const MAX_CLUSTER_POINTS: usize = 10_000_000;
/// Incidents that HDBSCAN clusters in one go.
pub const MAX_HDBSCAN_POINTS: usize = 1_000_000;
/// Discs of the outlines of one answer's clusters.
pub const MAX_OUTLINE_DISCS: usize = 400_000;
/// Most rows of one answer of counts by groups.
pub const MAX_AGGREGATE_ROWS: usize = 100_000;
/// Most groups that one such answer counts.
pub const MAX_AGGREGATE_GROUPS: usize = 2_000;
/// Bytes of a filter (CQL2).
pub const MAX_FILTER_BYTES: usize = 256 << 10;
/// Levels of brackets of a filter.
pub const MAX_FILTER_DEPTH: usize = 32;
/// Conditions and values of a filter.
pub const MAX_FILTER_PARTS: usize = 2_000;
/// Vertices of all lines, and all points, of a filter together: each is asked for every row; polygons have strips.
pub const MAX_FILTER_LINE_VERTICES: usize = 1_000;
/// Facets up to which weapons are told apart: past it, the index keeps categories and contexts and says so.
pub const MAX_FACETS_WITH_WEAPONS: usize = 1 << 15;
