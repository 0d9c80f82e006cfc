//! One job of a run: makes batches of cases, sends them, and hands the replies to its results.
//!
//! The next batch is made and sent while the implementation answers, so that neither side waits for the other.

use super::applicable::{as_declared, not_applicable};
use super::deviation::Deviation;
use super::event::{Event, Listener};
use super::generate::{Generated, generate};
use super::history::History;
use super::options::Options;
use super::outcome::{Failure, Origin};
use super::pace::{CASES_PER_BATCH, Pace};
use super::page::{self, PageCase};
use super::results::Results;
use super::rules::Rules;
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use crate::transports::contained::Contained;
use crate::{Case, SavedCase};
use array_ctypes_spec::{Level, Profile, Rule};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The number of batches that are sent before the job waits for the first: the implementation answers one while the job
/// judges the other.
const BATCHES_IN_FLIGHT: usize = 2;

/// One job: what it has to do, and its results so far.
pub(super) struct Worker<'a> {
    options: &'a Options,
    rules: Rules,
    hello: &'a Hello,
    deviations: &'a [Deviation],
    /// What the implementation that answers now was asked.
    history: History,
    pace: Pace,
    shared: &'a Shared<'a>,
    pub(super) results: Results<'a>,
}

/// What the jobs of a run share.
pub(super) struct Shared<'a> {
    /// The position in the shard of the next case that is drawn.
    pub(super) next: Mutex<u64>,
    /// The rules of the level MUST that were broken so far.
    pub(super) broken: Mutex<BTreeSet<Rule>>,
    /// Who is told what happens.
    pub(super) listener: &'a Listener<'a>,
}

impl Shared<'_> {
    /// Returns true if as many rules were broken as the run waits for.
    pub(super) fn has_enough(&self, options: &Options) -> bool {
        let broken = || self.broken.lock().unwrap_or_else(PoisonError::into_inner).len();
        options.fail_fast.is_some_and(|most| broken() >= most)
    }

    fn tell(&self, found: &[Failure]) {
        for failure in found {
            if failure.rule.level() == Level::Must {
                self.broken.lock().unwrap_or_else(PoisonError::into_inner).insert(failure.rule);
            }
            (self.listener)(Event::Found(failure));
        }
    }
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

