//! Query parameters: read once, unknown ones refused, and turned into the filter that every layer shares.

mod bbox;
mod context;
mod cql;
pub mod crs;
mod filters;
mod heeded;
mod hours;
mod page;
mod schema;
mod sort;
mod victims;

pub use context::KINDS as CONTEXTS;
pub use cql::{CQL, is_queryable};
pub use filters::{Filters, Known};
pub use heeded::heeded;
pub use page::{DEFAULT_LIMIT, Paging};
pub use schema::filter_schema;
pub use sort::{SortKey, sort_keys};
pub use victims::SEXES;

use axum::extract::Query;
use axum::http::Uri;

use super::problem::{Answer, Problem};

/// Names of the filters that every layer, tile and collection takes.
pub const FILTERS: &[&str] =
    &["bbox", "datetime", "category", "context", "definition", "hours", "weekdays", "sex", "age"];
/// Names of the paging parameters.
pub const PAGING: &[&str] = &["limit", "offset", "after"];

/// The query parameters of a request in their order, checked against the names that the route knows.
#[derive(Debug, Clone, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads the query of an address.
    ///
    /// # Errors
    /// 400 where it is not readable, names a parameter that the route does not know, or repeats one that stands alone.
    pub fn read(uri: &Uri, known: &dyn Fn(&str) -> bool, names: &dyn Fn() -> String) -> Answer<Self> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| {
            Problem::parameter("query", uri.query().unwrap_or_default(), "the query cannot be read", "name=value&...")
        })?;
        for (i, (name, value)) in pairs.iter().enumerate() {
            if !known(name) {
                let problem = Problem::parameter(
                    name,
                    value,
                    format!("unknown parameter {}", super::problem::shortened(name)),
                    names(),
                );
                return Err(Box::new(problem.hint("leave it out; /api lists the parameters of every route")));
            }
            if name != "category" && pairs[..i].iter().any(|(earlier, _)| earlier == name) {
                return Err(Box::new(Problem::parameter(name, value, format!("{name} is given twice"), "once")));
            }
        }
        Ok(Self(pairs))
    }

    /// Pairs that are known already, from the command line.
    #[must_use]
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// All parameters and their values.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values of a parameter that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The parameters as a query again, without those that `drop` names, and with `add` at the end.
    #[must_use]
    pub fn link(&self, drop: &[&str], add: &[(&str, &str)]) -> String {
        let kept = self.0.iter().filter(|(n, _)| !drop.contains(&n.as_str())).map(|(n, v)| (n.as_str(), v.as_str()));
        let mut query = String::new();
        for (name, value) in kept.chain(add.iter().copied()) {
            query.push(if query.is_empty() { '?' } else { '&' });
            escape(&mut query, name);
            query.push('=');
            escape(&mut query, value);
        }
        query
    }
}

/// Percent-encodes all but the characters that are safe and readable in a query.
pub fn escape(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b':' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Answer<Params> {
        let uri: Uri = format!("/x?{query}").parse().expect("an address");
        Params::read(&uri, &|n| ["bbox", "category"].contains(&n), &|| "bbox, category".into())
    }

    #[test]
    fn unknown_and_repeated_parameters_are_refused() {
        assert!(read("bbox=1,2,3,4&category=01&category=02").is_ok());
        assert!(read("bbx=1").is_err());
        assert!(read("bbox=1&bbox=2").is_err());
        assert!(read("filter=a%3D1").expect_err("refused").into_parts().contains("unknown parameter filter"));
    }

    #[test]
    fn a_link_keeps_what_was_asked() {
        let params = read("bbox=1,2,3,4&category=a%26b").expect("known");
        assert_eq!(params.link(&["bbox"], &[("f", "csv")]), "?category=a%26b&f=csv");
    }

    impl Problem {
        fn into_parts(self) -> String {
            serde_json::to_string(&self).expect("a problem can be written")
        }
    }
}
