//! The judge: compares answers with the predictions of the specification, each prediction alone.
//!
//! It consults nothing but the specification, and does not know how an implementation works. If the reference decided
//! what is right, its mistakes would be the law.

use super::observed::{Observation, Observed};
use super::rules::Rules;
use crate::Case;
use crate::adapter::limits::Limits;
use crate::adapter::reply::Reply;
use array_ctypes_spec::dtype::Descr;
use array_ctypes_spec::interface::format;
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{
    Address, Answer, Buffer, Expectation, Imported, Prediction, expect_making, expect_reply, expect_resolved,
};
use std::borrow::Cow;

/// Returns true if the reply agrees with one prediction. A step without an answer does not agree.
pub fn agrees(platform: &Platform, reply: &Reply, prediction: &Prediction) -> bool {
    if prediction.expectation == Expectation::Answered {
        return !reply.is_lost();
    }
    // Without a known buffer, predictions of addresses in it are not judged.
    let buffer = buffer_of(reply).unwrap_or(0);
    let judge = Judge { platform, reply, buffer };
    if let Some(found) = reply.answer(prediction.step) {
        judge.meets(found, &prediction.expectation)
    } else {
        // The reply itself shows if there is an array, without any step.
        let needs_no_answer = matches!(prediction.expectation, Expectation::Accepted | Expectation::AcceptedOr(_));
        needs_no_answer && !reply.is_refused()
    }
}

/// Returns the case as the implementation made it: if the library allocates its memory by itself, that lies at another
/// address than the case asks for, and the predictions have to be about that one.
///
/// Without a known buffer, the memory is taken to be aligned for everything, as allocated memory is for its elements.
pub fn located<'a>(limits: &Limits, case: &'a Case, reply: &Reply) -> Cow<'a, Case> {
    if limits.given_memory || case.array.map.is_some() || case.array.owner.is_some() {
        return Cow::Borrowed(case);
    }
    let at = (buffer_of(reply).unwrap_or(0) % u64::from(Buffer::PAGE)) as u32;
    if at == case.array.buffer.at {
        return Cow::Borrowed(case);
    }
    let mut case = case.clone();
    case.array.buffer.at = at;
    Cow::Owned(case)
}

/// Returns the address of the buffer, if it is known.
fn buffer_of(reply: &Reply) -> Option<u64> {
    if let Reply::Answered(answers) = reply { answers.buffer } else { None }
}

/// Returns true if the prediction names an address relative to the buffer.
fn is_relative(expectation: &Expectation) -> bool {
    let in_buffer = |address: Address| matches!(address, Address::InBuffer(_));
    let answer = |answer: &Answer| match answer {
        Answer::Address(address) => in_buffer(*address),
        Answer::Imported(imported) => in_buffer(imported.data),
        _ => false,
    };
    match expectation {
        Expectation::Is(expected) => answer(expected),
        Expectation::OneOf(expected) => expected.iter().any(answer),
        Expectation::SomeImported { imported, address_counts, .. } => *address_counts && in_buffer(imported.data),
        Expectation::AnyOf(any) => any.iter().any(is_relative),
        Expectation::Elsewhere { .. } => true,
        Expectation::SomeBytes { .. }
        | Expectation::SomeIntegers { .. }
        | Expectation::SameAs(_)
        | Expectation::FreshFrom(_)
        | Expectation::Raises(_)
        | Expectation::Accepted
        | Expectation::Faults
        | Expectation::Answered
        | Expectation::Congruent { .. }
        | Expectation::AcceptedOr(_)
        | Expectation::Means(_)
        | Expectation::Describes(_)
        | Expectation::Spans(_) => false,
    }
}

/// Calls `each` with every prediction that this reply has to meet: those for the answers, for making the array, and for
/// the reply itself.
///
/// If the implementation refused an array that exists, there are none for the answers. If it was lost, there is only the
/// one for the reply. If the library allocates the memory of an array, and the adapter does not know where that is, there are
/// none with an address relative to it.
pub fn for_each_prediction_for_reply(
    platform: &Platform,
    case: &Case,
    reply: &Reply,
    each: &mut dyn FnMut(Prediction),
) {
    if !reply.is_lost() {
        let resolved = resolve(platform, &case.array);
        let exists = resolved.is_ok();
        if !(exists && reply.is_refused()) {
            // Over a buffer the address is known to whoever allocated it, but not if that is the library.
            let has_buffer = reply.is_refused() || buffer_of(reply).is_some();
            expect_resolved(platform, &case.array, &resolved, &case.script, &mut |prediction| {
                if has_buffer || !is_relative(&prediction.expectation) {
                    each(prediction);
                }
            });
        }
        if exists {
            each(expect_making(&case.array, &resolved));
        }
    }
    each(expect_reply(&case.script));
}

/// Returns every prediction that this reply has to meet, as [`for_each_prediction_for_reply`] makes them.
pub fn predictions_for_reply(platform: &Platform, case: &Case, reply: &Reply) -> Vec<Prediction> {
    let mut predictions = Vec::new();
    for_each_prediction_for_reply(platform, case, reply, &mut |prediction| predictions.push(prediction));
    predictions
}

/// Returns the predictions of these rules that the reply breaks.
pub fn violations(platform: &Platform, rules: &Rules, case: &Case, reply: &Reply) -> Vec<Prediction> {
    let mut predictions = predictions_for_reply(platform, case, reply);
    let observed = Observed::of(case, reply);
    predictions.retain(|prediction| {
        rules.includes(prediction.rule)
            && observed.look(prediction) == Observation::Judged
            && !agrees(platform, reply, prediction)
    });
    predictions
}

