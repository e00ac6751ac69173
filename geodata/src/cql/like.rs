//! Patterns of `LIKE`: `%` for any characters, `_` for one, a backslash before either for itself.

/// A prepared pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
    ignores_case: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Char(char),
    One,
    Any,
}

impl Pattern {
    /// Of a text; `ignores_case` for `CASEI`.
    pub(crate) fn new(text: &str, ignores_case: bool) -> Self {
        let text = if ignores_case { text.to_lowercase() } else { text.to_owned() };
        let (mut parts, mut chars) = (vec![], text.chars());
        while let Some(c) = chars.next() {
            parts.push(match c {
                '%' => Part::Any,
                '_' => Part::One,
                '\\' => Part::Char(chars.next().unwrap_or('\\')),
                other => Part::Char(other),
            });
        }
        parts.dedup_by(|a, b| *a == Part::Any && *b == Part::Any);
        Self { parts, ignores_case }
    }

    /// Whether the text has the pattern. Takes at most as many steps as the text has characters times those of the pattern.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> =
            if self.ignores_case { text.to_lowercase().chars().collect() } else { text.chars().collect() };
        let (mut at, mut part) = (0, 0);
        // Where the last `%` stands, and how far it reaches so far.
        let mut star: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.parts.get(part) {
                Some(Part::Any) => {
                    star = Some((part, at));
                    part += 1;
                    continue;
                }
                Some(Part::One) => (),
                Some(Part::Char(c)) if text.get(at) == Some(c) => (),
                _ => {
                    let Some((of_star, reach)) = star else { return false };
                    star = Some((of_star, reach + 1));
                    (part, at) = (of_star + 1, reach + 1);
                    continue;
                }
            }
            (part, at) = (part + 1, at + 1);
        }
        self.parts.iter().skip(part).all(|p| *p == Part::Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_escapes_and_case() {
        for (pattern, text, matches) in [
            ("%arm", "firearm", true),
            ("fire%", "firearm", true),
            ("f_re%", "firearm", true),
            ("%", "", true),
            ("_", "", false),
            ("a%b%c", "aXbYbZc", true),
            ("a%b%c", "aXbYbZ", false),
            (r"50\%", "50%", true),
            (r"50\%", "500", false),
            (r"a\_b", "a_b", true),
            (r"a\_b", "axb", false),
            (r"a\\b", r"a\b", true),
            ("Fire%", "firearm", false),
            ("", "", true),
            ("é_", "éa", true),
        ] {
            assert_eq!(Pattern::new(pattern, false).matches(text), matches, "{text} LIKE {pattern}");
        }
        assert!(Pattern::new("FIRE%", true).matches("Firearm") && Pattern::new("ÉCOLE", true).matches("école"));
    }

    #[test]
    fn a_hostile_pattern_ends() {
        let (pattern, text) = ("%a".repeat(2_000), "a".repeat(3_000));
        assert!(!Pattern::new(&format!("{pattern}b"), false).matches(&text));
    }
}