impl<'a> Worker<'a> {
    pub(super) fn new(
        options: &'a Options,
        rules: Rules,
        hello: &'a Hello,
        deviations: &'a [Deviation],
        started: Instant,
        shared: &'a Shared<'a>,
    ) -> Worker<'a> {
        Worker {
            options,
            results: Results::new(rules.clone(), hello, deviations),
            rules,
            hello,
            deviations,
            history: History::new(options.shard),
            pace: Pace::new(options.time_limit, started),
            shared,
        }
    }

    /// Sends the case that each known deviation names. If the case does not show the deviation, the entry is stale.
    ///
    /// If the run is about a part of what the implementation claims, a case that is not applicable proves nothing. Neither does
    /// a case about other platforms. An implementation may mend what the one that it is built on breaks, so entries of the
    /// latter are never stale here.
    pub(super) fn ask_known(&mut self, implementation: &mut Contained, scope: Scope) -> Result<(), RunError> {
        for (at, known) in self.deviations.iter().enumerate() {
            let is_asked = self.rules.includes(known.rule) && known.is_own(self.hello);
            if !is_asked || known.is_for_others(&self.hello.platform) {
                continue;
            }
            if self.is_late() {
                return Ok(());
            }
            let SavedCase { name, case, before } = &known.case;
            let case = &as_declared(self.hello, case);
            if let Some(why) = not_applicable(self.hello, case) {
                if scope == Scope::Whole {
                    self.results.known[at].stale = Some(format!("not applicable: {why}"));
                }
                continue;
            }
            let reply = self.answer(implementation, before, case, name)?;
            self.results.note_known(at, case, &reply);
        }
        Ok(())
    }

    /// Asks the examples of the page that the run is about.
    pub(super) fn ask_page(&mut self, implementation: &mut Contained) -> Result<(), RunError> {
        let cases: Vec<PageCase> = page::cases(self.hello, &self.rules).collect();
        for PageCase { example, case } in &cases {
            if not_applicable(self.hello, case).is_some() {
                self.results.count_not_applicable(case);
                continue;
            }
            if self.is_late() {
                return Ok(());
            }
            let reply = self.answer(implementation, &[], case, &example.to_string())?;
            self.results.page += 1;
            let judged = self.results.judge(case, &reply, || Origin::Page(*example), &self.history);
            self.shared.tell(&judged.found);
            self.history.add(case);
        }
        Ok(())
    }

    /// Asks the saved cases.
    pub(super) fn replay(&mut self, implementation: &mut Contained) -> Result<(), RunError> {
        for SavedCase { name, case, before } in &self.options.replay {
            let case = &as_declared(self.hello, case);
            if not_applicable(self.hello, case).is_some() {
                self.results.count_not_applicable(case);
                continue;
            }
            if self.is_late() {
                return Ok(());
            }
            let reply = self.answer(implementation, before, case, name)?;
            let judged = self.results.judge(case, &reply, || Origin::File(name.clone()), &self.history);
            self.shared.tell(&judged.found);
            // A run about some rules may not have judged the one that the case broke.
            let is_about_all = !self.options.rules.is_focused() && self.options.profiles.len() == Profile::ALL.len();
            if judged.holds && is_about_all {
                self.results.held_again.push(name.clone());
            }
            self.history.add(case);
        }
        Ok(())
    }

    /// Draws and asks cases until there are no more, or the time is up.
    pub(super) fn run(&mut self, implementation: &mut Contained) -> Result<(), RunError> {
        let all = self.options.shard.count(self.options.cases);
        // The indices of each batch that was sent and not received.
        let mut sent: VecDeque<Vec<u64>> = VecDeque::new();
        let mut outcome = Ok(());
        loop {
            let from = if self.is_late() { all } else { take_batch(&self.shared.next, self.pace.size) };
            let until = (from + self.pace.size).min(all);
            if from < until && outcome.is_ok() {
                let Batch { indices, cases } = self.batch(from..until);
                self.history.add_drawn(from..until);
                outcome = implementation.send(cases).map_err(|error| self.at_case(error, &indices));
                if outcome.is_ok() {
                    sent.push_back(indices);
                }
                if sent.len() < BATCHES_IN_FLIGHT && outcome.is_ok() {
                    continue;
                }
            }
            let Some(indices) = sent.pop_front() else { return outcome };
            let replaced = implementation.replaced();
            let (replies, received) = implementation.receive();
            self.pace.note_batch();
            for (index, (case, reply)) in indices.iter().zip(&replies) {
                let origin = || Origin::Drawn { seed: self.options.seed, index: *index };
                let judged = self.results.judge(case, reply, origin, &self.history);
                self.shared.tell(&judged.found);
            }
            if implementation.replaced() != replaced {
                self.history.clear();
            }
            (self.shared.listener)(Event::Asked(indices.len() as u64));
            if let Err(error) = received {
                return outcome.and(Err(error));
            }
        }
    }

    /// Returns true if the time for asking is up, or enough has failed.
    fn is_late(&self) -> bool {
        self.pace.is_late(self.results.has_failures()) || self.shared.has_enough(self.options)
    }

    /// Asks one case that has a name. If it needs cases before it, a fresh implementation is asked these first. An error
    /// names the case.
    fn answer(
        &mut self,
        implementation: &mut Contained,
        before: &[Case],
        case: &Case,
        name: &str,
    ) -> Result<Reply, RunError> {
        let named = |error: RunError| error.with_note(&format!("\n  at case {name}"));
        if !before.is_empty() {
            implementation.renew();
            self.history.clear();
        }
        let before = before.iter().map(|case| as_declared(self.hello, case));
        for earlier in before.filter(|case| not_applicable(self.hello, case).is_none()) {
            implementation.answer(&earlier).map_err(named)?;
            self.history.add(&earlier);
        }
        let replaced = implementation.replaced();
        let reply = implementation.answer(case).map_err(named)?;
        if implementation.replaced() != replaced {
            self.history.clear();
        }
        Ok(reply)
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

    /// Makes the cases at these positions in the shard, and counts those that are not applicable instead of returning them.
    fn batch(&mut self, positions: std::ops::Range<u64>) -> Batch {
        let size = CASES_PER_BATCH as usize;
        let mut batch = Batch { indices: Vec::with_capacity(size), cases: Vec::with_capacity(size) };
        for index in positions.map(|position| self.options.shard.index(position)) {
            let Generated { case, applicable } = generate(self.options.seed, index, self.hello, &self.rules);
            if applicable {
                batch.indices.push(index);
                batch.cases.push(case);
            } else {
                self.results.count_not_applicable(&case);
            }
        }
        batch
    }
}

/// Takes the positions of one batch of that size, and returns the first. PowerPC with 32 bits has no atomic integers of
/// 64.
fn take_batch(next: &Mutex<u64>, size: u64) -> u64 {
    let mut next = next.lock().unwrap_or_else(PoisonError::into_inner);
    let from = *next;
    *next += size;
    from
}
