//! Results of the reference, as answers.

use array_ctypes::{CArray, Pointer, ctype, shape};
use array_ctypes_spec::{Address, Answer};

pub(super) fn item_type() -> Answer {
    Answer::Text(ctype::named(&shape::ITEM).to_string())
}

pub(super) fn address(address: usize) -> Answer {
    Answer::Address(Address::Absolute(address as u64))
}

pub(super) fn pointer(pointer: Pointer) -> Answer {
    address(pointer.address())
}

pub(super) fn integer(value: i64) -> Answer {
    Answer::Integer(i128::from(value))
}

pub(super) fn integers(values: &[isize]) -> Answer {
    Answer::Integers(values.iter().map(|value| *value as i64).collect())
}

pub(super) fn c_array(array: Option<CArray>) -> Answer {
    match array {
        None => Answer::Nothing,
        Some(CArray::Memory { bytes, .. }) => Answer::Bytes(bytes),
        Some(CArray::Objects(values)) => integers(&values),
    }
}

pub(super) fn value(value: ctype::Value) -> Answer {
    match value {
        ctype::Value::Null => Answer::Nothing,
        ctype::Value::Bool(value) => Answer::Bool(value),
        ctype::Value::Integer(value) => Answer::Integer(value),
        ctype::Value::Float(value) => Answer::Float(value.to_bits()),
        ctype::Value::Char(byte) => Answer::Bytes(vec![byte]),
    }
}
