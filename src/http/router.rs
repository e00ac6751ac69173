//! The router: routes from their table, and around them limits, headers, compression, log and panics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;

use super::app::App;
use super::coding::MIN_COMPRESSED;
use super::listen::Peer;
use super::problem::Problem;
use super::routes::{self, ROUTES, Verb};
use super::{audit, etag};
use crate::access::{Trail, scrub};

/// What pages may load: only their own files, no inline script or style, no frame of another site.
const CSP: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                   font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// The whole service as one tower service.
pub fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.pattern, route.methods());
    }
    let compressed = SizeAbove::new(MIN_COMPRESSED as u64)
        .and(NotForContentType::const_new("image/png"))
        .and(NotForContentType::const_new("font/"))
        // An event goes out when it happens, not when a block is full.
        .and(NotForContentType::const_new("text/event-stream"));
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static("content-crs"),
            HeaderName::from_static("prefer"),
            HeaderName::from_static("purpose"),
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("content-crs"),
        ])
        .max_age(Duration::from_secs(3600));
    router
        .fallback(|| async { Problem::not_found("there is nothing at this path").hint("begin at / or /collections") })
        .method_not_allowed_fallback(|| async {
            let detail = "this path does not take the method of the request";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).hint("the header Allow lists those that it takes")
        })
        .layer(DefaultBodyLimit::max(app.options.max_body_bytes))
        .layer(RequestBodyLimitLayer::new(app.options.max_body_bytes))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressed))
        .layer(cors)
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a request panicked; the panic's own message is above");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the service failed on this request").into_response()
        }))
        .layer(middleware::from_fn_with_state(Arc::clone(app), around))
        .with_state(Arc::clone(app))
}

/// Limits before, headers and the access log after every request.
async fn around(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    app.metrics.began();
    let open = Open(Arc::clone(&app));
    let id = request_id();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let trail = Arc::new(Trail::default());
    request.extensions_mut().insert(Arc::clone(&trail));
    let path = safe_path(uri.path());
    let peer = request.extensions().get::<ConnectInfo<Peer>>().map(|c| c.0.0.ip());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().and_then(|m| routes::of(m.as_str(), &method)).map_or("none", |r| r.id);
    let mut response = match refused(&app, &request) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    };
    response = audit::logged(&app, &trail, &method, &uri, response);
    drop(open);
    if method == Method::OPTIONS || response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let pattern = matched.as_ref().map(MatchedPath::as_str);
        let allowed = pattern.map_or_else(|| "GET, HEAD, OPTIONS".to_owned(), |p| routes::allowed(p, uri.path()));
        if let Ok(allowed) = HeaderValue::from_str(&allowed) {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        for (name, verb) in [("accept-post", Verb::Post), ("accept-patch", Verb::Patch)] {
            if let Some(media) = pattern.and_then(|p| routes::accepted(p, uri.path(), verb)) {
                response.headers_mut().insert(name, HeaderValue::from_static(media));
            }
        }
    }
    finish(&mut response, &id);
    let (status, took) = (response.status().as_u16(), began.elapsed());
    app.metrics.answered(route, status, took);
    // The query is left out: it holds places and categories that someone looked at.
    tracing::info!(target: "access", %method, path, status, route, ms = took.as_millis() as u64, peer = ?peer, id, "answered");
    response
}

fn refused(app: &App, request: &Request<Body>) -> Option<Problem> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok());
    if length.and_then(|v| v.parse::<usize>().ok()).is_some_and(|n| n > app.options.max_body_bytes) {
        let detail = format!("the body has more than {} bytes", app.options.max_body_bytes);
        return Some(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    let uri_bytes = request.uri().path().len() + request.uri().query().map_or(0, str::len);
    if uri_bytes > app.options.max_uri_bytes {
        let problem = Problem::new(
            StatusCode::URI_TOO_LONG,
            format!("the address has more than {} bytes", app.options.max_uri_bytes),
        );
        return Some(problem.hint("name fewer categories, or ask several times"));
    }
    let header_bytes: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    (header_bytes > app.options.max_header_bytes).then(|| {
        let detail = format!("the headers have more than {} bytes", app.options.max_header_bytes);
        Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, detail)
    })
}

fn finish(response: &mut Response, id: &str) {
    let is_html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|t| t.starts_with("text/html") || t.starts_with("image/svg"));
    let headers = response.headers_mut();
    etag::mark_coding(headers);
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding, authorization"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static("geolocation=(self), camera=(), microphone=()"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    if is_html {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", id);
    }
}

/// A number for the log; it says nothing of the caller.
fn request_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{:08x}-{:04x}", jiff::Timestamp::now().as_second(), NEXT.fetch_add(1, Ordering::Relaxed) & 0xffff)
}

/// The path for the log, without what a caller may have put into it by mistake.
fn safe_path(path: &str) -> String {
    scrub(path).chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Counts the request as ended, also where the caller has gone and the future is dropped.
struct Open(Arc<App>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.metrics.ended();
    }
}
