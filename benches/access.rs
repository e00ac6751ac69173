//! What access costs a request: an entry of the log, and proving a key that is known.
//!
//! `cargo bench --bench access`; not criterion, because the figures are means over many calls.

use std::sync::Arc;
use std::time::Instant;

use axum::http::{HeaderMap, HeaderValue, header};
use geodata::model::Tier;
use geodata::store::audit::{Entry, Log, verify};
use geodata::store::{Store, keys};
use urbansafety::access::{Access, FileKeys, KeyBook, Trail};

/// Calls of each.
const CALLS: u32 = 20_000;

fn measure(what: &str, mut call: impl FnMut()) {
    call();
    let start = Instant::now();
    (0..CALLS).for_each(|_| call());
    println!("{what:<44} {:>8.2} microseconds", start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir_in(std::env::var("FOLDER").unwrap_or_else(|_| ".".to_owned()))?;
    let path = folder.path().join("city.gpkg");
    let mut store = Store::open(&path)?;
    let (_, token) = keys::create(&mut store, "analysis unit", Tier::Analyst, None)?;
    for n in 0..100 {
        keys::create(&mut store, &format!("unit {n}"), Tier::Partner, None)?;
    }
    let log = Log::new(&path, |error| eprintln!("{error}"));
    let asked = "GET /collections/incidents/items?bbox=-87.7,41.8,-87.6,41.9&datetime=2018&limit=100";
    let mut failed = 0;
    measure("an entry of the access log", || {
        let entry = Entry {
            purpose: "council briefing".to_owned(),
            ..Entry::now("0a1b2c3d analysis unit", Tier::Analyst, asked)
        };
        failed += u32::from(log.write(entry).is_err());
    });
    drop(log);
    let start = Instant::now();
    let found = verify(&store)?;
    println!("verifying {} entries: {:.3} s, {failed} lost", found.entries, start.elapsed().as_secs_f64());

    let book = FileKeys(path.clone());
    book.find(token.reveal())?;
    // A file that changed this very moment is looked at anew with every request.
    std::thread::sleep(std::time::Duration::from_millis(50));
    let mut changed = 0;
    measure("whether a key may have changed", || changed += u32::from(book.mark().is_none()));
    measure("looking a key up among 101", || changed += u32::from(book.find(token.reveal()).is_err()));
    let access = Access::new(Arc::new(FileKeys(path.clone())), None);
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {}", token.reveal()))?);
    headers.insert("purpose", HeaderValue::from_static("council briefing"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    measure("proving a key that is known", || {
        let proven = runtime.block_on(access.caller(&headers, None, &Trail::default()));
        changed += u32::from(proven.is_err());
    });
    assert_eq!((failed, changed), (0, 0));
    Ok(())
}
