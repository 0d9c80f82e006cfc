//! Draws C types.

use crate::draw::Draw;
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::platform::{ByteOrder, Platform};

const INTEGERS: [Simple; 21] = [
    Simple::Byte,
    Simple::UByte,
    Simple::Short,
    Simple::UShort,
    Simple::Int,
    Simple::UInt,
    Simple::Long,
    Simple::ULong,
    Simple::LongLong,
    Simple::ULongLong,
    Simple::Int8,
    Simple::UInt8,
    Simple::Int16,
    Simple::UInt16,
    Simple::Int32,
    Simple::UInt32,
    Simple::Int64,
    Simple::UInt64,
    Simple::SizeT,
    Simple::SSizeT,
    Simple::IntP,
];

pub(crate) const FLOATS: [Simple; 2] = [Simple::Float, Simple::Double];

/// An integer type.
pub(crate) fn integer(draw: &mut Draw) -> Simple {
    draw.pick(&INTEGERS)
}

/// A type with a byte order of its own.
pub(crate) fn ordered(draw: &mut Draw, platform: &Platform) -> CType {
    let order = draw.pick(&[ByteOrder::Little, ByteOrder::Big]);
    let simple = match draw.below(4) {
        0 => draw.pick(&FLOATS),
        _ => integer(draw),
    };
    let simple = if simple.has_orders(platform) { simple } else { Simple::Int };
    CType::Swapped(simple, order)
}

/// A union whose largest member is an odd number of smaller items, so that it ends in padding.
pub(crate) fn padded_union(draw: &mut Draw) -> CType {
    let item = draw.pick(&[Simple::Byte, Simple::UByte, Simple::Short, Simple::UShort]);
    let wide = draw.pick(&[Simple::Int, Simple::Long, Simple::LongLong, Simple::Double]);
    let count = draw.pick(&[3, 5, 7, 9]);
    CType::Union(vec![CType::Array(Box::new(CType::Simple(item)), count), CType::Simple(wide)])
}

/// An array, structure, union or pointer type.
pub(crate) fn compound(draw: &mut Draw) -> CType {
    let member = |draw: &mut Draw| match draw.below(6) {
        0 => CType::Simple(draw.pick(&FLOATS)),
        1 => CType::Array(Box::new(CType::Simple(integer(draw))), 1 + draw.below(3)),
        2 => CType::Pointer(Box::new(CType::Simple(integer(draw)))),
        _ => CType::Simple(integer(draw)),
    };
    let members = |draw: &mut Draw| (0..=draw.below(3)).map(|_| member(draw)).collect();
    match draw.below(5) {
        0 => CType::Array(Box::new(CType::Simple(integer(draw))), draw.below(4)),
        1 => CType::Pointer(Box::new(CType::Simple(integer(draw)))),
        2 if draw.one_in(2) => padded_union(draw),
        2 => CType::Union(members(draw)),
        3 => CType::Structure(vec![CType::Structure(members(draw)), CType::Simple(integer(draw))]),
        _ => CType::Structure(members(draw)),
    }
}

/// A type that no integer converts into.
pub(crate) fn unfit(draw: &mut Draw) -> CType {
    match draw.below(4) {
        0 => CType::NotACType,
        1 => CType::Function,
        _ => compound(draw),
    }
}

/// Any type, also one that is no C type.
pub(crate) fn any(draw: &mut Draw, platform: &Platform) -> CType {
    match draw.below(5) {
        0 => ordered(draw, platform),
        1 => unfit(draw),
        2 => CType::PointerNone,
        _ => CType::Simple(draw.pick(Simple::ALL)),
    }
}
