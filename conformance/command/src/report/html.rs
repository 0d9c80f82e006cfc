//! Runs as one HTML file that stands alone: verdicts and causes first, then the matrix of implementations and rules, and every
//! counterexample.

use super::drawing;
use super::text::{counted, difference, title, verdict_line};
use crate::faults;
use crate::results::Run;
use crate::results::baseline::{Changes, changes};
use crate::results::causes::causes;
use crate::results::line::Failure;
use crate::site::rule::{Check, check, prose};
use crate::site::templates::{Frame, render};
use crate::styled::Ink;
use array_ctypes_conformance::engine::version::Version;
use array_ctypes_conformance::spec::Rule;
use array_ctypes_conformance::words::escaped;
use serde::Serialize;

/// The number of columns that a difference may have.
const COLUMNS: usize = 120;

/// The most counterexamples of a report.
const MAX_FAILURES: usize = 1000;

#[derive(Serialize)]
struct Page<'a> {
    frame: Frame,
    runs: Vec<OfRun<'a>>,
    matrix: Vec<Row<'a>>,
    standings: Vec<&'a str>,
    history: Vec<History>,
    rules: Vec<OfRule<'a>>,
    left_out: usize,
}

/// A run: its verdict, and its causes.
#[derive(Serialize)]
struct OfRun<'a> {
    id: String,
    title: String,
    verdict: String,
    badge: &'static str,
    summary: String,
    partial: Option<&'a str>,
    trouble: Option<&'a str>,
    end: Option<&'a str>,
    changes: Option<Changed>,
    causes: Vec<Cause<'a>>,
    failures: Vec<Shown<'a>>,
    known: Vec<Known<'a>>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Changed {
    new: Vec<String>,
    mended: Vec<String>,
    known: Vec<String>,
    still: Vec<String>,
    unjudged: Vec<String>,
}

#[derive(Serialize)]
struct Cause<'a> {
    id: String,
    rule: &'a str,
    level: &'a str,
    failed: u64,
    cases: u64,
    difference: String,
    repeat: &'a str,
    others: Vec<&'a str>,
    failure: String,
}

/// A failure with its counterexample.
#[derive(Serialize)]
struct Shown<'a> {
    id: String,
    rule: &'a str,
    level: &'a str,
    difference: String,
    cause: String,
    drawing: &'a str,
    described: String,
    snippet: String,
    repeat: &'a str,
    saved: Option<&'a str>,
    case: String,
}

#[derive(Serialize)]
struct Known<'a> {
    rule: &'a str,
    reason: &'a str,
    link: Option<&'a str>,
    cases: u64,
    stale: Option<&'a str>,
}

/// A rule in the matrix, with a cell for each run.
#[derive(Serialize)]
struct Row<'a> {
    rule: &'a str,
    level: &'a str,
    profile: &'a str,
    words: String,
    cells: Vec<Cell<'a>>,
}

#[derive(Serialize)]
struct Cell<'a> {
    standing: &'a str,
    badge: &'static str,
    failed: u64,
    known: u64,
    cases: u64,
    href: Option<String>,
}

/// What is known of a rule.
#[derive(Serialize)]
struct OfRule<'a> {
    id: &'a str,
    text: &'a str,
    level: &'a str,
    profile: &'a str,
    check: Check,
    faults: Vec<&'static str>,
}

/// The versions of one implementation, in order.
#[derive(Serialize)]
struct History {
    name: String,
    versions: Vec<OfVersion>,
}

#[derive(Serialize)]
struct OfVersion {
    version: String,
    runtime: String,
    exit: u8,
    held: usize,
    failed: usize,
    known: usize,
    rules: Vec<String>,
}

