//! What a reader has to know beside the failures: what was not judged, and why.

use crate::exit::Exit;
use crate::output::quoted;
use crate::results::Run;
use crate::results::causes::listed;
use crate::results::line::{Declined, Failure, Ignored, Known, Missing};
use crate::styled::{Ink, Styled};
use array_ctypes_conformance::engine::outcome::MAX_DECLINED;
use array_ctypes_conformance::engine::standing::Standing;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many of the lost cases are named.
const MAX_LOST_NAMED: usize = 5;

/// All notes after the table.
pub(super) fn notes(out: &mut Styled, run: &Run, is_verbose: bool) {
    met(out, run);
    missing(out, run);
    // Who has failures to read wants to see them first.
    if run.failures.is_empty() || is_verbose {
        excluded(out, run);
    }
    ignored(out, run);
    declined(out, run);
    doors(out, run);
    few(out, run);
    held_again(out, run);
}

/// The known deviations whose cases no longer show them.
pub(super) fn stale(out: &mut Styled, run: &Run) {
    for Known { rule, reason, case, stale, .. } in &run.known {
        let Some(found) = stale else { continue };
        out.push(Ink::Doubt, "STALE");
        let _ = writeln!(out, " the known deviation from {rule}: {reason}");
        let _ = writeln!(out, "  expected: its case {case} shows it");
        let _ = writeln!(out, "  found:    {found}");
        let _ = writeln!(out, "  next:     end its range of versions, or remove the entry\n");
    }
}

/// The known deviations that were met.
fn met(out: &mut Styled, run: &Run) {
    let met: Vec<&Known> = run.known.iter().filter(|known| known.cases > 0).collect();
    if !met.is_empty() {
        let _ = writeln!(out, "\nknown deviations:");
    }
    for Known { rule, several, based_on, cases, reason, link, .. } in met {
        let base = based_on.as_ref().map(|base| format!(", of {base}")).unwrap_or_default();
        let link = link.as_ref().map(|link| format!(" {link}")).unwrap_or_default();
        let others = if *several { " and others of the same cause" } else { "" };
        let text = format!("  {rule}{others}{base}, {}: {reason}{link}", counted(*cases, "case"));
        out.wrapped(Ink::Plain, "    ", &text);
    }
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The abilities that are not declared, with the rules that are not asked for want of them.
fn missing(out: &mut Styled, run: &Run) {
    for Missing { limit, about, rules } in &run.missing {
        let name = &run.header.implementation;
        let text = format!("\nnot asked, because {name} does not declare `{limit}`: {}", rules.join(", "));
        out.wrapped(Ink::Plain, "  ", &text);
        out.wrapped(Ink::Faint, "  ", &format!("  next: if {about}, declare `\"{limit}\": true` among the limits"));
    }
}

/// The rules that the limits leave without a case, by the limits.
fn excluded(out: &mut Styled, run: &Run) {
    let mut by_limits: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for rule in &run.rules {
        let Some(limits) = &rule.excluded_by else { continue };
        let limits: Vec<String> = limits.iter().map(|limit| format!("`{limit}`")).collect();
        by_limits.entry(limits.join(", ")).or_default().push(&rule.rule);
    }
    for (limits, rules) in &by_limits {
        let name = &run.header.implementation;
        out.wrapped(Ink::Plain, "  ", &format!("\nexcluded by limits, {limits} of {name}: {}", rules.join(", ")));
    }
    if !by_limits.is_empty() {
        let next = "  next: if the library can do more than these limits say, declare less of them; `array-ctypes rules RULE` \
                    shows what a rule is about";
        out.wrapped(Ink::Faint, "  ", next);
    }
}

/// The process that was not looked at, the rules that were not judged because of that, and what to do.
fn ignored(out: &mut Styled, run: &Run) {
    let Some(Ignored { process, rules, .. }) = &run.ignored else { return };
    let rules = if rules.is_empty() { "no rule that was asked about".to_owned() } else { rules.join(", ") };
    let name = &run.header.implementation;
    let text = format!(
        "\nnot looked at, because nothing shows that the process {process} that {name} reports is one that the suite started, \
         with the arrays in its memory; not judged where they need it: {rules}"
    );
    out.wrapped(Ink::Plain, "  ", &text);
    let next = "  next: leave `pid` out of the handshake if the adapter answers from a container or another machine; otherwise \
                report the process that answers";
    out.wrapped(Ink::Faint, "  ", next);
}

/// Why cases were declined, and the rules that were not judged because of that.
fn declined(out: &mut Styled, run: &Run) {
    if run.declined.is_empty() {
        return;
    }
    let (name, cases) = (&run.header.implementation, run.summary.cases_declined);
    let _ = writeln!(out, "\ndeclined by {name}, in {cases} cases:");
    for Declined { reason, cases, rules } in &run.declined {
        let rules: Vec<&str> = rules.keys().map(String::as_str).collect();
        out.wrapped(Ink::Plain, "    ", &format!("  {reason}, {cases} cases: {}", rules.join(", ")));
    }
    for rule in run.rules.iter().filter(|rule| rule.declined > 0) {
        let share = 100.0 * rule.declined as f64 / (rule.cases + rule.declined).max(1) as f64;
        if rule.standing == Standing::Declined.name() {
            let text = format!(
                "DECLINED {}: expected at most {MAX_DECLINED} % of its cases to be declined, found {share:.1} %; answer them, \
                 declare a limit, or add an entry `[[declined]]` with the reason to the file of known deviations",
                rule.rule
            );
            out.wrapped(Ink::Doubt, "  ", &text);
        } else if let Some(waiver) = rule.waiver.as_ref().filter(|_| share > MAX_DECLINED as f64) {
            let text = format!("  {share:.1} % of {}, as the file of known deviations says: {waiver}", rule.rule);
            out.wrapped(Ink::Plain, "    ", &text);
        }
    }
    if run.summary.declined > 0 {
        let (count, code) = (run.summary.declined, Exit::RunError.code());
        let text = format!("declined: {count} rules, listed above as DECLINED, were not judged (exit code {code})");
        out.wrapped(Ink::Doubt, "  ", &text);
    }
}

/// What each door took and refused.
fn doors(out: &mut Styled, run: &Run) {
    for door in &run.doors {
        let all = (door.taken + door.refused).max(1);
        let percent = |count: u64| format!("{:.0} %", 100.0 * count as f64 / all as f64);
        let named: u64 = door.features.values().sum();
        let mut reasons: Vec<(&str, u64)> = door.features.iter().map(|(name, count)| (&**name, *count)).collect();
        if door.refused > named {
            reasons.push(("without a feature that it does not declare", door.refused - named));
        }
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let reasons: Vec<String> = reasons.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
        let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) };
        let (taken, refused) = (percent(door.taken), percent(door.refused));
        let text = format!("\ndoor {}: took {taken}, refused {refused} of {all} arrays{reasons}", door.door);
        out.wrapped(Ink::Plain, "  ", &text);
    }
}

