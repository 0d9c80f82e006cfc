//! A run: cases are made, asked, judged and counted; what fails is made small.

use crate::generate::{Generated, Rules, generate};
use crate::implementation::{Hello, Implementation, Reply, Trouble};
use crate::{Case, judge, shrink};
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Level, Prediction, Rule};
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Cases in a batch, and so between two looks at the clock.
const BATCH: u64 = 64;

/// Batches that are asked before the first is waited for: while one is judged, the next is being answered.
const AHEAD: usize = 2;

/// The most cases that are tried to make one failure smaller.
const TRIES: usize = 2000;

/// The most times that the implementation may be lost while failures are made smaller.
const MOST_LOST: usize = 3;

/// A rule with fewer applicable cases than this counts as not exercised.
pub const ENOUGH: u64 = 100;

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of the run.
    pub seed: u64,
    /// How many cases to make.
    pub cases: u64,
    /// When to stop making more.
    pub time_limit: Option<Duration>,
    /// How many threads, each with an implementation of its own.
    pub jobs: usize,
    /// Which rules to ask about.
    pub rules: Rules,
    /// Cases to run before those that are made, each with the name of its file.
    pub replay: Vec<(String, Case)>,
}

impl Default for Options {
    fn default() -> Options {
        Options { seed: 1, cases: 100_000, time_limit: None, jobs: 1, rules: Rules::all(), replay: Vec::new() }
    }
}

/// How one rule fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases in which it was judged.
    pub cases: u64,
    /// Cases in which it was broken.
    pub failed: u64,
    /// Cases that speak of it and are outside the implementation's profiles or limits.
    pub not_applicable: u64,
}

/// Where a case came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A saved file, by name.
    File(String),
    /// A seed and an index.
    Drawn {
        /// Seed of the run.
        seed: u64,
        /// Index in the run.
        index: u64,
    },
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::File(name) => f.write_str(name),
            Origin::Drawn { seed, index } => write!(f, "{seed}:{index}"),
        }
    }
}

/// A broken rule, with the smallest case that was found to break it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The rule.
    pub rule: Rule,
    /// The case, made small.
    pub case: Case,
    /// Where it came from, before it was made small.
    pub origin: Origin,
    /// The prediction that does not hold.
    pub prediction: Prediction,
    /// The reply to the small case.
    pub reply: Reply,
}

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    /// Who was asked.
    pub hello: Hello,
    /// Seed of the run.
    pub seed: u64,
    /// Cases answered and judged.
    pub cases: u64,
    /// Cases outside the limits, not sent.
    pub not_applicable: u64,
    /// The median number of steps of the cases judged.
    pub median_steps: usize,
    /// For each rule of the table, in its order.
    pub tallies: Vec<Tally>,
    /// Which rules were asked about.
    pub asked: Rules,
    /// Broken rules, in the order of the table.
    pub failures: Vec<Failure>,
    /// Time that asking and judging took; neither starting the implementation nor making failures small.
    pub elapsed: Duration,
    /// Why the run ended early, if it did.
    pub trouble: Option<Trouble>,
}

impl Report {
    /// Rules that are broken and binding: MUST, and SHOULD where strictness is asked for.
    pub fn violated(&self, strict: bool) -> impl Iterator<Item = Rule> {
        let binding = move |rule: &Rule| rule.level() == Level::Must || strict && rule.level() == Level::Should;
        self.failures.iter().map(|failure| failure.rule).filter(binding)
    }
}

/// Makes an implementation; called once for each job, and again after trouble.
pub type Make<'a> = dyn Fn() -> Result<Box<dyn Implementation>, Trouble> + Sync + 'a;

struct Worker<'a> {
    options: &'a Options,
    rules: Rules,
    platform: Platform,
    tallies: Vec<Tally>,
    /// For each rule the first case that broke it.
    broken: Vec<Option<Failure>>,
    cases: u64,
    not_applicable: u64,
    /// How many cases had so many steps.
    steps: Vec<u64>,
}

