//! Where tests find real files: `URBANSAFETY_SHARED`, or the folder `shared` beside the repository.

use std::path::PathBuf;

/// A file or folder below the shared folder; `None`, with a printed line, where it is not there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("URBANSAFETY_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    println!("skipped: {} is not there", found.display());
    None
}
