//! The orders of arrays without gaps.

use array_ctypes_spec::layout::{c_strides, f_strides};

/// Which axis of an array without gaps is the fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Row-major, as in C: the last.
    C,
    /// Column-major, as in Fortran: the first.
    F,
}

impl Order {
    /// Both.
    pub const ALL: [Order; 2] = [Order::C, Order::F];

    /// Its letter in the protocol.
    pub fn word(self) -> &'static str {
        match self {
            Order::C => "C",
            Order::F => "F",
        }
    }

    /// The one of that letter.
    pub fn from_word(word: &str) -> Option<Order> {
        Order::ALL.into_iter().find(|order| order.word() == word)
    }

    /// The byte strides of arrays in this order.
    pub(crate) fn strides(self, shape: &[u64], item_size: u64) -> Vec<i64> {
        match self {
            Order::C => c_strides(shape, item_size),
            Order::F => f_strides(shape, item_size),
        }
    }
}
