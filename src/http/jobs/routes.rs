//! `POST /processes/{id}/execution` and `/jobs`: run a method at once or as a job, look at it, read its result, dismiss it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use geodata::analysis::Method;
use serde_json::{Value, json};

use super::book::DISMISSED;
use super::execution::Execution;
use super::job::{Job, Owner, Phase};
use super::list::Wanted;
use super::results::{OFFERED, Shown, media};
use super::status::{answer, document, unkept};
use super::task::Task;
use crate::access::Caller;
use crate::explain;
use crate::formats::plot::PLOT_FORMATS;
use crate::http::ask::{Ask, layer_for};
use crate::http::html;
use crate::http::problem::{Answer, Problem, shortened};
use crate::http::view::View;

/// Forms of a state.
const FORMS: [(&str, &str); 2] = [("json", "application/json"), ("html", "text/html")];
const NO_SUCH_PROCESS: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process";
const NO_SUCH_JOB: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job";
const NOT_READY: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready";

/// Runs a method: the answer is its result, or with `Prefer: respond-async` a job.
pub async fn execute(mut ask: Ask, body: Result<Bytes, BytesRejection>) -> Answer<Response> {
    let method = Method::find(ask.path("process")).map_err(|e| Box::<Problem>::from(e).known_as(NO_SUCH_PROCESS))?;
    let body = body.map_err(|_| {
        let bound = format!("{} bytes", ask.app.options.max_body_bytes);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body cannot be read or is too large").bound(bound)
    })?;
    let view = Arc::clone(&ask.view);
    permit(&mut ask.caller, view.policy(), method)?;
    let execution = Execution::read(&ask, method, &body)?;
    ask.trail.asks(execution.asked());
    if prefers_job(&ask.headers) { as_job(&ask, &execution) } else { at_once(&ask, &execution).await }
}

/// A caller's tier becomes that for a method: by the layer that shows it, or by that of plain counts.
fn permit(caller: &mut Caller, policy: &geodata::policy::Policy, method: &Method) -> Answer<()> {
    let layer = explain::layer_of(method).ok_or_else(|| Problem::not_found("no layer is served"))?;
    layer_for(&layer.id, caller, policy)?;
    let needed = explain::least_tier(method);
    if caller.tier >= needed {
        return Ok(());
    }
    let id = method.id;
    let detail = format!("{id} reads exact records, and is for keys of {} tier and above", needed.name());
    let hint = format!("send Authorization: Bearer with such a key; /processes/{id} tells who may run it");
    Err(Box::new(Problem::new(StatusCode::FORBIDDEN, detail).hint(hint)))
}

async fn at_once(ask: &Ask, execution: &Execution) -> Answer<Response> {
    let (task, within, format) = (Task::new(ask, execution), execution.within(), execution.format);
    let written = ask.app.work.run(move |cancel| {
        let result = task.at_once(cancel)?;
        Shown { result, within, job: None }.write(format, cancel)
    });
    let (bytes, rows) = written.await.map_err(|problem| match problem.status() {
        StatusCode::GATEWAY_TIMEOUT => Box::new(
            problem.hint("run it as a job with the header Prefer: respond-async, or ask for a smaller area or period"),
        ),
        _ => problem,
    })?;
    ask.trail.rows(rows);
    Ok(with_crs(unkept(StatusCode::OK, media(format), bytes), format))
}

fn as_job(ask: &Ask, execution: &Execution) -> Answer<Response> {
    let owner = Owner::of(&ask.caller, &ask.view);
    let mut job = Job::new(execution.method, owner, ask.view.snapshot.records_name())?;
    (job.within, job.format) = (execution.within(), execution.format);
    let job = ask.app.jobs.add(job)?;
    Task::new(ask, execution).start(&job);
    let mut response = answer(StatusCode::CREATED, &document(ask, &job))?;
    let headers = response.headers_mut();
    if let Ok(place) = HeaderValue::from_str(&format!("{}/jobs/{}", ask.base(), job.id)) {
        headers.insert(header::LOCATION, place);
    }
    headers.insert("preference-applied", HeaderValue::from_static("respond-async"));
    Ok(response)
}

fn prefers_job(headers: &HeaderMap) -> bool {
    let all = headers.get_all("prefer").iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split([',', ';'])).any(|p| p.trim().eq_ignore_ascii_case("respond-async"))
}

/// The caller's own jobs.
pub async fn list(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask.params, ask.known())?;
    let format = ask.format(&FORMS)?;
    let own = ask.app.jobs.of(&Owner::of(&ask.caller, &ask.view));
    let own: Vec<Value> = own
        .iter()
        .filter(|job| wanted.has(job) && still_theirs(&ask.caller, &ask.view, job))
        .take(wanted.limit())
        .map(|job| document(&ask, job))
        .collect();
    let mut list = json!({ "jobs": own, "links": [{ "rel": "self", "type": "application/json", "href": ask.here() }] });
    if ask.caller.key.is_none() {
        list["note"] = json!("Jobs that were made without a key are in no list: whoever made one has its address.");
    }
    if format == "html" {
        return Ok(page(&ask, "Jobs", &list));
    }
    answer(StatusCode::OK, &list)
}

