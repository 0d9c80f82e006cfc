#![doc = include_str!("absent.md")]

use super::data::{INTEGER, type_is};
use crate::vocabulary::{Absent, Answer, Expectation, Question, Raises, rules::absent as rules};
use crate::world::{Predictions, World};

pub(crate) fn expect(world: &World, what: Absent, out: &mut Predictions) {
    // Another process makes the array again. It would share the file with this one, and memory that the array owns lies
    // elsewhere there.
    if world.array.map.is_some() || world.array.owner.is_some() {
        return;
    }
    let layout = &world.layout;
    let zero_d = layout.shape.is_empty();
    let shape = || Answer::Integers(world.lengths());
    match what {
        Absent::Ctypes => out.push(rules::there, Expectation::Is(Answer::Bool(true))),
        Absent::Data => {
            if let Some(address) = world.address() {
                out.push(rules::data, Expectation::Is(address));
            }
        }
        Absent::AsParameter => {
            if let Some(address) = world.address() {
                out.push(rules::as_parameter, Expectation::Is(address));
            } else if let Some(data) = world.asked_before(&Question::Absent(Absent::Data)) {
                out.push(rules::as_parameter, Expectation::SameAs(data));
            }
        }
        Absent::DataType => out.push(rules::integer, type_is(INTEGER)),
        Absent::AsParameterType => out.push(rules::as_parameter, type_is(INTEGER)),
        Absent::Shape if zero_d => out.push(rules::shape, Expectation::OneOf(NONE.into())),
        Absent::Strides if zero_d => out.push(rules::strides, Expectation::OneOf(NONE.into())),
        Absent::Shape => out.push(rules::shape, Expectation::Is(shape())),
        Absent::Strides => {
            out.push(rules::strides, world.expected_strides());
        }
        Absent::DataAs => {
            if let Some(address) = world.address() {
                or_refused(Expectation::Is(address), out);
            }
        }
        Absent::ShapeAs | Absent::StridesAs if zero_d => or_refused(Expectation::OneOf(NONE.into()), out),
        Absent::ShapeAs => or_refused(Expectation::Is(shape()), out),
        Absent::StridesAs => or_refused(world.expected_strides(), out),
    }
}

/// The answers that stand for the lengths or strides of no axes.
const NONE: [Answer; 2] = [Answer::Nothing, Answer::Integers(Vec::new())];

fn or_refused(expected: Expectation, out: &mut Predictions) {
    out.push(rules::converted, Expectation::AnyOf(vec![expected, Expectation::Raises(Raises::ANY)]));
}
