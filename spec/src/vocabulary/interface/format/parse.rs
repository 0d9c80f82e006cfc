//! Reads a format.

use super::item::Item;
use crate::vocabulary::MOST_READ;
use crate::vocabulary::dtype::{Kind, Plain};
use crate::vocabulary::platform::{ByteOrder, Platform};

/// How native alignment is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As the module `struct` does.
    Struct,
    /// As C lays out structures.
    C,
}

pub(super) const READINGS: [Reading; 2] = [Reading::Struct, Reading::C];

/// The most structures in each other.
const DEPTH: usize = 32;

/// The values that a format describes, in order, and its size; `None` if it is no format, or passes `most` bytes.
pub(super) fn parse(platform: &Platform, text: &str, most: u64, reading: Reading) -> Option<(Vec<Item>, u64)> {
    let mode = Mode { native: true, aligned: true, order: platform.byte_order };
    let mut parser = Parser { rest: text, platform, most: most.min(MOST_READ), reading, mode, is_kept: true };
    let Part { items, size, .. } = parser.sequence(0, 0)?;
    Some((items, size))
}

/// What the last byte-order character says.
#[derive(Clone, Copy, Debug)]
struct Mode {
    native: bool,
    aligned: bool,
    order: ByteOrder,
}

/// What stands in braces, or is the whole format.
struct Part {
    /// Offsets are from the start of the part.
    items: Vec<Item>,
    size: u64,
    align: u64,
}

struct Parser<'a> {
    rest: &'a str,
    platform: &'a Platform,
    most: u64,
    reading: Reading,
    mode: Mode,
    /// False in an item that is repeated 0 times, whose values nobody needs: a few kilobytes of text could ask for a
    /// thousand million of them.
    is_kept: bool,
}

