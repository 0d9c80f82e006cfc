//! A run: makes cases, asks an implementation, judges and counts; then shrinks what failed.
//!
//! Each job is a thread with a worker and an implementation of its own. Jobs share nothing but the next index, so that
//! the verdicts do not depend on their number.

use super::deviation::Deviation;
use super::excluded;
use super::minimise::{self, About};
use super::options::Options;
use super::outcome::{Known, Report, Tally};
use super::results::{Met, Results};
use super::worker::{Scope, Worker};
use crate::adapter::error::RunError;
use crate::adapter::implementation::{Implementation, Make};
use crate::transports::contained::Contained;
use array_ctypes_spec::Rule;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

/// Runs the cases of `options` against the implementations that `make` starts, one for each job. Calls `progress` now
/// and then with the number of cases that were done since the last call.
///
/// # Errors
/// [`RunError`] if no implementation could be started. A later error is in the report, beside the results so far.
pub fn check(make: &Make, options: &Options, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, RunError> {
    let first = make()?;
    first.hello().check_limits()?;
    let ignored_process = first.ignored_process();
    let hello = first.hello().clone().claiming_only(&options.profiles);
    let scope = if hello.profiles == first.hello().profiles { Scope::Whole } else { Scope::Part };
    let asked = options.rules.of(&options.profiles);
    let rules = asked.binding(&hello);
    let started = Instant::now();
    let next = Mutex::new(0);
    let is_asked = |deviation: &Deviation| Rule::all().any(|rule| rules.includes(rule) && deviation.covers(rule));
    let concerns = |deviation: &&Deviation| deviation.concerns(&hello) && is_asked(deviation);
    let deviations: Vec<Deviation> = options.deviations.iter().filter(concerns).cloned().collect();
    let run = |given: Option<Box<dyn Implementation>>| {
        let is_first = given.is_some();
        let mut worker = Worker::new(options, rules.clone(), &hello, &deviations, started);
        let outcome = given.map_or_else(make, Ok).and_then(|implementation| {
            let mut implementation = Contained::new(implementation, make);
            if is_first {
                worker.ask_page(&mut implementation)?;
                worker.ask_known(&mut implementation, scope)?;
                worker.replay(&mut implementation)?;
            }
            worker.run(&mut implementation, &next, progress)
        });
        (worker.results, outcome)
    };
    let results: Vec<(Results, Result<(), RunError>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..options.jobs).map(|_| scope.spawn(|| run(None))).collect();
        let mine = run(Some(first));
        let lost = |_| {
            let message = "a job panicked, and its verdicts are lost; run with --jobs 1 to see where".to_owned();
            (Results::new(rules.clone(), &hello, &deviations), Err(RunError::unavailable(message)))
        };
        std::iter::once(mine).chain(others.into_iter().map(|other| other.join().unwrap_or_else(lost))).collect()
    });
    let elapsed = started.elapsed();
    let mut total = Results::new(rules.clone(), &hello, &deviations);
    let mut run_error = None;
    for (of_job, outcome) in results {
        total.add(of_job);
        run_error = run_error.or(outcome.err());
    }
    total.lost.sort_by(|one, other| one.origin.cmp(&other.origin));
    let about = About { hello: &hello, deviations: &deviations };
    let failures = minimise::all(total.take_kept(), make, &about, &rules, options, started);
    let median_steps = total.median_steps();
    let (cases_declined, declined) = total.declines.into_list();
    let known = deviations.iter().cloned().zip(total.known);
    let tallies = total.tallies.into_list();
    let is_unasked = |tally: &Tally| tally.cases + tally.declined == 0;
    let unasked = Rule::all().zip(&tallies).filter(|(rule, tally)| rules.includes(*rule) && is_unasked(tally));
    let excluded = excluded::by_limits(unasked.map(|(rule, _)| rule), &hello);
    Ok(Report {
        seed: options.seed,
        cases: total.cases,
        page: total.page,
        not_applicable: total.not_applicable,
        median_steps,
        excluded,
        tallies,
        asked,
        failures,
        known: known.map(|(deviation, Met { cases, stale })| Known { deviation, cases, stale }).collect(),
        cases_declined,
        declined,
        doors: total.doors,
        waivers: options.waivers.clone(),
        ignored_process,
        lost: total.lost,
        elapsed,
        run_error,
        hello: hello.clone(),
    })
}
