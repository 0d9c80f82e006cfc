//! `array-ctypes worker`: answers the lines of the protocol for a library in C or C++, in a process of its own.

use crate::adapters::loaded::Loaded;
use crate::error::CommandError;
use crate::exit::Exit;
use array_ctypes_conformance::RunError;
use array_ctypes_conformance::transports::serve::serve_doors;
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The shared library, with an adapter in C
    library: PathBuf,
}

/// Answers until the input ends.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let ended = serve_doors(Loaded::open(&arguments.library)?);
    ended.map_err(|error| RunError::unavailable(error.to_string()))?;
    Ok(Exit::Conforms)
}
