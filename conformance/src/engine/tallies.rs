//! Counts in how many cases each rule was judged, broken, known to be broken, not applicable or declined.
//!
//! A case may have several predictions of one rule, but counts once for the rule.

use super::outcome::Tally;
use array_ctypes_spec::Rule;
use std::collections::BTreeSet;

/// How many of the cases that break a rule are remembered. They show if two rules break in the same cases.
pub const MAX_BROKEN: usize = 64;

/// A part of a rule's [`Tally`].
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Judged,
    Broken,
    Known,
    NotApplicable,
    NotObserved,
    Declined,
}

impl Part {
    const COUNT: usize = Part::Declined as usize + 1;
}

/// The tallies of all rules.
pub(crate) struct Tallies {
    /// For each rule, in order.
    rules: Vec<Tally>,
    /// For each rule, in order, the case that was counted last for each part.
    last: Vec<[u64; Part::COUNT]>,
    /// The number of the case that is counted now, from 1 on.
    case: u64,
    /// For each rule, in order, the indices of the first drawn cases that broke it.
    broken: Vec<BTreeSet<u64>>,
}

impl Default for Tallies {
    fn default() -> Tallies {
        let count = Rule::all().count();
        Tallies {
            rules: vec![Tally::default(); count],
            last: vec![[0; Part::COUNT]; count],
            case: 0,
            broken: vec![BTreeSet::new(); count],
        }
    }
}

impl Tallies {
    /// Begins the next case.
    pub(super) fn next_case(&mut self) {
        self.case += 1;
    }

    /// The number of the case that is counted now, from 1 on.
    pub(super) fn case(&self) -> u64 {
        self.case
    }

    /// Counts a part of a rule's tally, once for each case. Returns true if it was the first time in this case.
    pub(super) fn count(&mut self, rule: Rule, part: Part) -> bool {
        let tally = &mut self.rules[rule.index()];
        let count = match part {
            Part::Judged => &mut tally.cases,
            Part::Broken => &mut tally.failed,
            Part::Known => &mut tally.known,
            Part::NotApplicable => &mut tally.not_applicable,
            Part::NotObserved => &mut tally.not_observed,
            Part::Declined => &mut tally.declined,
        };
        let last = &mut self.last[rule.index()][part as usize];
        let is_first = *last != self.case;
        *count += u64::from(is_first);
        *last = self.case;
        is_first
    }

    /// Notes the index of a drawn case that breaks a rule.
    pub(super) fn note_broken(&mut self, rule: Rule, index: u64) {
        let broken = &mut self.broken[rule.index()];
        broken.insert(index);
        if broken.len() > MAX_BROKEN {
            broken.pop_last();
        }
    }

    /// Adds the tallies of another job.
    pub(super) fn add(&mut self, other: Tallies) {
        for (total, tally) in self.rules.iter_mut().zip(other.rules) {
            total.cases += tally.cases;
            total.failed += tally.failed;
            total.known += tally.known;
            total.not_applicable += tally.not_applicable;
            total.not_observed += tally.not_observed;
            total.declined += tally.declined;
        }
        for (rule, broken) in Rule::all().zip(other.broken) {
            for index in broken {
                self.note_broken(rule, index);
            }
        }
    }

    /// The tally of each rule, in order, and the indices of the first drawn cases that broke it.
    pub(super) fn into_lists(self) -> (Vec<Tally>, Vec<Vec<u64>>) {
        (self.rules, self.broken.into_iter().map(|broken| broken.into_iter().collect()).collect())
    }
}
