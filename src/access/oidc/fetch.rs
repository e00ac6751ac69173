//! Fetching an issuer's keys: its discovery document, and the key set that this names.

use std::time::Duration;

use axum::http::Uri;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use ureq::tls::{RootCerts, TlsConfig};

use super::{is_loopback, may_be_asked};

/// How long an issuer may take for both answers.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer that is read, bytes.
const MAX_BYTES: u64 = 1 << 20;
/// Keys of a set that are looked at.
const MAX_KEYS: usize = 100;

/// A key of the issuer, and what it may check.
pub(super) struct Key {
    pub id: Option<String>,
    pub algorithms: &'static [Algorithm],
    pub key: DecodingKey,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// The keys of an issuer, now. Blocks.
///
/// # Errors
/// Says what is wrong with which address.
pub(super) fn keys(issuer: &str) -> Result<Vec<Key>, String> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let discovery: Discovery = get(&address)?;
    if discovery.issuer != issuer {
        return Err(format!("{address} is of the issuer {:?}, the settings name {issuer:?}", discovery.issuer));
    }
    let is_plain = discovery.jwks_uri.starts_with("http:");
    if !may_be_asked(&discovery.jwks_uri) || (is_plain && issuer.starts_with("https:")) {
        return Err(format!("{address} names keys at {:?}, which is no https address", discovery.jwks_uri));
    }
    let set: KeySet = get(&discovery.jwks_uri)?;
    // A set may hold keys of other kinds and for other uses: they are left out, each by itself.
    Ok(set.keys.into_iter().take(MAX_KEYS).filter_map(|key| usable(serde_json::from_value(key).ok()?)).collect())
}

fn usable(jwk: Jwk) -> Option<Key> {
    if jwk.common.public_key_use.as_ref().is_some_and(|u| *u != PublicKeyUse::Signature) {
        return None;
    }
    let family: &'static [Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => &[Algorithm::RS256, Algorithm::PS256],
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => &[Algorithm::ES256],
        _ => return None,
    };
    let algorithms = match jwk.common.key_algorithm {
        None => family,
        Some(own) => {
            let own = match own {
                KeyAlgorithm::RS256 => Algorithm::RS256,
                KeyAlgorithm::PS256 => Algorithm::PS256,
                KeyAlgorithm::ES256 => Algorithm::ES256,
                _ => return None,
            };
            let at = family.iter().position(|a| *a == own)?;
            family.get(at..=at)?
        }
    };
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some(Key { id: jwk.common.key_id, algorithms, key })
}

fn get<T: serde::de::DeserializeOwned>(address: &str) -> Result<T, String> {
    let uri: Uri = address.parse().map_err(|_| format!("{address} is no address"))?;
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE / 2))
        // Where a redirect leads to is not what the settings trust.
        .max_redirects(0)
        .tls_config(tls)
        .accept("application/json");
    let config = if is_loopback(&uri) { config.proxy(None) } else { config.https_only(true) };
    let agent = ureq::Agent::new_with_config(config.build());
    let mut answer = agent.get(address).call().map_err(|e| format!("{address}: {e}"))?;
    let bytes = answer.body_mut().with_config().limit(MAX_BYTES).read_to_vec();
    let bytes = bytes.map_err(|e| format!("{address}: {e}"))?;
    serde_json::from_slice(&bytes).map_err(|e| format!("{address}: {e}"))
}
