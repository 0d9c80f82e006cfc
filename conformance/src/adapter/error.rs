//! Run errors: why an implementation could not be asked.
//!
//! A run error is no verdict on a rule. `contained` decides if a lost case becomes one.

use std::fmt;

/// Why an implementation could not be asked. The message says what was expected, what was found, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// It could not be started, or cannot do what the run needs. No case is to blame.
    Unavailable(String),
    /// It crashed, exited or broke the protocol on a case.
    Lost(Loss),
    /// It sent nothing within the timeout.
    TimedOut(Loss),
}

/// An implementation that was lost on a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The position of the case among those that were sent and not received.
    pub position: usize,
    /// What happened, with the last lines of the implementation on standard error.
    pub message: String,
}

impl RunError {
    /// An error that no case is to blame for.
    pub fn unavailable(message: impl Into<String>) -> RunError {
        RunError::Unavailable(message.into())
    }

    /// The loss of an implementation on the first case that was sent.
    pub fn lost(message: impl Into<String>) -> RunError {
        RunError::Lost(Loss { position: 0, message: message.into() })
    }

    /// A timeout on the first case that was sent.
    pub(crate) fn timed_out(message: impl Into<String>) -> RunError {
        RunError::TimedOut(Loss { position: 0, message: message.into() })
    }

    /// The same error about the case at that position, if it is about a case.
    #[must_use]
    pub fn at(mut self, position: usize) -> RunError {
        if let RunError::Lost(loss) | RunError::TimedOut(loss) = &mut self {
            loss.position = position;
        }
        self
    }

    /// The same error with a longer message.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> RunError {
        let (RunError::Unavailable(message)
        | RunError::Lost(Loss { message, .. })
        | RunError::TimedOut(Loss { message, .. })) = &mut self;
        message.push_str(note);
        self
    }

    /// The position of the case to blame; 0 if no case is.
    pub fn position(&self) -> usize {
        match self {
            RunError::Unavailable(_) => 0,
            RunError::Lost(loss) | RunError::TimedOut(loss) => loss.position,
        }
    }

    /// Returns true if it sent nothing within the timeout.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self, RunError::TimedOut(_))
    }

    /// What was expected, what was found, and what to do next.
    pub fn message(&self) -> &str {
        match self {
            RunError::Unavailable(message)
            | RunError::Lost(Loss { message, .. })
            | RunError::TimedOut(Loss { message, .. }) => message,
        }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for RunError {}
