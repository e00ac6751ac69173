//! Rows a second that a portal's CSV is read at, without the store, and with it.
//!
//! `cargo bench -p geodata --bench ingest`: one million rows in the columns of Chicago's portal, made from a seed.

use std::io::Write;
use std::time::Instant;

use geodata::Cancel;
use geodata::ingest::{Source, dry_run, import};
use geodata::store::Store;

const ROWS: u64 = 1_000_000;
const HEADER: &str = "ID,Case Number,Date,Block,IUCR,Primary Type,Description,Location Description,Arrest,Domestic,Beat,District,Ward,Community Area,FBI Code,X Coordinate,Y Coordinate,Updated On,Latitude,Longitude";

fn write_rows(path: &std::path::Path) -> std::io::Result<()> {
    let kinds = [
        ("0486", "BATTERY", "DOMESTIC BATTERY SIMPLE"),
        ("0820", "THEFT", "$500 AND UNDER"),
        ("1310", "CRIMINAL DAMAGE", "TO PROPERTY"),
        ("0560", "ASSAULT", "SIMPLE"),
        ("031A", "ROBBERY", "ARMED: HANDGUN"),
        ("0860", "THEFT", "RETAIL THEFT"),
        ("2024", "NARCOTICS", "POSS: HEROIN(WHITE)"),
        ("0610", "BURGLARY", "FORCIBLE ENTRY"),
    ];
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "{HEADER}")?;
    let mut seed = 1u64;
    for i in 0..ROWS {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let r = seed >> 33;
        let (code, kind, detail) = kinds[(r % 8) as usize];
        let (lat, lon) = (41.65 + (r % 30_000) as f64 * 1.2e-5, -87.85 + (r / 30_000 % 20_000) as f64 * 1.6e-5);
        writeln!(
            out,
            "{},HZ{i:06},{:02}/{:02}/2016 {:02}:{:02}:00 {},{:03}XX S STATE ST,{code},{kind},{detail},STREET,{},{},0331,003,5,{},18,1189729,1867390,02/10/2018 03:50:01 PM,{lat:.9},{lon:.9}",
            10_000_000 + i,
            r % 12 + 1,
            r % 28 + 1,
            r % 12 + 1,
            r % 60,
            if r.is_multiple_of(2) { "AM" } else { "PM" },
            r % 400,
            r.is_multiple_of(4),
            r.is_multiple_of(5),
            r % 77 + 1,
        )?;
    }
    out.flush()
}

/// CPU seconds of this thread so far, where the system says (Linux).
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("rows.csv");
    write_rows(&path)?;
    let source = Source::find("chicago")?;
    let (start, busy) = (Instant::now(), cpu());
    let report = dry_run(&source, &path, &Cancel::default())?;
    let (seconds, busy) = (start.elapsed().as_secs_f64(), cpu() - busy);
    println!(
        "read only: {:.0} rows a CPU second ({} rows, {} set aside, {busy:.2} CPU s, {seconds:.2} s)",
        ROWS as f64 / busy,
        report.read,
        report.quarantined
    );
    let mut store = Store::open(&dir.path().join("city.gpkg"))?;
    let (start, busy) = (Instant::now(), cpu());
    let report = import(&mut store, &source, &path, &Cancel::default(), &|_, _| {})?;
    let (seconds, busy) = (start.elapsed().as_secs_f64(), cpu() - busy);
    println!(
        "with the store: {:.0} rows/s ({} stored, {seconds:.2} s; the writing thread {busy:.2} CPU s)",
        ROWS as f64 / seconds,
        report.stored
    );
    for file in std::env::args().skip(1).filter(|a| !a.starts_with('-')) {
        let (start, busy) = (Instant::now(), cpu());
        let path = std::path::Path::new(&file);
        let report = dry_run(&Source::detect(path)?, path, &Cancel::default())?;
        let (seconds, busy) = (start.elapsed().as_secs_f64(), cpu() - busy);
        println!("{file}: {} rows, {busy:.2} CPU s, {seconds:.2} s", report.read);
    }
    Ok(())
}
