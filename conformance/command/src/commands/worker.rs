//! `array-ctypes worker`: answers the lines of the protocol for a library in C or C++, in a process of its own.

use crate::adapters::loaded::Loaded;
use crate::error::CommandError;
use crate::exit::Exit;
use array_ctypes_conformance::transports::doors::LocalDoors;
use array_ctypes_conformance::transports::serve::serve;
use array_ctypes_conformance::{Implementation, RunError, json};
use clap::Args;
use serde_json::json;
use std::io;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The shared library, with an adapter in C
    library: PathBuf,
}

/// Answers until the input ends.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let mut implementation = LocalDoors::new(Loaded::open(&arguments.library)?);
    let hello = implementation.hello();
    let doors: Vec<_> = hello.doors.iter().map(json::from_door).collect();
    let hello = json!({
        "protocol": json::PROTOCOL_VERSION,
        "name": hello.name,
        "version": hello.version,
        "platform": json::from_platform(&hello.platform),
        "profiles": ["consumer"],
        "limits": { "views": [], "invalid": false },
        "doors": doors,
    });
    let ended = serve(&mut implementation, &hello, io::stdin().lock(), io::stdout().lock());
    ended.map_err(|error| RunError::unavailable(error.to_string()))?;
    Ok(Exit::Conforms)
}
