//! Checks of the chapter `ctype`: how integers convert into C types, and how memory reads as one.

use crate::checks::ask::Ask;
use crate::checks::row::{act, rows};
use crate::draw::ctype::{FLOATS, compound, integer, ordered, unfit};
use array_ctypes_spec::Question;
use array_ctypes_spec::ctype::{CType, Simple};

rows! {
    composite: act(add_composite).one_in(3);
    integer_wraps: act(add_integer_wraps).one_in(6);
    float_rounds: act(add_float_rounds);
    boolean: act(add_boolean).one_in(5);
    character: act(add_character);
    wide_character: act(add_wide_character).one_in(16);
    void_pointer: act(add_void_pointer).one_in(4);
    text_pointer: act(add_text_pointer).one_in(16);
    object: act(add_object);
    byte_order: act(add_byte_order).one_in(4);
    refused: act(add_refused).one_in(6);
    decode_integer: act(add_decode_integer).one_in(3);
    decode_float: act(add_decode_float).one_in(4);
    decode_byte: act(add_decode_byte).one_in(3);
    decode_byte_order: act(add_decode_byte_order).one_in(4);
}

/// Asks for the shape or the strides as a C array of that type.
pub(crate) fn convert(ask: &mut Ask, ctype: CType) {
    let question = if ask.draw.one_in(3) { Question::ShapeAs(ctype) } else { Question::StridesAs(ctype) };
    ask.once(question);
}

/// Asks for the first item of a pointer to that type, if the buffer has it.
fn decode(ask: &mut Ask, ctype: CType) {
    if ask.reaches(0, &ctype) {
        ask.once(Question::Index(0, ctype));
    }
}

fn add_composite(ask: &mut Ask) {
    let ctype = compound(&mut ask.draw);
    ask.once(Question::SizeOf(ctype));
}

fn add_integer_wraps(ask: &mut Ask) {
    // Most strides do not fit these types.
    let narrow = [Simple::Byte, Simple::UByte, Simple::Int8, Simple::UInt8, Simple::UShort, Simple::ULongLong];
    let simple = if ask.draw.one_in(3) { integer(&mut ask.draw) } else { ask.draw.pick(&narrow) };
    convert(ask, CType::Simple(simple));
}

fn add_float_rounds(ask: &mut Ask) {
    let ctype = CType::Simple(ask.draw.pick(&[Simple::Float, Simple::Double, Simple::LongDouble]));
    // Few arrays have a number that is rounded at all, so those are asked about more often. Mostly it is a length: large strides
    // seldom reach an element.
    let is_rounded = |number: u64| number > 1 << 24 && !number.is_power_of_two();
    let matters = ask.layout.strides_that_matter();
    let has_rounded_stride =
        ask.layout.strides.iter().zip(matters).any(|(stride, matters)| matters && is_rounded(stride.unsigned_abs()));
    if ask.layout.shape.iter().any(|length| is_rounded(*length)) {
        ask.once(Question::ShapeAs(ctype));
    } else if has_rounded_stride {
        ask.once(Question::StridesAs(ctype));
    } else if ask.one_in(12) {
        convert(ask, ctype);
    }
}

fn add_boolean(ask: &mut Ask) {
    convert(ask, CType::Simple(Simple::Bool));
}

fn add_character(ask: &mut Ask) {
    // Few arrays have numbers that are characters past ASCII, so those are asked about more often.
    let is_past_ascii = |length: &u64| (128..256).contains(length);
    if !ask.layout.shape.iter().any(is_past_ascii) && !ask.one_in(16) {
        return;
    }
    // After views the implementation may choose some strides, and so whether they fit.
    if ask.array.views.is_empty() {
        convert(ask, CType::Simple(Simple::Char));
    } else {
        ask.once(Question::ShapeAs(CType::Simple(Simple::Char)));
    }
}

fn add_wide_character(ask: &mut Ask) {
    convert(ask, CType::Simple(Simple::WChar));
}

fn add_void_pointer(ask: &mut Ask) {
    let ctype = if ask.draw.one_in(4) { CType::PointerNone } else { CType::Simple(Simple::VoidP) };
    convert(ask, ctype);
}

fn add_text_pointer(ask: &mut Ask) {
    let simple = ask.draw.pick(&[Simple::CharP, Simple::WCharP]);
    convert(ask, CType::Simple(simple));
}

fn add_object(ask: &mut Ask) {
    // Few arrays have lengths that need more than a C int, so those are asked about more often.
    if ask.layout.shape.iter().any(|length| *length > i32::MAX as u64) {
        return ask.once(Question::ShapeAs(CType::Simple(Simple::PyObject)));
    }
    if !ask.one_in(12) {
        return;
    }
    convert(ask, CType::Simple(Simple::PyObject));
}

fn add_byte_order(ask: &mut Ask) {
    let ctype = ordered(&mut ask.draw, ask.platform);
    convert(ask, ctype);
}

fn add_refused(ask: &mut Ask) {
    let ctype = unfit(&mut ask.draw);
    convert(ask, ctype);
}

fn add_decode_integer(ask: &mut Ask) {
    let simple = if ask.draw.one_in(8) { Simple::VoidP } else { integer(&mut ask.draw) };
    decode(ask, CType::Simple(simple));
}

fn add_decode_float(ask: &mut Ask) {
    let simple = ask.draw.pick(&FLOATS);
    decode(ask, CType::Simple(simple));
}

fn add_decode_byte(ask: &mut Ask) {
    let simple = ask.draw.pick(&[Simple::Bool, Simple::Char]);
    decode(ask, CType::Simple(simple));
}

fn add_decode_byte_order(ask: &mut Ask) {
    let ctype = ordered(&mut ask.draw, ask.platform);
    decode(ask, ctype);
}
