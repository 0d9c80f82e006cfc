//! Which steps of a script the specification constrains. The others need not be sent.
//!
//! `generate`, `shrink` and the vectors of the command all drop unconstrained steps; they do it here, so that they
//! agree.

use crate::Case;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Expectation, Prediction, Step};

/// Returns for each step true if the specification constrains its answer.
pub fn constrained(case: &Case, platform: &Platform) -> Vec<bool> {
    let mut constrained = vec![false; case.script.len()];
    for prediction in case.expect(platform) {
        constrained[prediction.step] = true;
    }
    constrained
}

/// Returns the script without the unconstrained steps, except questions that another step is compared with.
pub(crate) fn without_unconstrained(case: &Case, platform: &Platform) -> Vec<Step> {
    let predictions = case.expect(platform);
    let is_constrained = |at: usize| predictions.iter().any(|prediction| prediction.step == at);
    let steps = case.script.iter().enumerate();
    let kept = steps.filter(|(at, step)| {
        is_constrained(*at) || matches!(step, Step::Ask(_)) && is_compared_with(&predictions, *at)
    });
    kept.map(|(_, step)| step.clone()).collect()
}

/// Returns true if each step is constrained, or a question that another step is compared with.
pub fn is_constrained(case: &Case, platform: &Platform) -> bool {
    without_unconstrained(case, platform).len() == case.script.len()
}

fn is_compared_with(predictions: &[Prediction], at: usize) -> bool {
    predictions.iter().any(|prediction| match prediction.expectation {
        Expectation::SameAs(step) | Expectation::FreshFrom(step) => step == at,
        _ => false,
    })
}
