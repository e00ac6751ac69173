//! `crs` and `bbox-crs`: coordinate reference systems by the names that OGC API - Features has for them.

use geodata::crs::Crs;

use super::{Known, Params};
use crate::formats::{CRS84, Frame};
use crate::http::problem::{Answer, Problem};

/// EPSG codes of systems that every layer is offered in besides CRS84.
const EVERYWHERE: [u16; 2] = [4326, 3857];

/// Names of the systems that answers are offered in: CRS84 first, the city's own zone last.
#[must_use]
pub fn systems(known: &Known) -> Vec<String> {
    let codes = codes(known).map(|code| format!("http://www.opengis.net/def/crs/EPSG/0/{code}"));
    std::iter::once(CRS84.uri().to_owned()).chain(codes).collect()
}

fn codes(known: &Known) -> impl Iterator<Item = u16> {
    EVERYWHERE.into_iter().chain(known.local_epsg)
}

/// The system that the answer is asked for in.
///
/// # Errors
/// 400 for one that is not offered.
pub fn frame(params: &Params, known: &Known) -> Answer<Frame> {
    let Some(code) = read(params, "crs", known)? else { return Ok(Frame::crs84()) };
    Ok(Frame::of_epsg(code)?)
}

/// The EPSG code that a parameter names; `None` for CRS84, which is meant where nothing is said.
///
/// # Errors
/// 400 for a system that is not offered, with those that are.
pub(super) fn read(params: &Params, name: &str, known: &Known) -> Answer<Option<u16>> {
    let Some(text) = params.get(name) else { return Ok(None) };
    if text == CRS84.uri() || text == "[OGC:CRS84]" {
        return Ok(None);
    }
    let code = text
        .strip_prefix("http://www.opengis.net/def/crs/EPSG/0/")
        .or_else(|| text.strip_prefix("[EPSG:").and_then(|rest| rest.strip_suffix(']')));
    let found = codes(known).find(|known| code == Some(known.to_string().as_str()));
    found.map(Some).ok_or_else(|| {
        let why = format!("{name}: this coordinate reference system is not offered");
        Box::new(Problem::parameter(name, text, why, systems(known).join(", ")))
    })
}

/// The system of an EPSG code that was read.
///
/// # Errors
/// A code that cannot be computed.
pub(super) fn planar(code: u16) -> Answer<Crs> {
    Ok(Crs::from_epsg(code)?)
}
