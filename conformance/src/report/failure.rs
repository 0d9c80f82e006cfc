//! A failure as text.

use super::{picture, snippet};
use crate::engine::outcome::{Failure, Origin, Report};
use array_ctypes_spec::Level;
use std::fmt::Write as _;

/// Describes a failure: the rule, the smallest case, what was expected and found, and how to repeat it.
pub fn failed(report: &Report, failure: &Failure, repeat: &str) -> String {
    let Failure { rule, case, origin, prediction, reply } = failure;
    let tally = report.tallies[rule.index()];
    let found = reply.found(prediction.step);
    let word = if rule.level() == Level::Must { "FAILED" } else { "WARNING" };
    let mut out = String::new();
    let _ = writeln!(out, "{word} {} ({}), {} of {} cases", rule.id(), rule.level().name(), tally.failed, tally.cases);
    for line in rule.text().lines() {
        let _ = writeln!(out, "  | {line}");
    }
    let _ = match origin {
        Origin::Page(example) => writeln!(out, "  case {example} of the documentation page, {}:", example.about()),
        _ => writeln!(out, "  smallest case found (from case {origin}):"),
    };
    out.push_str(&picture::describe(case, &report.hello.platform));
    for (at, step) in case.script.iter().enumerate() {
        let mark = if at == prediction.step { "->" } else { "  " };
        let _ = writeln!(out, "  {mark} step {at}: {step}");
    }
    let _ = writeln!(out, "  expected: {}", prediction.expectation);
    let _ = writeln!(out, "  found:    {found}");
    let _ = writeln!(out, "  repeat:   {repeat}");
    let _ = writeln!(out, "  the same in NumPy:");
    for line in snippet::python(case).lines() {
        let _ = writeln!(out, "    {line}");
    }
    out
}
