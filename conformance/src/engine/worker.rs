//! One job of a run: makes batches of cases, sends them, and judges and counts the replies.
//!
//! The next batch is made and sent while the implementation answers, so that neither side waits for the other.

use super::applicable::not_applicable;
use super::declined::Declines;
use super::deviation::Deviation;
use super::generate::{Generated, generate};
use super::judge::{self, for_each_prediction_for_reply, violations};
use super::observed::{Observation, Observed};
use super::options::Options;
use super::outcome::{Failure, Lost, Origin};
use super::page::{self, PageCase};
use super::rules::Rules;
use super::tallies::{Part, Tallies};
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use crate::transports::contained::Contained;
use crate::{Case, SavedCase};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Prediction, Rule};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The number of cases in a batch. The time limit is checked once for each batch.
const CASES_PER_BATCH: u64 = 64;

/// The number of batches that are sent before the job waits for the first: the implementation answers one while the job
/// judges the other.
const BATCHES_IN_FLIGHT: usize = 2;

/// One job: what it has to do, and its results so far.
pub(super) struct Worker<'a> {
    options: &'a Options,
    rules: Rules,
    hello: &'a Hello,
    deviations: &'a [Deviation],
    /// For each known deviation, in order.
    pub(super) known: Vec<Met>,
    pub(super) tallies: Tallies,
    pub(super) declines: Declines,
    /// For each rule, in order, the first case that broke it.
    broken: Vec<Option<Failure>>,
    pub(super) lost: Vec<Lost>,
    pub(super) cases: u64,
    /// How many of the cases are examples of the page.
    pub(super) page: u64,
    pub(super) not_applicable: u64,
    /// At position `n`, the number of cases with `n` steps.
    pub(super) steps: Vec<u64>,
}

/// How often a known deviation was met, and what became of its own case.
#[derive(Clone, Default)]
pub(super) struct Met {
    pub(super) cases: u64,
    /// What its own case shows instead, if the entry is stale.
    pub(super) stale: Option<String>,
}

/// Says if a run checks all that an implementation claims, or only a part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Whole,
    Part,
}

/// Cases that are sent together, each with its index in the run.
struct Batch {
    indices: Vec<u64>,
    cases: Vec<Case>,
}

/// Returns the case for a platform: references to objects are as wide as its pointers.
fn with_pointers_of(case: &Case, platform: &Platform) -> Case {
    let dtype = case.array.dtype.with_pointers(platform.pointer_size());
    Case { array: Array { dtype, ..case.array.clone() }, script: case.script.clone() }
}

