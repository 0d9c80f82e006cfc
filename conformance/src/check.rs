//! A run: cases are made, asked, judged and counted; what fails is made small.

use crate::contained::Contained;
use crate::deviations::Deviation;
use crate::generate::Rules;
use crate::implementation::{Hello, Implementation, Reply, RunError};
use crate::{Case, judge, shrink};
use array_ctypes_spec::layout::resolve;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Expectation, Level, Prediction, Profile, Rule, for_each_prediction, rules};
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::{Duration, Instant};

mod minimise;
mod worker;

use worker::{Worker, median};

/// A rule with fewer applicable cases than this counts as not exercised.
pub const MIN_CASES_TO_COUNT: u64 = 100;

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
    /// Which profiles to hold it to, of those that it claims.
    pub profiles: Vec<Profile>,
    /// Cases to run before those that are made, each with the name of its file.
    pub replay: Vec<(String, Case)>,
    /// Deviations that are known; those that do not concern the implementation do not count.
    pub deviations: Vec<Deviation>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            cases: 100_000,
            time_limit: None,
            jobs: 1,
            rules: Rules::all(),
            profiles: Profile::ALL.to_vec(),
            replay: Vec::new(),
            deviations: Vec::new(),
        }
    }
}

/// How one rule fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases in which it was judged.
    pub cases: u64,
    /// Cases in which it was broken, in a way that is not known.
    pub failed: u64,
    /// Cases in which it was broken in a way that is known.
    pub known: u64,
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

/// A deviation that is known, and in how many cases it was met.
#[derive(Clone, Debug)]
pub struct Known {
    /// The deviation.
    pub deviation: Deviation,
    /// Cases in which the rule was broken so.
    pub cases: u64,
    /// What its own case shows instead, where it no longer shows the deviation: the entry is stale.
    pub stale: Option<String>,
}

/// A case that the implementation was lost on.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Where the case came from.
    pub origin: Origin,
    /// How it was lost, with its last words.
    pub message: String,
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
    /// Rules broken in a way that is not known, in the order of the table.
    pub failures: Vec<Failure>,
    /// The known deviations that concern the implementation and a rule that was asked about, in the order of their files.
    pub known: Vec<Known>,
    /// Every case that the implementation was lost on, in order.
    pub lost: Vec<Lost>,
    /// Time that asking and judging took; neither starting the implementation nor making failures small.
    pub elapsed: Duration,
    /// Why the run ended early, if it did.
    pub trouble: Option<RunError>,
}

impl Report {
    /// Rules that are broken and binding: MUST, and SHOULD where strictness is asked for.
    pub fn violated(&self, strict: bool) -> impl Iterator<Item = Rule> {
        let binding = move |rule: &Rule| rule.level() == Level::Must || strict && rule.level() == Level::Should;
        self.failures.iter().map(|failure| failure.rule).filter(binding)
    }
}

/// Makes an implementation; called once for each job, and again after trouble.
pub type Make<'a> = dyn Fn() -> Result<Box<dyn Implementation>, RunError> + Sync + 'a;

