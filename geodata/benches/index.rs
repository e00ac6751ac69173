//! What the index costs on made-up rows: building, memory, tiles, boxes, polygons, radii, grids.
//!
//! `cargo bench -p geodata --bench index` (rows: `ROWS=1000000`, rows a segment: `SEGMENT_ROWS=65536`; `FILE=city.gpkg`
//! measures the building from a data file instead, made where it is missing). Not criterion:
//! one number a line, in CPU milliseconds of all threads, which is what counts on a shared machine.

use geo_types::{LineString, MultiPolygon, Polygon};
use geodata::index::synthetic::{Synthetic, categories};
use geodata::index::{Place, Query, Snapshot};
use geodata::model::{Interval, LocalTime, LonLat, LonLatBox};
use geodata::store::{Store, synthetic};

/// CPU seconds of the whole process so far.
fn cpu_seconds() -> f64 {
    let mut ns = 0.0;
    for task in std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let text = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        ns += text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0);
    }
    ns / 1e9
}

/// CPU seconds with those of threads that have ended, in hundredths.
fn total_cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Memory in MB: `VmRSS:` now, `VmHWM:` at most so far.
fn memory_mb(which: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kb = text.lines().find_map(|l| l.strip_prefix(which)).and_then(|l| l.trim().split(' ').next()?.parse().ok());
    kb.unwrap_or(0.0) / 1024.0
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|n| n.parse().ok())
}

/// Mean CPU milliseconds and the sum of what came out.
fn measure(what: &str, times: u32, mut work: impl FnMut(u32) -> geodata::Result<u64>) -> geodata::Result<()> {
    work(0)?;
    let (cpu, wall) = (cpu_seconds(), std::time::Instant::now());
    let mut sum = 0;
    for k in 0..times {
        sum += work(k)?;
    }
    let n = f64::from(times);
    println!(
        "{what:<44} {:>9.4} CPU ms {:>9.4} ms   {:>9.0} incidents",
        (cpu_seconds() - cpu) * 1e3 / n,
        wall.elapsed().as_secs_f64() * 1e3 / n,
        sum as f64 / n
    );
    Ok(())
}

fn tile(lon: f64, lat: f64, z: u8) -> (u32, u32) {
    let side = f64::from(1u32 << z);
    let s = lat.to_radians().sin();
    let y = 0.5 - ((1.0 + s) / (1.0 - s)).ln() / (4.0 * std::f64::consts::PI);
    (((lon / 360.0 + 0.5) * side) as u32, (y * side) as u32)
}

/// Tiles over the city, evenly; or the fullest of them, which is where people look.
fn tiles(city: &Synthetic, z: u8, dense: bool) -> geodata::Result<Vec<(u32, u32)>> {
    let mut found = Vec::new();
    for i in 0..20 {
        for j in 0..20 {
            let (lon, lat) = (9.76 + 0.48 * f64::from(i) / 19.0, 44.83 + 0.34 * f64::from(j) / 19.0);
            found.push(tile(lon, lat, z));
        }
    }
    found.sort_unstable();
    found.dedup();
    if dense {
        let mut by_count = Vec::new();
        for &(x, y) in &found {
            let n: u64 = city.tile(&Query::default(), z, x, y, 6)?.iter().map(|&c| u64::from(c)).sum();
            by_count.push((n, x, y));
        }
        by_count.sort_unstable();
        found = by_count.into_iter().rev().take(20).map(|(_, x, y)| (x, y)).collect();
    }
    Ok(found)
}

fn star(lon: f64, lat: f64, degrees: f64) -> Place {
    let ring: Vec<(f64, f64)> = (0..400)
        .map(|k| {
            let (a, r) = (f64::from(k) / 400.0 * std::f64::consts::TAU, degrees * if k % 2 == 0 { 1.0 } else { 0.8 });
            (lon + r * a.cos() * 1.4, lat + r * a.sin())
        })
        .collect();
    Place::Polygon(MultiPolygon(vec![Polygon::new(LineString::from(ring), vec![])]))
}

fn main() -> geodata::Result<()> {
    let rows = number("ROWS").unwrap_or(8_000_000);
    if let Ok(path) = std::env::var("FILE") {
        if !std::path::Path::new(&path).exists() {
            synthetic::fill(&mut Store::open(path.as_ref())?, rows, 1)?;
            println!("made {path}; run it again, so that memory and time are those of the index alone");
            return Ok(());
        }
        let wall = std::time::Instant::now();
        let snapshot = Snapshot::build(&Store::open_read(path.as_ref())?)?;
        println!(
            "opened and indexed generation {} of {path} in {:.2} s, {:.2} CPU-s, {:.0} MB resident, {:.0} at most",
            snapshot.generation(),
            wall.elapsed().as_secs_f64(),
            total_cpu_seconds(),
            memory_mb("VmRSS:"),
            memory_mb("VmHWM:")
        );
        return Ok(());
    }
    let (cpu, wall) = (cpu_seconds(), std::time::Instant::now());
    let city = Synthetic::new(rows, number("SEGMENT_ROWS").map(|n| n as usize))?;
    let (bytes, segments) = city.size();
    println!(
        "made up and indexed {rows} rows in {:.2} s, {:.2} CPU-s: {segments} segments, {bytes:.1} bytes a row, {:.0} MB resident",
        wall.elapsed().as_secs_f64(),
        cpu_seconds() - cpu,
        memory_mb("VmRSS:")
    );
    let june = LocalTime(1_717_200_000);
    let month = Interval { from: june, to: LocalTime(june.0 + 30 * 86_400) };
    let filter = Query { period: Some(month), categories: categories()[3..6].to_vec(), ..Query::default() };
    let whole = Query::default();
    for (name, query) in [("30 days, 3 of 20 categories", &filter), ("everything", &whole)] {
        for (dense, where_) in [(false, "uniform"), (true, "densest")] {
            for z in [10u8, 12, 14, 16] {
                let tiles = tiles(&city, z, dense)?;
                for cells in [6u8, 8] {
                    let side = 1u32 << cells;
                    let what = format!("tile z{z} {side} x {side}, {where_}, {name}");
                    let times = 200.max(tiles.len() as u32);
                    measure(&what, times, |k| {
                        let (x, y) = tiles[k as usize % tiles.len()];
                        Ok(city.tile(query, z, x, y, cells)?.iter().map(|&c| u64::from(c)).sum())
                    })?;
                }
            }
        }
        let centre = LonLat::new(10.0, 45.0)?;
        for km in [0.5, 2.0, 10.0] {
            let d = km / 111.32;
            let box_ = Place::Box(LonLatBox::new(10.0 - d, 45.0 - d, 10.0 + d, 45.0 + d)?);
            let circle = Place::Radius { centre, radius_m: km * 1000.0 };
            for (shape, place) in [("box", box_), ("400-vertex polygon", star(10.0, 45.0, d)), ("radius", circle)] {
                let query = Query { place, ..query.clone() };
                measure(&format!("{shape} of {km} km, {name}"), 50, |_| city.count(&query))?;
            }
        }
        for grid in ["quadkey:17", "square:250", "h3:9"] {
            let grid = grid.parse()?;
            measure(&format!("grid {grid}, {name}"), 3, |_| city.grid(query, &grid).map(|g| g.1))?;
        }
    }
    Ok(())
}
