//! Cuts scripts: into parts that a person can read, and down to the steps that are needed.

use array_ctypes_conformance::Case;
use array_ctypes_conformance::engine::constrained::{Removable, drop_unconstrained, is_constrained};
use array_ctypes_spec::Step;
use array_ctypes_spec::platform::Platform;

/// The most steps of a part. A scenario is one part, of any length.
const MAX_STEPS: usize = 16;

/// The parts of a script, each a case over the same array, without the steps that the suite does from outside.
pub(super) fn parts(mut case: Case, platform: &Platform) -> Vec<Case> {
    case.script.retain(|step| !matches!(step, Step::Outside(_)));
    let scenario = case.script.iter().position(|step| matches!(step, Step::Act(_))).unwrap_or(case.script.len());
    let (steps, scenario) = case.script.split_at(scenario);
    let parts = steps.chunks(MAX_STEPS).chain([scenario]).map(<[Step]>::to_vec);
    parts.filter_map(|script| constrained_part(Case { array: case.array.clone(), script }, platform)).collect()
}

/// The case without unconstrained steps; `None` if no step is left.
fn constrained_part(mut case: Case, platform: &Platform) -> Option<Case> {
    while !is_constrained(&case, platform) {
        // If a step goes that others are compared with, their predictions go too.
        drop_unconstrained(&mut case, platform, Removable::All);
    }
    (!case.script.is_empty()).then_some(case)
}

/// The case with as few steps as `holds` allows: no part of the script can be left out, from half of it down to one step.
pub(super) fn cut(mut case: Case, platform: &Platform, holds: &mut dyn FnMut(&Case) -> bool) -> Case {
    let mut part = case.script.len() / 2;
    while part > 0 {
        let mut start = 0;
        while start < case.script.len() && case.script.len() > 1 {
            let end = (start + part).min(case.script.len());
            let mut shorter = case.clone();
            shorter.script.drain(start..end);
            if !shorter.script.is_empty() && is_constrained(&shorter, platform) && holds(&shorter) {
                case = shorter;
            } else {
                start += part;
            }
        }
        part /= 2;
    }
    case
}
