//! Checks of the chapter `shape`: lengths and strides, as numbers of C.

use crate::checks::ask::Ask;
use crate::checks::cast::{ask_hand, parameter};
use crate::checks::ctype::convert;
use crate::checks::row::{Need, act, once, rows};
use crate::draw::ctype::{any, integer, ordered};
use array_ctypes_spec::ctype::{CType, Simple, store};
use array_ctypes_spec::{Attribute, Handed, Question, Value, Write};

rows! {
    shape: once(&[Question::Shape]);
    strides: once(&[Question::Strides]);
    strides_kept: once(&[Question::Strides]);
    base_type: act(add_base_type).one_in(10).when(|ask| !ask.layout.shape.is_empty());
    array_type: act(add_array_type).one_in(6).needs(Need::Types);
    zero_dimensions: act(add_zero_dimensions).when(|ask| ask.layout.shape.is_empty());
    none: act(add_zero_dimensions).when(|ask| ask.layout.shape.is_empty());
    shape_as: act(add_shape_as).one_in(3);
    strides_as: act(add_strides_as).one_in(3);
    as_type: act(add_as_type).one_in(3).needs(Need::Types);
    copy: act(add_copy);
    fresh: act(add_fresh).one_in(12);
    hand: act(add_hand).one_in(3).needs(Need::Functions);
    hand_refuses: act(add_hand_refuses).one_in(8).needs(Need::Functions);
}

/// Draws a type that holds most lengths and strides.
fn roomy(ask: &mut Ask) -> CType {
    let roomy = [Simple::Long, Simple::LongLong, Simple::Int, Simple::Short, Simple::SSizeT, Simple::Int64];
    CType::Simple(if ask.draw.one_in(4) { integer(&mut ask.draw) } else { ask.draw.pick(&roomy) })
}

fn add_base_type(ask: &mut Ask) {
    let question = if ask.draw.one_in(2) { Question::ShapeType } else { Question::StridesType };
    ask.once(question);
}

fn add_array_type(ask: &mut Ask) {
    let value = if ask.draw.one_in(2) { Value::Shape } else { Value::Strides };
    ask.once(Question::Type(value));
}

fn add_zero_dimensions(ask: &mut Ask) {
    ask.once(Question::ShapeType);
    ask.once(Question::StridesType);
    let ctype = any(&mut ask.draw, ask.platform);
    convert(ask, ctype);
}

fn add_shape_as(ask: &mut Ask) {
    let ctype = roomy(ask);
    ask.once(Question::ShapeAs(ctype));
}

fn add_strides_as(ask: &mut Ask) {
    let ctype = roomy(ask);
    ask.once(Question::StridesAs(ctype));
}

/// Asks for the type of a conversion to any type that refuses none of the numbers. Several types have the same size.
fn add_as_type(ask: &mut Ask) {
    let ctype = match ask.draw.below(4) {
        0 => ordered(&mut ask.draw, ask.platform),
        1 => CType::Simple(ask.draw.pick(Simple::ALL)),
        _ => CType::Simple(integer(&mut ask.draw)),
    };
    let takes = |number: i64| store(ask.platform, &ctype, number).is_ok();
    // A view may have other strides than those of its layout.
    let (takes_shape, takes_strides) = (ask.layout.shape.iter().all(|length| takes(*length as i64)), takes(-1));
    if ask.draw.one_in(2) {
        if takes_shape {
            ask.once(Question::Type(Value::ShapeAs(ctype)));
        }
    } else if takes_strides {
        ask.once(Question::Type(Value::StridesAs(ctype)));
    }
}

fn add_copy(ask: &mut Ask) {
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

fn add_fresh(ask: &mut Ask) {
    let attribute = ask.draw.pick(&[Attribute::Ctypes, Attribute::Shape, Attribute::Strides]);
    ask.ask(Question::Object(attribute));
    ask.ask(Question::Object(attribute));
}

/// Draws a C array of the interface object; with it the type of its items.
fn c_array(ask: &mut Ask) -> (Handed, CType) {
    let (int_p, roomy) = (CType::Simple(Simple::IntP), roomy(ask));
    let (value, item) = match ask.draw.below(4) {
        0 => (Value::Shape, int_p),
        1 => (Value::Strides, int_p),
        2 => (Value::ShapeAs(roomy.clone()), roomy),
        _ => (Value::StridesAs(roomy.clone()), roomy),
    };
    (Handed::Value(value), item)
}

fn add_hand(ask: &mut Ask) {
    let (what, item) = c_array(ask);
    let to = match ask.draw.below(4) {
        0 => None,
        1 => Some(CType::Simple(Simple::VoidP)),
        _ => Some(CType::Pointer(Box::new(item))),
    };
    ask_hand(ask, what, to);
}

fn add_hand_refuses(ask: &mut Ask) {
    let what = c_array(ask).0;
    // Most often somebody declares the items of `shape` where others are handed, or unsigned ones.
    let to = match ask.draw.below(3) {
        0 => CType::Pointer(Box::new(CType::Simple(ask.draw.pick(&[Simple::IntP, Simple::SizeT])))),
        _ => parameter(ask),
    };
    ask_hand(ask, what, Some(to));
}
