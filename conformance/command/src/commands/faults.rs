//! `array-ctypes faults`: hunts all faults, and prints a table.

use crate::adapters::numpy::{faulty, python_at_hand};
use crate::arguments::{PythonPath, Timeout, jobs, whole_number};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faults;
use crate::hunt::{Options, Report, Row};
use crate::output::{print, print_error, progress_bar};
use crate::pattern::{Pattern, rules};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::shard::Shard;
use array_ctypes_conformance::spec::{Chapter, Rule};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

mod sentences;

/// How many seeds if no number is named.
const SEEDS: u64 = 20;

/// The most cases of each seed if no number is named.
const CASES: u64 = 20_000;

/// A line names at most this many of the other rules that a fault breaks.
const MAX_RULES_NAMED: usize = 6;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only faults of rules that match
    #[arg(value_name = "GLOB")]
    rule: Option<Pattern>,
    /// Hunt only the faults of this part of the rules, as in 2/8: the rows of all parts are those of the whole table
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, hide_default_value = true, conflicts_with = "sentences")]
    shard: Shard,
    /// How many seeds, from 1 on
    #[arg(long, value_name = "N", value_parser = whole_number, default_value_t = SEEDS)]
    seeds: u64,
    /// How many cases of each seed a fault may take
    #[arg(long, value_name = "N", value_parser = whole_number, default_value_t = CASES)]
    cases: u64,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N")]
    jobs: Option<u16>,
    /// The form of the output; markdown is the page conformance/faults.md
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also write the page conformance/docs/sentences.md to that file: the fault of each sentence of the documentation
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rule", "numpy"])]
    sentences: Option<PathBuf>,
    /// Hunt the faulty adapters of NumPy instead, which are made in Python
    #[arg(long, conflicts_with = "format")]
    numpy: bool,
    #[command(flatten)]
    python: PythonPath,
    #[command(flatten)]
    timeout: Timeout,
}

/// The forms of the output. The variants have no documentation: clap would give each a paragraph in the help.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Text,
    Markdown,
}

/// Hunts every fault. The exit code is 0 if each was caught with each seed, and the twins broke nothing.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let options = Options { seeds: arguments.seeds, cases: arguments.cases, jobs: jobs(arguments.jobs, u64::MAX) };
    if options.seeds == 0 || options.cases == 0 {
        return Err(CommandError::Usage(
            "expected at least one seed and one case, found 0: nothing would be caught".to_owned(),
        ));
    }
    let others = Rule::all().filter(|rule| !arguments.shard.includes(rule.index() as u64));
    let rules = others.fold(rules(arguments.rule.as_ref()), |rules, rule| rules.without(rule));
    let report = if arguments.numpy {
        hunt_numpy(arguments, &rules, &options)?
    } else {
        let bar = bar(faults::spoiled::count(&rules), &options);
        let report = faults::spoiled::hunt(&rules, &options, &|caught| bar.inc(caught))?;
        bar.finish_and_clear();
        report
    };
    print(&match arguments.format {
        Format::Text => text(&report, &options),
        Format::Markdown => markdown(&report, &options),
    })?;
    if let Some(path) = &arguments.sentences {
        fs::write(path, sentences::page(&report, &options)).map_err(|error| CommandError::File(path.clone(), error))?;
    }
    if report.is_proof() {
        return Ok(Exit::Conforms);
    }
    print_error(
        "expected every fault to be caught in every seed, and its correct twin to break nothing; see the table",
    );
    Ok(Exit::Violated)
}

fn hunt_numpy(arguments: &Arguments, rules: &Rules, options: &Options) -> Result<Report, CommandError> {
    let python = arguments.python.path.clone().unwrap_or_else(python_at_hand);
    let mut faults = faulty::list(&python)?;
    faults.retain(|fault| rules.includes(fault.rule));
    if faults.is_empty() {
        return Err(CommandError::Usage(
            "expected a rule that a faulty adapter breaks, found none among those asked for".to_owned(),
        ));
    }
    let bar = bar(faults.len(), options);
    let report = faulty::hunt(&python, &faults, options, arguments.timeout.duration, &|caught| bar.inc(caught))?;
    bar.finish_and_clear();
    Ok(report)
}

