#![doc = include_str!("consumer.md")]

use crate::vocabulary::memmap::Mode;
use crate::vocabulary::{
    Answer, Consumer, Copies, Expectation, Feature, Given, MOST_COPIED, Prediction, Producer, Protocol, Raises,
    rules::consumer as rules,
};
use crate::world::handed::{Handed, Writer};
use crate::world::{Predictions, World};

mod take;
mod value;

/// Predicts that a consumer replies to a case, whatever it is handed.
pub(crate) fn expect_reply() -> Prediction {
    Prediction { step: 0, rule: rules::answered, expectation: Expectation::Answered, given: None }
}

pub(crate) fn expect<'a>(world: &mut World<'a>, step: &'a Consumer, out: &mut Predictions) {
    if let Consumer::Take(given) = step {
        take::expect(world, given, out);
        return;
    }
    let Some(handed) = world.handed.take() else { return };
    let handed = if handed.dropped { handed } else { ask(world, handed, step, out) };
    world.handed = Some(handed);
}

/// Predicts what a consumer sees of an array that it has taken.
fn ask<'a>(world: &mut World<'a>, mut handed: Handed<'a>, step: &Consumer, out: &mut Predictions) -> Handed<'a> {
    let given = Given::Taken(handed.step);
    let layout = world.layout;
    let is_empty = layout.is_empty();
    let door = &handed.take.door;
    // A pointer that outlives its memory is not to be used.
    let dangles = handed.left && (handed.is_pointer() || handed.has(Feature::NoDeleter));
    let looks = !matches!(step, Consumer::TakeAgain | Consumer::Repeat(_) | Consumer::Drop);
    match step {
        Consumer::Take(_) => {}
        Consumer::Write { .. } if handed.refused => handed.unsure = true,
        _ if looks && handed.refused => {}
        Consumer::TakeAgain => {
            let is_written = door.exclusive && door.mutable && !handed.has(Feature::ReadOnly);
            if is_written && !is_empty && !handed.left {
                out.push_given(given, rules::exclusive_twice, Expectation::Raises(Raises::ANY));
            }
        }
        Consumer::Repeat(_) => {
            handed.repeated = true;
            out.push(rules::quiet, Expectation::Is(Answer::Nothing));
        }
        Consumer::Drop => {
            handed.dropped = true;
            out.push(rules::quiet, Expectation::Is(Answer::Nothing));
        }
        Consumer::ItemSize | Consumer::Value(_) | Consumer::Bytes(_) if handed.is_foreign() => {}
        Consumer::Write { .. } if handed.is_foreign() => handed.unsure = true,
        Consumer::Shape => out.push_given(given, rules::shape, Expectation::Is(Answer::Integers(world.lengths()))),
        // Where rows are reached by pointers, strides lead from one pointer to the next.
        Consumer::Strides | Consumer::Data if handed.has(Feature::Suboffsets) => {}
        // How many bytes an element of four bits takes is the door's business.
        Consumer::Strides if handed.has(Feature::SubByte) => {}
        Consumer::Strides if handed.shares() => out.push_given(given, rules::strides, world.expected_strides()),
        Consumer::Data if handed.shares() => {
            if let Some(address) = world.address() {
                out.push_given(given, rules::address, Expectation::Is(address));
            }
        }
        Consumer::Strides | Consumer::Data => {}
        // Without elements nobody sees of which type a copy is.
        Consumer::ItemSize if handed.converts() || is_empty && !handed.shares() => {}
        Consumer::ItemSize => {
            let size = Answer::Integer(i128::from(layout.dtype.item_size()));
            out.push_given(given, rules::itemsize, Expectation::Is(size));
        }
        Consumer::Length => {
            let rule = if is_empty { rules::empty } else { rules::length };
            out.push_given(given, rule, Expectation::Is(Answer::Integer(i128::from(layout.elements()))));
        }
        Consumer::ReadOnly => {
            if let Some((rule, value)) = value::read_only(world, &handed) {
                out.push_given(given, rule, Expectation::Is(Answer::Bool(value)));
            }
        }
        // Who knows masks does not show what the mask hides.
        Consumer::Value(_) | Consumer::Bytes(_) if handed.has(Feature::Mask) => {}
        Consumer::Write { .. } if handed.has(Feature::Mask) => handed.unsure = true,
        Consumer::Value(_) | Consumer::Bytes(_) if dangles || handed.unsure => {}
        Consumer::Value(index) => {
            if let Some((rule, expected)) = value::value(world, &handed, index) {
                out.push_given(given, rule, expected);
            }
        }
        Consumer::Bytes(index) => {
            if let Some(bytes) = value::bytes(world, &handed, index) {
                out.push_given(given, rules::bytes, bytes);
            }
        }
        Consumer::Write { .. } if dangles => handed.unsure = true,
        Consumer::Write { bytes, index } => value::write(world, &mut handed, bytes, index, out),
    }
    handed
}

