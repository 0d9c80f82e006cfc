//! Checks of the chapter `ctype`, and the C types that all checks draw.

use crate::ask::Ask;
use crate::draw::Draw;
use array_ctypes_spec::Question;
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::platform::ByteOrder;

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

const FLOATS: [Simple; 2] = [Simple::Float, Simple::Double];

/// An integer type.
pub(crate) fn integer(draw: &mut Draw) -> Simple {
    draw.pick(&INTEGERS)
}

/// A type with a byte order of its own.
pub(crate) fn ordered(ask: &mut Ask) -> CType {
    let order = ask.draw.pick(&[ByteOrder::Little, ByteOrder::Big]);
    let simple = match ask.draw.below(4) {
        0 => ask.draw.pick(&FLOATS),
        _ => integer(&mut ask.draw),
    };
    let simple = if simple.has_orders(ask.platform) { simple } else { Simple::Int };
    CType::Swapped(simple, order)
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
        2 => CType::Union(members(draw)),
        3 => CType::Structure(vec![CType::Structure(members(draw)), CType::Simple(integer(draw))]),
        _ => CType::Structure(members(draw)),
    }
}

/// A type that takes no integer.
fn unfit(draw: &mut Draw) -> CType {
    match draw.below(4) {
        0 => CType::NotACType,
        1 => CType::Function,
        _ => compound(draw),
    }
}

/// Any type at all.
pub(crate) fn any(ask: &mut Ask) -> CType {
    match ask.draw.below(5) {
        0 => ordered(ask),
        1 => unfit(&mut ask.draw),
        2 => CType::PointerNone,
        _ => CType::Simple(ask.draw.pick(Simple::ALL)),
    }
}

/// Asks for the shape or the strides as an array of that type.
pub(crate) fn convert(ask: &mut Ask, ctype: CType) {
    let question = if ask.draw.one_in(3) { Question::ShapeAs(ctype) } else { Question::StridesAs(ctype) };
    ask.once(question);
}

/// Asks for the first item of a pointer to that type, where the buffer has it.
fn decode(ask: &mut Ask, ctype: CType) {
    if ask.reaches(0, &ctype) {
        ask.once(Question::Index(0, ctype));
    }
}

pub(crate) fn composite(ask: &mut Ask) {
    if ask.one_in(8) {
        let ctype = compound(&mut ask.draw);
        ask.once(Question::SizeOf(ctype));
    }
}

pub(crate) fn integer_wraps(ask: &mut Ask) {
    if ask.one_in(3) {
        // Narrow types are those that most strides do not fit.
        let narrow = [Simple::Byte, Simple::UByte, Simple::Int8, Simple::UInt8, Simple::UShort, Simple::ULongLong];
        let simple = if ask.draw.one_in(3) { integer(&mut ask.draw) } else { ask.draw.pick(&narrow) };
        convert(ask, CType::Simple(simple));
    }
}

pub(crate) fn float_rounds(ask: &mut Ask) {
    if ask.one_in(6) {
        let simple = ask.draw.pick(&[Simple::Float, Simple::Double, Simple::LongDouble]);
        convert(ask, CType::Simple(simple));
    }
}

pub(crate) fn boolean(ask: &mut Ask) {
    if ask.one_in(12) {
        convert(ask, CType::Simple(Simple::Bool));
    }
}

pub(crate) fn character(ask: &mut Ask) {
    if ask.one_in(12) {
        // After views some strides are the implementation's own, and so is whether they fit.
        if ask.array.views.is_empty() {
            convert(ask, CType::Simple(Simple::Char));
        } else {
            ask.once(Question::ShapeAs(CType::Simple(Simple::Char)));
        }
    }
}

pub(crate) fn wide_character(ask: &mut Ask) {
    if ask.one_in(16) {
        convert(ask, CType::Simple(Simple::WChar));
    }
}

pub(crate) fn void_pointer(ask: &mut Ask) {
    if ask.one_in(12) {
        let ctype = if ask.draw.one_in(4) { CType::PointerNone } else { CType::Simple(Simple::VoidP) };
        convert(ask, ctype);
    }
}

pub(crate) fn text_pointer(ask: &mut Ask) {
    if ask.one_in(16) {
        let simple = ask.draw.pick(&[Simple::CharP, Simple::WCharP]);
        convert(ask, CType::Simple(simple));
    }
}

pub(crate) fn object(ask: &mut Ask) {
    if ask.one_in(16) {
        convert(ask, CType::Simple(Simple::PyObject));
    }
}

pub(crate) fn byte_order(ask: &mut Ask) {
    if ask.one_in(6) {
        let ctype = ordered(ask);
        convert(ask, ctype);
    }
}

pub(crate) fn refused(ask: &mut Ask) {
    if ask.one_in(12) {
        let ctype = unfit(&mut ask.draw);
        convert(ask, ctype);
    }
}

pub(crate) fn decode_integer(ask: &mut Ask) {
    if ask.one_in(2) {
        let simple = if ask.draw.one_in(8) { Simple::VoidP } else { integer(&mut ask.draw) };
        decode(ask, CType::Simple(simple));
    }
}

pub(crate) fn decode_float(ask: &mut Ask) {
    if ask.one_in(4) {
        let simple = ask.draw.pick(&FLOATS);
        decode(ask, CType::Simple(simple));
    }
}

pub(crate) fn decode_byte(ask: &mut Ask) {
    if ask.one_in(6) {
        let simple = ask.draw.pick(&[Simple::Bool, Simple::Char]);
        decode(ask, CType::Simple(simple));
    }
}

pub(crate) fn decode_byte_order(ask: &mut Ask) {
    if ask.one_in(4) {
        let ctype = ordered(ask);
        decode(ask, ctype);
    }
}
