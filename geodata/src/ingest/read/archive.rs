//! Takes the one file out of a zip archive, or the files of the one shapefile; never writes where a name in it says.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;
use zip::ZipArchive;

use super::parts::{Parts, side_text};
use crate::error::{Error, Kind, Result};
use crate::limits::{MAX_ARCHIVE_FILES, MAX_UNPACK_RATIO, MAX_UNPACKED_BYTES, UNSUSPICIOUS_BYTES};

/// What was in the archive, with its name there.
pub(super) enum Taken {
    File(String, NamedTempFile),
    Shapefile(String, Parts),
}

/// Endings of files that may be meant, the likelier ones first: beside shapes, a table is a list of columns or a licence.
const MEANT: [&[&str]; 3] =
    [&["shp", "gpkg", "fgb", "geojson", "parquet", "geoparquet"], &["csv", "tsv", "json", "ndjson", "pbf"], &["txt"]];
const PACKED: [&str; 6] = ["zip", "gz", "7z", "rar", "bz2", "xz"];

/// Takes what `layer` names, or the one file that is meant.
///
/// # Errors
/// No file or several that may be meant (they are named), a name that leads out of the archive, an encrypted or damaged file, one
/// that unpacks to more than its size lets expect.
pub(super) fn take(path: &Path, layer: Option<&str>) -> Result<Taken> {
    let mut archive = Archive::open(path)?;
    let at = archive.choose(layer)?;
    let name = archive.names[at].clone();
    if ending(&name) != "shp" {
        return Ok(Taken::File(name, archive.unpack(at)?));
    }
    let base = stem(&name).to_owned();
    let beside = |archive: &Archive<'_>, wanted: &str| {
        archive.names.iter().position(|n| stem(n).eq_ignore_ascii_case(&base) && ending(n) == wanted)
    };
    let shp = archive.unpack(at)?.into_file();
    let dbf = beside(&archive, "dbf").map(|at| archive.unpack(at)).transpose()?.map(NamedTempFile::into_file);
    let prj = beside(&archive, "prj").map(|at| archive.text(at)).transpose()?;
    let cpg = beside(&archive, "cpg").map(|at| archive.text(at)).transpose()?;
    Ok(Taken::Shapefile(name, Parts { shp, dbf, prj, cpg }))
}

struct Archive<'a> {
    path: &'a Path,
    zip: ZipArchive<File>,
    names: Vec<String>,
}

