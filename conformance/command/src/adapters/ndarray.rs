//! What the ways of the crate `ndarray` to ask cost, beside those of the reference: with the feature `ndarray`.
//!
//! It tells strides in elements, while all others tell them in bytes: what is measured turns them into bytes. A view of it is
//! none of the ways, since C can be given none.

use crate::bench::measure::{measure, ways};
use crate::bench::{Measured, SHAPE};
use ndarray::{ArrayD, IxDyn};
use std::time::Duration;

/// Its version, as far as the manifest says it.
const VERSION: &str = "0.17";

/// What they cost, of an array whose number of axes is known only when the program runs, as that of the others.
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
