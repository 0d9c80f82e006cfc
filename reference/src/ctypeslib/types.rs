//! The C types of element types.

use crate::ctype;
use crate::dtype;
use crate::platform;
use array_ctypes_spec::ctype::{CType, Class, Simple};
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain, Record};
use array_ctypes_spec::platform::ByteOrder;
use std::alloc::Layout;
use std::fmt;

/// The C type of an element type. The printed form of a structure has its size, and the type and offset of each field,
/// in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementCType {
    /// A number.
    Number(CType),
    /// A C array of items, and their number.
    Array(Box<ElementCType>, u64),
    /// A structure: its size in bytes, and fields that lie one after the other.
    Structure(u64, Vec<Member>),
    /// A union: its size in bytes, and fields that all begin at its start.
    Union(u64, Vec<Member>),
}

/// A field of a structure or a union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name.
    pub name: String,
    /// Type.
    pub ctype: ElementCType,
    /// Offset in the structure, in bytes.
    pub offset: u64,
}

impl fmt::Display for ElementCType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, size, members) = match self {
            ElementCType::Number(ctype) => return write!(f, "{ctype}"),
            ElementCType::Array(item, length) => return write!(f, "{item} * {length}"),
            ElementCType::Structure(size, members) => ("Structure", size, members),
            ElementCType::Union(size, members) => ("Union", size, members),
        };
        write!(f, "{kind}({size}")?;
        members.iter().try_for_each(|member| write!(f, ", {}={}@{}", member.name, member.ctype, member.offset))?;
        f.write_str(")")
    }
}

/// Returns the C type of an element type.
///
/// # Errors
/// [`NoCType`] if C has no such type, or if fields overlap without forming a union.
pub fn as_ctypes_type(dtype: &Dtype) -> Result<ElementCType, NoCType> {
    match dtype {
        Dtype::Plain(plain) => {
            number(plain).map(ElementCType::Number).ok_or_else(|| NoCType::Kind { typestr: dtype::typestr(dtype) })
        }
        Dtype::Record(record) => compound(record),
    }
}

fn number(plain: &Plain) -> Option<CType> {
    let simple = match (plain.kind, plain.size) {
        (Kind::Bool, 1) => Simple::Bool,
        (Kind::Int, 1) => Simple::Byte,
        (Kind::Int, 2) => Simple::Int16,
        (Kind::Int, 4) => Simple::Int32,
        (Kind::Int, 8) => Simple::Int64,
        (Kind::UInt, 1) => Simple::UByte,
        (Kind::UInt, 2) => Simple::UInt16,
        (Kind::UInt, 4) => Simple::UInt32,
        (Kind::UInt, 8) => Simple::UInt64,
        (Kind::Float, 4) => Simple::Float,
        (Kind::Float, 8) => Simple::Double,
        _ => return None,
    };
    let ctype = if dtype::is_swapped(plain) { CType::Swapped(simple, plain.order) } else { CType::Simple(simple) };
    Some(ctype::named(&ctype))
}

fn compound(record: &Record) -> Result<ElementCType, NoCType> {
    let mut members = Vec::with_capacity(record.fields.len());
    for field in &record.fields {
        let item = as_ctypes_type(&field.dtype)?;
        members.push(Member { name: field.name.clone(), ctype: array_of(item, &field.shape), offset: field.offset });
    }
    if members.is_empty() {
        return Err(NoCType::Kind { typestr: format!("|V{}", record.size) });
    }
    if members.len() > 1 && members.iter().all(|member| member.offset == 0) {
        return Ok(ElementCType::Union(record.size, members));
    }
    // C orders fields by their offsets.
    members.sort_by_key(|member| member.offset);
    let mut end = 0;
    for member in &members {
        if member.offset < end {
            return Err(NoCType::Overlap { field: member.name.clone() });
        }
        end = member.offset.saturating_add(member.ctype.size());
    }
    Ok(ElementCType::Structure(record.size, members))
}

/// Returns a C array of items with these lengths in elements, the first outermost.
pub fn array_of(item: ElementCType, shape: &[u64]) -> ElementCType {
    shape.iter().rev().fold(item, |item, length| ElementCType::Array(Box::new(item), *length))
}

impl ElementCType {
    /// Size in bytes.
    pub fn size(&self) -> u64 {
        match self {
            ElementCType::Number(ctype) => ctype::layout(ctype).map_or(0, |layout| layout.size() as u64),
            ElementCType::Array(item, length) => item.size().saturating_mul(*length),
            ElementCType::Structure(size, _) | ElementCType::Union(size, _) => *size,
        }
    }
}

/// Returns the element type with the same memory as a C type, and the lengths in elements if the C type is an array.
/// Fields are named `f0`, `f1` and so on; padding is not a field. `None` if the C type contains addresses, or nothing.
pub fn element(ctype: &CType) -> Option<(Dtype, Vec<u64>)> {
    let (simple, order) = match ctype {
        CType::Simple(simple) => (*simple, platform::BYTE_ORDER),
        CType::Swapped(simple, order) => (*simple, *order),
        CType::Array(item, length) => {
            let (dtype, mut lengths) = element(item)?;
            lengths.insert(0, u64::from(*length));
            return Some((dtype, lengths));
        }
        CType::Structure(members) => return fields(ctype, members, false),
        CType::Union(members) => return fields(ctype, members, true),
        CType::Pointer(_) | CType::PointerNone | CType::Function | CType::NotACType => return None,
    };
    let kind = match simple.class() {
        Class::Signed => Kind::Int,
        Class::Unsigned => Kind::UInt,
        Class::Float | Class::LongDouble => Kind::Float,
        Class::Bool => Kind::Bool,
        Class::Char => Kind::Bytes,
        Class::WChar | Class::VoidP | Class::Text | Class::Object => return None,
    };
    let size = ctype::layout(&CType::Simple(simple))?.size();
    let order = if size > 1 { order } else { ByteOrder::Little };
    Some((Dtype::Plain(Plain { kind, size: size as u32, order, unit: None }), Vec::new()))
}

fn fields(whole: &CType, members: &[CType], is_union: bool) -> Option<(Dtype, Vec<u64>)> {
    let size = ctype::layout(whole)?.size();
    if size == 0 {
        return None;
    }
    let mut fields = Vec::with_capacity(members.len());
    let mut before = Layout::new::<()>();
    for (at, member) in members.iter().enumerate() {
        let (dtype, shape) = element(member)?;
        let (with_member, offset) = before.extend(ctype::layout(member)?).ok()?;
        if !is_union {
            before = with_member;
        }
        fields.push(Field { name: format!("f{at}"), title: None, dtype, shape, offset: offset as u64 });
    }
    Some((Dtype::from(Record { fields, size: size as u64, aligned: false }), Vec::new()))
}

/// The reason why an element type has no C type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCType {
    /// C has no type for such elements.
    Kind {
        /// Type string of the elements.
        typestr: String,
    },
    /// Two fields overlap.
    Overlap {
        /// The field with the higher offset.
        field: String,
    },
}

impl fmt::Display for NoCType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoCType::Kind { typestr } => {
                write!(
                    f,
                    "expected an element type that C has, found {typestr:?}; view the array as integers or floats"
                )
            }
            NoCType::Overlap { field } => write!(
                f,
                "expected fields that do not overlap, or that all have offset 0, found {field:?} inside another; select fields"
            ),
        }
    }
}

impl std::error::Error for NoCType {}
