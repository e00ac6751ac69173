//! Tokens that a caller has put where none belongs (a path, a query, a purpose) are taken out before anything is logged.

use std::borrow::Cow;

use geodata::store::keys::TOKEN_PREFIX;

/// What stands in place of a token.
const TAKEN_OUT: &str = "[token]";
/// Letters and digits after the prefix that make a key.
const KEY_LENGTH: usize = 32;

/// The text without keys of this program and without signed tokens.
#[must_use]
pub fn scrub(text: &str) -> Cow<'_, str> {
    if !text.contains(TOKEN_PREFIX) && !text.contains("eyJ") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c| !is_of_token(c)).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(word);
        out.push_str(&of_word(head));
        let gap = tail.find(is_of_token).unwrap_or(tail.len());
        out.push_str(&tail[..gap]);
        rest = &tail[gap..];
    }
    Cow::Owned(out)
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// A word up to where a token begins in it.
fn of_word(word: &str) -> Cow<'_, str> {
    let key = word.match_indices(TOKEN_PREFIX).map(|(at, _)| at).find(|at| {
        let secret = &word[at + TOKEN_PREFIX.len()..];
        secret.bytes().take_while(u8::is_ascii_alphanumeric).count() >= KEY_LENGTH
    });
    let signed = word.match_indices("eyJ").map(|(at, _)| at).find(|at| word[*at..].matches('.').count() >= 2);
    match key.into_iter().chain(signed).min() {
        Some(at) => Cow::Owned(format!("{}{TAKEN_OUT}", &word[..at])),
        None => Cow::Borrowed(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_and_everything_else_stays() {
        let key = format!("us_{}", "0123456789abcdef".repeat(4));
        let signed = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln-_";
        assert_eq!(scrub(&format!("/items?key={key}&limit=1")), "/items?key=[token]&limit=1");
        assert_eq!(scrub(&format!("/x/{key}.json")), "/x/[token]");
        assert_eq!(scrub(&format!("see x-{key}, {signed}!")), "see x-[token], [token]!");
        assert_eq!(scrub(signed), "[token]");
        for plain in ["", "/tiles/us_states/1/2/3.mvt", "bus_0123", "größer eyJ und us_"] {
            assert_eq!(scrub(plain), plain);
        }
    }
}
