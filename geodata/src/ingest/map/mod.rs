//! Rows of a file as the vocabulary of the city.

mod columns;
mod form;
mod number;
mod place;
mod reject;

pub(crate) use form::Form;
