//! Where the data are from: what imports said of their sources, for attribution.

use rusqlite::{TransactionBehavior, params};

use super::Store;
use crate::error::Result;

/// A source that was imported, and under which terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTerms {
    /// What it holds: `incidents`, `areas`, `resources`, `interventions` or `streets`; empty if all of them.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Licence or terms of use, and who is to be named.
    pub licence: String,
}

impl Store {
    /// Notes what a source is, before it is imported. Other words for a source that was imported let the generation
    /// grow, since answers repeat them.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn describe_source(&mut self, id: &str, terms: &SourceTerms) -> Result<()> {
        let write = |tx: &rusqlite::Transaction<'_>| {
            tx.execute("INSERT OR IGNORE INTO sources (name) VALUES (?1)", [id])?;
            let changed = tx.execute(
                "UPDATE sources SET kind = ?2, title = ?3, licence = ?4
                 WHERE name = ?1 AND (kind IS NOT ?2 OR title IS NOT ?3 OR licence IS NOT ?4)",
                params![id, terms.kind, terms.title, terms.licence],
            )?;
            let imported = "SELECT EXISTS (SELECT 1 FROM imports WHERE source = ?1)";
            if changed > 0 && tx.query_row(imported, [id], |r| r.get(0))? {
                tx.execute("UPDATE urbansafety_meta SET value = value + 1 WHERE name = 'generation'", [])?;
            }
            Ok(())
        };
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate);
        tx.and_then(|tx| write(&tx).and_then(|()| tx.commit())).map_err(self.fault("importing into"))
    }

    /// The sources that were imported and what they said of themselves, by title.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn sources(&self) -> Result<Vec<SourceTerms>> {
        let read = || {
            let sql = "SELECT s.kind, s.title, s.licence FROM sources s WHERE s.title IS NOT NULL
                AND EXISTS (SELECT 1 FROM imports i WHERE i.source = s.name) ORDER BY s.title, s.name";
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement
                .query_map([], |r| Ok(SourceTerms { kind: r.get(0)?, title: r.get(1)?, licence: r.get(2)? }))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(self.fault("reading"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ImportReport;

    #[test]
    fn sources_are_named_once_imported_and_new_words_are_a_new_generation() {
        let (_folder, mut store) = super::super::tests::new_store();
        let terms =
            |licence: &str| SourceTerms { kind: "incidents".into(), title: "A portal".into(), licence: licence.into() };
        store.describe_source("portal", &terms("CC0")).expect("written");
        assert_eq!(store.sources(), Ok(vec![]), "nothing is imported yet");
        let import = store.begin_import("portal", 1, "file.csv", 1).expect("begun");
        import.finish(&ImportReport::default()).expect("finished");
        store.describe_source("portal", &terms("CC0")).expect("written");
        assert_eq!((store.sources(), store.generation()), (Ok(vec![terms("CC0")]), Ok(0)));
        store.describe_source("portal", &terms("CC BY 4.0")).expect("written");
        assert_eq!((store.sources(), store.generation()), (Ok(vec![terms("CC BY 4.0")]), Ok(1)));
    }
}
