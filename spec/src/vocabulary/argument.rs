//! Arguments in a line of text of the protocol: each type prints and parses itself.

use std::fmt;
use std::str::FromStr;

/// What follows a word and has not been read yet.
pub(crate) struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// What stands after this word; `None` if the text begins with another one.
    pub(crate) fn after(text: &'a str, word: &str) -> Option<Rest<'a>> {
        text.strip_prefix(word).filter(|rest| rest.is_empty() || rest.starts_with(' ')).map(Rest)
    }

    /// Takes the next word, after any number of spaces; `None` at the end.
    pub(crate) fn word(&mut self) -> Option<&'a str> {
        let word = self.up_to_space(self.0.trim_start_matches(' '));
        (!word.is_empty()).then_some(word)
    }

    /// Takes the text between one space and the next, which may be empty; `None` at the end.
    fn exact(&mut self) -> Option<&'a str> {
        self.0.strip_prefix(' ').map(|rest| self.up_to_space(rest))
    }

    fn up_to_space(&mut self, rest: &'a str) -> &'a str {
        let (word, rest) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
        self.0 = rest;
        word
    }

    /// Takes everything after one space; `None` at the end.
    pub(crate) fn all(&mut self) -> Option<&'a str> {
        std::mem::take(&mut self.0).strip_prefix(' ')
    }

    /// Returns true if everything was read.
    pub(crate) fn is_read(&self) -> bool {
        self.0.trim_start_matches(' ').is_empty()
    }
}

/// An argument in a line of text.
pub(crate) trait Argument: Sized {
    /// Takes the argument from the front of the rest.
    fn take(rest: &mut Rest) -> Option<Self>;

    /// Prints it after a space.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// Types that are one word.
macro_rules! one_word {
    ($($Type:ty)*) => {$(
        impl Argument for $Type {
            fn take(rest: &mut Rest) -> Option<Self> {
                rest.word()?.parse().ok()
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, " {self}")
            }
        }
    )*};
}

one_word!(u8 u64 usize i64);

/// A bound of a slice; `_` where Python has nothing.
impl Argument for Option<i64> {
    fn take(rest: &mut Rest) -> Option<Self> {
        match rest.word()? {
            "_" => Some(None),
            word => word.parse().ok().map(Some),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(bound) => write!(f, " {bound}"),
            None => f.write_str(" _"),
        }
    }
}

/// Any number of numbers.
impl Argument for Vec<u64> {
    fn take(rest: &mut Rest) -> Option<Self> {
        numbers(rest)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|number| write!(f, " {number}"))
    }
}

/// Any number of axes.
impl Argument for Vec<usize> {
    fn take(rest: &mut Rest) -> Option<Self> {
        numbers(rest)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|number| write!(f, " {number}"))
    }
}

fn numbers<T: FromStr>(rest: &mut Rest) -> Option<Vec<T>> {
    std::iter::from_fn(|| rest.word()).map(|word| word.parse().ok()).collect()
}

/// Bytes in hexadecimal; nothing where there are none.
impl Argument for Vec<u8> {
    fn take(rest: &mut Rest) -> Option<Self> {
        let digits = rest.exact()?.chars().map(|c| c.to_digit(16).map(|digit| digit as u8));
        let digits: Vec<u8> = digits.collect::<Option<_>>()?;
        let whole = digits.len() % 2 == 0;
        whole.then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(" ")?;
        self.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A name, which may contain spaces: the rest of the line.
impl Argument for String {
    fn take(rest: &mut Rest) -> Option<Self> {
        rest.all().map(str::to_owned)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {self}")
    }
}

impl<T: Argument> Argument for Box<T> {
    fn take(rest: &mut Rest) -> Option<Self> {
        T::take(rest).map(Box::new)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).show(f)
    }
}
