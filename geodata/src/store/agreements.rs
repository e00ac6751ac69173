//! Agreements: which organisations may see which layers, how exactly, for what, and until when.

use jiff::civil::Date;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::Store;
use crate::error::{Error, Kind, Result};

/// Longest name, layer or purpose, bytes.
const MAX_TEXT_BYTES: usize = 200;
/// Parties or layers that an agreement may name.
const MAX_NAMES: usize = 50;

/// How exactly points may be seen under an agreement. Counts follow the tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// No points.
    Counts,
    /// Points moved within a ring of many addresses.
    MaskedPoints,
}

impl Precision {
    /// All, from the least to the most.
    pub const ALL: [Self; 2] = [Self::Counts, Self::MaskedPoints];

    /// Name in the table and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::MaskedPoints => "masked_points",
        }
    }
}

/// Whether an agreement holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It does.
    Valid,
    /// Its last day is past.
    Expired,
    /// It was ended before its time.
    Revoked,
}

/// What was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// Short name for keys and for revoking.
    pub id: String,
    /// Who agreed.
    pub parties: Vec<String>,
    /// Ids of the layers that it is about.
    pub layers: Vec<String>,
    /// How exactly points may be seen.
    pub precision: Precision,
    /// What for.
    pub purpose: String,
    /// When it was made, UTC.
    pub created: String,
    /// Last day on which it holds (UTC).
    #[serde(serialize_with = "as_text")]
    pub expires: Date,
    /// When it was revoked, UTC.
    pub revoked: Option<String>,
}

fn as_text<S: serde::Serializer>(day: &Date, s: S) -> std::result::Result<S::Ok, S::Error> {
    s.collect_str(day)
}

/// What is to be agreed.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Who agrees.
    pub parties: Vec<String>,
    /// Ids of the layers that it is about.
    pub layers: Vec<String>,
    /// How exactly points may be seen.
    pub precision: Precision,
    /// What for.
    pub purpose: String,
    /// Last day on which it holds (UTC), YYYY-MM-DD.
    pub expires: String,
}

impl Agreement {
    /// Whether it holds on a day (UTC).
    #[must_use]
    pub fn state(&self, day: Date) -> State {
        match &self.revoked {
            Some(_) => State::Revoked,
            None if self.expires < day => State::Expired,
            None => State::Valid,
        }
    }

    /// Whether it is about a layer.
    #[must_use]
    pub fn covers(&self, layer: &str) -> bool {
        self.layers.iter().any(|l| l == layer)
    }
}

/// Makes an agreement that holds until the end of its last day, or until it is revoked. Whether the layers exist is for
/// the caller to say: this library does not know them.
///
/// # Errors
/// A list or text that is empty or too long, a date that is none or is past, a system without random numbers, a file
/// that cannot be written.
pub fn create(store: &mut Store, terms: &Terms) -> Result<Agreement> {
    for (what, names) in [("parties", &terms.parties), ("layers", &terms.layers)] {
        if names.is_empty() || names.len() > MAX_NAMES {
            return Err(Error::invalid(
                format!("an agreement names {} {what}, the bound is 1 to {MAX_NAMES}", names.len()),
                format!("name the {what}, separated by commas"),
            ));
        }
    }
    for text in terms.parties.iter().chain(&terms.layers).chain([&terms.purpose]) {
        if text.trim().is_empty() || text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
            return Err(Error::invalid(
                format!("{text:?} in an agreement is empty, longer than {MAX_TEXT_BYTES} bytes or not readable"),
                "give each party, layer and purpose in a few words",
            ));
        }
    }
    let agreement = Agreement {
        id: super::keys::random_id()?,
        parties: terms.parties.clone(),
        layers: terms.layers.clone(),
        precision: terms.precision,
        purpose: terms.purpose.clone(),
        created: jiff::Timestamp::now().to_string(),
        expires: super::keys::last_day(&terms.expires, "the agreement")?,
        revoked: None,
    };
    let sql = "INSERT INTO agreements (id, parties, layers, precision, purpose, created, expires)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let a = &agreement;
    let (parties, layers) = (list_text(&a.parties), list_text(&a.layers));
    let row = params![a.id, parties, layers, a.precision.name(), a.purpose, a.created, a.expires.to_string()];
    store.conn.execute(sql, row).map_err(store.fault("writing an agreement into"))?;
    Ok(agreement)
}

