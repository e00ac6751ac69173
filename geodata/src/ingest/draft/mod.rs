//! Drafts a source from a file's header and first rows, for a planner to finish; what is not sure is a comment.

mod incidents;
mod look;
mod places;
mod text;

use std::path::Path;

use super::source::{SOURCES, Source, SourceKind, names_people};
use crate::error::{Error, Result};
use look::Look;
use text::Text;

/// The text of a source that imports the file as it is: what its columns seem to be, the values of its categories to be mapped,
/// which columns are dropped, and which nobody knows the use of.
///
/// # Errors
/// A file that cannot be read, or in which nothing tells time and kind.
pub fn draft(path: &Path) -> Result<String> {
    let look = Look::at(path)?;
    let kind = Source::generic(path)?.kind;
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // A built-in source's records must not be taken for those of another.
    let id = look::plain(&file);
    let id = if SOURCES.iter().any(|s| s.id == id) { format!("my-{id}") } else { id };
    let mut out = Text::default();
    out.comment(&format!(
        "A draft from the header and the first {} rows of {file}. Go through it from top to bottom, and take the comments out.",
        look.rows
    ));
    out.pair("id", &id);
    out.pair("title", &format!("What {file} holds, and who publishes it"));
    out.line("mapping_version = 1");
    out.pair("kind", kind.name());
    if kind == SourceKind::Incidents {
        out.comment("The clock of the times, as an IANA name such as America/Bogota.");
        out.pair("zone", "Etc/Unknown");
    }
    out.comment("Licence and attribution, as the publisher wants them.");
    out.pair("licence", "as the file's publisher says");
    let mut used = vec![];
    let mut body = Text::default();
    match kind {
        SourceKind::Incidents => incidents::write(&look, path, &mut body, &mut used)?,
        SourceKind::Areas => places::areas(&look, path, &mut body, &mut used),
        SourceKind::Streets => places::streets(&look, &mut body, &mut used),
        SourceKind::Resources | SourceKind::Interventions => places::resources(&look, path, &mut body, &mut used)?,
    }
    let dropped: Vec<&str> = look
        .names()
        .filter(|n| !used.iter().any(|u| u == n))
        .filter(|n| kind == SourceKind::Incidents && (names_people(n) || look::is_address(n)))
        .collect();
    out.comment("A file with all of these columns is known by them.");
    out.list("header", look.names().filter(|n| used.iter().any(|u| u == n)).take(8));
    if !dropped.is_empty() {
        out.comment("About people or addresses: dropped before anything is kept. Add what else should never be read.");
        out.list("drop", dropped.iter().copied());
    }
    out.add(body);
    let rest: Vec<_> =
        look.columns.iter().filter(|c| !used.contains(&c.name) && !dropped.contains(&c.name.as_str())).collect();
    if !rest.is_empty() {
        out.line("");
        out.comment("Columns that are not read; nobody knows their use yet:");
        rest.iter().for_each(|c| out.comment(&format!("  {}", c.told(look.rows))));
    }
    let text = out.finish();
    Source::from_toml(&text, &id).map_err(|e| {
        Error::invalid(
            format!("{}: no source can be drafted from its columns: {}", path.display(), e.what),
            "copy the built-in source most like it",
        )
    })?;
    Ok(text)
}