fn bar(faults: usize, options: &Options) -> ProgressBar {
    progress_bar(faults as u64 * options.seeds, "faults caught")
}

/// One line for each fault, one for each twin, and a last one.
fn text(report: &Report, options: &Options) -> String {
    let mut text = format!("{:<34} {:>6} {:>6}  fault; rules beside its own\n", "rule", "median", "worst");
    for row in &report.faults {
        let [median, worst] = row.figures();
        let Row { fault, others, .. } = row;
        let first: Vec<String> = others.iter().take(MAX_RULES_NAMED).map(|rule| format!(" {rule}")).collect();
        let first = first.join(",");
        let others = match others.len().saturating_sub(MAX_RULES_NAMED) {
            _ if others.is_empty() => String::new(),
            0 => format!(";{first}"),
            more => format!(";{first} and {more} more"),
        };
        let _ = writeln!(text, "{:<34} {median:>6} {worst:>6}  {}{others}", fault.rule.id(), fault.name);
        for seen in &fault.seen {
            let remark = seen.remark.as_ref().map(|remark| format!("{remark}: ")).unwrap_or_default();
            let _ = writeln!(text, "{:50}seen: {remark}{}", "", seen.link);
        }
    }
    text + &summary(report, options)
}

/// The page `conformance/faults.md`: one table for each chapter.
fn markdown(report: &Report, options: &Options) -> String {
    let mut text = INTRODUCTION.to_owned();
    for chapter in Chapter::ALL {
        let of_chapter = || report.faults.iter().filter(|row| row.fault.rule.chapter() == *chapter);
        if of_chapter().next().is_none() {
            continue;
        }
        let _ = write!(text, "\n## `{}`\n\n| rule | fault | median | worst | breaks beside |\n", chapter.name());
        text.push_str("|---|---|--:|--:|---|\n");
        for row in of_chapter() {
            let [median, worst] = row.figures();
            let Row { fault, others, .. } = row;
            let mut name = fault.name.clone();
            for seen in &fault.seen {
                let remark = seen.remark.as_ref().map(|remark| format!(": {remark}")).unwrap_or_default();
                let _ = write!(name, "; [seen]({}){remark}", seen.link);
            }
            let others = others.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
            let _ = writeln!(text, "| `{}` | {name} | {median} | {worst} | {others} |", fault.rule);
        }
    }
    let _ = write!(text, "\n## In all\n\n{}", summary(report, options).replace('\n', "\n\n"));
    text.trim_end().to_owned() + "\n"
}

const INTRODUCTION: &str = "\
# What the checks catch

`array-ctypes faults --format markdown` writes this page, and `.ci/run` compares it. Each fault is one small mistake on top of
the reference (`conformance/command/src/faults/`). *median* and *worst* count the cases of `check`, in their order, until the
rule of the fault is broken, over the seeds from 1 on. *breaks beside* lists the other rules that were broken until then, with
any seed. *seen* links to a project where somebody made such a mistake. [The fault zoo](docs/faults.md) explains more.
";

/// The twins, and all faults together.
fn summary(report: &Report, Options { seeds, cases, .. }: &Options) -> String {
    let mut text = String::new();
    for (name, twin) in &report.twins {
        let _ = write!(text, "{name}: {} cases, ", twin.cases);
        let _ = match twin.broken.first() {
            None => writeln!(text, "nothing broken"),
            Some((rule, origin)) => writeln!(text, "{} broken, first {rule} in case {origin}", twin.broken.len()),
        };
    }
    let (caught, all) = (report.caught(), report.faults.len());
    text + &format!("{caught} of {all} faults caught in each of {seeds} seeds, within {cases} cases\n")
}
