//! The one error type: everything a user, a file or the network can get wrong.
//!
//! Our own mistakes (a wrong dimension inside the crate) are `assert!`s that name the tensor; they never become an
//! `Error`. Every message is one sentence a person can act on: what was wrong, what was expected, what was found.

use thiserror::Error;

/// The result of anything that can fail for reasons outside the program.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Trouble caused by an input, a file or the machine.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A value, file or setting is not what is needed.
    #[error("{what}: expected {expected}, got {got}")]
    Invalid {
        /// The thing that was looked at, in the user's words.
        what: String,
        /// What would have been right.
        expected: String,
        /// What was found instead.
        got: String,
    },
    /// A file could not be read or written.
    #[error("cannot access {path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// The operating system's own word.
        source: std::io::Error,
    },
    /// The compute device failed or cannot be had.
    #[error("{0}")]
    Device(String),
}

impl Error {
    /// Shorthand for [`Error::Invalid`].
    pub fn invalid(what: impl Into<String>, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self::Invalid { what: what.into(), expected: expected.into(), got: got.into() }
    }

    /// The same about what stands in a file, which is named.
    pub fn in_file(self, path: impl AsRef<std::path::Path>) -> Self {
        match self {
            Self::Invalid { what, expected, got } => {
                Self::Invalid { what: format!("{}, {what}", path.as_ref().display()), expected, got }
            }
            other => other,
        }
    }

    /// Shorthand for [`Error::Io`].
    pub fn io(path: impl AsRef<std::path::Path>, source: std::io::Error) -> Self {
        Self::Io { path: path.as_ref().display().to_string(), source }
    }
}
