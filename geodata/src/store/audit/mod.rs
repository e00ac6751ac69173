//! The access log: who saw what, in entries that only follow one another and cannot be changed unseen.
//!
//! Entries stand in the table `audit` of the data file, each with the hash of the one before it. A process that serves
//! does not wait for the file: it writes into a [`Log`], a journal of its own beside the data file, and carries that
//! over into the table when nobody else is writing. What a killed process left is carried over by the next one.

mod entry;
mod fold;
mod journal;
mod log;
mod table;
mod verify;

pub use entry::Entry;
pub use fold::fold_leftovers;
pub use log::Log;
pub use table::{Kept, entries};
pub use verify::{Break, Fault, Verified, verify};

#[cfg(test)]
mod tests;
