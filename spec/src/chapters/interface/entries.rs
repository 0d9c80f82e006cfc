//! How `__array_interface__` and `__array_struct__` describe an array.

use super::agree::{ADDRESSES, SHAPES, push_same};
use crate::vocabulary::dtype::Dtype;
use crate::vocabulary::interface::flags;
use crate::vocabulary::{Answer, Expectation, Key, Member, Rule, rules::interface as rules};
use crate::world::{Predictions, World};

/// An entry of the dictionary `__array_interface__`.
pub(super) fn dictionary(world: &World, key: Key, out: &mut Predictions) {
    let layout = &world.layout;
    match key {
        Key::Keys => {
            let keys = Answer::Text("data descr shape strides typestr version".to_owned());
            out.push(rules::keys, Expectation::Is(keys));
        }
        Key::Version => out.push(rules::version, Expectation::Is(Answer::Integer(3))),
        Key::Data => push_address(world, rules::data, out),
        Key::ReadOnly => {
            if !world.writeability_is_free() {
                out.push(rules::read_only, Expectation::Is(Answer::Bool(!world.array.is_writeable())));
            }
        }
        Key::Shape => push_shape(world, rules::shape, out),
        Key::Strides if layout.is_c_contiguous() => out.push(rules::no_strides, Expectation::Is(Answer::Nothing)),
        Key::Strides => push_strides(world, rules::strides, out),
        // The chapter dtype has these.
        Key::Typestr | Key::Descr => {}
    }
}

/// A member of the structure behind `__array_struct__`.
pub(super) fn structure(world: &World, member: Member, out: &mut Predictions) {
    let layout = &world.layout;
    let record = matches!(layout.dtype, Dtype::Record(_));
    let described = record && !layout.dtype.has_overlaps();
    let integer = |value: u64| Expectation::Is(Answer::Integer(i128::from(value)));
    match member {
        Member::Two => out.push(rules::struct_two, integer(2)),
        Member::Nd => out.push(rules::struct_nd, integer(layout.shape.len() as u64)),
        Member::TypeKind => {
            let code = layout.dtype.plain().map_or('V', |plain| plain.kind.code());
            out.push(rules::struct_typekind, Expectation::Is(Answer::Text(code.to_string())));
        }
        Member::ItemSize => out.push(rules::struct_itemsize, integer(layout.dtype.item_size())),
        Member::Flags => {
            let set = |flag: i64, holds: bool| if holds { flag } else { 0 };
            let swapped = layout.dtype.plain().is_some() && layout.dtype.is_swapped(world.platform);
            let fixed = set(flags::C_CONTIGUOUS, layout.is_c_contiguous())
                | set(flags::F_CONTIGUOUS, layout.is_f_contiguous())
                | set(flags::ALIGNED, layout.is_aligned(world.platform, world.array.at()))
                | set(flags::NOTSWAPPED, !swapped)
                | set(flags::HAS_DESCR, described);
            let answer = |writeable: bool| Answer::Integer(i128::from(fixed | set(flags::WRITEABLE, writeable)));
            out.push(
                if record { rules::struct_flags_descr } else { rules::struct_flags },
                if world.writeability_is_free() {
                    Expectation::OneOf(vec![answer(false), answer(true)])
                } else {
                    Expectation::Is(answer(world.array.is_writeable()))
                },
            );
        }
        Member::Shape => {
            push_shape(world, rules::struct_shape, out);
            push_same(world, &SHAPES[..2], rules::struct_agrees, out);
        }
        Member::Strides => push_strides(world, rules::struct_strides, out),
        Member::Data => {
            push_address(world, rules::struct_data, out);
            push_same(world, &ADDRESSES[..2], rules::struct_agrees, out);
        }
        Member::Descr => {
            let descr = layout.dtype.descr().to_string();
            let answer = if described { Answer::Text(descr) } else { Answer::Nothing };
            out.push(rules::struct_descr, Expectation::Is(answer));
        }
    }
}

fn push_address(world: &World, rule: Rule, out: &mut Predictions) {
    if let Some(address) = world.address() {
        out.push(rule, Expectation::Is(address));
    }
}

fn push_shape(world: &World, rule: Rule, out: &mut Predictions) {
    out.push(rule, Expectation::Is(Answer::Integers(world.lengths())));
}

fn push_strides(world: &World, rule: Rule, out: &mut Predictions) {
    out.push(rule, world.expected_strides());
}
