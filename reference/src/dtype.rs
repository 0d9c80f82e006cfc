//! Element types: size, alignment, byte order and type strings.
//!
//! Sizes, offsets and alignments are in bytes. C types decide which element types exist, and how they are aligned.
//!
//! ```
//! use array_ctypes::{dtype, spec::dtype::Dtype};
//! let time = Dtype::from_typestr(">M8[25s]")?;
//! assert_eq!((dtype::size(&time), dtype::alignment(&time)), (8, dtype::alignment(&Dtype::from_typestr("<i8")?)));
//! assert_eq!(dtype::typestr(&time), ">M8[25s]");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The feature `protocols` adds type descriptions, as text that Python prints for the list, and a parser of type strings
//! of its own.

mod kind;
mod text;

#[cfg(feature = "protocols")]
mod descr;
#[cfg(feature = "protocols")]
mod parse;

#[cfg(feature = "protocols")]
pub use descr::descr;
#[cfg(feature = "protocols")]
pub(crate) use descr::in_order;
pub(crate) use kind::{item, row};
#[cfg(feature = "protocols")]
pub use parse::{NoSuchType, parse};
pub use text::typestr;

use crate::platform;
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain};
use array_ctypes_spec::platform::ByteOrder;

mod sealed {
    pub trait Sealed {}
}

/// The Rust types that arrays can be made from and seen as.
///
/// Any bytes are a value of each of them, and unsafe code relies on it; so the trait cannot be implemented elsewhere.
pub trait Element: Copy + sealed::Sealed {
    /// The element type.
    fn dtype() -> Dtype;
    /// Appends the memory of one element.
    fn append_to(self, memory: &mut Vec<u8>);
}

macro_rules! elements {
    ($($kind:ident: $($type:ty)*;)*) => { $($(
        impl sealed::Sealed for $type {}

        impl Element for $type {
            fn dtype() -> Dtype {
                plain(Kind::$kind, size_of::<$type>() as u32)
            }

            fn append_to(self, memory: &mut Vec<u8>) {
                memory.extend_from_slice(&self.to_ne_bytes());
            }
        }
    )*)* };
}

elements! {
    Int: i8 i16 i32 i64 isize;
    UInt: u8 u16 u32 u64 usize;
    Float: f32 f64;
}

/// Makes a plain type in the machine's byte order.
fn plain(kind: Kind, size: u32) -> Dtype {
    let order = if size > 1 { platform::BYTE_ORDER } else { ByteOrder::Little };
    Dtype::Plain(Plain { kind, size, order, unit: None })
}

/// Size of an element, including the padding of structured types.
pub fn size(dtype: &Dtype) -> usize {
    match dtype {
        Dtype::Plain(plain) => plain.size as usize,
        // No buffer is that large, so no array has such elements.
        Dtype::Record(record) => usize::try_from(record.size).unwrap_or(usize::MAX),
    }
}

/// Alignment of an element: an aligned address is a multiple of it.
pub fn alignment(dtype: &Dtype) -> usize {
    match dtype {
        Dtype::Plain(plain) => item(plain).map_or(1, |item| item.alignment),
        Dtype::Record(record) if record.aligned => {
            record.fields.iter().map(|field| alignment(&field.dtype)).max().unwrap_or(1)
        }
        Dtype::Record(_) => 1,
    }
}

/// Returns true if this machine has the type. The fields of a structured type must lie inside the element.
pub fn exists(dtype: &Dtype) -> bool {
    match dtype {
        Dtype::Plain(plain) => item(plain).is_some(),
        Dtype::Record(record) => record.fields.iter().all(|field| {
            let end = field.offset.checked_add(field_size(field));
            end.is_some_and(|end| end <= record.size) && exists(&field.dtype)
        }),
    }
}

/// Returns true if numbers of the type are not in the machine's byte order.
pub fn is_swapped(plain: &Plain) -> bool {
    shows_order(plain) && plain.order != platform::BYTE_ORDER
}

/// Returns true if elements, or parts of them, are references to objects.
pub(crate) fn has_objects(dtype: &Dtype) -> bool {
    match dtype {
        Dtype::Plain(plain) => row(plain.kind).is_object,
        Dtype::Record(record) => record.fields.iter().any(|field| has_objects(&field.dtype)),
    }
}

