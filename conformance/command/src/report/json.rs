//! The report as JSON Lines: one object a line, with its kind as `kind`. Failures come first, then known deviations, lost
//! cases, missing abilities, a process that is not looked at, reasons to decline, doors and rules; the summary is last.

use array_ctypes_conformance::RunError;
use array_ctypes_conformance::engine::cause::{Cause, Way};
use array_ctypes_conformance::engine::declined::Declined;
use array_ctypes_conformance::engine::outcome::{Alone, Failure, Known, Lost, Partial, Report, Small, Tally};
use array_ctypes_conformance::engine::standing::{Ability, Standing};
use array_ctypes_conformance::json as cases;
use array_ctypes_conformance::spec::{Raises, Rule};
use array_ctypes_conformance::words::shown;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A line of the report.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Failure {
        rule: &'a str,
        level: &'a str,
        text: &'a str,
        origin: String,
        case: Value,
        step: usize,
        expected: String,
        found: String,
        cause: OfCause,
        /// True if nothing simpler fails.
        small: bool,
        /// True if it fails in a fresh process; null if it was not asked again.
        alone: Option<bool>,
        /// The cases to ask before it; null if none are needed, or none were found.
        before: Option<Vec<Value>>,
    },
    Known {
        rule: &'a str,
        reason: &'a str,
        link: Option<&'a str>,
        case: &'a str,
        cases: u64,
        /// What the library is built on, if the entry is from there; null if it is the library's own.
        based_on: Option<&'a str>,
        stale: Option<&'a str>,
    },
    Lost {
        origin: String,
        message: &'a str,
    },
    /// An ability that is not declared.
    Missing {
        limit: &'a str,
        about: &'a str,
        /// The rules that are not asked for want of it.
        rules: Vec<&'a str>,
    },
    /// The process number that the handshake reports, and that is not shown to be that of the adapter.
    Ignored {
        process: i64,
        about: &'a str,
        /// The rules that were not judged in some cases, because the memory of that process is not looked at.
        rules: Vec<&'a str>,
    },
    /// A reason for which the implementation declined steps or cases.
    Declined {
        reason: &'a str,
        cases: u64,
        /// The rules that were not judged because of that.
        rules: Vec<&'a str>,
    },
    /// What a door of a consumer took and refused.
    Door {
        door: &'a str,
        taken: u64,
        refused: u64,
        /// The refusals by the first feature that the door does not declare; those without one are left out.
        features: BTreeMap<&'static str, u64>,
    },
    Rule {
        rule: &'a str,
        level: &'a str,
        profile: &'a str,
        standing: &'a str,
        cases: u64,
        failed: u64,
        known: u64,
        not_applicable: u64,
        /// How many of these were sent, but the answer was not observed.
        not_observed: u64,
        declined: u64,
        /// The limits that leave no case of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        excluded_by: Option<&'a [&'static str]>,
        /// Why many of its cases may be declined.
        #[serde(skip_serializing_if = "Option::is_none")]
        waiver: Option<&'a str>,
    },
    Summary {
        specification: &'a str,
        implementation: &'a str,
        version: &'a str,
        runtime: Option<&'a str>,
        /// What the implementation is built on, by name and version.
        based_on: Option<Value>,
        seed: String,
        cases: u64,
        /// How many of the cases are examples of the documentation page.
        page: u64,
        /// Rules that were exercised.
        rules: usize,
        failed: usize,
        warned: usize,
        known: usize,
        stale: usize,
        not_applicable: usize,
        not_exercised: usize,
        declined: usize,
        cases_not_applicable: u64,
        cases_declined: u64,
        /// The median number of steps.
        observations: usize,
        lost: usize,
        /// Failures that were not made small.
        not_made_small: usize,
        seconds: f64,
        /// What stopped the run before all cases were drawn; null if nothing did.
        partial: Option<&'a str>,
        /// What was wrong with the end of the implementation.
        end: Option<&'a str>,
        #[serde(rename = "trouble")]
        run_error: Option<&'a str>,
    },
}

/// The cause of a failure.
#[derive(Serialize)]
struct OfCause {
    step: &'static str,
    elements: &'static str,
    difference: &'static str,
    raises: Option<&'static str>,
}

