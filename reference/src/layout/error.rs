//! Why there is no such array, no such element, and no slice.

use crate::memory::{NoMemory, OutsideBuffer};
use std::fmt;

/// Why there is no such array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArrayError {
    /// Lengths and strides are not as many.
    Axes {
        /// How many lengths.
        shape: usize,
        /// How many strides.
        strides: usize,
    },
    /// This machine has no such element type.
    ElementType {
        /// Its type string.
        typestr: String,
    },
    /// More bytes than an `isize` counts.
    TooBig,
    /// Elements outside the buffer.
    OutOfBounds {
        /// The lowest byte of an element, from the buffer's first.
        low: i128,
        /// The byte after the highest, likewise.
        high: i128,
        /// Size of the buffer in bytes.
        size: usize,
    },
    /// Not as many elements as the shape says.
    Count {
        /// The shape.
        shape: Vec<usize>,
        /// How many elements.
        found: usize,
    },
    /// No memory for the elements.
    Memory(NoMemory),
}

impl fmt::Display for ArrayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArrayError::Axes { shape, strides } => {
                write!(
                    f,
                    "expected a stride for each of {shape} axes, found {strides}; give as many strides as lengths"
                )
            }
            ArrayError::ElementType { typestr } => {
                write!(
                    f,
                    "expected an element type of this machine, found {typestr}; use one of a size that C has here"
                )
            }
            ArrayError::TooBig => {
                write!(f, "expected at most {} bytes, found more; make axes shorter", isize::MAX)
            }
            ArrayError::OutOfBounds { low, high, size } => write!(
                f,
                "expected elements in bytes 0 to {size} of the buffer, found them in {low} to {high}; check offset, \
                 shape and strides"
            ),
            ArrayError::Count { shape, found } => {
                write!(
                    f,
                    "expected as many elements as the shape {shape:?} says, found {found}; change one or the other"
                )
            }
            ArrayError::Memory(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ArrayError {}

/// Why an element was not read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemError {
    /// There is no such element.
    Index {
        /// The index asked for.
        index: Vec<usize>,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// The array is read-only.
    ReadOnly,
    /// Not as many bytes as an element has.
    Size {
        /// Item size in bytes.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// The element is outside the buffer; no array that a constructor admits has such.
    Memory(OutsideBuffer),
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ItemError::Index { index, shape } => {
                write!(
                    f,
                    "expected an index below each length of {shape:?}, found {index:?}; check the order of the axes"
                )
            }
            ItemError::ReadOnly => f.write_str("expected a writeable array, found a read-only one; write to a copy"),
            ItemError::Size { expected, found } => {
                write!(f, "expected the {expected} bytes of an element, found {found}; give the whole element")
            }
            ItemError::Memory(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ItemError {}
