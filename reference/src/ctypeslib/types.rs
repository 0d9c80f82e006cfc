//! The C types of element types.

use crate::ctype;
use crate::dtype;
use crate::platform;
use array_ctypes_spec::ctype::{CType, Class, Simple};
use array_ctypes_spec::dtype::{Dtype, Field, Kind, Plain, Record};
use array_ctypes_spec::platform::ByteOrder;
use std::fmt;

/// The C type of an element type. Printed, structures tell their size, and each field its type and offset in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementCType {
    /// A number.
    Number(CType),
    /// A C array of so many items.
    Array(Box<ElementCType>, u64),
    /// Fields that lie one after the other, in a structure of that size in bytes.
    Structure(u64, Vec<Member>),
    /// Fields that all begin with the union, which has that size in bytes.
    Union(u64, Vec<Member>),
}

/// A field of a structure or union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name.
    pub name: String,
    /// Type.
    pub ctype: ElementCType,
    /// Bytes from the start of the structure.
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

/// The C type that elements have.
///
/// # Errors
/// [`NoCType`] where C has none, or fields overlap otherwise than in a union.
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
        (Kind::UInt, 1) => Simple::UByte,
        (Kind::Int, 2) => Simple::Int16,
        (Kind::UInt, 2) => Simple::UInt16,
        (Kind::Int, 4) => Simple::Int32,
        (Kind::UInt, 4) => Simple::UInt32,
        (Kind::Int, 8) => Simple::Int64,
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
    // In C, fields stand in the order of their offsets.
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

/// A C array with these lengths, the first outermost.
pub fn array_of(item: ElementCType, shape: &[u64]) -> ElementCType {
    shape.iter().rev().fold(item, |item, length| ElementCType::Array(Box::new(item), *length))
}

impl ElementCType {
    /// Size in bytes.
    pub fn size(&self) -> u64 {
        match self {
            ElementCType::Number(ctype) => ctype::layout(ctype).map_or(0, |(size, _)| size as u64),
            ElementCType::Array(item, length) => item.size().saturating_mul(*length),
            ElementCType::Structure(size, _) | ElementCType::Union(size, _) => *size,
        }
    }
}

/// The element type whose memory is that of a C type, and the lengths of a C type that is an array. Fields are named by
/// their places, `f0` and so on; padding is none of them. `None` where the C type holds addresses, or nothing.
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
    let (size, _) = ctype::layout(&CType::Simple(simple))?;
    let order = if size > 1 { order } else { ByteOrder::Little };
    Some((Dtype::Plain(Plain { kind, size: size as u32, order, unit: None }), Vec::new()))
}

fn fields(whole: &CType, members: &[CType], is_union: bool) -> Option<(Dtype, Vec<u64>)> {
    let (size, _) = ctype::layout(whole).filter(|(size, _)| *size > 0)?;
    let mut fields = Vec::with_capacity(members.len());
    for (at, member) in members.iter().enumerate() {
        let (dtype, shape) = element(member)?;
        let offset = if is_union { 0 } else { ctype::offset_of(members, at)? as u64 };
        fields.push(Field { name: format!("f{at}"), title: None, dtype, shape, offset });
    }
    Some((Dtype::from(Record { fields, size: size as u64, aligned: false }), Vec::new()))
}

/// Why an element type has no C type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCType {
    /// C has no such numbers.
    Kind {
        /// The type string.
        typestr: String,
    },
    /// A field begins inside another.
    Overlap {
        /// The field that begins later.
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
                "expected fields that do not overlap, or all at offset 0, found {field:?} inside another; select fields"
            ),
        }
    }
}

impl std::error::Error for NoCType {}
