//! CSV with explicit quoting: nothing is guessed from a sample, so a quoted comma never shifts a column.

use std::io::{self, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::cell::{Cell, Row};
use super::file::{Opened, shorten};
use super::{Event, Hints, Table};
use crate::error::{Error, Result};
use crate::limits::MAX_RECORD_BYTES;
use crate::report::Quarantined;

/// Bytes looked at to see whether a text is UTF-8.
const LOOK: usize = 1 << 16;

pub(crate) struct CsvTable {
    reader: Reader<Bounded<Box<dyn Read>>>,
    columns: Vec<String>,
    notes: Vec<String>,
    /// Lines end in a bare CR, which the parser does not count.
    bare_cr: bool,
}

/// Fails once more than [`MAX_RECORD_BYTES`] have been read since the last whole record, so that one open quote in a file of
/// gigabytes cannot fill the memory.
struct Bounded<R> {
    inner: R,
    since: std::rc::Rc<std::cell::Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > MAX_RECORD_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, TOO_LONG));
        }
        let n = self.inner.read(buf)?;
        self.since.set(self.since.get() + n);
        Ok(n)
    }
}

const TOO_LONG: &str = "a record is longer than 16 MiB";

impl CsvTable {
    pub(crate) fn open(file: Opened, hints: &Hints) -> Result<Self> {
        let mut stream = file.stream()?;
        let mut notes = vec![];
        let mut start = vec![];
        stream.by_ref().take(LOOK as u64).read_to_end(&mut start).map_err(|e| file.io("cannot read", &e))?;
        let encoding = encoding(&file, hints, &start, &mut notes)?;
        let ascii = |c: Option<char>, usual: u8, what: &str| match c {
            None => Ok(usual),
            Some(c) if c.is_ascii() => Ok(c as u8),
            Some(c) => Err(Error::invalid(format!("{what} {c:?} is not one ASCII character"), "use , ; | or a tab")),
        };
        let separator = match hints.separator {
            Some(_) => ascii(hints.separator, b',', "separator")?,
            None => separator(&start, &mut notes),
        };
        let quote = ascii(hints.quote, b'"', "quote")?;
        let whole = io::Cursor::new(start).chain(stream);
        let plain: Box<dyn Read> =
            if encoding == UTF_8 { Box::new(whole) } else { Box::new(Transcoded::new(whole, encoding)) };
        let reader = Bounded { inner: plain, since: std::rc::Rc::default() };
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .quote(quote)
            .flexible(true)
            .has_headers(false)
            .buffer_capacity(1 << 18)
            .from_reader(reader);
        let mut header = ByteRecord::new();
        let there = reader.read_byte_record(&mut header).map_err(|e| broken(&file, &e))?;
        let columns: Vec<String> = header
            .iter()
            .map(|f| String::from_utf8_lossy(f).trim_start_matches('\u{feff}').trim().to_string())
            .collect();
        if !there || columns.iter().all(String::is_empty) {
            return Err(Error::invalid(format!("{} has no header line", file.path.display()), "give a file with one"));
        }
        if columns.len() == 1 && columns[0].len() > 200 {
            return Err(Error::invalid(
                format!("{} does not look like a table: its first line is one field", file.path.display()),
                "check the file, or give the separator in a source file",
            ));
        }
        // Two line breaks in the parser's count mean that it saw \n; none after the header mean bare CR.
        let bare_cr = reader.position().line() == 1;
        Ok(Self { reader, columns, notes, bare_cr })
    }
}

/// The encoding told, or UTF-8, or Windows-1252 where the beginning is not UTF-8.
fn encoding(file: &Opened, hints: &Hints, start: &[u8], notes: &mut Vec<String>) -> Result<&'static Encoding> {
    if let Some(label) = &hints.encoding {
        return Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            Error::invalid(
                format!("{}: encoding {label:?} is not known", file.path.display()),
                "use a web label such as utf-8, windows-1252, iso-8859-15 or shift_jis",
            )
        });
    }
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return Ok(encoding);
    }
    // A character cut by the end of the look is no fault.
    let sound = match std::str::from_utf8(start) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none(),
    };
    if sound {
        return Ok(UTF_8);
    }
    notes.push(
        "the text is not UTF-8 and was read as Windows-1252 (Latin-1); give format.encoding if that is wrong".into(),
    );
    Ok(WINDOWS_1252)
}

