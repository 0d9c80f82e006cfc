//! Reads a description as Python prints it.

use super::{Descr, DescrEntry, DescrType};

/// The most lists in each other: deeper than any type, and no danger to the stack.
const DEPTH: usize = 64;

impl Descr {
    /// The description that a text prints; `None` if it is no list of entries, as Python prints them.
    ///
    /// ```
    /// use array_ctypes_spec::dtype::Descr;
    /// let text = "[(('title', 'a'), '<i4', (2, 3)), ('', '|V4')]";
    /// assert_eq!(Descr::parse(text).unwrap().to_string(), text);
    /// assert_eq!(Descr::parse("[('a', '<i4', 2)]"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Descr> {
        let mut parser = Parser { rest: text };
        let descr = parser.list(0)?;
        parser.space();
        parser.rest.is_empty().then_some(descr)
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a character, and the space before it; returns false if another one stands there.
    fn take(&mut self, wanted: char) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, wanted: char) -> Option<()> {
        self.take(wanted).then_some(())
    }

    /// Items up to the closing character, with commas between them; the last comma may be missing.
    fn items<T>(&mut self, close: char, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(item(self)?);
            if !self.take(',') {
                self.expect(close)?;
                break;
            }
        }
        Some(items)
    }

    fn list(&mut self, depth: usize) -> Option<Descr> {
        self.expect('[')?;
        let entry = |parser: &mut Self| parser.entry(depth);
        if depth < DEPTH { self.items(']', entry).map(Descr) } else { None }
    }

    fn entry(&mut self, depth: usize) -> Option<DescrEntry> {
        self.expect('(')?;
        let (title, name) = self.name()?;
        self.expect(',')?;
        self.space();
        let of = if self.rest.starts_with('[') {
            DescrType::Nested(self.list(depth + 1)?)
        } else {
            DescrType::Typestr(self.text()?)
        };
        let mut shape = Vec::new();
        if self.take(',') && self.take('(') {
            shape = self.items(')', Self::number)?;
            self.take(',');
        }
        self.expect(')')?;
        Some(DescrEntry { name, title, of, shape })
    }

    /// A name, or the pair of title and name.
    fn name(&mut self) -> Option<(Option<String>, String)> {
        if !self.take('(') {
            return Some((None, self.text()?));
        }
        let title = self.text()?;
        self.expect(',')?;
        let name = self.text()?;
        self.take(',');
        self.expect(')')?;
        Some((Some(title), name))
    }

    fn number(&mut self) -> Option<u64> {
        self.space();
        let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok()
    }

    /// A text in quotes of either kind. A backslash makes the next character one of the text.
    fn text(&mut self) -> Option<String> {
        let quote = if self.take('\'') { '\'' } else { self.take('"').then_some('"')? };
        let mut text = String::new();
        let mut chars = self.rest.chars();
        loop {
            match chars.next()? {
                '\\' => text.push(chars.next()?),
                end if end == quote => break,
                other => text.push(other),
            }
        }
        self.rest = chars.as_str();
        Some(text)
    }
}
