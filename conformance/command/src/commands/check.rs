//! `array-ctypes check`: validates implementations.

use crate::arguments::{
    AskedRules, BindingRules, DeviationFile, KnownDeviations, Looks, ReportFile, Targets, count, jobs, profiles,
    seconds, whole_number,
};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::live::Live;
use crate::output::{print_error, quoted};
use crate::printed::Output;
use crate::report::View;
use crate::results::verdict;
use crate::results::written::{self, Asked, Repeat};
use crate::skeleton;
use crate::target::Target;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Failure, Report};
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::engine::shard::Shard;
use array_ctypes_conformance::files;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::transports::leftovers;
use clap::Args;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A job with fewer cases is not worth its start.
const MIN_CASES_PER_JOB: u64 = 5_000;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    known: KnownDeviations,
    /// Write what failed, and what was declined too often, as a new file of known deviations, each with its reason to be filled in
    #[arg(long, value_name = "FILE", conflicts_with = "fail_fast")]
    write_deviations: Option<PathBuf>,
    /// How many cases to make
    #[arg(long, value_name = "N", value_parser = whole_number, default_value_t = Options::default().cases)]
    cases: u64,
    /// Seed of the run
    #[arg(long, value_name = "S", value_parser = whole_number, default_value_t = Options::default().seed)]
    seed: u64,
    /// End the run after this time: at most half of it is left for making failures small
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    time_limit: Option<Duration>,
    #[arg(long, value_name = "N", help = format!(
        "Threads, each with an implementation of its own [default: one for each core, if each has {MIN_CASES_PER_JOB} cases]"
    ))]
    jobs: Option<u16>,
    /// End the run after so many broken rules of the level MUST [default without a number: 1]
    #[arg(long, value_name = "N", value_parser = count, num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    fail_fast: Option<usize>,
    /// Ask only this part of the cases, as in 2/8; `report` merges the results of all parts
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, hide_default_value = true)]
    shard: Shard,
    #[command(flatten)]
    asked: AskedRules,
    #[command(flatten)]
    binding: BindingRules,
    /// The form of the output; json is the result format, one object a line
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = View::Text)]
    format: View,
    /// Write a report to a file, too; may be repeated. That in json is written as the run goes
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<ReportFile>,
    #[command(flatten)]
    looks: Looks,
    /// Where failing cases are saved and replayed from
    #[arg(long, value_name = "DIR", default_value = files::DEFAULT_FOLDER)]
    regressions: PathBuf,
    /// Save no failing case
    #[arg(long)]
    no_save: bool,
}

