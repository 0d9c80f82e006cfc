//! `array-ctypes faults`: the kill table.

use super::{Exit, Stop, patience, print, rules_asked, tell};
use crate::adapters::Reading;
use crate::adapters::numpy::{faulty, python_at_hand};
use crate::faults::hunt::{Options, Report, hunt};
use crate::faults::seen;
use array_ctypes_conformance::spec::{Chapter, Rule};
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::PathBuf;
use std::thread::available_parallelism;

/// How many of the other rules that a fault breaks are named in a line.
const MOST_NAMED: usize = 6;

/// Hunts every fault; ends well only where each was caught in each seed, and the reference broke nothing.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let cores = || available_parallelism().map_or(1, NonZero::get);
    let options = Options {
        rules: rules_asked(arguments)?,
        seeds: arguments.get_one("seeds").copied().unwrap_or(20),
        cases: arguments.get_one("cases").copied().unwrap_or(20_000),
        jobs: arguments.get_one::<u16>("jobs").map_or_else(cores, |jobs| usize::from(*jobs).max(1)),
    };
    if options.seeds == 0 || options.cases == 0 {
        return Err(Stop::Usage(
            "expected at least one seed and one case, found 0: nothing would be caught".to_owned(),
        ));
    }
    let bar = |all: u64| {
        let bar = ProgressBar::new(all * options.seeds);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} faults caught") {
            bar.set_style(style);
        }
        bar
    };
    let (text, is_proof) = if arguments.get_flag("numpy") {
        numpy(arguments, &options, &bar)?
    } else {
        let bar = bar(options.faults().count() as u64);
        let report = hunt(&options, &|caught| bar.inc(caught))?;
        bar.finish_and_clear();
        let is_markdown = arguments.get_one::<String>("format").is_some_and(|format| format == "markdown");
        (if is_markdown { markdown(&report, &options) } else { text(&report, &options) }, report.is_proof())
    };
    print(&text)?;
    if is_proof {
        return Ok(Exit::Conforms);
    }
    tell("expected every fault to be caught in every seed, and its correct twin to break nothing; see the table");
    Ok(Exit::Violated)
}

/// Hunts the faulty adapters of NumPy: the table, and whether each was caught. Their twin is the adapter of NumPy: what that
/// breaks in the same case catches nothing.
fn numpy(arguments: &ArgMatches, options: &Options, bar: &dyn Fn(u64) -> ProgressBar) -> Result<(String, bool), Stop> {
    let python = arguments.get_one::<PathBuf>("python").cloned().unwrap_or_else(python_at_hand);
    let mut faults = faulty::list(&python)?;
    faults.retain(|fault| options.rules.includes(fault.rule));
    if faults.is_empty() {
        return Err(Stop::Usage(
            "expected a rule that a faulty adapter breaks, found none among those asked for".to_owned(),
        ));
    }
    let seeds: Vec<u64> = (1..=options.seeds).collect();
    let bar = bar(faults.len() as u64);
    let caught = || bar.inc(1);
    let rows = faulty::hunt(&python, &faults, &seeds, options.cases, options.jobs, patience(arguments), &caught)?;
    bar.finish_and_clear();
    let mut text = heading();
    for row in &rows {
        let others = row.broken.iter().filter(|rule| **rule != row.fault.rule);
        line(&mut text, row.fault.rule, &row.fault.name, &row.counts, others);
        if let Some(link) = &row.fault.seen {
            let _ = writeln!(text, "{:50}seen: {link}", "");
        }
    }
    let is_caught = |row: &&faulty::Row| row.counts.iter().all(Option::is_some);
    let caught = rows.iter().filter(is_caught).count();
    text.push_str(&in_all(caught, rows.len(), options));
    Ok((text, caught == rows.len()))
}

/// The median and the worst number of cases, as they are shown: the middle two where there is no middle one, the earlier.
fn figures(cases: &[Option<u64>]) -> [String; 2] {
    let mut cases: Vec<u64> = cases.iter().map(|cases| cases.unwrap_or(u64::MAX)).collect();
    cases.sort_unstable();
    let shown = |cases: Option<&u64>| match cases {
        Some(cases) if *cases < u64::MAX => cases.to_string(),
        _ => "missed".to_owned(),
    };
    [shown(cases.get((cases.len() - 1) / 2)), shown(cases.last())]
}

