//! `array-ctypes doctor`: what this machine lacks, what that costs in verdicts, and how to get it.

use crate::doctor::{Missing, parts};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print;
use std::fmt::Write as _;

/// Prints what was found, and below that each part that is missing. It always ends with 0: what is missing may not be needed.
pub(super) fn run() -> Result<Exit, CommandError> {
    let parts = parts();
    let mut text = String::new();
    for part in &parts {
        let found = part.found.as_deref().unwrap_or("missing");
        let _ = writeln!(text, "{:<13} {found}", part.name);
    }
    let mut missing = 0;
    for part in &parts {
        let Err(Missing { found, costs, get }) = &part.found else { continue };
        missing += 1;
        let _ = write!(text, "\nmissing: {}\n  found: {found}\n  costs: {costs}\n  to get it: {get}\n", part.name);
    }
    let _ = match missing {
        0 => writeln!(text, "\nnothing is missing: every rule can be judged here"),
        1 => writeln!(text, "\n1 part is missing"),
        _ => writeln!(text, "\n{missing} parts are missing"),
    };
    print(&text)?;
    Ok(Exit::Conforms)
}
