//! Strong entity tags from what is asked, of which data and by which tier: known before any data is touched.

use axum::http::{HeaderMap, HeaderValue, header};
use xxhash_rust::xxh3::xxh3_128;

/// Version of the program: the same data may be written otherwise by the next one.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");
/// Content codings that have their own tag, since their bytes differ.
const CODINGS: [&str; 3] = ["gzip", "br", "zstd"];

/// A tag, without quotes: of the answer, and of a record alone where the answer shows one that can be written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag(u128, Option<u64>);

impl Tag {
    /// Of the parts that an answer depends on. The parts are separated, so that no two lists run together.
    #[must_use]
    pub fn new(parts: &[&str]) -> Self {
        let mut text = String::with_capacity(256);
        for part in [PROGRAM].iter().chain(parts) {
            text.push_str(part);
            text.push('\u{1f}');
        }
        Self(xxh3_128(text.as_bytes()), None)
    }

    /// The same with a part that changes with the record alone, whatever else changes in the data: `If-Match` is about it.
    #[must_use]
    pub fn of_record(self, content: u64) -> Self {
        Self(self.0, Some(content))
    }

    /// The record's part of a tag that came back, in whatever coding; `None` where it has none or is weak.
    #[must_use]
    pub fn record_of(given: &str) -> Option<u64> {
        let (_, content) = given.trim().strip_prefix('"')?.strip_suffix('"')?.split_once('.')?;
        u64::from_str_radix(content.split('-').next().unwrap_or_default(), 16).ok()
    }

    /// The number, as a key of caches.
    #[must_use]
    pub fn key(&self) -> u128 {
        self.0
    }

    /// The number in letters, as a part of other tags.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:032x}", self.0)
    }

    /// The header's value.
    #[must_use]
    pub fn header(&self) -> HeaderValue {
        let content = self.1.map(|n| format!(".{n:016x}")).unwrap_or_default();
        HeaderValue::from_str(&format!("\"{}{content}\"", self.text())).unwrap_or(HeaderValue::from_static("\"\""))
    }

    /// Whether the caller has these bytes already, in whatever coding.
    #[must_use]
    pub fn is_held(&self, headers: &HeaderMap) -> bool {
        // Most callers hold nothing.
        if !headers.contains_key(header::IF_NONE_MATCH) {
            return false;
        }
        let own = self.text();
        headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).any(
            |given| {
                let given = given.trim();
                let given = given.strip_prefix("W/").unwrap_or(given).trim_matches('"');
                given == "*" || given.split(['-', '.']).next() == Some(&own)
            },
        )
    }
}

/// Gives a compressed answer its own tag: `"…-gzip"`.
pub fn mark_coding(headers: &mut HeaderMap) {
    let Some(coding) = headers.get(header::CONTENT_ENCODING).and_then(|v| v.to_str().ok()) else { return };
    let Some(coding) = CODINGS.iter().find(|c| **c == coding) else { return };
    let Some(tag) = headers.get(header::ETAG).and_then(|v| v.to_str().ok()) else { return };
    if let Ok(marked) = HeaderValue::from_str(&format!("\"{}-{coding}\"", tag.trim_matches('"'))) {
        headers.insert(header::ETAG, marked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(Tag::new(&["ab", "c"]), Tag::new(&["a", "bc"]));
        assert_eq!(Tag::new(&["a"]), Tag::new(&["a"]));
    }

    #[test]
    fn a_tag_is_known_again_in_every_coding() {
        let tag = Tag::new(&["x"]);
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, tag.header());
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        mark_coding(&mut headers);
        let marked = headers.remove(header::ETAG).expect("a tag");
        assert!(marked.to_str().expect("text").ends_with("-gzip\""));
        headers.insert(header::IF_NONE_MATCH, marked);
        assert!(tag.is_held(&headers));
        assert!(!Tag::new(&["y"]).is_held(&headers));
    }
}
