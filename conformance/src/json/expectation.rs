//! Expectations as JSON: an object whose first key is the form of the expectation. `vectors/README.md` explains each
//! form.

use super::case::from_dtype;
use super::from_answer;
use array_ctypes_spec::{Answer, Expectation, Raises};
use serde_json::{Value, json};

/// An expectation as JSON. Different expectations have different JSON.
pub fn from_expectation(expectation: &Expectation) -> Value {
    match expectation {
        Expectation::Is(answer) => json!({ "is": from_answer(answer) }),
        Expectation::OneOf(answers) => json!({ "one_of": answers.iter().map(from_answer).collect::<Value>() }),
        Expectation::SomeBytes { bytes, counts } => matches(&Answer::Bytes(bytes.clone()), counts),
        Expectation::SomeIntegers { integers, counts } => matches(&Answer::Integers(integers.clone()), counts),
        Expectation::SomeImported { imported, address_counts, strides_count } => {
            let counts = [&[*address_counts][..], strides_count].concat();
            matches(&Answer::Imported(imported.clone()), &counts)
        }
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
        Expectation::Elsewhere { start, size } => {
            json!({ "elsewhere": { "start": start.to_string(), "size": size.to_string() } })
        }
        Expectation::Means(dtype) => json!({ "means": from_dtype(dtype) }),
        Expectation::Describes(dtype) => json!({ "describes": from_dtype(dtype) }),
        Expectation::Spans(size) => json!({ "spans": size.to_string() }),
        Expectation::AnyOf(any) => json!({ "any_of": any.iter().map(from_expectation).collect::<Value>() }),
    }
}

/// An answer with a mask: one digit for each byte or integer, 1 if it counts. The mask of an imported array has one for its
/// address, and then one for each stride.
fn matches(answer: &Answer, counts: &[bool]) -> Value {
    let mask: String = counts.iter().map(|counts| if *counts { '1' } else { '0' }).collect();
    json!({ "matches": from_answer(answer), "mask": mask })
}

fn from_kinds(kinds: &[Raises]) -> Value {
    kinds.iter().map(|kind| kind.name()).collect()
}
