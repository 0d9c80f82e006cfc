#![doc = include_str!("cast.md")]

use crate::vocabulary::ctype::{CType, Class, Simple, printed};
use crate::vocabulary::{Answer, Expectation, Question, Raises, Rule, Write, rules::cast as rules};
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
        Question::Printed(ctype) => {
            if let Some(text) = world.pointed_at(0, ctype).and_then(|bytes| printed(world.platform, ctype, &bytes)) {
                out.push(rules::printed, Expectation::Is(Answer::Text(text)));
            }
        }
        Question::Pass(ctype) if ctype.canonical(world.platform) == void_p => push_address(world, rules::pass, out),
        // These take any object: as itself, or for its truth.
        Question::Pass(CType::Simple(simple)) if matches!(simple.class(), Class::Object | Class::Bool) => {}
        Question::Pass(_) => out.push(rules::pass_refuses, TYPE_ERROR),
        Question::Object(_) => {
            if let Some(before) = world.asked_before(question) {
                out.push(rules::fresh, Expectation::FreshFrom(before));
            }
        }
        _ => {}
    }
}

/// Expects the address of the first element, if it is prescribed.
///
/// Who makes an array that owns its memory may not know where that is. So there the address is also expected to be the one
/// that `data` gave before.
fn push_address(world: &World, rule: Rule, out: &mut Predictions) {
    let Some(address) = world.address() else { return };
    out.push(rule, Expectation::Is(address));
    if let Some(data) = world.asked_before(&Question::Data).filter(|_| world.array.owner.is_some()) {
        out.push(rule, Expectation::SameAs(data));
    }
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
