//! What asking costs: questions, and the time that each way to ask them takes. Used by the command; not stable.
//!
//! Each implementation measures itself, in loops of its own, so that no time for the protocol is measured. Costs are no
//! part of conformance: a slow answer is as right as a fast one. Times can be compared within one run on one machine,
//! and only if their quartiles do not overlap.

use std::fmt;

/// The shortest time that is shown, in nanoseconds. It is about one cycle of the processor; the place of a loop in
/// memory makes as much of a difference.
pub const RESOLUTION_NANOSECONDS: f64 = 0.5;

/// A question of code that hands an array to C.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// The address of the first element.
    Address,
    /// The lengths of the axes.
    Shape,
    /// The byte strides.
    Strides,
    /// All of these, in one object that C accepts.
    All,
}

impl Question {
    /// All questions, in the order of reports.
    pub const ALL: [Question; 4] = [Question::Address, Question::Shape, Question::Strides, Question::All];

    /// Its word in the protocol.
    pub fn word(self) -> &'static str {
        match self {
            Question::Address => "address",
            Question::Shape => "shape",
            Question::Strides => "strides",
            Question::All => "all",
        }
    }

    /// The question of that word.
    pub(crate) fn from_word(word: &str) -> Option<Question> {
        Question::ALL.into_iter().find(|question| question.word() == word)
    }

    /// What it asks for, as a noun.
    pub fn noun(self) -> &'static str {
        match self {
            Question::Address => "the address",
            Question::Shape => "the shape",
            Question::Strides => "the strides",
            Question::All => "all of it",
        }
    }

    /// The question in words.
    pub fn title(self) -> &'static str {
        match self {
            Question::Address => "where is the data",
            Question::Shape => "what is its shape",
            Question::Strides => "what are its strides",
            Question::All => "hand all of it to C",
        }
    }

    /// Why no advice is given: the ways to ask it do not give the same thing. `None` if advice is given.
    pub fn remark(self) -> Option<&'static str> {
        match self {
            Question::Address | Question::Shape | Question::Strides => None,
            Question::All => Some(
                "Unlike things, so no advice: C has yet to unpack a capsule or a structure, the caller a tuple or a \
                 dictionary.",
            ),
        }
    }
}

/// The time of one call in nanoseconds, without the loop around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time {
    /// The median of the rounds.
    pub median: f64,
    /// Their first quartile.
    pub low: f64,
    /// Their third quartile.
    pub high: f64,
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&nanoseconds(self.median))
    }
}

/// A number of nanoseconds as text, with as many digits as are meaningful.
pub fn nanoseconds(number: f64) -> String {
    match number {
        less if less < RESOLUTION_NANOSECONDS => format!("< {RESOLUTION_NANOSECONDS}"),
        few if few < 100.0 => format!("{few:.1}"),
        many => format!("{many:.0}"),
    }
}

/// One way to ask a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// The question.
    pub question: Question,
    /// The way: the expression, and after ` # ` what is made once and kept.
    pub name: String,
    /// The time, or why it could not be measured, such as a library that is not installed.
    pub time: Result<Time, String>,
}

impl Cost {
    /// The expression that is evaluated each time.
    pub fn expression(&self) -> &str {
        self.name.split_once(" # ").map_or(&self.name, |(expression, _)| expression.trim_end())
    }

    /// What is made once and kept, which is not timed: `c = a.ctypes` of `c.data  # c = a.ctypes`.
    pub fn kept(&self) -> Option<&str> {
        self.name.split_once(" # ").map(|(_, kept)| kept.trim_start())
    }

    /// The expression that keeps nothing, `a.ctypes.data` in that example; `None` if the expression does not start with
    /// what is kept.
    pub fn anew(&self) -> Option<String> {
        let (name, made) = self.kept()?.split_once(" = ")?;
        let rest = self.expression().strip_prefix(name)?;
        rest.starts_with('.').then(|| format!("{made}{rest}"))
    }
}
