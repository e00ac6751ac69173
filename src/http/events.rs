//! `/events`: server-sent events about what is new. The public hears of releases alone; who may see records hears of every
//! change of the data, and of their own jobs. Nothing waits for a slow listener: each is told the newest state when it reads.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::app::App;
use super::ask::Ask;
use super::jobs;
use super::problem::{Answer, Problem};
use super::view::View;
use crate::access::{Caller, Trail};

/// A comment is sent when nothing was for so long: it keeps proxies from closing the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the jobs of a listener are looked at, and whether the key still holds.
const LOOK: Duration = Duration::from_secs(1);
/// What clients wait before they connect anew, unless they know better.
const RETRY: Duration = Duration::from_secs(3);

/// Who listens.
pub struct Events {
    /// Whether the service is about to end; sent anew whenever there is something to look at.
    news: watch::Sender<bool>,
    listeners: Arc<AtomicUsize>,
    most: usize,
}

impl Events {
    /// At most so many listeners at once.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { news: watch::Sender::new(false), listeners: Arc::default(), most }
    }

    /// Lets every listener look at what there is now.
    pub fn tell(&self) {
        self.news.send_modify(|_| ());
    }

    /// Ends every stream.
    pub fn stop(&self) {
        self.news.send_replace(true);
    }

    /// Listeners that there are now.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.listeners.load(Ordering::Relaxed)
    }

    fn seat(&self) -> Answer<Seat> {
        let seat = Seat(Arc::clone(&self.listeners));
        if self.listeners.fetch_add(1, Ordering::Relaxed) < self.most {
            return Ok(seat);
        }
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many listen to events already");
        let problem = problem.bound(format!("at most {} listeners", self.most));
        Err(Box::new(problem.hint("try again later, or ask /release now and then")))
    }
}

/// A listener's place; free again when it is dropped.
struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The stream.
pub async fn events(ask: Ask) -> Answer<Response> {
    let seat = ask.app.events.seat()?;
    let listener = Listener::new(&ask, seat);
    let stream = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<Event, Infallible>(event), listener))
    });
    let mut response = Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies are not to gather events.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// What a listener may know of the data, and its name as an event's id: `RELEASE.SNAPSHOT`.
#[derive(Clone, Default, PartialEq, Eq)]
struct State {
    release: u32,
    snapshot: String,
}

impl State {
    fn of(view: &View, caller: &Caller) -> Self {
        let release = view.release.as_ref().map_or(0, |r| r.document().number);
        let snapshot = if caller.tier.is_exact() { view.snapshot.name() } else { String::new() };
        Self { release, snapshot }
    }

    /// What the last event that a client has seen stood for.
    fn seen(headers: &HeaderMap) -> Self {
        let id = headers.get("last-event-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let (release, snapshot) = id.split_once('.').unwrap_or((id, ""));
        Self { release: release.parse().unwrap_or(0), snapshot: snapshot.to_owned() }
    }

    fn id(&self) -> String {
        format!("{}.{}", self.release, self.snapshot)
    }
}

/// One who listens. It holds no state of the data, which would then be kept in memory for it.
struct Listener {
    app: Arc<App>,
    headers: HeaderMap,
    news: watch::Receiver<bool>,
    look: Interval,
    told: State,
    jobs: BTreeMap<String, Value>,
    queue: VecDeque<Event>,
    is_new: bool,
    _seat: Seat,
}

impl Listener {
    fn new(ask: &Ask, seat: Seat) -> Self {
        let mut look = interval_at(Instant::now() + LOOK, LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            app: Arc::clone(&ask.app),
            headers: ask.headers.clone(),
            news: ask.app.events.news.subscribe(),
            look,
            told: State::seen(&ask.headers),
            jobs: jobs::news(&ask.app, &ask.caller),
            queue: VecDeque::from([Event::default().retry(RETRY).comment("listening")]),
            is_new: true,
            _seat: seat,
        }
    }

    /// The next event; `None` ends the stream: the service stops, or the key does not hold any more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            let has_key = self.headers.contains_key(header::AUTHORIZATION);
            if !std::mem::take(&mut self.is_new) {
                tokio::select! {
                    changed = self.news.changed() => changed.ok()?,
                    _ = self.look.tick(), if has_key => {}
                }
            }
            if *self.news.borrow_and_update() {
                return None;
            }
            let caller = self.app.access.caller(&self.headers, None, &Trail::default()).await.ok()?;
            self.look_at(&caller);
        }
    }

    /// Puts into the queue what the listener has not been told.
    fn look_at(&mut self, caller: &Caller) {
        let now = State::of(&self.app.view(), caller);
        if now.release != self.told.release {
            self.told.release = now.release;
            self.tell("release", &json!({ "number": now.release }));
        }
        if now.snapshot != self.told.snapshot {
            self.told.snapshot.clone_from(&now.snapshot);
            if !now.snapshot.is_empty() {
                self.tell("snapshot", &json!({ "generation": now.snapshot }));
            }
        }
        let jobs = jobs::news(&self.app, caller);
        for (id, before) in &self.jobs {
            if !jobs.contains_key(id) && before["status"] != "dismissed" {
                let gone = json!({ "jobID": id, "processID": before["processID"], "status": "dismissed" });
                self.queue.push_back(event("job", &gone));
            }
        }
        for (id, job) in &jobs {
            if self.jobs.get(id) != Some(job) {
                self.queue.push_back(event("job", job));
            }
        }
        self.jobs = jobs;
    }

    fn tell(&mut self, kind: &str, data: &Value) {
        self.queue.push_back(event(kind, data).id(self.told.id()));
    }
}

fn event(kind: &str, data: &Value) -> Event {
    Event::default().event(kind).data(data.to_string())
}
