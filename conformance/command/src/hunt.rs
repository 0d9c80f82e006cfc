//! The hunt: how many cases of `check` it takes until each fault breaks its rule.
//!
//! A hunt draws the cases that `check` draws, and has faulty implementations and their correct twin answer them. There
//! are two kinds of faulty implementations: spoiled replies of the reference, and adapters of NumPy. Each kind
//! implements
//! [`Suspects`];
//! drawing, judging, counting and threads are the same for both and stand here.

use array_ctypes_conformance::engine::generate::{Generated, generate};
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::outcome::Origin;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::Rule;
use array_ctypes_conformance::{Case, Hello, Reply, RunError};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A fault as the hunt knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HuntedFault {
    /// The mistake, in a few words.
    pub name: String,
    /// The rule that must catch it.
    pub rule: Rule,
    /// The projects where somebody made such a mistake.
    pub seen: Vec<Seen>,
}

/// A project where somebody made a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// A link to it.
    pub link: String,
    /// What happened there, in a few words.
    pub remark: Option<String>,
}

/// How long to hunt.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many seeds, from 1 on.
    pub seeds: u64,
    /// The most cases of each seed.
    pub cases: u64,
    /// How many threads.
    pub jobs: usize,
}

/// What one thread hunts: faulty implementations, and their correct twin.
pub(crate) trait Suspects {
    /// Gets ready for these faults, given by their positions. The same implementations answer all seeds of the task.
    fn prepare(&mut self, faults: &Range<usize>) -> Result<(), RunError>;

    /// Draws the cases with these indices, gets the answers, and records what each uncaught fault breaks.
    fn judge(&mut self, hunt: &mut Hunt, indices: Range<u64>) -> Result<(), RunError>;
}

/// What is hunted, and how the work is divided.
pub(crate) struct Plan<'a> {
    /// All faults.
    pub(crate) faults: Vec<HuntedFault>,
    /// The names of the twins, in the order of [`Report::twins`].
    pub(crate) twins: Vec<&'static str>,
    /// The numbers of cases of the first batch and of the largest one. Batches double in between.
    pub(crate) batches: [u64; 2],
    /// The tasks that threads share.
    pub(crate) tasks: Vec<Task>,
    /// Starts what a thread hunts.
    pub(crate) start: &'a (dyn Fn() -> Result<Box<dyn Suspects + 'a>, RunError> + Sync),
}

/// Faults, given by their positions, and the seeds that they are hunted with.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) faults: Range<usize>,
    pub(crate) seeds: Range<u64>,
}

/// The result for one fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The fault.
    pub fault: HuntedFault,
    /// For each seed, the number of cases until the fault broke its rule; `None` if it never did.
    pub cases: Vec<Option<u64>>,
    /// The other rules that were broken until then, with any seed.
    pub others: BTreeSet<Rule>,
}

impl Row {
    /// Returns true if the fault was caught with each seed.
    pub fn is_caught(&self) -> bool {
        self.cases.iter().all(Option::is_some)
    }

    /// Returns the median and the worst number of cases, as tables show them. Of an even number the median is the earlier
    /// of the middle two.
    pub(crate) fn figures(&self) -> [String; 2] {
        let mut cases: Vec<u64> = self.cases.iter().map(|cases| cases.unwrap_or(u64::MAX)).collect();
        cases.sort_unstable();
        let shown = |cases: Option<&u64>| match cases {
            Some(cases) if *cases < u64::MAX => cases.to_string(),
            _ => "missed".to_owned(),
        };
        [shown(cases.get((cases.len() - 1) / 2)), shown(cases.last())]
    }
}

/// The result for a twin, which is correct.
#[derive(Debug, Default)]
pub struct Twin {
    /// How many cases were judged.
    pub cases: u64,
    /// The rules that it broke all the same, each with the case.
    pub broken: Vec<(Rule, Origin)>,
}

/// The result of a hunt.
#[derive(Debug)]
pub struct Report {
    /// A row for each fault, in their order.
    pub faults: Vec<Row>,
    /// The twins that must break nothing, each with its name.
    pub twins: Vec<(&'static str, Twin)>,
}

impl Report {
    /// How many faults were caught with each seed.
    pub fn caught(&self) -> usize {
        self.faults.iter().filter(|row| row.is_caught()).count()
    }

    /// Returns true if every fault was caught with each seed, and the twins broke nothing.
    pub fn is_proof(&self) -> bool {
        self.caught() == self.faults.len()
            && self.twins.iter().all(|(_, twin)| twin.cases > 0 && twin.broken.is_empty())
    }
}

/// The hunt with one seed: which faults are still at large, and what was broken so far.
pub(crate) struct Hunt {
    pub(crate) seed: u64,
    /// The first fault of the task; positions of faults are counted from it.
    first: usize,
    rules: Vec<Rule>,
    cases: Vec<Option<u64>>,
    broken: Vec<BTreeSet<Rule>>,
    /// What the twins broke.
    pub(crate) twins: Vec<Twin>,
}

impl Hunt {
    fn new(seed: u64, plan: &Plan, task: &Task) -> Hunt {
        let rules: Vec<Rule> = plan.faults[task.faults.clone()].iter().map(|fault| fault.rule).collect();
        Hunt {
            seed,
            first: task.faults.start,
            cases: vec![None; rules.len()],
            broken: vec![BTreeSet::new(); rules.len()],
            rules,
            twins: plan.twins.iter().map(|_| Twin::default()).collect(),
        }
    }

