//! Which steps of a script the specification expects something of. What it leaves free is not worth asking.

use crate::Case;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Expectation, Prediction, Step};

/// Returns for each step if the specification expects something of its answer.
pub fn constrained(case: &Case, platform: &Platform) -> Vec<bool> {
    let mut constrained = vec![false; case.script.len()];
    for prediction in case.expect(platform) {
        constrained[prediction.step] = true;
    }
    constrained
}

/// Returns the script without the steps that nothing is expected of, unless another step compares with them.
pub fn without_unconstrained(case: &Case, platform: &Platform) -> Vec<Step> {
    let predictions = case.expect(platform);
    let is_constrained = |at: usize| predictions.iter().any(|prediction| prediction.step == at);
    let steps = case.script.iter().enumerate();
    let kept =
        steps.filter(|(at, step)| is_constrained(*at) || matches!(step, Step::Ask(_)) && refers(&predictions, *at));
    kept.map(|(_, step)| step.clone()).collect()
}

/// Returns true if each step is expected something of, or compared with.
pub fn is_constrained(case: &Case, platform: &Platform) -> bool {
    without_unconstrained(case, platform).len() == case.script.len()
}

fn refers(predictions: &[Prediction], to: usize) -> bool {
    predictions.iter().any(|prediction| match prediction.expectation {
        Expectation::SameAs(step) | Expectation::FreshFrom(step) => step == to,
        _ => false,
    })
}
