//! Who asks, and the shapes of answers that are not tables.

use super::released::Released;
use crate::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::index::Snapshot;
use crate::model::Tier;
use crate::policy::Policy;
use crate::release::{Cube, PolicyMark, Release};
use crate::table::{Analysis, Table};

/// Who asks, of which state of the data, and how to stop.
pub struct Ask<'a> {
    /// State of the data.
    pub snapshot: &'a Snapshot,
    /// The newest release; `None` before the first.
    pub release: Option<&'a Release>,
    /// Proven tier.
    pub tier: Tier,
    /// Stops the work.
    pub cancel: &'a Cancel,
}

impl<'a> Ask<'a> {
    /// The policy in force: that of the newest release, the default before the first.
    #[must_use]
    pub fn policy(&self) -> &'a Policy {
        match self.release {
            Some(release) => release.policy(),
            None => Policy::standard(),
        }
    }

    /// The release that tiers below analyst are answered from.
    ///
    /// # Errors
    /// Not found, with the explanation that the public gets, before the first release.
    pub(super) fn told(&self) -> Result<(&'a Release, &'a Cube)> {
        let release = self.release.ok_or_else(no_release)?;
        Ok((release, release.cube(self.tier)))
    }

    /// Nothing is told to tiers below analyst before the first release, not even places.
    pub(super) fn opened(&self) -> Result<()> {
        if self.tier.is_exact() { Ok(()) } else { self.told().map(|_| ()) }
    }

    /// Lets a table out, with the policy and the release that it was made under.
    pub(super) fn let_out(&self, mut table: Table) -> Released<Table> {
        self.sign(&mut table.analysis);
        Released::new(table, self.tier)
    }

    fn sign(&self, analysis: &mut Analysis) {
        analysis.policy = Some(match self.release {
            Some(release) => release.document().policy.clone(),
            None => PolicyMark::new(Policy::standard(), None),
        });
        if let (false, Some(release)) = (self.tier.is_exact(), self.release) {
            analysis.release = Some(release.document().number);
            analysis.snapshot = release.name();
        }
    }
}

/// What the public is told while there is no release.
#[must_use]
pub fn no_release() -> Error {
    Error::new(
        Kind::NotFound,
        "nothing is public yet: no protected release of this city has been made",
        "whoever keeps the data makes one with `urbansafety release --data FILE`; until then only keys of analyst tier are answered",
    )
}

/// Numbers at the centres of a square lattice over a tile: `side` cells a side and `margin` more around it, row by row from the north-west.
pub struct Raster {
    /// Cells over the tile a side.
    pub side: usize,
    /// Cells beyond each edge, so that neighbouring tiles join.
    pub margin: usize,
    /// One number a cell, `(side + 2 margin)` squared.
    pub values: Vec<f32>,
    /// Unit in words.
    pub unit: &'static str,
}

/// Which part of a list.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Where it begins: the `next` of the page before; empty at the beginning.
    pub after: &'a str,
    /// Rows to leave out from there.
    pub offset: usize,
    /// Rows at most.
    pub limit: usize,
}

impl<'a> Part<'a> {
    /// The first rows after a page.
    #[must_use]
    pub fn after(after: &'a str, limit: usize) -> Self {
        Self { after, offset: 0, limit }
    }
}

/// A page of rows, and where the next begins.
pub struct Page {
    /// The rows.
    pub table: Released<Table>,
    /// Rows that match in all.
    pub matched: u64,
    /// Give it as `after` for the next page; `None` at the end. It names a row and no position, so that rows which come
    /// or go meanwhile move no page.
    pub next: Option<String>,
    /// Where a page behind each row would begin, for places; empty for records.
    pub cursors: Vec<String>,
}
