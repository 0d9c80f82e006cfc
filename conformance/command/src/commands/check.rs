//! `array-ctypes check`: validates implementations.

use super::{
    Exit, Stop, Target, deviation_files, deviations_known, patience, print, profiles_asked, quoted, rules_asked,
    seconds, tell,
};
use crate::report;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::Report;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::files;
use array_ctypes_conformance::files::FileError;
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread::available_parallelism;

/// Validates each implementation in turn; ends as the worst of them. RunError with one is told, and the next has its turn.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let targets = Target::all(arguments)?;
    let mut exit = Exit::Conforms;
    for target in &targets {
        exit = exit.or(match one(arguments, target) {
            Err(Stop::RunError(trouble)) => {
                tell(trouble.message());
                Exit::RunError
            }
            other => other?,
        });
    }
    Ok(exit)
}

fn one(arguments: &ArgMatches, target: &Target) -> Result<Exit, Stop> {
    let folder =
        arguments.get_one::<PathBuf>("regressions").cloned().unwrap_or_else(|| PathBuf::from(files::DEFAULT_FOLDER));
    let make = target.maker(patience(arguments));
    let platform = array_ctypes_conformance::spec::platform::Platform::host();
    let known = deviation_files(arguments)?;
    let cases = arguments.get_one("cases").copied().unwrap_or(100_000);
    let options = Options {
        seed: arguments.get_one("seed").copied().unwrap_or(1),
        cases,
        time_limit: seconds(arguments, "time-limit"),
        jobs: arguments.get_one::<u16>("jobs").map_or_else(|| jobs(cases), |jobs| usize::from(*jobs).max(1)),
        rules: rules_asked(arguments)?,
        profiles: profiles_asked(arguments)?,
        deviations: deviations_known(arguments, &known)?,
        replay: files::read_all(&folder, platform.pointer_size())?,
    };
    let bar = ProgressBar::new(options.cases);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} cases, {eta} left") {
        bar.set_style(style);
    }
    let report = check(&*make, &options, &|cases| bar.inc(cases))?;
    bar.finish_and_clear();
    // What cannot be saved is told after the report, not instead of it.
    let (saved, unsaved) = match save(arguments, &folder, &report) {
        Ok(saved) => (saved, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let checked = report.standings().any(|(_, tally, _)| tally.cases > 0);
    let verdict = match &report.run_error {
        Some(_) => Exit::RunError,
        None if !checked => Exit::RunError,
        None if report.violated(arguments.get_flag("strict")).next().is_some() => Exit::Violated,
        None if report.known.iter().any(|known| known.stale.is_some()) => Exit::Stale,
        None => Exit::Conforms,
    };
    print(&text(arguments, target, &report, &saved))?;
    if let Some(trouble) = &report.run_error {
        tell(trouble.message());
    }
    for (path, known) in &known {
        if known.iter().all(|known| known.implementation != report.hello.name) {
            let of = known.first().map_or("nobody", |known| &known.implementation);
            let (path, name) = (path.display(), &report.hello.name);
            tell(&format!(
                "none of the known deviations of {path} counts: expected them of {name}, found them of {of}"
            ));
        }
    }
    if report.run_error.is_none() && !checked {
        tell("expected at least one rule to be judged, found none: no case was drawn, or none applies; see the table");
    }
    if let Some(error) = unsaved {
        tell(&format!("a failing case could not be saved: {error}"));
    }
    Ok(verdict)
}

/// One for each core, as far as each has enough to do to be worth its start.
fn jobs(cases: u64) -> usize {
    let cores = available_parallelism().map_or(1, NonZero::get);
    cores.min(usize::try_from(cases / 5_000).unwrap_or(cores)).max(1)
}

fn text(arguments: &ArgMatches, target: &Target, report: &Report, saved: &[PathBuf]) -> String {
    if arguments.get_one::<String>("format").is_some_and(|format| format == "json") {
        return report::json::lines(report).iter().map(|line| format!("{line}\n")).collect();
    }
    let mut focus = String::new();
    for option in ["rule", "profile"] {
        for value in arguments.get_many::<String>(option).into_iter().flatten() {
            let _ = write!(focus, " --{option} {}", quoted(value));
        }
    }
    let repeat = |at: usize| match saved.get(at) {
        Some(path) => format!("array-ctypes repro {}{}", quoted(&path.display().to_string()), target.words()),
        None => format!("array-ctypes repro {}{}{focus}", report.failures[at].origin, target.words()),
    };
    report::text(report, &repeat, arguments.get_flag("quiet"))
}

/// Saves the failing cases; returns the path of each.
fn save(arguments: &ArgMatches, folder: &std::path::Path, report: &Report) -> Result<Vec<PathBuf>, FileError> {
    if arguments.get_flag("no-save") {
        return Ok(Vec::new());
    }
    let name = report.hello.title();
    report.failures.iter().map(|failure| files::save(folder, failure, &name)).collect()
}
