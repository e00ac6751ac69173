//! Who asks: from the `Authorization` header to a proven tier. Tokens are never kept, shown or logged.

mod keys;
mod throttle;

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use geodata::disclosure::Tier;
use geodata::policy::{Policy, Sight};

pub use keys::{Entry, FileKeys, KeyBook, NoKeys};
pub use throttle::Throttle;

use crate::http::problem::{Answer, Problem};

/// Longest purpose that is taken, in characters.
const MAX_PURPOSE: usize = 200;

/// Who asks, as the key proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// What may be seen.
    pub tier: Tier,
    /// Id of the key, for the log; `None` without a key.
    pub key: Option<Arc<str>>,
    /// The stated purpose, from analyst tier on.
    pub purpose: Option<Arc<str>>,
}

impl Caller {
    /// Anyone, without a key.
    #[must_use]
    pub fn public() -> Self {
        Self { tier: Tier::Public, key: None, purpose: None }
    }

    /// What may be seen of a layer under a policy: masked points need an agreement.
    #[must_use]
    pub fn sight(&self, policy: &Policy, layer: &str) -> Sight {
        let sight = policy.sight(layer, self.tier);
        if sight == Sight::Masked { Sight::Nothing } else { sight }
    }
}

/// Proves callers.
pub struct Access {
    keys: keys::Cached,
    throttle: Throttle,
}

impl Access {
    /// Over a book of keys.
    #[must_use]
    pub fn new(book: Arc<dyn KeyBook>) -> Self {
        Self { keys: keys::Cached::new(book), throttle: Throttle::default() }
    }

    /// Reads the headers of a request from an address.
    ///
    /// # Errors
    /// 401 for a key that is not valid, 429 after many of them, 400 where a purpose is missing.
    pub async fn caller(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Answer<Caller> {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(Caller::public()) };
        let token = value.to_str().ok().and_then(bearer);
        let entry = match token.and_then(|t| self.keys.known(t)) {
            Some(entry) => Some(entry),
            None => {
                // Whoever shares an address with a guesser (an office, a proxy) still gets in with a valid key, only later.
                self.throttle.slow(peer).await;
                match token {
                    Some(token) => self.keys.find(token).await?,
                    None => None,
                }
            }
        };
        let Some(entry) = entry else {
            self.throttle.check(peer)?;
            self.throttle.failed(peer).await;
            // One sentence for unknown, expired and revoked keys: a guesser learns nothing from it.
            let problem = Problem::new(StatusCode::UNAUTHORIZED, "the key is unknown, expired or revoked");
            return Err(Box::new(
                problem.hint(
                    "send Authorization: Bearer KEY with a valid key, or leave the header out for public answers",
                ),
            ));
        };
        let purpose = if entry.tier >= Tier::Analyst { Some(purpose(headers)?) } else { None };
        Ok(Caller { tier: entry.tier, key: Some(entry.id), purpose })
    }
}

/// The token of `Bearer TOKEN`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_at_checked(7)?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer ") && !token.is_empty()).then_some(token)
}

fn purpose(headers: &HeaderMap) -> Answer<Arc<str>> {
    let text = headers.get("purpose").and_then(|v| v.to_str().ok()).map(str::trim).unwrap_or_default();
    if text.is_empty() || text.chars().count() > MAX_PURPOSE {
        let bound = format!("1 to {MAX_PURPOSE} characters");
        let problem = Problem::parameter("Purpose", text, "this key needs a stated purpose", bound);
        return Err(Box::new(
            problem.hint("send a header such as Purpose: weekly review of street lighting; it is logged"),
        ));
    }
    Ok(Arc::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bearer_tokens_are_read() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        for bad in ["Bearer ", "Basic abc", "Bearerabc", "", "Be"] {
            assert_eq!(bearer(bad), None);
        }
    }
}
