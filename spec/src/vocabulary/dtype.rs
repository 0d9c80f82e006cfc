//! Element types, plain and structured: sizes, alignment, type strings and descriptions.

use super::platform::{ByteOrder, Platform};
use kind::Sizes;
use std::sync::Arc;

mod descr;
mod kind;
mod typestr;

pub use descr::{Descr, DescrEntry, DescrType};
pub use kind::Kind;
pub use typestr::TypestrError;
pub(crate) use typestr::names_nothing;

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

/// Unit of a datetime or timedelta: a count of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unit {
    /// How many; at least 1.
    pub count: u32,
    /// The span; one of [`Unit::NAMES`].
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
    /// True if the type claims the alignment of its fields; if not, it claims 1.
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
    /// Returns true if the byte order shows: more than one byte, in numbers and in text.
    pub fn has_order(&self) -> bool {
        match self.kind.sizes() {
            Sizes::Numbers { .. } => self.size > 1,
            Sizes::Pointer => false,
            Sizes::Characters { bytes } => bytes > 1,
        }
    }

    /// Alignment in bytes that the type claims.
    pub fn alignment(&self, platform: &Platform) -> u64 {
        match self.kind.sizes() {
            Sizes::Numbers { parts, .. } => match u64::from(self.size / parts) {
                8 => u64::from(platform.eight_byte_align),
                size if size == platform.long_double.size() => u64::from(platform.long_double_align),
                size => size,
            },
            Sizes::Pointer => platform.pointer_size(),
            Sizes::Characters { bytes } => u64::from(bytes),
        }
    }

    /// Returns true if the platform has the type.
    pub fn exists_on(&self, platform: &Platform) -> bool {
        match self.kind.sizes() {
            Sizes::Numbers { each, parts, long_double } => {
                let part = self.size / parts;
                let is_long_double = long_double && u64::from(part) == platform.long_double.size();
                self.size % parts == 0 && (each.contains(&part) || is_long_double)
            }
            Sizes::Pointer => u64::from(self.size) == platform.pointer_size(),
            Sizes::Characters { bytes } => self.size > 0 && self.size % bytes == 0,
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

    /// Returns the plain type, if it is one.
    pub fn plain(&self) -> Option<&Plain> {
        match self {
            Dtype::Plain(plain) => Some(plain),
            Dtype::Record(_) => None,
        }
    }

    /// Returns true if the platform has the type: each kind comes in some sizes, long double has one, objects are as wide as
    /// pointers, and the fields of a structured type lie in it.
    pub fn exists_on(&self, platform: &Platform) -> bool {
        match self {
            Dtype::Plain(plain) => plain.exists_on(platform),
            Dtype::Record(record) => record.fields.iter().all(|field| {
                let end = field.offset.checked_add(field.size());
                field.dtype.exists_on(platform) && end.is_some_and(|end| end <= record.size)
            }),
        }
    }

    /// Returns true if the bytes of a number are in the other order than the platform's, in the type or in any field.
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

    /// Returns true if elements refer to objects, in the type or in any field.
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
                let part = match plain.kind.sizes() {
                    Sizes::Numbers { parts, long_double: true, .. } => u64::from(plain.size / parts),
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
