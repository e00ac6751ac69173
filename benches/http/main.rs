//! The whole stack on 8 M seeded incidents: import, start, tiles over HTTP. Prints one line a figure.
//!
//! `cargo bench --bench http`; `URBANSAFETY_BENCH_ROWS=1000000` makes it smaller.

mod client;
mod synthetic;

use std::io::{BufWriter, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use client::Connection;
use synthetic::City;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const PROGRAM: &str = env!("CARGO_BIN_EXE_urbansafety");
const SEED: u64 = 20_261_123;
const CATEGORIES: [&str; 20] = [
    "0101", "020111", "020112", "0201", "0205", "02082", "03011", "0401", "040111", "0501", "0502", "050211", "050221",
    "0504", "0601", "0701", "0801", "08021", "0901", "1101",
];
/// Three of the twenty, and thirty days: the filter of the targets.
const FILTER: &str = "datetime=2024-06-01T00:00:00Z/2024-07-01T00:00:00Z&category=0101,0401,0501";
const SOURCE: &str = r#"
id = "synthetic"
title = "Synthetic incidents"
mapping_version = 1
kind = "incidents"
zone = "UTC"
licence = "none needed"
header = ["id", "lon", "lat", "ts", "category"]

[key]
columns = [["id"]]
repeats = "replace"

[[place]]
lon = "lon"
lat = "lat"

[location]
precision = "block"

[time]
columns = ["ts"]
forms = ["%Y-%m-%dT%H:%M:%S"]
basis = "occurred"

[category]
text = "category"
crosswalk = """
CROSSWALK
"""
"#;

fn main() -> Result<()> {
    let rows: u64 = std::env::var("URBANSAFETY_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(8_000_000);
    let dir = tempfile::tempdir()?;
    let (csv, source, data) =
        (dir.path().join("i.csv"), dir.path().join("synthetic.toml"), dir.path().join("city.gpkg"));
    let crosswalk: Vec<String> = CATEGORIES.iter().enumerate().map(|(i, c)| format!("C{i} | | {c} | 1")).collect();
    std::fs::write(&source, SOURCE.replace("CROSSWALK", &crosswalk.join("\n")))?;
    let mut city = City::new(SEED);
    let mut out = BufWriter::new(std::fs::File::create(&csv)?);
    city.write_csv(rows, &mut out)?;
    out.flush()?;
    println!(
        "{rows} rows, {} MB of CSV, {} cores",
        std::fs::metadata(&csv)?.len() >> 20,
        std::thread::available_parallelism()?
    );

    let start = Instant::now();
    let before = cpu_ms("/proc/self/stat", 15)?;
    let done = Command::new(PROGRAM)
        .args(["import", "--json", "--source"])
        .arg(&source)
        .arg("--data")
        .arg(&data)
        .arg(&csv)
        .stdout(Stdio::null())
        .status()?;
    assert!(done.success(), "the import failed");
    let (wall, cpu) = (start.elapsed().as_secs_f64(), (cpu_ms("/proc/self/stat", 15)? - before) / 1000.0);
    println!(
        "import: {wall:.1} s, {cpu:.1} CPU-s, {:.0} rows/s; file {} MB",
        rows as f64 / wall,
        std::fs::metadata(&data)?.len() >> 20
    );

    let (start, before) = (Instant::now(), cpu_ms("/proc/self/stat", 15)?);
    let done = Command::new(PROGRAM).args(["release", "--data"]).arg(&data).stdout(Stdio::null()).status()?;
    assert!(done.success(), "the release failed");
    let (wall, cpu) = (start.elapsed().as_secs_f64(), (cpu_ms("/proc/self/stat", 15)? - before) / 1000.0);
    println!("release: {wall:.1} s, {cpu:.1} CPU-s");

    let token = Command::new(PROGRAM)
        .args(["keys", "create", "--name", "bench", "--tier", "analyst", "--data"])
        .arg(&data)
        .output()?;
    let token = String::from_utf8(token.stdout)?.trim().to_owned();
    let port = 20_000 + (std::process::id() % 20_000) as u16;
    // What is measured is the making of tiles, not the sending of kept ones.
    let config = dir.path().join("bench.toml");
    std::fs::write(&config, "tile_cache_mb = 0\n")?;
    let start = Instant::now();
    let mut server = Server(
        Command::new(PROGRAM)
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(&data)
            .arg("--config")
            .arg(&config)
            .env("URBANSAFETY_LOG", "error")
            .stderr(Stdio::null())
            .spawn()?,
    );
    let stat = format!("/proc/{}/stat", server.0.id());
    let first = city.tile(12, true);
    loop {
        if let Ok(mut c) = Connection::open(port, Some(&token))
            && c.get(&path("cells", "mvt", first))? == 200
        {
            break;
        }
        assert!(
            start.elapsed() < Duration::from_secs(120) && server.0.try_wait()?.is_none(),
            "the service did not start"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    println!(
        "opening to first tile: {:.2} s, resident {} MB",
        start.elapsed().as_secs_f64(),
        resident_mb(server.0.id())?
    );

    for (tier, key) in [("analyst", Some(token.as_str())), ("public", None)] {
        for (layer, format) in [("cells", "mvt"), ("density", "png")] {
            for dense in [false, true] {
                for z in [10, 12, 14, 16] {
                    let mut c = Connection::open(port, key)?;
                    let paths: Vec<String> = (0..400).map(|_| path(layer, format, city.tile(z, dense))).collect();
                    let (before, start, mut bytes) = (cpu_ms(&stat, 13)?, Instant::now(), 0);
                    for p in &paths {
                        let status = c.get(p)?;
                        assert!(status == 200 || status == 204, "{p} gave {status}");
                        bytes += c.last_bytes;
                    }
                    let n = paths.len() as f64;
                    println!(
                        "{layer}.{format} {tier} {} z{z}: {:.2} CPU ms, {:.2} ms, {:.0} bytes a tile",
                        if dense { "where the data is" } else { "anywhere in the city" },
                        (cpu_ms(&stat, 13)? - before) / n,
                        start.elapsed().as_secs_f64() * 1000.0 / n,
                        bytes as f64 / n
                    );
                }
            }
        }
    }
    for (layer, format) in [("cells", "mvt"), ("density", "png")] {
        let paths: Vec<String> =
            (0..4000).map(|i| path(layer, format, city.tile([10, 12, 14, 16][i % 4], false))).collect();
        let per_second = client::load(port, &token, &paths, 8, Duration::from_secs(10))?;
        println!(
            "{layer}.{format} analyst, 8 connections, zooms 10 to 16: {per_second:.0} tiles/s (client on the same cores)"
        );
    }
    for (filter, words) in [(FILTER, "filtered"), ("", "all")] {
        for km in [0.5, 2.0, 8.0] {
            let mut c = Connection::open(port, Some(&token))?;
            // As they are: what is measured is the making of a page, not its packing.
            c.headers = c.headers.replace("Accept-Encoding: gzip\r\n", "");
            let paths: Vec<String> = (0..200).map(|_| items(city.tile(18, false), km, filter)).collect();
            let (before, start, mut bytes) = (cpu_ms(&stat, 13)?, Instant::now(), 0);
            for p in &paths {
                let status = c.get(p)?;
                assert!(status == 200, "{p} gave {status}");
                bytes += c.last_bytes;
            }
            let n = paths.len() as f64;
            println!(
                "incidents as GeoJSON, {words}, box of {km} km, limit 1000, numberMatched: {:.2} CPU ms, {:.2} ms, {:.0} bytes",
                (cpu_ms(&stat, 13)? - before) / n,
                start.elapsed().as_secs_f64() * 1000.0 / n,
                bytes as f64 / n
            );
        }
    }
    println!("resident at the end {} MB", resident_mb(server.0.id())?);
    Ok(())
}

fn path(layer: &str, format: &str, (z, x, y): (u8, u32, u32)) -> String {
    format!("/tiles/{layer}/{z}/{x}/{y}.{format}?{FILTER}")
}

/// A thousand incidents at most in a box with a tile in its middle.
fn items((z, x, y): (u8, u32, u32), km: f64, filter: &str) -> String {
    let side = f64::from(1_u32 << z);
    let (lon, lat) = (
        f64::from(x) / side * 360.0 - 180.0,
        (std::f64::consts::PI * (1.0 - 2.0 * f64::from(y) / side)).sinh().atan().to_degrees(),
    );
    let (dy, dx) = (km / 2.0 / 111.32, km / 2.0 / 111.32 / lat.to_radians().cos());
    let bbox = [lon - dx, lat - dy, lon + dx, lat + dy].map(|v| format!("{v:.6}")).join(",");
    format!("/collections/incidents/items?f=json&limit=1000&bbox={bbox}&{filter}")
}

/// The service, stopped when the benchmark ends however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// User and system time in ms from a `stat` file; `first` is 13 for the process, 15 for its ended children.
fn cpu_ms(stat: &str, first: usize) -> Result<f64> {
    let text = std::fs::read_to_string(stat)?;
    let fields: Vec<&str> = text[text.rfind(')').ok_or("no name in stat")? + 2..].split(' ').collect();
    let ticks = |i: usize| fields[i - 2].parse::<f64>();
    // A clock tick is 10 ms on Linux.
    Ok((ticks(first)? + ticks(first + 1)?) * 10.0)
}

fn resident_mb(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse::<u64>()? >> 10)
}
