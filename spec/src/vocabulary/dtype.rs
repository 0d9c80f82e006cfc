//! Element types, plain and structured: sizes, alignment, type strings and descriptions.

use super::platform::{ByteOrder, Platform};
use std::sync::Arc;

mod descr;
mod typestr;

pub use descr::{Descr, DescrEntry, DescrType};
pub use typestr::TypestrError;
pub(crate) use typestr::names_nothing;

/// Kind of a plain element type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// One byte, `b`.
    Bool,
    /// Two's complement, `i`.
    Int,
    /// Unsigned, `u`.
    UInt,
    /// Floating point: half, float, double, and long double in the size that the platform gives it, `f`.
    Float,
    /// A pair of floats, `c`.
    Complex,
    /// A span of time, 8 bytes, `m`.
    Timedelta,
    /// A point in time, 8 bytes, `M`.
    Datetime,
    /// Reference to an object, `O`.
    Object,
    /// Byte string of fixed length, `S`.
    Bytes,
    /// Text of fixed length, 4 bytes a character, `U`.
    Unicode,
    /// Raw bytes of fixed length, `V`.
    Void,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Kind; 11] = [
        Kind::Bool,
        Kind::Int,
        Kind::UInt,
        Kind::Float,
        Kind::Complex,
        Kind::Timedelta,
        Kind::Datetime,
        Kind::Object,
        Kind::Bytes,
        Kind::Unicode,
        Kind::Void,
    ];

    /// The character of type strings.
    pub fn code(self) -> char {
        match self {
            Kind::Bool => 'b',
            Kind::Int => 'i',
            Kind::UInt => 'u',
            Kind::Float => 'f',
            Kind::Complex => 'c',
            Kind::Timedelta => 'm',
            Kind::Datetime => 'M',
            Kind::Object => 'O',
            Kind::Bytes => 'S',
            Kind::Unicode => 'U',
            Kind::Void => 'V',
        }
    }
}

/// A plain element type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plain {
    /// Kind.
    pub kind: Kind,
    /// Item size in bytes.
    pub size: u32,
    /// Byte order; of no consequence where [`Plain::has_order`] is false.
    pub order: ByteOrder,
    /// Unit of datetimes and timedeltas; `None` is NumPy's generic unit.
    pub unit: Option<Unit>,
}

/// Unit of a datetime or timedelta: so many of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// How many; at least 1.
    pub count: u32,
    /// Of what; one of [`Unit::NAMES`].
    pub name: &'static str,
}

impl Unit {
    /// The spans that NumPy knows, from year to attosecond.
    pub const NAMES: [&'static str; 13] = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"];
}

/// A structured element type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// Fields, in the order of their names (not of their offsets).
    pub fields: Vec<Field>,
    /// Item size in bytes, tail padding included.
    pub size: u64,
    /// Whether the type claims the alignment of its fields; if not, it claims 1.
    pub aligned: bool,
}

/// A field of a structured type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Title: a second name.
    pub title: Option<String>,
    /// Type of an item.
    pub dtype: Dtype,
    /// Shape where the field is a sub-array; empty otherwise.
    pub shape: Vec<u64>,
    /// Offset in the element, in bytes.
    pub offset: u64,
}

impl Field {
    /// Size in bytes, all items of a sub-array together.
    pub fn size(&self) -> u64 {
        self.shape.iter().fold(self.dtype.item_size(), |size, length| size.saturating_mul(*length))
    }
}

/// An element type.
///
/// ```
/// use array_ctypes_spec::dtype::Dtype;
/// let dtype = Dtype::from_typestr(">M8[25s]").unwrap();
/// assert_eq!((dtype.item_size(), dtype.typestr().as_str()), (8, ">M8[25s]"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// Without fields.
    Plain(Plain),
    /// With fields. Shared, since arrays, views and layouts of one case have it in common.
    Record(Arc<Record>),
}

impl From<Record> for Dtype {
    fn from(record: Record) -> Dtype {
        Dtype::Record(Arc::new(record))
    }
}

impl Plain {
    /// Whether the byte order shows: more than one byte, in numbers and in text.
    pub fn has_order(&self) -> bool {
        match self.kind {
            Kind::Bytes | Kind::Void | Kind::Object => false,
            Kind::Unicode => true,
            _ => self.size > 1,
        }
    }

    /// Alignment in bytes that the type claims.
    pub fn alignment(&self, platform: &Platform) -> u64 {
        let number = |size: u64| match size {
            8 => u64::from(platform.eight_byte_align),
            size if size == platform.long_double.size() => u64::from(platform.long_double_align),
            size => size,
        };
        match self.kind {
            Kind::Bytes | Kind::Void => 1,
            Kind::Unicode => 4,
            Kind::Object => platform.pointer_size(),
            Kind::Complex => number(u64::from(self.size) / 2),
            _ => number(u64::from(self.size)),
        }
    }
}

