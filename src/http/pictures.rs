//! `/collections/{id}/map`: the rows of a layer as one picture with a legend and a scale, under the filters of its items.

use axum::response::Response;
use geodata::disclosure::{self, Part};
use geodata::limits::MAX_PAGE;
use geodata::model::LonLatBox;

use super::ask::Ask;
use super::engine::Job;
use super::items::{Sorting, rows};
use super::params::Paging;
use super::problem::{Answer, Problem};
use super::wanted::Wanted;
use crate::formats;
use crate::layers::Engine;

/// The picture.
pub async fn one(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    ask.format(&[("png", "image/png")])?;
    let tag = ask.tag("map", &wanted.canonical());
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    // Borders over the cells, from the areas that divide the city most broadly.
    let areas = ask.overview().areas.iter().filter(|(_, _, number)| *number > 1).min_by_key(|(_, level, _)| *level);
    let borders = areas.map(|(name, ..)| name.clone()).filter(|_| wanted.layer.engine != Engine::Areas);
    let job = Job::new(&ask, wanted);
    let bytes = ask.app.work.run(move |cancel| {
        let layer = job.wanted.layer;
        let whole = Paging { limit: MAX_PAGE, offset: 0, after: String::new() };
        let found = rows(&job, &Sorting::default(), &whole, cancel)?;
        let rows = found.rows.rows();
        if found.matched > rows.len() as u64 {
            // A picture of a part would be taken for the whole.
            let detail = format!("{} rows match, and a picture holds {MAX_PAGE}", found.matched);
            let problem = Problem::new(axum::http::StatusCode::BAD_REQUEST, detail).bound(format!("{MAX_PAGE} rows"));
            return Err(Box::new(problem.hint("ask for a smaller bbox or larger cells, or take the tiles")));
        }
        job.trail.rows(rows.len());
        if !rows.iter().any(|&row| formats::has_place(found.rows.table(), row)) {
            return Err(Box::new(Problem::not_found("there is no row with a place to draw").hint("widen the filters")));
        }
        let page =
            |name: &str| disclosure::areas(&job.ask(cancel), Some(name), LonLatBox::WORLD, Part::after("", MAX_PAGE));
        let borders = borders.as_deref().map(page).transpose()?;
        cancel.check()?;
        formats::picture_of(layer, found.rows.table(), rows, borders.as_ref().map(|page| &page.table))
            .map_err(|e| super::tiles::problem(&e))
    });
    Ok(ask.answer(&tag, "image/png", bytes.await?))
}
