//! What a tile costs: `cargo bench -p tiles`.
//!
//! Data are made from a seed; the targets are 1.2 ms for 4096 cells and 1.5 ms for a picture of 256 x 256 pixels.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first thing that goes wrong")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use fast_mvt::{MvtCoord, MvtGeomType, MvtLayerBuilder, MvtValueRef};
use geo_types::{LineString, MultiPolygon, Point, Polygon};
use tiles::mvt::{Column, Features, Lattice, Outline, encode};
use tiles::{Breaks, Palette, Ramp, TileCoord, png, raster};

const STATES: &[&str] = &["value", "zero", "suppressed"];

/// Numbers in 0..1 from a seed (a 64-bit linear congruential generator; good enough for made-up counts).
fn numbers(mut seed: u64, n: usize) -> Vec<f64> {
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..n).map(|_| next()).collect()
}

fn chicago() -> TileCoord {
    TileCoord::new(12, 1050, 1522).unwrap()
}

fn cells(c: &mut Criterion) {
    let lattice = Lattice::new(chicago(), 18).unwrap();
    let places: Vec<u32> = (0..4096).collect();
    let ids: Vec<u64> = places.iter().map(|&place| 73_000_000_000 + u64::from(place)).collect();
    // Counts with the long tail of a city: most cells few, some hundreds.
    let counts: Vec<u32> = numbers(1, 4096).into_iter().map(|u| (3.0 / (u + 0.005)) as u32).collect();
    let states: Vec<u8> = counts.iter().map(|&count| if count < 5 { 2 } else { 0 }).collect();
    let z: Vec<f64> = numbers(2, 4096);
    let tile = |with_z: bool| {
        let features = Features::new("cells")
            .ids(&ids)
            .column("count", Column::Count(&counts))
            .column("state", Column::Class(STATES, &states));
        let features = if with_z { features.column("z", Column::Number(&z)) } else { features };
        encode(&[features.cells(lattice, &places).unwrap()])
    };
    println!("cells: {} bytes; with z: {} bytes", tile(false).len(), tile(true).len());
    c.bench_function("mvt 4096 cells, count and state", |b| b.iter(|| black_box(tile(false))));
    c.bench_function("mvt 4096 cells, count, state and z", |b| b.iter(|| black_box(tile(true))));

    // The same cells through a general encoder, to know what writing them directly saves.
    c.bench_function("mvt 4096 cells by fast-mvt", |b| b.iter(|| black_box(by_fast_mvt(&ids, &counts, &states))));
}

fn by_fast_mvt(ids: &[u64], counts: &[u32], states: &[u8]) -> Vec<u8> {
    let mut layer = MvtLayerBuilder::new("cells").unwrap();
    for (i, (&id, (&count, &state))) in ids.iter().zip(counts.iter().zip(states)).enumerate() {
        let (x, y) = ((i % 64) as i32 * 64, (i / 64) as i32 * 64);
        let mut feature = layer.feature_of(MvtGeomType::Polygon);
        feature.id(Some(id));
        feature.ring([(x, y), (x + 64, y), (x + 64, y + 64), (x, y + 64)].map(MvtCoord::from), true).unwrap();
        feature.tag_ref("count", MvtValueRef::UInt(count.into())).unwrap();
        feature.tag_ref("state", MvtValueRef::String(STATES[usize::from(state)])).unwrap();
        layer = feature.end();
    }
    layer.encode()
}

fn points(c: &mut Criterion) {
    let bounds = chicago().bounds_lonlat();
    let (u, v) = (numbers(3, 10_000), numbers(4, 10_000));
    let places: Vec<Option<Point<f64>>> = u
        .iter()
        .zip(&v)
        .map(|(u, v)| Some(Point::new(bounds.min().x + u * bounds.width(), bounds.min().y + v * bounds.height())))
        .collect();
    let ids: Vec<u64> = (0..10_000).collect();
    let classes: Vec<u8> = u.iter().map(|u| (u * 3.0) as u8).collect();
    let victims: Vec<u32> = v.iter().map(|v| (v * 4.0) as u32).collect();
    let words: Vec<String> = u.iter().map(|u| format!("0{}", (u * 400.0) as u32)).collect();
    let hours: Vec<f64> = v.iter().map(|v| (v * 24.0).floor()).collect();
    let tile = || {
        let features = Features::new("incidents")
            .ids(&ids)
            .column("category", Column::Text(&words))
            .column("victims", Column::Count(&victims))
            .column("hour", Column::Number(&hours))
            .column("state", Column::Class(STATES, &classes));
        encode(&[features.points(chicago(), &places).unwrap()])
    };
    println!("points: {} bytes", tile().len());
    c.bench_function("mvt 10,000 points, 4 properties", |b| b.iter(|| black_box(tile())));
}

