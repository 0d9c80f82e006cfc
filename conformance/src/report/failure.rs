//! A failure as text.

use super::picture::Picture;
use super::{flags, picture, snippet};
use crate::Case;
use crate::engine::cause::Difference;
use crate::engine::outcome::{Alone, Failure, Origin, Report, Small};
use crate::words::{escaped, shown};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Level, judges_replies};
use std::fmt::Write as _;

/// Describes a failure: the rule, the smallest case, what was expected and found, and how to repeat it.
pub fn failed(report: &Report, failure: &Failure, repeat: &str) -> String {
    let Failure { rule, case, cause, .. } = failure;
    let tally = report.tallies[rule.index()];
    let word = if rule.level() == Level::Must { "FAILED" } else { "WARNING" };
    let mut out = String::new();
    let _ = writeln!(out, "{word} {} ({}), {} of {} cases", rule.id(), rule.level().name(), tally.failed, tally.cases);
    for line in rule.text().lines() {
        let _ = writeln!(out, "  | {line}");
    }
    let causes: Vec<&Failure> = report.failures_of(*rule).collect();
    if causes.len() > 1 {
        let number = 1 + causes.iter().position(|other| std::ptr::eq(*other, failure)).unwrap_or(0);
        let _ = writeln!(out, "  cause {number} of {}: {cause}", causes.len());
    }
    out.push_str(&described(&report.hello.platform, failure));
    let _ = writeln!(out, "  repeat:   {repeat}");
    let _ = writeln!(out, "  the same in NumPy:");
    for line in snippet::sequence(failure.before(), case).lines() {
        let _ = writeln!(out, "    {line}");
    }
    out
}

/// Describes all failures of a run, each repeated by the origin of its case.
pub fn all(report: &Report) -> String {
    report.failures.iter().map(|failure| failed(report, failure, &failure.origin.to_string())).collect()
}

/// The array of a case and its views in one line.
pub fn array(case: &Case) -> String {
    picture::about::short(case)
}

/// Describes the case of a failure: the array in words, a picture of its memory, the steps, and what was expected and found.
pub fn described(platform: &Platform, failure: &Failure) -> String {
    let Failure { case, origin, prediction, reply, cause, small, alone, .. } = failure;
    let step = case.script.get(prediction.step);
    let found = reply.found(prediction.step) + &flags::found(step, reply.answer(prediction.step));
    let mut out = String::new();
    let _ = match (origin, small) {
        (Origin::Page(example), _) => {
            writeln!(out, "  case {example} of the documentation page, {}:", example.about())
        }
        (_, Small::NotYet) => writeln!(out, "  case found ({origin}):"),
        (_, Small::Yes) => writeln!(out, "  smallest case found (from case {origin}):"),
        (_, Small::TimeLimit) => {
            writeln!(out, "  case found (from case {origin}), not made small because of the time limit:")
        }
        (_, Small::Interrupted) => {
            writeln!(out, "  case found (from case {origin}), not made small because of an interrupt:")
        }
        (_, Small::Attempts) => {
            writeln!(out, "  smallest case found in the most attempts (from case {origin}):")
        }
        (_, Small::Lost) => {
            writeln!(
                out,
                "  case found (from case {origin}), not made small because the implementation hangs or was lost too often:"
            )
        }
    };
    out.push_str(&picture::indented(&Picture::of_failure(case, platform, prediction, reply)));
    for (at, step) in case.script.iter().enumerate() {
        // Nobody saw in which step the implementation was lost.
        let mark = if at == prediction.step && !judges_replies(prediction.rule) { "->" } else { "  " };
        let _ = writeln!(out, "  {mark} step {at}: {step}");
    }
    let _ = writeln!(out, "  expected: {}", shown(&flags::expected(&case.script, prediction)));
    // Whatever the implementation says stands in this place, and nowhere else.
    let _ = writeln!(out, "  found:    {}", found.replace('\n', "\n            "));
    if let Some(place) = reply.place(prediction.step) {
        let _ = writeln!(out, "  raised:   {}", escaped(&shown(place)));
    }
    // Where the two look alike, or nothing alike.
    if matches!(cause.way.difference, Difference::Count | Difference::Kind) {
        let _ = writeln!(out, "  that is:  {}", cause.way.difference.words());
    }
    match alone {
        Alone::Fails | Alone::NotAsked => {}
        Alone::FailsAfter(before) => {
            let _ = writeln!(
                out,
                "  before:   this case holds in a fresh process; it fails after {}",
                counted(before.len(), "other case")
            );
        }
        Alone::NotSearched => {
            let _ = writeln!(
                out,
                "  before:   this case holds in a fresh process; the search for the cases that must come before it \
                 was given up for lack of time"
            );
        }
        Alone::Holds { before } => {
            let _ = writeln!(
                out,
                "  before:   this case holds in a fresh process, also after the {} asked before it; repeat the run to \
                 see if it fails again",
                counted(*before, "case")
            );
        }
    }
    out
}

/// A number of things, as in "1 case", "2 cases".
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
