//! The report of a run, for people and for machines.

use crate::exit::Exit;
use array_ctypes_conformance::engine::declined::Declined;
use array_ctypes_conformance::engine::deviation::Deviation;
use array_ctypes_conformance::engine::excluded::Excluded;
use array_ctypes_conformance::engine::outcome::{
    Alone, Failure, Known, MAX_DECLINED, MIN_CASES_TO_COUNT, Report, Small, Tally,
};
use array_ctypes_conformance::engine::standing::{Ability, Standing};
use array_ctypes_conformance::report::failure::failed;
use array_ctypes_conformance::spec::{Chapter, Rule};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub mod json;

/// How many of the lost cases are named.
const MAX_LOST_NAMED: usize = 20;

/// The whole report as text. `repeat` returns the command that repeats a failure, given its position; `quiet` lists
/// only rules that failed, warned, were declined or were not exercised.
pub fn text(report: &Report, repeat: &dyn Fn(usize) -> String, quiet: bool) -> String {
    let mut out = String::new();
    for (at, failure) in report.failures.iter().enumerate() {
        let _ = writeln!(out, "{}", failed(report, failure, &repeat(at)));
    }
    for known in &report.known {
        stale(&mut out, known);
    }
    table(&mut out, report, quiet);
    met(&mut out, report);
    missing(&mut out, report);
    excluded(&mut out, report);
    ignored_process(&mut out, report);
    declined(&mut out, report);
    doors(&mut out, report);
    summary(&mut out, report);
    out
}

/// A known deviation whose case no longer shows it.
fn stale(out: &mut String, known: &Known) {
    let Some(found) = &known.stale else { return };
    let Deviation { rule, reason, case, .. } = &known.deviation;
    let _ = writeln!(out, "STALE the known deviation from {rule}: {reason}");
    let _ = writeln!(out, "  expected: its case {} shows it", case.name);
    let _ = writeln!(out, "  found:    {found}");
    let _ = writeln!(out, "  next:     end its range of versions, or remove the entry\n");
}

/// The known deviations that were met.
fn met(out: &mut String, report: &Report) {
    let met: Vec<&Known> = report.known.iter().filter(|known| known.cases > 0).collect();
    if !met.is_empty() {
        let _ = writeln!(out, "\nknown deviations:");
    }
    for Known { deviation, cases, .. } in met {
        let Deviation { implementation, rule, also, reason, link, .. } = deviation;
        let base = if deviation.is_own(&report.hello) { String::new() } else { format!(", of {implementation}") };
        let link = link.as_ref().map(|link| format!(" {link}")).unwrap_or_default();
        let cases = if *cases == 1 { "1 case".to_owned() } else { format!("{cases} cases") };
        let others = if also.is_empty() { "" } else { " and others of the same cause" };
        let _ = writeln!(out, "  {rule}{others}{base}, {cases}: {reason}{link}");
    }
}

/// The abilities that are not declared, with the rules that are not asked for want of them.
fn missing(out: &mut String, report: &Report) {
    for (Ability { limit, about }, rules) in report.missing() {
        let rules: Vec<&str> = rules.iter().map(|rule| rule.id()).collect();
        let _ = writeln!(
            out,
            "\nnot asked, because {} does not declare `{limit}`: {}",
            report.hello.name,
            rules.join(", ")
        );
        let _ = writeln!(out, "  next: if {about}, declare `\"{limit}\": true` among the limits");
    }
}

/// The rules that the limits leave without a case, by the limits.
fn excluded(out: &mut String, report: &Report) {
    let mut by_limits: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for Excluded { rule, limits } in &report.excluded {
        let limits: Vec<String> = limits.iter().map(|limit| format!("`{limit}`")).collect();
        by_limits.entry(limits.join(", ")).or_default().push(rule.id());
    }
    for (limits, rules) in &by_limits {
        let _ = writeln!(out, "\nexcluded by limits, {limits} of {}: {}", report.hello.name, rules.join(", "));
    }
    if !by_limits.is_empty() {
        let _ = writeln!(
            out,
            "  next: if the library can do more than these limits say, declare less of them; `array-ctypes rules RULE` shows \
             what a rule is about"
        );
    }
}

