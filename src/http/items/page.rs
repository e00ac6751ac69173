//! A page of rows on its way out: small ones at once, large ones piece by piece, as fast as the caller takes them.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use futures_util::stream;
use geodata::Cancel;

use crate::formats::{Document, Encoder, Format, Frame, Link};
use crate::http::app::App;
use crate::http::engine::Rows;
use crate::http::problem::{Answer, Problem};

/// Rows that are written at a time.
const PIECE_ROWS: usize = 1_000;

/// Rows, and what a document says of them.
pub(super) struct Page {
    pub rows: Rows,
    pub matched: u64,
    pub links: Vec<Link>,
    pub frame: Frame,
    pub format: &'static Format,
    /// Id of the layer.
    pub name: &'static str,
}

/// A part of a document, and the first row that is not in it.
pub(super) struct Piece {
    bytes: Vec<u8>,
    next: usize,
}

impl Page {
    fn document<'a>(&'a self, time_stamp: &'a str) -> Document<'a> {
        Document {
            table: self.rows.table(),
            rows: self.rows.rows(),
            matched: Some(self.matched),
            links: &self.links,
            time_stamp,
            frame: &self.frame,
            name: self.name,
        }
    }

    /// The beginning of the document, which of most is the whole.
    pub fn first(&self, cancel: &Cancel) -> Answer<Piece> {
        self.piece(0, cancel)
    }

    /// A row as a document of its own.
    pub fn alone(&self, row: usize) -> Answer<Vec<u8>> {
        let mut bytes = vec![];
        let write = self.format.one.ok_or_else(|| unwritten(&"no form for one row"))?;
        write(&self.document(""), row, &mut bytes).map_err(|e| unwritten(&e))?;
        Ok(bytes)
    }

    fn piece(&self, from: usize, cancel: &Cancel) -> Answer<Piece> {
        cancel.check()?;
        let rows = self.rows.rows().len();
        let next = match self.format.encoder {
            Encoder::Pieces(_) => from.saturating_add(PIECE_ROWS).min(rows),
            _ => rows,
        };
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        // A record has about that many, an area more: then it grows.
        let mut bytes = Vec::with_capacity(640 * (1 + next - from));
        self.format.write_piece(&self.document(&now), from..next, &mut bytes).map_err(|e| unwritten(&e))?;
        Ok(Piece { bytes, next })
    }

    /// The document as a body. A piece is worked out when the caller has taken the one before, so that neither a large
    /// answer nor a slow caller holds more than one; with a caller that goes away the work ends, and where it fails the
    /// connection is broken off, so that half an answer is never taken for a whole.
    pub fn body(self, first: Piece, app: &Arc<App>) -> Body {
        if first.next >= self.rows.rows().len() {
            return first.bytes.into();
        }
        let (page, app) = (Arc::new(self), Arc::clone(app));
        let rest = (first.next, Some(first.bytes));
        Body::from_stream(stream::try_unfold(rest, move |(from, ready)| {
            let (page, app) = (Arc::clone(&page), Arc::clone(&app));
            async move {
                if let Some(bytes) = ready {
                    return Ok(Some((Bytes::from(bytes), (from, None))));
                }
                if from >= page.rows.rows().len() {
                    return Ok(None);
                }
                let piece = app.work.in_turn(|_| (), move |cancel| page.piece(from, cancel)).await;
                match piece {
                    Ok(piece) => Ok(Some((Bytes::from(piece.bytes), (piece.next, None)))),
                    Err(problem) => Err(std::io::Error::other(problem.detail().to_owned())),
                }
            }
        }))
    }
}

fn unwritten(error: &dyn std::fmt::Display) -> Box<Problem> {
    tracing::error!(%error, "an answer could not be written");
    Box::new(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be written"))
}
