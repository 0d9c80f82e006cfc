//! How soon each fault is caught, in cases drawn as `check` draws them.
//!
//! A case is drawn, asked and judged once for all faults: each fault that is still at large spoils a copy of the reply. The
//! reference itself has to break nothing in any case that is looked at; in both readings of the documentation, which are
//! asked the same number of cases.

use super::{Fault, of, reading};
use crate::adapters::{Reading, Reference};
use array_ctypes_conformance::engine::generate::{Generated, generate};
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::outcome::Origin;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::Rule;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::{Implementation, RunError};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const READINGS: [Reading; 2] = [Reading::Holds, Reading::Borrows];

/// What is hunted, and for how long.
pub(crate) struct Options {
    /// The rules whose faults are hunted.
    pub(crate) rules: Rules,
    /// How many seeds, from 1 on.
    pub(crate) seeds: u64,
    /// The most cases of each seed.
    pub(crate) cases: u64,
    /// How many threads.
    pub(crate) jobs: usize,
}

impl Options {
    /// Those that are hunted, each with the rule that it breaks.
    pub(crate) fn faults(&self) -> impl Iterator<Item = (Rule, Fault)> {
        let wanted = Rule::all().filter(|rule| self.rules.includes(*rule));
        wanted.flat_map(|rule| of(rule).into_iter().map(move |fault| (rule, fault)))
    }
}

/// How one fault fared.
pub(crate) struct Hunted {
    /// The rule that it breaks.
    pub(crate) rule: Rule,
    pub(crate) fault: Fault,
    /// For each seed how many cases it took until that rule was broken, if it was.
    pub(crate) cases: Vec<Option<u64>>,
    /// The other rules that were broken until then, in any seed.
    pub(crate) others: BTreeSet<Rule>,
}

/// How the reference fared, which is correct.
#[derive(Default)]
pub(crate) struct Twin {
    /// How many cases were judged.
    pub(crate) cases: u64,
    /// What it broke all the same, and in which case.
    pub(crate) broken: Vec<(Rule, Origin)>,
}

/// What came of a hunt.
pub(crate) struct Report {
    pub(crate) faults: Vec<Hunted>,
    /// In both readings.
    pub(crate) twins: [(Reading, Twin); 2],
}

impl Report {
    /// Whether every fault was caught in every seed, and the reference broke nothing.
    pub(crate) fn is_proof(&self) -> bool {
        let caught = self.faults.iter().all(|hunted| hunted.cases.iter().all(Option::is_some));
        caught && self.twins.iter().all(|(_, twin)| twin.cases > 0 && twin.broken.is_empty())
    }
}

/// Hunts. `progress` is told of each fault that is caught in a seed.
///
/// # Errors
/// [`RunError`] where the reference could not be asked.
pub(crate) fn hunt(options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, RunError> {
    let faults: Vec<(Rule, Fault)> = options.faults().collect();
    let next = AtomicU64::new(0);
    let job = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= options.seeds {
                return Ok(done);
            }
            done.push((at, Seed::hunt(at + 1, &faults, options.cases, progress)?));
        }
    };
    let mut seeds = Vec::new();
    thread::scope(|scope| -> Result<(), RunError> {
        let jobs: Vec<_> = (0..options.jobs).map(|_| scope.spawn(job)).collect();
        for job in jobs {
            let lost = |_| {
                Err(RunError::unavailable(
                    "expected a verdict, found that a job panicked; run with --jobs 1 to see where",
                ))
            };
            seeds.extend(job.join().unwrap_or_else(lost)?);
        }
        Ok(())
    })?;
    seeds.sort_by_key(|(at, _)| *at);
    let mut twins = READINGS.map(|reading| (reading, Twin::default()));
    let hunted = |(rule, fault)| Hunted { rule, fault, cases: Vec::new(), others: BTreeSet::new() };
    let mut hunted: Vec<Hunted> = faults.into_iter().map(hunted).collect();
    for (_, seed) in seeds {
        for ((hunted, cases), broken) in hunted.iter_mut().zip(seed.caught).zip(seed.broken) {
            hunted.cases.push(cases);
            hunted.others.extend(broken.into_iter().filter(|rule| *rule != hunted.rule));
        }
        for ((_, total), twin) in twins.iter_mut().zip(seed.twins) {
            total.cases += twin.cases;
            total.broken.extend(twin.broken);
        }
    }
    Ok(Report { faults: hunted, twins })
}

/// What came of one seed.
struct Seed {
    /// For each fault, after how many cases.
    caught: Vec<Option<u64>>,
    /// For each fault the rules that were broken until then.
    broken: Vec<BTreeSet<Rule>>,
    twins: [Twin; 2],
}

impl Seed {
    /// Looks at one case after the other, in both readings, until every fault is caught.
    fn hunt(seed: u64, faults: &[(Rule, Fault)], most: u64, progress: &dyn Fn(u64)) -> Result<Seed, RunError> {
        let mut hunt = Seed {
            caught: vec![None; faults.len()],
            broken: vec![BTreeSet::new(); faults.len()],
            twins: Default::default(),
        };
        let mut readings = READINGS.map(|which| {
            let reference = Reference::reading(which);
            let rules = Rules::all().binding(reference.hello());
            let large: Vec<usize> = (0..faults.len()).filter(|at| reading(faults[*at].0) == which).collect();
            (reference, rules, large)
        });
        for index in 0..most {
            for ((reference, rules, large), twin) in readings.iter_mut().zip(&mut hunt.twins) {
                let Generated { case, applicable } = generate(seed, index, reference.hello(), rules);
                if !applicable {
                    continue;
                }
                let reply = reference.answer(&case)?;
                let platform = reference.hello().platform;
                twin.cases += 1;
                let wrong = violations(&platform, rules, &case, &reply);
                twin.broken.extend(wrong.iter().map(|prediction| (prediction.rule, Origin::Drawn { seed, index })));
                let layout = resolve(&platform, &case.array);
                large.retain(|at| {
                    let (rule, fault) = &faults[*at];
                    let Some(faulty) = fault.spoiled(&case, &layout, &reply) else { return true };
                    let wrong = violations(&platform, rules, &case, &faulty);
                    hunt.broken[*at].extend(wrong.iter().map(|prediction| prediction.rule));
                    let caught = hunt.broken[*at].contains(rule);
                    if caught {
                        hunt.caught[*at] = Some(index + 1);
                        progress(1);
                    }
                    !caught
                });
            }
            if readings.iter().all(|(_, _, large)| large.is_empty()) {
                break;
            }
        }
        Ok(hunt)
    }
}
