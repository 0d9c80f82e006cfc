//! Checks of the chapter `shape`.

use crate::ask::Ask;
use crate::ctype::{any, convert, integer};
use array_ctypes_spec::ctype::{CType, Simple};
use array_ctypes_spec::{Attribute, Question, Write};

pub(crate) fn shape(ask: &mut Ask) {
    ask.once(Question::Shape);
}

pub(crate) fn strides(ask: &mut Ask) {
    ask.once(Question::Strides);
}

pub(crate) fn base_type(ask: &mut Ask) {
    if !ask.layout.shape.is_empty() && ask.one_in(6) {
        let question = if ask.draw.one_in(2) { Question::ShapeType } else { Question::StridesType };
        ask.once(question);
    }
}

pub(crate) fn zero_dimensions(ask: &mut Ask) {
    if ask.layout.shape.is_empty() {
        ask.once(Question::ShapeType);
        ask.once(Question::StridesType);
        let ctype = any(ask);
        convert(ask, ctype);
    }
}

/// A type that holds most lengths and strides.
fn roomy(ask: &mut Ask) -> CType {
    let roomy = [Simple::Long, Simple::LongLong, Simple::Int, Simple::Short, Simple::SSizeT, Simple::Int64];
    CType::Simple(if ask.draw.one_in(4) { integer(&mut ask.draw) } else { ask.draw.pick(&roomy) })
}

pub(crate) fn shape_as(ask: &mut Ask) {
    if ask.one_in(2) {
        let ctype = roomy(ask);
        ask.once(Question::ShapeAs(ctype));
    }
}

pub(crate) fn strides_as(ask: &mut Ask) {
    if ask.one_in(2) {
        let ctype = roomy(ask);
        ask.once(Question::StridesAs(ctype));
    }
}

pub(crate) fn copy(ask: &mut Ask) {
    let dimensions = ask.layout.shape.len() as u32;
    if dimensions > 0 && ask.one_in(8) {
        let axis = ask.draw.below(dimensions) as usize;
        let value = ask.draw.between(-7, 7);
        if ask.draw.one_in(2) {
            ask.write(Write::Shape { axis, value });
        } else {
            ask.write(Write::Strides { axis, value });
        }
        ask.ask(Question::Shape);
        ask.ask(Question::Strides);
    }
}

pub(crate) fn fresh(ask: &mut Ask) {
    if ask.one_in(16) {
        let attribute = ask.draw.pick(&[Attribute::Ctypes, Attribute::Shape, Attribute::Strides]);
        ask.ask(Question::Object(attribute));
        ask.ask(Question::Object(attribute));
    }
}
