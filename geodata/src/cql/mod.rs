//! CQL2 (OGC 21-065r2): one filter language in text and JSON, read into one tree and answered in three-valued logic.

mod crs;
mod expr;
mod json;
mod lexer;
mod like;
mod logic;
mod relate;
mod shape;
mod text;
mod times;
mod words;

pub use crs::FilterCrs;
pub use expr::{Comparison, Expr, Operand, SpatialOp, TemporalOp};
pub use shape::Shape;

pub(crate) use like::Pattern;
pub(crate) use logic::Truth;
pub(crate) use relate::{Position, Ready, of_point, of_shapes};
pub(crate) use times::{Range, holds, range_of};
pub(crate) use words::{misfit, text_of, unknown};

use crate::error::{Error, Kind as ErrorKind, Result};
use crate::limits::MAX_FILTER_BYTES;

/// How a filter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// `category = '0401' AND hour < 6`.
    #[default]
    Text,
    /// `{"op": "=", "args": [{"property": "category"}, "0401"]}`.
    Json,
}

impl Lang {
    /// The names of the languages, as `filter-lang` has them.
    pub const NAMES: [(&'static str, Self); 2] = [("cql2-text", Self::Text), ("cql2-json", Self::Json)];
}

/// Reads a filter.
///
/// # Errors
/// Where it is not CQL2, uses a part that is not supported, or is beyond a limit on its length, depth, parts or vertices.
pub fn parse(text: &str, lang: Lang, crs: FilterCrs) -> Result<Expr> {
    if text.len() > MAX_FILTER_BYTES {
        return Err(Error::new(
            ErrorKind::TooLarge,
            format!("the filter has {} bytes, more than {MAX_FILTER_BYTES}", text.len()),
            "ask for less at once, or import a large shape as an area",
        ));
    }
    match lang {
        Lang::Text => text::parse(text, crs),
        Lang::Json => json::parse(text, crs),
    }
}

#[cfg(test)]
mod json_tests;
#[cfg(test)]
mod text_tests;
