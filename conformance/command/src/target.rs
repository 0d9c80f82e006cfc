//! The implementation that is run.

use crate::adapters::Reference;
use crate::adapters::numpy::{NumPy, environment, python_at_hand};
use crate::output::{print_error, quoted};
use array_ctypes_conformance::adapter::implementation::Make;
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::{Implementation, RunError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;

/// The name of an implementation, as an argument.
#[derive(Clone, Debug)]
pub(crate) enum Name {
    Reference,
    NumPy,
    /// NumPy of this version.
    Version(String),
}

impl FromStr for Name {
    type Err = String;

    fn from_str(name: &str) -> Result<Name, String> {
        match name.split_once("==") {
            None if name == "reference" => Ok(Name::Reference),
            None if name == "numpy" => Ok(Name::NumPy),
            Some(("numpy", version)) => Ok(Name::Version(version.to_owned())),
            _ => {
                let option = match name.rsplit_once('.') {
                    Some((_, "py")) => format!("--command \"python3 {name}\""),
                    Some((_, "so" | "dylib")) => format!("--library {name}"),
                    _ => "--command \"…\"".to_owned(),
                };
                Err(format!(
                    "expected an implementation: `reference`, `numpy` or `numpy==VERSION`, found {name:?}; any other is an \
                     adapter: {option}"
                ))
            }
        }
    }
}

/// The implementation that is run.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Reference,
    /// NumPy, with this Python.
    NumPy(PathBuf),
    /// An adapter, with this line for the shell.
    Command(String),
    /// A shared library with an adapter in C.
    Library(PathBuf),
}

impl Target {
    /// The implementation of a name. `python` is the Python that `numpy` means.
    ///
    /// # Errors
    /// [`RunError`] if the environment for a version of NumPy cannot be made.
    pub(crate) fn of(name: &Name, python: Option<&Path>) -> Result<Target, RunError> {
        match name {
            Name::Reference => Ok(Target::Reference),
            Name::NumPy => Ok(Target::NumPy(python.map_or_else(python_at_hand, Path::to_owned))),
            Name::Version(version) => {
                let making = |home: &Path| print_error(&format!("making {}, once", home.display()));
                Ok(Target::NumPy(environment(version, &making)?))
            }
        }
    }

    /// Starts it. `timeout` is how long any reply may take.
    ///
    /// # Errors
    /// [`RunError`] if it does not start.
    pub(crate) fn start(&self, timeout: Duration) -> Result<Box<dyn Implementation>, RunError> {
        match self {
            Target::Reference => Ok(Box::new(Reference::new())),
            Target::NumPy(python) => Ok(Box::new(NumPy::start(python, timeout)?)),
            Target::Command(line) => Ok(Box::new(Child::start(shell(line), timeout)?)),
            Target::Library(path) => Ok(Box::new(Child::start(worker(path)?, timeout)?)),
        }
    }

    /// Returns a function that starts the implementation each time it is called.
    pub(crate) fn maker(&self, timeout: Duration) -> Box<Make<'_>> {
        Box::new(move || self.start(timeout))
    }

    /// A name for reports, as long as it has not told its own.
    pub(crate) fn name(&self) -> String {
        match self {
            Target::Reference => "reference".to_owned(),
            Target::NumPy(_) => "numpy".to_owned(),
            Target::Command(line) => line.clone(),
            Target::Library(path) => path.display().to_string(),
        }
    }

    /// The arguments that name it, with a space before them; none for the reference.
    pub(crate) fn arguments(&self) -> String {
        match self {
            Target::Reference => String::new(),
            Target::NumPy(python) => format!(" numpy --python {}", quoted(&python.display().to_string())),
            Target::Command(line) => format!(" --command {}", quoted(line)),
            Target::Library(path) => format!(" --library {}", quoted(&path.display().to_string())),
        }
    }
}

/// This program, as the worker that answers for a shared library.
fn worker(path: &Path) -> Result<Command, RunError> {
    let program = std::env::current_exe().map_err(|error| RunError::unavailable(error.to_string()))?;
    let mut command = Command::new(program);
    command.arg("worker").arg(path);
    Ok(command)
}

/// A line for the system's shell. The shell is replaced by the program, so that signals reach it.
#[cfg(not(windows))]
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("exec {line}"));
    command
}

/// A line for the system's shell, which reads it as it stands: it does not know how other programs quote arguments.
#[cfg(windows)]
fn shell(line: &str) -> Command {
    use std::os::windows::process::CommandExt as _;
    let mut command = Command::new("cmd");
    command.raw_arg(format!("/S /C \"{line}\""));
    command
}
