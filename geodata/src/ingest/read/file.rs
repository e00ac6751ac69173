//! Opens a file and finds out what it is: by its first bytes, through gzip or in an archive, counting what is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use tempfile::NamedTempFile;

use super::archive::{self, Taken};
use super::parts::Parts;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::limits::MAX_UNPACKED_BYTES;

/// What the bytes are, after unpacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text with columns.
    Text,
    /// GeoJSON or NDJSON.
    Json,
    Parquet,
    /// SQLite, and so perhaps a GeoPackage.
    Sqlite,
    /// OpenStreetMap, packed in blocks.
    Osm,
    FlatGeobuf,
    /// Shapes, with their attributes in files beside.
    Shapefile,
    /// An archive that holds one of the others.
    Zip,
}

/// A file whose kind is known, positioned at its beginning.
pub(crate) struct Opened {
    /// What errors call it; a file of an archive as `archive.zip/file.csv`.
    pub path: PathBuf,
    pub kind: Kind,
    pub packed: bool,
    /// Where the bytes of a file of an archive are, as long as anybody reads them.
    pub member: Option<Arc<NamedTempFile>>,
    /// The files of a shapefile that was in an archive.
    pub parts: Option<Parts>,
    done: Arc<AtomicU64>,
}

/// Adds what passes to a counter.
struct Counting<R> {
    inner: R,
    done: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.done.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Looks at the first bytes of a file; `layer` chooses among the files of an archive.
pub(crate) fn open(path: &Path, layer: Option<&str>, done: &Arc<AtomicU64>) -> Result<Opened> {
    let mut opened = Opened {
        path: path.to_path_buf(),
        kind: Kind::Text,
        packed: false,
        member: None,
        parts: None,
        done: Arc::default(),
    };
    opened.kind = opened.look()?;
    if opened.kind == Kind::Zip {
        if opened.packed {
            return Err(twice(path));
        }
        match archive::take(path, layer)? {
            Taken::Shapefile(name, parts) => {
                opened.path = path.join(name);
                opened.kind = Kind::Shapefile;
                opened.parts = Some(parts);
            }
            Taken::File(name, bytes) => {
                opened.path = path.join(name);
                opened.member = Some(Arc::new(bytes));
                opened.kind = opened.look()?;
                if opened.packed || opened.kind == Kind::Zip {
                    return Err(twice(&opened.path));
                }
            }
        }
    }
    opened.done = Arc::clone(done);
    Ok(opened)
}

fn twice(path: &Path) -> Error {
    Error::invalid(
        format!("{} is packed within another archive, which is not read", path.display()),
        "unpack it, and give the file itself",
    )
}

fn sniff(head: &[u8]) -> std::result::Result<Kind, &'static str> {
    if head.starts_with(b"PAR1") {
        return Ok(Kind::Parquet);
    }
    if head.starts_with(b"SQLite format 3\0") {
        return Ok(Kind::Sqlite);
    }
    if super::pbf::is_pbf(head) {
        return Ok(Kind::Osm);
    }
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Zip);
    }
    if head.starts_with(b"PK\x05\x06") {
        return Err("is a zip archive without any file");
    }
    if super::flatgeobuf::is_flatgeobuf(head) {
        return Ok(Kind::FlatGeobuf);
    }
    if super::shp::is_shp(head) {
        return Ok(Kind::Shapefile);
    }
    if head.starts_with(b"%PDF") {
        return Err("is a PDF, which is not read");
    }
    // UTF-16 has zero bytes too, but begins with a mark.
    let utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    if !utf16 && head.contains(&0) {
        return Err("holds binary data of no known format");
    }
    let first = head.iter().find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf | 0x1e));
    match first {
        Some(b'{' | b'[') => Ok(Kind::Json),
        Some(b'<') => Err("is a web page or XML, which is not read"),
        _ => Ok(Kind::Text),
    }
}

/// Reads until the buffer is full or the end.
fn fill(reader: &mut dyn Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buf.len() {
        match reader.read(&mut buf[n..])? {
            0 => break,
            k => n += k,
        }
    }
    Ok(n)
}

