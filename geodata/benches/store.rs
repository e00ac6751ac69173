//! How many made-up rows a second the store takes, recognises as unchanged, and reads.
//!
//! `cargo bench -p geodata --bench store` (rows: `ROWS=8000000`); not criterion, because one run is the measurement.

use std::time::Instant;

use geodata::demo;
use geodata::store::{Store, synthetic};

/// Seconds that this thread has run; other programs on the machine do not count. 0 where the system does not say.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn main() -> geodata::Result<()> {
    let rows: u64 = std::env::var("ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000_000);
    let folder = tempfile::tempdir_in(std::env::var("FOLDER").unwrap_or_else(|_| ".".to_owned()))
        .map_err(|e| geodata::Error::storage(e.to_string(), ""))?;
    let path = folder.path().join("city.gpkg");
    let mut store = Store::open(&path)?;
    let measure = |what: &str, work: &mut dyn FnMut() -> geodata::Result<()>| {
        let (start, cpu) = (Instant::now(), cpu_seconds());
        work()?;
        let (s, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        println!(
            "{what:<28} {rows} rows in {s:.2} s, {cpu:.2} CPU-s: {:.0} rows a second, {:.0} a CPU-s",
            rows as f64 / s,
            rows as f64 / cpu
        );
        geodata::Result::Ok(())
    };
    measure("insert, keys in order", &mut || synthetic::fill(&mut store, rows, 1).map(drop))?;
    measure("again, nothing changed", &mut || synthetic::fill(&mut store, rows, 1).map(drop))?;
    measure("scan", &mut || synthetic::scan(&store).map(drop))?;
    let bytes = std::fs::metadata(&path).map_or(0, |m| m.len());
    println!("file: {:.1} bytes a row", bytes as f64 / rows as f64);
    // The demo city; `KEEP=FILE.gpkg` keeps it, to be looked at.
    let path = std::env::var("KEEP").map_or_else(|_| folder.path().join("demo.gpkg"), Into::into);
    let mut store = Store::open(&path)?;
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let truth = demo::generate(1, 200_000, &mut store, &|_, _| {})?;
    truth.write_beside(&path)?;
    println!("demo city, 200000 incidents: {:.2} s, {:.2} CPU-s", start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    Ok(())
}
