//! The judge: compares answers with what the specification expects, each rule alone.
//!
//! It knows nothing of how an implementation works, and asks nobody else what is right.

use crate::Reply;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Address, Answer, Expectation, Prediction, Seen};

/// Whether the answers agree with one prediction. A step without an answer does not.
pub fn agrees(platform: &Platform, reply: &Reply, prediction: &Prediction) -> bool {
    let judge = Judge { pointer_size: platform.pointer_size(), buffer: reply.buffer };
    let answer = |step: usize| reply.answers.get(step);
    if prediction.expectation == Expectation::Answered {
        return reply.lost.is_none();
    }
    let Some(found) = answer(prediction.step) else {
        // Whether there is an array is known without a step.
        let known = matches!(prediction.expectation, Expectation::Accepted | Expectation::AcceptedOr(_));
        return known && !reply.refused;
    };
    match &prediction.expectation {
        Expectation::Is(expected) => judge.same(expected, found),
        Expectation::OneOf(expected) => expected.iter().any(|expected| judge.same(expected, found)),
        Expectation::Matches { answer: Answer::Bytes(expected), mask } => match found {
            Answer::Bytes(found) => same_where(expected, found, mask),
            _ => false,
        },
        Expectation::Matches { answer: Answer::Integers(expected), mask } => match found {
            Answer::Integers(found) => same_where(expected, found, mask),
            _ => false,
        },
        Expectation::Matches { answer: Answer::Seen(expected), mask } => match found {
            Answer::Seen(found) => {
                let counts = |at: usize| mask.get(at) != Some(&false);
                let mut found = (**found).clone();
                if !counts(0) {
                    found.data = expected.data;
                }
                if !counts(1) && found.strides.len() == expected.strides.len() {
                    found.strides.clone_from(&expected.strides);
                }
                judge.same(&Answer::Seen(expected.clone()), &Answer::Seen(Box::new(found)))
            }
            _ => false,
        },
        Expectation::Matches { answer: expected, .. } => judge.same(expected, found),
        // Two refusals are no two answers.
        Expectation::SameAs(_) if matches!(found, Answer::Raises(_)) => false,
        Expectation::SameAs(step) => answer(*step).is_some_and(|earlier| judge.same(earlier, found)),
        Expectation::FreshFrom(step) => match (answer(*step), found) {
            (Some(Answer::Object(earlier)), Answer::Object(found)) => earlier != found,
            _ => false,
        },
        Expectation::Accepted => !reply.refused,
        Expectation::Answered => reply.lost.is_none(),
        Expectation::Faults => matches!(found, Answer::Signal(name) if name == "SIGSEGV" || name == "SIGBUS"),
        Expectation::Congruent { modulus, remainder } => match found {
            Answer::Address(address) => judge.address(*address) % u64::from(*modulus) == u64::from(*remainder),
            _ => false,
        },
        Expectation::AcceptedOr(_) if !reply.refused => true,
        Expectation::AcceptedOr(kinds) => matches!(found, Answer::Raises(kind) if kinds.contains(kind)),
        Expectation::Raises(kinds) => matches!(found, Answer::Raises(kind) if kinds.contains(kind)),
    }
}

/// Whether a prediction can be judged: up to its step, nothing was left undone because nobody could look.
pub fn is_seen(reply: &Reply, prediction: &Prediction) -> bool {
    reply.answers.iter().take(prediction.step + 1).all(|answer| *answer != Answer::Unseen)
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
        Answer::Seen(seen) => Answer::Seen(Box::new(Seen { data: near(seen.data), ..(**seen).clone() })),
        other => other.clone(),
    }
}

fn same_where<T: PartialEq>(expected: &[T], found: &[T], mask: &[bool]) -> bool {
    let mut items = expected.iter().zip(found).zip(mask);
    expected.len() == found.len() && items.all(|((expected, found), counts)| !counts || expected == found)
}

struct Judge {
    pointer_size: u64,
    buffer: u64,
}

impl Judge {
    fn same(&self, expected: &Answer, found: &Answer) -> bool {
        match (expected, found) {
            (Answer::Address(expected), Answer::Address(found)) => self.address(*expected) == self.address(*found),
            (Answer::Float(expected), Answer::Float(found)) => {
                expected == found || f64::from_bits(*expected).is_nan() && f64::from_bits(*found).is_nan()
            }
            (Answer::Seen(expected), Answer::Seen(found)) => {
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
        address.resolve(self.buffer, self.pointer_size)
    }
}
