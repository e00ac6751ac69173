//! The filters as schemas and in words, for the API document and for descriptions of processes.

use geodata::cql::{FilterCrs, Lang};
use geodata::model::AGE_NAMES;
use serde_json::{Value, json};

use super::SEXES;

/// A filter in words, and its JSON schema.
#[must_use]
pub fn filter_schema(name: &str) -> (&'static str, Value) {
    let text = json!({ "type": "string" });
    match name {
        "bbox" => (
            "west,south,east,north in degrees (CRS84), or six numbers with heights; west may be greater than east. Incidents \
             without a place are in no box: filter=geometry IS NULL lists them",
            json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } }),
        ),
        "datetime" => {
            ("an RFC 3339 instant or interval (.. for an open end), or 2018, 2018-06, 2018-01-01/P3M, last:90d", text)
        }
        "category" => (
            "ICCS codes with what lies below them; repeated or with commas",
            json!({ "type": "array", "items": { "type": "string", "pattern": "^[0-9]{2,6}$" } }),
        ),
        "context" => {
            ("gang, organised_crime, family, intimate_partner, trafficking or firearm; needs definition", text)
        }
        "definition" => ("definition of the context, by name", text),
        "sex" => {
            let names = SEXES.map(|(name, _)| name);
            ("incidents with a victim of this sex", json!({ "type": "string", "enum": names }))
        }
        "age" => ("incidents with a victim of this age band, in years", json!({ "type": "string", "enum": AGE_NAMES })),
        "filter" => (
            "a condition in CQL2 on the properties that /collections/{id}/queryables lists: category = '0401' AND hour < 6",
            text,
        ),
        "filter-lang" => (
            "the language of filter; cql2-text if not given",
            json!({ "type": "string", "enum": Lang::NAMES.map(|(name, _)| name) }),
        ),
        "filter-crs" => (
            "the reference system of places in filter, by address; CRS84 if not given",
            json!({ "type": "string", "enum": FilterCrs::ADDRESSES.map(|(address, _)| address) }),
        ),
        "hours" => ("hours of the day: 0-5,22", text),
        _ => ("days of the week: mon,sat or 1 (Monday) to 7", text),
    }
}
