//! What a broken prediction expects and what the implementation said, as facts that can be pictured.

use crate::Case;
use crate::adapter::reply::Reply;
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::{
    Address, Answer, BufferMember, Consumer, DlpackMember, Expectation, Imported, Key, Member, Outside, Prediction,
    Producer, Question, Step,
};

/// A fact of an array, as expected and as found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    /// The address.
    Address { expected: Address, found: Address },
    /// The lengths of the axes.
    Shape { expected: Vec<i64>, found: Vec<i64> },
    /// The byte strides. Those that do not count are `None`.
    Strides { expected: Vec<Option<i128>>, found: Vec<i128> },
    /// The size of an element in bytes.
    ItemSize { expected: i128, found: i128 },
    /// Bytes at these places, which differ.
    Bytes { places: Vec<i128>, expected: Vec<u8>, found: Vec<u8> },
}

/// The most bytes that are compared.
const MAX_BYTES: usize = 256;

/// What numbers or bytes of an answer are about.
enum Topic<'a> {
    Shape,
    /// Strides, as multiples of so many bytes.
    Strides(i128),
    ItemSize,
    /// The bytes of one element.
    Element(&'a [u64]),
    /// The bytes of all elements in C order.
    Elements,
    /// The bytes from that offset on.
    From(i128),
    Other,
}

impl Topic<'_> {
    fn of<'a>(step: &'a Step, layout: &Layout) -> Topic<'a> {
        let item = i128::from(layout.dtype.item_size());
        match step {
            Step::Forked(step) => Topic::of(step, layout),
            Step::Ask(question) => match question {
                Question::Shape
                | Question::Interface(Key::Shape)
                | Question::Struct(Member::Shape)
                | Question::Buffer(_, BufferMember::Shape)
                | Question::Dlpack(_, DlpackMember::Shape) => Topic::Shape,
                Question::Strides
                | Question::Interface(Key::Strides)
                | Question::Struct(Member::Strides)
                | Question::Buffer(_, BufferMember::Strides) => Topic::Strides(1),
                Question::Dlpack(_, DlpackMember::Strides) => Topic::Strides(item),
                Question::ItemSize
                | Question::Struct(Member::ItemSize)
                | Question::Buffer(_, BufferMember::ItemSize) => Topic::ItemSize,
                Question::Item(index) => Topic::Element(index),
                Question::Walk(_) | Question::Dlpack(_, DlpackMember::Elements) => Topic::Elements,
                Question::Contents(_) => Topic::From(i128::from(layout.offset)),
                Question::File(offset, _) => Topic::From(i128::from(*offset)),
                _ => Topic::Other,
            },
            Step::Outside(Outside::Peek(_)) => Topic::Elements,
            Step::Consumer(Consumer::Shape) => Topic::Shape,
            Step::Consumer(Consumer::Strides) => Topic::Strides(1),
            Step::Consumer(Consumer::ItemSize) => Topic::ItemSize,
            Step::Consumer(Consumer::Bytes(index)) => Topic::Element(index),
            Step::Producer(Producer::Memory | Producer::File) => Topic::From(0),
            _ => Topic::Other,
        }
    }

    /// The offset in memory of a byte of the answer.
    fn place(&self, layout: &Layout, at: usize) -> Option<i128> {
        let at = at as u64;
        let place = match self {
            Topic::From(offset) => offset.saturating_add(i128::from(at)),
            Topic::Element(index) => layout.element(index).saturating_add(i128::from(at)),
            Topic::Elements => {
                let item = layout.dtype.item_size();
                let mut number = at.checked_div(item)?;
                let mut index = Vec::with_capacity(layout.shape.len());
                for length in layout.shape.iter().rev() {
                    index.push(number.checked_rem(*length)?);
                    number /= length;
                }
                index.reverse();
                layout.element(&index).saturating_add(i128::from(at % item))
            }
            Topic::Shape | Topic::Strides(_) | Topic::ItemSize | Topic::Other => return None,
        };
        Some(place)
    }
}

/// Returns the facts of a broken prediction that can be pictured. Most predictions have one or none.
pub(super) fn facts(case: &Case, layout: &Layout, prediction: &Prediction, reply: &Reply) -> Vec<Fact> {
    let (Some(found), Some(step)) = (reply.relative_answer(prediction.step), case.script.get(prediction.step)) else {
        return Vec::new();
    };
    compare(&prediction.expectation, &found, &Topic::of(step, layout), layout, reply)
}

