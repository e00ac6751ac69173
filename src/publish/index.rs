//! `index.html` of a published folder: what is there, under which rules, and how to check it.

use geodata::policy::explain;

use super::folder::{SUMS, Written};
use super::page::{Field, Html};
use super::public::Public;
use super::words;

/// The page.
pub(super) fn page(public: &Public, files: &[Written]) -> String {
    let document = public.release().document();
    let period =
        document.period.as_ref().map_or_else(|| "no complete month".to_owned(), |(a, b)| format!("{a} to {b}"));
    let mut page = Html::new(&format!("Recorded incidents, {period}"));
    words::rules(&mut page, public);
    page.heading("Files");
    page.paragraph(
        "An empty number means that it is not told; the column state says why. GeoJSON, CSV, Parquet and the tiles of cells.pmtiles hold the same numbers.",
    );
    let row = |f: &Written| {
        vec![
            Field::File(f.name.clone()),
            Field::Text(f.title.clone()),
            Field::Number(f.bytes as u64),
            Field::Code(f.sha256.clone()),
        ]
    };
    page.table("What is there", &["File", "What it holds", "Bytes", "SHA-256"], &[2], files.iter().map(row));
    page.paragraph(&format!("All checksums are in {SUMS}: `sha256sum -c {SUMS}` checks the folder."));
    page.heading("What is withheld");
    page.list(words::withheld(document));
    page.heading("The policy, rule by rule");
    page.list(explain(public.release().policy()).lines().map(str::trim).filter(|l| !l.is_empty()));
    words::help(&mut page, document);
    words::sources(&mut page, public);
    page.finish()
}
