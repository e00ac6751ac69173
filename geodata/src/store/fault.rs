//! Trouble of SQLite and the disk, said as what is wrong with which file and what to do about it.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::Error;

/// The library's error for trouble of SQLite while `doing` something to the file at `path`.
pub(super) fn fault(path: &Path, doing: &str, error: &rusqlite::Error) -> Error {
    let file = path.display();
    let (what, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => (
            format!("{doing} {file}: the disk is full"),
            "the file is intact and holds every batch that was acknowledged; make room and run the same command again",
        ),
        Some(ErrorCode::ReadOnly) => (
            format!("{doing} {file}: the file or its folder may not be written"),
            "give this user write permission for the file and its folder, or use a copy elsewhere",
        ),
        Some(ErrorCode::NotADatabase) => (
            format!("{doing} {file}: it is not an SQLite file, so it is not a GeoPackage"),
            "give the path of a city's data file (.gpkg); `urbansafety import` makes one from CSV, GeoJSON or Parquet",
        ),
        Some(ErrorCode::DatabaseCorrupt) => (
            format!("{doing} {file}: the file is damaged or cut short"),
            "restore it from a backup, or import the source files again into a new file; `urbansafety check` lists the damage",
        ),
        Some(ErrorCode::CannotOpen) => (
            format!("{doing} {file}: it cannot be opened"),
            "check that the folder exists and that this user may write in it (SQLite keeps a -wal file beside the data file)",
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            format!("{doing} {file}: another program has been writing for more than {} s", super::BUSY_SECONDS),
            "wait for the other import or close the file in QGIS, then run the same command again",
        ),
        Some(ErrorCode::SystemIoFailure) => (
            format!("{doing} {file}: the disk failed ({error})"),
            "check the disk and its free space; the file keeps every batch that was acknowledged",
        ),
        Some(ErrorCode::PermissionDenied) => (
            format!("{doing} {file}: permission denied"),
            "give this user read and write permission for the file and its folder",
        ),
        _ => (
            format!("{doing} {file}: {error}"),
            "run `urbansafety check` on the file; if it finds nothing, report this as a fault of the program",
        ),
    };
    Error::storage(what, hint)
}
