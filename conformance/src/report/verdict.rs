//! What breaks, as the last thing to read: a cause for each mistake, the gravest first.

use crate::engine::causes::{Symptom, causes};
use crate::engine::outcome::{Failure, Report};
use crate::report::failure::array;
use crate::words::{cut, shown};
use array_ctypes_spec::{Level, Raises, Rule};
use std::fmt::Write as _;

/// How many causes are listed.
const MAX_CAUSES: usize = 8;

/// The most characters of an answer.
const MAX_ANSWER: usize = 60;

/// Lists the causes of a run's failures, each with its rule, what differs, the array, the command that `repeat` returns, and the
/// other rules that it breaks.
pub(crate) fn verdict(report: &Report, repeat: &dyn Fn(Rule) -> String) -> String {
    let symptoms: Vec<Symptom<'_>> = report.failures.iter().map(|failure| symptom(report, failure)).collect();
    let (causes, rules) = (causes(&symptoms), report.broken().count());
    let mut out = format!("{} breaks {rules} rules; what differs, the gravest first:\n", report.hello.name);
    for (at, cause) in causes.iter().take(MAX_CAUSES).enumerate() {
        let Failure { rule, case, prediction, reply, .. } = &report.failures[cause[0]];
        let tally = report.tallies[rule.index()];
        let first = |text: &str| cut(text.lines().next().unwrap_or(""), MAX_ANSWER);
        let (expected, found) =
            (first(&shown(&prediction.expectation.to_string())), first(&reply.found(prediction.step)));
        let asked =
            case.script.get(prediction.step).map_or_else(|| "the array".to_owned(), |step| shown(&step.to_string()));
        let (number, failed, cases) = (at + 1, tally.failed, tally.cases);
        let _ = writeln!(out, "{number}. {rule} ({failed} of {cases}): {asked}: expected {expected}, found {found}");
        let _ = writeln!(out, "   of {}", array(case));
        let _ = writeln!(out, "   {}", repeat(*rule));
        let mut others: Vec<&str> = cause.iter().map(|at| report.failures[*at].rule.id()).collect();
        others.retain(|other| *other != rule.id());
        others.dedup();
        if !others.is_empty() {
            let _ = writeln!(out, "   also: {}", others.join(", "));
        }
    }
    if causes.len() > MAX_CAUSES {
        let _ = writeln!(out, "and {} more", causes.len() - MAX_CAUSES);
    }
    out
}

fn symptom<'a>(report: &'a Report, failure: &'a Failure) -> Symptom<'a> {
    let (rule, way) = (failure.rule, &failure.cause.way);
    let tally = report.tallies[rule.index()];
    Symptom {
        rule: rule.id(),
        is_must: rule.level() == Level::Must,
        cases: tally.cases,
        failed: tally.failed,
        broken: &report.broken[rule.index()],
        difference: way.difference.words(),
        raises: way.raises.map(Raises::name),
        step: way.step,
        earlier: failure.beside.iter().filter(|beside| !beside.is_same_step).map(|beside| beside.rule.id()).collect(),
        size: failure.size(),
    }
}
