//! Searches the shortest sequence of cases after which a case fails: first how many of the last cases are needed, then
//! which of them, by leaving out ever smaller parts (delta debugging).
//!
//! Each attempt starts a fresh implementation, so there are limits for attempts, cases and time.

use super::asker::{Asker, Target};
use super::smaller::shrink;
use crate::Case;
use crate::engine::history::History;
use crate::engine::outcome::{Alone, Failure, Small};
use std::time::{Duration, Instant};

/// The most candidates that are asked to shrink a failure, if a fresh implementation is started for each.
const MAX_FRESH_CANDIDATES: usize = 60;

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
        for known in self.found.clone() {
            if let Some(alone) = show_after(asker, failure, original, target, &known) {
                return alone;
            }
        }
        let mut last: Vec<Case> = Vec::new();
        let mut backwards = history.backwards(draw);
        let mut wanted = 1;
        let sequence = loop {
            last.extend(backwards.by_ref().take(wanted - last.len()));
            if self.is_spent(asker) {
                return Alone::NotSearched;
            }
            let before: Vec<Case> = last.iter().rev().cloned().collect();
            if !last.is_empty() && self.fails(asker, &before, original, target) {
                break before;
            }
            if last.len() < wanted {
                return Alone::Holds { before: last.len() };
            }
            wanted *= 2;
        };
        let sequence = match self.repeated(asker, &failure.case, sequence.len(), target) {
            Some(repeated) => repeated,
            None => self.shortened(asker, sequence, original, target),
        };
        let count = sequence.len();
        let shown = show_after(asker, failure, original, target, &sequence);
        if shown.is_some() {
            self.found.push(sequence);
        }
        shown.unwrap_or(Alone::Holds { before: count })
    }

    /// Where the number of cases matters, and not what they are, the case itself does as well as any other before it.
    /// Returns the fewest repetitions of it, at most so many, after which it fails.
    fn repeated(&mut self, asker: &mut Asker, case: &Case, most: usize, target: &Target) -> Option<Vec<Case>> {
        let times = |count: usize| vec![case.clone(); count];
        if !self.fails(asker, &times(most), case, target) {
            return None;
        }
        let (mut holds, mut fails) = (0, most);
        while holds + 1 < fails {
            let middle = usize::midpoint(holds, fails);
            if self.fails(asker, &times(middle), case, target) {
                fails = middle;
            } else {
                holds = middle;
            }
        }
        Some(times(fails))
    }

    /// Leaves out cases as long as it still fails: halves, quarters and so on, down to single cases.
    fn shortened(&mut self, asker: &mut Asker, all: Vec<Case>, case: &Case, target: &Target) -> Vec<Case> {
        let mut sequence = all;
        let mut size = sequence.len().div_ceil(2);
        while size > 0 && sequence.len() > 1 {
            let mut from = 0;
            let before = sequence.len();
            while from < sequence.len() && sequence.len() > 1 {
                let until = (from + size).min(sequence.len());
                let without = [&sequence[..from], &sequence[until..]].concat();
                if !without.is_empty() && self.fails(asker, &without, case, target) {
                    sequence = without;
                } else {
                    from = until;
                }
                if self.is_spent(asker) {
                    return sequence;
                }
            }
            // Single cases may become unnecessary after others have gone.
            if size > 1 || sequence.len() == before {
                size /= 2;
            }
        }
        sequence
    }

    /// Shrinks the case of a failure, with a fresh implementation for each candidate, which is asked these cases before.
    pub(super) fn shrink(
        &mut self,
        asker: &mut Asker,
        failure: &mut Failure,
        target: &Target,
        before: &[Case],
    ) -> Small {
        if self.is_spent(asker) {
            return asker.stopped().unwrap_or(Small::Attempts);
        }
        let started = Instant::now();
        let small = shrink(asker, failure, target, Some(before), MAX_FRESH_CANDIDATES);
        self.spent += started.elapsed();
        small
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

/// Has the failure show its small case, or else the case as it was found, after these cases. `None` if neither fails
/// then.
fn show_after(
    asker: &mut Asker,
    failure: &mut Failure,
    original: &Case,
    target: &Target,
    sequence: &[Case],
) -> Option<Alone> {
    let small = failure.case.clone();
    if let Some(found) = asker.fails_after(sequence, &small, target) {
        failure.show(small, found);
    } else {
        let found = asker.fails_after(sequence, original, target)?;
        failure.show(original.clone(), found);
        failure.small = shrink(asker, failure, target, Some(sequence), MAX_FRESH_CANDIDATES);
    }
    Some(Alone::FailsAfter(sequence.to_vec()))
}
