//! Expectations as JSON: an object whose first key is the form of the expectation. `vectors/README.md` explains each
//! form.

use super::case::from_dtype;
use super::from_answer;
use array_ctypes_spec::{Expectation, Raises};
use serde_json::{Value, json};

/// An expectation as JSON. Different expectations have different JSON.
pub fn from_expectation(expectation: &Expectation) -> Value {
    match expectation {
        Expectation::Is(answer) => json!({ "is": from_answer(answer) }),
        Expectation::OneOf(answers) => json!({ "one_of": answers.iter().map(from_answer).collect::<Value>() }),
        Expectation::Matches { answer, mask } => json!({ "matches": from_answer(answer), "mask": from_mask(mask) }),
        Expectation::SameAs(step) => json!({ "same_as": step }),
        Expectation::FreshFrom(step) => json!({ "fresh_from": step }),
        Expectation::Raises(kinds) => json!({ "raises": from_kinds(kinds) }),
        Expectation::Accepted => json!({ "accepted": true }),
        Expectation::AcceptedOr(kinds) => json!({ "accepted_or": from_kinds(kinds) }),
        Expectation::Answered => json!({ "answered": true }),
        Expectation::Faults => json!({ "faults": true }),
        Expectation::Congruent { modulus, remainder } => {
            json!({ "congruent": { "modulus": modulus, "remainder": remainder } })
        }
        Expectation::Means(dtype) => json!({ "means": from_dtype(dtype) }),
        Expectation::Spans(size) => json!({ "spans": size.to_string() }),
        Expectation::AnyOf(any) => json!({ "any_of": any.iter().map(from_expectation).collect::<Value>() }),
    }
}

/// A digit for each entry: 1 if it is compared, else 0.
fn from_mask(mask: &[bool]) -> String {
    mask.iter().map(|counts| if *counts { '1' } else { '0' }).collect()
}

fn from_kinds(kinds: &[Raises]) -> Value {
    kinds.iter().map(|kind| kind.name()).collect()
}
