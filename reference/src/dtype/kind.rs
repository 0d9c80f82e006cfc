//! The kinds of element types: one row for each, with the sizes and alignments of their elements.
//!
//! The chapters read them from here, so a new kind is a new row. What C types, PEP 3118 and DLPack call a kind stands in
//! the features that need it: `ctypeslib/types.rs` and `interface/kind.rs`.

use crate::platform;
use array_ctypes_spec::dtype::{Kind, Plain};
use std::ffi::{
    c_double, c_float, c_int, c_longlong, c_schar, c_short, c_uchar, c_uint, c_ulonglong, c_ushort, c_void,
};

/// The properties of a kind of element types.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    /// The items that elements can be made of. If two have the same size, the first counts.
    items: &'static [Item],
    /// True if an element is one or more of the only item; false if it is exactly one item.
    is_repeated: bool,
    /// True for references to objects. Type strings show neither their size nor their byte order.
    pub(crate) is_object: bool,
}

/// The part of an element that has a C type of its own, or the whole element.
#[derive(Clone, Copy)]
pub(crate) struct Item {
    /// Size in bytes.
    size: u32,
    /// Alignment in bytes.
    pub(crate) alignment: usize,
}

impl Item {
    /// An item that lies in memory as `T` does.
    const fn of<T>() -> Item {
        Item { size: size_of::<T>() as u32, alignment: platform::alignment::<T>() }
    }

    /// One or two of `long double`.
    const fn long_double(count: usize) -> Item {
        Item { size: (count * platform::LONG_DOUBLE_SIZE) as u32, alignment: platform::LONG_DOUBLE_ALIGNMENT }
    }
}

impl Row {
    /// A kind whose elements are one of these items.
    const fn one_of(items: &'static [Item]) -> Row {
        Row { items, is_repeated: false, is_object: false }
    }

    /// A kind whose elements are one or more of this item.
    const fn repeated(items: &'static [Item; 1]) -> Row {
        Row { items, is_repeated: true, is_object: false }
    }

    /// The item that an element of that size in bytes is made of; `None` if there is no such element.
    fn item(self, size: u32) -> Option<&'static Item> {
        if self.is_repeated {
            let item = &self.items[0];
            return (size > 0 && size % item.size == 0).then_some(item);
        }
        self.items.iter().find(|item| item.size == size)
    }

    /// The number of bytes that type strings count as one.
    pub(crate) fn size_unit(self) -> u32 {
        if self.is_repeated { self.items[0].size } else { 1 }
    }

    /// The number of bytes that a byte order applies to, in an element of that size in bytes.
    pub(crate) fn ordered_bytes(self, size: u32) -> u32 {
        if self.is_repeated { self.items[0].size } else { size }
    }
}

/// The row of a kind.
pub(crate) fn row(kind: Kind) -> Row {
    match kind {
        Kind::Bool => Row::one_of(const { &[Item::of::<bool>()] }),
        Kind::Int => Row::one_of(
            const { &[Item::of::<c_schar>(), Item::of::<c_short>(), Item::of::<c_int>(), Item::of::<c_longlong>()] },
        ),
        Kind::UInt => Row::one_of(
            const { &[Item::of::<c_uchar>(), Item::of::<c_ushort>(), Item::of::<c_uint>(), Item::of::<c_ulonglong>()] },
        ),
        // C has no half; its bits lie in an unsigned integer.
        Kind::Float => Row::one_of(
            const { &[Item::of::<u16>(), Item::of::<c_float>(), Item::of::<c_double>(), Item::long_double(1)] },
        ),
        Kind::Complex => {
            Row::one_of(const { &[Item::of::<[c_float; 2]>(), Item::of::<[c_double; 2]>(), Item::long_double(2)] })
        }
        Kind::Timedelta | Kind::Datetime => Row::one_of(const { &[Item::of::<c_longlong>()] }),
        Kind::Object => Row { is_object: true, ..Row::one_of(const { &[Item::of::<*mut c_void>()] }) },
        Kind::Bytes | Kind::Void => Row::repeated(const { &[Item::of::<u8>()] }),
        Kind::Unicode => Row::repeated(const { &[Item::of::<u32>()] }),
    }
}

/// The item that an element is made of; `None` if this machine has no such type.
pub(crate) fn item(plain: &Plain) -> Option<&'static Item> {
    row(plain.kind).item(plain.size)
}
