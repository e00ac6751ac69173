//! What every request shares: the view of the data, who may ask, work, cached results, metrics.

use std::sync::Arc;

use arc_swap::ArcSwap;
use geodata::store::audit::Log;
use geodata::store::{Store, Written};

use super::audit;
use super::city::Snapshots;
use super::events::Events;
use super::jobs::Jobs;
use super::kept::Kept;
use super::masked::Masked;
use super::metrics::Metrics;
use super::options::Options;
use super::results::Results;
use super::view::View;
use super::work::Work;
use crate::access::{Access, KeyBook};

/// The service's state.
pub struct App {
    city: Arc<dyn Snapshots>,
    view: ArcSwap<View>,
    /// Proves callers.
    pub access: Access,
    /// Takes an entry for every answer to a key.
    pub log: Option<Log>,
    /// Runs CPU work.
    pub work: Work,
    /// City-wide results.
    pub results: Results,
    /// Finished answers.
    pub kept: Arc<Kept>,
    /// Who listens to what is new.
    pub events: Events,
    /// Methods that are run as jobs.
    pub jobs: Jobs,
    /// Masked points, for those whose agreement shows them.
    pub masked: Masked,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// Settings.
    pub options: Options,
}

impl App {
    /// Over a city and its keys.
    #[must_use]
    pub fn new(city: Arc<dyn Snapshots>, keys: Arc<dyn KeyBook>, options: Options) -> Arc<Self> {
        let view = View::new(city.snapshot(), city.release(), city.releases());
        let metrics = Arc::new(Metrics::new());
        Arc::new(Self {
            city,
            view: ArcSwap::from_pointee(view),
            log: audit::log_of(&*keys),
            access: Access::new(keys, options.oidc.clone()),
            work: Work::new(options.cores, options.max_waiting, options.deadline),
            results: Results::new(options.cache_bytes),
            kept: Arc::new(Kept::new(options.tile_cache_bytes, Arc::clone(&metrics))),
            events: Events::new(options.max_listeners),
            jobs: Jobs::new(&options),
            masked: Masked::default(),
            metrics,
            options,
        })
    }

    /// The current state of the data; the request keeps it to its end.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.view.load_full()
    }

    /// Takes over a newer state of the data if there is one. Blocks: call it off the async threads.
    ///
    /// # Errors
    /// The data cannot be read now; the old state stays.
    pub fn refresh(&self) -> geodata::Result<bool> {
        self.jobs.sweep();
        self.city.refresh()?;
        Ok(self.take_over())
    }

    /// The data file, open for writing.
    ///
    /// # Errors
    /// It cannot be written now.
    pub fn store(&self) -> geodata::Result<Store> {
        self.city.store()
    }

    /// As [`App::refresh`] after a write of this service: whoever asks next sees it.
    ///
    /// # Errors
    /// As [`App::refresh`].
    pub fn refresh_after(&self, written: &Written) -> geodata::Result<bool> {
        self.city.refresh_after(written)?;
        Ok(self.take_over())
    }

    /// Shows what the city has now; whether that is something new.
    fn take_over(&self) -> bool {
        let (snapshot, release) = (self.city.snapshot(), self.city.release());
        let current = self.view.load();
        let number = |r: Option<&geodata::release::Release>| r.map(geodata::release::Release::name);
        if Arc::ptr_eq(&snapshot, &current.snapshot) && number(release.as_deref()) == number(current.release.as_deref())
        {
            return false;
        }
        let view = Arc::new(View::new(snapshot, release, self.city.releases()));
        self.view.store(Arc::clone(&view));
        self.jobs.keep_only(&view.snapshot.records_name(), &view.policy().hash());
        // What was worked out from records that are no longer there is not kept either.
        self.results.forget();
        self.kept.forget();
        self.events.tell();
        true
    }
}
