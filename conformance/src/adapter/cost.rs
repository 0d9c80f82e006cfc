//! What asking costs: questions that every implementation is asked, and what its ways to ask them take.
//!
//! Each implementation measures itself, in loops of its own, so that a question costs no more for coming from another
//! process. It is no part of conformance: a slow answer is as right as a fast one. Figures are comparable within one run on one
//! machine, and only where their spreads are apart.

use std::fmt;

/// Less than this, in nanoseconds, is not told apart from nothing: it is about a cycle of the processor, and where a loop
/// happens to lie makes as much of a difference.
pub const RESOLUTION_NANOSECONDS: f64 = 0.5;

/// What somebody who hands an array to C asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Where is the first element?
    Address,
    /// How long are the axes?
    Shape,
    /// How far apart are elements, in bytes?
    Strides,
    /// All of it, in one thing that C can be given.
    All,
}

impl Question {
    /// All questions, in the order that they are told in.
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
    pub fn from_word(word: &str) -> Option<Question> {
        Question::ALL.into_iter().find(|question| question.word() == word)
    }

    /// What it asks for.
    pub fn noun(self) -> &'static str {
        match self {
            Question::Address => "the address",
            Question::Shape => "the shape",
            Question::Strides => "the strides",
            Question::All => "all of it",
        }
    }

    /// As a person asks it.
    pub fn title(self) -> &'static str {
        match self {
            Question::Address => "where is the data",
            Question::Shape => "what is its shape",
            Question::Strides => "what are its strides",
            Question::All => "hand all of it to C",
        }
    }

    /// Why its ways are no more than listed: they do not come to the same thing. No advice is given on it.
    pub fn remark(self) -> Option<&'static str> {
        match self {
            Question::Address | Question::Shape | Question::Strides => None,
            Question::All => Some(
                "Unlike things, so no advice: C has yet to unpack a capsule or a structure, the caller a tuple or a dictionary.",
            ),
        }
    }
}

/// What a call takes, in nanoseconds, without the loop around it.
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

/// A number of nanoseconds, to as many digits as mean something.
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
    /// The way, as whoever uses it writes it.
    pub name: String,
    /// What it costs, or why that could not be measured, such as a library that is not installed.
    pub time: Result<Time, String>,
}

impl Cost {
    /// What is called each time, without what is made once.
    pub fn expression(&self) -> &str {
        self.name.split_once(" # ").map_or(&self.name, |(expression, _)| expression.trim_end())
    }

    /// What is made once and kept, which costs nothing here: `c = a.ctypes` of `c.data  # c = a.ctypes`.
    pub fn kept(&self) -> Option<&str> {
        self.name.split_once(" # ").map(|(_, kept)| kept.trim_start())
    }

    /// The same made anew each time, `a.ctypes.data` of that, where the expression starts with what is kept.
    pub fn anew(&self) -> Option<String> {
        let (name, made) = self.kept()?.split_once(" = ")?;
        let rest = self.expression().strip_prefix(name)?;
        rest.starts_with('.').then(|| format!("{made}{rest}"))
    }
}
