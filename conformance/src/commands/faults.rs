//! `array-ctypes faults`: the kill table.

use super::{Exit, Stop, print, rules_asked, tell};
use crate::faults::hunt::{Hunted, Options, Report, hunt};
use crate::faults::seen;
use array_ctypes_conformance::adapters::Reading;
use array_ctypes_conformance::spec::Chapter;
use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::num::NonZero;
use std::thread::available_parallelism;

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
    let bar = ProgressBar::new(options.faults().count() as u64 * options.seeds);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} faults caught") {
        bar.set_style(style);
    }
    let report = hunt(&options, &|caught| bar.inc(caught))?;
    bar.finish_and_clear();
    let is_markdown = arguments.get_one::<String>("format").is_some_and(|format| format == "markdown");
    print(&if is_markdown { markdown(&report, &options) } else { text(&report, &options) })?;
    if report.is_proof() {
        return Ok(Exit::Conforms);
    }
    tell("expected every fault to be caught in every seed, and the reference to break nothing; see the table");
    Ok(Exit::Violated)
}

/// The median and the worst number of cases, as they are shown: the middle two where there is no middle one, the earlier.
fn figures(hunted: &Hunted) -> [String; 2] {
    let mut cases: Vec<u64> = hunted.cases.iter().map(|cases| cases.unwrap_or(u64::MAX)).collect();
    cases.sort_unstable();
    let shown = |cases: Option<&u64>| match cases {
        Some(cases) if *cases < u64::MAX => cases.to_string(),
        _ => "missed".to_owned(),
    };
    [shown(cases.get((cases.len() - 1) / 2)), shown(cases.last())]
}

/// One line for each fault, one for each twin, and a last one.
fn text(report: &Report, options: &Options) -> String {
    let mut text = format!("{:<34} {:>6} {:>6}  fault; rules beside its own\n", "rule", "median", "worst");
    for hunted in &report.faults {
        let [median, worst] = figures(hunted);
        let _ = write!(text, "{:<34} {median:>6} {worst:>6}  {}", hunted.rule.id(), hunted.fault.name);
        let others: Vec<&str> = hunted.others.iter().map(|rule| rule.id()).collect();
        let _ = writeln!(text, "{}{}", if others.is_empty() { "" } else { "; " }, others.join(", "));
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
            let [median, worst] = figures(hunted);
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
    let (all, seeds, cases) = (report.faults.len(), options.seeds, options.cases);
    let _ = writeln!(text, "{caught} of {all} faults caught in each of {seeds} seeds, within {cases} cases");
    text
}
