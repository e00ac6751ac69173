//! Pictures made without a browser: filled cells and areas with title, legend, scale bar and north arrow.
