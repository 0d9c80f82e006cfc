//! Checks of the chapter `layout`, and the arrays that cases are drawn with.

use crate::ask::Ask;
use array_ctypes_spec::layout::view_rule;
use array_ctypes_spec::rules::layout as rules;
use array_ctypes_spec::{Flag, Question, Rule};

mod arrays;
mod strides;
mod views;

pub(crate) use arrays::draw;
pub(crate) use strides::{shape, strides};
pub(crate) use views::chain;

pub(crate) fn element(ask: &mut Ask) {
    if ask.layout.dtype.has_objects() {
        return;
    }
    if let Some(index) = ask.index() {
        ask.once(Question::Item(index));
    }
}

pub(crate) fn accepted(ask: &mut Ask) {
    ask.once(Question::Data);
}

pub(crate) fn answered(ask: &mut Ask) {
    ask.once(Question::Data);
}

// An array that is refused is refused at every step, so one question is enough; `generate` asks it.
pub(crate) fn bounds(_: &mut Ask) {}

pub(crate) fn size_limit(_: &mut Ask) {}

pub(crate) fn view_refused(_: &mut Ask) {}

pub(crate) fn c_contiguous(ask: &mut Ask) {
    ask.once(Question::Flag(Flag::CContiguous));
}

pub(crate) fn f_contiguous(ask: &mut Ask) {
    ask.once(Question::Flag(Flag::FContiguous));
}

pub(crate) fn aligned(ask: &mut Ask) {
    ask.once(Question::Flag(Flag::Aligned));
}

pub(crate) fn writeable(ask: &mut Ask) {
    ask.once(Question::Flag(Flag::Writeable));
}

fn view(ask: &mut Ask, rule: Rule) {
    if view_rule(ask.array) == Some(rule) {
        ask.once(Question::Data);
        ask.once(Question::Shape);
        ask.once(Question::Strides);
    }
}

pub(crate) fn index(ask: &mut Ask) {
    view(ask, rules::index);
}

pub(crate) fn slice(ask: &mut Ask) {
    view(ask, rules::slice);
}

pub(crate) fn reverse(ask: &mut Ask) {
    view(ask, rules::reverse);
}

pub(crate) fn transpose(ask: &mut Ask) {
    view(ask, rules::transpose);
}

pub(crate) fn new_axis(ask: &mut Ask) {
    view(ask, rules::new_axis);
}

pub(crate) fn broadcast(ask: &mut Ask) {
    view(ask, rules::broadcast);
}

pub(crate) fn reshape(ask: &mut Ask) {
    view(ask, rules::reshape);
}

pub(crate) fn field(ask: &mut Ask) {
    view(ask, rules::field);
}

pub(crate) fn reinterpret(ask: &mut Ask) {
    view(ask, rules::reinterpret);
}
