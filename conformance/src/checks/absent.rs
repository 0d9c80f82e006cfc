//! Checks of the chapter `absent`: the implementation makes the array again in a process that has no ctypes.
//!
//! Such a process is slow to start, so these checks ask rarely.

use crate::checks::ask::{Ask, is_mapped, is_owner};
use crate::checks::row::{Need, act, once, rows};
use array_ctypes_spec::{Absent, Question};

rows! {
    there: once(&[Question::Absent(Absent::Ctypes)]).one_in(96).when(is_small);
    data: once(&[Question::Absent(Absent::Data)]).one_in(48).when(is_small);
    as_parameter: once(&[Question::Absent(Absent::Data), Question::Absent(Absent::AsParameter)])
        .one_in(48)
        .when(is_small);
    integer: once(&[Question::Absent(Absent::DataType), Question::Absent(Absent::AsParameterType)])
        .one_in(48)
        .when(is_small)
        .needs(Need::Types);
    shape: act(|ask| add(ask, Absent::Shape)).when(is_small);
    strides: act(|ask| add(ask, Absent::Strides)).when(is_small);
    converted: act(add_converted).when(is_small);
}

/// The most bytes of a buffer that another process has to make again.
const MAX_BYTES: u64 = 1 << 16;

/// Returns true if another process can make the array again at little cost.
fn is_small(ask: &Ask) -> bool {
    !is_mapped(ask) && !is_owner(ask) && ask.array.buffer.size <= MAX_BYTES
}

/// Asks at one opportunity in 48; more often about an array without axes, because few are.
fn add(ask: &mut Ask, what: Absent) {
    let times = if ask.layout.shape.is_empty() { 6 } else { 48 };
    if ask.one_in(times) {
        ask.once(Question::Absent(what));
    }
}

fn add_converted(ask: &mut Ask) {
    let what = ask.draw.pick(&[Absent::DataAs, Absent::ShapeAs, Absent::StridesAs]);
    if ask.one_in(48) {
        ask.once(Question::Absent(what));
    }
}
