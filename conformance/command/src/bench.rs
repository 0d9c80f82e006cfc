//! Measures what asking costs: the same four questions for every implementation, in each way that it offers.

use array_ctypes_conformance::adapter::cost::Cost;
use array_ctypes_conformance::spec::Array;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::{Hello, Implementation, RunError};
use std::fmt;
use std::time::Duration;

pub mod chart;
pub mod compare;
pub mod costs;
pub mod json;
pub mod measure;
pub mod table;

/// About how long all calls of an implementation take at most, unless a single call takes longer than its share. Rounds are no
/// longer than is useful: about twenty ways take half of this time.
pub const BUDGET: Duration = Duration::from_secs(2);

/// An implementation with the costs of its ways to ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Its name.
    pub implementation: String,
    /// Its version.
    pub version: String,
    /// The shape of the array that was asked about.
    pub shape: Vec<u64>,
    /// At least one.
    pub costs: Vec<Cost>,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.implementation, self.version)
    }
}

/// The shape of the array that is asked about, if the limits allow it.
pub const SHAPE: [u64; 2] = [3, 4];

/// The array that is asked about: C-contiguous, of 4-byte integers of the platform, 3 by 4; 12 in one axis if the limits allow
/// no more axes; `None` if the limits allow neither. No answer depends on the elements.
pub fn array(hello: &Hello) -> Option<Array> {
    let shapes: [&[u64]; 2] = [&SHAPE, &[12]];
    let allowed = |array: &Array| hello.allows(array, resolve(&hello.platform, array).ok().as_ref());
    shapes.into_iter().map(|shape| integers(&hello.platform, shape)).find(allowed)
}

fn integers(platform: &Platform, shape: &[u64]) -> Array {
    let dtype = Dtype::Plain(Plain { kind: Kind::Int, size: 4, order: platform.byte_order, unit: None });
    Array::contiguous(vec![0; 48], dtype, shape)
}

/// Has an implementation measure its ways to ask.
///
/// # Errors
/// [`RunError`] if it offers no costs, cannot make such an array, or is lost while it measures.
pub fn ask(implementation: &mut dyn Implementation, budget: Duration) -> Result<Measured, RunError> {
    let hello = implementation.hello().clone();
    let array = array(&hello).ok_or_else(|| {
        RunError::unavailable(format!(
            "expected limits that allow an array of 12 integers of 4 bytes, found others of {}",
            hello.name
        ))
    })?;
    let costs = implementation.costs(&array, budget)?;
    Ok(Measured { implementation: hello.name, version: hello.version, shape: array.shape, costs })
}
