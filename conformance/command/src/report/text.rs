//! A run as text. The end is what matters: the verdict, and the causes, the gravest first.

use crate::results::Run;
use crate::results::baseline::Changes;
use crate::results::causes::{Group, causes, listed};
use crate::results::line::{Failure, Header, OfRule};
use crate::results::verdict::{is_loss_unjudged, is_violated};
use crate::styled::{Ink, Styled};
use array_ctypes_conformance::engine::outcome::MIN_CASES_TO_COUNT;
use array_ctypes_conformance::engine::standing::Standing;
use array_ctypes_conformance::spec::Chapter;
use std::fmt::Write as _;

mod notes;

/// How the message of a lost case begins.
const NO_REPLY: &str = "adapter: expected a reply, found ";

/// How many causes the last screen has.
const MAX_CAUSES: usize = 5;

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Of the table only the rules that failed, warned, were declined or were not exercised.
    Quiet,
    /// The whole table, and each cause with its counterexample.
    Usual,
    /// Every failure with its counterexample, and rules that do not bind.
    Verbose,
}

/// Writes the whole report.
pub(crate) fn text(out: &mut Styled, run: &Run, changes: Option<&Changes>, detail: Detail) {
    let causes = causes(run);
    for group in &causes {
        failure(out, run, group.shown, detail);
        let others = group.failures.iter().filter(|other| !std::ptr::eq(**other, group.shown));
        if detail == Detail::Verbose {
            others.for_each(|other| failure(out, run, other, detail));
        }
    }
    notes::stale(out, run);
    table(out, run, detail);
    notes::notes(out, run, detail == Detail::Verbose);
    summary(out, run);
    if let Some(changes) = changes {
        changed(out, changes);
    }
    verdict(out, run, &causes);
}

/// A failure with its counterexample.
fn failure(out: &mut Styled, run: &Run, failure: &Failure, detail: Detail) {
    let (ink, word) = if failure.level == "MUST" { (Ink::Bad, "FAILED") } else { (Ink::Doubt, "WARNING") };
    let counts = run.rule(&failure.rule).map(|rule| format!(", {} of {} cases", rule.failed, rule.cases));
    out.push(ink, word);
    let _ = writeln!(out, " {} ({}){}", failure.rule, failure.level, counts.unwrap_or_default());
    for paragraph in failure.text.split("\n\n") {
        let paragraph = paragraph.lines().collect::<Vec<_>>().join(" ");
        out.wrapped(Ink::Faint, "  | ", &format!("  | {paragraph}"));
    }
    let causes: Vec<&Failure> = run.failures.iter().filter(|other| other.rule == failure.rule).collect();
    let number = 1 + causes.iter().position(|other| std::ptr::eq(*other, failure)).unwrap_or(0);
    if causes.len() > 1 {
        // The others are printed with `--verbose` only.
        let counted = if detail == Detail::Verbose { format!(" {number} of {}", causes.len()) } else { String::new() };
        let _ = writeln!(out, "  cause{counted}: {}", failure.cause);
    }
    for line in failure.described.lines() {
        let ink = match line.trim_start() {
            // Those of the picture, too.
            line if line.contains("expected: ") => Ink::Good,
            line if line.contains("found: ") => Ink::Bad,
            line if line.starts_with("-> step") => Ink::Strong,
            _ => Ink::Plain,
        };
        out.line(ink, line);
    }
    let _ = writeln!(out, "  repeat:   {}", failure.repeat);
    if detail != Detail::Quiet && !failure.snippet.is_empty() {
        out.push(Ink::Plain, "  the same in NumPy:\n");
        failure.snippet.lines().for_each(|line| out.line(Ink::Plain, &format!("    {line}")));
    }
    out.push(Ink::Plain, "\n");
}

fn table(out: &mut Styled, run: &Run, detail: Detail) {
    let of = |chapter: &Chapter| {
        let is_shown = |rule: &&OfRule| {
            let is_of = rule.rule.split('.').next() == Some(chapter.name());
            let does_bind = rule.standing != Standing::NotClaimed.name();
            is_of && (does_bind || detail == Detail::Verbose)
        };
        (*chapter, run.rules.iter().filter(is_shown).collect::<Vec<&OfRule>>())
    };
    let chapters: Vec<(Chapter, Vec<&OfRule>)> = Chapter::ALL.iter().map(of).collect();
    out.line(Ink::Faint, &format!("{:<34} {:<6} {:>9} {:>8}", "rule", "level", "cases", "failed"));
    for (chapter, rules) in chapters {
        let sum = |part: fn(&OfRule) -> u64| rules.iter().map(|rule| part(rule)).sum::<u64>();
        let (cases, failed) = (sum(|rule| rule.cases), sum(|rule| rule.failed));
        if cases == 0 && detail != Detail::Verbose {
            continue;
        }
        out.line(Ink::Strong, &format!("{:<34} {:<6} {cases:>9} {failed:>8}", chapter.name(), ""));
        for rule in rules {
            of_rule(out, rule, detail);
        }
    }
}

