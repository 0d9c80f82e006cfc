//! View operations: what turns an array into another array over the same memory.
//!
//! Each has a one-line text form, which case files and the protocol use. The rules are those of [`crate::chapters::layout`].

use super::dtype::Dtype;
use std::fmt;
use std::str::FromStr;

/// One view of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Fixes the index on one axis, which disappears. Negative indices count from the end. `index AXIS AT`
    Index {
        /// The axis.
        axis: usize,
        /// The index, in elements.
        at: i64,
    },
    /// Python's slice on one axis. `slice AXIS START STOP STEP`, with `_` where Python has nothing.
    Slice {
        /// The axis.
        axis: usize,
        /// First index.
        start: Option<i64>,
        /// Index to stop before.
        stop: Option<i64>,
        /// Step, not 0.
        step: i64,
    },
    /// Reverses one axis. `reverse AXIS`
    Reverse {
        /// The axis.
        axis: usize,
    },
    /// Axis `i` of the view is axis `axes[i]` of the array. `transpose AXIS…`
    Transpose {
        /// A permutation of the axes.
        axes: Vec<usize>,
    },
    /// A new axis of length 1 before axis `axis`. `newaxis AXIS`
    NewAxis {
        /// Where; the number of dimensions means last.
        axis: usize,
    },
    /// Broadcasts to a shape. `broadcast LENGTH…`
    Broadcast {
        /// The shape.
        shape: Vec<u64>,
    },
    /// The same elements in C order under another shape, where that needs no copy. `reshape LENGTH…`
    Reshape {
        /// The shape.
        shape: Vec<u64>,
    },
    /// One field of a structured type. `field NAME`
    Field {
        /// Its name.
        name: String,
    },
    /// The same memory as elements of another type. `view TYPESTR`
    Reinterpret {
        /// The type; never structured.
        dtype: Dtype,
    },
}

impl View {
    /// The first word of the text form, which names the operation.
    pub fn word(&self) -> &'static str {
        match self {
            View::Index { .. } => "index",
            View::Slice { .. } => "slice",
            View::Reverse { .. } => "reverse",
            View::Transpose { .. } => "transpose",
            View::NewAxis { .. } => "newaxis",
            View::Broadcast { .. } => "broadcast",
            View::Reshape { .. } => "reshape",
            View::Field { .. } => "field",
            View::Reinterpret { .. } => "view",
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
            items.iter().try_for_each(|item| write!(f, " {item}"))
        }
        let bound = |bound: Option<i64>| bound.map_or("_".to_owned(), |at| at.to_string());
        f.write_str(self.word())?;
        match self {
            View::Index { axis, at } => write!(f, " {axis} {at}"),
            View::Slice { axis, start, stop, step } => write!(f, " {axis} {} {} {step}", bound(*start), bound(*stop)),
            View::Reverse { axis } | View::NewAxis { axis } => write!(f, " {axis}"),
            View::Transpose { axes } => list(f, axes),
            View::Broadcast { shape } | View::Reshape { shape } => list(f, shape),
            View::Field { name } => write!(f, " {name}"),
            View::Reinterpret { dtype } => write!(f, " {}", dtype.typestr()),
        }
    }
}

/// A text that is no view operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseViewError {
    text: String,
}

impl fmt::Display for ParseViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no view operation: expected one of `index AXIS AT`, `slice AXIS START STOP STEP`, `reverse AXIS`, \
             `transpose AXIS…`, `newaxis AXIS`, `broadcast LENGTH…`, `reshape LENGTH…`, `field NAME`, `view TYPESTR`",
            self.text
        )
    }
}

impl std::error::Error for ParseViewError {}

impl FromStr for View {
    type Err = ParseViewError;

    fn from_str(text: &str) -> Result<View, ParseViewError> {
        parse(text).ok_or_else(|| ParseViewError { text: text.to_owned() })
    }
}

fn parse(text: &str) -> Option<View> {
    fn all<T: FromStr>(words: &[&str]) -> Option<Vec<T>> {
        words.iter().map(|word| word.parse().ok()).collect()
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let (&name, rest) = words.split_first()?;
    let bound = |word: &str| if word == "_" { Some(None) } else { word.parse().ok().map(Some) };
    Some(match (name, rest) {
        ("index", [axis, at]) => View::Index { axis: axis.parse().ok()?, at: at.parse().ok()? },
        ("slice", [axis, start, stop, step]) => {
            View::Slice { axis: axis.parse().ok()?, start: bound(start)?, stop: bound(stop)?, step: step.parse().ok()? }
        }
        ("reverse", [axis]) => View::Reverse { axis: axis.parse().ok()? },
        ("transpose", axes) => View::Transpose { axes: all(axes)? },
        ("newaxis", [axis]) => View::NewAxis { axis: axis.parse().ok()? },
        ("broadcast", shape) => View::Broadcast { shape: all(shape)? },
        ("reshape", shape) => View::Reshape { shape: all(shape)? },
        // Names may have spaces.
        ("field", _) => View::Field { name: text.strip_prefix("field ")?.to_owned() },
        ("view", [typestr]) => View::Reinterpret { dtype: Dtype::from_typestr(typestr).ok()? },
        _ => return None,
    })
}
