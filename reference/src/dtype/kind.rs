//! The kinds of element types: one row for each, with everything that this crate knows about it.
//!
//! The chapters read sizes, alignments, C types, and the codes of PEP 3118 and DLPack from here, so a new kind is a new
//! row. Only two other places name kinds: [`Element`](super::Element), for kinds that a Rust type has, and
//! [`ctypeslib::element`](crate::ctypeslib::element), for kinds that a C type has.

use crate::platform;
use array_ctypes_spec::ctype::Simple;
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
    /// True if type strings may end with a unit of time.
    pub(crate) has_unit: bool,
    /// Type code of DLPack, if it has one.
    pub(crate) dlpack: Option<u8>,
}

/// The part of an element that has a C type of its own, or the whole element.
#[derive(Clone, Copy)]
pub(crate) struct Item {
    /// Size in bytes.
    size: u32,
    /// Alignment in bytes.
    pub(crate) alignment: usize,
    /// Format code of PEP 3118, if it has one.
    pub(crate) format: Option<&'static str>,
    /// The C type that `numpy.ctypeslib` gives an element, if there is one.
    pub(crate) ctype: Option<Simple>,
    /// True for `long double`, and pairs of it, if it is a format of its own.
    pub(crate) is_long_double: bool,
}

impl Item {
    /// An item that lies in memory as `T` does.
    const fn of<T>() -> Item {
        let (size, alignment) = (size_of::<T>() as u32, platform::alignment::<T>());
        Item { size, alignment, format: None, ctype: None, is_long_double: false }
    }

    /// One or two of `long double`.
    const fn long_double(count: usize) -> Item {
        let (size, alignment) = ((count * platform::LONG_DOUBLE_SIZE) as u32, platform::LONG_DOUBLE_ALIGNMENT);
        Item { size, alignment, format: None, ctype: None, is_long_double: true }
    }

    const fn format(self, code: &'static str) -> Item {
        Item { format: Some(code), ..self }
    }

    const fn ctype(self, simple: Simple) -> Item {
        Item { ctype: Some(simple), ..self }
    }
}

impl Row {
    /// The values that most kinds share; a row names the others.
    const DEFAULT: Row = Row { items: &[], is_repeated: false, is_object: false, has_unit: false, dlpack: None };

    /// The items that an element of that size in bytes is made of, and their number; `None` if there is no such
    /// element.
    pub(crate) fn items(self, size: u32) -> Option<(&'static Item, u32)> {
        if self.is_repeated {
            let item = &self.items[0];
            return (size > 0 && size % item.size == 0).then_some((item, size / item.size));
        }
        self.items.iter().find(|item| item.size == size).map(|item| (item, 1))
    }

    /// The number of bytes that type strings count as one.
    pub(crate) fn size_unit(self) -> u32 {
        if self.is_repeated { self.items[0].size } else { 1 }
    }

    /// The number of bytes that a byte order applies to, in an element of that size in bytes.
    pub(crate) fn ordered_bytes(self, size: u32) -> u32 {
        if self.is_repeated { self.items[0].size } else { size }
    }

    /// The size of an element whose type string does not show it.
    pub(crate) fn default_size(self) -> u32 {
        self.items[0].size
    }
}

/// The row of a kind.
pub(crate) fn row(kind: Kind) -> Row {
    match kind {
        Kind::Bool => Row {
            items: const { &[Item::of::<bool>().format("?").ctype(Simple::Bool)] },
            dlpack: Some(6),
            ..Row::DEFAULT
        },
        Kind::Int => Row {
            items: const {
                &[
                    Item::of::<c_schar>().format("b").ctype(Simple::Byte),
                    Item::of::<c_short>().format("h").ctype(Simple::Int16),
                    Item::of::<c_int>().format("i").ctype(Simple::Int32),
                    Item::of::<c_longlong>().format("q").ctype(Simple::Int64),
                ]
            },
            dlpack: Some(0),
            ..Row::DEFAULT
        },
        Kind::UInt => Row {
            items: const {
                &[
                    Item::of::<c_uchar>().format("B").ctype(Simple::UByte),
                    Item::of::<c_ushort>().format("H").ctype(Simple::UInt16),
                    Item::of::<c_uint>().format("I").ctype(Simple::UInt32),
                    Item::of::<c_ulonglong>().format("Q").ctype(Simple::UInt64),
                ]
            },
            dlpack: Some(1),
            ..Row::DEFAULT
        },
        Kind::Float => Row {
            items: const {
                &[
                    // C has no half; its bits lie in an unsigned integer.
                    Item::of::<u16>().format("e"),
                    Item::of::<c_float>().format("f").ctype(Simple::Float),
                    Item::of::<c_double>().format("d").ctype(Simple::Double),
                    Item::long_double(1).format("g"),
                ]
            },
            dlpack: Some(2),
            ..Row::DEFAULT
        },
        Kind::Complex => Row {
            items: const {
                &[
                    Item::of::<[c_float; 2]>().format("Zf"),
                    Item::of::<[c_double; 2]>().format("Zd"),
                    Item::long_double(2).format("Zg"),
                ]
            },
            dlpack: Some(5),
            ..Row::DEFAULT
        },
        Kind::Timedelta | Kind::Datetime => {
            Row { items: const { &[Item::of::<c_longlong>()] }, has_unit: true, ..Row::DEFAULT }
        }
        Kind::Object => {
            Row { items: const { &[Item::of::<*mut c_void>().format("O")] }, is_object: true, ..Row::DEFAULT }
        }
        Kind::Bytes => Row { items: const { &[Item::of::<u8>().format("s")] }, is_repeated: true, ..Row::DEFAULT },
        Kind::Unicode => Row { items: const { &[Item::of::<u32>().format("w")] }, is_repeated: true, ..Row::DEFAULT },
        Kind::Void => Row { items: const { &[Item::of::<u8>().format("x")] }, is_repeated: true, ..Row::DEFAULT },
    }
}

/// The items that an element is made of, and their number; `None` if this machine has no such type.
pub(crate) fn items(plain: &Plain) -> Option<(&'static Item, u32)> {
    row(plain.kind).items(plain.size)
}
