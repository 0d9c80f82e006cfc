//! Element types: size, alignment, type strings and type descriptions.
//!
//! Sizes, offsets and alignments are in bytes. Which types exist, and how they are aligned, follows from the C types that
//! hold them. A description is text here, as Python prints the list.
//!
//! ```
//! use array_ctypes::dtype;
//! let time = dtype::parse(">M8[25s]")?;
//! assert_eq!(dtype::size(&time), 8);
//! assert_eq!(dtype::typestr(&time), ">M8[25s]");
//! assert_eq!(dtype::descr(&time), "[('', '>M8[25s]')]");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::platform::{self, alignment as align};
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain, Record};
use array_ctypes_spec::platform::ByteOrder;
use std::ffi::{c_double, c_float, c_int, c_longlong, c_short, c_void};

mod text;

pub use text::{NoSuchType, descr, parse, typestr};

mod sealed {
    pub trait Sealed {}
}

/// Rust's own types that an array can be made of, and seen as. Any bytes are a value of each, which is why there are no
/// others: this trait cannot be implemented elsewhere.
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

/// A plain type in the machine's byte order.
fn plain(kind: Kind, size: u32) -> Dtype {
    let order = if size > 1 { platform::BYTE_ORDER } else { ByteOrder::Little };
    Dtype::Plain(Plain { kind, size, order, unit: None })
}

/// Size of an element, padding of structured types included.
pub fn size(dtype: &Dtype) -> usize {
    match dtype {
        Dtype::Plain(plain) => plain.size as usize,
        // No buffer is that large, so no array has such elements.
        Dtype::Record(record) => usize::try_from(record.size).unwrap_or(usize::MAX),
    }
}

/// What the address of an element is to be a multiple of.
pub fn alignment(dtype: &Dtype) -> usize {
    match dtype {
        Dtype::Plain(plain) => match (plain.kind, plain.size) {
            (Kind::Bytes | Kind::Void, _) => 1,
            (Kind::Unicode, _) => align::<u32>(),
            (Kind::Object, _) => align::<*mut c_void>(),
            (Kind::Complex, size) => float_alignment(size / 2),
            (Kind::Float, size) => float_alignment(size),
            (_, 2) => align::<c_short>(),
            (_, 4) => align::<c_int>(),
            (_, 8) => align::<c_longlong>(),
            _ => 1,
        },
        Dtype::Record(record) if record.aligned => {
            record.fields.iter().map(|field| alignment(&field.dtype)).max().unwrap_or(1)
        }
        Dtype::Record(_) => 1,
    }
}

fn float_alignment(size: u32) -> usize {
    match size {
        // C has no half; it lies in an unsigned short.
        2 => align::<u16>(),
        4 => align::<c_float>(),
        8 => align::<c_double>(),
        _ => platform::LONG_DOUBLE_ALIGNMENT,
    }
}

/// Whether this machine has the type. Fields are to lie in the element.
pub fn exists(dtype: &Dtype) -> bool {
    let Plain { kind, size, .. } = match dtype {
        Dtype::Plain(plain) => plain,
        Dtype::Record(record) => {
            return record.fields.iter().all(|field| {
                let end = field.offset.checked_add(field_size(field));
                end.is_some_and(|end| end <= record.size) && exists(&field.dtype)
            });
        }
    };
    let size = *size as usize;
    match kind {
        Kind::Bool => size == 1,
        Kind::Int | Kind::UInt => [1, 2, 4, 8].contains(&size),
        Kind::Float => [2, 4, 8, platform::LONG_DOUBLE_SIZE].contains(&size),
        Kind::Complex => [8, 16, 2 * platform::LONG_DOUBLE_SIZE].contains(&size),
        Kind::Timedelta | Kind::Datetime => size == 8,
        Kind::Object => size == size_of::<*mut c_void>(),
        Kind::Unicode => size > 0 && size % 4 == 0,
        Kind::Bytes | Kind::Void => size > 0,
    }
}

/// Whether a number is in the other byte order than the machine's.
pub(crate) fn is_swapped(plain: &Plain) -> bool {
    shows_order(plain) && plain.order != platform::BYTE_ORDER
}