/// What to do about rules with few cases.
fn few(out: &mut Styled, run: &Run) {
    let few: Vec<&str> = run
        .rules
        .iter()
        .filter(|rule| rule.standing == Standing::NotExercised.name() && rule.cases > 0)
        .map(|rule| &*rule.rule)
        .collect();
    if !few.is_empty() && run.summary.partial.is_none() {
        let text = format!(
            "\nnot exercised, {}: `--cases` with a larger number than {} asks about them more often",
            listed(&few),
            run.header.cases
        );
        out.wrapped(Ink::Plain, "  ", &text);
    }
}

/// The saved cases that hold again, and how to be rid of them.
fn held_again(out: &mut Styled, run: &Run) {
    let held = &run.summary.held_again;
    if !held.is_empty() {
        let words = if held.len() == 1 { "1 saved case holds" } else { "saved cases hold" };
        let count = if held.len() == 1 { String::new() } else { format!("{} ", held.len()) };
        let _ = writeln!(out, "\n{count}{words} again; keep them as tests, or remove them:");
        let names: Vec<String> = held.iter().map(|name| quoted(name)).collect();
        let _ = writeln!(out, "  rm {}", names.join(" "));
    }
}

/// The cases that were lost.
pub(super) fn lost(out: &mut Styled, run: &Run) {
    if let Some(first) = run.lost.first() {
        let origins: Vec<&str> = run.lost.iter().take(MAX_LOST_NAMED).map(|lost| &*lost.origin).collect();
        let more = run.lost.len().saturating_sub(MAX_LOST_NAMED);
        let more = if more > 0 { format!(" and {more} more (--format json names them)") } else { String::new() };
        let text = format!("lost on {}: {}{more}", counted(run.lost.len() as u64, "case"), origins.join(", "));
        out.wrapped(Ink::Plain, "  ", &text);
        let _ = writeln!(out, "  the first: {}", first.message.lines().next().unwrap_or(""));
    }
}

/// What has to be known about the failures altogether.
pub(super) fn of_failures(out: &mut Styled, run: &Run) {
    let mut line = |is_one: &dyn Fn(&Failure) -> bool, what: [&str; 2], rest: &str| {
        let count = run.failures.iter().filter(|failure| is_one(failure)).count();
        if count > 0 {
            let what = what[usize::from(count > 1)];
            let text = format!("{count} of {} failures {what}{rest}", run.failures.len());
            out.wrapped(Ink::Plain, "  ", &text);
        }
    };
    line(&|failure| !failure.small, ["may have a smaller case", "may have smaller cases"], "");
    line(&|failure| failure.before_count > 0, ["depends", "depend"], " on cases before it (`before:` above)");
    let holds = |failure: &Failure| failure.alone == Some(false) && failure.before_count == 0;
    line(&holds, ["was", "were"], " not seen again in a fresh process (`before:` above)");
}
