#![doc = include_str!("data.md")]

use crate::expect::{Predictions, World};
use crate::rule::rules::data as rules;
use crate::view::View;
use crate::{Attribute, Expectation, Key, Question, Raises};

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    match question {
        Question::Data => {
            let layout = &world.layout;
            if let Some(address) = world.address() {
                let rule = match (layout.is_empty(), world.array.views.is_empty()) {
                    (false, _) => rules::first_element,
                    (true, true) => rules::empty,
                    (true, false) => rules::empty_view,
                };
                out.push(rule, Expectation::Is(address.clone()));
                let swapped = layout.dtype.is_swapped(world.platform);
                if swapped || !world.array.writeable || !layout.is_aligned(world.platform, world.array.buffer.at) {
                    out.push(rules::raw, Expectation::Is(address));
                }
            }
            if let Some(before) = world.asked_before(question) {
                out.push(rules::stable, Expectation::SameAs(before));
            }
            if let Some(interface) = world.asked_before(&Question::Interface(Key::Data)) {
                out.push(rules::interface, Expectation::SameAs(interface));
            }
        }
        Question::Assign(Attribute::Data | Attribute::Shape | Attribute::Strides | Attribute::Ctypes) => {
            out.push(rules::no_setter, Expectation::Raises(&[Raises::AttributeError]));
        }
        _ => {}
    }
}

/// Whether strides after the view may be of the implementation's choice where they reach no element; then so is the
/// address of an empty view further on.
pub(crate) fn recomputes_strides(view: &View) -> bool {
    matches!(view, View::Broadcast { .. } | View::Reshape { .. } | View::Reinterpret { .. })
}
