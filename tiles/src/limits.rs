//! Named bounds on what one tile or picture may hold.

/// Deepest zoom of a tile: 2 m wide at the equator, finer than any recorded place.
pub const MAX_ZOOM: u8 = 24;

/// Rows that one vector layer takes in; a client cannot draw more in one tile.
pub const MAX_FEATURES: usize = 1_000_000;

/// Vertices that one layer of lines or polygons takes in.
pub const MAX_VERTICES: usize = 20_000_000;

/// Longest side of a picture or raster tile, in pixels.
pub const MAX_SIDE_PX: u32 = 4096;

/// Longest side of a drawn picture (legend, preview), in pixels: it takes 27 bytes a pixel while it is drawn.
pub const MAX_DRAWN_SIDE_PX: u32 = 2048;

/// Colours of an indexed picture, which has one byte a pixel.
pub const MAX_COLOURS: usize = 256;

/// Classes of a ramp: more cannot be told apart.
pub const MAX_CLASSES: usize = 12;

/// Entries of one legend.
pub const MAX_LEGEND_ENTRIES: usize = 64;

/// Lines of one plot: more cannot be told apart.
pub const MAX_PLOT_LINES: usize = 12;

/// Points of all lines of one plot.
pub const MAX_PLOT_POINTS: usize = 500_000;

/// Bars of one plot: at 900 pixels each still has a width.
pub const MAX_PLOT_BARS: usize = 200;

/// Squares along a side of a table: at most so many rows still fit on a drawn picture.
pub const MAX_PLOT_SQUARES_A_SIDE: usize = 60;
