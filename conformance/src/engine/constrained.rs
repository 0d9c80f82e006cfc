//! Which steps of a script the specification constrains. The others need not be sent.
//!
//! `generate`, `shrink` and the vectors of the command drop unconstrained steps, each other ones; [`Removable`] lists
//! which.

use crate::Case;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Expectation, Step};

/// The unconstrained steps that may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removable {
    /// Those of the scenario. Drawn cases keep unconstrained questions.
    OfScenario,
    /// All but questions that another step is compared with. Only they can be needed by a constrained step.
    NotCompared,
    /// All. Without a question that others are compared with, these may become unconstrained in turn.
    All,
}

/// Drops the unconstrained steps that may go from the script of a case.
pub fn drop_unconstrained(case: &mut Case, platform: &Platform, removable: Removable) {
    let mut stays = staying(case, platform, removable).into_iter();
    case.script.retain(|_| stays.next() == Some(true));
}

/// Returns true if each step is constrained, or a question that another step is compared with.
pub fn is_constrained(case: &Case, platform: &Platform) -> bool {
    staying(case, platform, Removable::NotCompared).into_iter().all(|stays| stays)
}

/// Returns for each step true if it is constrained or may not go.
fn staying(case: &Case, platform: &Platform, removable: Removable) -> Vec<bool> {
    let may_stay = |step: &Step| match removable {
        Removable::OfScenario => !matches!(step, Step::Act(_)),
        Removable::NotCompared | Removable::All => false,
    };
    let mut stays: Vec<bool> = case.script.iter().map(may_stay).collect();
    for prediction in case.expect(platform) {
        stays[prediction.step] = true;
        if let Expectation::SameAs(step) | Expectation::FreshFrom(step) = prediction.expectation
            && removable == Removable::NotCompared
            && matches!(case.script[step], Step::Ask(_))
        {
            stays[step] = true;
        }
    }
    stays
}