/// Size of a field, including all items of a sub-array.
pub(crate) fn field_size(field: &Field) -> u64 {
    field.shape.iter().fold(size(&field.dtype) as u64, |size, length| size.saturating_mul(*length))
}

/// Returns true if the type string shows the byte order.
fn shows_order(plain: &Plain) -> bool {
    let row = row(plain.kind);
    !row.is_object && row.ordered_bytes(plain.size) > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use array_ctypes_spec::dtype::Record;

    /// Element types by the specification's parser, since this module does not depend on its own.
    fn typed(text: &str) -> Dtype {
        Dtype::from_typestr(text).unwrap()
    }

    #[test]
    fn alignments_are_those_of_the_c_types() {
        let cases = [
            ("|b1", 1),
            ("<i2", 2),
            (">f2", 2),
            ("<f4", 4),
            ("<c8", 4),
            ("<f8", align_of::<f64>()),
            (">c16", align_of::<f64>()),
            ("<U3", 4),
            ("|S8", 1),
            ("|V8", 1),
            ("<M8[ns]", align_of::<i64>()),
        ];
        for (text, bytes) in cases {
            assert_eq!(alignment(&typed(text)), bytes, "{text}");
        }
        assert_eq!(alignment(&plain(Kind::Object, size_of::<usize>() as u32)), align_of::<usize>());
    }

    /// A structured type with one field.
    fn record(dtype: Dtype, offset: u64, size: u64, aligned: bool) -> Dtype {
        let field = Field { name: "x".to_owned(), title: None, dtype, shape: Vec::new(), offset };
        Dtype::from(Record { fields: vec![field], size, aligned })
    }

    #[test]
    fn a_structured_type_is_aligned_if_it_claims_to_be() {
        assert_eq!(alignment(&record(plain(Kind::Int, 4), 0, 4, true)), 4);
        assert_eq!(alignment(&record(plain(Kind::Int, 4), 0, 4, false)), 1);
    }

    #[test]
    fn only_types_of_this_machine_exist() {
        let long_double = platform::LONG_DOUBLE_SIZE;
        for size in [long_double, 2 * long_double] {
            let text = format!("<{}{size}", if size == long_double { 'f' } else { 'c' });
            assert!(exists(&typed(&text)), "{text}");
        }
        assert_eq!(alignment(&typed(&format!("<f{long_double}"))), platform::LONG_DOUBLE_ALIGNMENT);
        let sizes = |kind: Kind| (0..40).filter(move |size| exists(&plain(kind, *size))).collect::<Vec<_>>();
        assert_eq!(sizes(Kind::Bool), [1]);
        assert_eq!(sizes(Kind::Int), [1, 2, 4, 8]);
        assert_eq!(sizes(Kind::Datetime), [8]);
        assert_eq!(sizes(Kind::Unicode), [4, 8, 12, 16, 20, 24, 28, 32, 36]);
        assert_eq!((sizes(Kind::Bytes).len(), sizes(Kind::Void).len()), (39, 39));
        assert!(exists(&record(plain(Kind::Int, 4), 4, 8, false)));
        assert!(!exists(&record(plain(Kind::Int, 4), 5, 8, false)), "a field that ends after the element");
        assert!(!exists(&record(plain(Kind::Int, 3), 0, 8, false)), "a field whose type does not exist");
    }

    #[test]
    fn text_of_any_size_shows_its_byte_order_and_numbers_of_one_byte_do_not() {
        let shown = |text: &str| match typed(text) {
            Dtype::Plain(plain) => shows_order(&plain),
            Dtype::Record(_) => unreachable!("type strings name plain types"),
        };
        let none = Plain { kind: Kind::Unicode, size: 0, order: ByteOrder::Little, unit: None };
        assert!(shown("<U1") && shows_order(&none) && shown("<i2") && shown("<M8[s]"));
        assert!(!shown("|i1") && !shown("|b1") && !shown("|S4") && !shown("|V4"));
        let object = Plain { kind: Kind::Object, size: size_of::<usize>() as u32, order: ByteOrder::Big, unit: None };
        assert!(!shows_order(&object));
    }
}
