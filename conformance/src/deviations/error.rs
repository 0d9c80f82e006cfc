//! Why a file of known deviations could not be used.

use crate::files::FileError;
use std::path::PathBuf;
use std::{fmt, io};

/// Why a file of known deviations could not be used.
#[derive(Debug)]
pub enum DeviationError {
    /// It could not be read.
    Io(PathBuf, io::Error),
    /// It is not TOML.
    Syntax(PathBuf, Box<toml::de::Error>),
    /// It is TOML, but something in it is wrong.
    Content(PathBuf, Wrong),
    /// The case that an entry names could not be used.
    Case(PathBuf, FileError),
}

/// An entry of the file that is wrong.
#[derive(Debug)]
pub struct Wrong {
    /// The place, as in `deviation 3, rule`.
    pub place: String,
    /// What was expected there, and what was found.
    pub message: String,
}

impl fmt::Display for DeviationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeviationError::Io(path, error) => {
                write!(f, "{}: expected a file of known deviations, found: {error}", path.display())
            }
            DeviationError::Syntax(path, error) => {
                write!(f, "{}: expected TOML, found: {}", path.display(), error.to_string().trim_end())
            }
            DeviationError::Content(path, Wrong { place, message }) => {
                write!(f, "{}: {place}: {message}; correct it there", path.display())
            }
            DeviationError::Case(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for DeviationError {}