    /// Returns true if a fault is not caught yet.
    pub(crate) fn is_at_large(&self, fault: usize) -> bool {
        self.cases[fault - self.first].is_none()
    }

    /// Records what a fault at large broke in the case of that index. If its rule is among it, the fault is caught.
    pub(crate) fn record(&mut self, fault: usize, index: u64, broken: BTreeSet<Rule>) {
        let at = fault - self.first;
        if broken.contains(&self.rules[at]) {
            self.cases[at] = Some(index + 1);
        }
        self.broken[at].extend(broken);
    }

    /// Records what a twin that must break nothing broke in the case of that index.
    pub(crate) fn record_twin(&mut self, twin: usize, index: u64, broken: BTreeSet<Rule>) {
        let origin = Origin::Drawn { seed: self.seed, index };
        self.twins[twin].cases += 1;
        self.twins[twin].broken.extend(broken.into_iter().map(|rule| (rule, origin.clone())));
    }

    fn caught(&self) -> u64 {
        self.cases.iter().flatten().count() as u64
    }
}

/// Draws the cases with these indices, as `check` does; those that are not applicable are left out.
pub(crate) fn drawn(hunt: &Hunt, indices: Range<u64>, hello: &Hello, rules: &Rules) -> Vec<(u64, Case)> {
    let drawn = indices.map(|index| (index, generate(hunt.seed, index, hello, rules)));
    let applicable = drawn.filter(|(_, Generated { applicable, .. })| *applicable);
    applicable.map(|(index, Generated { case, .. })| (index, case)).collect()
}

/// The rules that a reply breaks.
pub(crate) fn broken(hello: &Hello, rules: &Rules, case: &Case, reply: &Reply) -> BTreeSet<Rule> {
    violations(&hello.platform, rules, case, reply).into_iter().map(|prediction| prediction.rule).collect()
}

/// Hunts. `progress` is called with the number of faults that were caught.
///
/// # Errors
/// [`RunError`] if the implementations cannot be run.
pub(crate) fn hunt(plan: &Plan, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, RunError> {
    let next = AtomicUsize::new(0);
    let job = || {
        let mut suspects = (plan.start)()?;
        let mut done = Vec::new();
        while let Some(task) = plan.tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            suspects.prepare(&task.faults)?;
            for seed in task.seeds.clone() {
                let hunt = hunt_seed(plan, task, seed, options.cases, &mut *suspects, progress)?;
                done.push((task.faults.clone(), hunt));
            }
        }
        Ok(done)
    };
    let mut hunts: Vec<(Range<usize>, Hunt)> = Vec::new();
    thread::scope(|scope| -> Result<(), RunError> {
        // One job is this thread's; where no more threads can start, it does all.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, job).ok();
        let jobs: Vec<_> = (1..options.jobs).filter_map(spawn).collect();
        hunts.extend(job()?);
        for job in jobs {
            let panicked = |_| Err(RunError::unavailable("a job panicked; run with --jobs 1 to see where"));
            hunts.extend(job.join().unwrap_or_else(panicked)?);
        }
        Ok(())
    })?;
    hunts.sort_by_key(|(_, hunt)| hunt.seed);
    Ok(report(plan, hunts))
}

/// Hunts the faults of a task with one seed, until all are caught or there are no more cases.
fn hunt_seed(
    plan: &Plan,
    task: &Task,
    seed: u64,
    cases: u64,
    suspects: &mut dyn Suspects,
    progress: &dyn Fn(u64),
) -> Result<Hunt, RunError> {
    let mut hunt = Hunt::new(seed, plan, task);
    let [mut size, largest] = plan.batches;
    let mut from = 0;
    while from < cases && hunt.caught() < task.faults.len() as u64 {
        let before = hunt.caught();
        let to = (from + size).min(cases);
        suspects.judge(&mut hunt, from..to)?;
        progress(hunt.caught() - before);
        (from, size) = (to, (2 * size).min(largest));
    }
    Ok(hunt)
}

/// Adds up the hunts, which are in the order of their seeds.
fn report(plan: &Plan, hunts: Vec<(Range<usize>, Hunt)>) -> Report {
    let row = |fault: &HuntedFault| Row { fault: fault.clone(), cases: Vec::new(), others: BTreeSet::new() };
    let mut rows: Vec<Row> = plan.faults.iter().map(row).collect();
    let mut twins: Vec<(&str, Twin)> = plan.twins.iter().map(|name| (*name, Twin::default())).collect();
    for (faults, hunt) in hunts {
        for ((row, cases), broken) in rows[faults].iter_mut().zip(hunt.cases).zip(hunt.broken) {
            row.cases.push(cases);
            row.others.extend(broken.into_iter().filter(|rule| *rule != row.fault.rule));
        }
        for ((_, total), twin) in twins.iter_mut().zip(hunt.twins) {
            total.cases += twin.cases;
            total.broken.extend(twin.broken);
        }
    }
    Report { faults: rows, twins }
}
