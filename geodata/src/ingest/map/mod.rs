//! Rows of a file as the vocabulary of the city.

mod area;
mod columns;
mod default_point;
mod form;
mod gather;
mod guess;
mod hours;
mod incident;
mod intervention;
mod key;
pub(crate) mod names;
mod number;
mod parts;
mod place;
mod plain;
mod profile;
mod recorded;
mod reject;
mod resource;
mod run;
mod shape;
mod street;
mod time;
mod victims;
mod words;

pub(crate) use form::{Form, days_from_civil};
pub(crate) use guess::{forms_of, has_date};
pub(crate) use run::{fits, run};
pub(crate) use shape::multi_polygon;
