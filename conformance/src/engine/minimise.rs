//! Makes failing cases small, keeps apart what fails for different causes, and finds out what fails only after other
//! cases.
//!
//! `smaller` has the loop over the candidates that `shrink` proposes, `asker` asks them, `sequence` searches the cases that
//! have to come before; this module orders the work. The report depends on the cases alone, unless a time limit ends the
//! work first; then the failure names the limit.

use super::cause::{Cause, Difference, Way};
use super::generate::generate;
use super::history::History;
use super::kept::{AllKept, Kept};
use super::options::Options;
use super::outcome::{Alone, Failure, Origin, Small};
use super::rules::Rules;
use super::shrink::Weight;
use crate::Case;
use crate::adapter::implementation::Make;
use crate::transports::contained::Contained;
use crate::transports::leftovers;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

mod asker;
mod sequence;
mod smaller;

pub(super) use asker::About;
use asker::{Asker, Target};
use sequence::Search;
use smaller::shrink;

/// The most failures of one rule that are reported.
const MAX_FAILURES_OF_RULE: usize = 3;

/// The most causes of one rule whose cases are shrunk. Some turn out to be the same.
const MAX_ATTEMPTS_OF_RULE: usize = 4;

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
}

/// The failures of one rule: causes that were not looked at yet, the one that is made small now, and failures that will be
/// reported.
struct OfRule {
    rest: Vec<(Cause, Kept)>,
    begun: Option<Begun>,
    work: Vec<Work>,
}

/// A failure that is made small.
struct Begun {
    work: Work,
    /// The same as it was found.
    found: (Cause, Kept),
    /// What its case has to show: one after the other, the next first.
    targets: VecDeque<Target>,
    is_first_of_way: bool,
    /// True if a smaller case was asked, or could have been.
    is_tried: bool,
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
    let mut all: Vec<OfRule> = kept.into_rules().map(|rest| OfRule { rest, begun: None, work: Vec::new() }).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let until = match options.time_limit {
        Some(limit) => started + limit,
        None => Instant::now() + SHRINKING_LIMIT,
    };
    let Ok(first) = make() else {
        // Nothing can be asked any more; the run says why.
        let first = all.into_iter().filter_map(|mut of_rule| of_rule.take_next()).map(unchanged);
        let small = if leftovers::interrupted().is_some() { Small::Interrupted } else { Small::Lost };
        return first.map(|work| Failure { small, ..work.failure }).collect();
    };
    let mut asker = Asker::new(Contained::new(first, make), about, until);
    // The first cause of each rule comes first, because the time may run out.
    for _ in 0..MAX_ATTEMPTS_OF_RULE {
        all.iter_mut().for_each(OfRule::begin);
        for _ in 0..ROUNDS {
            share(&mut all, &mut asker);
        }
        all.iter_mut().for_each(OfRule::finish);
    }
    asker.take_rest();
    let mut work: Vec<Work> = Vec::new();
    for mut of_rule in all {
        let weight = |work: &Work| Weight::of(&work.failure.case, &about.hello.platform);
        of_rule.work.sort_by_cached_key(weight);
        work.extend(of_rule.work);
    }
    let draw = |index: u64| {
        let drawn = generate(options.seed, index, about.hello, rules);
        drawn.applicable.then_some(drawn.case)
    };
    ask_alone(&mut asker, &mut work, &draw);
    work.into_iter().map(|work| work.failure).collect()
}

/// A failure as it was found.
fn unchanged((cause, kept): (Cause, Kept)) -> Work {
    let Kept { case, origin, prediction, reply, before } = kept;
    let original = case.clone();
    let rule = prediction.rule;
    let (small, alone) = (Small::Yes, Alone::NotAsked);
    Work { failure: Failure { rule, case, origin, prediction, reply, cause, small, alone }, original, before }
}

impl OfRule {
    /// Takes the cause to look at next: the first in a way that was not met yet; else the first.
    fn take_next(&mut self) -> Option<(Cause, Kept)> {
        let ways: Vec<&Way> = self.work.iter().map(|work| &work.failure.cause.way).collect();
        let reported = |cause: &Cause| self.work.iter().any(|work| work.failure.cause == *cause);
        let other = self.rest.iter().position(|(cause, _)| !ways.contains(&&cause.way));
        let at = other.or_else(|| self.rest.iter().position(|(cause, _)| !reported(cause)))?;
        Some(self.rest.remove(at))
    }

    /// Begins with the next cause.
    fn begin(&mut self) {
        if self.work.len() >= MAX_FAILURES_OF_RULE {
            return;
        }
        let Some(found) = self.take_next() else { return };
        let is_first_of_way = self.work.iter().all(|work| work.failure.cause.way != found.0.way);
        let cause = &found.0;
        let work = unchanged(found.clone());
        let target = Target { rule: work.failure.rule, way: cause.way.clone(), elements: None };
        // Another fault may show with the same elements only. It is not found if the case shrinks to the first fault.
        let with_elements = Target { elements: Some(cause.elements), ..target.clone() };
        let targets = if is_first_of_way { vec![target] } else { vec![with_elements, target] };
        self.begun = Some(Begun { work, found, targets: targets.into(), is_first_of_way, is_tried: false });
    }

    /// Returns true if a failure is not small yet.
    fn is_open(&self) -> bool {
        self.begun.as_ref().is_some_and(|begun| !begun.targets.is_empty())
    }

    /// Shrinks the case of the failure that was begun, until it is small or its part of the time is up.
    fn go_on(&mut self, asker: &mut Asker) {
        let Some(Begun { work, targets, is_tried, .. }) = &mut self.begun else { return };
        *is_tried |= asker.stopped().is_none();
        while let Some(target) = targets.front() {
            work.failure.small = minimise(asker, &mut work.failure, target);
            if matches!(work.failure.small, Small::TimeLimit | Small::Interrupted) {
                return;
            }
            targets.pop_front();
        }
    }

    /// Keeps the failure that was begun, if its cause is not reported yet.
    fn finish(&mut self) {
        let Some(Begun { work, found, is_first_of_way, is_tried, .. }) = self.begun.take() else { return };
        if !is_tried && !is_first_of_way {
            // It cannot be told from the other.
            return;
        }
        if is_first_of_way && work.failure.cause != found.0 {
            // With its own elements, another fault may show.
            self.rest.insert(0, found);
        }
        if self.work.iter().all(|other| other.failure.cause != work.failure.cause) {
            self.work.push(work);
        }
    }
}

/// Lets each failure that is not small yet go on, for an equal part of the time that is left. A part more stays for what comes
/// after them, so no failure keeps others from becoming small.
fn share(all: &mut [OfRule], asker: &mut Asker) {
    let open: Vec<&mut OfRule> = all.iter_mut().filter(|of_rule| of_rule.is_open()).collect();
    let count = open.len();
    for (at, of_rule) in open.into_iter().enumerate() {
        asker.take_part(count - at + 1);
        of_rule.go_on(asker);
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
    for (at, Work { failure, original, before }) in work.iter_mut().enumerate() {
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
