//! What an element is called in a picture: its index, or its number where the index is too long.

use super::grid::Element;
use array_ctypes_spec::layout::Layout;

/// The most characters of an index. Longer ones would leave no room for bytes.
const MAX_LENGTH: usize = 12;

/// How the elements of an array are called.
pub(super) enum Names {
    /// `[1,2]`, with `:` for every index of an axis.
    Index {
        /// The most characters of a name.
        longest: usize,
    },
    /// `#7`, the number in C order of the first element at that place.
    Number {
        /// By how much the number grows with each index.
        weights: Vec<u128>,
        /// The most characters of a name.
        longest: usize,
    },
}

impl Names {
    pub(super) fn of(layout: &Layout) -> Names {
        let digits = |most: u64| most.checked_ilog10().map_or(1, |log| log as usize + 1);
        let of_axis = |(length, stride): (&u64, &i64)| {
            if *length > 1 && *stride == 0 { 1 } else { digits(length.saturating_sub(1)) }
        };
        let indices: usize = layout.shape.iter().zip(&layout.strides).map(of_axis).sum();
        let longest = 2 + indices + layout.shape.len().saturating_sub(1);
        if longest <= MAX_LENGTH {
            return Names::Index { longest };
        }
        let mut weight = 1u128;
        let mut weights: Vec<u128> = layout
            .shape
            .iter()
            .rev()
            .map(|length| {
                let this = weight;
                weight = weight.saturating_mul(u128::from(*length));
                this
            })
            .collect();
        weights.reverse();
        Names::Number { weights, longest: 1 + digits(layout.elements().saturating_sub(1)) }
    }

    /// The most characters of a name.
    pub(super) fn longest(&self) -> usize {
        match self {
            Names::Index { longest } | Names::Number { longest, .. } => *longest,
        }
    }

    /// How to read the names, if they are not plain indices.
    pub(super) fn legend(&self, layout: &Layout) -> Option<&'static str> {
        let mut axes = layout.shape.iter().zip(&layout.strides);
        let repeats = !layout.is_empty() && axes.any(|(length, stride)| *length > 1 && *stride == 0);
        match self {
            Names::Number { .. } if repeats => Some("# number in C order, of several at one place the first"),
            Names::Number { .. } => Some("# number in C order"),
            Names::Index { .. } => repeats.then_some(": every index"),
        }
    }

    /// The name of an element.
    pub(super) fn name(&self, element: &Element) -> String {
        match self {
            Names::Index { .. } => {
                let index = element.index.iter().map(|at| at.map_or(":".to_owned(), |at| at.to_string()));
                format!("[{}]", index.collect::<Vec<_>>().join(","))
            }
            Names::Number { weights, .. } => {
                let parts = element.index.iter().zip(weights);
                let part = |(at, weight): (&Option<u64>, &u128)| u128::from(at.unwrap_or(0)).saturating_mul(*weight);
                format!("#{}", parts.map(part).fold(0, u128::saturating_add))
            }
        }
    }
}