/// Whether elements, or parts of them, refer to objects.
pub(crate) fn has_objects(dtype: &Dtype) -> bool {
    match dtype {
        Dtype::Plain(plain) => plain.kind == Kind::Object,
        Dtype::Record(record) => record.fields.iter().any(|field| has_objects(&field.dtype)),
    }
}

/// The size of a field, with all items of a sub-array.
pub(crate) fn field_size(field: &Field) -> u64 {
    field.shape.iter().fold(size(&field.dtype) as u64, |size, length| size.saturating_mul(*length))
}

/// Whether a type string tells the byte order.
fn shows_order(plain: &Plain) -> bool {
    match plain.kind {
        Kind::Bool | Kind::Bytes | Kind::Void | Kind::Object => false,
        Kind::Unicode => true,
        _ => plain.size > 1,
    }
}

/// Whether each field, in the order of names, begins after the one before it, at any depth. Only then a description can
/// tell the fields.
pub(crate) fn in_order(record: &Record) -> bool {
    let one_after_the_other = |pair: &[Field]| pair[1].offset >= pair[0].offset.saturating_add(field_size(&pair[0]));
    record.fields.windows(2).all(one_after_the_other)
        && record.fields.iter().all(|field| match &field.dtype {
            Dtype::Plain(_) => true,
            Dtype::Record(nested) => in_order(nested),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("|O", align_of::<*mut c_void>()),
        ];
        for (typestr, bytes) in cases {
            assert_eq!(alignment(&parse(typestr).unwrap()), bytes, "{typestr}");
        }
    }

    /// A structured type with one field, at that offset.
    fn record(dtype: Dtype, offset: u64, size: u64, aligned: bool) -> Dtype {
        let field = Field { name: "x".to_owned(), title: None, dtype, shape: Vec::new(), offset };
        Dtype::from(Record { fields: vec![field], size, aligned })
    }

    #[test]
    fn a_structured_type_is_aligned_where_it_says_so() {
        assert_eq!(alignment(&record(plain(Kind::Int, 4), 0, 4, true)), 4);
        assert_eq!(alignment(&record(plain(Kind::Int, 4), 0, 4, false)), 1);
    }

    #[test]
    fn types_that_this_machine_lacks_do_not_exist() {
        let long_double = platform::LONG_DOUBLE_SIZE;
        for size in [long_double, 2 * long_double] {
            let typestr = format!("<{}{size}", if size == long_double { 'f' } else { 'c' });
            assert!(exists(&parse(&typestr).unwrap()), "{typestr}");
        }
        assert_eq!(alignment(&parse(&format!("<f{long_double}")).unwrap()), platform::LONG_DOUBLE_ALIGNMENT);
        let sizes = |kind: Kind| (0..40).filter(move |size| exists(&plain(kind, *size))).collect::<Vec<_>>();
        assert_eq!(sizes(Kind::Bool), [1]);
        assert_eq!(sizes(Kind::Int), [1, 2, 4, 8]);
        assert_eq!(sizes(Kind::Datetime), [8]);
        assert_eq!(sizes(Kind::Unicode), [4, 8, 12, 16, 20, 24, 28, 32, 36]);
        assert_eq!((sizes(Kind::Bytes).len(), sizes(Kind::Void).len()), (39, 39));
        assert!(exists(&record(plain(Kind::Int, 4), 4, 8, false)));
        assert!(!exists(&record(plain(Kind::Int, 4), 5, 8, false)), "a field past the end");
        assert!(!exists(&record(plain(Kind::Int, 3), 0, 8, false)), "a field of a type that is none");
    }

    #[test]
    fn text_has_an_order_in_every_size_and_numbers_of_one_byte_have_none() {
        let shown = |typestr: &str| match parse(typestr).unwrap() {
            Dtype::Plain(plain) => shows_order(&plain),
            Dtype::Record(_) => unreachable!("a type string"),
        };
        let none = Plain { kind: Kind::Unicode, size: 0, order: ByteOrder::Little, unit: None };
        assert!(shown("<U1") && shows_order(&none) && shown("<i2") && shown("<M8[s]"));
        assert!(!shown("|i1") && !shown("|b1") && !shown("|S4") && !shown("|V4") && !shown("|O"));
    }
}
