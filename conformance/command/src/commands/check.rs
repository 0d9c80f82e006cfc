//! `array-ctypes check`: validates implementations.

use crate::arguments::{
    AskedRules, BindingRules, DeviationFile, Format, KnownDeviations, Targets, jobs, profiles, seconds, whole_number,
};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{print, print_error, progress_bar, quoted};
use crate::report;
use crate::skeleton;
use crate::target::Target;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Failure, Origin, Report};
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::engine::standing::Standing;
use array_ctypes_conformance::files;
use array_ctypes_conformance::files::FileError;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::transports::leftovers;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;
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
    #[arg(long, value_name = "FILE")]
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
    #[command(flatten)]
    asked: AskedRules,
    #[command(flatten)]
    binding: BindingRules,
    /// The form of the output; json is one object a line, the summary last
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    /// List only rules that failed, warned, were declined or were not exercised
    #[arg(long)]
    quiet: bool,
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
    let mut exit = Exit::Conforms;
    for target in &targets {
        if leftovers::interrupted().is_some() {
            break;
        }
        exit = exit.or(match run_one(arguments, target) {
            Err(CommandError::Run(error)) => {
                print_error(error.message());
                Exit::RunError
            }
            other => other?,
        });
    }
    Ok(exit)
}

fn run_one(arguments: &Arguments, target: &Target) -> Result<Exit, CommandError> {
    let files = arguments.known.read()?;
    let options = Options {
        seed: arguments.seed,
        cases: arguments.cases,
        time_limit: arguments.time_limit,
        jobs: jobs(arguments.jobs, arguments.cases / MIN_CASES_PER_JOB),
        rules: arguments.asked.rules(),
        profiles: profiles(&arguments.binding.profiles),
        deviations: arguments.known.all(&files)?,
        waivers: files.iter().flat_map(|file| &file.waivers).cloned().collect(),
        replay: files::read_all(&arguments.regressions, Platform::host().pointer_size())?,
    };
    let make = target.maker(arguments.targets.timeout.duration);
    let bar = progress_bar(options.cases, "cases, {eta} left");
    let report = check(&*make, &options, &|cases| bar.inc(cases))?;
    bar.finish_and_clear();
    // The report is printed before an error of saving, so that it is not lost.
    let (saved, save_error) = match save(arguments, &report) {
        Ok(saved) => (saved, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    print(&formatted(arguments, target, &report, &saved))?;
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
    let is_declined = report.count(Standing::Declined) > 0;
    Ok(if report.run_error.is_some() || !judged || is_declined {
        Exit::RunError
    } else if report.violated(arguments.binding.strict).next().is_some() || report.bad_end.is_some() {
        Exit::Violated
    } else if report.known.iter().any(|known| known.stale.is_some()) {
        Exit::Stale
    } else {
        Exit::Conforms
    })
}

/// Prints an error if a file of known deviations lists none of this implementation.
fn print_unused(DeviationFile { path, deviations, waivers }: &DeviationFile, report: &Report) {
    let name = &report.hello.name;
    let is_waived = waivers.iter().any(|waiver| waiver.implementation == *name);
    if !is_waived && deviations.iter().all(|known| known.version(&report.hello).is_none()) {
        let found = deviations.first().map_or("no entry", |known| &known.implementation);
        let path = path.display();
        print_error(&format!(
            "{path} has no effect: expected `implementation = {name:?}`, found {found:?}; correct the name"
        ));
    }
}

fn formatted(arguments: &Arguments, target: &Target, report: &Report, saved: &[Option<PathBuf>]) -> String {
    let mut focus = String::new();
    if let Some(rule) = &arguments.asked.pattern {
        let _ = write!(focus, " --rule {}", quoted(&rule.text));
    }
    for profile in &arguments.binding.profiles {
        let _ = write!(focus, " --profile {}", profile.name());
    }
    let repeat = |at: usize| match saved.get(at) {
        Some(Some(path)) => format!("array-ctypes repro {}{}", quoted(&path.display().to_string()), target.arguments()),
        _ if !report.failures[at].before().is_empty() => {
            "run `check` without --no-save: it saves the sequence of cases, for `repro`".to_owned()
        }
        _ => format!("array-ctypes repro {}{}{focus}", report.failures[at].origin, target.arguments()),
    };
    match arguments.format {
        Format::Text => report::text(report, &repeat, arguments.quiet),
        Format::Json => report::json::text(report),
    }
}

/// Saves the failing cases, and returns the path of each. Examples of the page need not be saved.
fn save(arguments: &Arguments, report: &Report) -> Result<Vec<Option<PathBuf>>, FileError> {
    if arguments.no_save {
        return Ok(Vec::new());
    }
    let name = report.hello.title();
    let path = |failure: &Failure| match failure.origin {
        Origin::Page(_) if failure.before().is_empty() => Ok(None),
        _ => files::save(&arguments.regressions, failure, &name).map(Some),
    };
    report.failures.iter().map(path).collect()
}
