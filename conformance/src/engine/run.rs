//! A run: cases are made, asked, judged and counted; what fails is made small.

use super::deviation::Deviation;
use super::minimise;
use super::options::Options;
use super::outcome::{Known, Report};
use super::worker::{Worker, median};
use crate::adapter::error::RunError;
use crate::adapter::implementation::{Implementation, Make};
use crate::transports::contained::Contained;
use array_ctypes_spec::Rule;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::Instant;

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
            (Worker::new(options, rules.clone(), &hello, &deviations), Err(RunError::unavailable(message)))
        };
        std::iter::once(mine).chain(others.into_iter().map(|other| other.join().unwrap_or_else(lost))).collect()
    });
    let elapsed = started.elapsed();
    let mut total = Worker::new(options, rules, &hello, &deviations);
    let mut run_error = None;
    for (worker, outcome) in results {
        total.add(worker);
        run_error = run_error.or(outcome.err());
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
        run_error,
        hello: hello.clone(),
    })
}
