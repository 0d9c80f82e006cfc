//! Answers that faults give, and changes of answers that several chapters make.

use array_ctypes_conformance::spec::dtype::Record;
use array_ctypes_conformance::spec::layout::c_strides;
use array_ctypes_conformance::spec::{Address, Answer, Attribute, Question, Value};

/// Returns an address, given that of the buffer.
pub(super) fn absolute(buffer: u64, offset: i64) -> Answer {
    Answer::Address(Address::Absolute(buffer.wrapping_add(offset as u64)))
}

/// Returns the lengths of axes as an answer.
pub(super) fn lengths(shape: &[u64]) -> Answer {
    Answer::Integers(shape.iter().map(|length| *length as i64).collect())
}

/// Returns one integer as an answer.
pub(super) fn integer(value: u64) -> Answer {
    Answer::Integer(i128::from(value))
}

/// Returns the offset of the byte after the last field of a structured type.
pub(super) fn end_of_fields(record: &Record) -> u64 {
    record.fields.iter().map(|field| field.offset + field.size()).max().unwrap_or(0)
}

/// Returns the byte strides of an array in Fortran order.
pub(super) fn fortran_strides(shape: &[u64], item_size: u64) -> Vec<i64> {
    let reversed: Vec<u64> = shape.iter().rev().copied().collect();
    let mut strides = c_strides(&reversed, item_size);
    strides.reverse();
    strides
}

/// Returns true if a question is answered by an error.
pub(super) fn is_refusal(answer: &Answer) -> bool {
    matches!(answer, Answer::Raises(_))
}

/// Moves an address.
pub(super) fn shift(answer: &mut Answer, bytes: i64) {
    if let Answer::Address(address) = answer {
        shift_address(address, bytes);
    }
}

/// Moves an address.
pub(super) fn shift_address(address: &mut Address, bytes: i64) {
    if let Address::Absolute(address) = address {
        *address = address.wrapping_add(bytes as u64);
    }
}

/// Gives another type to a value, if the change names one.
pub(super) fn change_type<T: ToString>(
    question: &Question,
    answer: &mut Answer,
    other: impl FnOnce(&Value) -> Option<T>,
) {
    if let (Question::Type(value), Answer::Text(name)) = (question, answer)
        && let Some(other) = other(value)
    {
        *name = other.to_string();
    }
}

/// Changes an answer of integers, if this was asked.
pub(super) fn change_integers(asked: bool, answer: &mut Answer, change: impl FnOnce(&mut Vec<i64>)) {
    if let (true, Answer::Integers(values)) = (asked, answer) {
        change(values);
    }
}

/// Changes an answer of a truth value, if this was asked.
pub(super) fn change_bool(asked: bool, answer: &mut Answer, change: impl FnOnce(bool) -> bool) {
    if let (true, Answer::Bool(value)) = (asked, answer) {
        *value = change(*value);
    }
}

/// Answers every access of these attributes with the same object.
pub(super) fn same_object(attributes: &[Attribute], question: &Question, answer: &mut Answer) {
    if let (Question::Object(attribute), Answer::Object(number)) = (question, answer)
        && attributes.contains(attribute)
    {
        *number = u64::MAX - *attribute as u64;
    }
}
