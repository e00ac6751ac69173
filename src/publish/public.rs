//! A city as the public is told it: the newest release, asked like the service asks.

use std::path::Path;

use geodata::city::City;
use geodata::disclosure::{self, Ask, Overview, Page, Part, Released, Tier};
use geodata::limits::MAX_PAGE;
use geodata::model::LonLatBox;
use geodata::policy::Sight;
use geodata::release::Release;
use geodata::table::Table;
use geodata::{Cancel, Error, Result};
use std::sync::Arc;

use crate::http::params::{Filters, Params};
use crate::http::problem::Problem;
use crate::http::{View, Wanted};
use crate::layers::{Engine, LAYERS, Layer};

/// The newest release of a city.
pub struct Public {
    view: View,
    release: Arc<Release>,
    cancel: Cancel,
}

impl Public {
    /// Of a data file.
    ///
    /// # Errors
    /// The file cannot be read, or nothing has been released.
    pub fn open(data: &Path) -> Result<Self> {
        let city = City::open(data)?;
        let release = city.release().ok_or_else(disclosure::no_release)?;
        let view = View::new(city.snapshot(), Some(Arc::clone(&release)), city.releases());
        Ok(Self { view, release, cancel: Cancel::default() })
    }

    /// The release.
    #[must_use]
    pub fn release(&self) -> &Release {
        &self.release
    }

    /// What the public may know of the data as a whole.
    #[must_use]
    pub fn overview(&self) -> &Overview {
        &self.view.seen(Tier::Public).overview
    }

    /// The question's frame.
    #[must_use]
    pub fn ask(&self) -> Ask<'_> {
        Ask { snapshot: &self.view.snapshot, release: Some(&self.release), tier: Tier::Public, cancel: &self.cancel }
    }

    /// The layers that the policy shows to the public.
    pub fn layers(&self) -> impl Iterator<Item = &'static Layer> {
        let sees = |l: &&Layer| self.release.policy().sight(&l.id, Tier::Public) != Sight::Nothing;
        LAYERS.iter().filter(|l| l.min_tier == Tier::Public).filter(sees)
    }

    /// A question from parameters as the service reads them: `datetime`, `category` ...
    ///
    /// # Errors
    /// Names the parameter that cannot be read, its value and its bound.
    pub fn wanted(&self, layer: &'static Layer, pairs: &[(&str, &str)]) -> Result<Wanted> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let params = Params::from_pairs(pairs);
        let filters = Filters::read(&params, &self.view.seen(Tier::Public).known, Some(layer));
        let wanted = filters.and_then(|filters| Wanted::of(layer, filters, &params));
        wanted.map_err(|problem: Box<Problem>| {
            let (what, hint) = problem.words();
            Error::invalid(what, hint)
        })
    }

    /// All rows of an answer.
    ///
    /// # Errors
    /// What the question answers.
    pub fn rows(&self, wanted: &Wanted) -> Result<Released<Table>> {
        match wanted.layer.engine {
            Engine::Cells | Engine::Density | Engine::Analysis => disclosure::analyse(&self.ask(), &wanted.request()),
            Engine::Areas => whole(|part| disclosure::areas(&self.ask(), None, LonLatBox::WORLD, part)),
            Engine::Resources => {
                whole(|part| disclosure::resources(&self.ask(), &disclosure::Help::default(), LonLatBox::WORLD, part))
            }
            Engine::Interventions => whole(|part| disclosure::interventions(&self.ask(), LonLatBox::WORLD, None, part)),
            Engine::Streets => whole(|part| disclosure::streets(&self.ask(), LonLatBox::WORLD, part)),
            Engine::Incidents => {
                Err(Error::forbidden("single records are not public", "use a key of analyst tier with a Purpose"))
            }
        }
    }

    /// The borders of a collection.
    ///
    /// # Errors
    /// An unknown collection.
    pub fn borders(&self, collection: &str) -> Result<Released<Table>> {
        whole(|part| disclosure::areas(&self.ask(), Some(collection), LonLatBox::WORLD, part))
    }

    /// The coarsest collection that divides the city: one of more than one area.
    #[must_use]
    pub fn districts(&self) -> Option<&str> {
        let several = self.overview().areas.iter().filter(|(_, _, n)| *n > 1);
        several.min_by_key(|(id, level, n)| (*level, *n, id)).map(|(id, _, _)| id.as_str())
    }

    /// The cells layer.
    ///
    /// # Errors
    /// None: it is part of the program.
    pub fn cells(&self) -> Result<&'static Layer> {
        self.layers().find(|l| l.engine == Engine::Cells).ok_or_else(|| {
            Error::forbidden(
                "the policy of this release shows no cells to the public",
                "make a release under another policy",
            )
        })
    }
}

/// All pages as one table.
fn whole(page: impl Fn(Part<'_>) -> Result<Page>) -> Result<Released<Table>> {
    let first = page(Part::after("", MAX_PAGE))?;
    let (mut table, mut next) = (first.table, first.next);
    while let Some(after) = next {
        let more = page(Part::after(&after, MAX_PAGE))?;
        table = table.followed_by(more.table)?;
        next = more.next;
    }
    Ok(table)
}
