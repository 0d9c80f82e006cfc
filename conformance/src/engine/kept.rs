//! The failures that a run keeps: of each rule and cause the one that comes first.
//!
//! Which one that is depends on the order of the cases alone, not on the number of jobs.

use super::cause::Cause;
use super::history::History;
use super::outcome::{Alone, Failure, Origin, Small};
use crate::Case;
use crate::adapter::reply::Reply;
use array_ctypes_spec::{Prediction, Rule};
use std::collections::BTreeMap;

/// A failure that was kept, as it was found.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) case: Case,
    pub(super) origin: Origin,
    pub(super) prediction: Prediction,
    pub(super) reply: Reply,
    /// What the implementation was asked before.
    pub(super) before: History,
}

impl Kept {
    /// The failure as it was found.
    pub(super) fn unchanged(self, cause: Cause) -> Failure {
        let Kept { case, origin, prediction, reply, .. } = self;
        let (rule, met) = (prediction.rule, cause.clone());
        let (small, alone) = (Small::NotYet, Alone::NotAsked);
        Failure { rule, case, origin, prediction, reply, cause, met, small, alone, beside: Vec::new() }
    }
}

/// The failures of a job, or of all jobs.
pub(super) struct AllKept {
    /// For each rule, in order.
    rules: Vec<BTreeMap<Cause, Kept>>,
}

impl Default for AllKept {
    fn default() -> AllKept {
        AllKept { rules: vec![BTreeMap::new(); Rule::all().count()] }
    }
}

impl AllKept {
    /// Returns true if nothing failed.
    pub(super) fn is_empty(&self) -> bool {
        self.rules.iter().all(BTreeMap::is_empty)
    }

    /// How many rules were broken.
    pub(super) fn broken(&self) -> usize {
        self.rules.iter().filter(|causes| !causes.is_empty()).count()
    }

    /// Keeps a failure, unless the same rule failed earlier for the same cause. Returns it if the cause was not met before.
    pub(super) fn keep(
        &mut self,
        case: &Case,
        reply: &Reply,
        prediction: &Prediction,
        origin: &dyn Fn() -> Origin,
        history: &History,
    ) -> Option<Failure> {
        let causes = &mut self.rules[prediction.rule.index()];
        let cause = Cause::of(case, reply, prediction);
        let origin = origin();
        if causes.get(&cause).is_some_and(|earlier| earlier.origin <= origin) {
            return None;
        }
        let before = history.before(&origin);
        let (case, reply, prediction) = (case.clone(), reply.clone(), prediction.clone());
        let kept = Kept { case, origin, prediction, reply, before };
        let is_new = causes.insert(cause.clone(), kept.clone()).is_none();
        is_new.then(|| kept.unchanged(cause))
    }

    /// Adds the failures of another job.
    pub(super) fn add(&mut self, other: AllKept) {
        for (total, causes) in self.rules.iter_mut().zip(other.rules) {
            for (cause, kept) in causes {
                if total.get(&cause).is_none_or(|earlier| kept.origin < earlier.origin) {
                    total.insert(cause, kept);
                }
            }
        }
    }

    /// The failures of each rule that failed: its causes in the order in which they were met.
    pub(super) fn into_rules(self) -> impl Iterator<Item = Vec<(Cause, Kept)>> {
        self.rules.into_iter().filter(|causes| !causes.is_empty()).map(|causes| {
            let mut causes: Vec<(Cause, Kept)> = causes.into_iter().collect();
            causes.sort_by(|(_, one), (_, other)| one.origin.cmp(&other.origin));
            causes
        })
    }
}
