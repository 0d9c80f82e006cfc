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
        Key::ReadOnly if !world.array.is_writeable() => {
            out.push(rules::read_only, Expectation::Is(Answer::Bool(true)));
        }
        Key::ReadOnly => {
            out.push(rules::read_only, Expectation::OneOf([true, false].map(Answer::Bool).into()));
            if !world.writeability_is_free() {
                out.push(rules::read_only_given, Expectation::Is(Answer::Bool(false)));
            }
        }
        Key::Shape => push_shape(world, rules::shape, out),
        Key::Strides if layout.is_c_contiguous() => {
            out.push(rules::strides, or_nothing(world.expected_strides()));
            out.push(rules::no_strides, Expectation::Is(Answer::Nothing));
        }
        Key::Strides => push_strides(world, rules::strides, out),
        Key::DataType => {
            let types = [Answer::Text("int".to_owned()), Answer::Text("buffer".to_owned()), Answer::Nothing];
            out.push(rules::data_type, Expectation::OneOf(types.into()));
        }
        Key::ShapeType => out.push(rules::shape_type, tuple_of_integers(world)),
        Key::StridesType if layout.is_c_contiguous() => {
            out.push(rules::strides_type, or_nothing(tuple_of_integers(world)));
        }
        Key::StridesType => out.push(rules::strides_type, tuple_of_integers(world)),
        // The chapter dtype has these.
        Key::Typestr | Key::Descr => {}
    }
}

/// Expects a tuple with an integer for each axis, by the names of the types.
fn tuple_of_integers(world: &World) -> Expectation {
    let name = if world.layout.shape.is_empty() { "tuple" } else { "tuple of int" };
    Expectation::Is(Answer::Text(name.to_owned()))
}

fn or_nothing(expectation: Expectation) -> Expectation {
    Expectation::AnyOf(vec![Expectation::Is(Answer::Nothing), expectation])
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
            let swapped = !record && layout.dtype.is_swapped(world.platform);
            let may = set(flags::C_CONTIGUOUS, layout.is_c_contiguous())
                | set(flags::F_CONTIGUOUS, layout.is_f_contiguous())
                | set(flags::ALIGNED, layout.is_aligned(world.platform, world.array.at()));
            let must = set(flags::NOTSWAPPED, !swapped);
            let writeable = set(flags::WRITEABLE, world.array.is_writeable());
            // A broadcast array may say that it may not be written to.
            let (exact, free) = if world.writeability_is_free() { (0, writeable) } else { (writeable, 0) };
            if record {
                let exact = exact | may | must | set(flags::HAS_DESCR, described);
                out.push(rules::struct_flags_descr, choices(exact, free));
            } else {
                out.push(rules::struct_flags_all, choices(exact | may | must, free));
                out.push(rules::struct_flags, choices(must, may | writeable | flags::HAS_DESCR));
            }
        }
        Member::Shape => {
            push_shape(world, rules::struct_shape, out);
            push_same(world, &SHAPES[..2], rules::struct_agrees, out);
        }
        Member::Strides => push_strides(world, rules::struct_strides, out),
        Member::Data if layout.is_empty() => {}
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

/// Expects these flags, and each of the free ones or not.
fn choices(fixed: i64, free: i64) -> Expectation {
    let mut found = vec![fixed];
    for bit in (0..i64::BITS).map(|bit| 1 << bit).filter(|bit| free & bit != 0) {
        found.extend(found.clone().into_iter().map(|flags| flags | bit));
    }
    let mut answers: Vec<Answer> = found.into_iter().map(|flags| Answer::Integer(i128::from(flags))).collect();
    if answers.len() == 1 { Expectation::Is(answers.remove(0)) } else { Expectation::OneOf(answers) }
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
