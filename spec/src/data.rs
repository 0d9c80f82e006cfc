#![doc = include_str!("data.md")]

use crate::expect::{MOST_READ, Predictions, World};
use crate::memmap;
use crate::rule::rules::data as rules;
use crate::view::View;
use crate::{Address, Answer, Attribute, Expectation, Key, Outside, Question, Raises};

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    match question {
        Question::Data => {
            let layout = &world.layout;
            match world.address() {
                Some(address) => {
                    let rule = if layout.is_empty() { rules::empty } else { rules::first_element };
                    out.push(rule, Expectation::Is(address.clone()));
                    let swapped = layout.dtype.is_swapped(world.platform);
                    if swapped || !world.array.is_writeable() || !layout.is_aligned(world.platform, world.array.at()) {
                        out.push(rules::raw, Expectation::Is(address));
                    }
                }
                None if world.array.views.iter().any(recomputes_strides) => {}
                None => {
                    let derived = Answer::Address(Address::InBuffer(layout.offset));
                    out.push(rules::empty_view, Expectation::Is(derived));
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

/// What the suite sees and does from outside, once it was told where.
pub(crate) fn look(world: &mut World, outside: &Outside, out: &mut Predictions) {
    let where_to = [Question::Data, Question::ItemSize, Question::Shape, Question::Strides];
    if where_to.iter().any(|question| world.asked_before(question).is_none()) {
        return;
    }
    let item = world.layout.dtype.item_size();
    match outside {
        Outside::Peek(count) => {
            let most = MOST_READ / item.max(1);
            if !world.has_objects() && *count <= most {
                let elements = world.layout.offsets().take(*count as usize).map(|offset| world.read(offset, item));
                let Some(elements) = elements.collect::<Option<Vec<_>>>() else { return };
                let mask = world.layout.dtype.value_mask(world.platform).repeat(elements.len());
                let rule = world.after_write(rules::memory);
                out.push(rule, Expectation::masked(Answer::Bytes(elements.concat()), mask));
            }
        }
        Outside::Poke { index, bytes } => {
            let inside = world.layout.has(index);
            if inside && world.array.map.is_some() && !world.array.is_writeable() {
                return memmap::poke(world, out);
            }
            if inside && bytes.len() as u64 == item && !bytes.is_empty() && world.poke(index, bytes) {
                out.push(rules::memory_written, Expectation::Is(Answer::Nothing));
            }
        }
        Outside::Mapping => memmap::mapping(world, out),
    }
}

/// Whether strides after the view may be of the implementation's choice where they reach no element; then so is the
/// address of an empty view further on.
fn recomputes_strides(view: &View) -> bool {
    matches!(view, View::Broadcast { .. } | View::Reshape { .. } | View::Reinterpret { .. })
}
