//! View operations: what turns an array into another array over the same memory.
//!
//! An operation is one row of the table below, from which its text form comes, both ways; case files and the protocol use
//! that. What it does, and its rule, are in [`crate::chapters::layout`].

use super::argument::{Argument, Rest};
use super::dtype::Dtype;
use super::words::{forms, list};
use std::fmt;
use std::str::FromStr;

forms! {
    /// One view of an array.
    View {
        /// Fixes the index on one axis, which disappears. Negative indices count from the end.
        Index "index" {
            /// The axis.
            axis: usize = "AXIS",
            /// The index, in elements.
            at: i64 = "AT",
        },
        /// Python's slice on one axis, with `_` where Python has nothing.
        Slice "slice" {
            /// The axis.
            axis: usize = "AXIS",
            /// First index.
            start: Option<i64> = "START",
            /// Index to stop before.
            stop: Option<i64> = "STOP",
            /// Step, not 0.
            step: i64 = "STEP",
        },
        /// Reverses one axis.
        Reverse "reverse" {
            /// The axis.
            axis: usize = "AXIS",
        },
        /// Axis `i` of the view is axis `axes[i]` of the array.
        Transpose "transpose" {
            /// A permutation of the axes.
            axes: Vec<usize> = "AXIS…",
        },
        /// A new axis of length 1 before axis `axis`.
        NewAxis "newaxis" {
            /// Where; the number of dimensions means last.
            axis: usize = "AXIS",
        },
        /// Broadcasts to a shape.
        Broadcast "broadcast" {
            /// The shape.
            shape: Vec<u64> = "LENGTH…",
        },
        /// The same elements in C order under another shape, where that needs no copy.
        Reshape "reshape" {
            /// The shape.
            shape: Vec<u64> = "LENGTH…",
        },
        /// One field of a structured type.
        Field "field" {
            /// Its name.
            name: String = "NAME",
        },
        /// The same memory as elements of another type.
        Reinterpret "view" {
            /// The type; never structured.
            dtype: Dtype = "TYPESTR",
        },
    }
}

/// An element type as its type string.
impl Argument for Dtype {
    fn take(rest: &mut Rest) -> Option<Self> {
        Dtype::from_typestr(rest.word()?).ok()
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {}", self.typestr())
    }
}

/// A text that is no view operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseViewError {
    text: String,
}

impl fmt::Display for ParseViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no view operation: expected one of {}", self.text, list(View::FORMS))
    }
}

impl std::error::Error for ParseViewError {}

impl FromStr for View {
    type Err = ParseViewError;

    fn from_str(text: &str) -> Result<View, ParseViewError> {
        View::parse(text.trim_start_matches(' ')).ok_or_else(|| ParseViewError { text: text.to_owned() })
    }
}
