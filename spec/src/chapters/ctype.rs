#![doc = include_str!("ctype.md")]

use crate::vocabulary::ctype::{CType, Class, MemoryLayout, Simple, Stored, store};
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{Answer, Expectation, Question, Raises, Rule, rules::ctype as rules};
use crate::world::{Predictions, World};

pub(crate) fn expect(world: &World, question: &Question, out: &mut Predictions) {
    match question {
        // The sizes of simple types are the platform's.
        Question::SizeOf(CType::Simple(_) | CType::Swapped(..)) => {}
        Question::SizeOf(ctype) => out.push(
            rules::composite,
            match ctype.layout(world.platform) {
                Some(MemoryLayout { size, alignment }) => {
                    Expectation::Is(Answer::Integers(vec![size as i64, alignment as i64]))
                }
                None => Expectation::Raises(&[Raises::TypeError]),
            },
        ),
        // There is nothing to convert.
        Question::ShapeAs(_) | Question::StridesAs(_) if world.layout.shape.is_empty() => {}
        Question::ShapeAs(ctype) => converted(world, ctype, &world.lengths(), &[], out),
        Question::StridesAs(ctype) => {
            converted(world, ctype, &world.layout.strides, &world.layout.strides_that_matter(), out);
        }
        _ => {}
    }
}

/// Predicts the value of a C type that was read from memory.
pub(crate) fn decoded(ctype: &CType, value: Expectation, out: &mut Predictions) {
    let rule = match ctype {
        CType::Simple(simple) => match simple.class() {
            Class::Float | Class::LongDouble => rules::decode_float,
            Class::Bool | Class::Char => rules::decode_byte,
            _ => rules::decode_integer,
        },
        _ => rules::decode_byte_order,
    };
    out.push(rule, value);
}

/// Predicts the memory of `(T * n)(*values)`, unless every value fits an integer type and so stays what it is. Values whose
/// mask is false are free; an empty mask frees none.
fn converted(world: &World, ctype: &CType, values: &[i64], mask: &[bool], out: &mut Predictions) {
    let Some(rule) = conversion(world.platform, ctype, values) else { return };
    // It is not known which of the free values would be refused.
    if rule == rules::character && mask.contains(&false) {
        return;
    }
    out.push(rule, stored(world.platform, ctype, values, mask));
}

/// Returns the memory of `(T * n)(*values)`, if it is prescribed, or how the type refuses the values.
pub(crate) fn stored(platform: &Platform, ctype: &CType, values: &[i64], mask: &[bool]) -> Expectation {
    let free = mask.contains(&false);
    let mut memory = Vec::with_capacity(8 * values.len());
    // Filled only where not every byte counts.
    let mut counts = Vec::with_capacity(if free { 8 * values.len() } else { 0 });
    for (at, value) in values.iter().enumerate() {
        let counts_at_all = mask.get(at) != Some(&false);
        match store(platform, ctype, *value) {
            Err(_) => return Expectation::Raises(&[Raises::TypeError]),
            Ok(Stored::Object) => return Expectation::integers(values.to_vec(), mask.to_vec()),
            Ok(Stored::Number(number)) => {
                memory.extend_from_slice(number.bytes());
                if free || number.value_bytes() < number.bytes().len() {
                    counts.extend((0..number.bytes().len()).map(|at| counts_at_all && at < number.value_bytes()));
                }
            }
        }
    }
    Expectation::bytes(memory, counts)
}

/// Returns true if `(T * n)(*values)` refuses none of the values, whatever the free ones are.
pub(crate) fn takes(platform: &Platform, ctype: &CType, values: &[i64], mask: &[bool]) -> bool {
    // `c_char` alone refuses some integers and not others, and -1 is among them.
    let value = |(at, value): (usize, &i64)| if mask.get(at) == Some(&false) { -1 } else { *value };
    values.iter().enumerate().map(value).all(|value| store(platform, ctype, value).is_ok())
}

/// The rule by which integers convert to a C type; `None` if every value fits an integer type.
fn conversion(platform: &Platform, ctype: &CType, values: &[i64]) -> Option<Rule> {
    let simple = match ctype {
        CType::Simple(simple) => *simple,
        CType::PointerNone => Simple::VoidP,
        CType::Swapped(..) => return Some(rules::byte_order),
        _ => return Some(rules::refused),
    };
    Some(match simple.class() {
        Class::Signed | Class::Unsigned if holds(platform, ctype, values) => return None,
        Class::Signed | Class::Unsigned => rules::integer_wraps,
        Class::Float | Class::LongDouble => rules::float_rounds,
        Class::Bool => rules::boolean,
        Class::Char => rules::character,
        Class::WChar => rules::wide_character,
        Class::VoidP => rules::void_pointer,
        Class::Text => rules::text_pointer,
        Class::Object => rules::object,
    })
}

/// Returns true if the type is one of integers, in the platform's byte order, and every value fits it.
pub(crate) fn holds(platform: &Platform, ctype: &CType, values: &[i64]) -> bool {
    let CType::Simple(simple) = ctype else { return false };
    let bits = 8 * simple.size(platform) as u32;
    let (least, most) = match simple.class() {
        Class::Signed => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        Class::Unsigned => (0, (1i128 << bits) - 1),
        _ => return false,
    };
    values.iter().all(|value| (least..=most).contains(&i128::from(*value)))
}
