//! An issuer, its keys kept and fetched anew when a token names one that is not there; and what a token of it opens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use axum::http::StatusCode;
use geodata::disclosure::Tier;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde_json::Value;
use tokio::sync::Mutex;

use super::fetch::{self, Key};
use super::{Settings, signatures};
use crate::access::Entry;
use crate::http::problem::{Answer, Problem};

/// Signatures that are taken. None that a public key could forge is among them.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::PS256];
/// Age at which keys are fetched anew though nothing asks for it, so that a withdrawn key ends.
const FRESH: Duration = Duration::from_secs(600);
/// Age at which keys count no more where the issuer cannot be asked.
const LASTING: Duration = Duration::from_secs(24 * 3600);
/// Time between two fetches, whoever asks for them with whatever tokens.
const PAUSE: Duration = Duration::from_secs(10);

/// Proves tokens of one issuer.
pub struct Issuer {
    settings: Settings,
    keys: ArcSwapOption<Keys>,
    /// When keys were last fetched anew, or could not be; held during a fetch, so that one is at a time.
    asked: Mutex<Option<Instant>>,
}

struct Keys {
    all: Vec<Key>,
    fetched: Instant,
}

impl Issuer {
    /// Nothing is fetched before the first token.
    pub fn new(settings: Settings) -> Self {
        signatures::install();
        Self { settings, keys: ArcSwapOption::empty(), asked: Mutex::new(None) }
    }

    /// Whoever a token was made for; `None` if it is not valid.
    ///
    /// # Errors
    /// 503 where the issuer's keys are not known and cannot be fetched.
    pub async fn find(&self, token: &str) -> Answer<Option<Entry>> {
        let Ok(header) = jsonwebtoken::decode_header(token) else { return Ok(None) };
        if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
            return Ok(None);
        }
        let Some(key) = self.key(&header).await? else { return Ok(None) };
        let validation = self.validation(header.alg);
        let Ok(proven) = jsonwebtoken::decode::<Value>(token, &key, &validation) else { return Ok(None) };
        Ok(self.entry(&proven.claims))
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.audience]);
        validation.leeway = self.settings.clock_skew_s;
        validation.validate_nbf = true;
        validation
    }

    fn entry(&self, claims: &Value) -> Option<Entry> {
        let subject = claims.get("sub")?.as_str().filter(|s| !s.is_empty())?;
        let roles = claim(claims, &self.settings.roles_claim);
        let names: Vec<&str> = match roles {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => one.split_whitespace().collect(),
            _ => vec![],
        };
        let tiers = names.iter().filter_map(|name| self.settings.roles.get(*name).copied());
        let tier = tiers.max().unwrap_or(Tier::Public);
        Some(Entry::new(&format!("{}|{subject}", self.settings.issuer), tier))
    }

    /// The key that a token says it was signed with.
    async fn key(&self, header: &Header) -> Answer<Option<DecodingKey>> {
        let known = self.keys.load_full();
        if let Some(keys) = known.as_ref().filter(|k| k.fetched.elapsed() < FRESH)
            && let Some(key) = keys.find(header)
        {
            return Ok(Some(key));
        }
        let mut asked = self.asked.lock().await;
        let newest = self.keys.load_full();
        let is_first = newest.is_none();
        // Another request may have fetched them meanwhile.
        let is_newer = newest.as_ref().map(|k| k.fetched) != known.as_ref().map(|k| k.fetched);
        if !is_newer && asked.is_none_or(|at| at.elapsed() >= PAUSE) {
            let issuer = self.settings.issuer.clone();
            let fetched = tokio::task::spawn_blocking(move || fetch::keys(&issuer)).await;
            match fetched.unwrap_or_else(|_| Err("the fetch panicked".to_owned())) {
                Ok(all) => {
                    // The first fetch answers no question about an unknown key, so that the first rotation is seen at once.
                    *asked = if is_first { None } else { Some(Instant::now()) };
                    self.keys.store(Some(Arc::new(Keys { all, fetched: Instant::now() })));
                }
                Err(error) => {
                    *asked = Some(Instant::now());
                    tracing::warn!(error, "the keys of the issuer of tokens cannot be fetched");
                }
            }
        }
        drop(asked);
        match self.keys.load_full().filter(|k| k.fetched.elapsed() < LASTING) {
            Some(keys) => Ok(keys.find(header)),
            None => {
                let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the issuer of tokens cannot be asked now");
                Err(Box::new(problem.hint("try again in a minute; the operator finds the reason in the log")))
            }
        }
    }
}

impl Keys {
    /// The key of the header's name; without a name the only one that can be meant.
    fn find(&self, header: &Header) -> Option<DecodingKey> {
        let mut fitting = self
            .all
            .iter()
            .filter(|k| k.algorithms.contains(&header.alg) && (header.kid.is_none() || k.id == header.kid));
        let key = fitting.next()?;
        (header.kid.is_some() || fitting.next().is_none()).then(|| key.key.clone())
    }
}

/// A claim by its name, or by names that lead into objects, joined by dots.
fn claim<'a>(claims: &'a Value, path: &str) -> Option<&'a Value> {
    // Some issuers have names with dots in them, such as addresses.
    claims.get(path).or_else(|| path.split('.').try_fold(claims, |object, name| object.get(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_found_by_its_name_or_by_its_path() {
        let claims = serde_json::json!({"realm_access": {"roles": ["a"]}, "https://id.example/roles": "b c"});
        assert!(claim(&claims, "realm_access.roles").is_some_and(Value::is_array));
        assert!(claim(&claims, "https://id.example/roles").is_some_and(Value::is_string));
        assert!(claim(&claims, "realm_access.none").is_none() && claim(&claims, "").is_none());
    }
}
