//! Tokens of an OpenID Connect issuer, for cities whose staff sign in with an account that they have already.

#[cfg(feature = "oidc")]
mod fetch;
#[cfg(feature = "oidc")]
mod issuer;
#[cfg(feature = "oidc")]
mod signatures;

use std::collections::BTreeMap;

use axum::http::Uri;
use geodata::disclosure::Tier;
use geodata::{Error, Result};
use serde::Deserialize;

#[cfg(feature = "oidc")]
pub(super) use issuer::Issuer;

/// Seconds that clocks may differ at most: beyond, a token would hold much longer than its issuer wants.
const MAX_SKEW_S: u64 = 600;

/// The table `[oidc]` of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address of the issuer, exactly as its tokens name it.
    pub issuer: String,
    /// What tokens for this service are made out to.
    pub audience: String,
    /// Claim with the roles; dots lead into objects, as in `realm_access.roles`.
    #[serde(default = "roles")]
    pub roles_claim: String,
    /// Tier of each role. A role that is not here opens nothing beyond what anyone may see.
    pub roles: BTreeMap<String, Tier>,
    /// Seconds that the clocks of issuer and service may differ.
    #[serde(default = "skew")]
    pub clock_skew_s: u64,
}

fn roles() -> String {
    "roles".to_owned()
}

fn skew() -> u64 {
    60
}

impl Settings {
    /// Checks what the type does not hold.
    ///
    /// # Errors
    /// Names the setting, its value and its bound.
    pub fn check(&self) -> Result<()> {
        let bad = |name: &str, value: &str, bound: &str| {
            Err(Error::invalid(format!("oidc.{name} is {value:?}"), format!("the bound is: {bound}")))
        };
        if !cfg!(feature = "oidc") {
            return bad("issuer", &self.issuer, "none, since this program was built without the feature oidc");
        }
        if !may_be_asked(&self.issuer) {
            return bad("issuer", &self.issuer, "an https address, or http for a loopback host");
        }
        if self.audience.is_empty() {
            return bad("audience", "", "what the issuer makes tokens for this service out to");
        }
        if self.clock_skew_s > MAX_SKEW_S {
            return bad("clock_skew_s", &self.clock_skew_s.to_string(), &format!("0 to {MAX_SKEW_S} seconds"));
        }
        Ok(())
    }
}

/// Whether keys may be fetched from an address: nobody on the way can change them.
fn may_be_asked(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else { return false };
    match uri.scheme_str() {
        Some("https") => uri.host().is_some(),
        Some("http") => is_loopback(&uri),
        _ => false,
    }
}

fn is_loopback(uri: &Uri) -> bool {
    matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// Whether a token is of an issuer rather than a key of the data file.
pub(super) fn looks_like_one(token: &str) -> bool {
    token.starts_with("eyJ") && token.matches('.').count() == 2
}

/// The issuer of a program that was built without issuers: the settings cannot name one.
#[cfg(not(feature = "oidc"))]
pub(super) struct Issuer;

#[cfg(not(feature = "oidc"))]
impl Issuer {
    pub(super) fn new(_: Settings) -> Self {
        Self
    }

    pub(super) async fn find(&self, _token: &str) -> crate::http::problem::Answer<Option<super::Entry>> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_https_or_from_this_machine() {
        for good in
            ["https://id.example.org/realms/city", "http://127.0.0.1:8081", "http://localhost/x", "http://[::1]:1"]
        {
            assert!(may_be_asked(good), "{good}");
        }
        for bad in ["http://id.example.org", "http://127.0.0.1.example.org", "ftp://localhost", "id.example.org", ""] {
            assert!(!may_be_asked(bad), "{bad}");
        }
    }

    #[test]
    fn settings_have_defaults_and_bounds() {
        let read = |text: &str| toml::from_str::<Settings>(text);
        let text = "issuer = \"https://id.example.org\"\naudience = \"safety\"\nroles = { staff = \"analyst\" }\n";
        let settings = read(text).expect("readable");
        assert_eq!((settings.roles_claim.as_str(), settings.clock_skew_s), ("roles", 60));
        assert_eq!(settings.check().is_ok(), cfg!(feature = "oidc"));
        assert!(read(&text.replace("analyst", "boss")).is_err());
        assert!(read(&format!("{text}secret = 1")).is_err());
        let long = read(&format!("{text}clock_skew_s = 601")).expect("readable");
        assert!(long.check().is_err());
    }
}
