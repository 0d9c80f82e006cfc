//! One job of a run: makes batches of cases, has them answered while the next are made, judges and counts.

use super::applicable::not_applicable;
use super::judge::{for_each_prediction, violations};
use super::options::Options;
use super::outcome::{Failure, Lost, Origin, Tally};
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use crate::engine::deviation::Deviation;
use crate::engine::generate::{Generated, generate};
use crate::engine::judge;
use crate::engine::rules::Rules;
use crate::transports::contained::Contained;
use crate::{Case, SavedCase};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Prediction, Rule};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Cases in a batch, and so between two looks at the clock.
const BATCH: u64 = 64;

/// Batches that are asked before the first is waited for: while one is judged, the next is being answered.
const BATCHES_IN_FLIGHT: usize = 2;

/// One job: what it was asked to do, and what came of it so far.
pub(super) struct Worker<'a> {
    options: &'a Options,
    rules: Rules,
    hello: &'a Hello,
    deviations: &'a [Deviation],
    /// For each deviation, in how many cases it was met.
    pub(super) known: Vec<u64>,
    /// For each deviation, what its case shows instead.
    pub(super) stale: Vec<Option<String>>,
    pub(super) tallies: Vec<Tally>,
    /// For each rule and each [`Part`], the number of the case that was counted last.
    last: Vec<[u64; 4]>,
    /// For each rule the first case that broke it.
    broken: Vec<Option<Failure>>,
    pub(super) lost: Vec<Lost>,
    pub(super) cases: u64,
    pub(super) not_applicable: u64,
    /// How many cases had so many steps.
    pub(super) steps: Vec<u64>,
}

/// What is counted of a rule.
#[derive(Clone, Copy)]
enum Part {
    Judged,
    Broken,
    Known,
    NotApplicable,
}

/// A case as it is on a platform: references to objects are as wide as its pointers.
fn on(case: &Case, platform: &Platform) -> Case {
    let dtype = case.array.dtype.with_pointers(platform.pointer_size());
    Case { array: Array { dtype, ..case.array.clone() }, script: case.script.clone() }
}

