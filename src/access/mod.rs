//! Who asks: from the `Authorization` header to a proven tier. Tokens are never kept, shown or logged.

mod caller;
mod keys;
pub mod oidc;
mod scrub;
mod throttle;
mod trail;

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};

pub use caller::Caller;
pub use keys::{Entry, FileKeys, KeyBook, NoKeys};
pub use scrub::scrub;
pub use throttle::Throttle;
pub use trail::{Asker, Trail};

use crate::http::problem::{Answer, Problem};

/// Proves callers.
pub struct Access {
    keys: keys::Cached,
    issuer: Option<oidc::Issuer>,
    throttle: Throttle,
}

impl Access {
    /// Over a book of keys, and an issuer of tokens where there is one.
    #[must_use]
    pub fn new(book: Arc<dyn KeyBook>, issuer: Option<oidc::Settings>) -> Self {
        let issuer = issuer.map(oidc::Issuer::new);
        Self { keys: keys::Cached::new(book), issuer, throttle: Throttle::default() }
    }

    /// Reads the headers of a request from an address, and notes who asks.
    ///
    /// # Errors
    /// 401 for a key that is not valid, 429 after many of them, 403 where its agreement has ended, 400 where a purpose is
    /// missing, 503 where the issuer of tokens cannot be asked.
    pub async fn caller(&self, headers: &HeaderMap, peer: Option<IpAddr>, trail: &Trail) -> Answer<Caller> {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(Caller::public()) };
        let found = match value.to_str().ok().and_then(bearer) {
            Some(token) => self.find(token, peer).await?,
            None => None,
        };
        let Some(entry) = found else {
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
        trail.asked_by(&entry, headers);
        Caller::of(entry, headers)
    }

    async fn find(&self, token: &str, peer: Option<IpAddr>) -> Answer<Option<Entry>> {
        if let Some(issuer) = self.issuer.as_ref().filter(|_| oidc::looks_like_one(token)) {
            return issuer.find(token).await;
        }
        if let Some(entry) = self.keys.known(token) {
            return Ok(Some(entry));
        }
        // Whoever shares an address with a guesser (an office, a proxy) still gets in with a valid key, only later.
        self.throttle.slow(peer).await;
        self.keys.find(token).await
    }
}

/// The token of `Bearer TOKEN`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_at_checked(7)?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer ") && !token.is_empty()).then_some(token)
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
