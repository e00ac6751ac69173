//! The policy that holds for a city: the one that its newest release was made under.

use rusqlite::OptionalExtension;

use super::Store;
use crate::error::{Error, Result};
use crate::policy::Policy;

impl Store {
    /// The policy of the newest release; `None` as long as there is no release, when the default holds.
    ///
    /// # Errors
    /// The file cannot be read, or the release's document holds no policy.
    pub fn policy_in_force(&self) -> Result<Option<Policy>> {
        let sql = "SELECT number, document FROM releases ORDER BY number DESC LIMIT 1";
        let newest = self.conn.query_row(sql, [], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)));
        let Some((number, document)) = newest.optional().map_err(self.fault("reading"))? else { return Ok(None) };
        let unreadable = |e: &dyn std::fmt::Display| {
            Error::storage(
                format!("{}: the policy of release {number} cannot be read: {e}", self.path.display()),
                "make a new release with `urbansafety release`, or name the policy with --policy",
            )
        };
        let mut document: serde_json::Value = serde_json::from_str(&document).map_err(|e| unreadable(&e))?;
        serde_json::from_value(document["policy"].take()).map(Some).map_err(|e| unreadable(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::new_store;
    use super::*;
    use crate::policy::DEFAULT_TEXT;

    #[test]
    fn the_newest_release_says_which_policy_holds() {
        let (_folder, store) = new_store();
        assert_eq!(store.policy_in_force(), Ok(None));
        let release = |number: i64, document: &serde_json::Value| {
            let sql = "INSERT INTO releases VALUES (?1, '2026-11-26T00:00:00Z', ?2, 'x', x'00')";
            store.conn.execute(sql, rusqlite::params![number, document.to_string()]).expect("written");
        };
        let stricter = Policy::read(&DEFAULT_TEXT.replacen("minimum_count = 5", "minimum_count = 8", 1)).expect("read");
        release(1, &serde_json::json!({"policy": Policy::standard()}));
        release(2, &serde_json::json!({"policy": stricter}));
        assert_eq!(store.policy_in_force(), Ok(Some(stricter)));
        release(3, &serde_json::json!({}));
        assert!(store.policy_in_force().is_err_and(|e| e.what.contains("release 3")));
    }
}