impl Opened {
    /// What the first bytes say; notes where they are packed.
    fn look(&mut self) -> Result<Kind> {
        let mut head = [0u8; 4096];
        let mut file = File::open(self.disk()).map_err(|e| self.io("cannot open", &e))?;
        let named = self.path.display();
        if file.metadata().is_ok_and(|m| m.is_dir()) {
            return Err(Error::invalid(format!("{named} is a folder"), "give the files in it"));
        }
        let n = fill(&mut file, &mut head).map_err(|e| self.io("cannot read", &e))?;
        let mut head = head[..n].to_vec();
        if head.is_empty() {
            return Err(Error::invalid(format!("{named} is empty"), "download it again"));
        }
        if head.starts_with(&[0x1f, 0x8b]) {
            self.packed = true;
            let mut start = [0u8; 4096];
            let mut reader = self.stream()?;
            let n = fill(&mut reader, &mut start).map_err(|e| self.io("cannot unpack", &e))?;
            head = start[..n].to_vec();
            if n == 0 {
                return Err(Error::invalid(format!("{} holds nothing", self.path.display()), "download it again"));
            }
        }
        sniff(&head).map_err(|what| {
            Error::invalid(
                format!("{} {what}", self.path.display()),
                "give CSV, GeoJSON, NDJSON, Parquet, GeoPackage, FlatGeobuf, a shapefile or OpenStreetMap (.osm.pbf), in a .zip or as .gz",
            )
        })
    }

    /// Where the bytes are.
    pub(crate) fn disk(&self) -> &Path {
        self.member.as_ref().map_or(&self.path, |m| m.path())
    }

    /// The unpacked bytes from the beginning.
    pub(crate) fn stream(&self) -> Result<Box<dyn BufRead>> {
        let file = File::open(self.disk()).map_err(|e| self.io("cannot open", &e))?;
        let counting = Counting { inner: file, done: Arc::clone(&self.done) };
        let plain = BufReader::with_capacity(1 << 18, counting);
        if self.packed {
            Ok(Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(plain))))
        } else {
            Ok(Box::new(plain))
        }
    }

    /// A file that can be read from anywhere; a packed one is unpacked to a temporary file first.
    pub(crate) fn seekable(&self) -> Result<File> {
        if !self.packed {
            self.done.store(std::fs::metadata(self.disk()).map_or(0, |m| m.len()), Ordering::Relaxed);
            return File::open(self.disk()).map_err(|e| self.io("cannot open", &e));
        }
        let mut file = tempfile::tempfile().map_err(|e| self.io("cannot make a temporary file to unpack", &e))?;
        self.unpack(&mut file)?;
        file.seek(SeekFrom::Start(0)).map_err(|e| self.io("cannot read the unpacked", &e))?;
        Ok(file)
    }

    /// Unpacks into `out`, up to [`MAX_UNPACKED_BYTES`].
    pub(crate) fn unpack(&self, out: &mut File) -> Result<()> {
        let n = io::copy(&mut self.stream()?.take(MAX_UNPACKED_BYTES + 1), out)
            .map_err(|e| self.io("cannot unpack", &e))?;
        if n > MAX_UNPACKED_BYTES {
            return Err(Error::new(
                ErrorKind::TooLarge,
                format!("{} unpacks to more than {MAX_UNPACKED_BYTES} bytes", self.path.display()),
                "unpack it yourself if it is what you expect",
            ));
        }
        Ok(())
    }

    /// Bytes read from the disk so far.
    pub(crate) fn done(&self) -> &Arc<AtomicU64> {
        &self.done
    }

    pub(crate) fn io(&self, what: &str, e: &io::Error) -> Error {
        let path = self.path.display();
        match e.kind() {
            io::ErrorKind::NotFound => {
                Error::new(ErrorKind::NotFound, format!("{path} does not exist"), "check the path")
            }
            io::ErrorKind::UnexpectedEof => {
                Error::invalid(format!("{what} {path}: it ends in the middle"), "it was cut off; download it again")
            }
            _ => Error::storage(format!("{what} {path}: {e}"), "check the file and its permissions"),
        }
    }
}

/// Cuts a value to what a quarantine line holds: 200 characters, no control characters.
pub(crate) fn shorten(value: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut out: String = value.chars().take(200).map(clean).collect();
    if value.chars().nth(200).is_some() {
        out.pop();
        out.push('…');
    }
    out
}
