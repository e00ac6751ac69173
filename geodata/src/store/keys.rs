//! API keys: 256 random bits for whoever asks, of which the file keeps only the SHA-256.

use std::fmt;

use jiff::civil::Date;
use rusqlite::params;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::Store;
use crate::disclosure::Tier;
use crate::error::{Error, Kind, Result};

/// What a token begins with, so that scanners for leaked secrets find it.
pub const TOKEN_PREFIX: &str = "us_";
/// Longest name of a key, bytes.
pub const MAX_NAME_BYTES: usize = 200;

/// The secret itself. It is shown once, to whoever made the key, and never printed by accident.
pub struct Token(String);

impl Token {
    /// The text to hand over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// What is known of a key. The secret is not among it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ApiKey {
    /// Short name for logs and for revoking.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// What it may see.
    pub tier: Tier,
    /// When it was made, UTC.
    pub created: String,
    /// Last day on which it holds (UTC), YYYY-MM-DD.
    pub expires: Option<String>,
    /// When it was revoked, UTC.
    pub revoked: Option<String>,
    /// Id of the agreement that it is bound to.
    pub agreement: Option<String>,
}

/// Makes a key that holds until the end of the day `expires` (UTC, YYYY-MM-DD), or until it is revoked.
///
/// # Errors
/// An empty or overlong name, a date that is none or is past, a system without random numbers, a file that cannot be written.
pub fn create(store: &mut Store, name: &str, tier: Tier, expires: Option<&str>) -> Result<(ApiKey, Token)> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return Err(Error::invalid(
            format!("the name of a key has {} bytes, the bound is 1 to {MAX_NAME_BYTES}", name.len()),
            "name the person or organisation that gets the key",
        ));
    }
    if let Some(text) = expires {
        last_day(text, "the key")?;
    }
    let random = random::<32>()?;
    let token = Token(format!("{TOKEN_PREFIX}{}", hex(&random)));
    let key = ApiKey {
        id: random_id()?,
        name: name.to_owned(),
        tier,
        created: jiff::Timestamp::now().to_string(),
        expires: expires.map(str::to_owned),
        revoked: None,
        agreement: None,
    };
    let sql = "INSERT INTO api_keys (id, name, tier, sha256, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let row = params![key.id, key.name, tier.name(), &digest(&token.0)[..], key.created, key.expires];
    store.conn.execute(sql, row).map_err(store.fault("writing a key into"))?;
    Ok((key, token))
}

/// Binds a key to an agreement: from then on it sees what the agreement says, as long as that holds.
///
/// # Errors
/// There is no such key or agreement; the file cannot be written.
pub fn bind(store: &mut Store, id: &str, agreement: &str) -> Result<()> {
    if super::agreements::find(store, agreement)?.is_none() {
        return Err(super::agreements::unknown(agreement));
    }
    let sql = "UPDATE api_keys SET agreement = ?1 WHERE id = ?2";
    match store.conn.execute(sql, params![agreement, id]).map_err(store.fault("binding a key in"))? {
        0 => Err(unknown(id)),
        _ => Ok(()),
    }
}

fn unknown(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("there is no key {id:?}"), "`urbansafety keys list` shows the ids")
}

/// The last day on which something holds, which is today or later (UTC).
pub(super) fn last_day(text: &str, what: &str) -> Result<Date> {
    let hint = format!("give the last day on which {what} holds as YYYY-MM-DD");
    let date: Date = text.parse().map_err(|_| Error::invalid(format!("expiry {text:?} is not a date"), &hint))?;
    if date < today() || date.to_string() != text {
        return Err(Error::invalid(format!("expiry {text:?} is past or not written as {date}"), hint));
    }
    Ok(date)
}

/// The day now, UTC.
#[must_use]
pub fn today() -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

/// A short name that nothing else has.
pub(crate) fn random_id() -> Result<String> {
    Ok(hex(&random::<4>()?))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| {
        Error::storage(format!("the system gives no random numbers: {e}"), "do this on another machine")
    })?;
    Ok(bytes)
}

/// Every key, in the order they were made.
///
/// # Errors
/// The file cannot be read.
pub fn list(store: &Store) -> Result<Vec<ApiKey>> {
    Ok(rows(store)?.into_iter().map(|(key, _)| key).collect())
}

