//! Any JSON document as headings, lists and tables: what is small first, then a section for each larger part, then the links.

use maud::{Markup, html};
use serde_json::{Map, Value};

/// Members that a table may have as columns; objects with more are lists of their own.
const MAX_COLUMNS: usize = 12;
/// Parts within parts that are laid out; deeper ones are shown as they are written.
const MAX_DEPTH: u8 = 6;

/// A document as the body of a page.
pub fn body(document: &Value) -> Markup {
    let Value::Object(map) = document else { return block("", document, 0) };
    let small = map.iter().filter(|(_, v)| is_small(v) && !v.is_null());
    let large = map.iter().filter(|(name, v)| !is_small(v) && *name != "links");
    html! {
        (pairs(small))
        @for (name, value) in large { section { h2 { (words(name)) } (block(name, value, 0)) } }
        @if let Some(all) = map.get("links") { section { h2 { "Links" } (links(all)) } }
    }
}

/// Links as a list. What is templated, or asked otherwise than by GET, is shown and leads nowhere.
pub fn links(all: &Value) -> Markup {
    html! {
        ul { @for link in all.as_array().into_iter().flatten() { li { (one_link(link)) } } }
    }
}

fn one_link(link: &Value) -> Markup {
    let text = |name: &str| link[name].as_str().unwrap_or_default();
    let (href, rel) = (text("href"), text("rel"));
    let title = if text("title").is_empty() { rel } else { text("title") };
    let is_read = !rel.ends_with("/execute") && !href.contains('{');
    html! {
        @if is_read { (address(href, title)) } @else { (title) ": " code { (href) } }
        @if !text("type").is_empty() { span.quiet { " " (text("type")) } }
    }
}

/// A link where the text is an address of the web or of the service; the words alone where it is anything else, such as a
/// script.
pub fn address(href: &str, words: &str) -> Markup {
    let is_web = href.starts_with("https://") || href.starts_with("http://");
    let is_own = href.starts_with('/') && !href.starts_with("//") && !href.contains('\\');
    html! {
        @if is_web || is_own { a href=(href) { (words) } } @else { (words) }
    }
}

/// A name of a member as words: `tileMatrixSetLimits` and `min_tier` are "Tile matrix set limits" and "Min tier".
pub fn words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut last = ' ';
    for c in name.chars() {
        match c {
            '_' => out.push(' '),
            c if c.is_ascii_uppercase() && last.is_ascii_lowercase() => {
                out.push(' ');
                out.push(c.to_ascii_lowercase());
            }
            c if out.is_empty() => out.extend(c.to_uppercase()),
            c => out.push(c),
        }
        last = c;
    }
    out
}

/// A number, word or short list on one line.
pub fn inline(value: &Value) -> Markup {
    match value {
        Value::Null => html! { span.quiet { "–" } },
        Value::Bool(yes) => html! { @if *yes { "yes" } @else { "no" } },
        Value::Number(n) => html! { (n) },
        Value::String(text) => address_or_text(text),
        Value::Array(all) if all.is_empty() => html! { span.quiet { "none" } },
        Value::Array(all) => html! {
            @for (n, one) in all.iter().enumerate() { @if n > 0 { ", " } (inline(one)) }
        },
        Value::Object(_) => html! { code { (value) } },
    }
}

fn address_or_text(text: &str) -> Markup {
    let is_whole = !text.contains([' ', '{', '"', '<']);
    html! { @if is_whole && text.starts_with("http") { (address(text, text)) } @else { (text) } }
}

/// Whether it stands on one line: no object, and no list that holds one.
fn is_small(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(all) => all.len() <= MAX_COLUMNS && all.iter().all(|v| !v.is_object() && is_small(v)),
        _ => true,
    }
}

fn pairs<'a>(all: impl Iterator<Item = (&'a String, &'a Value)>) -> Markup {
    let mut all = all.peekable();
    html! {
        @if all.peek().is_some() {
            dl { @for (name, value) in all { dt { (words(name)) } dd { (inline(value)) } } }
        }
    }
}

/// A larger part.
fn block(name: &str, value: &Value, depth: u8) -> Markup {
    if depth > MAX_DEPTH {
        return html! { pre { (value) } };
    }
    match value {
        Value::Array(all) => match columns(all) {
            Some(columns) => table(&words(name), &columns, all),
            None => html! { ul { @for one in all { li { (block(name, one, depth + 1)) } } } },
        },
        Value::Object(map) => object(map, depth),
        small => inline(small),
    }
}

fn object(map: &Map<String, Value>, depth: u8) -> Markup {
    html! {
        dl {
            @for (name, value) in map {
                dt { (words(name)) }
                dd {
                    @if name == "links" { (links(value)) }
                    @else if is_small(value) { (inline(value)) }
                    @else { (block(name, value, depth + 1)) }
                }
            }
        }
    }
}

/// The columns of a list of alike objects; none where it is no such list.
fn columns(all: &[Value]) -> Option<Vec<&str>> {
    let mut names: Vec<&str> = vec![];
    for one in all {
        for (name, value) in one.as_object()? {
            if !is_small(value) && name != "links" {
                return None;
            }
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    // What names a row stands first.
    names.sort_by_key(|name| !["id", "name", "title", "number", "tileMatrix"].contains(name));
    (!names.is_empty() && names.len() <= MAX_COLUMNS).then_some(names)
}

fn table(caption: &str, columns: &[&str], rows: &[Value]) -> Markup {
    let is_number = |name: &str| rows.iter().all(|r| r[name].is_number());
    html! {
        div.wide tabindex="0" role="group" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr { @for name in columns { th.n[is_number(name)] scope="col" { (words(name)) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (n, name) in columns.iter().enumerate() {
                                @if n == 0 { th scope="row" { (field(name, &row[*name])) } }
                                @else { td.n[is_number(name)] { (field(name, &row[*name])) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn field(name: &str, value: &Value) -> Markup {
    if name == "links" { links(value) } else { inline(value) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_source_says_stays_text() {
        let hostile = json!({
            "title": "<script>alert(1)</script>", "a\"><b": "\"><img src=x onerror=alert(1)>",
            "rows": [{ "id": "<i>", "url": "javascript:alert(1)" }],
            "links": [
                { "rel": "x", "href": "javascript:alert(1)", "title": "<b>" },
                { "rel": "y", "href": "//evil.example", "title": "y" },
                { "rel": "z", "href": "/\\evil.example", "title": "z" },
            ],
        });
        let text = body(&hostile).into_string();
        for bad in ["<script", "<img", "<i>", "<b>", "href="] {
            assert!(!text.contains(bad), "{bad}: {text}");
        }
    }

    #[test]
    fn names_become_words_and_alike_objects_a_table() {
        assert_eq!(words("tileMatrixSetLimits"), "Tile matrix set limits");
        assert_eq!(words("min_tier"), "Min tier");
        let text = body(&json!({ "rows": [{ "n": 1, "id": "a" }, { "id": "b" }], "deep": { "a": { "b": [1, 2] } } }));
        let text = text.into_string();
        assert!(text.contains("<caption>Rows</caption>") && text.contains("<th scope=\"row\">a</th>"), "{text}");
        assert!(text.contains("<dd>1, 2</dd>"), "{text}");
    }
}
