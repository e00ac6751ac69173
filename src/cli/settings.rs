//! Settings: flags over environment (`URBANSAFETY_*`) over one TOML file.

use std::path::{Path, PathBuf};

use geodata::{Error, Result};
use serde::Deserialize;

use super::file_error;
use crate::access::oidc;

/// What `--config` may hold. An unknown key is an error that names the nearest known one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Address and port to listen on.
    pub listen: Option<String>,
    /// The city's GeoPackage.
    pub data: Option<PathBuf>,
    /// Name of the city, for titles.
    pub title: Option<String>,
    /// Address that clients use, where a proxy stands before the service.
    pub public_url: Option<String>,
    /// Seconds that one request may take.
    pub deadline_s: Option<u64>,
    /// Seconds that one job may take, from its turn on.
    pub job_deadline_s: Option<u64>,
    /// Seconds for which the result of a job is kept.
    pub job_keep_s: Option<u64>,
    /// Megabytes of finished tiles and public documents kept in memory.
    pub tile_cache_mb: Option<u64>,
    /// Listeners to `/events` at once.
    pub max_listeners: Option<usize>,
    /// Issuer of tokens, besides the keys of the data file.
    pub oidc: Option<oidc::Settings>,
}

const KEYS: [&str; 10] = [
    "listen",
    "data",
    "title",
    "public_url",
    "deadline_s",
    "job_deadline_s",
    "job_keep_s",
    "tile_cache_mb",
    "max_listeners",
    "oidc",
];

impl Settings {
    /// Reads a file, or gives the defaults without one.
    pub fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path).map_err(|e| file_error("reading", path, &e))?;
        let bad = |what: String, hint: String| Error::invalid(format!("{}: {what}", path.display()), hint);
        let table: toml::Table = text.parse().map_err(|e| bad(format!("{e}"), "write key = value in TOML".into()))?;
        for key in table.keys() {
            if !KEYS.contains(&key.as_str()) {
                let near = geodata::ingest::nearest(key, KEYS.iter().copied()).unwrap_or("listen");
                return Err(bad(
                    format!("unknown key {key:?}"),
                    format!("did you mean {near:?}? Known: {}", KEYS.join(", ")),
                ));
            }
        }
        let settings: Self = table.try_into().map_err(|e| bad(format!("{e}"), "check the type of the value".into()))?;
        settings.oidc.as_ref().map_or(Ok(()), oidc::Settings::check)?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("c.toml");
        std::fs::write(&path, "lisen = \"127.0.0.1:1\"\n").expect("written");
        let e = Settings::read(Some(&path)).expect_err("unknown");
        assert!(e.what.contains("lisen") && e.hint.contains("\"listen\""), "{e}");
        std::fs::write(&path, "deadline_s = \"ten\"\n").expect("written");
        assert!(Settings::read(Some(&path)).is_err());
        assert!(Settings::read(None).is_ok_and(|s| s.listen.is_none()));
    }
}
