#![doc = include_str!("cast.md")]

use super::ctype::holds;
use super::data::type_is;
use crate::vocabulary::ctype::{Argument, CType, Class, Simple, is_passed, printed};
use crate::vocabulary::{
    Answer, Expectation, Hand, Handed, MOST_WALKED, Question, Raises, Rule, Value, Walk, Write, rules::cast as rules,
};
use crate::world::change::Change;
use crate::world::{Predictions, World};

const TYPE_ERROR: Expectation = Expectation::Raises(&[Raises::TypeError]);

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let void_p = CType::Simple(Simple::VoidP);
    match question {
        Question::DataAs(ctype) if !ctype.is_pointer() => out.push(rules::refuses, TYPE_ERROR),
        Question::DataAs(_) => push_address(world, rules::address, out),
        Question::AsParameter => {
            push_address(world, rules::as_parameter, out);
            if let Some(before) = world.asked_before(&Question::DataAs(void_p)) {
                out.push(rules::as_parameter_is_data_as, Expectation::SameAs(before));
            }
        }
        Question::Type(Value::DataAs(ctype)) if ctype.is_pointer() => {
            out.push(rules::pointer_type, type_is(ctype.canonical(world.platform)));
        }
        Question::Type(Value::AsParameter) => out.push(rules::parameter_type, type_is(void_p)),
        Question::Printed(ctype) => {
            if let Some(text) = world.pointed_at(0, ctype).and_then(|bytes| printed(world.platform, ctype, &bytes)) {
                out.push(rules::printed, Expectation::Is(Answer::Text(text)));
            }
        }
        Question::Pass(ctype) if ctype.canonical(world.platform) == void_p => push_address(world, rules::pass, out),
        // These take any object: as itself, or for its truth.
        Question::Pass(CType::Simple(simple)) if matches!(simple.class(), Class::Object | Class::Bool) => {}
        Question::Pass(_) => out.push(rules::pass_refuses, TYPE_ERROR),
        Question::Hand(handed) => hand(world, handed, out),
        Question::Object(_) => {
            if let Some(before) = world.asked_before(question) {
                out.push(rules::fresh, Expectation::FreshFrom(before));
            }
        }
        _ => {}
    }
}

/// Expects the address of the first element, if there is one.
///
/// Who makes an array that owns its memory may not know where that is, and nobody prescribes where an array without elements
/// is. So there the address is expected to be the one that `data` gave before.
fn push_address(world: &World, rule: Rule, out: &mut Predictions) {
    if let Some(address) = world.address() {
        out.push(rule, Expectation::Is(address));
    }
    let is_compared = world.array.owner.is_some() || world.layout.is_empty();
    if let Some(data) = world.asked_before(&Question::Data).filter(|_| is_compared) {
        out.push(rule, Expectation::SameAs(data));
    }
}

/// Predicts what a foreign function receives for a pointer, or for the interface object.
fn hand(world: &World, hand: &Hand, out: &mut Predictions) {
    let Some(argument) = argument(&hand.what) else { return };
    match is_passed(world.platform, &argument, hand.to.as_ref()) {
        Some(true) => push_address(world, rules::hand, out),
        Some(false) => out.push(rules::hand_refuses, TYPE_ERROR),
        None => {}
    }
}

/// What ctypes is given if that is passed; `None` if it is no pointer, or cannot be made.
fn argument(what: &Handed) -> Option<Argument> {
    match what {
        Handed::Interface => Some(Argument::AsVoidP),
        Handed::Value(Value::Data) => Some(Argument::Integer),
        Handed::Value(Value::AsParameter) => Some(Argument::Of(CType::Simple(Simple::VoidP))),
        Handed::Value(Value::DataAs(ctype)) if ctype.is_pointer() => Some(Argument::Of(ctype.clone())),
        Handed::Value(_) => None,
    }
}

/// Returns what a foreign function sees that walks the array; `None` if that is not prescribed. It reads elements alone,
/// so only the strides that lead to some have to fit into their type.
pub(crate) fn seen_by_walk(world: &World, walk: &Walk) -> Option<Expectation> {
    let (layout, int_p) = (world.layout, CType::Simple(Simple::IntP));
    let parameter = match &walk.from {
        Handed::Value(Value::DataAs(ctype)) => ctype,
        _ => &CType::Simple(Simple::VoidP),
    };
    let is_passed = is_passed(world.platform, &argument(&walk.from)?, Some(parameter)) == Some(true);
    let matter = layout.strides_that_matter();
    let strides = layout.strides.iter().zip(matter).filter_map(|(stride, matters)| matters.then_some(*stride));
    let strides: Vec<i64> = strides.collect();
    let fits = |value: &Value, values: &[i64]| holds(world.platform, value.ctype().unwrap_or(&int_p), values);
    let elements = layout.elements();
    let is_small = elements.saturating_mul(layout.dtype.item_size().max(1)) <= MOST_WALKED;
    let is_walked = is_passed && is_small && fits(&walk.shape, &world.lengths()) && fits(&walk.strides, &strides);
    is_walked.then(|| world.peeked(elements))?
}

/// Predicts what a foreign function sees that walks the array, if no step has written there.
pub(crate) fn walked(seen: Expectation, out: &mut Predictions) {
    out.push(rules::walk, seen);
}

/// Predicts what a pointer to a C type points at, if no step has written there.
pub(crate) fn contents(bytes: Expectation, out: &mut Predictions) {
    out.push(rules::contents, bytes);
}

/// Predicts an item of a pointer other than the first, if no step has written there.
pub(crate) fn item(value: Expectation, out: &mut Predictions) {
    out.push(rules::index, value);
}

/// Predicts a write to memory through the pointer or the array.
pub(crate) fn write(world: &mut World, write: &Write, out: &mut Predictions) {
    if matches!(write, Write::Pointer { .. } | Write::Item { .. }) && world.write(write) {
        out.push(rule_of_write(world), Expectation::Is(Answer::Nothing));
    }
}

/// Predicts memory that was written last through the pointer or the array.
pub(crate) fn written(world: &World, seen: Expectation, out: &mut Predictions) {
    out.push(rule_of_write(world), seen);
}

fn rule_of_write(world: &World) -> Rule {
    match world.changed() {
        Some(Change::Element) => rules::sees_writes,
        _ if world.array.is_writeable() => rules::write_through,
        _ => rules::read_only_memory,
    }
}
