//! From a wanted layer to released rows: city-wide results from the cache, pages of places and records.

use std::sync::Arc;

use geodata::Cancel;
use geodata::disclosure::{self, Page, Part, Released, Tier};
use geodata::index::Order;
use geodata::limits::{MAX_PAGE, MAX_TILE_RECORDS};
use geodata::model::LonLatBox;
use geodata::policy::Sight;
use geodata::table::Table;

use super::app::App;
use super::problem::{Answer, Problem};
use super::results::Computed;
use super::view::View;
use super::wanted::Wanted;
use crate::access::Trail;
use crate::layers::Engine;

/// What a piece of work on a layer needs; it owns its parts, so that it can go to another thread.
pub struct Job {
    /// The service.
    pub app: Arc<App>,
    /// The data.
    pub view: Arc<View>,
    /// The tier of who asks.
    pub tier: Tier,
    /// How exactly who asks may see the layer.
    pub sight: Sight,
    /// What is wanted.
    pub wanted: Wanted,
    /// The order of single records.
    pub order: Order,
    /// Key of the city-wide result.
    pub key: u128,
    /// Hears how many rows the answer has.
    pub trail: Arc<Trail>,
}

impl Job {
    /// Of a request.
    #[must_use]
    pub fn new(ask: &super::ask::Ask, wanted: Wanted) -> Self {
        let key = wanted.result_key(ask);
        let sight = ask.caller.sight(ask.view.policy(), &wanted.layer.id);
        let (app, view, trail) = (Arc::clone(&ask.app), Arc::clone(&ask.view), Arc::clone(&ask.trail));
        Self { app, view, tier: ask.caller.tier, sight, wanted, order: Order::default(), key, trail }
    }

    /// The question's frame.
    #[must_use]
    pub fn ask<'a>(&'a self, cancel: &'a Cancel) -> disclosure::Ask<'a> {
        disclosure::Ask {
            snapshot: &self.view.snapshot,
            release: self.view.release.as_deref(),
            tier: self.tier,
            cancel,
        }
    }

    /// The whole result of a layer that a method makes, or of all its places.
    ///
    /// # Errors
    /// What the question answers.
    pub fn whole(&self, cancel: &Cancel) -> Answer<Arc<Computed>> {
        // The result is for all who wait for it: it ends by the deadline, not with the first who goes away.
        self.app.results.get(self.key, cancel, || match self.wanted.layer.engine {
            Engine::Cells | Engine::Density | Engine::Analysis => {
                Ok(Computed::new(disclosure::analyse(&self.ask(cancel), &self.wanted.request())?, true))
            }
            _ => {
                let page = self.page(LonLatBox::WORLD, Part::after("", MAX_PAGE), cancel)?;
                Ok(Computed::new(page.table, page.next.is_none()))
            }
        })
    }

    /// All places or records within a box as one table, for a tile.
    ///
    /// # Errors
    /// 404 for more than [`MAX_TILE_RECORDS`]; what the question answers.
    pub fn gather(&self, within: LonLatBox, cancel: &Cancel) -> Answer<Released<Table>> {
        let mut page = self.page(within, Part::after("", MAX_PAGE), cancel)?;
        if page.matched > MAX_TILE_RECORDS as u64 {
            let problem = Problem::not_found(format!("the tile would hold more than {MAX_TILE_RECORDS} records"));
            let problem = problem.bound(format!("at most {MAX_TILE_RECORDS} records a tile"));
            return Err(Box::new(problem.hint("zoom in, or filter by period or category")));
        }
        let mut table = page.table;
        while let Some(next) = page.next {
            cancel.check()?;
            page = self.page(within, Part::after(&next, MAX_PAGE), cancel)?;
            table = table.followed_by(page.table)?;
        }
        Ok(table)
    }

    /// A page of places or records within a box, of those that the filter chooses.
    ///
    /// # Errors
    /// What the question answers.
    pub fn page(&self, within: LonLatBox, part: Part<'_>, cancel: &Cancel) -> geodata::Result<Page> {
        let Some(choice) = &self.wanted.filters.choice else { return self.every(within, part, cancel) };
        let end = part.offset.saturating_add(part.limit);
        let (mut kept, mut matched, mut behind) = (None::<Released<Table>>, 0, 0);
        let (mut last, mut has_more) = (None, false);
        let mut at = String::new();
        loop {
            let page = self.every(within, Part::after(&at, MAX_PAGE), cancel)?;
            let chosen = choice.rows(&page.table, cancel)?;
            matched += chosen.len() as u64;
            let mut of_page = vec![];
            for row in chosen {
                let cursor = page.cursors.get(row).map(String::as_str).unwrap_or_default();
                if !part.after.is_empty() && cursor <= part.after {
                    continue;
                }
                if (part.offset..end).contains(&behind) {
                    of_page.push(row);
                    last = Some(cursor.to_owned());
                }
                has_more |= behind >= end;
                behind += 1;
            }
            let table = page.table.only(&of_page);
            let table = match kept {
                Some(before) => before.followed_by(table)?,
                None => table,
            };
            match page.next {
                Some(next) => (at, kept) = (next, Some(table)),
                None => return Ok(Page { table, matched, next: last.filter(|_| has_more), cursors: vec![] }),
            }
        }
    }

    fn every(&self, within: LonLatBox, part: Part<'_>, cancel: &Cancel) -> geodata::Result<Page> {
        let ask = self.ask(cancel);
        match self.wanted.layer.engine {
            Engine::Areas => disclosure::areas(&ask, self.wanted.value("collection"), within, part),
            Engine::Resources => disclosure::resources(&ask, &self.wanted.help(), within, part),
            Engine::Interventions => disclosure::interventions(&ask, within, self.wanted.filters.period, part),
            Engine::Streets => disclosure::streets(&ask, within, part),
            Engine::Incidents => {
                let mut query = self.wanted.query();
                if within != LonLatBox::WORLD {
                    query.place = geodata::index::Place::Box(within);
                }
                if self.sight == Sight::Masked {
                    let points = self.app.masked.get(ask.snapshot, ask.policy(), cancel)?;
                    return disclosure::masked(&ask, &points, &query, within, part);
                }
                disclosure::incidents(&ask, &query, self.order, part)
            }
            Engine::Cells | Engine::Density | Engine::Analysis => {
                let table = disclosure::analyse(&ask, &self.wanted.request())?;
                Ok(Page { matched: table.len() as u64, next: None, cursors: vec![], table })
            }
        }
    }
}

/// Rows of one page, wherever they come from.
pub enum Rows {
    /// Some rows of a city-wide result.
    Of(Arc<Computed>, Vec<usize>),
    /// A page, and which of its rows.
    Page(Box<Released<Table>>, Vec<usize>),
}

impl Rows {
    /// The table.
    #[must_use]
    pub fn table(&self) -> &Released<Table> {
        match self {
            Self::Of(computed, _) => &computed.table,
            Self::Page(table, _) => table,
        }
    }

    /// Which of its rows.
    #[must_use]
    pub fn rows(&self) -> &[usize] {
        match self {
            Self::Of(_, rows) | Self::Page(_, rows) => rows,
        }
    }
}
