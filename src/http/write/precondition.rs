//! `If-Match`: a write names the state that it was made for, so that nobody's change is lost.

use axum::http::{HeaderMap, StatusCode, header};
use geodata::disclosure::Released;
use geodata::table::Table;
use xxhash_rust::xxh3::xxh3_64;

use super::super::etag::Tag;
use super::super::problem::{Answer, Problem};
use crate::formats;

/// The part of a tag that changes with what is told of a record, and with nothing else.
///
/// # Errors
/// 500 where the record cannot be written.
pub fn content(table: &Released<Table>, row: usize) -> Answer<u64> {
    Ok(xxh3_64(&told(table, row)?))
}

/// What is told of a record, as bytes.
///
/// # Errors
/// As [`content`].
pub(super) fn told(table: &Released<Table>, row: usize) -> Answer<Vec<u8>> {
    formats::bare_feature(table, row)
        .map_err(|_| Box::new(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the feature could not be written")))
}

/// Whether the request was made for what is told now.
///
/// # Errors
/// 428 where it names no state, 412 where it names another one.
pub(super) fn check(headers: &HeaderMap, told: &[u8]) -> Answer<()> {
    const HINT: &str = "get the feature, look at it, and send its ETag as If-Match";
    let mut named = headers.get_all(header::IF_MATCH).iter().filter_map(|v| v.to_str().ok()).peekable();
    if named.peek().is_none() {
        let problem = Problem::new(StatusCode::PRECONDITION_REQUIRED, "If-Match is needed, so that no change is lost");
        return Err(Box::new(problem.hint(HINT)));
    }
    let mut tags = named.flat_map(|v| v.split(',')).map(str::trim).peekable();
    if tags.peek() == Some(&"*") {
        let detail = "If-Match: * names no state, so that a change of someone else could be lost";
        return Err(Box::new(Problem::new(StatusCode::PRECONDITION_REQUIRED, detail).hint(HINT)));
    }
    let own = xxh3_64(told);
    if tags.any(|tag| Tag::record_of(tag) == Some(own)) {
        return Ok(());
    }
    let detail = "the feature is not in the state that If-Match names: it was changed in between";
    Err(Box::new(Problem::new(StatusCode::PRECONDITION_FAILED, detail).hint(HINT)))
}
