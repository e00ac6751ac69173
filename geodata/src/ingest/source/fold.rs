//! Makes names and categories comparable: case, accents, spaces and punctuation do not count.

/// Appends the folded form: lower case, no accents, every run of other characters one space, none at the ends.
pub(crate) fn fold_into(text: &str, out: &mut String) {
    let start = out.len();
    let mut gap = false;
    let mut put = |c: char, out: &mut String| {
        if c.is_alphanumeric() {
            if gap && out.len() > start {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else if !is_mark(c) {
            gap = true;
        }
    };
    for c in text.chars() {
        if c.is_ascii() {
            put(c.to_ascii_lowercase(), out);
        } else {
            c.to_lowercase().for_each(|l| put(plain(l), out));
        }
    }
}

/// Combining marks of decomposed accents.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn plain(c: char) -> char {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ś' | 'š' | 'ş' => 's',
        'ź' | 'ż' | 'ž' => 'z',
        'ğ' => 'g',
        'ł' => 'l',
        'ř' => 'r',
        'đ' => 'd',
        'ť' => 't',
        other => other,
    }
}

/// The folded form as a new string.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Words with `*` for anything, compared in folded form.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    /// What must stand between the stars, in order.
    parts: Vec<String>,
    open_start: bool,
    open_end: bool,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Self {
        let text = text.trim();
        let parts = text.split('*').map(fold).filter(|p| !p.is_empty()).collect();
        Self { parts, open_start: text.starts_with('*'), open_end: text.ends_with('*') }
    }

    /// Whether an already folded text matches; `*` alone matches everything.
    pub(crate) fn matches(&self, folded: &str) -> bool {
        let Some((last, before)) = self.parts.split_last() else { return self.open_start || folded.is_empty() };
        let mut rest = folded;
        for (i, part) in before.iter().enumerate() {
            let at = if i == 0 && !self.open_start {
                rest.starts_with(part.as_str()).then_some(0)
            } else {
                rest.find(part.as_str())
            };
            let Some(at) = at else { return false };
            rest = &rest[at + part.len()..];
        }
        let last = last.as_str();
        match (before.is_empty() && !self.open_start, self.open_end) {
            (true, false) => rest == last,
            (true, true) => rest.starts_with(last),
            (false, false) => rest.ends_with(last),
            (false, true) => rest.contains(last),
        }
    }
}

/// The known name nearest to a mistyped one, if any is near (edit distance at most a third of its length).
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|k| (distance(name, k), k)).min_by_key(|(d, _)| *d)?;
    (near.0 <= name.chars().count().max(3) / 3 + 1).then_some(near.1)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(64).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        assert_eq!(fold("NON - CRIMINAL"), fold("Non-Criminal"));
        assert_eq!(fold("  Robo a transeúnte en VÍA PÚBLICA "), "robo a transeunte en via publica");
        assert_eq!(fold("Primary_Type"), fold("PRIMARY TYPE"));
        assert_eq!(fold("Cafe\u{301}"), "cafe");
        assert_eq!(fold("\u{feff}ID"), "id");
    }

    #[test]
    fn patterns_are_open_where_they_have_a_star() {
        assert!(Pattern::new("*HANDGUN*").matches(&fold("AGGRAVATED: HANDGUN")));
        assert!(Pattern::new("ATT*").matches("att theft"));
        assert!(!Pattern::new("ARMED").matches("armed handgun"));
        assert!(Pattern::new("*").matches("anything"));
        assert!(Pattern::new("ROBO A * CON VIOLENCIA").matches("robo a casa con violencia"));
        assert!(!Pattern::new("ROBO A * CON VIOLENCIA").matches("robo a casa con violencia y vehiculo"));
        assert!(!Pattern::new("ROBO").matches("robo a casa") && Pattern::new("*CASA").matches("robo a casa"));
    }

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(nearest("licens", ["licence", "zone", "title"].into_iter()), Some("licence"));
        assert_eq!(nearest("qqqqqqq", ["licence", "zone"].into_iter()), None);
    }
}
