#![doc = include_str!("shape.md")]

use super::ctype::{holds, stored, takes};
use super::data::type_is;
use crate::vocabulary::ctype::{Argument, CType, Simple, is_passed};
use crate::vocabulary::{
    Answer, Attribute, Expectation, Hand, Handed, Question, Raises, Rule, Value, Write, rules::shape as rules,
};
use crate::world::change::Change;
use crate::world::{Predictions, World};

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    let layout = &world.layout;
    let zero_d = layout.shape.is_empty();
    match question {
        Question::Shape => {
            if let Some(rule) = rule_of(world, rules::shape) {
                out.push(rule, Expectation::Is(Answer::Integers(world.lengths())));
            }
        }
        Question::Strides => {
            if let Some(rule) = rule_of(world, rules::strides) {
                out.push(rule, world.expected_strides());
            }
            if world.is_direct() && layout.strides_that_matter().contains(&false) {
                out.push(rules::strides_kept, Expectation::Is(Answer::Integers(layout.strides.clone())));
            }
        }
        Question::ShapeType
        | Question::StridesType
        | Question::ShapeAs(_)
        | Question::StridesAs(_)
        | Question::Type(_)
            if zero_d =>
        {
            without_axes(world, question, out);
        }
        Question::ShapeType | Question::StridesType => {
            out.push(rules::base_type, type_is(CType::Simple(Simple::IntP).canonical(world.platform)));
        }
        Question::Type(Value::Shape | Value::Strides) => {
            out.push(rules::array_type, type_is(c_array(world, &CType::Simple(Simple::IntP))));
        }
        Question::Type(Value::ShapeAs(ctype)) if takes(world.platform, ctype, &world.lengths(), &[]) => {
            out.push(rules::as_type, type_is(c_array(world, ctype)));
        }
        Question::Type(Value::StridesAs(ctype))
            if takes(world.platform, ctype, &layout.strides, &layout.strides_that_matter()) =>
        {
            out.push(rules::as_type, type_is(c_array(world, ctype)));
        }
        // Values that do not fit convert as the chapter ctype says.
        Question::ShapeAs(ctype) if holds(world.platform, ctype, &world.lengths()) => {
            out.push(rules::shape_as, stored(world.platform, ctype, &world.lengths(), &[]));
        }
        Question::StridesAs(ctype) if holds(world.platform, ctype, &layout.strides) => {
            let memory = stored(world.platform, ctype, &layout.strides, &layout.strides_that_matter());
            out.push(rules::strides_as, memory);
        }
        Question::Hand(handed) => hand(world, handed, out),
        Question::Object(attribute) if !zero_d || *attribute == Attribute::Ctypes => {
            if let Some(before) = world.asked_before(question) {
                out.push(rules::fresh, Expectation::FreshFrom(before));
            }
        }
        _ => {}
    }
}

/// Predicts what there is in place of lengths and strides if there are no axes: nothing, or a C array of no items.
fn without_axes(world: &World, question: &Question, out: &mut Predictions) {
    let int_p = CType::Simple(Simple::IntP);
    let text = |text: String| Answer::Text(text);
    let item = match question {
        Question::Type(value) => value.ctype(),
        Question::ShapeAs(ctype) | Question::StridesAs(ctype) => Some(ctype),
        _ => None,
    };
    let nothing = if matches!(question, Question::Type(_)) { text("None".to_owned()) } else { Answer::Nothing };
    let empty = match (question, item.unwrap_or(&int_p)) {
        // There are no items of what is no C type.
        (_, CType::NotACType) => Answer::Raises(Raises::TypeError),
        (Question::Type(_), item) => text(c_array(world, item).to_string()),
        (Question::ShapeType | Question::StridesType, item) => text(item.canonical(world.platform).to_string()),
        (_, CType::Simple(Simple::PyObject)) => Answer::Integers(Vec::new()),
        _ => Answer::Bytes(Vec::new()),
    };
    out.push(rules::none, Expectation::Is(nothing.clone()));
    out.push(rules::zero_dimensions, Expectation::OneOf(vec![nothing, empty]));
}

/// Predicts what a foreign function receives for a C array: the array's memory, or NULL if there are no axes.
fn hand(world: &World, hand: &Hand, out: &mut Predictions) {
    let int_p = CType::Simple(Simple::IntP);
    let (ctype, values, mask) = match &hand.what {
        Handed::Value(Value::Shape) => (&int_p, world.lengths(), Vec::new()),
        Handed::Value(Value::ShapeAs(ctype)) => (ctype, world.lengths(), Vec::new()),
        Handed::Value(Value::Strides) => (&int_p, world.layout.strides.clone(), world.layout.strides_that_matter()),
        Handed::Value(Value::StridesAs(ctype)) => {
            (ctype, world.layout.strides.clone(), world.layout.strides_that_matter())
        }
        _ => return,
    };
    if values.is_empty() {
        return hand_without_axes(world, ctype, hand.to.as_ref(), out);
    }
    if !holds(world.platform, ctype, &values) {
        return;
    }
    match is_passed(world.platform, &c_array_of(ctype, values.len()), hand.to.as_ref()) {
        Some(true) => out.push(rules::hand, stored(world.platform, ctype, &values, &mask)),
        Some(false) => out.push(rules::hand_refuses, Expectation::Raises(&[Raises::TypeError])),
        None => {}
    }
}

/// Predicts what a foreign function receives if there are no axes: NULL for nothing, or the memory of a C array of no items.
fn hand_without_axes(world: &World, ctype: &CType, to: Option<&CType>, out: &mut Predictions) {
    let refusal = Answer::Raises(Raises::TypeError);
    let received = |argument: &Argument, memory: Answer| {
        is_passed(world.platform, argument, to).map(|is_passed| if is_passed { memory } else { refusal.clone() })
    };
    let Some(nothing) = received(&Argument::None, Answer::Nothing) else { return };
    if nothing == Answer::Nothing {
        out.push(rules::none, Expectation::Is(Answer::Nothing));
    }
    let array = match ctype {
        // There are no items of what is no C type.
        CType::NotACType => Some(refusal.clone()),
        _ => received(&c_array_of(ctype, 0), Answer::Bytes(Vec::new())),
    };
    let Some(array) = array else { return };
    if nothing == refusal && array == refusal {
        out.push(rules::hand_refuses, Expectation::Raises(&[Raises::TypeError]));
    } else {
        out.push(rules::hand, Expectation::OneOf(vec![nothing, array]));
    }
}

fn c_array_of(item: &CType, length: usize) -> Argument {
    Argument::Of(CType::Array(Box::new(item.clone()), length as u32))
}

/// The type of a C array with one item for each axis.
fn c_array(world: &World, item: &CType) -> CType {
    CType::Array(Box::new(item.canonical(world.platform)), world.layout.shape.len() as u32)
}

/// The rule of shape or strides: `rule`, or another one after a write into the C array that an earlier answer was. `None`
/// where the rule of a view decides.
fn rule_of(world: &World, rule: Rule) -> Option<Rule> {
    if world.changed() == Some(Change::Copy) {
        return Some(rules::copy);
    }
    world.array.views.is_empty().then_some(rule)
}

/// Predicts a write into a C array that `shape` or `strides` yielded.
pub(crate) fn write(world: &mut World, write: &Write, out: &mut Predictions) {
    if matches!(write, Write::Shape { .. } | Write::Strides { .. }) && world.write(write) {
        out.push(rules::copy, Expectation::Is(Answer::Nothing));
    }
}
