//! The GeoPackage that holds a city: one durable file.
