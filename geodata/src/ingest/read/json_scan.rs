//! Cuts a JSON stream into its records without reading the whole: features of a collection, elements of an array, or lines.

use std::io::{self, BufRead};

use crate::limits::MAX_RECORD_BYTES;

/// One record as bytes, and what stood before it.
pub(crate) struct Scanner {
    reader: Box<dyn BufRead>,
    /// Line of the byte that comes next.
    line: u64,
    /// The members of the collection beside its features.
    pub head: Vec<u8>,
    place: Place,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Before the first byte.
    Start,
    /// Between elements of `features` or of an array; the flag says whether a collection is around.
    Elements(bool),
    /// Between records that stand one after another.
    Records,
    End,
}

/// Why a stream cannot be cut any further.
#[derive(Debug)]
pub(crate) enum Broken {
    Io(io::Error),
    /// A record longer than [`MAX_RECORD_BYTES`].
    TooLong,
    /// The end came inside a record.
    CutOff,
    /// Something that is no JSON object where one should begin.
    NoObject(u8),
}

impl Scanner {
    pub(crate) fn new(reader: Box<dyn BufRead>) -> Self {
        Self { reader, line: 1, head: vec![], place: Place::Start }
    }

    fn peek(&mut self) -> Result<Option<u8>, Broken> {
        Ok(self.reader.fill_buf().map_err(Broken::Io)?.first().copied())
    }

    fn bump(&mut self) {
        if let Ok([b'\n', ..]) = self.reader.fill_buf() {
            self.line += 1;
        }
        self.reader.consume(1);
    }

    /// Skips what may stand between records.
    fn skip(&mut self, also: &[u8]) -> Result<Option<u8>, Broken> {
        loop {
            match self.peek()? {
                // The record separator of GeoJSON text sequences, and the byte-order mark.
                Some(b) if b.is_ascii_whitespace() || matches!(b, 0x1e | 0xef | 0xbb | 0xbf) || also.contains(&b) => {
                    self.bump();
                }
                other => return Ok(other),
            }
        }
    }

    /// The next record and its line; `None` at the end. `out` is cleared first.
    pub(crate) fn next(&mut self, out: &mut Vec<u8>) -> Result<Option<u64>, Broken> {
        loop {
            out.clear();
            match self.place {
                Place::End => return Ok(None),
                Place::Start => match self.skip(&[])? {
                    None => self.place = Place::End,
                    Some(b'[') => {
                        self.bump();
                        self.place = Place::Elements(false);
                    }
                    Some(_) => self.place = Place::Records,
                },
                Place::Records => {
                    let Some(b) = self.skip(b",")? else {
                        self.place = Place::End;
                        continue;
                    };
                    if b != b'{' {
                        return self.no_object(b);
                    }
                    let line = self.line;
                    if self.object(out, true)? {
                        self.head = std::mem::take(out);
                        self.place = Place::Elements(true);
                        continue;
                    }
                    return Ok(Some(line));
                }
                Place::Elements(collection) => match self.skip(b",")? {
                    None => {
                        self.place = Place::End;
                        return Err(Broken::CutOff);
                    }
                    Some(b']') => {
                        self.bump();
                        if collection {
                            // What follows the features belongs to the collection; its CRS may stand there.
                            self.rest()?;
                        }
                        self.place = Place::End;
                    }
                    Some(b'{') => {
                        let line = self.line;
                        self.object(out, false)?;
                        return Ok(Some(line));
                    }
                    Some(b) => return self.no_object(b),
                },
            }
        }
    }

    fn no_object(&mut self, b: u8) -> Result<Option<u64>, Broken> {
        self.place = Place::End;
        Err(Broken::NoObject(b))
    }

    /// Copies one object. With `stop`, ends after the `[` of its own member `features` and says so.
    fn object(&mut self, out: &mut Vec<u8>, stop: bool) -> Result<bool, Broken> {
        let (mut depth, mut quoted, mut escaped) = (0u32, false, false);
        // Where the last string at depth 1 began, to know the member that an array belongs to.
        let (mut string_at, mut key) = (0usize, None::<std::ops::Range<usize>>);
        loop {
            let block = self.reader.fill_buf().map_err(|e| {
                self.place = Place::End;
                Broken::Io(e)
            })?;
            if block.is_empty() {
                self.place = Place::End;
                return Err(Broken::CutOff);
            }
            let mut used = 0;
            let mut end = None;
            for &b in block {
                used += 1;
                out.push(b);
                if b == b'\n' {
                    self.line += 1;
                }
                if quoted {
                    match b {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => {
                            quoted = false;
                            if depth == 1 {
                                key = Some(string_at..out.len() - 1);
                            }
                        }
                        _ => {}
                    }
                    continue;
                }
                match b {
                    b'"' => {
                        quoted = true;
                        string_at = out.len();
                    }
                    b'{' => depth += 1,
                    b'[' => {
                        let features = key.as_ref().is_some_and(|k| &out[k.clone()] == b"features");
                        if stop && depth == 1 && features {
                            end = Some(true);
                            break;
                        }
                        depth += 1;
                    }
                    b'}' | b']' => {
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            end = Some(false);
                            break;
                        }
                    }
                    b',' if depth == 1 => key = None,
                    _ => {}
                }
            }
            self.reader.consume(used);
            if let Some(features) = end {
                return Ok(features);
            }
            if out.len() > MAX_RECORD_BYTES {
                self.place = Place::End;
                return Err(Broken::TooLong);
            }
        }
    }

    /// Adds what follows the features to the head, so that head and tail are one object again.
    fn rest(&mut self) -> Result<(), Broken> {
        self.head.push(b']');
        while self.head.len() <= MAX_RECORD_BYTES {
            let block = self.reader.fill_buf().map_err(Broken::Io)?;
            if block.is_empty() {
                break;
            }
            let n = block.len();
            self.head.extend_from_slice(block);
            self.reader.consume(n);
        }
        Ok(())
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &'static str) -> (Vec<String>, bool) {
        let mut scanner = Scanner::new(Box::new(text.as_bytes()));
        let (mut out, mut all) = (vec![], vec![]);
        loop {
            match scanner.next(&mut out) {
                Ok(Some(_)) => all.push(String::from_utf8_lossy(&out).into_owned()),
                Ok(None) => return (all, true),
                Err(_) => return (all, false),
            }
        }
    }

    #[test]
    fn collections_arrays_and_lines_are_cut_alike() {
        let want = vec![r#"{"a":"}]"}"#.to_string(), r#"{"b":[1]}"#.to_string()];
        for text in [
            r#"{"type":"FeatureCollection","bbox":[1,2],"x":{"features":[7]},"features" : [{"a":"}]"},{"b":[1]}],"crs":1}"#,
            r#"[{"a":"}]"}, {"b":[1]}]"#,
            "{\"a\":\"}]\"}\n{\"b\":[1]}\n",
            "\u{1e}{\"a\":\"}]\"}\n\u{1e}{\"b\":[1]}\n",
        ] {
            assert_eq!(records(text), (want.clone(), true), "{text}");
        }
    }

    #[test]
    fn what_came_before_the_break_is_kept() {
        assert_eq!(records(r#"{"features":[{"a":1},{"b"#), (vec![r#"{"a":1}"#.to_string()], false));
        assert_eq!(records(r#"{"features":[{"a":1}"#), (vec![r#"{"a":1}"#.to_string()], false));
        assert_eq!(records("[1,2]"), (vec![], false));
        assert_eq!(records(""), (vec![], true));
    }
}
