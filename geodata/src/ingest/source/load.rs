//! The built-in sources, and reading a source from TOML with errors that name the nearest known key.

use std::sync::LazyLock;

use super::crosswalk::Crosswalk;
use super::describe::{Source, SourceKind};
use super::fold::{fold, nearest};
use crate::error::{Error, Result};
use crate::model::Code;

macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        const TEXTS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../../sources/", $name, ".toml")))),+];
    };
}

built_in!(
    "chicago",
    "data.police.uk",
    "cdmx-fgj",
    "philadelphia-shootings",
    "nypd",
    "lapd",
    "sfpd",
    "toronto",
    "boston",
    "seattle",
    "philadelphia",
    "vancouver",
    "cdmx-alcaldias",
    "cdmx-colonias",
    "chicago-beats",
    "chicago-community-area-boundaries",
    "chicago-community-areas",
    "chicago-community-services",
    "chicago-districts",
    "chicago-family-services",
    "chicago-health",
    "chicago-libraries",
    "chicago-schools",
    "chicago-senior-centers",
    "chicago-substance-abuse",
    "chicago-wards",
    "uk-wards",
    "bogota-localidades",
    "bogota-upz",
    "nibrs-gang",
    "hospital",
    "openstreetmap",
    "generic-areas",
    "generic-csv",
    "generic-geojson",
    "generic-resources",
    "generic-streets",
);

/// The sources that come with the program, in the order in which they are tried on a file.
///
/// A test reads every one of them, so none is ever left out here.
pub static SOURCES: LazyLock<Vec<Source>> =
    LazyLock::new(|| TEXTS.iter().filter_map(|(name, text)| Source::from_toml(text, name).ok()).collect());

impl Source {
    /// Reads a description; `name` is what errors call it.
    ///
    /// # Errors
    /// A key that does not exist (with the nearest one that does), a wrong value, a column that names people.
    pub fn from_toml(text: &str, name: &str) -> Result<Self> {
        let source: Self = toml::from_str(text).map_err(|e| explain(&e, text, name))?;
        source.check(name)?;
        Ok(source)
    }

    fn check(&self, name: &str) -> Result<()> {
        let wrong = |what: String, hint: &str| Err(Error::invalid(format!("source {name}: {what}"), hint));
        if self.id.is_empty() || !self.id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
            return wrong(format!("id {:?}", self.id), "use letters, digits, `-`, `_` and `.`");
        }
        if self.kind == SourceKind::Incidents {
            if self.zone.is_empty() && !self.guess {
                return wrong("no zone".into(), "give the IANA zone of the clock, for example America/Chicago");
            }
            if !self.zone.is_empty() && jiff::tz::TimeZone::get(&self.zone).is_err() {
                return wrong(format!("zone {:?} is not known", self.zone), "use an IANA name such as America/Chicago");
            }
        }
        for pair in &self.place {
            let whole = (pair.lon.is_some() && pair.lat.is_some())
                || (pair.x.is_some() && pair.y.is_some() && pair.epsg.is_some())
                || pair.wkt.is_some();
            if !whole {
                return wrong(
                    "a [[place]] is not whole".into(),
                    "give `lon` and `lat`, or `x`, `y` and `epsg`, or `wkt`",
                );
            }
        }
        if let Some(time) = &self.time {
            for form in &time.forms {
                crate::ingest::map::Form::compile(form)
                    .map_err(|e| Error::invalid(format!("source {name}: {}", e.what), e.hint))?;
            }
        }
        if let Some(category) = &self.category {
            Crosswalk::parse(&category.crosswalk, name)?;
        }
        for recorded in self.area.iter().flat_map(|a| &a.recorded) {
            Code::parse(&recorded.code).map_err(|e| Error::invalid(format!("source {name}: {}", e.what), e.hint))?;
            if let Some(column) = recorded.columns.iter().find(|c| c.matches("{yy").count() != 1) {
                return wrong(format!("column {column:?} has no year"), "write {yy} or {yyyy} where the year stands");
            }
        }
        for column in self.mapped_columns() {
            if self.kind == SourceKind::Incidents && names_people(column) {
                return wrong(
                    format!("column {column:?} names people or their attributes"),
                    "leave it out: the model has no person",
                );
            }
        }
        Ok(())
    }

    /// Columns that incidents are made of.
    fn mapped_columns(&self) -> impl Iterator<Item = &str> {
        let category = self.category.iter().flat_map(|c| [&c.text, &c.code, &c.detail, &c.status, &c.weapon]);
        let key = self.key.columns.iter().flatten().chain(&self.key.also).chain(&self.location.area);
        category.flatten().chain(key).flat_map(|c| c.split('|'))
    }
}