/// Every agreement, in the order they were made.
///
/// # Errors
/// The file cannot be read.
pub fn list(store: &Store) -> Result<Vec<Agreement>> {
    let read = || {
        let mut statement = store.conn.prepare_cached(&format!("{SELECT} ORDER BY created, id"))?;
        statement.query_map([], read_row)?.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(store.fault("reading"))
}

/// The agreement of an id.
///
/// # Errors
/// The file cannot be read.
pub fn find(store: &Store, id: &str) -> Result<Option<Agreement>> {
    let read = || store.conn.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?.query_row([id], read_row).optional();
    read().map_err(store.fault("reading"))
}

/// Ends an agreement at once; every key that is bound to it is refused from then on.
///
/// # Errors
/// No agreement has this id; the file cannot be written.
pub fn revoke(store: &mut Store, id: &str) -> Result<()> {
    let sql = "UPDATE agreements SET revoked = ifnull(revoked, ?1) WHERE id = ?2";
    let now = jiff::Timestamp::now().to_string();
    match store.conn.execute(sql, params![now, id]).map_err(store.fault("revoking an agreement in"))? {
        0 => Err(unknown(id)),
        _ => Ok(()),
    }
}

/// There is no such agreement.
pub(super) fn unknown(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("there is no agreement {id:?}"), "`urbansafety agreements list` shows the ids")
}

const SELECT: &str = "SELECT id, parties, layers, precision, purpose, created, expires, revoked FROM agreements";

fn read_row(r: &rusqlite::Row<'_>) -> rusqlite::Result<Agreement> {
    let (precision, expires): (String, String) = (r.get(3)?, r.get(6)?);
    Ok(Agreement {
        id: r.get(0)?,
        parties: list_of(&r.get::<_, String>(1)?),
        layers: list_of(&r.get::<_, String>(2)?),
        // What a newer program wrote grants nothing here.
        precision: Precision::ALL.into_iter().find(|p| p.name() == precision).unwrap_or(Precision::Counts),
        purpose: r.get(4)?,
        created: r.get(5)?,
        expires: expires.parse().unwrap_or(Date::MIN),
        revoked: r.get(7)?,
    })
}

fn list_text(names: &[String]) -> String {
    serde_json::to_string(names).unwrap_or_default()
}

fn list_of(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_holds_to_its_last_day_or_until_it_is_revoked() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("city.gpkg")).expect("a new file");
        let terms = Terms {
            parties: vec!["Health department".into(), "University, criminology".into()],
            layers: vec!["cells".into(), "incidents".into()],
            precision: Precision::MaskedPoints,
            purpose: "evaluation of street lighting".into(),
            expires: "2999-12-31".into(),
        };
        let made = create(&mut store, &terms).expect("made");
        assert_eq!(find(&store, &made.id), Ok(Some(made.clone())));
        assert_eq!(list(&store), Ok(vec![made.clone()]));
        assert!(made.covers("cells") && !made.covers("resources"));
        let day = |text: &str| text.parse::<Date>().expect("a date");
        assert_eq!(made.state(day("2999-12-31")), State::Valid);
        assert_eq!(made.state(day("3000-01-01")), State::Expired);
        revoke(&mut store, &made.id).expect("revoked");
        let revoked = find(&store, &made.id).expect("readable").expect("there");
        assert_eq!(revoked.state(day("2999-12-31")), State::Revoked);
        assert_eq!(revoke(&mut store, "nobody").map_err(|e| e.kind), Err(Kind::NotFound));
        for bad in [
            Terms { parties: vec![], ..terms.clone() },
            Terms { layers: vec![" ".into()], ..terms.clone() },
            Terms { purpose: "x".repeat(201), ..terms.clone() },
            Terms { expires: "2001-01-01".into(), ..terms.clone() },
            Terms { expires: "soon".into(), ..terms },
        ] {
            assert!(create(&mut store, &bad).is_err(), "{bad:?}");
        }
    }
}
