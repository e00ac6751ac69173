//! Writes TOML with comments, which no serializer keeps.

/// Lines of a source.
#[derive(Default)]
pub(super) struct Text(String);

/// A text as a value of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string().replace('\n', " ")
}

/// What may stand in a line: no control characters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Text {
    pub(super) fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    pub(super) fn comment(&mut self, text: &str) {
        self.line(&format!("# {}", one_line(text)));
    }

    pub(super) fn pair(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    pub(super) fn list<'a>(&mut self, key: &str, values: impl Iterator<Item = &'a str>) {
        let all: Vec<String> = values.map(quoted).collect();
        self.line(&format!("{key} = [{}]", all.join(", ")));
    }

    /// A table of its own, after an empty line.
    pub(super) fn table(&mut self, name: &str) {
        self.line(&format!("\n{name}"));
    }

    /// Lines of a crosswalk for a planner to fill in: every value as a comment, with how many rows have it.
    pub(super) fn crosswalk<'a>(&mut self, values: impl Iterator<Item = (&'a str, u64)>) {
        self.line("crosswalk = '''");
        for (value, rows) in values {
            // A bar parts the fields of a line, and three quotes end them all.
            let value = one_line(value).replace(['|', '\''], "*");
            self.line(&format!("# {value} | | | 1 # {rows} rows"));
        }
        self.line("'''");
    }

    pub(super) fn add(&mut self, other: Self) {
        self.0.push_str(&other.0);
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}
