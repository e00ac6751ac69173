//! A request, checked: who asks, for which layer, with which parameters; and its answer with tag and caching.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use geodata::disclosure::Tier;
use geodata::policy::{Policy, Sight};

use super::app::App;
use super::audit;
use super::coding::Coding;
use super::etag::Tag;
use super::kept::Finished;
use super::listen::Peer;
use super::params::{CQL, FILTERS, Filters, Params, heeded, is_queryable};
use super::problem::{Answer, Problem};
use super::routes::{self, Route};
use super::view::View;
use crate::access::{Caller, Trail, scrub};
use crate::layers::{self, Engine, Layer};

/// A checked request.
#[derive(Clone)]
pub struct Ask {
    /// The service.
    pub app: Arc<App>,
    /// The data as it was when the request came.
    pub view: Arc<View>,
    /// Who asks.
    pub caller: Caller,
    /// Its parameters, all known to the route.
    pub params: Params,
    /// Its headers.
    pub headers: HeaderMap,
    /// What the access log will say of the request.
    pub trail: Arc<Trail>,
    /// The layer that the path names.
    pub layer: Option<&'static Layer>,
    /// What follows the layer's name in the last part of the path: `json` of `cells.json`.
    pub extension: Option<String>,
    route: &'static Route,
    method: Method,
    uri: Uri,
    names: Vec<(String, String)>,
}

impl FromRequestParts<Arc<App>> for Ask {
    type Rejection = Box<Problem>;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|c| c.0.0.ip());
        let trail = parts.extensions.get::<Arc<Trail>>().cloned().unwrap_or_default();
        let view = app.view();
        trail.of(audit::basis(&view));
        let mut caller = app.access.caller(&parts.headers, peer, &trail).await?;
        let route = parts.extensions.get::<MatchedPath>().and_then(|m| routes::of(m.as_str(), &parts.method));
        let route = route.ok_or_else(|| Problem::not_found("there is nothing at this path"))?;
        let names = path_names(parts, app).await?;
        let (layer, extension) = match route.layer {
            Some(name) => {
                let text = names.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
                let (id, extension) = match text.split_once('.') {
                    Some((id, extension)) if route.documented.is_some() => (id, Some(extension.to_owned())),
                    _ => (text, None),
                };
                (Some(layer_for(id, &mut caller, view.policy())?.seen_by(caller.tier)), extension)
            }
            None => {
                let as_layer = route.as_layer.map(|id| layer_for(id, &mut caller, view.policy())).transpose()?;
                (as_layer, None)
            }
        };
        // A route that only follows a layer's rules takes none of its own parameters.
        let own = layer.filter(|_| route.layer.is_some());
        let known = |name: &str| {
            route.params.contains(&name)
                || (route.filters
                    && (FILTERS.contains(&name)
                        || CQL.contains(&name)
                        || own.is_some_and(|l| l.parameter(name).is_some() || is_queryable(l, name))))
        };
        let params = Params::read(&parts.uri, &known, &|| known_names(route, own))?;
        if let Some(layer) = own {
            heeded(&params, layer, route.of_tiles, &|| known_names(route, Some(layer)))?;
        }
        if let Some(key) = &caller.key {
            // Who looked at what, and why: paths only, since a query may hold places.
            let (tier, purpose) = (caller.tier.name(), scrub(caller.purpose.as_deref().unwrap_or_default()));
            tracing::info!(target: "audit", key = %key, tier, %purpose, route = route.id, layer = layer.map(|l| l.id.as_str()), "asked with a key");
        }
        let (headers, method, uri) = (parts.headers.clone(), parts.method.clone(), parts.uri.clone());
        Ok(Self {
            app: Arc::clone(app),
            view,
            caller,
            params,
            headers,
            trail,
            layer,
            extension,
            route,
            method,
            uri,
            names,
        })
    }
}

async fn path_names(parts: &mut Parts, app: &Arc<App>) -> Answer<Vec<(String, String)>> {
    let names = RawPathParams::from_request_parts(parts, app)
        .await
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the path is not readable as UTF-8"))?;
    Ok(names.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect())
}

/// The names that a route knows, for the caller who used another.
fn known_names(route: &Route, layer: Option<&Layer>) -> String {
    let mut names: Vec<&str> = route.params.to_vec();
    if route.filters {
        names.extend(FILTERS.iter().filter(|name| layer.is_none_or(|l| l.takes_filter(name))));
        let own = layer.iter().filter(|_| route.layer.is_some()).flat_map(|l| &l.parameters);
        let own = own.filter(|p| !(route.of_tiles && p.items_only));
        names.extend(own.map(|p| p.name.as_str()).chain(CQL.iter().copied()));
    }
    if names.is_empty() { "no parameters here".to_owned() } else { names.join(", ") }
}