/// Returns true if both lists are equal where the mask is true.
fn same_where<T: PartialEq>(expected: &[T], found: &[T], mask: &[bool]) -> bool {
    let mut items = expected.iter().zip(found).zip(mask);
    expected.len() == found.len() && items.all(|((expected, found), counts)| !counts || expected == found)
}

/// Returns true if two type strings mean the same: where no byte order matters, any may be given.
fn same_type(expected: &str, found: &str) -> bool {
    let of = expected.strip_prefix('|');
    expected == found || of.is_some() && of == found.strip_prefix(['<', '>'])
}

struct Judge<'a> {
    platform: &'a Platform,
    reply: &'a Reply,
    /// Address of the first byte of the buffer.
    buffer: u64,
}

impl Judge<'_> {
    fn meets(&self, found: &Answer, expectation: &Expectation) -> bool {
        let earlier = |step: &usize| self.reply.answer(*step);
        match expectation {
            Expectation::Is(expected) => self.same(expected, found),
            Expectation::OneOf(expected) => expected.iter().any(|expected| self.same(expected, found)),
            Expectation::SomeBytes { bytes, counts } => match found {
                Answer::Bytes(found) => same_where(bytes, found, counts),
                _ => false,
            },
            Expectation::SomeIntegers { integers, counts } => match found {
                Answer::Integers(found) => same_where(integers, found, counts),
                _ => false,
            },
            Expectation::SomeImported { imported, address_counts, strides_count } => match found {
                Answer::Imported(found) => {
                    same_where(&imported.strides, &found.strides, strides_count)
                        && self.same_import(imported, found, *address_counts)
                }
                _ => false,
            },
            // Two refusals do not count as the same answer.
            Expectation::SameAs(_) if matches!(found, Answer::Raises(_)) => false,
            Expectation::SameAs(step) => earlier(step).is_some_and(|earlier| self.same(earlier, found)),
            Expectation::FreshFrom(step) => match (earlier(step), found) {
                (Some(Answer::Object(earlier)), Answer::Object(found)) => earlier != found,
                _ => false,
            },
            Expectation::Accepted => !self.reply.is_refused(),
            Expectation::Answered => !self.reply.is_lost(),
            Expectation::Congruent { modulus, remainder } => match found {
                Answer::Address(address) => self.address(*address) % u64::from(*modulus) == u64::from(*remainder),
                _ => false,
            },
            Expectation::Elsewhere { start, size } => match found {
                Answer::Address(address) => {
                    let start = self.address(Address::InBuffer(*start));
                    self.address(*address).checked_sub(start).is_none_or(|offset| offset >= *size)
                }
                _ => false,
            },
            Expectation::AcceptedOr(_) if !self.reply.is_refused() => true,
            Expectation::AcceptedOr(kinds) => matches!(found, Answer::Raises(kind) if kinds.contains(kind)),
            Expectation::Faults => matches!(found, Answer::Signal(name) if name == "SIGSEGV" || name == "SIGBUS"),
            Expectation::Raises(kinds) => matches!(found, Answer::Raises(kind) if kinds.contains(kind)),
            Expectation::Means(dtype) => {
                matches!(found, Answer::Text(text) if format::means(self.platform, text, dtype))
            }
            Expectation::Describes(dtype) => {
                matches!(found, Answer::Text(text) if Descr::parse(text).is_some_and(|descr| descr.describes(dtype)))
            }
            Expectation::Spans(size) => {
                matches!(found, Answer::Text(text) if format::spans(self.platform, text, *size))
            }
            Expectation::AnyOf(any) => any.iter().any(|expectation| self.meets(found, expectation)),
        }
    }

    fn same(&self, expected: &Answer, found: &Answer) -> bool {
        match (expected, found) {
            (Answer::Address(expected), Answer::Address(found)) => self.address(*expected) == self.address(*found),
            // NULL is the address 0.
            (Answer::Address(address), Answer::Nothing) | (Answer::Nothing, Answer::Address(address)) => {
                self.address(*address) == 0
            }
            (Answer::Float(expected), Answer::Float(found)) => same_float(*expected, *found),
            // Each part for itself: whoever reads a part may quiet a signalling NaN, as whoever reads a number may.
            (Answer::Complex(expected), Answer::Complex(found)) => {
                expected.iter().zip(found).all(|(expected, found)| same_float(*expected, *found))
            }
            (Answer::Imported(expected), Answer::Imported(found)) => {
                expected.strides == found.strides && self.same_import(expected, found, true)
            }
            _ => expected == found,
        }
    }

    /// Compares two imported arrays, but for their strides.
    fn same_import(&self, expected: &Imported, found: &Imported, address_counts: bool) -> bool {
        (!address_counts || self.address(expected.data) == self.address(found.data))
            && expected.read_only == found.read_only
            && expected.shape == found.shape
            && same_type(&expected.typestr, &found.typestr)
            && (expected.elements.is_none() || expected.elements == found.elements)
    }

    fn address(&self, address: Address) -> u64 {
        address.resolve(self.buffer, self.platform.pointer_size())
    }
}

/// Compares the bits of two numbers. All NaNs are one value.
fn same_float(expected: u64, found: u64) -> bool {
    expected == found || f64::from_bits(expected).is_nan() && f64::from_bits(found).is_nan()
}
