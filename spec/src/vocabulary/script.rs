//! What is done to an array and asked about it: steps, with one-line text forms.
//!
//! A question is a one-step script; a full case asks many. The text forms are those of case files and of the protocol;
//! C types are spelled as in Python's ctypes. Each kind of step is a table, from which its text forms come, both ways.

use super::argument::Rest;
use super::words::{Form, list};
use std::fmt;
use std::mem::discriminant;
use std::str::FromStr;

mod act;
mod consumer;
mod ctypeslib;
mod door;
mod feature;
mod hand;
mod import;
mod names;
mod protocol;
mod protocols;
mod question;
mod unusual;
mod value;
mod write;

pub use act::{Act, Derive, Export};
pub use consumer::{Consumer, Producer};
pub use ctypeslib::{Ctypeslib, ElementType, Library, NdPointer, NdShape, ShapeArgument, Source, Use};
pub use door::{Copies, Door, ParseTakenError, Take, Taken, Unaligned};
pub use feature::Feature;
pub use hand::{Hand, Handed, MOST_WALKED, Walk};
pub use import::{Import, ImportData, MOST_COPIED};
pub use names::{Absent, Attribute, Flag, Key, Member};
pub use protocol::Protocol;
pub use protocols::{BufferMember, BufferRequest, DlpackMember, DlpackRequest};
pub use question::Question;
pub use value::Value;
pub use write::{Outside, Write};

/// One step of a script. It has a text form, that of the protocol.
///
/// ```
/// use array_ctypes_spec::{Question, Step};
/// let step: Step = "item 1 0".parse()?;
/// assert_eq!(step.question(), Some(&Question::Item(vec![1, 0])));
/// assert_eq!(step.to_string(), "item 1 0");
/// # Ok::<(), array_ctypes_spec::ParseStepError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Asks; changes nothing.
    Ask(Question),
    /// Writes; the answer is [`crate::Answer::Nothing`].
    Write(Write),
    /// A step that a forked copy of the implementation's process does. The answer is the copy's, or the signal that
    /// ended the copy. Changes to private memory are lost with the copy. `forked STEP`
    Forked(Box<Step>),
    /// What the suite does itself, from outside of the implementation's process.
    Outside(Outside),
    /// Takes, keeps and drops objects, and looks after the array.
    Act(Act),
    /// A consumer is handed the array, and asked what it sees.
    Consumer(Consumer),
    /// The producer of an array that is handed over is asked, or changes the memory.
    Producer(Producer),
}

impl Step {
    /// Returns true if it asks this. Most questions in a script differ in kind: to compare kinds first, inlined, costs a
    /// fifth of comparing whole steps.
    #[inline]
    pub fn asks(&self, question: &Question) -> bool {
        matches!(self, Step::Ask(asked) if discriminant(asked) == discriminant(question) && asked == question)
    }

    /// Returns true if a copy of the process can do it: questions and writes, once.
    pub fn may_be_forked(&self) -> bool {
        matches!(self, Step::Ask(_) | Step::Write(_))
    }

    /// The question, if it asks one.
    pub fn question(&self) -> Option<&Question> {
        match self {
            Step::Ask(question) => Some(question),
            Step::Write(_)
            | Step::Forked(_)
            | Step::Outside(_)
            | Step::Act(_)
            | Step::Consumer(_)
            | Step::Producer(_) => None,
        }
    }
}

/// The text form of a step that a copy of the process does.
const FORKED: Form = Form {
    word: "forked",
    arguments: &["STEP"],
    about: " A step that a copy of the implementation's process does; a question or a write.",
};

impl Step {
    /// The text forms of all steps.
    pub fn forms() -> impl Iterator<Item = &'static Form> {
        [Question::FORMS, Write::FORMS, Outside::FORMS, Act::FORMS, Consumer::FORMS, Producer::FORMS, &[FORKED]]
            .into_iter()
            .flatten()
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Ask(question) => write!(f, "{question}"),
            Step::Write(write) => write!(f, "{write}"),
            Step::Forked(step) => write!(f, "{} {step}", FORKED.word),
            Step::Outside(outside) => write!(f, "{outside}"),
            Step::Act(act) => write!(f, "{act}"),
            Step::Consumer(step) => write!(f, "{step}"),
            Step::Producer(step) => write!(f, "{step}"),
        }
    }
}

/// A text that is no step of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseStepError {
    text: String,
}

impl fmt::Display for ParseStepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<Form> = Step::forms().copied().collect();
        let alike: Vec<Form> =
            all.iter().filter(|form| Rest::after(&self.text, form.word).is_some()).copied().collect();
        let expected = if alike.is_empty() { &all } else { &alike };
        write!(f, "{:?} is no step of a script: expected one of {}", self.text, list(expected))
    }
}

impl std::error::Error for ParseStepError {}

impl FromStr for Step {
    type Err = ParseStepError;

    fn from_str(text: &str) -> Result<Step, ParseStepError> {
        let step = match Rest::after(text, FORKED.word) {
            Some(mut rest) => {
                let step = rest.all().and_then(|step| step.parse().ok());
                step.filter(Step::may_be_forked).map(|step| Step::Forked(Box::new(step)))
            }
            None => Question::parse(text)
                .map(Step::Ask)
                .or_else(|| Write::parse(text).map(Step::Write))
                .or_else(|| Outside::parse(text).map(Step::Outside))
                .or_else(|| Act::parse(text).map(Step::Act))
                .or_else(|| Consumer::parse(text).map(Step::Consumer))
                .or_else(|| Producer::parse(text).map(Step::Producer)),
        };
        step.ok_or_else(|| ParseStepError { text: text.to_owned() })
    }
}
