//! A journal: the entries of one process that are not in the table yet, a line each, in a file that the process locks.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::entry::{Entry, Hash};
use super::table::hex;
use super::verify::Fault;

/// What stands between the data file's name and the journal's own number.
const MARK: &str = "-audit-";

/// An entry in a journal.
#[derive(Serialize, Deserialize)]
struct Line {
    n: u64,
    #[serde(flatten)]
    entry: Entry,
    hash: String,
}

/// A journal that this process writes. Its lock ends with the process, however that ends.
pub(super) struct Journal {
    pub path: PathBuf,
    file: File,
    /// Entries in it.
    pub count: u64,
    last: Hash,
    bytes: u64,
}

impl Journal {
    /// A new one beside the data file, locked.
    pub fn create(data: &Path) -> io::Result<Self> {
        loop {
            let journal = Self::create_one(data)?;
            // Whoever looks for leftovers may have found it before it was locked, and removed it as empty.
            if journal.path.exists() {
                return Ok(journal);
            }
        }
    }

    fn create_one(data: &Path) -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let mut name = data.as_os_str().to_owned();
        name.push(MARK);
        name.push(hex(&random));
        let path = PathBuf::from(name);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        file.lock()?;
        Ok(Self { last: beginning(&path), path, file, count: 0, bytes: 0 })
    }

    /// Adds an entry with one `write`. When this returns, the entry outlives the process.
    pub fn append(&mut self, entry: Entry) -> io::Result<()> {
        let hash = entry.hash(&self.last);
        let mut line = serde_json::to_vec(&Line { n: self.count + 1, entry, hash: hex(&hash) })?;
        line.push(b'\n');
        // A piece of a line that a full disk left is cut off before the next one is written.
        if self.file.metadata()?.len() != self.bytes {
            self.file.set_len(self.bytes)?;
        }
        match self.file.write(&line)? {
            n if n == line.len() => {
                (self.count, self.last) = (self.count + 1, hash);
                self.bytes += n as u64;
                Ok(())
            }
            _ => Err(io::Error::new(io::ErrorKind::StorageFull, "only a part of the entry was written")),
        }
    }

    /// Its entries, read from the file, also where somebody has removed its name, and compared with what was written.
    pub fn entries(&self) -> io::Result<Vec<Entry>> {
        (&self.file).seek(io::SeekFrom::Start(0))?;
        let read = read_from(&self.file, &self.path)?;
        match read.broken {
            None if read.last == self.last => Ok(read.entries),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "it does not hold what this process wrote into it")),
        }
    }
}

/// What a journal's file holds up to its first break.
pub(super) struct Read {
    pub entries: Vec<Entry>,
    /// Number of the first entry that is wrong, and what is wrong with it.
    pub broken: Option<(u64, Fault)>,
    last: Hash,
}

/// Reads a journal. A last line without its end was never acknowledged, and is none.
pub(super) fn read(path: &Path) -> io::Result<Read> {
    read_from(&File::open(path)?, path)
}

fn read_from(file: &File, path: &Path) -> io::Result<Read> {
    let mut file = BufReader::new(file);
    let mut read = Read { entries: vec![], broken: None, last: beginning(path) };
    let mut line = vec![];
    loop {
        line.clear();
        file.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(read);
        }
        let expected = read.entries.len() as u64 + 1;
        let fault = match serde_json::from_slice::<Line>(&line) {
            Ok(line) if line.n != expected => Some(Fault::Gap),
            Ok(line) => {
                let hash = line.entry.hash(&read.last);
                let is_same = hex(&hash) == line.hash;
                if is_same {
                    read.last = hash;
                    read.entries.push(line.entry);
                }
                (!is_same).then_some(Fault::Content)
            }
            Err(_) => Some(Fault::Content),
        };
        if let Some(fault) = fault {
            read.broken = Some((expected, fault));
            return Ok(read);
        }
    }
}

/// A journal's chain begins with its name, so that it cannot stand in for another one.
fn beginning(path: &Path) -> Hash {
    Sha256::digest(name(path)).into()
}

/// Its name, without folders.
pub(super) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Every journal beside a data file, by name.
pub(super) fn beside(data: &Path) -> io::Result<Vec<PathBuf>> {
    let mut prefix: OsString = data.file_name().unwrap_or_default().to_owned();
    prefix.push(MARK);
    let folder = match data.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut found = vec![];
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        if file.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes()) {
            found.push(file.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Takes the journal of a process that has ended; `None` while it lives.
pub(super) fn take_over(path: &Path) -> io::Result<Option<File>> {
    let file = match File::open(path) {
        // Another process was faster.
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(e)) => Err(e),
    }
}
