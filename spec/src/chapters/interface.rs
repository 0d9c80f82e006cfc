#![doc = include_str!("interface.md")]

use crate::vocabulary::{Attribute, Expectation, Question, rules::interface as rules};
use crate::world::{Predictions, World};

mod agree;
pub(crate) mod buffer;
pub(crate) mod dlpack;
mod entries;
pub(crate) mod import;

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    match question {
        Question::Interface(key) => entries::dictionary(world, *key, out),
        Question::Struct(member) => entries::structure(world, *member, out),
        Question::Import(given) => import::expect(world, given, out),
        Question::Buffer(request, member) => buffer::expect(world, *request, *member, out),
        Question::Dlpack(request, member) => dlpack::expect(world, *request, *member, out),
        Question::DlpackDevice => dlpack::device(world, out),
        Question::Object(Attribute::Interface) => {
            if let Some(before) = world.asked_before(question) {
                out.push(rules::fresh, Expectation::FreshFrom(before));
            }
        }
        _ => {}
    }
}
