//! What the doors of a consumer took in a run, and what they refused, by the feature that a door need not accept.

use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::{Answer, Consumer, Feature, Step, Take};
use std::collections::BTreeMap;

/// What one door took and refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The cases in which it took the array.
    pub taken: u64,
    /// The cases in which it refused the array, by the first feature that it does not declare; `None` if it declares all.
    pub refused: BTreeMap<Option<&'static str>, u64>,
}

impl Seen {
    /// All cases in which it refused the array.
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }
}

/// What each door took and refused, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doors(pub BTreeMap<String, Seen>);

impl Doors {
    /// Counts the reply to a case, if the case hands an array to a door.
    pub(super) fn count(&mut self, hello: &Hello, case: &Case, reply: &Reply) {
        let Some(Step::Consumer(Consumer::Take(take))) = case.script.first() else { return };
        let seen = self.0.entry(take.door.name.clone()).or_default();
        match reply.answer(0) {
            Some(Answer::Raises(_)) => *seen.refused.entry(reason(hello, case, take)).or_default() += 1,
            Some(Answer::Nothing) => seen.taken += 1,
            _ => {}
        }
    }

    /// Adds what was counted in another job.
    pub(super) fn add(&mut self, other: Doors) {
        for (door, seen) in other.0 {
            let total = self.0.entry(door).or_default();
            total.taken += seen.taken;
            for (feature, count) in seen.refused {
                *total.refused.entry(feature).or_default() += count;
            }
        }
    }
}

/// The first feature of the array that the door does not declare, and need not accept.
fn reason(hello: &Hello, case: &Case, take: &Take) -> Option<&'static str> {
    let layout = resolve(&hello.platform, &case.array).ok()?;
    let features = take.features(&hello.platform, &case.array, &layout);
    let is_reason = |feature: &Feature| !feature.is_harmless() && !take.door.accepts.contains(feature);
    features.into_iter().find(is_reason).map(Feature::word)
}