/// The process that was not looked at, the rules that were not judged because of that, and what to do.
fn ignored_process(out: &mut String, report: &Report) {
    let Some(number) = report.ignored_process else { return };
    let rules: Vec<&str> = report.not_observed().map(Rule::id).collect();
    let rules = if rules.is_empty() { "no rule that was asked about".to_owned() } else { rules.join(", ") };
    let name = &report.hello.name;
    let _ = writeln!(
        out,
        "\nnot looked at, because nothing shows that the process {number} that {name} reports is one that the suite started, with \
         the arrays in its memory; not judged where they need it: {rules}"
    );
    let _ = writeln!(
        out,
        "  next: leave `pid` out of the handshake if the adapter answers from a container or another machine; otherwise \
         report the process that answers"
    );
}

/// Why cases were declined, and the rules that were not judged because of that.
fn declined(out: &mut String, report: &Report) {
    if report.declined.is_empty() {
        return;
    }
    let _ = writeln!(out, "\ndeclined by {}, in {} cases:", report.hello.name, report.cases_declined);
    for Declined { reason, cases, rules } in &report.declined {
        let rules: Vec<&str> = rules.iter().map(|(rule, _)| rule.id()).collect();
        let _ = writeln!(out, "  {reason}, {cases} cases: {}", rules.join(", "));
    }
    for (rule, tally, standing) in report.standings() {
        let share = tally.percent_declined();
        if standing == Standing::Declined {
            let _ = writeln!(
                out,
                "DECLINED {rule}: expected at most {MAX_DECLINED} % of its cases to be declined, found {share:.1} %; answer them, \
                 declare a limit, or add an entry `[[declined]]` with the reason to the file of known deviations"
            );
        } else if let Some(waiver) = report.waiver(rule).filter(|_| tally.is_declined()) {
            let _ = writeln!(out, "  {share:.1} % of {rule}, as the file of known deviations says: {}", waiver.reason);
        }
    }
}

/// What each door took and refused.
fn doors(out: &mut String, report: &Report) {
    for (door, seen) in &report.doors.0 {
        let all = (seen.taken + seen.refusals()).max(1);
        let percent = |count: u64| format!("{:.0} %", 100.0 * count as f64 / all as f64);
        let mut reasons: Vec<_> = seen.refused.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let reasons: Vec<String> = reasons
            .into_iter()
            .map(|(feature, count)| {
                format!("{} {count}", feature.unwrap_or("without a feature that it does not declare"))
            })
            .collect();
        let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) };
        let _ = writeln!(
            out,
            "\ndoor {door}: took {}, refused {} of {all} arrays{reasons}",
            percent(seen.taken),
            percent(seen.refusals())
        );
    }
}

