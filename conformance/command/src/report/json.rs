//! The report as JSON Lines: one object a line, told apart by `kind`; failures first, then known deviations,
//! then the cases that the implementation was lost on, then rules, the summary last.

use super::Standing;
use array_ctypes_conformance::engine::outcome::Report;
use array_ctypes_conformance::json as form;
use serde_json::{Value, json};

/// The lines.
pub fn lines(report: &Report) -> Vec<Value> {
    let failures = report.failures.iter().map(|failure| {
        json!({
            "kind": "failure", "rule": failure.rule.id(), "level": failure.rule.level().name(),
            "text": failure.rule.text(), "origin": failure.origin.to_string(),
            "case": form::from_case(&failure.case), "step": failure.prediction.step,
            "expected": failure.prediction.expectation.to_string(),
            "found": failure.reply.found(failure.prediction.step),
        })
    });
    let rules = report.standings().filter(|(.., standing)| *standing != Standing::NotAsked);
    let rules = rules.map(|(rule, tally, standing)| {
        json!({
            "kind": "rule", "rule": rule.id(), "level": rule.level().name(), "profile": rule.profile().name(),
            "standing": standing.name(), "cases": tally.cases, "failed": tally.failed, "known": tally.known,
            "not_applicable": tally.not_applicable,
        })
    });
    let lost = report
        .lost
        .iter()
        .map(|lost| json!({ "kind": "lost", "origin": lost.origin.to_string(), "message": lost.message }));
    let known = report.known.iter().map(|known| {
        json!({
            "kind": "known", "rule": known.deviation.rule.id(), "reason": known.deviation.reason,
            "link": known.deviation.link, "case": known.deviation.case.name, "cases": known.cases, "stale": known.stale,
        })
    });
    failures.chain(known).chain(lost).chain(rules).chain([summary(report)]).collect()
}

/// Counts of cases run, and of rules exercised, failed and not applicable.
fn summary(report: &Report) -> Value {
    let not_applicable = report.standings().filter(|(_, tally, standing)| {
        *standing == Standing::NotClaimed || tally.cases == 0 && tally.not_applicable > 0
    });
    let judged = [Standing::Held, Standing::Failed, Standing::Warned, Standing::Known];
    let exercised: usize = judged.into_iter().map(|standing| report.count(standing)).sum();
    let stale = report.known.iter().filter(|known| known.stale.is_some()).count();
    json!({
        "kind": "summary", "specification": array_ctypes_spec::VERSION, "implementation": report.hello.name,
        "version": report.hello.version, "runtime": report.hello.runtime,
        "seed": report.seed.to_string(), "cases": report.cases, "rules": exercised,
        "failed": report.count(Standing::Failed), "warned": report.count(Standing::Warned),
        "known": report.count(Standing::Known), "stale": stale,
        "not_applicable": not_applicable.count(), "not_exercised": report.count(Standing::NotExercised),
        "cases_not_applicable": report.not_applicable, "observations": report.median_steps,
        "lost": report.lost.len(), "seconds": report.elapsed.as_secs_f64(),
        "trouble": report.run_error.as_ref().map(ToString::to_string),
    })
}