/// Runs. `progress` is told now and then how many cases are done.
///
/// # Errors
/// [`RunError`] where no implementation could be started. RunError later on is in the report, beside the results so far.
pub fn check(make: &Make, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, RunError> {
    let first = make()?;
    let hello = first.hello().clone().claiming_only(&options.profiles);
    let in_part = hello.profiles != first.hello().profiles;
    let asked = options.rules.of(&options.profiles);
    let rules = asked.binding(&hello);
    let started = Instant::now();
    let next = AtomicU64::new(0);
    let asked_about = |deviation: &Deviation| Rule::all().any(|rule| rules.includes(rule) && deviation.covers(rule));
    let concerns = |deviation: &&Deviation| deviation.concerns(&hello) && asked_about(deviation);
    let deviations: Vec<Deviation> = options.deviations.iter().filter(concerns).cloned().collect();
    let run = |given: Option<Box<dyn Implementation>>| {
        let replay = given.is_some();
        let mut worker = Worker::new(options, rules.clone(), &hello, &deviations);
        let outcome = given.map_or_else(make, Ok).and_then(|implementation| {
            let mut implementation = Contained::new(implementation, make);
            if replay {
                worker.look_for_known(&mut implementation, in_part)?;
                worker.replay(&mut implementation)?;
            }
            worker.run(&mut implementation, &next, started, progress)
        });
        (worker, outcome)
    };
    let results: Vec<(Worker, Result<(), RunError>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..options.jobs).map(|_| scope.spawn(|| run(None))).collect();
        let mine = run(Some(first));
        let lost = |_| {
            let message = "a job panicked, and its verdicts are lost; run with --jobs 1 to see where".to_owned();
            (Worker::new(options, rules.clone(), &hello, &deviations), Err(RunError::new(message)))
        };
        std::iter::once(mine).chain(others.into_iter().map(|other| other.join().unwrap_or_else(lost))).collect()
    });
    let elapsed = started.elapsed();
    let mut total = Worker::new(options, rules, &hello, &deviations);
    let mut trouble = None;
    for (worker, outcome) in results {
        total.add(worker);
        trouble = trouble.or(outcome.err());
    }
    total.lost.sort_by(|one, other| one.origin.cmp(&other.origin));
    let failures = minimise::all(total.failures(), make, &hello, &deviations);
    let counted = total.known.into_iter().zip(total.stale);
    let known = deviations.iter().cloned().zip(counted);
    Ok(Report {
        seed: options.seed,
        cases: total.cases,
        not_applicable: total.not_applicable,
        median_steps: median(&total.steps),
        tallies: total.tallies,
        asked,
        failures,
        known: known.map(|(deviation, (cases, stale))| Known { deviation, cases, stale }).collect(),
        lost: total.lost,
        elapsed,
        trouble,
        hello: hello.clone(),
    })
}

/// Why an implementation is not asked a case: it is outside its limits or profiles, or reads or writes memory of which no rule
/// that binds it speaks. `None` where it is asked.
pub fn not_applicable(hello: &Hello, case: &Case) -> Option<String> {
    let layout = resolve(&hello.platform, &case.array).ok();
    if !hello.allows(&case.array, layout.as_ref()) {
        return Some(format!("outside the limits of {}", hello.name));
    }
    let step = shrink::outside(case, &hello.platform, &Rules::all().binding(hello))?;
    Some(format!("no rule that binds {} speaks of step {step}, {}", hello.name, case.script[step]))
}

/// What is expected of a case, given whether the implementation made the array and replied: of one that it should have made
/// and did not, nothing but that; of one that it was lost on, nothing but a reply. Each prediction is handed on as it is made.
pub fn expect_of(platform: &Platform, case: &Case, reply: &Reply, each: &mut dyn FnMut(Prediction)) {
    if reply.lost.is_none() {
        let resolved = resolve(platform, &case.array);
        let exists = resolved.is_ok();
        if !(exists && reply.refused) {
            for_each_prediction(platform, &case.array, &resolved, &case.script, each);
        }
        if exists {
            let (rule, expectation) = making(platform, &case.array);
            each(Prediction { step: 0, rule, expectation });
        }
    }
    each(Prediction { step: 0, rule: rules::layout::answered, expectation: Expectation::Answered });
}

/// Likewise, all at once.
pub fn expected(platform: &Platform, case: &Case, reply: &Reply) -> Vec<Prediction> {
    let mut predictions = Vec::new();
    expect_of(platform, case, reply, &mut |prediction| predictions.push(prediction));
    predictions
}

/// The predictions for a case that its reply does not meet, among those of these rules.
pub fn verify(platform: &Platform, rules: &Rules, case: &Case, reply: &Reply) -> Vec<Prediction> {
    let mut predictions = expected(platform, case, reply);
    let seen = judge::seen(reply);
    predictions.retain(|prediction| {
        rules.includes(prediction.rule) && prediction.step < seen && !judge::agrees(platform, reply, prediction)
    });
    predictions
}

/// What is expected of making an array that exists: that it is made, or of some that it is made or refused.
pub(crate) fn making(platform: &Platform, array: &Array) -> (Rule, Expectation) {
    match array.may_be_refused(platform) {
        Some((rule, kinds)) => (rule, Expectation::AcceptedOr(kinds)),
        None => (rules::layout::accepted, Expectation::Accepted),
    }
}