/// The separator that the header has most of, outside quotes; said when it is not the comma.
fn separator(start: &[u8], notes: &mut Vec<String>) -> u8 {
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for b in start {
        match b {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(c, _)| c == b).for_each(|(_, n)| *n += 1),
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(c, n)| if *n == 0 { b',' } else { *c });
    if most != b',' {
        notes.push(format!("columns are separated by {:?}, read from the header line", char::from(most)));
    }
    most
}

fn broken(file: &Opened, e: &csv::Error) -> Error {
    match e.kind() {
        csv::ErrorKind::Io(e) => file.io("cannot read", e),
        _ => Error::invalid(format!("{}: {e}", file.path.display()), "check the file"),
    }
}

struct CsvRow<'a> {
    record: &'a ByteRecord,
    /// The whole record as text, if it is valid.
    text: Option<&'a str>,
    line: u64,
}

impl Row for CsvRow<'_> {
    fn cell(&self, column: usize) -> Cell<'_> {
        let range = self.record.range(column);
        match (self.text, range) {
            (Some(text), Some(range)) => text.get(range).map_or(Cell::Null, Cell::text),
            _ => Cell::Null,
        }
    }

    fn line(&self) -> u64 {
        self.line
    }
}

impl Table for CsvTable {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn rows(mut self: Box<Self>, _wanted: &[bool], each: &mut dyn FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        let mut record = ByteRecord::new();
        let width = self.columns.len();
        let since = std::rc::Rc::clone(&self.reader.get_ref().since);
        loop {
            let at = self.reader.position().clone();
            let line = if self.bare_cr { at.record() + 1 } else { at.line() };
            let bad = |column: String, value: &str, reason: &str, hint: &str| {
                Event::Bad(Quarantined {
                    line,
                    column,
                    value: shorten(value),
                    reason: reason.into(),
                    hint: hint.into(),
                })
            };
            match self.reader.read_byte_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) => since.set(0),
                Err(e) => {
                    let (reason, hint) = match e.kind() {
                        csv::ErrorKind::Io(e) if e.to_string() == TOO_LONG => (
                            format!("{TOO_LONG}; the rest of the file was not read"),
                            "look for a quote that is never closed near this line",
                        ),
                        csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::UnexpectedEof => (
                            "the file ends in the middle; what came before was read".into(),
                            "it was cut off; download it again",
                        ),
                        _ => (format!("the rest of the file cannot be read: {e}"), "download it again"),
                    };
                    return each(bad(String::new(), "", &reason, hint));
                }
            }
            let lossy = || String::from_utf8_lossy(record.as_slice()).into_owned();
            if record.len() != width {
                // A short last line is how a cut-off file ends, and a long one has a quote or separator out of place.
                let reason = format!("{} fields where the header has {width}", record.len());
                let blank = record.iter().all(<[u8]>::is_empty);
                if !blank {
                    each(bad(String::new(), &lossy(), &reason, "look for a separator or quote inside a value"))?;
                }
                continue;
            }
            match std::str::from_utf8(record.as_slice()) {
                Ok(text) => each(Event::Row(&CsvRow { record: &record, text: Some(text), line }))?,
                Err(e) => {
                    let column =
                        (0..record.len()).find(|c| record.range(*c).is_some_and(|r| r.contains(&e.valid_up_to())));
                    let column = column.map_or(String::new(), |c| self.columns[c].clone());
                    let value = lossy();
                    each(bad(
                        column,
                        &value,
                        "the bytes are not UTF-8",
                        "give format.encoding, for example windows-1252",
                    ))?;
                }
            }
        }
    }
}

/// Decodes to UTF-8 while reading.
struct Transcoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Transcoded<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { inner, decoder, raw: vec![0; LOOK], out: vec![], at: 0, ended: false }
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() && !self.ended {
            let n = self.inner.read(&mut self.raw)?;
            self.ended = n == 0;
            let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(4 * LOOK);
            self.out.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..n], &mut self.out, self.ended);
            self.out.truncate(written);
            self.at = 0;
        }
        let n = buf.len().min(self.out.len() - self.at);
        buf[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