/// A layer, if there is one and the caller may see it; the caller's tier is then that for this layer.
pub fn layer_for(id: &str, caller: &mut Caller, policy: &Policy) -> Answer<&'static Layer> {
    let Some(layer) = layers::find(id) else {
        let ids: Vec<_> = layers::LAYERS.iter().map(|l| l.id.as_str()).collect();
        let problem = Problem::not_found(format!("there is no layer {:?}", super::problem::shortened(id)));
        return Err(Box::new(problem.hint(format!("the layers are {}", ids.join(", ")))));
    };
    caller.tier = caller.tier_for(id);
    let sight = caller.sight(policy, id);
    if sight == Sight::Nothing && caller.tier >= layer.min_tier {
        let detail = format!("the policy does not show the layer {id} to {} tier", caller.tier.name());
        return Err(Box::new(
            Problem::new(StatusCode::FORBIDDEN, detail).hint("/collections lists what this tier sees"),
        ));
    }
    // A policy may let analysts see no more than the release tells.
    if sight == Sight::Cube && layer.engine != Engine::Incidents {
        caller.tier = caller.tier.min(Tier::Partner);
    }
    let is_bound = caller.tier >= layer.min_tier && !may_see(caller, policy, layer);
    if is_bound {
        let detail =
            format!("neither the policy nor the agreement of this key shows it single records of the layer {id}");
        return Err(Box::new(Problem::new(StatusCode::FORBIDDEN, detail).hint("use cells and hotspots")));
    }
    if !may_see(caller, policy, layer) {
        let needed = layer.min_tier.name();
        let why = if layer.engine == Engine::Incidents { "shows" } else { "is worked out from" };
        let problem = Problem::new(
            StatusCode::FORBIDDEN,
            format!("the layer {id} is for {needed} keys, since it {why} single records"),
        );
        return Err(Box::new(
            problem.hint(format!("send Authorization: Bearer with a key of tier {needed}, or use cells and hotspots")),
        ));
    }
    Ok(layer)
}

/// Whether a caller may see a layer: by tier, and single records only as exactly as they are shown.
pub fn may_see(caller: &Caller, policy: &Policy, layer: &Layer) -> bool {
    let tier = caller.tier_for(&layer.id);
    match caller.sight(policy, &layer.id) {
        Sight::Masked => tier >= Tier::Partner,
        Sight::Exact => tier >= layer.min_tier,
        Sight::Nothing => false,
        _ => layer.engine != Engine::Incidents && tier >= layer.min_tier,
    }
}

