//! The Markdown that the assessment is written in, and the list of what is missing.

use std::fmt::Write;

/// A document that grows, and what it found missing on the way.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    missing: Vec<String>,
}

impl Page {
    /// A heading of the second level.
    pub fn heading(&mut self, words: &str) {
        let _ = writeln!(self.text, "## {words}\n");
    }

    /// A paragraph.
    pub fn say(&mut self, words: &str) {
        let _ = writeln!(self.text, "{words}\n");
    }

    /// Something that the city has to write itself.
    pub fn left_to_city(&mut self, words: &str) {
        let _ = writeln!(self.text, "> **To fill in:** {words}\n");
    }

    /// Something that should be there and is not; it is said here and at the head of the document.
    pub fn missing(&mut self, words: impl Into<String>) {
        let words = words.into();
        let _ = writeln!(self.text, "**Missing:** {words}\n");
        self.missing.push(words);
    }

    /// Text as it stands, for pictures made of letters.
    pub fn picture(&mut self, text: &str) {
        let _ = writeln!(self.text, "```text\n{}\n```\n", text.trim_matches('\n'));
    }

    /// A table.
    pub fn table<const N: usize>(&mut self, head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        self.text += &line(&head.map(str::to_owned));
        self.text += &line(&head.map(|_| "---".to_owned()));
        for row in rows {
            // A bar or a line's end would break the table.
            self.text += &line(&row.map(|cell| cell.replace('|', "\\|").replace(['\n', '\r'], " ")));
        }
        self.text.push('\n');
    }

    /// The sections, and what was found missing.
    pub fn finish(self) -> (String, Vec<String>) {
        (self.text, self.missing)
    }
}