/// Whether a column of an incident file holds names, birth dates, contacts, ancestry or anything about a suspect.
pub(crate) fn names_people(column: &str) -> bool {
    let name = fold(column);
    let words: Vec<&str> = name.split(' ').collect();
    let word = |w: &str| words.contains(&w);
    let any = |list: &[&str]| list.iter().any(|w| word(w));
    any(&[
        "suspect",
        "suspects",
        "susp",
        "offender",
        "offenders",
        "perpetrator",
        "perp",
        "accused",
        "arrestee",
        "defendant",
    ]) || any(&[
        "race",
        "ethnicity",
        "ethnic",
        "descent",
        "religion",
        "nationality",
        "dob",
        "birthdate",
        "birthday",
        "surname",
    ]) || any(&["ssn", "passport", "email", "phone", "telephone", "curp", "licence_plate"])
        || (word("name") && any(&["first", "last", "middle", "full", "victim", "person", "officer", "complainant"]))
        || (word("birth") && any(&["date", "year", "day"]))
        || ["firstname", "lastname", "fullname", "nombre victima", "apellido", "apellidos"].contains(&name.as_str())
        || name.starts_with("perp ")
        || name.starts_with("vic race")
}

/// Turns TOML's message into ours: where, which key, and the nearest known one.
fn explain(e: &toml::de::Error, text: &str, name: &str) -> Error {
    let line = e.span().map(|s| text[..s.start.min(text.len())].matches('\n').count() + 1);
    let at = line.map_or(String::new(), |l| format!(", line {l}"));
    let message = e.message();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let (true, Some((key, known))) = (message.starts_with("unknown field"), quoted.split_first()) {
        let hint = nearest(key, known.iter().copied())
            .map_or_else(|| format!("known keys here: {}", known.join(", ")), |near| format!("did you mean {near:?}?"));
        return Error::invalid(format!("source {name}{at}: unknown key {key:?}"), hint);
    }
    Error::invalid(format!("source {name}{at}: {message}"), "see the built-in sources for examples")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_source_is_valid() {
        for (name, text) in TEXTS {
            let source = Source::from_toml(text, name).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(&source.id, name);
            assert!(!source.title.is_empty() && !source.licence.is_empty(), "{name}");
        }
        assert_eq!(SOURCES.len(), TEXTS.len());
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let e =
            Source::from_toml("id = 'x'\ntitle = 'x'\nkind = 'areas'\nlicens = 'CC0'\n", "x.toml").expect_err("key");
        assert!(e.what.contains("licens") && e.what.contains("line 4"), "{e}");
        assert!(e.hint.contains("licence"), "{e}");
    }

    #[test]
    fn a_column_about_people_cannot_be_mapped() {
        let text = "id='x'\ntitle='x'\nkind='incidents'\nzone='UTC'\nlicence=''\n[category]\ntext='Suspect Name'\n";
        assert!(Source::from_toml(text, "x").expect_err("personal").what.contains("Suspect"));
        assert!(!names_people("Location name") && !names_people("LSOA name") && names_people("OFFENDER_AGE"));
    }
}
