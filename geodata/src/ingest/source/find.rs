//! Finding the source of a file: by id, by path of a TOML file, or by the file's header.

use std::path::Path;

use geo_types::Geometry;

use super::describe::{Source, SourceKind};
use super::drift;
use super::fold::{fold, nearest};
use super::load::SOURCES;
use crate::error::{Error, Kind, Result};
use crate::ingest::{map, read};

impl Source {
    /// A built-in source by its id, or one read from a TOML file.
    ///
    /// # Errors
    /// No such source (with the nearest id), or what is wrong in the file.
    pub fn find(id_or_path: &str) -> Result<Self> {
        if let Some(source) = SOURCES.iter().find(|s| s.id == id_or_path) {
            return Ok(source.clone());
        }
        let path = Path::new(id_or_path);
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")) {
            let text = std::fs::read_to_string(path).map_err(|e| {
                Error::new(Kind::NotFound, format!("cannot read source file {id_or_path}: {e}"), "check the path")
            })?;
            return Self::from_toml(&text, id_or_path);
        }
        let ids = || SOURCES.iter().map(|s| s.id.as_str());
        let hint = nearest(id_or_path, ids()).map_or_else(
            || format!("built in are {}; or give the path of a .toml file", ids().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean {near:?}? `urbansafety sources` lists all"),
        );
        Err(Error::new(Kind::NotFound, format!("no source is called {id_or_path:?}"), hint))
    }

    /// The built-in source whose columns a file has, the one with the most of them first; a generic source where none fits.
    ///
    /// Case, spaces, underscores and accents of the columns do not count, nor their order.
    ///
    /// # Errors
    /// The file cannot be read, or its header is nearly that of a built-in source: then guessing would hide that it has changed.
    pub fn detect(path: &Path) -> Result<Self> {
        let header = Header::of(path)?;
        let found = SOURCES.iter().filter(|s| header.is_of(s)).max_by_key(|s| s.header.len());
        if let Some(source) = found {
            return Ok(source.clone());
        }
        match drift::nearly(&header, path) {
            Some(drifted) => Err(drifted),
            None => header.generic(path),
        }
    }

    /// The generic source for what a file holds: areas, streets, incidents where a column is known to hold a date, or services.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn generic(path: &Path) -> Result<Self> {
        Header::of(path)?.generic(path)
    }
}

/// What a file is known by.
pub(super) struct Header {
    /// Name of the file, folded.
    file: String,
    pub names: Vec<String>,
    pub folded: Vec<String>,
    /// Whether rows have a geometry, and its EPSG code where the file says.
    pub geometry: Option<Option<u16>>,
    first: Shape,
}

impl Header {
    fn of(path: &Path) -> Result<Self> {
        let table = read::open(path, &super::Format::default())?;
        let names = table.columns().to_vec();
        let geometry = table.has_geometry().then(|| table.epsg());
        Ok(Self {
            file: fold(&path.file_name().unwrap_or_default().to_string_lossy()),
            folded: names.iter().map(|c| fold(c)).collect(),
            names,
            first: if geometry.is_some() { first_shape(table)? } else { Shape::Other },
            geometry,
        })
    }

    /// Whether it has a column, or one of the alternatives of its name.
    pub(super) fn has(&self, wanted: &str) -> bool {
        match wanted.strip_prefix("file:") {
            Some(part) => self.file.contains(&fold(part)),
            None => wanted.split('|').any(|w| self.folded.contains(&fold(w))),
        }
    }

    fn is_of(&self, source: &Source) -> bool {
        !source.header.is_empty()
            && (source.kind != SourceKind::Streets || self.first == Shape::Line)
            && source.header.iter().all(|wanted| self.has(wanted))
    }

    fn generic(&self, path: &Path) -> Result<Source> {
        let generic = match (self.geometry.is_some(), map::has_date(&self.names)) {
            (true, _) if self.first == Shape::Area => "generic-areas",
            (true, false) if self.first == Shape::Line => "generic-streets",
            (true, true) => "generic-geojson",
            (true, false) => "generic-resources",
            (false, _) => "generic-csv",
        };
        SOURCES.iter().find(|s| s.id == generic).cloned().ok_or_else(|| {
            Error::invalid(
                format!("{}: no source fits its columns {:?}", path.display(), self.names),
                "give --source with an id or a .toml file",
            )
        })
    }
}

/// What kind the first geometry of a file is.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Shape {
    Area,
    Line,
    Other,
}

fn first_shape(table: Box<dyn read::Table>) -> Result<Shape> {
    let wanted = vec![false; table.columns().len()];
    let mut first = Shape::Other;
    let looked = table.rows(&wanted, &mut |event| match event {
        read::Event::Row(row) => match row.geometry() {
            Ok(Some(g)) => {
                first = match g {
                    Geometry::Polygon(_) | Geometry::MultiPolygon(_) => Shape::Area,
                    Geometry::LineString(_) | Geometry::MultiLineString(_) => Shape::Line,
                    _ => Shape::Other,
                };
                Err(Error::cancelled())
            }
            _ => Ok(()),
        },
        read::Event::Bad(_) => Ok(()),
    });
    match looked {
        Err(e) if e.kind != Kind::Cancelled => Err(e),
        _ => Ok(first),
    }
}
