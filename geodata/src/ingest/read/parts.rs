//! The files that make up a shapefile: beside each other on the disk, or taken out of an archive.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::limits::MAX_SIDE_BYTES;

/// Shapes and, where they are there, attributes, coordinate system and encoding.
pub(crate) struct Parts {
    pub shp: File,
    pub dbf: Option<File>,
    /// Well-known text of the coordinate system.
    pub prj: Option<String>,
    /// Label of the encoding of the attributes.
    pub cpg: Option<String>,
}

impl Parts {
    /// The files beside a `.shp`, whatever the case of their endings.
    pub(super) fn beside(path: &Path) -> Result<Self> {
        let trouble = |path: &Path, e: &std::io::Error| {
            Error::storage(format!("cannot open {}: {e}", path.display()), "check the file and its permissions")
        };
        if !path.extension().is_some_and(|e| e.eq_ignore_ascii_case("shp")) {
            return Err(Error::invalid(
                format!("{} belongs to a shapefile, but is not its .shp", path.display()),
                "give the .shp, with the .dbf and .prj beside it",
            ));
        }
        let open = |ending: &str| match sibling(path, ending) {
            None => Ok(None),
            Some(at) => File::open(&at).map(Some).map_err(|e| trouble(&at, &e)),
        };
        let text = |ending: &str| -> Result<Option<String>> {
            open(ending)?.map(|f| side_text(f).map_err(|e| trouble(path, &e))).transpose()
        };
        Ok(Self {
            shp: File::open(path).map_err(|e| trouble(path, &e))?,
            dbf: open("dbf")?,
            prj: text("prj")?,
            cpg: text("cpg")?,
        })
    }
}

fn sibling(path: &Path, ending: &str) -> Option<PathBuf> {
    [ending.to_owned(), ending.to_uppercase()].into_iter().map(|e| path.with_extension(e)).find(|p| p.is_file())
}

/// A short text; what is beyond [`MAX_SIDE_BYTES`] is no text that anybody wrote.
pub(super) fn side_text(from: impl Read) -> std::io::Result<String> {
    let mut bytes = vec![];
    from.take(MAX_SIDE_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').trim().to_owned())
}
