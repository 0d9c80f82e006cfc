//! The cause of a failure, as far as one can see it from outside: which step is answered wrongly, for which kind of
//! elements, and how the answer differs.
//!
//! Failures of one rule with different causes are kept apart, so that one fault does not hide another, and a case
//! shrinks only as long as it fails in the same way. The cause is found from the reply alone: no count, no clock.

use crate::Case;
use crate::adapter::reply::Reply;
use array_ctypes_spec::dtype::{Dtype, Kind};
use array_ctypes_spec::{Answer, Expectation, Imported, Prediction, Raises, Step};
use std::fmt;

/// The cause of a failure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// How it fails.
    pub way: Way,
    /// The elements of the array.
    pub elements: Elements,
}

/// How a case fails. Shrinking keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The word of the step that is answered wrongly; `array` if the array is refused as a whole, and `case` if the
    /// whole case is lost.
    pub step: &'static str,
    /// How the answer differs.
    pub difference: Difference,
    /// The error, if one is raised that should not be.
    pub raises: Option<Raises>,
}

/// A class of element types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Elements {
    /// Integers and truth values.
    Integers,
    /// Floating-point and complex numbers.
    Floats,
    /// Datetimes and timedeltas.
    Times,
    /// Text, as bytes or as characters.
    Texts,
    /// Raw bytes.
    Voids,
    /// References to objects.
    Objects,
    /// Records.
    Records,
}

/// How a wrong answer differs from what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// An error instead of an answer.
    Raised,
    /// An error of the wrong kind.
    OtherError,
    /// An answer instead of an error.
    Accepted,
    /// A signal instead of an answer.
    Signal,
    /// An answer instead of a signal.
    NoFault,
    /// A wrong address.
    Address,
    /// A wrong number.
    Number,
    /// Numbers or bytes, but too many or too few.
    Count,
    /// Wrong bytes.
    Bytes,
    /// A wrong text.
    Text,
    /// The wrong truth value.
    Truth,
    /// The wrong object.
    Object,
    /// An answer of another kind.
    Kind,
    /// No answer to the step.
    Missing,
    /// The implementation did not reply within the timeout.
    Hung,
    /// The implementation crashed, exited or sent garbage.
    Lost,
}

impl Difference {
    /// What is wrong, in words.
    pub fn words(self) -> &'static str {
        match self {
            Difference::Raised => "an error instead of an answer",
            Difference::OtherError => "an error of another kind",
            Difference::Accepted => "no error",
            Difference::Signal => "a signal",
            Difference::NoFault => "no signal",
            Difference::Address => "a wrong address",
            Difference::Number => "a wrong number",
            Difference::Count => "too many or too few numbers or bytes",
            Difference::Bytes => "wrong bytes",
            Difference::Text => "a wrong text",
            Difference::Truth => "the wrong truth value",
            Difference::Object => "the wrong object",
            Difference::Kind => "an answer of another kind",
            Difference::Missing => "no answer",
            Difference::Hung => "no reply within the timeout",
            Difference::Lost => "no reply",
        }
    }
}

impl Elements {
    /// The class of an element type.
    pub fn of(dtype: &Dtype) -> Elements {
        match dtype {
            Dtype::Record(_) => Elements::Records,
            Dtype::Plain(plain) => match plain.kind {
                Kind::Bool | Kind::Int | Kind::UInt => Elements::Integers,
                Kind::Float | Kind::Complex => Elements::Floats,
                Kind::Timedelta | Kind::Datetime => Elements::Times,
                Kind::Bytes | Kind::Unicode => Elements::Texts,
                Kind::Void => Elements::Voids,
                Kind::Object => Elements::Objects,
            },
        }
    }

    /// The class in words.
    pub fn words(self) -> &'static str {
        match self {
            Elements::Integers => "integers",
            Elements::Floats => "floats",
            Elements::Times => "times",
            Elements::Texts => "texts",
            Elements::Voids => "raw bytes",
            Elements::Objects => "objects",
            Elements::Records => "records",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Way { step, difference, raises } = &self.way;
        write!(f, "{step}, elements are {}: {}", self.elements.words(), difference.words())?;
        raises.map_or(Ok(()), |raises| write!(f, " ({})", raises.name()))
    }
}

impl Cause {
    /// Returns why a reply breaks a prediction.
    pub fn of(case: &Case, reply: &Reply, prediction: &Prediction) -> Cause {
        Cause { way: Way::of(case, reply, prediction), elements: Elements::of(&case.array.dtype) }
    }
}

/// Stands for the step of a case that was lost.
const WHOLE_CASE: &str = "case";

/// Stands for the step that makes the array.
const MAKING: &str = "array";

impl Way {
    /// Returns false if no reply to a case can break a prediction in this way, because no step of the case is of the kind.
    pub(super) fn is_possible_for(&self, case: &Case) -> bool {
        [WHOLE_CASE, MAKING].contains(&self.step) || case.script.iter().any(|step| word(step) == self.step)
    }

    /// Returns how a reply breaks a prediction.
    pub fn of(case: &Case, reply: &Reply, prediction: &Prediction) -> Way {
        let found = reply.answer(prediction.step);
        let raises = match found {
            Some(Answer::Raises(kind)) => Some(*kind),
            _ => None,
        };
        let step = match reply {
            Reply::Lost(_) | Reply::Hung(_) => WHOLE_CASE,
            Reply::Refused(_) | Reply::Declined(_) => MAKING,
            Reply::Answered(_) => case.script.get(prediction.step).map_or(MAKING, word),
        };
        let difference = match reply {
            Reply::Hung(_) => Difference::Hung,
            Reply::Lost(_) => Difference::Lost,
            _ => found.map_or(Difference::Missing, |found| difference(found, &prediction.expectation)),
        };
        Way { step, difference, raises }
    }
}