impl<'a> Worker<'a> {
    pub(super) fn new(options: &'a Options, rules: Rules, hello: &'a Hello, deviations: &'a [Deviation]) -> Worker<'a> {
        let count = Rule::all().count();
        Worker {
            options,
            rules,
            hello,
            deviations,
            known: vec![0; deviations.len()],
            stale: vec![None; deviations.len()],
            tallies: vec![Tally::default(); count],
            last: vec![[0; 4]; count],
            broken: vec![None; count],
            lost: Vec::new(),
            cases: 0,
            not_applicable: 0,
            steps: Vec::new(),
        }
    }

    /// Asks the case of each known deviation; where it does not show that, the entry is stale.
    /// Where only a part of what it claims is asked about, a case that is not applicable says nothing.
    pub(super) fn look_for_known(&mut self, implementation: &mut Contained, in_part: bool) -> Result<(), RunError> {
        for (at, known) in self.deviations.iter().enumerate() {
            if !self.rules.includes(known.rule) {
                continue;
            }
            let SavedCase { name, case } = &known.case;
            let case = &on(case, &self.hello.platform);
            if let Some(why) = not_applicable(self.hello, case) {
                if !in_part {
                    self.stale[at] = Some(format!("not applicable: {why}"));
                }
                continue;
            }
            let reply = implementation.answer(case).map_err(|error| error.with_note(&format!("\n  at case {name}")))?;
            let wrong = violations(&self.hello.platform, &Rules::only(known.rule), case, &reply);
            if !wrong.iter().any(|wrong| known.explains(self.hello, case, &reply, wrong)) {
                let differs = |wrong| known.differs(self.hello, case, &reply, wrong).unwrap_or_default();
                let found = wrong.first().map(|wrong| format!("broken in another way: {}", differs(wrong)));
                self.stale[at] = Some(found.unwrap_or_else(|| "the rule holds there".to_owned()));
            }
        }
        Ok(())
    }

    pub(super) fn replay(&mut self, implementation: &mut Contained) -> Result<(), RunError> {
        for SavedCase { name, case } in &self.options.replay {
            let case = &on(case, &self.hello.platform);
            if not_applicable(self.hello, case).is_some() {
                self.set_aside(case);
                continue;
            }
            let reply = implementation.answer(case).map_err(|error| error.with_note(&format!("\n  at case {name}")))?;
            self.judge(case, &reply, || Origin::File(name.clone()));
        }
        Ok(())
    }

    pub(super) fn run(
        &mut self,
        implementation: &mut Contained,
        next: &AtomicU64,
        started: Instant,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), RunError> {
        // The indices of each batch that is under way.
        let mut asked: VecDeque<Vec<u64>> = VecDeque::new();
        let mut outcome = Ok(());
        loop {
            let late = self.options.time_limit.is_some_and(|limit| started.elapsed() >= limit);
            let from = if late { self.options.cases } else { next.fetch_add(BATCH, Ordering::Relaxed) };
            let until = (from + BATCH).min(self.options.cases);
            if from < until && outcome.is_ok() {
                let (indices, cases) = self.batch(from..until);
                outcome = implementation.send(cases).map_err(|trouble| self.at_case(trouble, &indices));
                if outcome.is_ok() {
                    asked.push_back(indices);
                }
                if asked.len() < BATCHES_IN_FLIGHT && outcome.is_ok() {
                    continue;
                }
            }
            let Some(indices) = asked.pop_front() else { return outcome };
            let (replies, received) = implementation.receive();
            for (index, (case, reply)) in indices.iter().zip(&replies) {
                self.judge(case, reply, || Origin::Drawn { seed: self.options.seed, index: *index });
            }
            progress(indices.len() as u64);
            if let Err(trouble) = received {
                return outcome.and(Err(trouble));
            }
        }
    }

    /// Names the case of the batch that the error is about.
    fn at_case(&self, error: RunError, batch: &[u64]) -> RunError {
        let Some(index) = batch.get(error.position()) else { return error };
        let case = format!("{}:{index}", self.options.seed);
        // What is drawn depends on what is claimed.
        let profiles: String =
            self.hello.profiles.iter().map(|profile| format!(" --profile {}", profile.name())).collect();
        error.with_note(&format!("\n  at case {case}; `array-ctypes show {case}{profiles}` draws it"))
    }

    /// Makes cases, and counts those that are not applicable.
    fn batch(&mut self, indices: std::ops::Range<u64>) -> (Vec<u64>, Vec<Case>) {
        let mut batch = (Vec::with_capacity(BATCH as usize), Vec::with_capacity(BATCH as usize));
        for index in indices {
            let Generated { case, applicable } = generate(self.options.seed, index, self.hello, &self.rules);
            if applicable {
                batch.0.push(index);
                batch.1.push(case);
            } else {
                self.set_aside(&case);
            }
        }
        batch
    }

    /// Counts a case that is outside the limits.
    fn set_aside(&mut self, case: &Case) {
        self.not_applicable += 1;
        for prediction in case.expect(&self.hello.platform) {
            if self.rules.includes(prediction.rule) {
                self.count(prediction.rule, Part::NotApplicable);
            }
        }
    }

    fn judge(&mut self, case: &Case, reply: &Reply, origin: impl Fn() -> Origin) {
        if let Reply::Lost(message) = reply {
            self.lost.push(Lost { origin: origin(), message: message.clone() });
        }
        self.cases += 1;
        let steps = case.script.len();
        self.steps.resize(self.steps.len().max(steps + 1), 0);
        self.steps[steps] += 1;
        let seen = judge::observed_steps(reply);
        let platform = self.hello.platform;
        let mut met = Vec::new();
        for_each_prediction(&platform, case, reply, &mut |prediction| {
            if !self.rules.includes(prediction.rule) {
                return;
            }
            if prediction.step >= seen {
                self.count(prediction.rule, Part::NotApplicable);
                return;
            }
            self.count(prediction.rule, Part::Judged);
            if judge::agrees(&platform, reply, &prediction) {
                return;
            }
            match self.deviations.iter().position(|known| known.explains(self.hello, case, reply, &prediction)) {
                Some(at) => {
                    self.count(prediction.rule, Part::Known);
                    if !met.contains(&at) {
                        met.push(at);
                        self.known[at] += 1;
                    }
                }
                None if self.count(prediction.rule, Part::Broken) => self.keep(case, reply, prediction, origin()),
                None => {}
            }
        });
    }

    /// Keeps a failure, unless an earlier case broke the rule too.
    fn keep(&mut self, case: &Case, reply: &Reply, prediction: Prediction, origin: Origin) {
        let broken = &mut self.broken[prediction.rule.index()];
        if broken.as_ref().is_none_or(|earlier| origin < earlier.origin) {
            let (case, reply) = (case.clone(), reply.clone());
            *broken = Some(Failure { rule: prediction.rule, case, origin, prediction, reply });
        }
    }

    /// Counts something of a rule once for each case. Whether this was the first time.
    fn count(&mut self, rule: Rule, what: Part) -> bool {
        let tally = &mut self.tallies[rule.index()];
        let count = match what {
            Part::Judged => &mut tally.cases,
            Part::Broken => &mut tally.failed,
            Part::Known => &mut tally.known,
            Part::NotApplicable => &mut tally.not_applicable,
        };
        let last = &mut self.last[rule.index()][what as usize];
        let case = self.cases + self.not_applicable;
        let first = *last != case;
        *count += u64::from(first);
        *last = case;
        first
    }

    pub(super) fn add(&mut self, other: Worker) {
        self.cases += other.cases;
        self.not_applicable += other.not_applicable;
        self.lost.extend(other.lost);
        self.steps.resize(self.steps.len().max(other.steps.len()), 0);
        other.steps.iter().zip(&mut self.steps).for_each(|(count, total)| *total += count);
        for (total, tally) in self.tallies.iter_mut().zip(other.tallies) {
            total.cases += tally.cases;
            total.failed += tally.failed;
            total.known += tally.known;
            total.not_applicable += tally.not_applicable;
        }
        self.known.iter_mut().zip(other.known).for_each(|(total, cases)| *total += cases);
        self.stale.iter_mut().zip(other.stale).for_each(|(total, stale)| *total = total.take().or(stale));
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

/// The middle one of so many numbers, given how often each number from 0 on occurs.
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
