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
mod number;
mod place;
mod profile;
mod reject;
mod resource;
mod run;
mod shape;
mod street;
mod time;
mod victims;
mod words;

pub(crate) use form::Form;
pub(crate) use guess::has_date;
pub(crate) use run::run;
pub(crate) use shape::multi_polygon;