impl<'a> Worker<'a> {
    pub(super) fn new(options: &'a Options, rules: Rules, hello: &'a Hello, deviations: &'a [Deviation]) -> Worker<'a> {
        Worker {
            options,
            rules,
            hello,
            deviations,
            known: vec![Met::default(); deviations.len()],
            tallies: Tallies::default(),
            declines: Declines::default(),
            broken: vec![None; Rule::all().count()],
            lost: Vec::new(),
            cases: 0,
            page: 0,
            not_applicable: 0,
            steps: Vec::new(),
        }
    }

    /// Sends the case that each known deviation names. If the case does not show the deviation, the entry is stale.
    ///
    /// If the run is about a part of what the implementation claims, a case that is not applicable proves nothing. An
    /// implementation may mend what the one that it is built on breaks, so entries of the latter are never stale here.
    pub(super) fn ask_known(&mut self, implementation: &mut Contained, scope: Scope) -> Result<(), RunError> {
        for (at, known) in self.deviations.iter().enumerate() {
            if !self.rules.includes(known.rule) || !known.is_own(self.hello) {
                continue;
            }
            let SavedCase { name, case } = &known.case;
            let case = &with_pointers_of(case, &self.hello.platform);
            if let Some(why) = not_applicable(self.hello, case) {
                if scope == Scope::Whole {
                    self.known[at].stale = Some(format!("not applicable: {why}"));
                }
                continue;
            }
            let reply = answer(implementation, case, name)?;
            let case = &*judge::located(&self.hello.limits, case, &reply);
            let wrong = violations(&self.hello.platform, &Rules::only(known.rule), case, &reply);
            if !wrong.iter().any(|wrong| known.explains(self.hello, case, &reply, wrong)) {
                let difference = |wrong| known.difference(self.hello, case, &reply, wrong).unwrap_or_default();
                let found = wrong.first().map(|wrong| format!("broken in another way: {}", difference(wrong)));
                let declined = || self.declined(case, &reply, known.rule);
                let found = found.or_else(declined).unwrap_or_else(|| "the rule holds there".to_owned());
                self.known[at].stale = Some(found);
            }
        }
        Ok(())
    }

    /// How reports say that a reply declines what a rule is judged by; `None` if it does not.
    fn declined(&self, case: &Case, reply: &Reply, rule: Rule) -> Option<String> {
        let observed = Observed::of(case, reply);
        let predictions = judge::predictions_for_reply(&self.hello.platform, case, reply);
        predictions.iter().filter(|prediction| prediction.rule == rule).find_map(|prediction| {
            match observed.look(prediction) {
                Observation::Declined(reason) => Some(format!("declined: {reason}")),
                _ => None,
            }
        })
    }

    /// Asks the examples of the page that the run is about.
    pub(super) fn ask_page(&mut self, implementation: &mut Contained) -> Result<(), RunError> {
        let cases: Vec<PageCase> = page::cases(self.hello, &self.rules).collect();
        for PageCase { example, case } in &cases {
            if not_applicable(self.hello, case).is_some() {
                self.count_not_applicable(case);
                continue;
            }
            let reply = answer(implementation, case, &example.to_string())?;
            self.page += 1;
            self.judge(case, &reply, || Origin::Page(*example));
        }
        Ok(())
    }

    /// Asks the saved cases.
    pub(super) fn replay(&mut self, implementation: &mut Contained) -> Result<(), RunError> {
        for SavedCase { name, case } in &self.options.replay {
            let case = &with_pointers_of(case, &self.hello.platform);
            if not_applicable(self.hello, case).is_some() {
                self.count_not_applicable(case);
                continue;
            }
            let reply = answer(implementation, case, name)?;
            self.judge(case, &reply, || Origin::File(name.clone()));
        }
        Ok(())
    }

    /// Draws and asks cases until there are no more, or the time is up. `next` is the next index of the run.
    pub(super) fn run(
        &mut self,
        implementation: &mut Contained,
        next: &Mutex<u64>,
        started: Instant,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), RunError> {
        // The indices of each batch that was sent and not received.
        let mut sent: VecDeque<Vec<u64>> = VecDeque::new();
        let mut outcome = Ok(());
        loop {
            let late = self.options.time_limit.is_some_and(|limit| started.elapsed() >= limit);
            let from = if late { self.options.cases } else { take_batch(next) };
            let until = (from + CASES_PER_BATCH).min(self.options.cases);
            if from < until && outcome.is_ok() {
                let Batch { indices, cases } = self.batch(from..until);
                outcome = implementation.send(cases).map_err(|error| self.at_case(error, &indices));
                if outcome.is_ok() {
                    sent.push_back(indices);
                }
                if sent.len() < BATCHES_IN_FLIGHT && outcome.is_ok() {
                    continue;
                }
            }
            let Some(indices) = sent.pop_front() else { return outcome };
            let (replies, received) = implementation.receive();
            for (index, (case, reply)) in indices.iter().zip(&replies) {
                self.judge(case, reply, || Origin::Drawn { seed: self.options.seed, index: *index });
            }
            progress(indices.len() as u64);
            if let Err(error) = received {
                return outcome.and(Err(error));
            }
        }
    }

    /// Adds to the error which case of the batch it is about, and how to see that case.
    fn at_case(&self, error: RunError, batch: &[u64]) -> RunError {
        let Some(index) = batch.get(error.position()) else { return error };
        let case = format!("{}:{index}", self.options.seed);
        // These decide what is drawn.
        let Hello { profiles, limits, .. } = self.hello;
        let profiles = profiles.iter().map(|profile| format!(" --profile {}", profile.name()));
        let options: String =
            profiles.chain(limits.abilities().iter().map(|ability| format!(" --ability {ability}"))).collect();
        error.with_note(&format!("\n  at case {case}; `array-ctypes show {case}{options}` shows it"))
    }

    /// Makes the cases of these indices, and counts those that are not applicable instead of returning them.
    fn batch(&mut self, indices: std::ops::Range<u64>) -> Batch {
        let size = CASES_PER_BATCH as usize;
        let mut batch = Batch { indices: Vec::with_capacity(size), cases: Vec::with_capacity(size) };
        for index in indices {
            let Generated { case, applicable } = generate(self.options.seed, index, self.hello, &self.rules);
            if applicable {
                batch.indices.push(index);
                batch.cases.push(case);
            } else {
                self.count_not_applicable(&case);
            }
        }
        batch
    }

    /// Counts a case that is outside the limits.
    fn count_not_applicable(&mut self, case: &Case) {
        self.not_applicable += 1;
        self.tallies.next_case();
        for prediction in case.expect(&self.hello.platform) {
            if self.rules.includes(prediction.rule) {
                self.tallies.count(prediction.rule, Part::NotApplicable);
            }
        }
    }

    /// Judges a reply and counts the verdicts.
    fn judge(&mut self, case: &Case, reply: &Reply, origin: impl Fn() -> Origin) {
        if let Reply::Lost(message) = reply {
            self.lost.push(Lost { origin: origin(), message: message.clone() });
        }
        self.cases += 1;
        self.tallies.next_case();
        let steps = case.script.len();
        self.steps.resize(self.steps.len().max(steps + 1), 0);
        self.steps[steps] += 1;
        let observed = Observed::of(case, reply);
        let platform = self.hello.platform;
        let made = judge::located(&self.hello.limits, case, reply);
        let mut met = Vec::new();
        for_each_prediction_for_reply(&platform, &made, reply, &mut |prediction| {
            if !self.rules.includes(prediction.rule) {
                return;
            }
            match observed.look(&prediction) {
                Observation::Judged => {}
                Observation::NotObserved => {
                    self.tallies.count(prediction.rule, Part::NotApplicable);
                    return;
                }
                Observation::Declined(reason) => {
                    self.tallies.count(prediction.rule, Part::Declined);
                    self.declines.count(self.tallies.case(), prediction.rule, reason);
                    return;
                }
            }
            self.tallies.count(prediction.rule, Part::Judged);
            if judge::agrees(&platform, reply, &prediction) {
                return;
            }
            match self.deviations.iter().position(|known| known.explains(self.hello, case, reply, &prediction)) {
                Some(at) => {
                    self.tallies.count(prediction.rule, Part::Known);
                    if !met.contains(&at) {
                        met.push(at);
                        self.known[at].cases += 1;
                    }
                }
                None if self.tallies.count(prediction.rule, Part::Broken) => {
                    self.keep(case, reply, prediction, origin());
                }
                None => {}
            }
        });
    }

    /// Keeps a failure, unless an earlier case broke the same rule.
    fn keep(&mut self, case: &Case, reply: &Reply, prediction: Prediction, origin: Origin) {
        let broken = &mut self.broken[prediction.rule.index()];
        if broken.as_ref().is_none_or(|earlier| origin < earlier.origin) {
            let (case, reply) = (case.clone(), reply.clone());
            *broken = Some(Failure { rule: prediction.rule, case, origin, prediction, reply });
        }
    }

    /// Adds the results of another job.
    pub(super) fn add(&mut self, other: Worker) {
        self.cases += other.cases;
        self.page += other.page;
        self.not_applicable += other.not_applicable;
        self.lost.extend(other.lost);
        self.steps.resize(self.steps.len().max(other.steps.len()), 0);
        other.steps.iter().zip(&mut self.steps).for_each(|(count, total)| *total += count);
        self.tallies.add(other.tallies);
        self.declines.add(other.declines);
        for (total, met) in self.known.iter_mut().zip(other.known) {
            total.cases += met.cases;
            total.stale = total.stale.take().or(met.stale);
        }
        for (total, broken) in self.broken.iter_mut().zip(other.broken) {
            if let Some(failure) = broken
                && total.as_ref().is_none_or(|earlier| failure.origin < earlier.origin)
            {
                *total = Some(failure);
            }
        }
    }

    /// The first failing case of each broken rule.
    pub(super) fn failures(&mut self) -> Vec<Failure> {
        std::mem::take(&mut self.broken).into_iter().flatten().collect()
    }
}

/// Asks one case that has a name. An error names it.
fn answer(implementation: &mut Contained, case: &Case, name: &str) -> Result<Reply, RunError> {
    implementation.answer(case).map_err(|error| error.with_note(&format!("\n  at case {name}")))
}

/// The median of numbers, given how often each number from 0 on occurs.
pub(super) fn median(counts: &[u64]) -> usize {
    let half = counts.iter().sum::<u64>().div_ceil(2);
    let mut seen = 0;
    counts
        .iter()
        .position(|count| {
            seen += count;
            seen >= half
        })
        .unwrap_or(0)
}

/// Takes the indices of one batch, and returns the first. PowerPC with 32 bits has no atomic integers of 64.
fn take_batch(next: &Mutex<u64>) -> u64 {
    let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
    let from = *next;
    *next += CASES_PER_BATCH;
    from
}
