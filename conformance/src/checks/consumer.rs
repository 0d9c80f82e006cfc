//! Checks of the chapter `consumer`: the array is handed over first, then the consumer is asked what it sees, and at the end
//! somebody writes or lets go.

use crate::checks::ask::Ask;
use crate::checks::end::End;
use crate::checks::row::{self, Row, rows};
use array_ctypes_spec::dtype::Kind;
use array_ctypes_spec::{Consumer, Producer, Protocol, Step};

rows! {
    accepts: row::nothing();
    accepts_declared: row::nothing();
    accepts_no_strides: row::nothing();
    accepts_offset: row::nothing();
    accepts_no_deleter: row::nothing();
    accepts_minor: row::nothing();
    accepts_copied: row::nothing();
    accepts_descr: row::nothing();
    refuses_cleanly: row::nothing();
    producer_refuses: row::nothing();
    major: row::nothing();
    lanes: row::nothing();
    sub_byte: row::nothing();
    bfloat: row::nothing();
    device: row::nothing();
    exclusive: row::nothing();
    exclusive_twice: row::act(|ask| end(ask, End::TakenTwice, |_| vec![sees(Consumer::TakeAgain)])).when(is_exclusive);
    unaligned: row::nothing();
    shape: see(|ask| see_once(ask, Consumer::Shape));
    strides: see(|ask| see_once(ask, Consumer::Strides));
    address: see(|ask| see_once(ask, Consumer::Data));
    itemsize: see(|ask| see_once(ask, Consumer::ItemSize));
    length: see(|ask| see_once(ask, Consumer::Length));
    empty: see(|ask| see_once(ask, Consumer::Length));
    value: see(add_values);
    value_strided: see(add_values);
    value_negative: see(add_values);
    value_odd_strides: see(add_values);
    value_overlap: see(add_values);
    value_swapped: see(add_values);
    value_unaligned: see(add_values);
    value_no_axes: see(add_values);
    value_no_strides: see(add_values);
    value_offset: see(add_values);
    value_described: see(add_values);
    value_mapped: see(add_values);
    value_other_type: see(add_values);
    bytes: see(add_bytes);
    no_value: see(add_values);
    read_only: see(|ask| see_once(ask, Consumer::ReadOnly));
    mutable: see(|ask| see_once(ask, Consumer::ReadOnly));
    immutable: see(|ask| see_once(ask, Consumer::ReadOnly));
    write: row::act(|ask| end(ask, End::ConsumerWrites, written)).when(is_handed);
    write_bytes: row::act(|ask| end(ask, End::ConsumerWrites, written)).when(is_handed);
    write_file: row::act(|ask| end(ask, End::ConsumerWrites, written)).when(is_handed);
    write_refused: row::act(|ask| end(ask, End::ConsumerWrites, written)).when(is_handed);
    untouched: see(|ask| ask.script.push(Step::Producer(Producer::Memory)));
    sees_writes: row::act(|ask| end(ask, End::ProducerWrites, seen)).when(is_handed);
    copy_kept: row::act(|ask| end(ask, End::ProducerWrites, seen)).when(is_handed);
    holds: see(|ask| ask.script.push(Step::Producer(Producer::Held)));
    memory: row::act(|ask| end(ask, End::ProducerLetsGo, left)).when(is_handed);
    lets_go: row::act(|ask| end(ask, End::ConsumerLetsGo, let_go)).when(is_handed);
    refusal_lets_go: row::act(|ask| end(ask, End::ConsumerLetsGo, let_go)).when(is_handed);
    balanced: row::act(|ask| end(ask, End::Repeated, repeated)).when(is_handed);
    capsule: see(|ask| ask.script.push(Step::Producer(Producer::Capsule))).when(is_capsule);
    quiet: row::act(|ask| end(ask, End::ConsumerLetsGo, let_go)).when(is_handed);
    answered: row::nothing();
}

/// A row that asks what the consumer sees.
const fn see(add: fn(&mut Ask)) -> Row {
    row::act(add).when(is_handed)
}

fn is_handed(ask: &Ask) -> bool {
    ask.take.is_some()
}

fn is_exclusive(ask: &Ask) -> bool {
    ask.take.as_ref().is_some_and(|take| take.door.exclusive && take.door.mutable)
}

fn is_capsule(ask: &Ask) -> bool {
    ask.take.as_ref().is_some_and(|take| matches!(take.door.takes, Protocol::Dlpack | Protocol::DlpackVersioned))
}

fn sees(step: Consumer) -> Step {
    Step::Consumer(step)
}

fn see_once(ask: &mut Ask, step: Consumer) {
    let step = sees(step);
    if !ask.script.contains(&step) {
        ask.script.push(step);
    }
}

/// Whichever row asks, the values are the same: a rule that is left out changes no step of another.
fn add_values(ask: &mut Ask) {
    ask.draw = ask.common.of("values");
    for _ in 0..=ask.draw.below(3) {
        if let Some(index) = ask.index() {
            see_once(ask, Consumer::Value(index));
        }
    }
}

fn add_bytes(ask: &mut Ask) {
    if let Some(index) = ask.index() {
        see_once(ask, Consumer::Bytes(index));
    }
}

/// Ends the script with these steps, if it is the turn of this end.
fn end(ask: &mut Ask, end: End, steps: fn(&mut Ask) -> Vec<Step>) {
    if ask.ends(end) {
        ask.draw = ask.common.of("end");
        ask.last = steps(ask);
    }
}

/// The bytes of an element that any access can write: a boolean is 0 or 1.
fn plain_bytes(ask: &mut Ask) -> Vec<u8> {
    let mut bytes = ask.element_bytes();
    if ask.layout.dtype.plain().is_some_and(|plain| plain.kind == Kind::Bool) {
        for byte in &mut bytes {
            *byte &= 1;
        }
    }
    bytes
}

fn written(ask: &mut Ask) -> Vec<Step> {
    let Some(index) = ask.index() else { return Vec::new() };
    let bytes = plain_bytes(ask);
    let write = Consumer::Write { bytes, index: index.clone() };
    let mut steps = vec![sees(write), sees(Consumer::Value(index)), Step::Producer(Producer::Memory)];
    if ask.array.map.is_some() {
        steps.push(Step::Producer(Producer::File));
    }
    steps
}

fn seen(ask: &mut Ask) -> Vec<Step> {
    let Some(index) = ask.index() else { return Vec::new() };
    let Ok(offset) = u64::try_from(ask.layout.element(&index)) else { return Vec::new() };
    let bytes = plain_bytes(ask);
    vec![Step::Producer(Producer::Write { offset, bytes }), sees(Consumer::Value(index))]
}

fn left(ask: &mut Ask) -> Vec<Step> {
    let mut steps = vec![Step::Producer(Producer::Drop), Step::Producer(Producer::Held)];
    for _ in 0..2 {
        steps.extend(ask.index().map(|index| sees(Consumer::Value(index))));
    }
    let end = [Producer::Held, Producer::Exports].map(Step::Producer);
    steps.push(sees(Consumer::Drop));
    steps.extend(end);
    steps
}

fn let_go(_: &mut Ask) -> Vec<Step> {
    let producer = Step::Producer;
    vec![
        sees(Consumer::Drop),
        producer(Producer::Memory),
        producer(Producer::Held),
        producer(Producer::Drop),
        producer(Producer::Held),
        producer(Producer::Exports),
    ]
}

fn repeated(ask: &mut Ask) -> Vec<Step> {
    let count = 1 + u64::from(ask.draw.below(20));
    let mut steps = vec![sees(Consumer::Repeat(count))];
    steps.extend(let_go(ask));
    steps
}
