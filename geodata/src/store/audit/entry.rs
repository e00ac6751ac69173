//! One entry of the access log, and how it is hashed.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::Tier;

/// Who saw what, when, why, of which data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, UTC with milliseconds: `2027-01-31T09:30:00.250Z`.
    pub at: String,
    /// Id and name of the key, issuer and subject of a token, or `command line`.
    pub who: String,
    /// Tier of whoever asked.
    pub tier: String,
    /// Why, in their words.
    pub purpose: String,
    /// What was asked: method, path and query, or the command.
    pub asked: String,
    /// Of which data: the number of a release or the name of a snapshot.
    pub basis: String,
    /// Status of the answer, as HTTP has it; 200 for a command that was done.
    pub status: u16,
    /// Rows in the answer.
    pub rows: u64,
}

/// A link of the chain: SHA-256.
pub(super) type Hash = [u8; 32];

impl Entry {
    /// Of something asked now and answered well, with no rows yet.
    #[must_use]
    pub fn now(who: &str, tier: Tier, asked: impl Into<String>) -> Self {
        Self {
            at: instant(jiff::Timestamp::now()),
            who: who.to_owned(),
            tier: tier.name().to_owned(),
            purpose: String::new(),
            asked: asked.into(),
            basis: String::new(),
            status: 200,
            rows: 0,
        }
    }

    /// Of a command that whoever holds the data file gave.
    #[must_use]
    pub fn command(asked: impl Into<String>) -> Self {
        Self::now("command line", Tier::Custodian, asked)
    }

    /// The hash of this entry after the one that `previous` is the hash of. Every field goes in with its length before
    /// it, so that no two lists of fields run together.
    pub(super) fn hash(&self, previous: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        for field in [&self.at, &self.who, &self.tier, &self.purpose, &self.asked, &self.basis] {
            hasher.update((field.len() as u64).to_le_bytes());
            hasher.update(field);
        }
        hasher.update(u64::from(self.status).to_le_bytes());
        hasher.update(self.rows.to_le_bytes());
        hasher.finalize().into()
    }
}

/// An instant as the log writes it, so that texts sort as times do.
pub(super) fn instant(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_in_the_hash_and_fields_do_not_run_together() {
        let entry = Entry { at: "2027-01-31T09:30:00.250Z".into(), ..Entry::now("k1 unit", Tier::Analyst, "GET /x") };
        let hash = |change: &dyn Fn(&mut Entry)| {
            let mut other = entry.clone();
            change(&mut other);
            other.hash(&[0; 32])
        };
        let all = [
            hash(&|_| ()),
            hash(&|e| e.at = "2027-01-31T09:30:00.251Z".into()),
            hash(&|e| e.who = "k2 unit".into()),
            hash(&|e| e.tier = "partner".into()),
            hash(&|e| e.purpose = "briefing".into()),
            hash(&|e| e.asked = "GET /y".into()),
            hash(&|e| e.basis = "release 1".into()),
            hash(&|e| e.status = 304),
            hash(&|e| e.rows = 1),
            hash(&|e| (e.who, e.tier) = ("k1 unita".into(), "nalyst".into())),
            entry.hash(&[1; 32]),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(Entry::command("x").at.len(), entry.at.len());
    }
}