fn of_rule(out: &mut Styled, rule: &OfRule, detail: Detail) {
    let is = |standing: Standing| rule.standing == standing.name();
    let unclear = [Standing::Failed, Standing::Warned, Standing::Declined, Standing::NotExercised].into_iter().any(is);
    if detail == Detail::Quiet && !unclear {
        return;
    }
    let mut notes = Vec::new();
    if !is(Standing::Held) && !is(Standing::Declined) && !is(Standing::Known) {
        notes.push(rule.standing.clone());
    }
    if rule.known > 0 {
        notes.push(format!("{} known", rule.known));
    }
    if rule.declined > 0 {
        notes.push(format!("{} declined", rule.declined));
    }
    if rule.cases == 0 && rule.not_applicable > 0 {
        notes.push(format!("{} not applicable", rule.not_applicable));
    }
    let ink = match () {
        () if is(Standing::Failed) => Ink::Bad,
        () if unclear => Ink::Doubt,
        () => Ink::Plain,
    };
    let line =
        format!("  {:<32} {:<6} {:>9} {:>8}  {}", rule.rule, rule.level, rule.cases, rule.failed, notes.join(", "));
    out.line(ink, line.trim_end());
}

/// What was run, and how the rules stand.
fn summary(out: &mut Styled, run: &Run) {
    let (header, summary) = (&run.header, &run.summary);
    let rate = summary.cases as f64 / summary.asking_seconds.max(1e-9);
    let shard = if header.shard == "1/1" { String::new() } else { format!(", shard {}", header.shard) };
    let _ = writeln!(out, "\n{}", title(run));
    let counts = format!(
        "{} cases, {} of them of the page, {} not applicable, seed {}{shard}",
        summary.cases, summary.page, summary.cases_not_applicable, header.seed
    );
    out.wrapped(Ink::Plain, "  ", &counts);
    let (steps, seconds) = (summary.observations, summary.seconds);
    out.line(Ink::Faint, &format!("{rate:.0} cases per second of {steps} steps each (median), {seconds:.1} s"));
    notes::of_failures(out, run);
    notes::lost(out, run);
    if let Some(error) = &summary.end {
        let _ = writeln!(out, "the end of {}: {error}", header.implementation);
    }
    if let Some(error) = &summary.trouble {
        let _ = writeln!(out, "the run ended early: {error}");
    }
}

/// Name, version and runtime.
pub(crate) fn title(run: &Run) -> String {
    let header = &run.header;
    let runtime = header.runtime.as_ref().map(|runtime| format!(" ({runtime})")).unwrap_or_default();
    format!("{} {}{runtime}", header.implementation, header.version)
}

/// How many rules have each standing, as one list.
pub(crate) fn counted(run: &Run) -> String {
    let count = |standing: Standing| match (standing, run.count(standing.name())) {
        (Standing::Held | Standing::Failed, count) => Some(format!("{count} {}", standing.name())),
        (_, 0) => None,
        (Standing::NotExercised, count) => {
            Some(format!("{count} not exercised (fewer than {MIN_CASES_TO_COUNT} cases)"))
        }
        (_, count) => Some(format!("{count} {}", standing.name())),
    };
    Standing::ALL.into_iter().filter_map(count).collect::<Vec<_>>().join(", ")
}

/// What has changed since the baseline.
fn changed(out: &mut Styled, changes: &Changes) {
    let parts = [
        (Ink::Bad, "new", &changes.new),
        (Ink::Good, "mended", &changes.mended),
        (Ink::Plain, "known now", &changes.known),
        (Ink::Plain, "still there", &changes.still),
        (Ink::Doubt, "not judged any more", &changes.unjudged),
    ];
    out.push(Ink::Plain, "since the baseline:");
    if parts.iter().all(|(.., rules)| rules.is_empty()) {
        out.push(Ink::Plain, " nothing has changed");
    }
    out.push(Ink::Plain, "\n");
    for (ink, word, rules) in parts.into_iter().filter(|(.., rules)| !rules.is_empty()) {
        out.wrapped(ink, "    ", &format!("  {word}: {}", rules.join(", ")));
    }
}

