//! The extent of a collection as the OGC standards write it.

use serde_json::{Value, json};

use crate::formats::CRS84;

/// Where and when a collection is. Where nothing is known of the time, nothing is said of it.
#[must_use]
pub fn extent(bbox: [f64; 4], interval: Option<[Value; 2]>) -> Value {
    let mut extent = json!({ "spatial": { "bbox": [bbox], "crs": CRS84.uri() } });
    if let Some(interval) = interval {
        let trs = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian";
        extent["temporal"] = json!({ "interval": [interval], "trs": trs });
    }
    extent
}