/// A state as a page that nobody keeps.
fn page(ask: &Ask, title: &str, document: &Value) -> Response {
    let frame = html::Frame::of(ask);
    let page =
        html::plain(title)(&frame, document).below([("/?f=html", "Data and API"), ("/processes?f=html", "Analyses")]);
    unkept(StatusCode::OK, html::MEDIA, frame.whole(&page).into_bytes())
}

/// A job's state.
pub async fn one(ask: Ask) -> Answer<Response> {
    let format = ask.format(&FORMS)?;
    let job = find(&ask)?;
    if format == "html" {
        return Ok(page(&ask, job.method.title, &document(&ask, &job)));
    }
    answer(StatusCode::OK, &document(&ask, &job))
}

/// A job's result.
pub async fn results(ask: Ask) -> Answer<Response> {
    let format = ask.format(&[&OFFERED[..], &PLOT_FORMATS].concat())?;
    let job = find(&ask)?;
    // What was wanted when the job was made holds unless another format is asked for now.
    let accept = ask.headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    let is_asked = ask.params.get("f").is_some() || accept.is_some_and(|a| a.trim() != "*/*");
    let format = if is_asked { format } else { job.format };
    let result = match job.state().phase {
        Phase::Successful(result) => result,
        Phase::Failed(problem) => return Err(Box::new(problem)),
        Phase::Gone(why) => return Err(Box::new(gone(why))),
        Phase::Accepted | Phase::Running(_) => {
            let problem = Problem::not_found("the job is not done, so there is no result yet").known_as(NOT_READY);
            return Err(Box::new(problem.hint(format!("look at /jobs/{} until its status is successful", job.id))));
        }
    };
    let shown = Shown { result, within: job.within, job: Some(format!("{}/jobs/{}", ask.base(), job.id)) };
    if let Some((format, media)) = PLOT_FORMATS.into_iter().find(|(id, _)| *id == format) {
        let id = ask.params.get("plot").map(str::to_owned);
        let bytes = ask.app.work.run(move |_| shown.picture(format, id.as_deref())).await?;
        return Ok(unkept(StatusCode::OK, media, bytes));
    }
    let (bytes, rows) = ask.app.work.run(move |cancel| shown.write(format, cancel)).await?;
    ask.trail.rows(rows);
    let mut response = with_crs(unkept(StatusCode::OK, media(format), bytes), format);
    let name = format!("attachment; filename=\"{}.{format}\"", job.method.id);
    if let Some(name) = HeaderValue::from_str(&name).ok().filter(|_| format == "csv" || format == "parquet") {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Stops a job that is not done, and forgets the result of one that is.
pub async fn dismiss(ask: Ask) -> Answer<Response> {
    let job = find(&ask)?;
    let before = job.forget(DISMISSED);
    if matches!(before, Phase::Accepted | Phase::Running(_)) {
        ask.app.metrics.job_ended(job.method.id, "dismissed");
    }
    answer(StatusCode::OK, &document(&ask, &job))
}

/// The job that the path names, if it is the caller's and something is kept of it.
fn find(ask: &Ask) -> Answer<Arc<Job>> {
    let id = ask.path("job");
    let found = ask.app.jobs.find(id).filter(|job| job.owner.key == ask.caller.key);
    let job = found.ok_or_else(|| {
        let problem = Problem::not_found(format!("there is no job {:?}", shortened(id))).known_as(NO_SUCH_JOB);
        problem.hint("jobs are seen with the key that made them alone, and not for ever")
    })?;
    if let Phase::Gone(why) = job.state().phase {
        return Err(Box::new(gone(why)));
    }
    if !still_theirs(&ask.caller, &ask.view, &job) {
        return Err(Box::new(gone("this job was made at another tier or under another policy")));
    }
    Ok(job)
}

/// Whether a caller may see a job of theirs still: the tier, the precision and the policy are those under which it was made.
pub fn still_theirs(caller: &Caller, view: &View, job: &Job) -> bool {
    let mut caller = caller.clone();
    let may = permit(&mut caller, view.policy(), job.method).is_ok();
    may && Owner::of(&caller, view) == job.owner
}

fn gone(why: &str) -> Problem {
    Problem::new(StatusCode::GONE, why).hint("run it again: POST /processes/{id}/execution")
}

fn with_crs(mut response: Response, format: &str) -> Response {
    if format == "geojson" {
        let crs = HeaderValue::from_static("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>");
        response.headers_mut().insert("content-crs", crs);
    }
    response
}