impl Ask {
    /// The layer of a route that has one.
    ///
    /// # Errors
    /// 404 on routes without one.
    pub fn the_layer(&self) -> Answer<&'static Layer> {
        self.layer.ok_or_else(|| Box::new(Problem::not_found("no layer is named")))
    }

    /// The same request about one of several layers, by the tier that the caller has there.
    ///
    /// # Errors
    /// 403 for a layer that the caller may not see, 400 for a filter that it does not heed.
    pub fn about(&self, id: &str) -> Answer<Self> {
        let mut ask = self.clone();
        let layer = layer_for(id, &mut ask.caller, ask.view.policy())?.seen_by(ask.caller.tier);
        heeded(&ask.params, layer, ask.route.of_tiles, &|| known_names(ask.route, Some(layer)))?;
        ask.layer = Some(layer);
        Ok(ask)
    }

    /// Notes in the access log that the caller is about to change the data.
    ///
    /// # Errors
    /// 503 where that cannot be noted: nothing is changed then.
    pub fn announce(&self) -> Answer<()> {
        audit::announced(&self.app, &self.trail, &self.method, &self.uri)
    }

    /// A part of the path.
    #[must_use]
    pub fn path(&self, name: &str) -> &str {
        self.names.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default()
    }

    /// The filters, read.
    ///
    /// # Errors
    /// 400 for what cannot be read; 403 for what this tier is not told.
    pub fn filters(&self) -> Answer<Filters> {
        let filters = Filters::read(&self.params, self.known(), self.layer)?;
        if filters.predicate.is_some() && !self.caller.tier.is_exact() {
            let detail = "below analyst tier a filter may ask what the release tells alone: bbox, datetime, category, \
                          context, hours, sex and age, each once and joined by AND";
            let problem = Problem::new(StatusCode::FORBIDDEN, detail)
                .about("filter", self.params.get("filter").unwrap_or_default());
            return Err(Box::new(problem.hint("leave the rest out, or use a key of analyst tier with a Purpose")));
        }
        Ok(filters)
    }

    /// The format wanted: `f` before `Accept` before the first of `offered` (id, media type).
    ///
    /// # Errors
    /// 400 for an `f` that is not offered, 406 where `Accept` takes nothing that is.
    pub fn format(&self, offered: &[(&'static str, &'static str)]) -> Answer<&'static str> {
        let first = offered.first().map_or("json", |o| o.0);
        if let Some(text) = self.params.get("f") {
            let found = offered.iter().find(|(id, _)| *id == text);
            // `json` is what people write for the JSON form, whatever its exact name.
            let found = found.or_else(|| offered.iter().find(|(id, _)| text == "json" && *id == "geojson"));
            return found.map(|o| o.0).ok_or_else(|| {
                let ids: Vec<_> = offered.iter().map(|o| o.0).collect();
                Box::new(Problem::parameter("f", text, "this format is not offered here", ids.join(", ")))
            });
        }
        let Some(accept) = self.headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()) else { return Ok(first) };
        super::accept::best(accept, offered).ok_or_else(|| {
            let types: Vec<_> = offered.iter().map(|o| o.1).collect();
            let problem = Problem::new(StatusCode::NOT_ACCEPTABLE, "nothing that Accept asks for is offered here");
            Box::new(problem.about("Accept", accept).bound(types.join(", ")).hint("or choose with f"))
        })
    }

    /// Address of the service, as the caller knows it, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        if let Some(url) = &self.app.options.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let host = self.headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
        // What a caller puts there comes back in links: only what a host may consist of.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b);
        if host.is_empty() || !host.bytes().all(plain) { String::new() } else { format!("http://{host}") }
    }

    /// Address of this request without its query.
    #[must_use]
    pub fn here(&self) -> String {
        format!("{}{}", self.base(), self.uri.path())
    }

    /// Tag of the answer: data, path, tier, format, address and what `canonical` says of the parameters.
    #[must_use]
    pub fn tag(&self, format: &str, canonical: &str) -> Tag {
        self.tag_of(&[self.uri.path(), format, canonical, &self.base()])
    }

    /// Tag of something that depends on the data, the policy, the tier and these parts.
    #[must_use]
    pub fn tag_of(&self, parts: &[&str]) -> Tag {
        // Public numbers change with releases and with the places they are of; (masked) records whenever they are imported.
        let is_of_records = self.layer.is_some_and(|l| l.engine == Engine::Incidents);
        let snapshot = if is_of_records { self.view.snapshot.name() } else { self.view.snapshot.places_name() };
        let own = [&self.overview().generation, snapshot.as_str(), self.view.policy_hash(), &self.caller.scope()];
        Tag::new(&[own.as_slice(), parts].concat())
    }

    /// What the caller's tier may know of the data as a whole.
    #[must_use]
    pub fn overview(&self) -> &geodata::disclosure::Overview {
        &self.view.seen(self.caller.tier).overview
    }

    /// What the filters need to know.
    #[must_use]
    pub fn known(&self) -> &super::params::Known {
        &self.view.seen(self.caller.tier).known
    }

    /// What a caller below analyst tier is told while there is no release.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        let is_closed = !self.caller.tier.is_exact() && self.view.release.is_none();
        is_closed.then(|| geodata::disclosure::no_release().what)
    }

    /// The answer 304 if the caller has these bytes.
    #[must_use]
    pub fn held(&self, tag: &Tag) -> Option<Response> {
        tag.is_held(&self.headers).then(|| self.with(Response::new(Body::empty()), StatusCode::NOT_MODIFIED, tag))
    }

    /// A good answer with its tag and how long it may be kept.
    #[must_use]
    pub fn answer(&self, tag: &Tag, media_type: &'static str, body: impl Into<Body>) -> Response {
        let mut response = Response::new(body.into());
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.with(response, StatusCode::OK, tag)
    }

    /// The coding in which the caller likes finished answers best.
    #[must_use]
    pub fn coding(&self) -> Option<Coding> {
        Coding::best(&self.headers)
    }

    /// A finished answer with its tag; its rows are noted for the access log.
    #[must_use]
    pub fn finished(&self, tag: &Tag, media_type: &'static str, finished: Finished) -> Response {
        self.trail.rows(usize::try_from(finished.rows).unwrap_or(usize::MAX));
        let mut response = self.answer(tag, media_type, finished.bytes);
        if let Some(coding) = finished.coding {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        }
        response
    }

    /// JSON made from a value, unless the caller has it already. Documents for callers without a key are the same for all
    /// of them, and are kept.
    ///
    /// # Errors
    /// What `make` answers.
    pub fn json<T: serde::Serialize>(
        &self,
        media_type: &'static str,
        canonical: &str,
        make: impl FnOnce() -> Answer<T>,
    ) -> Answer<Response> {
        let tag = self.tag(media_type, canonical);
        if let Some(held) = self.held(&tag) {
            return Ok(held);
        }
        let (coding, is_for_all) = (self.coding(), self.caller.key.is_none());
        if is_for_all && let Some(kept) = self.app.kept.held(&tag, coding) {
            return Ok(self.finished(&tag, media_type, kept));
        }
        let bytes = serde_json::to_vec(&make()?)
            .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be written"))?;
        if is_for_all {
            return Ok(self.finished(&tag, media_type, self.app.kept.document(&tag, coding, bytes)));
        }
        Ok(self.answer(&tag, media_type, bytes))
    }

    fn with(&self, mut response: Response, status: StatusCode, tag: &Tag) -> Response {
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::ETAG, tag.header());
        // What a key may see is for that key alone and is kept nowhere.
        let keep = if self.caller.key.is_none() { "public, max-age=60, must-revalidate" } else { "private, no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        response
    }
}
