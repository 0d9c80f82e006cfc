//! What elements are, as a consumer sees them, and what it may do to them.

use crate::vocabulary::dtype::Kind;
use crate::vocabulary::{
    Answer, Copies, Expectation, Feature, Given, MOST_COPIED, Raises, Rule, rules::consumer as rules,
};
use crate::world::handed::{Handed, Writer};
use crate::world::{Predictions, World};

/// The rule of a value, by the first of these features that the array has. What few arrays have comes first.
const RULES: [(Feature, Rule); 14] = [
    (Feature::NoValue, rules::no_value),
    (Feature::OtherType, rules::value_other_type),
    (Feature::Standard, rules::value_described),
    (Feature::Descr, rules::value_described),
    (Feature::NoStrides, rules::value_no_strides),
    (Feature::Offset, rules::value_offset),
    (Feature::Memory, rules::value_offset),
    (Feature::Swapped, rules::value_swapped),
    (Feature::OddStrides, rules::value_odd_strides),
    (Feature::Unaligned, rules::value_unaligned),
    (Feature::Overlap, rules::value_overlap),
    (Feature::Negative, rules::value_negative),
    (Feature::Strided, rules::value_strided),
    (Feature::NoAxes, rules::value_no_axes),
];

/// The value of an element through the consumer's typed access, and by which rule; `None` if it may be any.
pub(super) fn value(world: &World, handed: &Handed, index: &[u64]) -> Option<(Rule, Expectation)> {
    let plain = world.layout.dtype.plain()?;
    // A bare pointer does not say that bytes are swapped, and no other protocol says what a bfloat16 is.
    if handed.is_pointer() && handed.has(Feature::Swapped) || handed.has(Feature::Bfloat) {
        return None;
    }
    let bytes = element(world, handed, index)?;
    let value = plain.value(&bytes)?;
    let is_no_value = matches!(value, Answer::Bool(_)) && bytes[0] > 1;
    let mut any = vec![value.clone()];
    if let Answer::Bool(is) = value {
        // A language without booleans has the numbers 0 and 1.
        any.push(Answer::Integer(i128::from(is)));
    }
    if handed.converts() {
        any.extend(equals(&value));
    }
    // A door that might have refused the array may refuse to read it.
    let expected = expect_one_of(any, is_no_value || handed.is_beyond());
    let rule = match handed.written {
        Some(Writer::Consumer) => rules::write,
        Some(Writer::Producer) if handed.shares() => rules::sees_writes,
        Some(Writer::Producer) => rules::copy_kept,
        None if handed.left => rules::memory,
        None => {
            // Other elements may be values.
            let has = |feature: Feature| handed.has(feature) && (feature != Feature::NoValue || is_no_value);
            let first = RULES.iter().find(|(feature, _)| has(*feature)).map(|(_, rule)| *rule);
            let of_file = world.array.map.is_some().then_some(rules::value_mapped);
            first.or(of_file).unwrap_or(rules::value)
        }
    };
    Some((rule, expected))
}

/// One of these answers, or a refusal.
fn expect_one_of(answers: Vec<Answer>, may_refuse: bool) -> Expectation {
    let mut any: Vec<Expectation> = Vec::new();
    for answer in answers.into_iter().map(Expectation::Is) {
        if !any.contains(&answer) {
            any.push(answer);
        }
    }
    if may_refuse {
        any.push(Expectation::Raises(Raises::ANY));
    }
    if any.len() > 1 { Expectation::AnyOf(any) } else { any.remove(0) }
}

/// The same number in other kinds of numbers.
fn equals(value: &Answer) -> Vec<Answer> {
    let float = match value {
        Answer::Bool(is) => f64::from(u8::from(*is)),
        Answer::Integer(integer) if (*integer as f64) as i128 == *integer => *integer as f64,
        Answer::Float(bits) => f64::from_bits(*bits),
        Answer::Complex([real, 0]) => f64::from_bits(*real),
        _ => return Vec::new(),
    };
    let mut any = vec![Answer::Float(float.to_bits()), Answer::Complex([float.to_bits(), 0])];
    let integer = float as i128;
    // A float with this very integer as its value.
    if (integer as f64).to_bits() == float.to_bits() {
        any.push(Answer::Integer(integer));
    }
    any
}

