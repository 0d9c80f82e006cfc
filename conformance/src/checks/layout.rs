//! Checks of the chapter `layout`: where elements are, and what views do to that.

use crate::checks::ask::Ask;
use crate::checks::row::{Row, act, nothing, once, rows};
use array_ctypes_spec::layout::view_rule;
use array_ctypes_spec::{Flag, Question};

rows! {
    element: act(add_element).when(|ask| !ask.layout.dtype.has_objects());
    accepted: once(&[Question::Data]);
    answered: once(&[Question::Data]);
    // An implementation refuses an array that does not exist at every step, so the questions of `generate` are enough.
    bounds: nothing();
    size_limit: nothing();
    view_refused: nothing();
    empty_refused: nothing();
    error: nothing();
    c_contiguous: once(&[Question::Flag(Flag::CContiguous)]);
    f_contiguous: once(&[Question::Flag(Flag::FContiguous)]).one_in(2);
    contiguous_anyway: once(&[Question::Flag(Flag::CContiguous), Question::Flag(Flag::FContiguous)]).one_in(4);
    aligned: once(&[Question::Flag(Flag::Aligned)]);
    writeable: once(&[Question::Flag(Flag::Writeable)]);
    index: VIEW;
    slice: VIEW;
    reverse: VIEW;
    transpose: VIEW;
    new_axis: VIEW;
    broadcast: VIEW;
    reshape: VIEW;
    field: VIEW;
    reinterpret: VIEW;
}

/// The row of a view operation: asks for address, shape and strides, if that operation made the array.
const VIEW: Row =
    once(&[Question::Data, Question::Shape, Question::Strides]).when(|ask| view_rule(ask.array) == Some(ask.rule));

fn add_element(ask: &mut Ask) {
    if let Some(index) = ask.index() {
        ask.once(Question::Item(index));
    }
}
