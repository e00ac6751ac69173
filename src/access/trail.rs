//! What the access log will say of a request: filled in as it becomes known, read when the answer is there.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderMap;
use geodata::disclosure::Tier;

use super::caller::stated;
use super::{Entry, scrub};

/// One request's.
#[derive(Default)]
pub struct Trail {
    asker: OnceLock<Asker>,
    basis: OnceLock<String>,
    question: OnceLock<String>,
    rows: AtomicU64,
}

/// Who asked, once proven.
pub struct Asker {
    /// Id and name of the key, or issuer and subject of a token.
    pub who: String,
    /// Tier of the key.
    pub tier: Tier,
    /// Why, in their words, as far as they are of use.
    pub purpose: String,
}

/// Longest purpose that is logged, in characters; a longer one is refused and logged up to here.
const MAX_PURPOSE: usize = 200;

impl Trail {
    /// Notes who asks: also of a request that is refused afterwards.
    pub(super) fn asked_by(&self, entry: &Entry, headers: &HeaderMap) {
        let own = entry.agreement.as_ref().map_or("", |a| &a.purpose);
        let words = Some(stated(headers)).filter(|s| !s.is_empty()).unwrap_or(own);
        let purpose = scrub(words).chars().take(MAX_PURPOSE).collect();
        let asker = Asker { who: scrub(&entry.who).into_owned(), tier: entry.tier, purpose };
        let _ = self.asker.set(asker);
    }

    /// Notes of which data the answer is.
    pub fn of(&self, basis: String) {
        let _ = self.basis.set(basis);
    }

    /// Notes what the body of the request asks, as a query.
    pub fn asks(&self, query: String) {
        let _ = self.question.set(query);
    }

    /// What the body of the request asks; empty for most.
    pub fn question(&self) -> &str {
        self.question.get().map_or("", String::as_str)
    }

    /// Notes the rows in the answer.
    pub fn rows(&self, rows: usize) {
        self.rows.store(rows as u64, Ordering::Relaxed);
    }

    /// The rows that were noted.
    #[must_use]
    pub fn noted(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Who asked, of which data, and how many rows there were; `None` for the public.
    pub fn logged(&self) -> Option<(&Asker, &str, u64)> {
        let asker = self.asker.get().filter(|a| a.tier >= Tier::Partner)?;
        Some((asker, self.basis.get().map_or("", String::as_str), self.noted()))
    }
}
