//! Tiles: coordinates, vector tiles, indexed PNG, colour ramps and legends.