impl Dtype {
    /// Size of an element in bytes.
    pub fn item_size(&self) -> u64 {
        match self {
            Dtype::Plain(plain) => u64::from(plain.size),
            Dtype::Record(record) => record.size,
        }
    }

    /// Alignment in bytes that the type claims.
    pub fn alignment(&self, platform: &Platform) -> u64 {
        match self {
            Dtype::Plain(plain) => plain.alignment(platform),
            Dtype::Record(record) if record.aligned => {
                record.fields.iter().map(|field| field.dtype.alignment(platform)).max().unwrap_or(1)
            }
            Dtype::Record(_) => 1,
        }
    }

    /// The plain type, where it is one.
    pub fn plain(&self) -> Option<&Plain> {
        match self {
            Dtype::Plain(plain) => Some(plain),
            Dtype::Record(_) => None,
        }
    }

    /// Whether the platform has the type: each kind comes in some sizes, long double has one, objects are as wide as
    /// pointers, and the fields of a structured type lie in it.
    pub fn exists_on(&self, platform: &Platform) -> bool {
        let float = |size: u64| matches!(size, 2 | 4 | 8) || size == platform.long_double.size();
        match self {
            Dtype::Plain(plain) => {
                let size = u64::from(plain.size);
                match plain.kind {
                    Kind::Bool => size == 1,
                    Kind::Int | Kind::UInt => matches!(size, 1 | 2 | 4 | 8),
                    Kind::Float => float(size),
                    Kind::Complex => size != 4 && size % 2 == 0 && float(size / 2),
                    Kind::Timedelta | Kind::Datetime => size == 8,
                    Kind::Object => size == platform.pointer_size(),
                    Kind::Unicode => size > 0 && size % 4 == 0,
                    Kind::Bytes | Kind::Void => size > 0,
                }
            }
            Dtype::Record(record) => record.fields.iter().all(|field| {
                let end = field.offset.checked_add(field.size());
                field.dtype.exists_on(platform) && end.is_some_and(|end| end <= record.size)
            }),
        }
    }

    /// Whether the bytes of a number are in the other order than the platform's, in the type or in any field.
    pub fn is_swapped(&self, platform: &Platform) -> bool {
        match self {
            Dtype::Plain(plain) => plain.has_order() && plain.order != platform.byte_order,
            Dtype::Record(record) => record.fields.iter().any(|field| field.dtype.is_swapped(platform)),
        }
    }

    /// The same type where pointers have that size in bytes, and with them references to objects.
    #[must_use]
    pub fn with_pointers(&self, size: u64) -> Dtype {
        match self {
            Dtype::Plain(Plain { kind: Kind::Object, .. }) => Dtype::object(size),
            Dtype::Plain(_) => self.clone(),
            Dtype::Record(record) => {
                let of = |field: &Field| Field { dtype: field.dtype.with_pointers(size), ..field.clone() };
                let fields = record.fields.iter().map(of).collect();
                Dtype::from(Record { fields, ..(**record).clone() })
            }
        }
    }

    /// Whether elements refer to objects, in the type or in any field.
    pub fn has_objects(&self) -> bool {
        match self {
            Dtype::Plain(plain) => plain.kind == Kind::Object,
            Dtype::Record(record) => record.fields.iter().any(|field| field.dtype.has_objects()),
        }
    }

    /// Which bytes of an element hold a value, and which are padding: between fields, and inside long doubles.
    pub fn value_mask(&self, platform: &Platform) -> Vec<bool> {
        match self {
            Dtype::Plain(plain) => {
                let part = match plain.kind {
                    Kind::Float => u64::from(plain.size),
                    Kind::Complex => u64::from(plain.size) / 2,
                    _ => 0,
                };
                let is_long_double = part == platform.long_double.size();
                let counts = |at: u64| {
                    let at = at % part.max(1);
                    let from_low = if plain.order == ByteOrder::Little { at } else { part.max(1) - 1 - at };
                    !is_long_double || from_low < platform.long_double.value_bytes()
                };
                (0..u64::from(plain.size)).map(counts).collect()
            }
            Dtype::Record(record) => {
                let mut mask = vec![false; record.size as usize];
                for field in &record.fields {
                    let item = field.dtype.value_mask(platform);
                    let bytes = mask.iter_mut().skip(field.offset as usize).take(field.size() as usize);
                    bytes.zip(item.iter().cycle()).for_each(|(counts, item)| *counts |= *item);
                }
                mask
            }
        }
    }
}