fn compare(expectation: &Expectation, found: &Answer, topic: &Topic, layout: &Layout, reply: &Reply) -> Vec<Fact> {
    let of = |expected: &Answer, counts: &[bool]| compare_answers(expected, found, counts, topic, layout);
    match expectation {
        Expectation::Is(expected) => of(expected, &[]),
        Expectation::OneOf(answers) => first(answers.iter().map(|expected| of(expected, &[]))),
        Expectation::AnyOf(any) => first(any.iter().map(|each| compare(each, found, topic, layout, reply))),
        Expectation::SomeBytes { bytes, counts } => of(&Answer::Bytes(bytes.clone()), counts),
        Expectation::SomeIntegers { integers, counts } => of(&Answer::Integers(integers.clone()), counts),
        Expectation::SomeImported { imported, address_counts, strides_count } => match found {
            Answer::Imported(found) => imports(imported, found, *address_counts, strides_count),
            _ => Vec::new(),
        },
        Expectation::SameAs(step) => reply.relative_answer(*step).map_or_else(Vec::new, |earlier| of(&earlier, &[])),
        _ => Vec::new(),
    }
}

/// The first facts that are any.
fn first(mut facts: impl Iterator<Item = Vec<Fact>>) -> Vec<Fact> {
    facts.find(|facts| !facts.is_empty()).unwrap_or_default()
}

fn compare_answers(expected: &Answer, found: &Answer, counts: &[bool], topic: &Topic, layout: &Layout) -> Vec<Fact> {
    let fact = match (expected, found, topic) {
        (Answer::Address(expected), Answer::Address(found), _) => Fact::Address { expected: *expected, found: *found },
        (Answer::Integers(expected), Answer::Integers(found), Topic::Shape) => {
            Fact::Shape { expected: expected.clone(), found: found.clone() }
        }
        (Answer::Integers(expected), Answer::Integers(found), Topic::Strides(unit)) => {
            strides(expected, found, counts, *unit)
        }
        (Answer::Integer(expected), Answer::Integer(found), Topic::ItemSize) => {
            Fact::ItemSize { expected: *expected, found: *found }
        }
        (Answer::Bytes(expected), Answer::Bytes(found), _) => return bytes(expected, found, counts, topic, layout),
        (Answer::Imported(expected), Answer::Imported(found), _) => {
            return imports(expected, found, true, &vec![true; expected.strides.len()]);
        }
        _ => return Vec::new(),
    };
    if fact.differs() { vec![fact] } else { Vec::new() }
}

fn strides(expected: &[i64], found: &[i64], counts: &[bool], unit: i128) -> Fact {
    let wide = |stride: &i64| i128::from(*stride).saturating_mul(unit);
    let counting = expected.iter().enumerate();
    let expected = counting.map(|(at, stride)| counts.get(at).unwrap_or(&true).then(|| wide(stride))).collect();
    Fact::Strides { expected, found: found.iter().map(wide).collect() }
}

/// The bytes of an answer that differ, with their places.
fn bytes(expected: &[u8], found: &[u8], counts: &[bool], topic: &Topic, layout: &Layout) -> Vec<Fact> {
    let (mut places, mut wanted, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    let pairs = expected.iter().zip(found).enumerate();
    for (at, (expected, found)) in pairs.filter(|(at, (one, other))| *counts.get(*at).unwrap_or(&true) && one != other)
    {
        if places.len() == MAX_BYTES {
            break;
        }
        let Some(place) = topic.place(layout, at) else { return Vec::new() };
        places.push(place);
        wanted.push(*expected);
        seen.push(*found);
    }
    if places.is_empty() { Vec::new() } else { vec![Fact::Bytes { places, expected: wanted, found: seen }] }
}

/// The facts of an imported array that differ.
fn imports(expected: &Imported, found: &Imported, address_counts: bool, strides_count: &[bool]) -> Vec<Fact> {
    let integers = |lengths: &[u64]| lengths.iter().map(|length| i64::try_from(*length).unwrap_or(i64::MAX)).collect();
    let mut facts = vec![
        Fact::Shape { expected: integers(&expected.shape), found: integers(&found.shape) },
        strides(&expected.strides, &found.strides, strides_count, 1),
    ];
    if address_counts {
        facts.insert(0, Fact::Address { expected: expected.data, found: found.data });
    }
    facts.retain(Fact::differs);
    facts
}

impl Fact {
    fn differs(&self) -> bool {
        match self {
            Fact::Address { expected, found } => expected != found,
            Fact::Shape { expected, found } => expected != found,
            Fact::Strides { expected, found } => {
                let mut pairs = expected.iter().zip(found);
                expected.len() != found.len() || pairs.any(|(one, other)| one.is_some_and(|one| one != *other))
            }
            Fact::ItemSize { expected, found } => expected != found,
            Fact::Bytes { expected, found, .. } => expected != found,
        }
    }
}
