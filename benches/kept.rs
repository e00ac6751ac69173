//! What an answer costs that is not made: 304 for who has it, and bytes that are kept, through the whole router.
//!
//! `cargo bench --bench kept`; not criterion, because the figures are means over many calls on one thread.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use geodata::Cancel;
use geodata::city::City;
use geodata::demo::generate;
use geodata::index::Snapshot;
use geodata::policy::Policy;
use geodata::release::{self, make};
use geodata::store::Store;
use tower::ServiceExt;
use urbansafety::access::FileKeys;
use urbansafety::http::{App, Options, router};

/// Calls of each.
const CALLS: u32 = 20_000;
const INCIDENTS: u64 = 20_000;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

async fn ask(
    service: &Router,
    path: &str,
    name: header::HeaderName,
    value: &str,
) -> Result<(StatusCode, String, usize)> {
    let request = Request::get(path).header(header::HOST, "city.example").header(name, value).body(Body::empty())?;
    let answer = service.clone().oneshot(request).await?;
    let tag = answer.headers().get(header::ETAG).and_then(|t| t.to_str().ok()).unwrap_or_default().to_owned();
    let status = answer.status();
    Ok((status, tag, to_bytes(answer.into_body(), usize::MAX).await?.len()))
}

/// User and system time of this process, ms; a clock tick is 10 ms on Linux.
fn cpu_ms() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = text[text.rfind(')').ok_or("no name in stat")? + 2..].split(' ').collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) * 10.0)
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("city.gpkg");
    let mut store = Store::open(&path)?;
    let truth = generate(1, INCIDENTS, &mut store, &|_, _| ())?;
    let snapshot = Snapshot::build(&store)?;
    make(&mut store, &snapshot, Policy::standard(), &release::Options::default(), &|_| (), &Cancel::default())?;
    let app = App::new(Arc::new(City::open(&path)?), Arc::new(FileKeys(path)), Options::default());
    let service = router(&app);
    let [west, south, east, north] = truth.extent;
    let tile = tiles::TileCoord::of_lonlat(12, (west + east) / 2.0, (south + north) / 2.0)?;
    let (z, x, y) = (tile.z(), tile.x(), tile.y());
    let filter = "datetime=2022-01/2022-06&category=0101,0401,0501";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        for path in [
            format!("/tiles/cells/{z}/{x}/{y}.mvt?{filter}"),
            format!("/tiles/WebMercatorQuad/{z}/{y}/{x}?datetime=2022"),
            format!("/collections/cells/items?{filter}"),
            "/collections".to_owned(),
        ] {
            for (what, is_held) in [("304", true), ("kept", false)] {
                let (_, tag, bytes) = ask(&service, &path, header::ACCEPT_ENCODING, "gzip").await?;
                if !is_held && path.contains("/items") {
                    continue;
                }
                let (name, value) =
                    if is_held { (header::IF_NONE_MATCH, tag) } else { (header::ACCEPT_ENCODING, "gzip".to_owned()) };
                let before = cpu_ms()?;
                for _ in 0..CALLS {
                    let (status, ..) = ask(&service, &path, name.clone(), &value).await?;
                    assert_eq!(status == StatusCode::NOT_MODIFIED, is_held, "{path}");
                }
                let took = (cpu_ms()? - before) / f64::from(CALLS);
                println!("{what:<5} {took:>8.4} CPU ms  ({bytes} bytes)  {path}");
            }
        }
        Ok(())
    })
}
