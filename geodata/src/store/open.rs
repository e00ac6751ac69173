//! Opening a city's file: made if missing, migrated if old, refused with a reason if it is something else.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::fault::fault;
use super::{BUSY_SECONDS, Store, schema};
use crate::error::{Error, Result};

/// Bytes of a page: larger than SQLite's usual 4096 because rows are appended and scanned in order.
const PAGE_BYTES: u32 = 16_384;
/// Page cache of one connection, KiB (the minus sign is SQLite's way to say so).
const CACHE_KIB: i32 = -65_536;
/// Pages of the write-ahead log after which it is carried over into the file.
const CHECKPOINT_PAGES: u32 = 4_000;

impl Store {
    /// Opens a city's file for reading and writing; makes it if it is missing and migrates it if it is older.
    ///
    /// # Errors
    /// Says whether the file is read-only, damaged, not a GeoPackage, another program's GeoPackage or of a newer
    /// version, or the disk is full, and what to do.
    pub fn open(path: &Path) -> Result<Self> {
        missing_folder(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let bad = |e: rusqlite::Error| fault(path, "opening", &e);
        let mut conn = Connection::open_with_flags(path, flags).map_err(bad)?;
        conn.busy_timeout(Duration::from_secs(BUSY_SECONDS)).map_err(bad)?;
        let is_new = recognise(&conn, path)?;
        if conn.is_readonly("main").map_err(bad)? {
            return Err(Error::storage(
                format!("opening {}: the file may not be written", path.display()),
                "give this user write permission for the file and its folder, or use a copy elsewhere",
            ));
        }
        if is_new {
            conn.pragma_update(None, "page_size", PAGE_BYTES).map_err(bad)?;
        }
        let mode = write_ahead(&conn).map_err(bad)?;
        if mode != "wal" {
            return Err(Error::storage(
                format!("opening {}: no write-ahead log can be kept beside it (journal mode {mode:?})", path.display()),
                "put the file on a local disk; network folders cannot hold a city's file",
            ));
        }
        conn.pragma_update(None, "synchronous", "FULL").map_err(bad)?;
        conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES).map_err(bad)?;
        conn.pragma_update(None, "cache_size", CACHE_KIB).map_err(bad)?;
        conn.pragma_update(None, "foreign_keys", false).map_err(bad)?;
        migrate(&mut conn, path)?;
        Ok(Self { conn, path: path.to_owned() })
    }

    /// Opens a city's file for reading only. The file and its folder need not be writable.
    ///
    /// # Errors
    /// As [`Store::open`]; also a file that is missing or of an older version, which only a writer can migrate.
    pub fn open_read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(Error::storage(
                format!("{} does not exist", path.display()),
                "make it with `urbansafety import --data FILE ...` or `urbansafety demo --data FILE`",
            ));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let bad = |e: rusqlite::Error| fault(path, "opening", &e);
        let mut conn = Connection::open_with_flags(path, flags).map_err(bad)?;
        conn.busy_timeout(Duration::from_secs(BUSY_SECONDS)).map_err(bad)?;
        let first_read = conn.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get::<_, i64>(0));
        let no_log = matches!(
            first_read.as_ref().err().and_then(rusqlite::Error::sqlite_error_code),
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
        );
        if no_log && !has_log(path) {
            // The folder may not be written, so nobody else can be writing: the file is as good as immutable.
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            conn = Connection::open_with_flags(immutable_uri(path), flags).map_err(bad)?;
        }
        if recognise(&conn, path)? {
            return Err(not_ours(path, "it is an empty file"));
        }
        conn.pragma_update(None, "cache_size", CACHE_KIB).map_err(bad)?;
        match schema::version(&conn).map_err(bad)? {
            Some(version) if version < CURRENT => Err(Error::storage(
                format!("opening {}: its schema is version {version}, this program reads {CURRENT}", path.display()),
                "open it once for writing, for example with `urbansafety check`, and it is brought up to date",
            )),
            _ => Ok(Self { conn, path: path.to_owned() }),
        }
    }

    /// Opens a city's file for reading; one of an older version is brought up to date first.
    ///
    /// # Errors
    /// As [`Store::open_read`], and as [`Store::open`] for an older file.
    pub fn open_read_migrated(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // What cannot be opened or read here is said in words below.
        let version = Connection::open_with_flags(path, flags).and_then(|conn| schema::version(&conn));
        if version.is_ok_and(|v| v.is_some_and(|v| v < CURRENT)) {
            drop(Self::open(path)?);
        }
        Self::open_read(path)
    }

    /// Opens `n` more readers of the same file that all see the same generation, however much is written meanwhile;
    /// each may go to a thread of its own.
    ///
    /// # Errors
    /// The file cannot be read, or changes so fast that no common state is found in 100 tries.
    pub(crate) fn readers(&self, n: usize) -> Result<Vec<Self>> {
        for _ in 0..100 {
            let readers: Vec<Self> = (0..n).map(|_| Self::open_read(&self.path)).collect::<Result<_>>()?;
            let mut generations = Vec::with_capacity(n);
            for reader in &readers {
                reader.conn.execute_batch("BEGIN").map_err(reader.fault("reading"))?;
                generations.push(reader.generation()?);
            }
            if generations.windows(2).all(|g| g[0] == g[1]) {
                return Ok(readers);
            }
        }
        Err(Error::storage(
            format!("{} changes faster than it can be read", self.path.display()),
            "wait until the import is done",
        ))
    }
}

