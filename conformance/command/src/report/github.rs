//! Annotations of GitHub Actions: a line for each cause, which shows on the page of the workflow.

use super::text::{difference, title, verdict_line};
use crate::results::Run;
use crate::results::causes::{causes, listed};
use array_ctypes_conformance::words::escaped;
use std::fmt::Write as _;

/// GitHub shows so many errors of a step.
const MAX_ERRORS: usize = 10;

/// The number of columns that a part of a message may have.
const COLUMNS: usize = 160;

/// The annotations of these runs.
pub(super) fn annotations(runs: &[Run]) -> String {
    let mut out = String::new();
    // The verdicts come first: they must be among those that are shown.
    for run in runs {
        let (_, verdict) = verdict_line(run, &causes(run));
        let word = match run.summary.exit {
            0 => "notice",
            4 => "warning",
            _ => "error",
        };
        let _ = writeln!(out, "::{word} title={}::{}", property(&title(run)), data(&verdict));
    }
    let mut room = MAX_ERRORS.saturating_sub(runs.len());
    for run in runs {
        for group in causes(run).into_iter().take(room) {
            room -= 1;
            let word = if group.shown.level == "MUST" { "error" } else { "warning" };
            let others = group.other_rules();
            let others = if others.is_empty() { String::new() } else { format!("\nalso: {}", listed(&others)) };
            let message = format!(
                "{} of {} cases: {}\n{}{others}",
                group.rule.failed,
                group.rule.cases,
                difference(group.shown, COLUMNS),
                group.shown.repeat
            );
            let _ = writeln!(out, "::{word} title={}::{}", property(&group.shown.rule), data(&message));
        }
    }
    out
}

/// A message, as a command of the workflow has it.
fn data(text: &str) -> String {
    escaped(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, as a command of the workflow has it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