fn table(out: &mut String, report: &Report, quiet: bool) {
    let _ = writeln!(out, "{:<34} {:<6} {:>9} {:>8} {:>14}", "rule", "level", "cases", "failed", "not applicable");
    for chapter in Chapter::ALL {
        let rules: Vec<_> = report.standings().filter(|(rule, ..)| rule.chapter() == *chapter).collect();
        let sum = |part: fn(&Tally) -> u64| rules.iter().map(|(_, tally, _)| part(tally)).sum::<u64>();
        let (cases, failed) = (sum(|tally| tally.cases), sum(|tally| tally.failed));
        let not_applicable = sum(|tally| tally.not_applicable);
        if rules.iter().all(|(.., standing)| *standing == Standing::NotChosen) {
            continue;
        }
        let _ = writeln!(out, "{:<34} {:<6} {cases:>9} {failed:>8} {not_applicable:>14}", chapter.name(), "");
        for (rule, tally, standing) in rules {
            let unclear =
                matches!(standing, Standing::Failed | Standing::Warned | Standing::Declined | Standing::NotExercised);
            if standing == Standing::NotChosen || quiet && !unclear {
                continue;
            }
            let Tally { cases, failed, known, not_applicable, declined, .. } = tally;
            let mut note = match (standing, known) {
                (Standing::Held | Standing::Declined, _) => String::new(),
                (_, 0) => standing.name().to_owned(),
                (Standing::Known, _) => format!("known, in {known} cases"),
                _ => format!("{}, known in {known} more", standing.name()),
            };
            if declined > 0 {
                let _ = write!(note, "{}declined in {declined} cases", if note.is_empty() { "" } else { ", " });
            }
            let line = format!(
                "  {:<32} {:<6} {cases:>9} {failed:>8} {not_applicable:>14}  {note}",
                rule.id(),
                rule.level().name()
            );
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
}

fn summary(out: &mut String, report: &Report) {
    let seconds = report.elapsed.as_secs_f64();
    let rate = report.cases as f64 / seconds.max(1e-9);
    let Report { cases, page, not_applicable, median_steps, seed, .. } = report;
    let _ = writeln!(
        out,
        "\n{}: {cases} cases, {page} of them of the page, {not_applicable} not applicable, seed {seed}; {rate:.0} cases per second of {median_steps} \
         steps each (median), {seconds:.1} s",
        report.hello.title(),
    );
    let counted = |standing: Standing| match (standing, report.count(standing)) {
        (Standing::Held | Standing::Failed, count) => Some(format!("{count} {}", standing.name())),
        (_, 0) => None,
        (Standing::NotExercised, count) => {
            Some(format!("{count} not exercised (fewer than {MIN_CASES_TO_COUNT} cases)"))
        }
        (_, count) => Some(format!("{count} {}", standing.name())),
    };
    let _ = writeln!(out, "rules: {}", Standing::ALL.into_iter().filter_map(counted).collect::<Vec<_>>().join(", "));
    let declined = report.count(Standing::Declined);
    if declined > 0 {
        let code = Exit::RunError.code();
        let _ =
            writeln!(out, "declined: {declined} rules, listed above as DECLINED, were not judged (exit code {code})");
    }
    let stale = report.known.iter().filter(|known| known.stale.is_some()).count();
    if stale > 0 {
        let _ = writeln!(
            out,
            "known deviations: {stale} stale, listed above as STALE (exit code {}, if nothing is violated)",
            Exit::Stale.code()
        );
    }
    if report.count(Standing::NotExercised) > 0 && not_applicable > cases {
        let share = 100.0 * *not_applicable as f64 / (cases + not_applicable) as f64;
        let _ = writeln!(
            out,
            "{share:.0} % of the cases were outside the limits of {} so they were not sent; --cases draws more, but a rule with 0 cases may need fewer limits",
            report.hello.name
        );
    }
    of_failures(out, report);
    lost(out, report);
    if let Some(error) = &report.bad_end {
        let _ = writeln!(out, "the end of {}: {error}", report.hello.name);
    }
    if let Some(partial) = report.partial {
        let _ = writeln!(out, "partial: stopped by {} before all cases were drawn", partial.words());
    }
    if let Some(error) = &report.run_error {
        let _ = writeln!(out, "the run ended early: {error}");
    }
}

/// The cases that were lost.
pub(crate) fn lost(out: &mut String, report: &Report) {
    if let Some(first) = report.lost.first() {
        let origins: Vec<String> =
            report.lost.iter().take(MAX_LOST_NAMED).map(|lost| lost.origin.to_string()).collect();
        let more = report.lost.len().saturating_sub(MAX_LOST_NAMED);
        let more = if more > 0 { format!(" and {more} more (--format json names them)") } else { String::new() };
        let first = first.message.lines().next().unwrap_or("");
        let _ =
            writeln!(out, "lost on {} cases: {}{more}\n  the first: {first}", report.lost.len(), origins.join(", "));
    }
}

/// What has to be known about the failures altogether.
fn of_failures(out: &mut String, report: &Report) {
    let mut line = |is_one: &dyn Fn(&Failure) -> bool, what: [&str; 2], rest: &str| {
        let count = report.failures.iter().filter(|failure| is_one(failure)).count();
        if count > 0 {
            let what = what[usize::from(count > 1)];
            let _ = writeln!(out, "{count} of {} failures {what}{rest}", report.failures.len());
        }
    };
    let not_made = ["was not made small", "were not made small"];
    line(&|failure| failure.small == Small::TimeLimit, not_made, ": the time limit");
    line(&|failure| failure.small == Small::Interrupted, not_made, ": the interrupt");
    line(&|failure| failure.small == Small::Attempts, not_made, " in all ways: it took too many attempts");
    line(&|failure| failure.small == Small::Lost, not_made, ": the implementation hangs or was lost too often");
    let depends = ["depends", "depend"];
    line(&|failure| !failure.before().is_empty(), depends, " on cases before it (`before:` above)");
    let holds = |failure: &Failure| matches!(failure.alone, Alone::Holds { .. } | Alone::NotSearched);
    line(&holds, ["was", "were"], " not seen again in a fresh process (`before:` above)");
}
