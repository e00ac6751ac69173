//! Rows of a file as the vocabulary of the city.

mod columns;
mod default_point;
mod form;
mod gather;
mod incident;
mod key;
mod number;
mod place;
mod profile;
mod reject;
mod run;
mod time;
mod victims;

pub(crate) use form::Form;
pub(crate) use run::run;
