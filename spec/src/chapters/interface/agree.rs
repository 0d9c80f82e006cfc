//! Comparisons of what several protocols report about the same array.

use crate::vocabulary::{Expectation, Key, Member, Question, Rule};
use crate::world::{Predictions, World};

/// What each protocol calls the address of the first element.
pub(super) static ADDRESSES: [Question; 3] =
    [Question::Data, Question::Interface(Key::Data), Question::Struct(Member::Data)];

/// What each protocol calls the lengths of the axes.
pub(super) static SHAPES: [Question; 3] =
    [Question::Shape, Question::Interface(Key::Shape), Question::Struct(Member::Shape)];

/// Expects the earlier answers to other questions that mean the same.
pub(super) fn push_same(world: &World, others: &[Question], rule: Rule, out: &mut Predictions) {
    for step in others.iter().filter_map(|other| world.asked_before(other)) {
        out.push(rule, Expectation::SameAs(step));
    }
}
