#![doc = include_str!("data.md")]

use super::interface::import;
use super::layout::recomputes_strides;
use crate::vocabulary::{
    Address, Answer, Expectation, Import, ImportData, Key, Outside, Question, Raises, Value, rules::data as rules,
};
use crate::world::{Predictions, World};

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    match question {
        Question::Data => address(world, out),
        Question::Assign(_) => {
            out.push(rules::no_setter, Expectation::Raises(&[Raises::AttributeError]));
        }
        Question::Type(Value::Data) => out.push(rules::integer, type_is(INTEGER)),
        Question::Import(given) => unsigned(world, given, out),
        _ => {}
    }
}

/// The name of the type of an integer.
pub(super) const INTEGER: &str = "int";

/// Expects a type of that name.
pub(super) fn type_is(name: impl ToString) -> Expectation {
    Expectation::Is(Answer::Text(name.to_string()))
}

fn address(world: &World, out: &mut Predictions) {
    let layout = &world.layout;
    match world.address() {
        Some(address) => {
            out.push(rules::first_element, Expectation::Is(address.clone()));
            let swapped = layout.dtype.is_swapped(world.platform);
            if swapped || !world.array.is_writeable() || !layout.is_aligned(world.platform, world.array.at()) {
                out.push(rules::raw, Expectation::Is(address));
            }
        }
        None if world.array.views.iter().any(recomputes_strides) => {}
        // The library chooses the strides of an array without elements that it makes itself.
        None if world.array.owner.is_some() && world.array.shape.contains(&0) => {}
        None => {
            let advised = Answer::Address(Address::InBuffer(layout.offset));
            let rule = if world.array.views.is_empty() { rules::empty } else { rules::empty_view };
            out.push(rule, Expectation::Is(advised));
        }
    }
    if let Some(before) = world.asked_before(&Question::Data) {
        out.push(rules::stable, Expectation::SameAs(before));
    }
    if let Some(interface) = world.asked_before(&Question::Interface(Key::Data)) {
        out.push(rules::interface, Expectation::SameAs(interface));
    }
}

/// Predicts the array that an importer makes of an absolute address, unless a rule of the chapter interface decides.
fn unsigned(world: &World, given: &Import, out: &mut Predictions) {
    if let (ImportData::Tuple(Address::Absolute(_)), Some(made)) = (given.data, import::made(world, given)) {
        // The array has no elements, and the rule is about its address all the same.
        out.push(
            rules::unsigned,
            match made {
                Expectation::SomeImported { imported, strides_count, .. } => {
                    Expectation::SomeImported { imported, address_counts: true, strides_count }
                }
                other => other,
            },
        );
    }
}

/// Predicts what the suite sees and does from outside, once it knows where elements are.
pub(crate) fn look(world: &mut World, outside: &Outside, out: &mut Predictions) {
    if let Outside::Poke { index, bytes } = outside {
        let whole = bytes.len() as u64 == world.layout.dtype.item_size() && !bytes.is_empty();
        if world.layout.has(index) && whole && world.poke(index, bytes) {
            out.push(rules::memory_written, Expectation::Is(Answer::Nothing));
        }
    }
}

/// Predicts memory as the suite sees it from outside, if no step has written there.
pub(crate) fn memory(bytes: Expectation, out: &mut Predictions) {
    out.push(rules::memory, bytes);
}

/// Predicts memory that the suite has written from outside.
pub(crate) fn written(bytes: Expectation, out: &mut Predictions) {
    out.push(rules::memory_written, bytes);
}