/// 77 wobbly areas of 500 vertices, as many as Chicago has community areas.
fn areas(c: &mut Criterion) {
    let bounds = TileCoord::new(10, 262, 380).unwrap().bounds_lonlat();
    let shapes: Vec<MultiPolygon<f64>> = (0..77)
        .map(|i| {
            let (x, y) = (f64::from(i % 9) / 9.0 + 0.05, f64::from(i / 9) / 9.0 + 0.05);
            let ring = numbers(i as u64, 500).into_iter().enumerate().map(|(k, wobble)| {
                let (sin, cos) = (k as f64 / 500.0 * std::f64::consts::TAU).sin_cos();
                let r = 0.045 + 0.005 * wobble;
                (bounds.min().x + (x + r * cos) * bounds.width(), bounds.min().y + (y + r * sin) * bounds.height())
            });
            MultiPolygon(vec![Polygon::new(LineString::from_iter(ring), vec![])])
        })
        .collect();
    let outlines: Vec<Outline> = shapes.iter().map(Outline::of_polygons).collect();
    for (z, x, y) in [(10, 262, 380), (12, 1050, 1522)] {
        let tile = TileCoord::new(z, x, y).unwrap();
        let name = format!("mvt 77 areas of 500 vertices, zoom {z}");
        c.bench_function(&name, |b| b.iter(|| black_box(Features::new("areas").outlines(tile, &outlines).unwrap())));
    }
}

fn pictures(c: &mut Criterion) {
    let breaks = Breaks::geometric(0.05, 4.0, 9);
    let colours = Ramp::find("ember").unwrap().colours(breaks.classes()).unwrap();
    let palette = Palette::of_classes(&colours, 0.8, tiles::ramp::pattern_ink()).unwrap();
    // Six soft hills on a lattice of 64 x 64 with a margin of one.
    let hills = numbers(5, 18);
    let values: Vec<f32> = (0..66 * 66)
        .map(|i| {
            let (x, y) = (f64::from(i % 66) / 66.0, f64::from(i / 66) / 66.0);
            let hill = |h: &[f64]| (-((x - h[0]).powi(2) + (y - h[1]).powi(2)) / (0.002 + 0.02 * h[2])).exp();
            (3.0 * hills.chunks(3).map(hill).sum::<f64>()) as f32
        })
        .collect();
    let field = raster::Field::new(64, 1, &values).unwrap();
    let pixels = field.pixels(256, &breaks).unwrap();
    println!("png: {} bytes", png::indexed(256, 256, &pixels, &palette).unwrap().len());
    c.bench_function("pixels 256 x 256 from a lattice of 64", |b| {
        b.iter(|| black_box(field.pixels(256, &breaks).unwrap()))
    });
    c.bench_function("png 256 x 256, smooth density", |b| {
        b.iter(|| black_box(png::indexed(256, 256, &pixels, &palette).unwrap()))
    });
    let withheld = raster::Fill::Pattern { pattern: tiles::Pattern::Hatch, ink: palette.last(), ground: 1 };
    let fills: Vec<raster::Fill> = numbers(6, 4096)
        .into_iter()
        .map(|u| if u < 0.2 { withheld } else { raster::Fill::Plain((u * 9.0) as u8) })
        .collect();
    let pixels = raster::cells(64, &fills, 256).unwrap();
    println!("png of cells: {} bytes", png::indexed(256, 256, &pixels, &palette).unwrap().len());
    c.bench_function("png 256 x 256, 64 x 64 cells with states", |b| {
        b.iter(|| black_box(png::indexed(256, 256, &raster::cells(64, &fills, 256).unwrap(), &palette).unwrap()))
    });
}

criterion_group!(benches, cells, points, areas, pictures);
criterion_main!(benches);