/// The word of a step. One that a copy of the process does has the word of what the copy does.
fn word(step: &Step) -> &'static str {
    match step {
        Step::Ask(question) => question.word(),
        Step::Write(write) => write.word(),
        Step::Outside(outside) => outside.word(),
        Step::Act(act) => act.word(),
        Step::Consumer(step) => step.word(),
        Step::Producer(step) => step.word(),
        Step::Forked(step) => word(step),
    }
}

fn difference(found: &Answer, expectation: &Expectation) -> Difference {
    match (found, expectation) {
        (_, Expectation::AnyOf(any)) => nearest(any.iter().map(|expectation| difference(found, expectation))),
        (Answer::Raises(_), Expectation::Raises(_) | Expectation::AcceptedOr(_)) => Difference::OtherError,
        (Answer::Raises(_), _) => Difference::Raised,
        (_, Expectation::Raises(_) | Expectation::AcceptedOr(_)) => Difference::Accepted,
        (_, Expectation::Faults) => Difference::NoFault,
        (Answer::Signal(_), _) => Difference::Signal,
        (_, Expectation::Is(expected)) => between(expected, found),
        (_, Expectation::OneOf(any)) => nearest(any.iter().map(|expected| between(expected, found))),
        (Answer::Bytes(found), Expectation::SomeBytes { bytes, .. }) => {
            if found.len() == bytes.len() {
                Difference::Bytes
            } else {
                Difference::Count
            }
        }
        (Answer::Integers(found), Expectation::SomeIntegers { integers, .. }) => {
            if found.len() == integers.len() {
                Difference::Number
            } else {
                Difference::Count
            }
        }
        (Answer::Imported(found), Expectation::SomeImported { imported, strides_count, .. }) => {
            between_imports(imported, found, strides_count)
        }
        // The others tell nothing more exact than the kind of the answer.
        (Answer::Object(_), Expectation::SameAs(_) | Expectation::FreshFrom(_)) => Difference::Object,
        (Answer::Address(_), Expectation::SameAs(_) | Expectation::Congruent { .. }) => Difference::Address,
        (Answer::Integer(_) | Answer::Integers(_) | Answer::Float(_), Expectation::SameAs(_)) => Difference::Number,
        (Answer::Bytes(_), Expectation::SameAs(_)) => Difference::Bytes,
        (
            Answer::Text(_),
            Expectation::SameAs(_) | Expectation::Means(_) | Expectation::Describes(_) | Expectation::Spans(_),
        ) => Difference::Text,
        (Answer::Bool(_), Expectation::SameAs(_)) => Difference::Truth,
        _ => Difference::Kind,
    }
}

/// How a value differs from another.
fn between(expected: &Answer, found: &Answer) -> Difference {
    let counted = |expected: usize, found: usize, otherwise| {
        if expected == found { otherwise } else { Difference::Count }
    };
    match (expected, found) {
        (Answer::Address(_), Answer::Address(_)) => Difference::Address,
        (Answer::Integer(_), Answer::Integer(_)) | (Answer::Float(_), Answer::Float(_)) => Difference::Number,
        (Answer::Integers(expected), Answer::Integers(found)) => {
            counted(expected.len(), found.len(), Difference::Number)
        }
        (Answer::Bytes(expected), Answer::Bytes(found)) => counted(expected.len(), found.len(), Difference::Bytes),
        (Answer::Text(_), Answer::Text(_)) => Difference::Text,
        (Answer::Bool(_), Answer::Bool(_)) => Difference::Truth,
        (Answer::Object(_), Answer::Object(_)) => Difference::Object,
        (Answer::Imported(expected), Answer::Imported(found)) => {
            between_imports(expected, found, &vec![true; expected.strides.len()])
        }
        _ => Difference::Kind,
    }
}

/// The first fact of an imported array that is wrong. If none of the others is, it is the address: whether that is right
/// depends on where the buffer is.
fn between_imports(expected: &Imported, found: &Imported, strides_count: &[bool]) -> Difference {
    let mut strides = expected.strides.iter().zip(&found.strides).zip(strides_count);
    if expected.shape.len() != found.shape.len() || expected.strides.len() != found.strides.len() {
        Difference::Count
    } else if expected.typestr != found.typestr {
        Difference::Text
    } else if expected.read_only != found.read_only {
        Difference::Truth
    } else if expected.shape != found.shape || strides.any(|((expected, found), counts)| *counts && expected != found) {
        Difference::Number
    } else if expected.elements.is_some() && expected.elements != found.elements {
        Difference::Bytes
    } else {
        Difference::Address
    }
}

/// The difference to the nearest of several expectations: not of another kind, if that can be.
fn nearest(differences: impl Iterator<Item = Difference>) -> Difference {
    let is_exact = |difference: &Difference| {
        !matches!(
            difference,
            Difference::Kind | Difference::Accepted | Difference::NoFault | Difference::Raised | Difference::Signal
        )
    };
    let all: Vec<Difference> = differences.collect();
    all.iter().copied().find(is_exact).or(all.first().copied()).unwrap_or(Difference::Kind)
}
