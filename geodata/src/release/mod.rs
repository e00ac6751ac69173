//! Releases: immutable, numbered, protected cubes from which everything public is computed.

mod adversary;
mod blob;
mod build;
mod carry;
mod cube;
pub(crate) mod dims;
mod document;
mod in_force;
mod make;
mod node;
mod perturbation;
mod residents;
mod rows;
mod since;
mod slivers;
#[cfg(test)]
mod tests;
mod tree;

use std::sync::Arc;

pub use document::{CubeMark, Document, PolicyMark};
pub use in_force::policy_in_force;
pub use make::{Options, make};
pub use perturbation::Perturbation;
pub use slivers::Sliver;

pub(crate) use adversary::one_more;
pub(crate) use cube::Cube;
pub(crate) use node::Node;
pub(crate) use tree::{Leaf, SUPPRESSED};

use crate::error::{Error, Result};
use crate::limits::MAX_TOLD_RELEASES;
use crate::model::Tier;
use crate::policy::Policy;
use crate::store::Store;
use sha2::{Digest, Sha256};

/// A release, ready to answer.
pub struct Release {
    document: Document,
    policy: Policy,
    public: Cube,
    partner: Cube,
}

/// What is kept of a release besides its cubes.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    #[serde(flatten)]
    document: Document,
    /// The whole policy that it was made under.
    policy_text: Policy,
}

impl Release {
    /// The newest release of a data file; `None` before the first.
    ///
    /// # Errors
    /// The file cannot be read, or what is there is not what was released.
    pub fn newest(store: &Store) -> Result<Option<Arc<Self>>> {
        let Some(number) = store.newest_release()? else { return Ok(None) };
        Self::read(store, number).map(|r| r.map(Arc::new))
    }

    /// A release by its number.
    ///
    /// # Errors
    /// As [`Release::newest`].
    pub fn read(store: &Store, number: u32) -> Result<Option<Self>> {
        let Some((text, bytes)) = store.release(number)? else { return Ok(None) };
        let kept = parse(&text, number)?;
        if sha256(&bytes) != kept.document.checksum {
            return Err(Error::storage(
                format!("release {number} in the data file is not what was released: its checksum differs"),
                "restore the file from a backup, or make a new release",
            ));
        }
        let mut cubes = blob::unpack(&bytes, 2)?.into_iter();
        let (Some(public), Some(partner)) = (cubes.next(), cubes.next()) else { return Ok(None) };
        Ok(Some(Self { document: kept.document, policy: kept.policy_text, public, partner }))
    }

    /// Records of the newest [`MAX_TOLD_RELEASES`] releases, the oldest first. One that cannot be read is left out: it is no
    /// reason to tell nothing of the others.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn told(store: &Store) -> Result<Vec<Document>> {
        let texts = store.release_documents()?;
        let newest = &texts[texts.len().saturating_sub(MAX_TOLD_RELEASES)..];
        Ok(newest.iter().filter_map(|text| parse(text, 0).ok()).map(|kept| kept.document).collect())
    }

    /// Documents of all releases of a data file, the oldest first.
    ///
    /// # Errors
    /// As [`Release::newest`].
    pub fn list(store: &Store) -> Result<Vec<Document>> {
        store.release_documents()?.iter().map(|text| parse(text, 0).map(|kept| kept.document)).collect()
    }

    /// Its record.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The policy that it was made under.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What names it in answers and tags: number and checksum.
    #[must_use]
    pub fn name(&self) -> String {
        format!("release-{}-{}", self.document.number, self.document.checksum.get(..12).unwrap_or_default())
    }

    /// The cube that a tier below analyst is answered from.
    pub(crate) fn cube(&self, tier: Tier) -> &Cube {
        if tier >= Tier::Partner { &self.partner } else { &self.public }
    }
}

fn parse(text: &str, number: u32) -> Result<Kept> {
    serde_json::from_str(text).map_err(|e| {
        Error::storage(
            format!("the record of release {number} cannot be read: {e}"),
            "restore the file from a backup, or make a new release",
        )
    })
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