/// Runs. `progress` is told now and then how many cases are done.
///
/// # Errors
/// [`Trouble`] where no implementation could be started. Trouble later on is in the report, beside the results so far.
pub fn check(make: &Make, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, Trouble> {
    let first = make()?;
    let hello = first.hello().clone();
    let rules = options.rules.binding(&hello.profiles);
    let started = Instant::now();
    let next = AtomicU64::new(0);
    let run = |given: Option<Box<dyn Implementation>>| {
        let replay = given.is_some();
        let mut worker = Worker::new(options, rules.clone(), &hello);
        let outcome = given.map_or_else(make, Ok).and_then(|mut implementation| {
            if replay {
                worker.replay(&mut *implementation, &hello)?;
            }
            worker.run(&mut *implementation, &hello, &next, started, progress)
        });
        (worker, outcome)
    };
    let results: Vec<(Worker, Result<(), Trouble>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..options.jobs).map(|_| scope.spawn(|| run(None))).collect();
        let mine = run(Some(first));
        let lost = |_| {
            let message = "a job panicked, and its verdicts are lost; run with --jobs 1 to see where".to_owned();
            (Worker::new(options, rules.clone(), &hello), Err(Trouble { message, position: 0 }))
        };
        std::iter::once(mine).chain(others.into_iter().map(|other| other.join().unwrap_or_else(lost))).collect()
    });
    let elapsed = started.elapsed();
    let mut total = Worker::new(options, rules, &hello);
    let mut trouble = None;
    for (worker, outcome) in results {
        total.add(worker);
        trouble = trouble.or(outcome.err());
    }
    let failures = total.shrink(make, &hello);
    Ok(Report {
        seed: options.seed,
        cases: total.cases,
        not_applicable: total.not_applicable,
        median_steps: median(&total.steps),
        tallies: total.tallies,
        asked: options.rules.clone(),
        failures,
        elapsed,
        trouble,
        hello,
    })
}

/// A case as it is on a platform: references to objects are as wide as its pointers.
fn on(case: &Case, platform: &Platform) -> Case {
    let dtype = case.array.dtype.with_pointers(platform.pointer_size());
    Case { array: Array { dtype, ..case.array.clone() }, script: case.script.clone() }
}

/// The predictions for a case that its reply does not meet, among those of these rules.
pub fn verify(platform: &Platform, rules: &Rules, case: &Case, reply: &Reply) -> Vec<Prediction> {
    let mut predictions = case.predict(platform);
    predictions.retain(|prediction| rules.includes(prediction.rule) && !judge::agrees(platform, reply, prediction));
    predictions
}