/// Validates each implementation in turn, and ends with the exit code that has precedence. A run error with one is
/// printed, and the next has its turn.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let targets = arguments.targets.all()?;
    if let Some(path) = &arguments.write_deviations {
        skeleton::expect_absent(path)?;
        if targets.len() > 1 {
            let message =
                format!("--write-deviations: expected one implementation, found {}; run each alone", targets.len());
            return Err(CommandError::Usage(message));
        }
    }
    let mut out = Output::open(arguments.format, arguments.looks, &arguments.reports)?;
    let asked = Asked {
        seed: arguments.seed,
        cases: arguments.cases,
        shard: arguments.shard.to_string(),
        pattern: arguments.asked.pattern().map(|pattern| pattern.text),
        strict: arguments.binding.strict,
    };
    let mut exit = Exit::Conforms;
    let mut failed = None;
    for target in &targets {
        if leftovers::interrupted().is_some() {
            break;
        }
        match run_one(arguments, target, &asked, &mut out) {
            Ok(ended) => exit = exit.or(ended),
            Err(CommandError::Run(error)) => {
                print_error(error.message());
                out.not_started(written::not_started(&target.name(), &asked, error.message()));
                exit = exit.or(Exit::RunError);
            }
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    // What is known of the others is written whatever happened.
    out.finish()?;
    failed.map_or(Ok(exit), Err)
}

fn run_one(arguments: &Arguments, target: &Target, asked: &Asked, out: &mut Output) -> Result<Exit, CommandError> {
    let files = arguments.known.read()?;
    let options = Options {
        seed: arguments.seed,
        cases: arguments.cases,
        time_limit: arguments.time_limit,
        fail_fast: arguments.fail_fast,
        shard: arguments.shard,
        jobs: jobs(arguments.jobs, arguments.shard.count(arguments.cases) / MIN_CASES_PER_JOB),
        rules: arguments.asked.rules(),
        profiles: profiles(&arguments.binding.profiles),
        deviations: arguments.known.all(&files)?,
        waivers: files.iter().flat_map(|file| &file.waivers).cloned().collect(),
        replay: files::read_all(&arguments.regressions, Platform::host().pointer_size())?,
    };
    let make = target.maker(arguments.targets.timeout.duration);
    let folder = (!arguments.no_save).then_some(&*arguments.regressions);
    let of_file = |failure: &Failure, path: Option<&Path>| repeat(arguments, target, failure, path);
    let live = Live::new(out, asked, folder, &of_file, options.shard.count(options.cases));
    let report = check(&*make, &options, &|event| live.take(&event))?;
    let (saved, save_error) = live.finish(&report);
    let repeat = |failure: &Failure| of_file(failure, saved.path(failure));
    let results = written::run(&report, asked, &repeat);
    let exit = verdict::exit(&results);
    // The report is printed before an error of saving, so that it is not lost.
    let added = out.add(results);
    if let Some(error) = &report.run_error {
        print_error(error.message());
    }
    for file in &files {
        print_unused(file, &report);
    }
    let judged = report.standings().any(|(_, tally, _)| tally.cases > 0);
    if report.run_error.is_none() && !judged {
        print_error(
            "expected at least one rule to be judged, found none: no case was drawn, or none applies; see the table",
        );
    }
    if let Some(error) = save_error {
        print_error(&format!("a failing case could not be saved: {error}"));
    }
    if let Some(path) = arguments.write_deviations.as_ref().filter(|_| report.run_error.is_none()) {
        skeleton::write(path, &report, &options, &*make)?;
    }
    let strays = leftovers::take_strays();
    if !strays.is_empty() {
        print_error(&format!(
            "processes that the adapter left in sessions of their own were ended: {}",
            strays.join(", ")
        ));
    }
    added?;
    Ok(exit)
}

/// Prints an error if a file of known deviations has entries and none is about this implementation.
fn print_unused(DeviationFile { path, deviations, waivers }: &DeviationFile, report: &Report) {
    let name = &report.hello.name;
    let waived = waivers.iter().map(|waiver| &waiver.implementation);
    // `init` writes a file without entries, to be filled in.
    let Some(found) = deviations.iter().map(|known| &known.implementation).chain(waived).next() else { return };
    let is_waived = waivers.iter().any(|waiver| waiver.implementation == *name);
    if !is_waived && deviations.iter().all(|known| known.version(&report.hello).is_none()) {
        let path = path.display();
        print_error(&format!(
            "{path} has no effect: expected `implementation = {name:?}`, found {found:?}; correct the name"
        ));
    }
}

/// How a failure is repeated: by its file if it is saved.
fn repeat(arguments: &Arguments, target: &Target, failure: &Failure, path: Option<&Path>) -> Repeat {
    let mut focus = String::new();
    if let Some(rule) = arguments.asked.pattern() {
        let _ = write!(focus, " --rule {}", quoted(&rule.text));
    }
    for profile in &arguments.binding.profiles {
        let _ = write!(focus, " --profile {}", profile.name());
    }
    let path = path.map(|path| path.display().to_string());
    let command = match &path {
        Some(path) => format!("array-ctypes repro {}{}", quoted(path), target.arguments()),
        None if !failure.before().is_empty() => {
            "run `check` without --no-save: it saves the sequence of cases, for `repro`".to_owned()
        }
        None => format!("array-ctypes repro {}{}{focus}", failure.origin, target.arguments()),
    };
    Repeat { command, saved: path }
}