/// Turns the write-ahead log on and returns the journal mode. SQLite does not wait for others here, so this does: another
/// process may be making the same file.
fn write_ahead(conn: &Connection) -> rusqlite::Result<String> {
    let until = Instant::now() + Duration::from_secs(BUSY_SECONDS);
    loop {
        let mode = conn.query_row("PRAGMA journal_mode = WAL", [], |r| r.get(0));
        let code = mode.as_ref().err().and_then(rusqlite::Error::sqlite_error_code);
        if !matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) || Instant::now() >= until {
            return mode;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Version of the schema that this program makes.
const CURRENT: i64 = schema::MIGRATIONS.len() as i64;

/// Whether the file is empty and may be made ours; an error if it is neither empty nor a city's file.
fn recognise(conn: &Connection, path: &Path) -> Result<bool> {
    let bad = |e: rusqlite::Error| fault(path, "opening", &e);
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get(0)).map_err(bad)?;
    let application: i64 = conn.query_row("PRAGMA application_id", [], |r| r.get(0)).map_err(bad)?;
    if tables == 0 && (application == 0 || application == schema::APPLICATION_ID) {
        return Ok(true);
    }
    if application != schema::APPLICATION_ID || !schema::has_table(conn, "gpkg_contents").map_err(bad)? {
        return Err(not_ours(path, "it is an SQLite file of another program, not a GeoPackage"));
    }
    match schema::version(conn).map_err(bad)? {
        None => Err(not_ours(path, "it is a GeoPackage, but not a city's data file")),
        Some(version) if version > CURRENT => Err(Error::storage(
            format!(
                "opening {}: it was made by a newer program (schema {version}, this one knows {CURRENT})",
                path.display()
            ),
            "update urbansafety; nothing was changed in the file",
        )),
        Some(_) => Ok(false),
    }
}

fn not_ours(path: &Path, why: &str) -> Error {
    Error::storage(
        format!("opening {}: {why}", path.display()),
        "give a new path for the city's data file, and bring other files in with `urbansafety import`; nothing was changed",
    )
}

fn missing_folder(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => Err(Error::storage(
            format!("opening {}: the folder {} does not exist", path.display(), folder.display()),
            "make the folder first, or correct the path",
        )),
        _ if path.is_dir() => {
            Err(Error::storage(format!("opening {}: it is a folder", path.display()), "give the path of a file"))
        }
        _ => Ok(()),
    }
}

/// Brings the schema up to date, each version in a transaction of its own. Another process may have been faster.
fn migrate(conn: &mut Connection, path: &Path) -> Result<()> {
    let bad = |e: rusqlite::Error| fault(path, "preparing", &e);
    loop {
        let at = schema::version(conn).map_err(bad)?.unwrap_or(0);
        if at >= CURRENT {
            return Ok(());
        }
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(bad)?;
        if schema::version(&tx).map_err(bad)?.unwrap_or(0) != at {
            continue;
        }
        if at == 0 {
            tx.pragma_update(None, "application_id", schema::APPLICATION_ID).map_err(bad)?;
            tx.pragma_update(None, "user_version", schema::GEOPACKAGE_VERSION).map_err(bad)?;
            schema::create_geopackage(&tx).map_err(bad)?;
        }
        let step = usize::try_from(at).unwrap_or(0);
        tx.execute_batch(schema::MIGRATIONS[step]).map_err(bad)?;
        tx.execute("UPDATE urbansafety_meta SET value = ?1 WHERE name = 'schema_version'", [at + 1]).map_err(bad)?;
        tx.commit().map_err(bad)?;
    }
}

/// Whether a write-ahead log with something in it stands beside the file.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).is_ok_and(|m| m.len() > 0)
}

/// The path as an SQLite URI that promises that nobody writes.
fn immutable_uri(path: &Path) -> String {
    let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{escaped}?immutable=1")
}
