//! The one error of the crate: which parameter, what value, what bound, what to do.

/// A parameter that cannot be used. The parts map onto the members of a problem document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} is {value}, but {bound}; {hint}")]
pub struct Error {
    /// Name of the parameter: `z`, `x`, `palette` ...
    pub parameter: &'static str,
    /// The value that was given.
    pub value: String,
    /// The bound that it breaks, as a clause: `it must lie in 0..=24`.
    pub bound: String,
    /// What to do about it.
    pub hint: String,
}

/// Result with the crate's error.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A parameter, the value given, the bound it breaks and what to do.
    pub fn new(
        parameter: &'static str,
        value: impl ToString,
        bound: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { parameter, value: value.to_string(), bound: bound.into(), hint: hint.into() }
    }
}
