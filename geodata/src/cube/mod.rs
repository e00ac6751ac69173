//! Counts by cell or area, and the points behind them, for the methods.
