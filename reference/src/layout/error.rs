//! Errors of arrays and of elements.

use crate::memory::{NoMemory, OutsideBuffer};
use std::fmt;

/// The reason why an array cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArrayError {
    /// The numbers of lengths and strides differ.
    Axes {
        /// Number of lengths.
        shape: usize,
        /// Number of strides.
        strides: usize,
    },
    /// This machine has no such element type.
    ElementType {
        /// Its type string.
        typestr: String,
    },
    /// The array has more bytes than an `isize` can count.
    TooBig,
    /// Elements are outside the buffer.
    OutOfBounds {
        /// Offset of the lowest byte of an element in the buffer.
        low: i128,
        /// Offset of the byte after the highest byte of an element in the buffer.
        high: i128,
        /// Size of the buffer in bytes.
        size: usize,
    },
    /// The number of elements does not fit the shape.
    Count {
        /// The shape.
        shape: Vec<usize>,
        /// Number of elements.
        found: usize,
    },
    /// There is not enough memory for the elements.
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
                write!(f, "expected an element type of this machine, found {typestr}; use a size that C has here")
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
                    "expected as many elements as the shape {shape:?} has, found {found}; change one or the other"
                )
            }
            ArrayError::Memory(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ArrayError {}

/// The reason why an element was not read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemError {
    /// There is no such element.
    Index {
        /// The index that was asked for.
        index: Vec<usize>,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// The array is read-only.
    ReadOnly,
    /// The number of bytes is not the item size.
    Size {
        /// Item size in bytes.
        expected: usize,
        /// Number of bytes that were given.
        found: usize,
    },
    /// The element is outside the buffer. No constructor makes such an array.
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