/// The bytes of an element of text, raw bytes or fields; `None` if they may be any.
pub(super) fn bytes(world: &World, handed: &Handed, index: &[u64]) -> Option<Expectation> {
    let dtype = &world.layout.dtype;
    let is_text = handed.has(Feature::Bfloat)
        || dtype.plain().is_none_or(|plain| matches!(plain.kind, Kind::Bytes | Kind::Unicode | Kind::Void));
    let keeps_order = handed.shares() || !handed.has(Feature::Swapped);
    if !is_text || !keeps_order || handed.written.is_some() {
        return None;
    }
    Some(Expectation::bytes(element(world, handed, index)?, dtype.value_mask(world.platform)))
}

/// The bytes of an element, as the consumer has them.
fn element(world: &World, handed: &Handed, index: &[u64]) -> Option<Vec<u8>> {
    let (layout, size) = (world.layout, world.layout.dtype.item_size());
    if !layout.has(index) || size > MOST_COPIED {
        return None;
    }
    let start = layout.element(index);
    match handed.take.door.copies {
        Copies::Never => world.read(start, size),
        Copies::Always => Some(world.read_first(start, size, &handed.copy)),
        Copies::May if handed.written == Some(Writer::Producer) => None,
        Copies::May => Some(world.read_first(start, size, &handed.copy)),
    }
}

/// If elements can only be read, and by which rule; `None` if either is right.
pub(super) fn read_only(world: &World, handed: &Handed) -> Option<(Rule, bool)> {
    let door = &handed.take.door;
    // Nobody writes to nothing; a bare pointer has no flag; and a copy is the consumer's own.
    if world.layout.is_empty() {
        return None;
    }
    if !door.mutable {
        return Some((rules::immutable, true));
    }
    let has_no_flag = handed.is_pointer() && handed.has(Feature::ReadOnly);
    if has_no_flag || world.writeability_is_free() {
        return None;
    }
    match (world.array.is_writeable(), handed.shares()) {
        (true, _) => Some((rules::mutable, false)),
        (false, true) => Some((rules::read_only, true)),
        (false, false) => None,
    }
}

/// Follows a write of the consumer, and predicts if it is refused.
pub(super) fn write(world: &mut World, handed: &mut Handed, bytes: &[u8], index: &[u64], out: &mut Predictions) {
    let given = Given::Taken(handed.step);
    let is_read_only = read_only(world, handed);
    if is_read_only.is_some_and(|(_, is)| is) {
        out.push_given(given, rules::write_refused, Expectation::Raises(Raises::ANY));
        return;
    }
    let start = world.layout.element(index);
    let can = is_read_only.is_some() && !handed.left && handed.written.is_none();
    let done = can && is_plain(world, handed, bytes, index) && {
        if handed.shares() {
            world.poke_at(start, bytes)
        } else {
            handed.copy.push((start, bytes.to_vec()));
            true
        }
    };
    if done {
        out.push_given(given, rules::write, Expectation::Is(Answer::Nothing));
    }
    handed.unsure |= !done;
    handed.written = Some(Writer::Consumer);
}

/// Returns true if any access can write these bytes as a value, and no other element changes with it.
fn is_plain(world: &World, handed: &Handed, bytes: &[u8], index: &[u64]) -> bool {
    let Some(plain) = world.layout.dtype.plain() else { return false };
    let is_number = match plain.value(bytes) {
        Some(Answer::Bool(_)) => bytes[0] <= 1,
        Some(Answer::Integer(_)) => true,
        // Some accesses quiet a signalling NaN.
        Some(Answer::Float(bits)) => !f64::from_bits(bits).is_nan(),
        Some(Answer::Complex(parts)) => !parts.iter().any(|bits| f64::from_bits(*bits).is_nan()),
        _ => false,
    };
    let unusual = [Feature::Overlap, Feature::OtherType, Feature::NoValue, Feature::Empty, Feature::Bfloat];
    let is_known = !(handed.is_pointer() && handed.has(Feature::Swapped));
    is_number
        && is_known
        && !handed.is_beyond()
        && world.layout.has(index)
        && !unusual.iter().any(|feature| handed.has(*feature))
}
