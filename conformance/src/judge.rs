//! The judge: compares answers with what the specification expects, each rule alone.
//!
//! It knows nothing of how an implementation works, and asks nobody else what is right.

use crate::Reply;
use array_ctypes_spec::interface::format;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Address, Answer, Expectation, Imported, Prediction};

/// Whether the answers agree with one prediction. A step without an answer does not.
pub fn agrees(platform: &Platform, reply: &Reply, prediction: &Prediction) -> bool {
    if prediction.expectation == Expectation::Answered {
        return reply.lost.is_none();
    }
    let judge = Judge { platform, reply };
    if let Some(found) = reply.answers.get(prediction.step) {
        judge.meets(found, &prediction.expectation)
    } else {
        // Whether there is an array is known without a step.
        let known = matches!(prediction.expectation, Expectation::Accepted | Expectation::AcceptedOr(_));
        known && !reply.refused
    }
}

/// How many steps, from the first on, can be judged: up to them, nothing was left undone because nobody could look.
pub fn seen(reply: &Reply) -> usize {
    reply.answers.iter().position(|answer| *answer == Answer::NotObserved).unwrap_or(usize::MAX)
}

/// An answer as a person reads it: addresses relative to the buffer, where they are near it.
pub fn relative(answer: &Answer, buffer: u64) -> Answer {
    let near = |address: Address| match address {
        Address::Absolute(absolute) if absolute.abs_diff(buffer) < 1 << 44 => {
            Address::InBuffer(absolute.wrapping_sub(buffer) as i64)
        }
        other => other,
    };
    match answer {
        Answer::Address(address) => Answer::Address(near(*address)),
        Answer::Imported(seen) => Answer::Imported(Box::new(Imported { data: near(seen.data), ..(**seen).clone() })),
        other => other.clone(),
    }
}

fn same_where<T: PartialEq>(expected: &[T], found: &[T], mask: &[bool]) -> bool {
    let mut items = expected.iter().zip(found).zip(mask);
    expected.len() == found.len() && items.all(|((expected, found), counts)| !counts || expected == found)
}

struct Judge<'a> {
    platform: &'a Platform,
    reply: &'a Reply,
}

impl Judge<'_> {
    fn meets(&self, found: &Answer, expectation: &Expectation) -> bool {
        let earlier = |step: &usize| self.reply.answers.get(*step);
        match expectation {
            Expectation::Is(expected) => self.same(expected, found),
            Expectation::OneOf(expected) => expected.iter().any(|expected| self.same(expected, found)),
            Expectation::Matches { answer: Answer::Bytes(expected), mask } => match found {
                Answer::Bytes(found) => same_where(expected, found, mask),
                _ => false,
            },
            Expectation::Matches { answer: Answer::Integers(expected), mask } => match found {
                Answer::Integers(found) => same_where(expected, found, mask),
                _ => false,
            },
            Expectation::Matches { answer: Answer::Imported(expected), mask } => match found {
                Answer::Imported(found) => {
                    let counts = |at: usize| mask.get(at) != Some(&false);
                    let mut found = (**found).clone();
                    if !counts(0) {
                        found.data = expected.data;
                    }
                    if !counts(1) && found.strides.len() == expected.strides.len() {
                        found.strides.clone_from(&expected.strides);
                    }
                    self.same(&Answer::Imported(expected.clone()), &Answer::Imported(Box::new(found)))
                }
                _ => false,
            },
            Expectation::Matches { answer: expected, .. } => self.same(expected, found),
            // Two refusals are no two answers.
            Expectation::SameAs(_) if matches!(found, Answer::Raises(_)) => false,
            Expectation::SameAs(step) => earlier(step).is_some_and(|earlier| self.same(earlier, found)),
            Expectation::FreshFrom(step) => match (earlier(step), found) {
                (Some(Answer::Object(earlier)), Answer::Object(found)) => earlier != found,
                _ => false,
            },
            Expectation::Accepted => !self.reply.refused,
            Expectation::Answered => self.reply.lost.is_none(),
            Expectation::Congruent { modulus, remainder } => match found {
                Answer::Address(address) => self.address(*address) % u64::from(*modulus) == u64::from(*remainder),
                _ => false,
            },
            Expectation::AcceptedOr(_) if !self.reply.refused => true,
            Expectation::AcceptedOr(kinds) => matches!(found, Answer::Raises(kind) if kinds.contains(kind)),
            Expectation::Faults => matches!(found, Answer::Signal(name) if name == "SIGSEGV" || name == "SIGBUS"),
            Expectation::Raises(kinds) => matches!(found, Answer::Raises(kind) if kinds.contains(kind)),
            Expectation::Means(dtype) => {
                matches!(found, Answer::Text(text) if format::means(self.platform, text, dtype))
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
            (Answer::Float(expected), Answer::Float(found)) => {
                expected == found || f64::from_bits(*expected).is_nan() && f64::from_bits(*found).is_nan()
            }
            (Answer::Imported(expected), Answer::Imported(found)) => {
                self.address(expected.data) == self.address(found.data)
                    && expected.read_only == found.read_only
                    && expected.shape == found.shape
                    && expected.strides == found.strides
                    && expected.typestr == found.typestr
            }
            _ => expected == found,
        }
    }

    fn address(&self, address: Address) -> u64 {
        address.resolve(self.reply.buffer, self.platform.pointer_size())
    }
}
