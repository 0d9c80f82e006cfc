//! Why an implementation could not be asked. By itself this is no verdict on a rule.

use std::fmt;

/// Why an implementation could not be asked. The message says what was expected, what was found, what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// It could not be started, or cannot do what the run asks for. No case is to blame.
    Unavailable(String),
    /// It crashed, exited or broke the protocol on a case.
    Lost(Loss),
    /// It sent nothing within the timeout. Asking again takes as long again.
    TimedOut(Loss),
}

/// An implementation that was lost on a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The position of the case among those that were sent and whose batch was not received.
    pub position: usize,
    /// What happened, with the last words of the implementation.
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

    /// The loss of an implementation that sent nothing, on the first case that was sent.
    pub fn timed_out(message: impl Into<String>) -> RunError {
        RunError::TimedOut(Loss { position: 0, message: message.into() })
    }

    /// The same error on the case at that position, if a case is to blame.
    #[must_use]
    pub fn at(mut self, position: usize) -> RunError {
        if let RunError::Lost(loss) | RunError::TimedOut(loss) = &mut self {
            loss.position = position;
        }
        self
    }

    /// The same error with more to say.
    #[must_use]
    pub fn with_note(mut self, note: &str) -> RunError {
        let (RunError::Unavailable(message)
        | RunError::Lost(Loss { message, .. })
        | RunError::TimedOut(Loss { message, .. })) = &mut self;
        message.push_str(note);
        self
    }

    /// The position of the case to blame; the first, if none is.
    pub fn position(&self) -> usize {
        match self {
            RunError::Unavailable(_) => 0,
            RunError::Lost(loss) | RunError::TimedOut(loss) => loss.position,
        }
    }

    /// Returns true if asking again takes as long again.
    pub fn is_timeout(&self) -> bool {
        matches!(self, RunError::TimedOut(_))
    }

    /// What was expected, what was found, what to do next.
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