/// Predicts what the producer of an array sees, and follows what it does.
pub(crate) fn look(world: &mut World, step: &Producer, out: &mut Predictions) {
    let Some(mut handed) = world.handed.take() else { return };
    let (taken, refused) = (Given::Taken(handed.step), Given::Refused(handed.step));
    match step {
        Producer::Memory if !handed.unsure && !handed.left => memory(world, &handed, out),
        Producer::File if !handed.unsure && !handed.left => file(world, &handed, out),
        Producer::Memory | Producer::File => {}
        Producer::Write { offset, bytes } => {
            let done = handed.written.is_none() && !handed.left && world.poke_at(i128::from(*offset), bytes);
            handed.unsure |= !done;
            handed.written = Some(Writer::Producer);
            if done {
                out.push(rules::quiet, Expectation::Is(Answer::Nothing));
            }
        }
        Producer::Drop => {
            handed.left = true;
            out.push(rules::quiet, Expectation::Is(Answer::Nothing));
        }
        Producer::Held if handed.is_counted() => {
            let is = |held| Expectation::Is(Answer::Bool(held));
            if handed.dropped {
                out.push_given(taken, rules::lets_go, is(false));
                if handed.left {
                    out.push_given(refused, rules::refusal_lets_go, is(false));
                }
            } else if handed.shares() && !handed.refused && !world.layout.is_empty() {
                out.push_given(taken, rules::holds, is(true));
            }
        }
        Producer::Exports if handed.is_counted() && handed.dropped && handed.left => {
            let none = || Expectation::Is(Answer::Integer(0));
            if handed.repeated {
                out.push(rules::balanced, none());
            } else {
                out.push_given(taken, rules::lets_go, none());
                out.push_given(refused, rules::refusal_lets_go, none());
            }
        }
        Producer::Held | Producer::Exports => {}
        Producer::Capsule => {
            // A producer that knows versions hands out a capsule without one to who asks for none.
            let names: &[&str] = match handed.take.door.takes {
                Protocol::Dlpack => &["used_dltensor"],
                Protocol::DlpackVersioned => &["used_dltensor_versioned", "used_dltensor"],
                _ => &[],
            };
            if !names.is_empty() && handed.shares() && !handed.left {
                let names = names.iter().map(|name| Expectation::Is(Answer::Text((*name).to_owned())));
                out.push_given(taken, rules::capsule, Expectation::AnyOf(names.collect()));
            }
        }
    }
    world.handed = Some(handed);
}

/// Predicts all bytes of the producer's memory.
fn memory(world: &World, handed: &Handed, out: &mut Predictions) {
    let size = world.array.memory().size;
    // Who shares the memory or copies it may have written to either.
    let is_known = handed.shares() || handed.take.door.copies == Copies::Always || handed.written.is_none();
    if size > MOST_COPIED || world.has_objects() || !is_known {
        return;
    }
    let Some(bytes) = world.read(0, size) else { return };
    let bytes = Expectation::Is(Answer::Bytes(bytes));
    match handed.written {
        None => out.push(rules::untouched, bytes),
        Some(Writer::Consumer) => out.push_given(Given::Taken(handed.step), rules::write_bytes, bytes),
        Some(Writer::Producer) => {}
    }
}

/// Predicts all bytes of the file that the producer has mapped.
fn file(world: &World, handed: &Handed, out: &mut Predictions) {
    let size = world.file_size();
    let is_written = handed.written == Some(Writer::Consumer) && handed.shares();
    if world.mode().is_none_or(|mode| mode == Mode::R) || size > MOST_COPIED || !is_written {
        return;
    }
    let bytes = Expectation::Is(Answer::Bytes(world.file(0, size)));
    out.push_given(Given::Taken(handed.step), rules::write_file, bytes);
}