/// The lines.
pub fn lines(report: &Report) -> Vec<Value> {
    let failures = report.failures.iter().map(failure);
    let known = report.known.iter().map(|one| known(report, one));
    let lost = report.lost.iter().map(|Lost { origin, message }| Line::Lost { origin: origin.to_string(), message });
    let asked = report.standings().filter(|(.., standing)| *standing != Standing::NotChosen);
    let missing = report.missing().into_iter().map(|(Ability { limit, about }, rules)| Line::Missing {
        limit,
        about,
        rules: rules.into_iter().map(Rule::id).collect(),
    });
    let ignored = report.ignored_process.map(|process| Line::Ignored {
        process,
        about: "nothing shows that the suite started that process and that it has the arrays in its memory, which is not looked at: leave `pid` out, or report the one that answers",
        rules: report.not_observed().map(Rule::id).collect(),
    });
    let declined = report.declined.iter().map(|Declined { reason, cases, rules }| Line::Declined {
        reason,
        cases: *cases,
        rules: rules.iter().map(|(rule, _)| rule.id()).collect(),
    });
    let doors = report.doors.0.iter().map(|(door, seen)| Line::Door {
        door,
        taken: seen.taken,
        refused: seen.refusals(),
        features: seen.refused.iter().filter_map(|(feature, count)| Some(((*feature)?, *count))).collect(),
    });
    let rules = asked.map(|(rule, tally, standing)| of_rule(report, rule, &tally, standing));
    let lines = failures
        .chain(known)
        .chain(lost)
        .chain(missing)
        .chain(ignored)
        .chain(declined)
        .chain(doors)
        .chain(rules)
        .chain([summary(report)]);
    // By way of a value, whose keys are in alphabetical order.
    lines.map(|line| serde_json::to_value(line).unwrap_or_default()).collect()
}

/// The lines as one text.
pub(crate) fn text(report: &Report) -> String {
    lines(report).iter().map(|line| format!("{line}\n")).collect()
}

fn failure(failure: &Failure) -> Line<'_> {
    let Failure { rule, case, origin, prediction, reply, cause, small, alone } = failure;
    let Cause { way: Way { step, difference, raises }, elements } = cause;
    Line::Failure {
        rule: rule.id(),
        level: rule.level().name(),
        text: rule.text(),
        origin: origin.to_string(),
        case: cases::from_case(case),
        step: prediction.step,
        expected: shown(&prediction.expectation.to_string()),
        found: reply.found(prediction.step),
        cause: OfCause {
            step,
            elements: elements.words(),
            difference: difference.words(),
            raises: raises.map(Raises::name),
        },
        small: *small == Small::Yes,
        alone: match alone {
            Alone::Fails => Some(true),
            Alone::FailsAfter(_) | Alone::Holds { .. } | Alone::NotSearched => Some(false),
            Alone::NotAsked => None,
        },
        before: Some(failure.before().iter().map(cases::from_case).collect())
            .filter(|before: &Vec<_>| !before.is_empty()),
    }
}

fn known<'a>(report: &Report, Known { deviation, cases, stale }: &'a Known) -> Line<'a> {
    Line::Known {
        rule: deviation.rule.id(),
        reason: &deviation.reason,
        link: deviation.link.as_deref(),
        case: &deviation.case.name,
        cases: *cases,
        based_on: (!deviation.is_own(&report.hello)).then_some(&*deviation.implementation),
        stale: stale.as_deref(),
    }
}

fn of_rule<'a>(report: &'a Report, rule: Rule, tally: &Tally, standing: Standing) -> Line<'a> {
    Line::Rule {
        rule: rule.id(),
        level: rule.level().name(),
        profile: rule.profile().name(),
        standing: standing.name(),
        cases: tally.cases,
        failed: tally.failed,
        known: tally.known,
        not_applicable: tally.not_applicable,
        not_observed: tally.not_observed,
        declined: tally.declined,
        excluded_by: report.excluded_by(rule).filter(|_| standing == Standing::Excluded),
        waiver: report.waiver(rule).map(|waiver| &*waiver.reason),
    }
}

fn summary(report: &Report) -> Line<'_> {
    let not_applicable = report.standings().filter(|(_, tally, standing)| {
        matches!(standing, Standing::NotClaimed | Standing::NotAsked | Standing::Excluded)
            || tally.cases == 0 && tally.not_applicable > 0
    });
    let judged = [Standing::Held, Standing::Failed, Standing::Warned, Standing::Known];
    Line::Summary {
        specification: array_ctypes_spec::VERSION,
        implementation: &report.hello.name,
        version: &report.hello.version,
        runtime: report.hello.runtime.as_deref(),
        based_on: report.hello.based_on.as_ref().map(|base| json!({ "name": base.name, "version": base.version })),
        seed: report.seed.to_string(),
        cases: report.cases,
        page: report.page,
        rules: judged.into_iter().map(|standing| report.count(standing)).sum(),
        failed: report.count(Standing::Failed),
        warned: report.count(Standing::Warned),
        known: report.count(Standing::Known),
        stale: report.known.iter().filter(|known| known.stale.is_some()).count(),
        not_applicable: not_applicable.count(),
        not_exercised: report.count(Standing::NotExercised),
        declined: report.count(Standing::Declined),
        cases_not_applicable: report.not_applicable,
        cases_declined: report.cases_declined,
        observations: report.median_steps,
        lost: report.lost.len(),
        not_made_small: report.failures.iter().filter(|failure| failure.small != Small::Yes).count(),
        seconds: report.elapsed.as_secs_f64(),
        partial: report.partial.map(Partial::words),
        end: report.bad_end.as_ref().map(RunError::message),
        run_error: report.run_error.as_ref().map(RunError::message),
    }
}
