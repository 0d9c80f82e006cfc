//! A run: makes cases, asks an implementation, judges and counts; then shrinks what failed.
//!
//! Each job is a thread with a worker and an implementation of its own. Jobs share nothing but the next index, so that
//! the verdicts do not depend on their number.

use super::chosen::reported;
use super::deviation::Deviation;
use super::event::{Event, Listener};
use super::excluded;
use super::minimise::{self, About};
use super::options::Options;
use super::outcome::{Failure, Known, Partial, Report, Tally};
use super::results::{Met, Results};
use super::worker::{Scope, Shared, Worker};
use crate::adapter::error::RunError;
use crate::adapter::implementation::{Implementation, Make};
use crate::transports::contained::Contained;
use crate::transports::leftovers;
use array_ctypes_spec::Rule;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

/// How the implementation of a job ended.
#[derive(Default)]
struct End {
    ignored_process: Option<i64>,
    error: Option<RunError>,
}

/// What a job has found.
type OfJob<'a> = (Results<'a>, End, Result<(), RunError>);

/// Runs the cases of `options` against the implementations that `make` starts, one for each job. Tells `listener` what
/// happens.
///
/// # Errors
/// [`RunError`] if no implementation could be started. A later error is in the report, beside the results so far.
pub fn check(make: &Make, options: &Options, listener: &Listener<'_>) -> Result<Report, RunError> {
    let begun = Instant::now();
    let first = make()?;
    first.hello().check_limits()?;
    let _run = leftovers::Run::begin();
    let hello = first.hello().clone().claiming_only(&options.profiles);
    listener(Event::Started(&hello));
    let scope = if hello.profiles == first.hello().profiles { Scope::Whole } else { Scope::Part };
    let asked = options.rules.of(&options.profiles);
    let rules = asked.binding(&hello);
    let started = Instant::now();
    let shared = Shared { next: Mutex::new(0), broken: Mutex::default(), listener };
    let is_asked = |deviation: &Deviation| Rule::all().any(|rule| rules.includes(rule) && deviation.covers(rule));
    let concerns = |deviation: &&Deviation| deviation.concerns(&hello) && is_asked(deviation);
    let deviations: Vec<Deviation> = options.deviations.iter().filter(concerns).cloned().collect();
    let run = |given: Option<Box<dyn Implementation>>| {
        let is_first = given.is_some();
        let mut worker = Worker::new(options, rules.clone(), &hello, &deviations, started, &shared);
        let mut ask = |implementation: &mut Contained| {
            if is_first && options.shard.is_first() {
                worker.ask_page(implementation)?;
                worker.ask_known(implementation, scope)?;
                worker.replay(implementation)?;
            }
            worker.run(implementation)
        };
        let mut end = End::default();
        let mut outcome = given.map_or_else(make, Ok).and_then(|implementation| {
            let mut implementation = Contained::new(implementation, make);
            let outcome = ask(&mut implementation);
            let (ignored_process, ended) = implementation.end();
            end = End { ignored_process, error: ended.err() };
            outcome
        });
        if leftovers::interrupted().is_some() {
            // Its processes were killed from here.
            (outcome, end.error) = (Ok(()), None);
        }
        (worker.results, end, outcome)
    };
    let empty = || Results::new(rules.clone(), &hello, &deviations);
    let unavailable = |message: String| (empty(), End::default(), Err(RunError::unavailable(message)));
    let results: Vec<OfJob> = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, || run(None));
        let others: Vec<_> = (1..options.jobs).map(spawn).collect();
        let mine = run(Some(first));
        let ended = others.into_iter().map(|other| match other.map(ScopedJoinHandle::join) {
            Ok(Ok(of_job)) => of_job,
            Ok(Err(_)) => {
                unavailable("a job panicked, and its verdicts are lost; run with --jobs 1 to see where".to_owned())
            }
            // The others take over what it would have asked.
            Err(_) => (empty(), End::default(), Ok(())),
        });
        std::iter::once(mine).chain(ended).collect()
    });
    let asking = started.elapsed();
    let mut total = Results::new(rules.clone(), &hello, &deviations);
    let (mut run_error, mut end) = (None, End::default());
    for (of_job, of_end, outcome) in results {
        total.add(of_job);
        run_error = run_error.or(outcome.err());
        end =
            End { ignored_process: end.ignored_process.or(of_end.ignored_process), error: end.error.or(of_end.error) };
    }
    let drawn = *shared.next.lock().unwrap_or_else(PoisonError::into_inner);
    let partial = match leftovers::interrupted() {
        Some(_) => Some(Partial::Interrupted),
        None if run_error.is_none() && drawn < options.shard.count(options.cases) => {
            Some(if shared.has_enough(options) { Partial::FailFast } else { Partial::TimeLimit })
        }
        None => None,
    };
    total.lost.sort_by(|one, other| one.origin.cmp(&other.origin));
    let about = About { hello: &hello, deviations: &deviations };
    let kept = total.take_kept();
    if !kept.is_empty() {
        listener(Event::Shrinking(kept.broken()));
    }
    let all = minimise::all(kept, make, &about, &rules, options, started);
    let (failures, repeated) =
        reported(all, |failure| failure.rule, |failure| (failure.rule, failure.cause.clone()), Failure::size);
    let (cases_declined, declined) = total.declines.into_list();
    let known = deviations.iter().cloned().zip(total.known);
    let (tallies, broken) = total.tallies.into_lists();
    let is_unasked = |tally: &Tally| tally.cases + tally.declined == 0;
    let unasked = Rule::all().zip(&tallies).filter(|(rule, tally)| rules.includes(*rule) && is_unasked(tally));
    let excluded = excluded::by_limits(unasked.map(|(rule, _)| rule), &hello);
    Ok(Report {
        seed: options.seed,
        cases: total.cases,
        page: total.page,
        not_applicable: total.not_applicable,
        steps: total.steps,
        shard: options.shard,
        excluded,
        tallies,
        broken,
        asked,
        failures,
        repeated,
        known: known.map(|(deviation, Met { cases, stale })| Known { deviation, cases, stale }).collect(),
        cases_declined,
        declined,
        doors: total.doors,
        waivers: options.waivers.clone(),
        ignored_process: end.ignored_process,
        bad_end: end.error,
        partial,
        held_again: total.held_again,
        lost: total.lost,
        asking,
        elapsed: begun.elapsed(),
        run_error,
        hello: hello.clone(),
    })
}
