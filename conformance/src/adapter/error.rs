//! Why an implementation could not be asked.

use std::fmt;

/// Why an implementation could not be asked. By itself this is no verdict on a rule.
#[derive(Clone, Debug)]
pub struct RunError {
    /// What was expected, what was found, what to do next.
    pub message: String,
    /// The position of the case that it came with, among those that were sent and whose batch was not received.
    pub position: usize,
    /// Whether it is silence: asking again takes as long again.
    pub silent: bool,
}

impl RunError {
    /// RunError that is not with a case.
    pub fn new(message: impl Into<String>) -> RunError {
        RunError { message: message.into(), position: 0, silent: false }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RunError {}