impl Parser<'_> {
    fn next(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let next = self.next()?;
        self.rest = &self.rest[next.len_utf8()..];
        Some(next)
    }

    /// Takes everything up to an end mark, and the mark.
    fn until(&mut self, end: char) -> Option<String> {
        let (text, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(text.to_owned())
    }

    /// A number, which stands next; `None` if it is too large.
    fn number(&mut self) -> Option<u64> {
        let digits = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok()
    }

    fn modes(&mut self) {
        while let Some(next) = self.next() {
            let (native, aligned, order) = match next {
                '@' => (true, true, self.platform.byte_order),
                '^' => (true, false, self.platform.byte_order),
                '=' => (false, false, self.platform.byte_order),
                '<' => (false, false, ByteOrder::Little),
                '>' | '!' => (false, false, ByteOrder::Big),
                _ if next.is_ascii_whitespace() => (self.mode.native, self.mode.aligned, self.mode.order),
                _ => return,
            };
            self.mode = Mode { native, aligned, order };
            self.take();
        }
    }

    /// How many items a shape in parentheses has; one without.
    fn shape(&mut self) -> Option<u64> {
        if self.next() != Some('(') {
            return Some(1);
        }
        self.take();
        let lengths = self.until(')')?;
        let mut count = 1u64;
        for length in lengths.split(',') {
            count = count.checked_mul(length.trim().parse().ok()?)?;
        }
        Some(count)
    }

    /// Items up to the end of the text, or to the brace that closes them; `base` is where they are in the format.
    fn sequence(&mut self, depth: usize, base: u64) -> Option<Part> {
        let mut part = Part { items: Vec::new(), size: 0, align: 1 };
        loop {
            self.modes();
            match self.next() {
                None if depth == 0 => break,
                Some('}') if depth > 0 => {
                    self.take();
                    break;
                }
                None | Some('}') => return None,
                Some(_) => {}
            }
            let count = self.shape()?;
            self.modes();
            let repeat = match self.next() {
                Some(next) if next.is_ascii_digit() => Some(self.number()?),
                _ => None,
            };
            let (mut item, count) = self.item(depth, base + part.size, count, repeat)?;
            let name = if self.next() == Some(':') {
                self.take();
                Some(self.until(':')?)
            } else {
                None
            };
            for inner in &mut item.items {
                inner.name = joined(name.as_deref(), inner.name.as_deref(), depth);
            }
            self.place(base, &mut part, item, count)?;
        }
        match self.reading {
            Reading::C if self.mode.aligned => part.size = part.size.next_multiple_of(part.align),
            Reading::C => {}
            // Its members are aligned, it is not.
            Reading::Struct => part.align = 1,
        }
        (part.size <= self.most).then_some(part)
    }

    /// One item, and how many of it there are.
    fn item(&mut self, depth: usize, at: u64, count: u64, repeat: Option<u64>) -> Option<(Part, u64)> {
        let letter = self.take()?;
        let long_double = self.platform.long_double.size();
        let long = if self.mode.native { self.platform.long_size() } else { 4 };
        let pointer = self.platform.pointer_size();
        let repeated = count.checked_mul(repeat.unwrap_or(1))?;
        let (kind, size, count) = match letter {
            'T' => {
                if depth == DEPTH || self.take()? != '{' {
                    return None;
                }
                let base = if self.reading == Reading::C { 0 } else { at };
                // An item that is repeated 0 times may have any size.
                let (most, is_kept) = (self.most, self.is_kept);
                if repeated == 0 {
                    (self.most, self.is_kept) = (MOST_READ, false);
                }
                let part = self.sequence(depth + 1, base);
                (self.most, self.is_kept) = (most, is_kept);
                return Some((part?, repeated));
            }
            'x' => return Some((Part { items: Vec::new(), size: repeat.unwrap_or(1), align: 1 }, count)),
            's' => (Kind::Bytes, repeat.unwrap_or(1), count),
            'w' => (Kind::Unicode, repeat.unwrap_or(1).checked_mul(4)?, count),
            'c' => (Kind::Bytes, 1, repeated),
            '?' => (Kind::Bool, 1, repeated),
            'b' => (Kind::Int, 1, repeated),
            'B' => (Kind::UInt, 1, repeated),
            'h' => (Kind::Int, 2, repeated),
            'H' => (Kind::UInt, 2, repeated),
            'i' => (Kind::Int, 4, repeated),
            'I' => (Kind::UInt, 4, repeated),
            'l' => (Kind::Int, long, repeated),
            'L' => (Kind::UInt, long, repeated),
            'q' => (Kind::Int, 8, repeated),
            'Q' => (Kind::UInt, 8, repeated),
            'n' if self.mode.native => (Kind::Int, pointer, repeated),
            'N' if self.mode.native => (Kind::UInt, pointer, repeated),
            'e' => (Kind::Float, 2, repeated),
            'f' => (Kind::Float, 4, repeated),
            'd' => (Kind::Float, 8, repeated),
            'g' => (Kind::Float, long_double, repeated),
            'F' => (Kind::Complex, 8, repeated),
            'D' => (Kind::Complex, 16, repeated),
            'Z' => match self.take()? {
                'f' => (Kind::Complex, 8, repeated),
                'd' => (Kind::Complex, 16, repeated),
                'g' => (Kind::Complex, 2 * long_double, repeated),
                _ => return None,
            },
            'O' => (Kind::Object, pointer, repeated),
            _ => return None,
        };
        let order = self.mode.order;
        let plain = Plain { kind, size: u32::try_from(size).ok()?, order, unit: None };
        let item = Item { offset: 0, kind, size, order, name: Some(String::new()) };
        Some((Part { items: vec![item], size, align: plain.alignment(self.platform).max(1) }, count))
    }

    /// Appends an item to a part, that many times.
    fn place(&self, base: u64, part: &mut Part, item: Part, count: u64) -> Option<()> {
        if self.mode.aligned {
            part.size = (base + part.size).next_multiple_of(item.align) - base;
            part.align = part.align.max(item.align);
        }
        let end = count.checked_mul(item.size)?.checked_add(part.size).filter(|end| *end <= self.most)?;
        if item.size > 0 && self.is_kept {
            for at in 0..count {
                part.items.extend(
                    item.items
                        .iter()
                        .map(|inner| Item { offset: part.size + at * item.size + inner.offset, ..inner.clone() }),
                );
            }
        }
        part.size = end;
        Some(())
    }
}

/// The names that lead to an inner item. That of an item itself is empty, and the outermost structure needs none.
fn joined(outer: Option<&str>, inner: Option<&str>, depth: usize) -> Option<String> {
    match (outer, inner?) {
        (None, "") => None,
        (None, inner) if depth == 0 => Some(inner.to_owned()),
        (None, _) => None,
        (Some(outer), "") => Some(outer.to_owned()),
        (Some(outer), inner) => Some(format!("{outer}.{inner}")),
    }
}