/// The page of these runs.
pub(super) fn html(runs: &[Run], baseline: &[Run]) -> String {
    let mut room = MAX_FAILURES;
    let all: usize = runs.iter().map(|run| run.failures.len()).sum();
    let of_runs: Vec<OfRun<'_>> =
        runs.iter().enumerate().map(|(at, run)| of_run(at, run, baseline, &mut room)).collect();
    let rules: Vec<Rule> = Rule::all().filter(|rule| runs.iter().any(|run| run.rule(rule.id()).is_some())).collect();
    let matrix: Vec<Row<'_>> = rules.iter().filter_map(|rule| row(*rule, runs)).collect();
    let mut standings: Vec<&str> = matrix.iter().flat_map(|row| row.cells.iter().map(|cell| cell.standing)).collect();
    standings.sort_unstable();
    standings.dedup();
    let name = match runs {
        [run] => title(run),
        _ => format!("{} runs", runs.len()),
    };
    let page = Page {
        frame: Frame {
            title: format!("Results of {name}"),
            description: format!("How {name} stand against the rules of the array ctypes interface"),
            name: "array-ctypes",
            root: String::new(),
            alone: true,
            navigation: Vec::new(),
            footer: format!(
                "array-ctypes {}, specification {}",
                env!("CARGO_PKG_VERSION"),
                array_ctypes_conformance::spec::VERSION
            ),
        },
        runs: of_runs,
        rules: rules
            .iter()
            .filter(|rule| matrix.iter().any(|row| row.rule == rule.id()))
            .map(|rule| OfRule {
                id: rule.id(),
                text: prose(*rule),
                level: rule.level().name(),
                profile: rule.profile().name(),
                check: check(*rule),
                faults: faults::of(*rule).into_iter().map(|fault| fault.name).collect(),
            })
            .collect(),
        matrix,
        standings,
        history: history(runs),
        left_out: all.saturating_sub(MAX_FAILURES),
    };
    render("report.html", &page)
}

fn of_run<'a>(at: usize, run: &'a Run, baseline: &[Run], room: &mut usize) -> OfRun<'a> {
    let causes = causes(run);
    let (ink, verdict) = verdict_line(run, &causes);
    let number = |failure: &Failure| run.failures.iter().position(|other| std::ptr::eq(other, failure)).unwrap_or(0);
    let id = |failure: &Failure| failure_id(at, number(failure), failure);
    let shown: Vec<Shown<'a>> = run
        .failures
        .iter()
        .take(*room)
        .map(|failure| Shown {
            id: id(failure),
            rule: &failure.rule,
            level: &failure.level,
            difference: escaped(&difference(failure, COLUMNS)),
            cause: escaped(&failure.cause.to_string()),
            drawing: if drawing::is_safe(&failure.drawing) { &failure.drawing } else { "" },
            described: escaped(&failure.described),
            snippet: failure.snippet.clone(),
            repeat: &failure.repeat,
            saved: failure.saved.as_deref(),
            case: failure.case.to_string(),
        })
        .collect();
    *room -= shown.len();
    let summary = &run.summary;
    OfRun {
        id: format!("run-{}", at + 1),
        title: escaped(&title(run)),
        verdict: escaped(&verdict),
        badge: match ink {
            Ink::Good => "held",
            Ink::Bad => "failed",
            _ => "warned",
        },
        summary: format!(
            "{} cases, {} not applicable, seed {}, {:.1} s. Rules: {}.",
            summary.cases,
            summary.cases_not_applicable,
            run.header.seed,
            summary.seconds,
            counted(run)
        ),
        partial: summary.partial.as_deref(),
        trouble: summary.trouble.as_deref(),
        end: summary.end.as_deref(),
        changes: changes(run, baseline).map(|Changes { new, mended, known, still, unjudged }| Changed {
            new,
            mended,
            known,
            still,
            unjudged,
        }),
        causes: causes
            .iter()
            .enumerate()
            .map(|(number, group)| Cause {
                id: format!("cause-{}-{}", at + 1, number + 1),
                rule: &group.shown.rule,
                level: &group.shown.level,
                failed: group.rule.failed,
                cases: group.rule.cases,
                difference: escaped(&difference(group.shown, COLUMNS)),
                repeat: &group.shown.repeat,
                others: rules_of(run, &group.other_rules()),
                failure: id(group.shown),
            })
            .collect(),
        failures: shown,
        known: run
            .known
            .iter()
            .filter(|known| known.cases > 0 || known.stale.is_some())
            .map(|known| Known {
                rule: &known.rule,
                reason: &known.reason,
                link: known.link.as_deref().filter(|link| link.starts_with("https://") || link.starts_with("http://")),
                cases: known.cases,
                stale: known.stale.as_deref(),
            })
            .collect(),
        notes: notes(run),
    }
}

