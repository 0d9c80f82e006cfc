//! The report as JSON Lines: one object for each failure and each rule, the last one is the summary.

use super::Standing;
use crate::check::Report;
use crate::{json as form, judge};
use serde_json::{Value, json};

/// The lines.
pub fn lines(report: &Report) -> Vec<Value> {
    let mut lines: Vec<Value> = report
        .failures
        .iter()
        .map(|failure| {
            let found = failure.reply.answers.get(failure.prediction.step);
            let found = found.map(|found| judge::relative(found, failure.reply.buffer));
            json!({ "failure": {
                "rule": failure.rule.id(), "level": failure.rule.level().name(), "text": failure.rule.text(),
                "origin": failure.origin.to_string(), "case": form::from_case(&failure.case),
                "step": failure.prediction.step, "expected": failure.prediction.expectation.to_string(),
                "found": found.map(|found| found.to_string()),
            } })
        })
        .collect();
    lines.extend(report.standings().map(|(rule, tally, standing)| {
        json!({ "rule": {
            "id": rule.id(), "level": rule.level().name(), "profile": rule.profile().name(),
            "standing": standing.name(), "cases": tally.cases, "failed": tally.failed,
            "not_applicable": tally.not_applicable,
        } })
    }));
    let exercised = report.count(Standing::Held) + report.count(Standing::Failed);
    lines.push(json!({ "summary": {
        "implementation": report.hello.name, "version": report.hello.version, "seed": report.seed.to_string(),
        "cases": report.cases, "rules": exercised, "failed": report.count(Standing::Failed),
        "not_applicable": report.not_applicable, "not_exercised": report.count(Standing::NotExercised),
        "not_claimed": report.count(Standing::NotClaimed), "observations": report.median_steps,
        "seconds": report.elapsed.as_secs_f64(),
        "trouble": report.trouble.as_ref().map(ToString::to_string),
    } }));
    lines
}
