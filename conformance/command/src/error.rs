//! The reason why a command failed.

use crate::exit::Exit;
use array_ctypes_conformance::RunError;
use array_ctypes_conformance::deviations::DeviationError;
use array_ctypes_conformance::files::FileError;
use std::path::PathBuf;
use std::{fmt, io};

/// The reason why a command failed.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// The arguments mean nothing, or name a file that cannot be used.
    Usage(String),
    /// The run did not start or did not finish.
    Run(RunError),
    /// A file or a folder could not be written.
    File(PathBuf, io::Error),
    /// The output could not be written.
    Output(io::Error),
}

impl CommandError {
    /// Returns the exit code of the error.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            CommandError::Usage(_) => Exit::Usage,
            CommandError::Output(_) if self.is_closed_pipe() => Exit::Conforms,
            CommandError::Run(_) | CommandError::File(..) | CommandError::Output(_) => Exit::RunError,
        }
    }

    /// Returns true if the reader closed the pipe: it has seen enough, and nothing went wrong.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, CommandError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::Usage(message) => f.write_str(message),
            CommandError::Run(error) => write!(f, "{error}"),
            CommandError::File(path, error) => write!(f, "expected to write {}, found: {error}", path.display()),
            CommandError::Output(error) => write!(f, "expected to write the output, found: {error}"),
        }
    }
}

impl From<RunError> for CommandError {
    fn from(error: RunError) -> CommandError {
        CommandError::Run(error)
    }
}

impl From<FileError> for CommandError {
    fn from(error: FileError) -> CommandError {
        CommandError::Usage(error.to_string())
    }
}

impl From<DeviationError> for CommandError {
    fn from(error: DeviationError) -> CommandError {
        CommandError::Usage(error.to_string())
    }
}
