//! Searches the shortest sequence of cases after which a case fails: first how many of the last cases are needed, then
//! which of them, by leaving out ever smaller parts (delta debugging).
//!
//! Each attempt starts a fresh implementation, so there are limits for attempts, cases and time.

use super::asker::{Asker, Target};
use super::{MAX_FRESH_CANDIDATES, shrink};
use crate::Case;
use crate::engine::history::History;
use crate::engine::outcome::{Alone, Failure};
use std::time::{Duration, Instant};

/// The most fresh implementations that are started, over all failures of a run.
const MAX_ATTEMPTS: usize = 400;

/// The most cases that are asked before others, over all failures of a run.
const MAX_CASES: usize = 200_000;

/// How long the search may take, over all failures of a run.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The search, with what it has found so far.
#[derive(Default)]
pub(super) struct Search {
    attempts: usize,
    cases: usize,
    spent: Duration,
    /// When the search for this failure began.
    started: Option<Instant>,
    /// The sequences that were found. Several failures often need the same.
    found: Vec<Vec<Case>>,
}

impl Search {
    /// Searches the cases that have to come before the case of a failure. `original` is the case as it was found, and
    /// `history` what came before it.
    pub(super) fn run(
        &mut self,
        asker: &mut Asker,
        failure: &mut Failure,
        original: &Case,
        history: &History,
        target: &Target,
        draw: &dyn Fn(u64) -> Option<Case>,
    ) -> Alone {
        self.started = Some(Instant::now());
        let alone = self.search(asker, failure, original, history, target, draw);
        self.spent += self.started.take().map_or(Duration::ZERO, |started| started.elapsed());
        alone
    }

    fn search(
        &mut self,
        asker: &mut Asker,
        failure: &mut Failure,
        original: &Case,
        history: &History,
        target: &Target,
        draw: &dyn Fn(u64) -> Option<Case>,
    ) -> Alone {
        // Small cases and sequences that are known come first.
        let mut sequence = None;
        for known in self.found.clone() {
            if self.fails(asker, &known, original, target) {
                sequence = Some(known);
                break;
            }
        }
        let mut last: Vec<Case> = Vec::new();
        if sequence.is_none() {
            let mut backwards = history.backwards(draw);
            let mut wanted = 1;
            loop {
                last.extend(backwards.by_ref().take(wanted - last.len()));
                let before: Vec<Case> = last.iter().rev().cloned().collect();
                if !last.is_empty() && self.fails(asker, &before, original, target) {
                    sequence = Some(before);
                    break;
                }
                if last.len() < wanted || self.is_spent(asker) {
                    break;
                }
                wanted *= 2;
            }
        }
        let Some(mut sequence) = sequence else { return Alone::Holds { before: last.len() } };
        self.shorten(asker, &mut sequence, original, target);
        // Where the number of cases matters, and not what they are, the small case does as well as any other.
        let same = vec![failure.case.clone(); sequence.len()];
        if self.fails(asker, &same, original, target) {
            sequence = same;
        }
        if let Some(found) = asker.fails_after(&sequence, &failure.case.clone(), target) {
            failure.show(failure.case.clone(), found);
        } else if let Some(found) = asker.fails_after(&sequence, original, target) {
            failure.show(original.clone(), found);
            failure.small = shrink(asker, failure, target, Some(&sequence), MAX_FRESH_CANDIDATES);
        } else {
            return Alone::Holds { before: sequence.len() };
        }
        if !self.found.contains(&sequence) {
            self.found.push(sequence.clone());
        }
        Alone::FailsAfter(sequence)
    }

    /// Leaves out cases as long as it still fails: halves, quarters and so on, down to single cases.
    fn shorten(&mut self, asker: &mut Asker, sequence: &mut Vec<Case>, case: &Case, target: &Target) {
        let mut size = sequence.len().div_ceil(2);
        while size > 0 && sequence.len() > 1 {
            let mut from = 0;
            let before = sequence.len();
            while from < sequence.len() && sequence.len() > 1 {
                let until = (from + size).min(sequence.len());
                let without = [&sequence[..from], &sequence[until..]].concat();
                if !without.is_empty() && self.fails(asker, &without, case, target) {
                    *sequence = without;
                } else {
                    from = until;
                }
                if self.is_spent(asker) {
                    return;
                }
            }
            // Single cases may become unnecessary after others have gone.
            if size > 1 || sequence.len() == before {
                size /= 2;
            }
        }
    }

    fn is_spent(&self, asker: &Asker) -> bool {
        let spent = self.spent + self.started.map_or(Duration::ZERO, |started| started.elapsed());
        asker.stopped().is_some() || self.attempts >= MAX_ATTEMPTS || self.cases >= MAX_CASES || spent >= TIME_LIMIT
    }

    fn fails(&mut self, asker: &mut Asker, before: &[Case], case: &Case, target: &Target) -> bool {
        if self.is_spent(asker) {
            return false;
        }
        self.attempts += 1;
        self.cases += before.len();
        asker.fails_after(before, case, target).is_some()
    }
}