fn heading() -> String {
    format!("{:<34} {:>6} {:>6}  fault; rules beside its own\n", "rule", "median", "worst")
}

fn line<'a>(text: &mut String, rule: Rule, name: &str, cases: &[Option<u64>], others: impl Iterator<Item = &'a Rule>) {
    let [median, worst] = figures(cases);
    let others: Vec<&str> = others.map(|rule| rule.id()).collect();
    let shown = others.iter().take(MOST_NAMED).map(|rule| format!(" {rule}")).collect::<Vec<_>>().join(",");
    let others = match others.len().saturating_sub(MOST_NAMED) {
        _ if others.is_empty() => String::new(),
        0 => format!(";{shown}"),
        more => format!(";{shown} and {more} more"),
    };
    let _ = writeln!(text, "{:<34} {median:>6} {worst:>6}  {name}{others}", rule.id());
}

/// One line for each fault, one for each twin, and a last one.
fn text(report: &Report, options: &Options) -> String {
    let mut text = heading();
    for hunted in &report.faults {
        line(&mut text, hunted.rule, hunted.fault.name, &hunted.cases, hunted.others.iter());
        for (link, remark) in seen(hunted.fault.name) {
            let _ = writeln!(text, "{:50}seen: {remark}: {link}", "");
        }
    }
    text + &summary(report, options)
}

/// The page `conformance/faults.md`: one table for each chapter.
fn markdown(report: &Report, options: &Options) -> String {
    let mut text = INTRODUCTION.to_owned();
    for chapter in Chapter::ALL {
        let of_chapter = || report.faults.iter().filter(|hunted| hunted.rule.chapter() == *chapter);
        if of_chapter().next().is_none() {
            continue;
        }
        let _ = write!(text, "\n## `{}`\n\n| rule | fault | median | worst | breaks beside |\n", chapter.name());
        text.push_str("|---|---|--:|--:|---|\n");
        for hunted in of_chapter() {
            let [median, worst] = figures(&hunted.cases);
            let seen: String =
                seen(hunted.fault.name).map(|(link, remark)| format!("; [seen]({link}): {remark}")).collect();
            let others: Vec<String> = hunted.others.iter().map(|rule| format!("`{rule}`")).collect();
            let (rule, name, others) = (hunted.rule, hunted.fault.name, others.join(", "));
            let _ = writeln!(text, "| `{rule}` | {name}{seen} | {median} | {worst} | {others} |");
        }
    }
    let _ = write!(text, "\n## In all\n\n{}", summary(report, options).replace('\n', "\n\n"));
    text.trim_end().to_owned() + "\n"
}

const INTRODUCTION: &str = "\
# What the checks catch

Written by `array-ctypes faults --format markdown`; `.ci/run` compares. Each fault is one small mistake on top of the
reference (`conformance/src/faults/`), named after it. *median* and *worst* tell how many cases of `check`, in their order,
it takes until the rule of the fault is broken, among the seeds from 1 on; *breaks beside* are the other rules that were
broken until then, in any of them. *seen* links to where such a mistake was made.
";

/// What became of the twins, and of all faults together.
fn summary(report: &Report, options: &Options) -> String {
    let mut text = String::new();
    for (reading, twin) in &report.twins {
        let pointers = if *reading == Reading::Holds { "hold" } else { "borrow" };
        let _ = write!(text, "the reference, whose pointers {pointers}: {} cases, ", twin.cases);
        let _ = match twin.broken.first() {
            None => writeln!(text, "nothing broken"),
            Some((rule, origin)) => writeln!(text, "{} broken, first {rule} in case {origin}", twin.broken.len()),
        };
    }
    let caught = report.faults.iter().filter(|hunted| hunted.cases.iter().all(Option::is_some)).count();
    text + &in_all(caught, report.faults.len(), options)
}

fn in_all(caught: usize, all: usize, Options { seeds, cases, .. }: &Options) -> String {
    format!("{caught} of {all} faults caught in each of {seeds} seeds, within {cases} cases\n")
}
