//! The first page: the map, the data, and the addresses that other programs take.

use maud::html;
use serde_json::Value;

use super::frame::{Frame, Page};
use super::value;

/// The page of `/`; `has_map` where the web map is built into the program.
pub fn page(has_map: bool) -> impl FnOnce(&Frame, &Value) -> Page {
    move |frame, document| {
        let base = &frame.base;
        let text = |name: &str| document[name].as_str().unwrap_or_default();
        let own = |path: &str, words: &str| html! { li { a href={ (base) (path) } { (words) } } };
        let given = |program: &str, address: &str| html! { dt { (program) } dd { code { (address) } } };
        let body = html! {
            p { (text("description")) }
            @if has_map {
                p { a href={ (base) "/" } { "Open the map" } }
            } @else {
                p.notice {
                    "The service runs; the web map is not built into it. Build it with " code { "make demo" } ", or with "
                    code { "cd static && npm ci && npm run build" } " and then the program again. Everything below is complete without it."
                }
            }
            section {
                h2 { "Data" }
                ul {
                    (own("/collections?f=html", "The layers, as tables, pictures and files"))
                    (own("/collections/releases/items?f=html", "The releases that public numbers are from"))
                    (own("/processes?f=html", "The analyses, in plain words"))
                }
            }
            section {
                h2 { "In your own software" }
                dl {
                    (given("QGIS, GDAL (OGC API - Features)", &format!("{base}/")))
                    (given("QGIS, ArcGIS, Leaflet (XYZ tiles)", &format!("{base}/tiles/cells/{{z}}/{{x}}/{{y}}.png")))
                    (given("MapLibre (TileJSON)", &format!("{base}/tiles/cells.json")))
                    (given("MapLibre, QGIS (style)", &format!("{base}/styles/cells")))
                    dt { "Spreadsheet" }
                    dd { a href={ (base) "/collections/cells/items?f=csv" } { (base) "/collections/cells/items?f=csv" } }
                }
            }
            section {
                h2 { "For programs" }
                ul {
                    (own("/api?f=html", "The programming interface, with every path and parameter"))
                    (own("/conformance?f=html", "The standards that the service follows"))
                    (own("/tileMatrixSets?f=html", "The tile matrix sets"))
                }
            }
            section { h2 { "All links" } (value::links(&document["links"])) }
        };
        Page::new(text("title"), body)
    }
}
