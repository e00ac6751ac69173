//! Paging: `limit`, and `offset` or the cursor `after`.

use geodata::disclosure::Part;
use geodata::limits::MAX_PAGE;

use super::Params;
use crate::http::problem::{Answer, Problem};

/// Rows of a page where the caller names no limit.
pub const DEFAULT_LIMIT: usize = 100;

/// Longest cursor, bytes.
const MAX_CURSOR: usize = 1_000;

/// Which part of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Rows at most, 1 to [`MAX_PAGE`].
    pub limit: usize,
    /// Rows to leave out first.
    pub offset: usize,
    /// Where the page begins, as a `next` link gave it; empty at the beginning.
    pub after: String,
}

impl Paging {
    /// Reads the parameters; a limit above the bound is brought down to it, as OGC API asks.
    ///
    /// # Errors
    /// 400 for what is not a whole number, a limit of 0, and `offset` beside `after`.
    pub fn read(params: &Params) -> Answer<Self> {
        let limit =
            number(params, "limit", &format!("1 to {MAX_PAGE}; more is brought down"))?.unwrap_or(DEFAULT_LIMIT as u64);
        if limit == 0 {
            return Err(Box::new(Problem::parameter("limit", "0", "limit is below 1", format!("1 to {MAX_PAGE}"))));
        }
        let offset = number(params, "offset", "0 or more")?;
        let after = params.get("after").unwrap_or_default();
        if params.get("after").is_some_and(|a| a.is_empty() || a.len() > MAX_CURSOR || a.chars().any(char::is_control))
        {
            let why = "after is not where a page begins";
            return Err(Box::new(Problem::parameter("after", after, why, "what a next link holds")));
        }
        if let (Some(offset), false) = (offset, after.is_empty()) {
            let problem =
                Problem::parameter("offset", &offset.to_string(), "offset and after exclude each other", "one of them");
            return Err(Box::new(problem));
        }
        Ok(Self {
            limit: usize::try_from(limit).unwrap_or(MAX_PAGE).min(MAX_PAGE),
            offset: usize::try_from(offset.unwrap_or(0)).unwrap_or(usize::MAX),
            after: after.to_owned(),
        })
    }

    /// The part of a list that is asked for.
    #[must_use]
    pub fn part(&self) -> Part<'_> {
        Part { after: &self.after, offset: self.offset, limit: self.limit }
    }
}

fn number(params: &Params, name: &str, bound: &str) -> Answer<Option<u64>> {
    let Some(text) = params.get(name) else { return Ok(None) };
    match text.parse::<u64>() {
        Ok(n) if i64::try_from(n).is_ok() => Ok(Some(n)),
        _ => Err(Box::new(Problem::parameter(name, text, format!("{name} is not a whole number in its bound"), bound))),
    }
}
