//! Marks below the bytes of a picture: places, arrows, and bytes that somebody says are there.

use super::ink::Ink;

/// A mark below a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Who says it.
    pub(super) ink: Ink,
    /// The offset of the byte.
    pub(super) at: i128,
    /// The offset of the byte where an arrow begins that ends here.
    pub(super) from: Option<i128>,
    /// The bytes that are said to be there, and none between them; empty if the mark is only about the place.
    pub(super) bytes: Vec<Option<u8>>,
    /// What the mark means.
    pub(super) label: String,
}

impl Mark {
    /// A mark at a place.
    pub(super) fn place(ink: Ink, at: i128, label: String) -> Mark {
        Mark { ink, at, from: None, bytes: Vec::new(), label }
    }

    /// An arrow from one byte to another.
    pub(super) fn arrow(ink: Ink, from: i128, at: i128, label: String) -> Mark {
        Mark { from: Some(from), ..Mark::place(ink, at, label) }
    }

    /// Adds the first byte of another mark, which is not far away.
    pub(super) fn add(&mut self, other: &Mark) {
        let before = usize::try_from(self.at.saturating_sub(other.at)).unwrap_or(0);
        if before > 0 {
            self.bytes.splice(..0, std::iter::repeat_n(None, before));
            self.at = other.at;
        }
        let place = usize::try_from(other.at.saturating_sub(self.at)).unwrap_or(0);
        if self.bytes.len() <= place {
            self.bytes.resize(place + 1, None);
        }
        if let (Some(byte), Some(Some(other))) = (self.bytes.get_mut(place), other.bytes.first()) {
            *byte = Some(*other);
        }
    }

    /// The byte in whose row the mark is drawn. An arrow of the picture's own belongs to its beginning.
    pub(super) fn anchor(&self) -> i128 {
        match (self.ink, self.from) {
            (Ink::Plain, Some(from)) => from,
            _ => self.at,
        }
    }
}

/// A distance in words, such as "+1 byte".
pub(super) fn distance(bytes: i128) -> String {
    format!("{bytes:+} {}", if bytes.unsigned_abs() == 1 { "byte" } else { "bytes" })
}
