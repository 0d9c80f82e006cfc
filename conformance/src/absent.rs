//! Checks of the chapter `absent`.
//!
//! The implementation makes the array again in a process of its own.

use crate::ask::Ask;
use array_ctypes_spec::{Absent, Question};

/// The most bytes of a buffer that is made again.
const MOST: u64 = 1 << 16;

/// Whether another process makes the array again: large ones and mapped files are left out.
fn is_small(ask: &Ask) -> bool {
    ask.array.map.is_none() && ask.array.buffer.size <= MOST
}

fn once(ask: &mut Ask, times: u32, what: Absent) {
    if is_small(ask) && ask.one_in(times) {
        ask.once(Question::Absent(what));
    }
}

pub(crate) fn there(ask: &mut Ask) {
    once(ask, 96, Absent::Ctypes);
}

pub(crate) fn data(ask: &mut Ask) {
    once(ask, 48, Absent::Data);
}

pub(crate) fn as_parameter(ask: &mut Ask) {
    if is_small(ask) && ask.one_in(48) {
        ask.once(Question::Absent(Absent::Data));
        ask.once(Question::Absent(Absent::AsParameter));
    }
}

pub(crate) fn shape(ask: &mut Ask) {
    once(ask, 48, Absent::Shape);
}

pub(crate) fn strides(ask: &mut Ask) {
    once(ask, 48, Absent::Strides);
}

pub(crate) fn converted(ask: &mut Ask) {
    let what = ask.draw.pick(&[Absent::DataAs, Absent::ShapeAs, Absent::StridesAs]);
    once(ask, 48, what);
}
