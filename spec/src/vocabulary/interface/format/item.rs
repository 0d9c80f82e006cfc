//! One value that a format, or an element type, puts at an offset.

use crate::vocabulary::dtype::{Kind, Plain};
use crate::vocabulary::platform::{ByteOrder, Platform};

/// One value in an element.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Offset from the start of the element, or of the structure that is being read, in bytes.
    pub(super) offset: u64,
    pub(super) kind: Kind,
    /// Size in bytes.
    pub(super) size: u64,
    pub(super) order: ByteOrder,
    /// Names of the fields that lead to it, with dots between; `None` if one has no name.
    pub(super) name: Option<String>,
}

impl Item {
    /// Returns true if this is the expected value, under its name or without one.
    pub(super) fn is(&self, platform: &Platform, expected: &Item) -> bool {
        let plain = Plain { kind: self.kind, size: self.size as u32, order: platform.byte_order, unit: None };
        self.offset == expected.offset
            && self.kind == expected.kind
            && self.size == expected.size
            && (self.order == expected.order || !plain.has_order())
            && (self.name.is_none() || self.name == expected.name)
    }
}
