//! Has a data file changed? Told without opening it, so that a service may ask with every request and holds nothing open.

use std::io::Read;
use std::path::Path;
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::xxh3_64;

/// Bytes at the beginning of the index of the write-ahead log (`-shm`) that change with every commit: its header, twice.
/// <https://sqlite.org/walformat.html#the_wal_index_header>
const INDEX_HEADER: usize = 96;
/// Two changes within so short a time may bear the same time: file systems count in ticks.
const TICK: Duration = Duration::from_millis(20);

/// A number that changes with every commit to the data file, whichever process made it, and with the file itself. It
/// costs some microseconds. `None` where there is no file, or it changed so recently that the next change might not show.
#[must_use]
pub fn mark(data: &Path) -> Option<u64> {
    let file = std::fs::metadata(data).ok()?;
    let modified = file.modified().ok()?;
    // A time in the future is none that can be relied on.
    if SystemTime::now().duration_since(modified).ok()? < TICK {
        return None;
    }
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let (device, inode) = identity(&file);
    let mut state = Vec::with_capacity(32 + INDEX_HEADER);
    for number in [device, inode, file.len(), since.as_nanos() as u64] {
        state.extend(number.to_le_bytes());
    }
    let mut index = data.as_os_str().to_owned();
    index.push("-shm");
    // Without an index nobody has the file open, and every commit is in the file itself.
    if let Ok(index) = std::fs::File::open(index) {
        index.take(INDEX_HEADER as u64).read_to_end(&mut state).ok()?;
    }
    Some(xxh3_64(&state))
}

#[cfg(unix)]
fn identity(file: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Tier;
    use crate::store::{Store, keys};

    #[test]
    fn every_commit_changes_the_mark_and_reading_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("city.gpkg");
        assert_eq!(mark(&path), None);
        let settled = || {
            std::thread::sleep(2 * TICK);
            mark(&path).expect("settled")
        };
        let mut seen = std::collections::BTreeSet::new();
        let mut writer = Store::open(&path).expect("a new file");
        for n in 0..20 {
            // A writer that stays, one that comes and goes, and readers beside both.
            let _reader = (n % 3 == 0).then(|| Store::open_read(&path).expect("opened"));
            let mut other = Store::open(&path).expect("opened");
            let store = if n % 2 == 0 { &mut writer } else { &mut other };
            let (key, _) = keys::create(store, "x", Tier::Partner, None).expect("a key");
            assert!(seen.insert(settled()), "after a key was made, round {n}");
            keys::revoke(store, &key.id).expect("revoked");
            assert!(seen.insert(settled()), "after it was revoked, round {n}");
        }
        drop(writer);
        for _ in 0..5 {
            // Alone, so that each closing carries the log over into the file.
            keys::create(&mut Store::open(&path).expect("opened"), "x", Tier::Partner, None).expect("a key");
            assert!(seen.insert(settled()), "after a writer that was alone");
        }
        let before = settled();
        for _ in 0..3 {
            keys::list(&Store::open_read(&path).expect("opened")).expect("readable");
        }
        // The first reader may make the index anew; the others change nothing.
        let after = settled();
        keys::list(&Store::open_read(&path).expect("opened")).expect("readable");
        assert!(settled() == after && !seen.remove(&0), "{before} {after}");
    }
}
