//! The words of a filter in text: names, texts, numbers and signs, each with its place.

use crate::error::{Error, Result};

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name or keyword as it is written.
    Name(String),
    /// A name in double quotes, never a keyword.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    /// A finite number.
    Number(f64),
    /// `(`, `)`, `,`, or a comparison.
    Sign(&'static str),
    /// Nothing more.
    End,
}

impl Token {
    /// The word as an error names it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Name(name) => name.chars().take(40).collect(),
            Self::Quoted(name) => format!("\"{}\"", name.chars().take(40).collect::<String>()),
            Self::Text(text) => format!("'{}'", text.chars().take(40).collect::<String>()),
            Self::Number(n) => n.to_string(),
            Self::Sign(sign) => (*sign).to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

const SIGNS: [&str; 9] = ["<>", "<=", ">=", "=", "<", ">", "(", ")", ","];

/// All words with their places, characters from 1; the last is the end.
///
/// # Errors
/// A quote that is not closed, a number that is none, a sign that CQL2 does not have.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>> {
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (vec![], 0);
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, next) = match c {
            '\'' => {
                let (text, next) = quoted(&chars, at, '\'')?;
                (Token::Text(text), next)
            }
            '"' => {
                let (name, next) = quoted(&chars, at, '"')?;
                (Token::Quoted(name), next)
            }
            _ if is_number(&chars, at) => number(&chars, at)?,
            _ if is_start(c) => {
                let next = end(&chars, at, |c| is_start(c) || c.is_alphanumeric() || c == '.');
                (Token::Name(slice(&chars, at, next)), next)
            }
            _ => sign(&chars, at)?,
        };
        found.push((token, at + 1));
        at = next;
    }
    found.push((Token::End, chars.len() + 1));
    Ok(found)
}

fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == ':'
}

fn slice(chars: &[char], from: usize, to: usize) -> String {
    chars.get(from..to).unwrap_or_default().iter().collect()
}

/// Where what begins at `at` ends.
fn end(chars: &[char], at: usize, belongs: impl Fn(char) -> bool) -> usize {
    chars.iter().skip(at).position(|c| !belongs(*c)).map_or(chars.len(), |n| at + n)
}

/// A quoted text: its quote stands for itself where it is doubled, or behind a backslash.
fn quoted(chars: &[char], at: usize, quote: char) -> Result<(String, usize)> {
    let (mut text, mut i) = (String::new(), at + 1);
    loop {
        match (chars.get(i), chars.get(i + 1)) {
            (Some('\\'), Some(&next)) if next == quote => {
                text.push(quote);
                i += 2;
            }
            (Some(&c), Some(&next)) if c == quote && next == quote => {
                text.push(quote);
                i += 2;
            }
            (Some(&c), _) if c == quote => return Ok((text, i + 1)),
            (Some(&c), _) => {
                text.push(c);
                i += 1;
            }
            (None, _) => {
                return Err(Error::invalid(
                    format!("filter, character {}: the quote {quote} is not closed", at + 1),
                    "write texts as 'text' and names as \"name\"; a quote in a text is written twice",
                ));
            }
        }
    }
}

fn is_number(chars: &[char], at: usize) -> bool {
    let digit = |n: usize| chars.get(n).is_some_and(char::is_ascii_digit);
    match chars.get(at) {
        Some('+' | '-') => digit(at + 1) || (chars.get(at + 1) == Some(&'.') && digit(at + 2)),
        Some('.') => digit(at + 1),
        _ => digit(at),
    }
}

fn number(chars: &[char], at: usize) -> Result<(Token, usize)> {
    let mut next = at + usize::from(matches!(chars.get(at), Some('+' | '-')));
    next = end(chars, next, |c| c.is_ascii_digit() || c == '.');
    if matches!(chars.get(next), Some('e' | 'E')) {
        let sign = usize::from(matches!(chars.get(next + 1), Some('+' | '-')));
        next = end(chars, next + 1 + sign, |c| c.is_ascii_digit());
    }
    let text = slice(chars, at, next);
    let follows = chars.get(next).is_some_and(|c| is_start(*c));
    match text.parse::<f64>() {
        Ok(n) if n.is_finite() && !follows => Ok((Token::Number(n), next)),
        _ => Err(Error::invalid(
            format!("filter, character {}: {text:?} is not a finite number", at + 1),
            "write numbers as 12, -0.5 or 1e3, and texts in single quotes",
        )),
    }
}

fn sign(chars: &[char], at: usize) -> Result<(Token, usize)> {
    let two = slice(chars, at, (at + 2).min(chars.len()));
    let found = SIGNS.into_iter().find(|sign| two.starts_with(sign));
    found.map(|sign| (Token::Sign(sign), at + sign.len())).ok_or_else(|| {
        let c = two.chars().next().unwrap_or_default();
        let hint = match two.as_str() {
            "!=" => "write <> for different values",
            "==" => "write = for equal values",
            _ if "+-*/%^".contains(c) => "arithmetic is not supported: compare with a number",
            _ => "use =, <>, <, <=, >, >=, AND, OR, NOT, LIKE, BETWEEN, IN, IS NULL, brackets and commas",
        };
        Error::invalid(format!("filter, character {}: {c:?} has no meaning here", at + 1), hint)
    })
}
