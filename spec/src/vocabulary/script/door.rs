//! The doors of a consumer: each way in, what it takes, and what its author promises.

use super::feature::Feature;
use super::protocol::Protocol;
use crate::vocabulary::argument::{Argument, Rest};
use crate::vocabulary::dtype::Kind;
use crate::vocabulary::words::words;
use std::fmt;
use std::str::FromStr;

words! {
    /// If what a door makes has memory of its own.
    Copies {
        /// It shares the memory.
        Never "never",
        /// It shares the memory or copies, as it sees fit.
        May "may",
        /// It copies.
        Always "always",
    }
}

words! {
    /// What a door does with elements that are not aligned.
    Unaligned {
        /// It takes or refuses them, and reads their bytes if it takes them.
        Reads "reads",
        /// It refuses them.
        Refuses "refuses",
    }
}

/// A list of words, with commas between.
fn joined<T: Copy>(items: &[T], word: fn(T) -> &'static str) -> String {
    items.iter().map(|item| word(*item)).collect::<Vec<_>>().join(",")
}

/// Element types that a door takes: a kind, in each of its sizes or in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The kind.
    pub kind: Kind,
    /// The item size in bytes; `None` for each.
    pub size: Option<u32>,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind.code())?;
        self.size.map_or(Ok(()), |size| write!(f, "{size}"))
    }
}

/// Text that names no element types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseTakenError;

impl fmt::Display for ParseTakenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a kind, and perhaps an item size, as in `i` or `f8`")
    }
}

impl std::error::Error for ParseTakenError {}

impl FromStr for Taken {
    type Err = ParseTakenError;

    fn from_str(text: &str) -> Result<Taken, ParseTakenError> {
        let kind = text.chars().next().and_then(Kind::from_code).ok_or(ParseTakenError)?;
        let size = &text[1..];
        let size = if size.is_empty() { None } else { Some(size.parse().map_err(|_| ParseTakenError)?) };
        Ok(Taken { kind, size })
    }
}

/// A way into a consumer, as its author declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Its name: letters, digits, `_`, `.`, `-`.
    pub name: String,
    /// What it takes.
    pub takes: Protocol,
    /// If what it makes has memory of its own.
    pub copies: Copies,
    /// True if elements can be written to, where the memory may be.
    pub mutable: bool,
    /// True if what it makes must be the only way to the memory, as Rust's `&mut` and C's `restrict` are.
    pub exclusive: bool,
    /// What it does with elements that are not aligned.
    pub unaligned: Unaligned,
    /// The element types that it takes.
    pub types: Vec<Taken>,
    /// What it takes beyond the least.
    pub accepts: Vec<Feature>,
}

impl Door {
    /// A door of that name that shares memory and promises nothing more. It takes no element type yet.
    pub fn new(name: &str, takes: Protocol) -> Door {
        Door {
            name: name.to_owned(),
            takes,
            copies: Copies::Never,
            mutable: false,
            exclusive: false,
            unaligned: Unaligned::Reads,
            types: Vec::new(),
            accepts: Vec::new(),
        }
    }

    /// Returns the first name that two of the doors have.
    pub fn same_name(doors: &[Door]) -> Option<&str> {
        let is_known = |at: usize| doors[..at].iter().any(|door| door.name == doors[at].name);
        (0..doors.len()).find(|at| is_known(*at)).map(|at| doors[at].name.as_str())
    }

    /// Returns true if the name is one.
    pub fn is_name(name: &str) -> bool {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        (1..=64).contains(&name.len()) && name.chars().all(is_of_name)
    }
}

/// An array that is handed to a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Take {
    /// The door.
    pub door: Door,
    /// What is asked of the producer, beyond what the array is.
    pub with: Vec<Feature>,
}

/// Entries `NAME=VALUE`; those that say nothing beyond the least are left out.
impl Argument for Take {
    fn take(rest: &mut Rest) -> Option<Self> {
        let mut words = rest.all()?.split(' ');
        let (name, takes) = words.next()?.split_once(':')?;
        let mut door = Door::new(name, Protocol::from_word(takes)?);
        let mut with = Vec::new();
        for word in words {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            match name {
                "copies" => door.copies = Copies::from_word(value)?,
                "mutable" => door.mutable = true,
                "exclusive" => door.exclusive = true,
                "unaligned" => door.unaligned = Unaligned::from_word(value)?,
                "types" => door.types = value.split(',').map(|types| types.parse().ok()).collect::<Option<_>>()?,
                "accepts" => door.accepts = value.split(',').map(Feature::from_word).collect::<Option<_>>()?,
                "with" => with = value.split(',').map(Feature::from_word).collect::<Option<_>>()?,
                _ => return None,
            }
        }
        Door::is_name(&door.name).then_some(Take { door, with })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Door { name, takes, copies, mutable, exclusive, unaligned, types, accepts } = &self.door;
        write!(f, " {name}:{}", takes.word())?;
        if *copies != Copies::Never {
            write!(f, " copies={}", copies.word())?;
        }
        if *mutable {
            f.write_str(" mutable")?;
        }
        if *exclusive {
            f.write_str(" exclusive")?;
        }
        if *unaligned != Unaligned::Reads {
            write!(f, " unaligned={}", unaligned.word())?;
        }
        if !types.is_empty() {
            write!(f, " types={}", types.iter().map(Taken::to_string).collect::<Vec<_>>().join(","))?;
        }
        if !accepts.is_empty() {
            write!(f, " accepts={}", joined(accepts, Feature::word))?;
        }
        if self.with.is_empty() { Ok(()) } else { write!(f, " with={}", joined(&self.with, Feature::word)) }
    }
}
