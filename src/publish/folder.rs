//! A folder that appears whole or not at all, and replaces only one that was published before.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use geodata::release::Document;
use geodata::{Error, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The record of a release: what tells a published folder from any other.
pub(super) const RECORD: &str = "release.json";
/// Checksums of all other files.
pub(super) const SUMS: &str = "SHA256SUMS";

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Its name in the folder.
    pub name: String,
    /// What it holds, in words.
    pub title: String,
    /// Its size in bytes.
    pub bytes: usize,
    /// SHA-256 of its content, hexadecimal.
    pub sha256: String,
}

/// A folder beside the wanted one, until it is whole.
pub(super) struct Folder {
    wanted: PathBuf,
    /// It is removed when it goes out of use before it is put in place.
    beside: PathBuf,
}

impl Folder {
    /// Begins a folder.
    ///
    /// # Errors
    /// What is there now was not published by this program; the disk cannot be written.
    pub fn begin(wanted: &Path) -> Result<Self> {
        // Where it is a link, the folder behind it is replaced.
        let wanted = wanted.canonicalize().unwrap_or_else(|_| wanted.to_owned());
        check(&wanted)?;
        let folder = Self { beside: beside(&wanted, "tmp")?, wanted };
        fs::create_dir_all(&folder.beside).map_err(|e| trouble("making", &folder.beside, &e))?;
        Ok(folder)
    }

    /// Writes a file, to the disk itself.
    ///
    /// # Errors
    /// The disk cannot be written.
    pub fn write(&self, name: &str, title: &str, bytes: &[u8]) -> Result<Written> {
        let path = self.beside.join(name);
        let written = File::create(&path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        written.map_err(|e| trouble("writing", &path, &e))?;
        let sha256 = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        Ok(Written { name: name.to_owned(), title: title.to_owned(), bytes: bytes.len(), sha256 })
    }

    /// Puts the folder in place.
    ///
    /// # Errors
    /// As [`Folder::begin`]; what was there before stays.
    pub fn finish(self) -> Result<()> {
        check(&self.wanted)?;
        let before = beside(&self.wanted, "old")?;
        let is_there = self.wanted.exists();
        if is_there {
            fs::rename(&self.wanted, &before).map_err(|e| trouble("replacing", &self.wanted, &e))?;
        }
        if let Err(e) = fs::rename(&self.beside, &self.wanted) {
            let back = if is_there { fs::rename(&before, &self.wanted) } else { Ok(()) };
            return Err(trouble("replacing", &self.wanted, &back.err().unwrap_or(e)));
        }
        if is_there {
            fs::remove_dir_all(&before).map_err(|e| trouble("removing", &before, &e))?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Once it is in place there is nothing left to remove.
        let _gone = fs::remove_dir_all(&self.beside);
    }
}

/// `DIR.tmp-123`, on the same disk, so that it can be renamed.
fn beside(wanted: &Path, what: &str) -> Result<PathBuf> {
    let mut name = wanted.file_name().map(ToOwned::to_owned).ok_or_else(|| {
        Error::invalid(format!("--out {}: this names no folder", wanted.display()), "name a new folder")
    })?;
    name.push(format!(".{what}-{}", std::process::id()));
    Ok(wanted.with_file_name(name))
}

/// Whether a folder may be replaced: it is not there, is empty, or holds what was published and nothing else.
fn check(wanted: &Path) -> Result<()> {
    let refused = |why: String| {
        Err(Error::invalid(
            format!("--out {}: {why}", wanted.display()),
            "name a new folder, or one that `urbansafety publish` made",
        ))
    };
    if !wanted.exists() {
        return Ok(());
    }
    let Ok(entries) = fs::read_dir(wanted) else { return refused("this is no folder that can be read".to_owned()) };
    let names: BTreeSet<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let text = |name: &str| fs::read_to_string(wanted.join(name)).unwrap_or_default();
    if serde_json::from_str::<Document>(&text(RECORD)).is_err() {
        return refused(format!("it is not empty and holds no {RECORD} of a release"));
    }
    let sums = text(SUMS);
    let own: BTreeSet<&str> = sums.lines().filter_map(|l| l.split_once("  ")).map(|l| l.1).chain([SUMS]).collect();
    match names.iter().find(|n| !own.contains(n.as_str())) {
        Some(other) => refused(format!("it holds {other:?}, which was not published and would be lost")),
        None => Ok(()),
    }
}

fn trouble(doing: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::storage(
        format!("{doing} {}: {error}", path.display()),
        "check the path, the rights and the space on the disk",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_published_is_replaced() {
        let dir = tempfile::tempdir().expect("a folder");
        let out = dir.path().join("site");
        assert_eq!(check(&out), Ok(()), "it is not there");
        fs::create_dir(&out).expect("made");
        assert_eq!(check(&out), Ok(()), "it is empty");
        fs::write(out.join("thesis.txt"), "years of work").expect("written");
        let refused = check(&out).expect_err("not ours");
        assert!(refused.what.contains("release.json") && refused.hint.contains("new folder"), "{refused}");
        fs::write(out.join(RECORD), "{}").expect("written");
        assert!(check(&out).is_err(), "another program's release.json");
        assert!(check(&out.join("thesis.txt")).is_err(), "a file");
    }

    #[test]
    fn a_folder_that_is_not_finished_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let out = dir.path().join("site");
        let folder = Folder::begin(&out).expect("begun");
        let written = folder.write("a.txt", "", b"abc").expect("written");
        assert_eq!(written.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        drop(folder);
        assert_eq!(fs::read_dir(dir.path()).expect("read").count(), 0);
        let folder = Folder::begin(&out).expect("begun");
        folder.write("a.txt", "", b"abc").expect("written");
        folder.finish().expect("put in place");
        assert_eq!(fs::read(out.join("a.txt")).expect("read"), b"abc");
        assert_eq!(fs::read_dir(dir.path()).expect("read").count(), 1);
    }
}
