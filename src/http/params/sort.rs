//! `sortby`: names of properties, each with `+` (rising, as without a sign) or `-` (falling) before it.

use super::Params;
use crate::http::problem::{Answer, Problem};

/// Properties to sort by at most.
const MAX_KEYS: usize = 4;

/// A property to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// Its name.
    pub name: String,
    /// Whether the largest comes first.
    pub is_falling: bool,
}

/// What rows are sorted by, the first property first; `sortables` are those that there are.
///
/// # Errors
/// 400 for a name that is none of them or is given twice, and for too many.
pub fn sort_keys(params: &Params, sortables: &[&str]) -> Answer<Vec<SortKey>> {
    let Some(text) = params.get("sortby") else { return Ok(vec![]) };
    let bad = |why: String| Box::new(Problem::parameter("sortby", text, why, sortables.join(", ")));
    let mut keys: Vec<SortKey> = vec![];
    for part in text.split(',') {
        // A plus sign that was not escaped in the address arrives as a space.
        let name = part.trim().trim_start_matches('+');
        let (name, is_falling) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
        if !sortables.contains(&name) {
            return Err(bad(format!(
                "{:?} is nothing that these rows are sorted by",
                crate::http::problem::shortened(name)
            )));
        }
        if keys.iter().any(|k| k.name == name) || keys.len() >= MAX_KEYS {
            return Err(bad(format!("sortby takes at most {MAX_KEYS} properties, each once")));
        }
        keys.push(SortKey { name: name.to_owned(), is_falling });
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read_and_other_names_refused() {
        let read = |text: &str| sort_keys(&Params::from_pairs(vec![("sortby".into(), text.into())]), &["a", "b"]).ok();
        let key = |name: &str, is_falling| SortKey { name: name.into(), is_falling };
        assert_eq!(read("+a,-b"), Some(vec![key("a", false), key("b", true)]));
        assert_eq!(read(" a"), Some(vec![key("a", false)]));
        for bad in ["", "c", "a,a", "--a", "a b"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
