//! Runs as `JUnit`'s XML: a suite for each run, a test case for each rule.

use super::text::{title, verdict_line};
use crate::results::Run;
use crate::results::causes::causes;
use crate::results::line::OfRule;
use crate::results::verdict::is_violated;
use array_ctypes_conformance::engine::standing::Standing;
use array_ctypes_conformance::words::escaped;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

/// The report of these runs.
pub(super) fn junit(runs: &[Run]) -> String {
    let mut report = Report::new("array-ctypes");
    for run in runs {
        report.add_test_suite(suite(run));
    }
    report.to_string().map(|text| text + "\n").unwrap_or_default()
}

fn suite(run: &Run) -> TestSuite {
    let mut suite = TestSuite::new(escaped(&title(run)));
    suite.set_time(Duration::try_from_secs_f64(run.summary.seconds).unwrap_or_default());
    for (name, value) in [("seed", &run.header.seed), ("shard", &run.header.shard), ("suite", &run.header.suite)] {
        suite.add_property((name, &**value));
    }
    for rule in &run.rules {
        suite.add_test_case(case(run, rule));
    }
    // What concerns no rule: without it, a run that ended early would look well.
    let mut whole = TestCase::new("the run", TestCaseStatus::success());
    let is_of_rules = run.summary.exit == 1 && run.summary.end.is_none() && is_violated(run);
    if run.summary.exit == 0 && run.summary.partial.is_some() {
        whole.status = TestCaseStatus::skipped();
        whole.status.set_message(escaped(&verdict_line(run, &causes(run)).1));
    } else if run.summary.exit != 0 && !is_of_rules {
        whole.status = TestCaseStatus::non_success(NonSuccessKind::Error);
        whole.status.set_message(escaped(&verdict_line(run, &causes(run)).1));
        if let Some(text) = run.summary.trouble.as_ref().or(run.summary.end.as_ref()) {
            whole.status.set_description(escaped(text));
        }
    }
    whole.set_classname("array-ctypes");
    suite.add_test_case(whole);
    suite
}

fn case(run: &Run, rule: &OfRule) -> TestCase {
    let is = |standing: Standing| rule.standing == standing.name();
    let mut failures = run.failures.iter().filter(|failure| failure.rule == rule.rule).peekable();
    let status = if is(Standing::Failed) || is(Standing::Warned) && run.header.strict {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        if let Some(first) = failures.peek() {
            status.set_type(escaped(&first.cause.to_string()));
            status.set_message(escaped(&format!("expected {}, found {}", first.expected, first.found)));
        }
        let texts: Vec<String> = failures
            .map(|failure| format!("{}\n{}  repeat:   {}\n", failure.text, failure.described, failure.repeat))
            .collect();
        status.set_description(escaped(&texts.join("\n")));
        status
    } else if is(Standing::Declined) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(format!("declined in {} cases", rule.declined));
        status
    } else if is(Standing::Held) || is(Standing::Warned) {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::skipped();
        let note = if is(Standing::Known) {
            format!("a known deviation, in {} cases", rule.known)
        } else {
            rule.standing.clone()
        };
        status.set_message(note);
        status
    };
    let mut case = TestCase::new(rule.rule.clone(), status);
    case.set_classname(format!("array-ctypes.{}", rule.rule.split('.').next().unwrap_or("")));
    case
}
