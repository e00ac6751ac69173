//! Results as bytes: rows in the formats that hold them, or in a document of results; with links to the other formats.

use std::sync::Arc;

use axum::http::StatusCode;
use geodata::Cancel;
use geodata::model::LonLatBox;

use crate::formats::plot::{PLOT_FORMATS, draw, plot, plots};
use crate::formats::{self, Document, Link};
use crate::http::problem::{Answer, Problem, shortened};
use crate::http::results::Computed;

/// Formats of results: id, and media type.
pub const OFFERED: [(&str, &str); 7] = [
    ("geojson", "application/geo+json"),
    ("jsonfg", "application/fg+json"),
    ("csv", "text/csv"),
    ("ndjson", "application/x-ndjson"),
    ("parquet", "application/vnd.apache.parquet"),
    ("fgb", "application/flatgeobuf"),
    ("json", "application/json"),
];
/// Rows of one document; more are for the format that is made for them.
const MAX_DOCUMENT_ROWS: usize = 500_000;

/// A result, and what is shown of it.
pub struct Shown {
    /// The rows.
    pub result: Arc<Computed>,
    /// Those within.
    pub within: Option<LonLatBox>,
    /// Where the job is, whose result it is.
    pub job: Option<String>,
}

impl Shown {
    /// Its bytes in a format, and the number of rows in them.
    ///
    /// # Errors
    /// 400 for more rows than a document may have; a stopped caller.
    pub fn write(&self, format: &str, cancel: &Cancel) -> Answer<(Vec<u8>, usize)> {
        let table = &self.result.table;
        let rows: Vec<usize> = match self.within {
            Some(within) => self.result.cut.within(table, within),
            None => (0..table.len()).collect(),
        };
        if rows.len() > MAX_DOCUMENT_ROWS && !["parquet", "fgb"].contains(&format) {
            let problem = Problem::parameter("f", format, format!("the result has {} rows", rows.len()), "parquet");
            return Err(Box::new(problem.hint(format!(
                "{MAX_DOCUMENT_ROWS} rows fit into a {format} document: ask for parquet, larger cells or a bbox"
            ))));
        }
        cancel.check()?;
        let links = self.links(format);
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let document = Document {
            matched: Some(rows.len() as u64),
            links: &links,
            time_stamp: &now,
            ..Document::whole(table, &rows)
        };
        let is_document = format == "json";
        let inner = if is_document { "geojson" } else { format };
        let mut out = Vec::with_capacity(256 * (1 + rows.len()));
        if is_document {
            out.extend_from_slice(b"{\"result\":{\"mediaType\":\"application/geo+json\",\"value\":");
        }
        let found = formats::find(inner).ok_or_else(|| Problem::not_found(format!("{format} has no rows")))?;
        found
            .write(&document, &mut out)
            .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the result could not be written"))?;
        if is_document {
            out.extend_from_slice(b"}}");
        }
        Ok((out, rows.len()))
    }

    /// A plot of the result, the first unless one is named.
    ///
    /// # Errors
    /// 404 where there is none of this name, with those that there are.
    pub fn picture(&self, format: &str, id: Option<&str>) -> Answer<Vec<u8>> {
        let table = &self.result.table;
        let found = plot(table, id).ok_or_else(|| {
            let known: Vec<&str> = plots(table).iter().map(|p| p.id).collect();
            let known =
                if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
            let named = id.map(|id| format!(" {:?}", shortened(id))).unwrap_or_default();
            Problem::not_found(format!("this result has no plot{named}")).hint(known)
        })?;
        draw(found, format).map_err(|e| crate::http::tiles::problem(&e))
    }

    /// This result in every format, and its plots.
    fn links(&self, format: &str) -> Vec<Link> {
        let Some(job) = &self.job else { return vec![] };
        let of = |id: &str, media_type| Link {
            rel: if id == format { "self" } else { "alternate" },
            media_type,
            href: format!("{job}/results?f={id}"),
            title: String::new(),
        };
        let mut links: Vec<Link> = OFFERED.iter().map(|(id, media)| of(id, media)).collect();
        for plot in plots(&self.result.table) {
            for (format, media_type) in PLOT_FORMATS {
                let href = format!("{job}/results?f={format}&plot={}", plot.id);
                links.push(Link { rel: "plot", media_type, href, title: plot.title.clone() });
            }
        }
        links.push(Link { rel: "up", media_type: "application/json", href: job.clone(), title: "The job".to_owned() });
        links
    }
}

/// The media type of a format, in full.
#[must_use]
pub fn media(format: &str) -> &'static str {
    match format {
        "json" => "application/json",
        _ => formats::find(format).map_or("application/json", |f| f.media_type),
    }
}
