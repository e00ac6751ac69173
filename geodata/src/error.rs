//! The one error of the library: what happened, and what to do about it.

use std::fmt;

/// What sort of trouble it is; the service maps it to an exit code or an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A parameter or a file's description is wrong: the caller can mend it.
    Invalid,
    /// The tier may not see this.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// Beyond a named limit.
    TooLarge,
    /// The caller went away or the deadline passed.
    Cancelled,
    /// The data file or the disk cannot be read or written now.
    Storage,
    /// Another writer is at work: the same request will do in a while.
    Busy,
}

/// One sentence of what is wrong (where, what value, what bound), and one of what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What sort of trouble.
    pub kind: Kind,
    /// What is wrong: where, which value, which bound.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// Result with the library's error.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of a kind.
    pub fn new(kind: Kind, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, what: what.into(), hint: hint.into() }
    }

    /// A wrong parameter, value or description.
    pub fn invalid(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, what, hint)
    }

    /// Something that the tier may not see.
    pub fn forbidden(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, what, hint)
    }

    /// Trouble with the data file or the disk.
    pub fn storage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Storage, what, hint)
    }

    /// The caller went away or the deadline passed.
    pub fn cancelled() -> Self {
        Self::new(
            Kind::Cancelled,
            "the work was stopped before it was done",
            "ask again, with a smaller area or period if it took too long",
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "; {}", self.hint) }
    }
}

impl std::error::Error for Error {}
