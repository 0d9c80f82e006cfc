//! The costs of asking the crate `ndarray`, for comparison with the reference: with the feature `ndarray`.
//!
//! `ndarray` has strides in elements, all others in bytes, so the conversion to bytes is measured too. No way makes a view, since
//! C cannot take one.

use crate::bench::measure::{measure, ways};
use crate::bench::{Measured, SHAPE};
use ndarray::{ArrayD, IxDyn};
use std::time::Duration;

/// Its version, as in the manifest.
const VERSION: &str = "0.17";

/// Measures the ways of an array whose number of axes is known only at run time, as in the other implementations.
pub fn costs(budget: Duration) -> Measured {
    let a = &ArrayD::<i32>::zeros(IxDyn(&SHAPE.map(|length| length as usize)));
    let ways = ways![a;
        Address: a.as_ptr();
        Shape: a.shape();
        Strides: a.strides().iter().map(|n| 4 * n).collect::<Vec<_>>();
        All: (a.as_ptr(), a.shape(), a.strides().iter().map(|n| 4 * n).collect::<Vec<_>>());
    ];
    let costs = measure(&ways, budget);
    Measured { implementation: "ndarray".to_owned(), version: VERSION.to_owned(), shape: SHAPE.to_vec(), costs }
}