/// These rules, as they stand in the run.
fn rules_of<'a>(run: &'a Run, rules: &[&str]) -> Vec<&'a str> {
    run.rules.iter().map(|rule| &*rule.rule).filter(|rule| rules.contains(rule)).collect()
}

fn failure_id(run: usize, number: usize, failure: &Failure) -> String {
    format!("case-{}-{}-{}", run + 1, number + 1, failure.rule)
}

/// What has to be known beside the failures.
fn notes(run: &Run) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for declined in &run.declined {
        notes.push(format!("declined in {} cases: {}", declined.cases, declined.reason));
    }
    if let Some(ignored) = &run.ignored {
        notes.push(format!("process {}: {}", ignored.process, ignored.about));
    }
    for missing in &run.missing {
        notes.push(format!("not declared, {}: {} rules were not asked", missing.limit, missing.rules.len()));
    }
    for door in &run.doors {
        notes.push(format!("door {}: took {}, refused {}", door.door, door.taken, door.refused));
    }
    if !run.lost.is_empty() {
        notes.push(format!("{} cases were lost", run.lost.len()));
    }
    notes
}

/// The row of a rule; `None` if it binds none of the implementations.
fn row<'a>(rule: Rule, runs: &'a [Run]) -> Option<Row<'a>> {
    let cell = |(at, run): (usize, &'a Run)| match run.rule(rule.id()) {
        None => Cell { standing: "not chosen", badge: "", failed: 0, known: 0, cases: 0, href: None },
        Some(found) => {
            let failure = run.failures.iter().enumerate().find(|(_, failure)| failure.rule == found.rule);
            Cell {
                standing: &found.standing,
                badge: match &*found.standing {
                    "held" => "held",
                    "failed" => "failed",
                    "warned" | "declined" => "warned",
                    "known" => "known",
                    _ => "",
                },
                failed: found.failed,
                known: found.known,
                cases: found.cases,
                href: failure.map(|(number, failure)| format!("#{}", failure_id(at, number, failure))),
            }
        }
    };
    let cells: Vec<Cell<'a>> = runs.iter().enumerate().map(cell).collect();
    let binds = |cell: &Cell<'_>| !["not claimed", "not chosen"].contains(&cell.standing);
    let words = cells.iter().map(|cell| cell.standing.replace(' ', "-")).collect::<Vec<_>>().join(" ");
    cells.iter().any(binds).then(|| Row {
        rule: rule.id(),
        level: rule.level().name(),
        profile: rule.profile().name(),
        words,
        cells,
    })
}

/// The implementations of which there are several versions.
fn history(runs: &[Run]) -> Vec<History> {
    let mut names: Vec<&str> = runs.iter().map(|run| &*run.header.implementation).collect();
    names.sort_unstable();
    names.dedup();
    let of = |name: &str| {
        let mut own: Vec<&Run> = runs.iter().filter(|run| run.header.implementation == name).collect();
        own.sort_by_key(|run| Version::of(&run.header.version));
        let versions = own.into_iter().map(|run| OfVersion {
            version: run.header.version.clone(),
            runtime: run.header.runtime.clone().unwrap_or_default(),
            exit: run.summary.exit,
            held: run.count("held"),
            failed: run.summary.failed,
            known: run.summary.known,
            rules: {
                let mut rules: Vec<String> = run.failures.iter().map(|failure| failure.rule.clone()).collect();
                rules.dedup();
                rules
            },
        });
        History { name: name.to_owned(), versions: versions.collect() }
    };
    names.into_iter().map(of).filter(|history| history.versions.len() > 1).collect()
}