impl<'a> Archive<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| {
            Error::storage(format!("cannot open {}: {e}", path.display()), "check the file and its permissions")
        })?;
        let zip = ZipArchive::new(file).map_err(|e| {
            Error::invalid(
                format!("{} cannot be read as a zip archive: {e}", path.display()),
                "its table of contents is at the end: it was cut off or damaged, download it again",
            )
        })?;
        if zip.len() > MAX_ARCHIVE_FILES {
            return Err(Error::new(
                Kind::TooLarge,
                format!("{} holds {} files, more than {MAX_ARCHIVE_FILES}", path.display(), zip.len()),
                "unpack it, and give the file that is meant",
            ));
        }
        let names: Vec<String> = (0..zip.len())
            .map(|i| zip.name_for_index(i))
            .map(|n| n.and_then(std::result::Result::ok).map_or_else(String::new, |n| n.into_owned()))
            .collect();
        if let Some(name) = names.iter().find(|n| leads_out(n)) {
            return Err(Error::invalid(
                format!(
                    "{} holds a file whose name leads out of the archive: {}",
                    path.display(),
                    super::shorten(name)
                ),
                "such an archive was made to do harm, or by a broken program: unpack it with care",
            ));
        }
        Ok(Self { path, zip, names })
    }

    fn choose(&self, layer: Option<&str>) -> Result<usize> {
        let named = self.path.display();
        let is_there = |ending_of: &[&str]| {
            let here =
                self.names.iter().enumerate().filter(|(_, n)| !is_hidden(n) && ending_of.contains(&ending(n).as_str()));
            here.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let list = |of: &[usize]| {
            let shown: Vec<&str> = of.iter().take(12).map(|at| self.names[*at].as_str()).collect();
            super::shorten(&format!("{}{}", shown.join(", "), if of.len() > 12 { ", ..." } else { "" }))
        };
        if self.names.iter().any(|n| n == "[Content_Types].xml") {
            return Err(Error::invalid(
                format!("{named} is a spreadsheet or document (zip), which is not read"),
                "save it as CSV",
            ));
        }
        if let Some(layer) = layer {
            let all: Vec<usize> = MEANT.iter().flat_map(|endings| is_there(endings)).collect();
            let short = |n: &str| stem(n.rsplit('/').next().unwrap_or(n)).to_owned();
            let fits = |at: &&usize| {
                self.names[**at].eq_ignore_ascii_case(layer) || short(&self.names[**at]).eq_ignore_ascii_case(layer)
            };
            // The layer may also be one of the only GeoPackage's.
            let packages = is_there(&["gpkg"]);
            let one = if let [one] = packages[..] { Some(one) } else { None };
            return all.iter().find(fits).copied().or(one).ok_or_else(|| {
                Error::invalid(
                    format!("{named} has no layer {layer:?}; it has {}", list(&all)),
                    "give one of them as format.layer",
                )
            });
        }
        for endings in MEANT {
            match &is_there(endings)[..] {
                [] => {}
                [one] => return Ok(*one),
                several => {
                    return Err(Error::invalid(
                        format!("{named} holds several files that may be meant: {}", list(several)),
                        "unpack the one that is meant, or name it as format.layer in a source file",
                    ));
                }
            }
        }
        let packed = is_there(&PACKED);
        if !packed.is_empty() {
            return Err(Error::invalid(
                format!("{named} is packed twice: it holds {}", list(&packed)),
                "unpack it, and give the file itself",
            ));
        }
        let all: Vec<usize> = (0..self.names.len()).collect();
        Err(Error::invalid(
            format!("{named} is a zip archive without a file that is read; it holds {}", list(&all)),
            "give an archive of a shapefile, GeoPackage, FlatGeobuf, GeoJSON, Parquet or CSV",
        ))
    }

    /// Unpacks a file into a temporary one, whose name has nothing of the archive's.
    fn unpack(&mut self, at: usize) -> Result<NamedTempFile> {
        let name = format!("{}/{}", self.path.display(), super::shorten(&self.names[at]));
        let damaged = |e: &dyn std::fmt::Display| {
            Error::invalid(
                format!("cannot unpack {name}: {e}"),
                "the archive was cut off or damaged: download it again",
            )
        };
        let entry = self.zip.by_index(at).map_err(|e| match e {
            zip::result::ZipError::UnsupportedArchive(why) => Error::invalid(
                format!("cannot unpack {name}: {why}"),
                "an encrypted file, or one packed otherwise than with deflate, is not read: unpack it yourself",
            ),
            e => damaged(&e),
        })?;
        let bound = entry.compressed_size().saturating_mul(MAX_UNPACK_RATIO).max(UNSUSPICIOUS_BYTES);
        let bound = bound.min(MAX_UNPACKED_BYTES);
        let here =
            |e: &io::Error| Error::storage(format!("cannot unpack {name}: {e}"), "check the space for temporary files");
        let mut out = NamedTempFile::new().map_err(|e| here(&e))?;
        let mut from = entry.take(bound + 1);
        let mut block = vec![0_u8; 1 << 18];
        let mut written = 0_u64;
        loop {
            let n = from.read(&mut block).map_err(|e| damaged(&e))?;
            if n == 0 {
                break;
            }
            written += n as u64;
            if written > bound {
                return Err(Error::new(
                    Kind::TooLarge,
                    format!("{name} unpacks to more than {bound} bytes, too much for what it is packed to"),
                    "unpack it yourself if it is what you expect",
                ));
            }
            out.write_all(&block[..n]).map_err(|e| here(&e))?;
        }
        out.as_file_mut().seek(SeekFrom::Start(0)).map_err(|e| here(&e))?;
        Ok(out)
    }

    fn text(&mut self, at: usize) -> Result<String> {
        side_text(self.unpack(at)?.into_file())
            .map_err(|e| Error::storage(format!("cannot unpack {}: {e}", self.path.display()), "check the file"))
    }
}

/// Whether a name would write outside of the folder that an archive is unpacked into.
fn leads_out(name: &str) -> bool {
    let absolute = name.starts_with(['/', '\\']) || name.as_bytes().get(1) == Some(&b':');
    absolute || name.split(['/', '\\']).any(|part| part == "..") || name.contains('\0')
}

/// What an operating system leaves in archives.
fn is_hidden(name: &str) -> bool {
    name.ends_with('/') || name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

fn ending(name: &str) -> String {
    name.rsplit('/').next().and_then(|n| n.rsplit_once('.')).map_or(String::new(), |(_, e)| e.to_ascii_lowercase())
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
