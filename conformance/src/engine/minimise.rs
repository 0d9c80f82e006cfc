//! Makes failing cases small, keeps apart what fails for different causes, and finds out what fails only after other
//! cases.
//!
//! `smaller` has the loop over the candidates that `shrink` proposes, `asker` asks them, `sequence` searches the cases that
//! have to come before; this module orders the work. The report depends on the cases alone, unless a time limit ends the
//! work first; then the failure names the limit.

use super::cause::{Cause, Difference};
use super::chosen::made_small;
use super::generate::generate;
use super::history::History;
use super::judge::{located, violations};
use super::kept::{AllKept, Kept};
use super::options::Options;
use super::outcome::{Alone, Beside, Failure, Origin, Small};
use super::rules::Rules;
use crate::Case;
use crate::adapter::implementation::Make;
use crate::transports::contained::Contained;
use crate::transports::leftovers;
use array_ctypes_spec::Prediction;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

mod asker;
mod sequence;
mod smaller;

pub(super) use asker::About;
use asker::{Asker, Target};
use sequence::Search;
use smaller::shrink;

/// The most candidates that are asked to shrink a failure.
const MAX_CANDIDATES: usize = 2000;

/// How long shrinking may take if the run has no time limit.
const SHRINKING_LIMIT: Duration = Duration::from_secs(120);

/// How often those failures go on that did not become small in their part of the time.
const ROUNDS: usize = 2;

/// How many fresh implementations are started to ask the small cases again. If there are more failures, some share one.
const MAX_FRESH: usize = 24;

/// A failure on its way into the report.
struct Work {
    failure: Failure,
    /// The case as it was found, and what had been asked before.
    original: Case,
    before: History,
    /// What its case has to show: one after the other, the next first.
    targets: VecDeque<Target>,
}

/// Makes the failures of a run small. `rules` are those that its cases were drawn for. No failure is shrunk into a known
/// deviation, and an example of the page stays as it is, so that it can be recognized.
pub(super) fn all(
    kept: AllKept,
    make: &Make,
    about: &About<'_>,
    rules: &Rules,
    options: &Options,
    started: Instant,
) -> Vec<Failure> {
    let mut work: Vec<Work> = kept.into_rules().flat_map(chosen).collect();
    if work.is_empty() {
        return Vec::new();
    }
    let until = match options.time_limit {
        Some(limit) => started + limit,
        None => Instant::now() + SHRINKING_LIMIT,
    };
    let Ok(first) = make() else {
        // Nothing can be asked any more; the run says why.
        let small = if leftovers::interrupted().is_some() { Small::Interrupted } else { Small::Lost };
        return work.into_iter().map(|work| Failure { small, ..work.failure }).collect();
    };
    let mut asker = Asker::new(Contained::new(first, make), about, until);
    for _ in 0..ROUNDS {
        share(&mut work, &mut asker);
    }
    asker.take_rest();
    let draw = |index: u64| {
        let drawn = generate(options.seed, index, about.hello, rules);
        drawn.applicable.then_some(drawn.case)
    };
    ask_alone(&mut asker, &mut work, &draw);
    let failures = work.into_iter().map(|work| work.failure);
    failures.map(|failure| Failure { beside: beside(&failure, about, rules), ..failure }).collect()
}

/// The causes of a rule whose cases are made small.
fn chosen(causes: Vec<(Cause, Kept)>) -> impl Iterator<Item = Work> {
    made_small(causes, |(cause, _)| cause.way.clone()).into_iter().map(|(cause, kept)| {
        let (original, before) = (kept.case.clone(), kept.before.clone());
        let target = Target { rule: kept.prediction.rule, way: cause.way.clone(), elements: None };
        // Another fault may show with the same elements only. It is not found if the case shrinks to the first fault.
        let with_elements = Target { elements: Some(cause.elements), ..target.clone() };
        Work { failure: kept.unchanged(cause), original, before, targets: [with_elements, target].into() }
    })
}

impl Work {
    /// Shrinks the case, until it is small or its part of the time is up.
    fn go_on(&mut self, asker: &mut Asker) {
        while let Some(target) = self.targets.front() {
            self.failure.small = minimise(asker, &mut self.failure, target);
            if matches!(self.failure.small, Small::TimeLimit | Small::Interrupted) {
                return;
            }
            self.targets.pop_front();
        }
    }
}

/// The other rules that the reply to a failing case breaks, up to the step of the failure. Known deviations are left out.
fn beside(failure: &Failure, about: &About<'_>, rules: &Rules) -> Vec<Beside> {
    let Failure { reply, prediction: Prediction { step, .. }, .. } = failure;
    let case = &*located(&about.hello.limits, &failure.case, reply);
    let mut found: Vec<Beside> = Vec::new();
    for wrong in violations(&about.hello.platform, rules, case, reply) {
        let is_known = about.deviations.iter().any(|known| known.explains(about.hello, case, reply, &wrong));
        let is_new = wrong.rule != failure.rule && found.iter().all(|other| other.rule != wrong.rule);
        if wrong.step <= *step && is_new && !is_known {
            found.push(Beside { rule: wrong.rule, is_same_step: wrong.step == *step });
        }
    }
    found
}

/// Lets each failure that is not small yet go on, for an equal part of the time that is left. A part more stays for what comes
/// after them, so no failure keeps others from becoming small.
///
/// The first cause of each rule comes first, because the time may run out.
fn share(all: &mut [Work], asker: &mut Asker) {
    let is_first = |at: usize, all: &[Work]| at == 0 || all[at - 1].failure.rule != all[at].failure.rule;
    let (first, others): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(|at| is_first(*at, all));
    for part in [first, others] {
        let open: Vec<usize> = part.into_iter().filter(|at| !all[*at].targets.is_empty()).collect();
        let count = open.len();
        for (at, work) in open.into_iter().enumerate() {
            asker.take_part(count - at + 1);
            all[work].go_on(asker);
        }
    }
}

/// Shrinks the case of a failure, unless it is an example of the page or hangs.
fn minimise(asker: &mut Asker, failure: &mut Failure, target: &Target) -> Small {
    if matches!(failure.origin, Origin::Page(_)) {
        return Small::Yes;
    }
    if failure.cause.way.difference == Difference::Hung {
        return Small::Lost;
    }
    shrink(asker, failure, target, None, MAX_CANDIDATES)
}

/// Asks each case again, of an implementation that was asked nothing else. If the case holds then, searches the cases
/// that have to come before it.
fn ask_alone(asker: &mut Asker, work: &mut [Work], draw: &dyn Fn(u64) -> Option<Case>) {
    let share = work.len().div_ceil(MAX_FRESH).max(1);
    let mut search = Search::default();
    for (at, Work { failure, original, before, .. }) in work.iter_mut().enumerate() {
        if asker.stopped().is_some() || failure.cause.way.difference == Difference::Hung {
            continue;
        }
        let target = Target { rule: failure.rule, way: failure.cause.way.clone(), elements: None };
        let small = failure.case.clone();
        let mut found = if at.is_multiple_of(share) { None } else { asker.fails(&small, &target) };
        if found.is_none() {
            found = asker.fails_after(&[], &small, &target);
        }
        if let Some(found) = found {
            failure.show(small, found);
            failure.alone = Alone::Fails;
        } else if let Some(found) = asker.fails_after(&[], original, &target) {
            // The candidates spoilt the implementation, so the small case fails only after others.
            failure.show(original.clone(), found);
            failure.alone = Alone::Fails;
            failure.small = search.shrink(asker, failure, &target, &[]);
        } else {
            failure.alone = search.run(asker, failure, original, before, &target, draw);
        }
    }
}