/// Ends a key at once.
///
/// # Errors
/// No key has this id; the file cannot be written.
pub fn revoke(store: &mut Store, id: &str) -> Result<()> {
    let sql = "UPDATE api_keys SET revoked = ifnull(revoked, ?1) WHERE id = ?2";
    let now = jiff::Timestamp::now().to_string();
    match store.conn.execute(sql, params![now, id]).map_err(store.fault("revoking a key in"))? {
        0 => Err(unknown(id)),
        _ => Ok(()),
    }
}

/// The key of a token, if it holds now. Every key is compared in constant time, so that the time of an answer tells
/// nothing of how much of a token was right.
///
/// # Errors
/// The file cannot be read.
pub fn find(store: &Store, token: &str) -> Result<Option<ApiKey>> {
    let asked = digest(token);
    let rows = rows(store)?;
    let mut found = u32::MAX;
    for (i, (_, kept)) in rows.iter().enumerate() {
        let is_same: Choice = kept.ct_eq(&asked);
        found = u32::conditional_select(&found, &(i as u32), is_same);
    }
    let today = today().to_string();
    let key = rows.into_iter().nth(found as usize).map(|(key, _)| key);
    // Dates written as YYYY-MM-DD compare as texts.
    Ok(key.filter(|k| k.revoked.is_none() && k.expires.as_ref().is_none_or(|last| *last >= today)))
}

fn rows(store: &Store) -> Result<Vec<(ApiKey, [u8; 32])>> {
    let read = || {
        let sql =
            "SELECT id, name, tier, created, expires, revoked, agreement, sha256 FROM api_keys ORDER BY created, id";
        let mut statement = store.conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |r| {
            let tier: String = r.get(2)?;
            let key = ApiKey {
                id: r.get(0)?,
                name: r.get(1)?,
                // A tier of a newer program grants nothing beyond what anyone may see.
                tier: Tier::ALL.into_iter().find(|t| t.name() == tier).unwrap_or(Tier::Public),
                created: r.get(3)?,
                expires: r.get(4)?,
                revoked: r.get(5)?,
                agreement: r.get(6)?,
            };
            Ok((key, r.get(7)?))
        })?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(store.fault("reading"))
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("city.gpkg")).expect("a new file");
        (folder, store)
    }

    #[test]
    fn a_key_holds_until_it_is_revoked_and_its_secret_is_not_in_the_file() {
        let (folder, mut store) = store();
        let (key, token) = create(&mut store, "Health department", Tier::Analyst, None).expect("a key");
        let (other, _) = create(&mut store, "Partner", Tier::Partner, Some("2999-12-31")).expect("another");
        assert!(token.reveal().starts_with("us_") && token.reveal().len() == 67);
        assert_eq!(find(&store, token.reveal()).expect("readable"), Some(key.clone()));
        for wrong in ["", "us_", &token.reveal()[..66], &token.reveal().to_uppercase()] {
            assert_eq!(find(&store, wrong).expect("readable"), None);
        }
        assert!(!format!("{token:?} {key:?}").contains(&token.reveal()[3..]));
        revoke(&mut store, &key.id).expect("revoked");
        assert_eq!(find(&store, token.reveal()).expect("readable"), None);
        assert_eq!(revoke(&mut store, "nobody").map_err(|e| e.kind), Err(Kind::NotFound));
        let ids: Vec<String> = list(&store).expect("readable").into_iter().map(|k| k.id).collect();
        assert_eq!(ids, [key.id, other.id]);
        drop(store);
        let bytes = std::fs::read(folder.path().join("city.gpkg")).expect("the file");
        let secret = &token.reveal().as_bytes()[3..];
        assert!(!bytes.windows(secret.len()).any(|w| w == secret));
    }

    #[test]
    fn past_and_broken_dates_and_names_are_refused_and_an_expired_key_is_none() {
        let (_folder, mut store) = store();
        for expires in ["2001-01-01", "tomorrow", "2999-02-30", "29991231"] {
            assert!(create(&mut store, "x", Tier::Partner, Some(expires)).is_err(), "{expires}");
        }
        assert!(create(&mut store, " ", Tier::Partner, None).is_err());
        assert!(create(&mut store, &"x".repeat(201), Tier::Partner, None).is_err());
        let (_, token) = create(&mut store, "x", Tier::Partner, Some("2999-12-31")).expect("a key");
        store.conn.execute("UPDATE api_keys SET expires = '2020-01-01'", []).expect("expired");
        assert_eq!(find(&store, token.reveal()).expect("readable"), None);
    }
}