impl<'a> Worker<'a> {
    fn new(options: &'a Options, rules: Rules, hello: &Hello) -> Worker<'a> {
        let count = Rule::all().count();
        Worker {
            options,
            rules,
            platform: hello.platform,
            tallies: vec![Tally::default(); count],
            broken: vec![None; count],
            cases: 0,
            not_applicable: 0,
            steps: Vec::new(),
        }
    }

    fn replay(&mut self, implementation: &mut dyn Implementation, hello: &Hello) -> Result<(), Trouble> {
        for (name, case) in &self.options.replay {
            let case = &on(case, &hello.platform);
            let layout = resolve(&hello.platform, &case.array).ok();
            if !hello.limits.allow(&hello.platform, &case.array, layout.as_ref())
                || shrink::outside(case, &hello.platform).is_some()
            {
                self.set_aside(case);
                continue;
            }
            let reply = implementation
                .answer(case)
                .map_err(|trouble| Trouble { message: format!("{trouble}\n  at case {name}"), ..trouble })?;
            self.judge(case, &reply, || Origin::File(name.clone()));
        }
        Ok(())
    }

    fn run(
        &mut self,
        implementation: &mut dyn Implementation,
        hello: &Hello,
        next: &AtomicU64,
        started: Instant,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), Trouble> {
        let mut asked: VecDeque<Vec<(u64, Case)>> = VecDeque::new();
        let mut outcome = Ok(());
        loop {
            let late = self.options.time_limit.is_some_and(|limit| started.elapsed() >= limit);
            let from = if late { self.options.cases } else { next.fetch_add(BATCH, Ordering::Relaxed) };
            let until = (from + BATCH).min(self.options.cases);
            if from < until && outcome.is_ok() {
                let batch = self.batch(from..until, hello);
                let cases: Vec<Case> = batch.iter().map(|(_, case)| case.clone()).collect();
                outcome = implementation.send(&cases).map_err(|trouble| self.at_case(trouble, &batch));
                asked.push_back(batch);
                if asked.len() < AHEAD {
                    continue;
                }
            }
            let Some(batch) = asked.pop_front() else { return outcome };
            let mut replies = Vec::with_capacity(batch.len());
            let received = implementation.receive(&mut replies);
            let stopped = received.is_err();
            for ((index, case), reply) in batch.iter().zip(&replies) {
                self.judge(case, reply, || Origin::Drawn { seed: self.options.seed, index: *index });
            }
            progress(batch.len() as u64);
            if let Err(trouble) = received {
                outcome = outcome.and(Err(self.at_case(trouble, &batch)));
            }
            if stopped {
                return outcome;
            }
        }
    }

    /// Trouble, with the case of the batch that it came with.
    fn at_case(&self, mut trouble: Trouble, batch: &[(u64, Case)]) -> Trouble {
        if let Some((index, _)) = batch.get(trouble.position) {
            let case = format!("{}:{index}", self.options.seed);
            let _ = write!(trouble.message, "\n  at case {case}; `array-ctypes show {case}` draws it");
        }
        trouble
    }

    /// Makes cases, and counts those that are not applicable.
    fn batch(&mut self, indices: std::ops::Range<u64>, hello: &Hello) -> Vec<(u64, Case)> {
        let mut batch = Vec::with_capacity(BATCH as usize);
        for index in indices {
            let Generated { case, applicable } = generate(self.options.seed, index, hello, &self.rules);
            if applicable {
                batch.push((index, case));
            } else {
                self.set_aside(&case);
            }
        }
        batch
    }

    /// Counts a case that is outside the limits.
    fn set_aside(&mut self, case: &Case) {
        self.not_applicable += 1;
        let predictions = case.predict(&self.platform);
        self.once_each(&predictions, |tally| tally.not_applicable += 1);
    }

    fn judge(&mut self, case: &Case, reply: &Reply, origin: impl Fn() -> Origin) {
        let predictions = case.predict(&self.platform);
        self.cases += 1;
        let steps = case.script.len();
        self.steps.resize(self.steps.len().max(steps + 1), 0);
        self.steps[steps] += 1;
        self.once_each(&predictions, |tally| tally.cases += 1);
        let wrong: Vec<Prediction> =
            predictions.into_iter().filter(|prediction| !judge::agrees(&self.platform, reply, prediction)).collect();
        if wrong.is_empty() {
            return;
        }
        self.once_each(&wrong, |tally| tally.failed += 1);
        for prediction in wrong.iter().filter(|prediction| self.rules.includes(prediction.rule)) {
            let broken = &mut self.broken[prediction.rule.index()];
            let origin = origin();
            if broken.as_ref().is_none_or(|earlier| origin < earlier.origin) {
                *broken = Some(Failure {
                    rule: prediction.rule,
                    case: case.clone(),
                    origin,
                    prediction: prediction.clone(),
                    reply: reply.clone(),
                });
            }
        }
    }

    /// Counts something once for each rule that these predictions are of.
    fn once_each(&mut self, predictions: &[Prediction], count: impl Fn(&mut Tally)) {
        let mut seen = [0u64; 4];
        for prediction in predictions {
            let index = prediction.rule.index();
            let (word, bit) = (index / 64, 1 << (index % 64));
            if seen[word] & bit == 0 && self.rules.includes(prediction.rule) {
                seen[word] |= bit;
                count(&mut self.tallies[index]);
            }
        }
    }

    fn add(&mut self, other: Worker) {
        self.cases += other.cases;
        self.not_applicable += other.not_applicable;
        self.steps.resize(self.steps.len().max(other.steps.len()), 0);
        other.steps.iter().zip(&mut self.steps).for_each(|(count, total)| *total += count);
        for (total, tally) in self.tallies.iter_mut().zip(other.tallies) {
            total.cases += tally.cases;
            total.failed += tally.failed;
            total.not_applicable += tally.not_applicable;
        }
        for (total, broken) in self.broken.iter_mut().zip(other.broken) {
            if let Some(failure) = broken
                && total.as_ref().is_none_or(|earlier| failure.origin < earlier.origin)
            {
                *total = Some(failure);
            }
        }
    }

    /// Makes the first failing case of each broken rule small. One that does not fail again stays as it was.
    fn shrink(&mut self, make: &Make, hello: &Hello) -> Vec<Failure> {
        let mut implementation = None;
        let mut lost = 0;
        let mut failures: Vec<Failure> = std::mem::take(&mut self.broken).into_iter().flatten().collect();
        for failure in &mut failures {
            let rules = Rules::only(failure.rule);
            let mut fails = |case: &Case| {
                if implementation.is_none() && lost <= MOST_LOST {
                    implementation = make().ok();
                }
                let asked = implementation.as_mut()?.answer(case);
                let Ok(reply) = asked else {
                    // It is gone; the next case gets another. One that hangs takes its time each time.
                    lost += 1;
                    implementation = None;
                    return None;
                };
                let wrong = verify(&self.platform, &rules, case, &reply).into_iter().next()?;
                Some((wrong, reply))
            };
            minimise(failure, hello, &mut fails);
        }
        failures
    }
}

fn minimise(failure: &mut Failure, hello: &Hello, fails: &mut dyn FnMut(&Case) -> Option<(Prediction, Reply)>) {
    let mut tries = 0;
    'smaller: loop {
        for case in shrink::candidates(&failure.case, &hello.platform, &hello.limits) {
            tries += 1;
            if tries > TRIES {
                return;
            }
            if let Some((prediction, reply)) = fails(&case) {
                failure.case = case;
                failure.prediction = prediction;
                failure.reply = reply;
                continue 'smaller;
            }
        }
        return;
    }
}

fn median(counts: &[u64]) -> usize {
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