/// The verdict in one line: what the run says of the implementation.
pub(crate) fn verdict_line(run: &Run, causes: &[Group<'_>]) -> (Ink, String) {
    let summary = &run.summary;
    let count = |count: usize, what: &str| if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") };
    let broken = summary.failed + summary.warned;
    let (ink, words) = match summary.exit {
        0 if summary.partial.is_some() => (Ink::Doubt, "conforms so far: the run is partial".to_owned()),
        0 if summary.warned > 0 => (Ink::Doubt, format!("conforms, with {}", count(summary.warned, "warning"))),
        0 => (Ink::Good, "conforms".to_owned()),
        1 if is_violated(run) => {
            let rules = format!("{broken} of {}", count(summary.rules, "rule"));
            let verb = if causes.len() == 1 { "breaks" } else { "break" };
            (Ink::Bad, format!("does not conform: {} {verb} {rules}", count(causes.len(), "cause")))
        }
        1 => (Ink::Bad, "does not conform: it did not end in order".to_owned()),
        4 => (Ink::Doubt, format!("{} no longer reproduced", count(summary.stale, "known deviation"))),
        _ if summary.trouble.is_some() => (Ink::Bad, "no verdict: the run did not come to its end".to_owned()),
        _ if summary.declined > 0 => {
            (Ink::Doubt, format!("no verdict: too much of {} was declined", count(summary.declined, "rule")))
        }
        _ if is_loss_unjudged(run) => {
            let lost = count(summary.lost, "case");
            (
                Ink::Bad,
                format!("no verdict: {lost} lost, and no rule that was asked judges that; ask about *.answered too"),
            )
        }
        _ if summary.incomplete => (Ink::Doubt, "no verdict: the run is not complete".to_owned()),
        _ => (Ink::Doubt, "no verdict: nothing was judged".to_owned()),
    };
    let Header { implementation, version, .. } = &run.header;
    (ink, format!("{implementation} {version}: {words} (exit {})", summary.exit))
}

/// The last lines: how the rules stand, the verdict, and what breaks, the gravest first.
fn verdict(out: &mut Styled, run: &Run, causes: &[Group<'_>]) {
    out.wrapped(Ink::Plain, "  ", &format!("rules: {}", counted(run)));
    if let Some(partial) = &run.summary.partial {
        out.line(Ink::Doubt, &format!("partial: stopped by {partial} before all cases were drawn"));
    }
    let (ink, line) = verdict_line(run, causes);
    out.line(ink, &line);
    for (at, group) in causes.iter().enumerate().take(MAX_CAUSES) {
        let Group { shown, rule, .. } = group;
        let (number, counts) = (format!("{}. ", at + 1), format!(" ({} of {}): ", rule.failed, rule.cases));
        let left = out.columns.saturating_sub(number.len() + shown.rule.len() + counts.len());
        out.push(Ink::Plain, &number);
        out.push(Ink::Strong, &shown.rule);
        let _ = writeln!(out, "{counts}{}", difference(shown, left));
        if !shown.array.is_empty() {
            out.line(Ink::Plain, &cut(&format!("   of {}", shown.array), out.columns));
        }
        repeat(out, &shown.repeat);
        let others = group.other_rules();
        if !others.is_empty() {
            out.wrapped(Ink::Faint, "     ", &format!("   also: {}", listed(&others)));
        }
    }
    if causes.len() > MAX_CAUSES {
        let others: Vec<&str> = causes[MAX_CAUSES..].iter().map(|group| &*group.shown.rule).collect();
        out.wrapped(Ink::Plain, "   ", &format!("and {} more, shown above: {}", others.len(), others.join(", ")));
    }
}

/// The command that repeats a failure. Where it is too long for a line, it goes on in the next.
fn repeat(out: &mut Styled, command: &str) {
    const BREAK: &str = " --command ";
    match command.split_once(BREAK) {
        Some((start, rest)) if 3 + command.chars().count() > out.columns => {
            let _ = writeln!(out, "   {start} \\\n     {}{rest}", BREAK.trim_start());
        }
        _ => {
            let _ = writeln!(out, "   {command}");
        }
    }
}

/// What differs, in one line of so many columns.
pub(crate) fn difference(failure: &Failure, columns: usize) -> String {
    let first = |text: &str| text.lines().next().unwrap_or("").to_owned();
    let Failure { asked, expected, found, .. } = failure;
    let (expected, found) = (first(expected), first(found));
    // How it ended says more than that a reply was expected.
    if let Some(end) = found.strip_prefix(NO_REPLY) {
        let end = end.strip_prefix("that ").unwrap_or(end);
        return cut(&format!("{}: {end}", frame(&failure.found).as_ref().unwrap_or(asked)), columns);
    }
    let whole = format!("{asked}: expected {expected}, found {found}");
    if whole.chars().count() <= columns {
        return whole;
    }
    // The values matter more than what was asked, which the rule's name tells nearly as well.
    let most = columns.saturating_sub("expected , found ".len()) / 2;
    let expected = cut(&expected, most.max(columns.saturating_sub("expected , found ".len() + found.chars().count())));
    cut(&format!("expected {expected}, found {found}"), columns)
}

/// Where a program in Python died, by the last words of its fault handler: the innermost line that is neither the kit's nor
/// Python's own.
fn frame(last_words: &str) -> Option<String> {
    let of_others = |line: &&str| !["array_ctypes_kit", "/lib/python", "<frozen"].iter().any(|own| line.contains(own));
    let line = last_words.lines().filter(|line| line.trim_start().starts_with("File \"")).find(of_others)?;
    let (path, rest) = line.trim_start().strip_prefix("File \"")?.split_once("\", line ")?;
    let (number, function) = rest.split_once(" in ")?;
    Some(format!("{}:{number} in {function}", path.rsplit('/').next()?))
}

/// The first line of a text, of at most so many characters.
fn cut(text: &str, most: usize) -> String {
    let line = text.lines().next().unwrap_or("");
    if line.chars().count() > most {
        line.chars().take(most.saturating_sub(1)).collect::<String>() + "…"
    } else {
        line.to_owned()
    }
}
