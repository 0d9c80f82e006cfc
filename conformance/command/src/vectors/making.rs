//! The expectation of making an array.

use array_ctypes_conformance::Case;
use array_ctypes_conformance::engine::judge;
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Expectation, Rule};

/// The rule and the expectation of making the array of a case: it is made, made or refused, or refused.
pub(super) fn making(case: &Case, platform: &Platform) -> (Rule, Expectation) {
    match resolve(platform, &case.array) {
        Ok(_) => judge::making(platform, &case.array),
        Err(invalid) => {
            let (rule, kinds) = invalid.refusal();
            (rule, Expectation::Raises(kinds))
        }
    }
}
