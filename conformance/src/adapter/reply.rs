//! The reply to one case.
//!
//! A reply is data. The judge decides if it is right.

use crate::words::{one_line, shown};
use array_ctypes_spec::{Address, Answer, Imported, Raises};
use std::fmt;

/// The reply to one case.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The implementation made the array and answered the script.
    Answered(Answers),
    /// The implementation refused the array as a whole, and so every step.
    Refused(Refusal),
    /// The implementation declines the case as a whole, for this reason.
    Declined(String),
    /// The case is lost: how the implementation crashed, exited or broke the protocol.
    Lost(String),
    /// The case is lost: the implementation did not reply within the timeout, as the text says.
    Hung(String),
}

/// The answers to a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// Address of the first byte of the buffer, or of the memory that the array owns. It comes from the allocation, never
    /// from the interface under test. `None` if the library allocates it, and only that interface knows where it is: then
    /// no prediction with an address relative to the buffer is judged.
    pub buffer: Option<u64>,
    /// One answer for each step.
    pub answers: Vec<Answer>,
    /// The messages of errors, by step.
    pub messages: Vec<Message>,
}

/// The message of the error that a step raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The position of the step in the script.
    pub step: usize,
    /// The implementation's text.
    pub text: String,
    /// The place in its files, if it is told.
    pub place: Option<String>,
}

/// The error that an array was refused with.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The kind.
    pub kind: Raises,
    /// The implementation's message.
    pub message: Option<String>,
    /// The place in its files, if it is told.
    pub place: Option<String>,
}

/// For each kind of error, in order, the answer to every step of an array that was refused with it.
static REFUSALS: [Answer; Raises::ALL.len()] = {
    let mut refusals = [const { Answer::Raises(Raises::ALL[0]) }; Raises::ALL.len()];
    let mut at = 0;
    while at < refusals.len() {
        if let Answer::Raises(kind) = &mut refusals[at] {
            *kind = Raises::ALL[at];
        }
        at += 1;
    }
    refusals
};

impl Reply {
    /// The reply to a case for which the surroundings have no memory, file or process: nothing shows what the implementation
    /// would have done.
    pub fn prevented(why: impl fmt::Display) -> Reply {
        Reply::Declined(one_line(&format!("not to be had here: {why}")))
    }

    /// A refusal without a message.
    pub fn refused(kind: Raises) -> Reply {
        Reply::Refused(Refusal { kind, message: None, place: None })
    }

    /// The answer to a step, or the refusal of the array; `None` if there is none.
    pub fn answer(&self, step: usize) -> Option<&Answer> {
        match self {
            Reply::Answered(answers) => answers.answers.get(step),
            Reply::Refused(refusal) => REFUSALS.get(refusal.kind as usize),
            Reply::Declined(_) | Reply::Lost(_) | Reply::Hung(_) => None,
        }
    }

    /// The answer to a step as reports show it, with addresses relative to the buffer if they are near it.
    pub fn relative_answer(&self, step: usize) -> Option<Answer> {
        let answer = self.answer(step)?;
        Some(match self {
            Reply::Answered(answers) => relative(answer, answers.buffer),
            _ => answer.clone(),
        })
    }

    /// Returns true if the implementation refused the array as a whole.
    pub fn is_refused(&self) -> bool {
        matches!(self, Reply::Refused(_))
    }

    /// Returns true if the implementation was lost on the case.
    pub fn is_lost(&self) -> bool {
        matches!(self, Reply::Lost(_) | Reply::Hung(_))
    }

    /// What was found at a step, as reports show it: not all of it, if it is long.
    pub fn found(&self, step: usize) -> String {
        shown(&self.found_in_full(step))
    }

    /// The place in the files of the implementation where the error at a step was raised, if it is told.
    pub fn place(&self, step: usize) -> Option<&str> {
        match self {
            Reply::Refused(refusal) => refusal.place.as_deref(),
            Reply::Answered(Answers { messages, .. }) => {
                messages.iter().find(|message| message.step == step)?.place.as_deref()
            }
            Reply::Declined(_) | Reply::Lost(_) | Reply::Hung(_) => None,
        }
    }

    fn found_in_full(&self, step: usize) -> String {
        match self {
            Reply::Lost(how) | Reply::Hung(how) => how.clone(),
            Reply::Declined(reason) => format!("declined: {reason}"),
            Reply::Refused(Refusal { kind, message, .. }) => described(&Answer::Raises(*kind), message.as_ref()),
            Reply::Answered(Answers { buffer, answers, messages }) => {
                let Some(answer) = answers.get(step) else { return "nothing".to_owned() };
                let message = messages.iter().find(|message| message.step == step).map(|message| &message.text);
                described(&relative(answer, *buffer), message)
            }
        }
    }
}

/// The answer with its message.
fn described(answer: &Answer, message: Option<&String>) -> String {
    message.map_or_else(|| answer.to_string(), |message| format!("{answer}: {message}"))
}

/// The distance below which an address is shown relative to the buffer, in bytes.
const NEAR: u64 = 1 << 44;

/// The answer with addresses relative to the buffer if that is known and they are near it.
fn relative(answer: &Answer, buffer: Option<u64>) -> Answer {
    let Some(buffer) = buffer else { return answer.clone() };
    let near = |address: Address| match address {
        Address::Absolute(absolute) if absolute.abs_diff(buffer) < NEAR => {
            Address::InBuffer(absolute.wrapping_sub(buffer) as i64)
        }
        other => other,
    };
    match answer {
        Answer::Address(address) => Answer::Address(near(*address)),
        Answer::Imported(seen) => Answer::Imported(Box::new(Imported { data: near(seen.data), ..(**seen).clone() })),
        other => other.clone(),
    }
}
