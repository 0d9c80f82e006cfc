//! Runs as Markdown: fit for the summary of a workflow step, and for a comment on a pull request.

use super::text::{counted, difference, title, verdict_line};
use crate::results::Run;
use crate::results::baseline::{Changes, changes};
use crate::results::causes::{Group, causes, listed};
use crate::styled::Ink;
use array_ctypes_conformance::words::escaped;
use std::fmt::Write as _;

/// The most characters of a comment on GitHub, less room for what is said about the rest.
const MAX_CHARACTERS: usize = 65_000;

/// The number of columns that a part of a difference may have.
const COLUMNS: usize = 120;

/// The report of these runs, cut where it would be too long.
pub(super) fn markdown(runs: &[Run], baseline: &[Run]) -> String {
    let mut out = String::new();
    for run in runs {
        let causes = causes(run);
        heading(&mut out, run, &causes);
        if let Some(changes) = changes(run, baseline) {
            changed(&mut out, &changes);
        }
        overview(&mut out, run, &causes);
    }
    let (mut left_out, mut size) = (0, out.chars().count());
    for run in runs {
        for group in causes(run) {
            let details = details(&group);
            size += details.chars().count();
            if left_out > 0 || size > MAX_CHARACTERS {
                left_out += 1;
            } else {
                out.push_str(&details);
            }
        }
    }
    if left_out > 0 {
        let _ = writeln!(out, "{left_out} more counterexamples are left out, because a comment may not be longer.");
    }
    if out.chars().count() > MAX_CHARACTERS {
        out = out.chars().take(MAX_CHARACTERS).collect::<String>()
            + "\n\nThe rest is left out, because a comment may not be longer.\n";
    }
    out
}

fn heading(out: &mut String, run: &Run, causes: &[Group<'_>]) {
    let (ink, verdict) = verdict_line(run, causes);
    let mark = match ink {
        Ink::Good => "✅",
        Ink::Bad => "❌",
        _ => "⚠️",
    };
    let _ = writeln!(out, "### {mark} {}\n", plain(&verdict));
    let (header, summary) = (&run.header, &run.summary);
    let _ = writeln!(
        out,
        "{}, {} cases, seed {}. Rules: {}.\n",
        plain(&title(run)),
        summary.cases,
        plain(&header.seed),
        counted(run)
    );
    if let Some(partial) = &summary.partial {
        let _ = writeln!(out, "**Partial**: stopped by {} before all cases were drawn.\n", plain(partial));
    }
    for (what, text) in [("The run ended early", &summary.trouble), ("The end of the implementation", &summary.end)] {
        if let Some(text) = text {
            let _ = writeln!(out, "{what}:\n\n{}", fenced(text));
        }
    }
}

fn changed(out: &mut String, Changes { new, mended, known, still, unjudged }: &Changes) {
    let parts = [
        ("New", new),
        ("Mended", mended),
        ("Known now", known),
        ("Still there", still),
        ("Not judged any more", unjudged),
    ];
    for (word, rules) in parts.into_iter().filter(|(_, rules)| !rules.is_empty()) {
        let rules: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
        let _ = writeln!(out, "- **{word}**: {}", rules.join(", "));
    }
    out.push('\n');
}

/// A table with a row for each cause.
fn overview(out: &mut String, run: &Run, causes: &[Group<'_>]) {
    if !causes.is_empty() {
        out.push_str("| rule | cases | what differs | also broken |\n|---|--:|---|---|\n");
    }
    for group in causes {
        let (rule, cases) = (&group.shown.rule, format!("{} of {}", group.rule.failed, group.rule.cases));
        let others = group.other_rules();
        let others = if others.is_empty() { String::new() } else { listed(&others) };
        let _ = writeln!(out, "| `{rule}` | {cases} | {} | {others} |", code(&difference(group.shown, COLUMNS)));
    }
    if !causes.is_empty() {
        out.push('\n');
    }
    for known in run.known.iter().filter(|known| known.stale.is_some()) {
        let _ =
            writeln!(out, "- The known deviation from `{}` no longer reproduces: {}", known.rule, plain(&known.reason));
    }
}

/// The counterexample of a cause, folded.
fn details(group: &Group<'_>) -> String {
    let failure = group.shown;
    format!(
        "<details><summary><code>{}</code> {}</summary>\n\n{}\n{}\n{}</details>\n\n",
        failure.rule,
        code(&difference(failure, COLUMNS)),
        fenced(&failure.text),
        fenced(&failure.described),
        fenced(&failure.repeat)
    )
}

/// A block of text as it stands. The fence is longer than any in the text.
fn fenced(text: &str) -> String {
    let text = escaped(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

/// Text of others in a line: no markup, and nobody is mentioned.
fn plain(text: &str) -> String {
    // GitHub looks for names in what is shown, so an escape alone would not help.
    inert(text).replace("&#64;", "&#64;<!-- -->")
}

/// Text of others as code in a line.
fn code(text: &str) -> String {
    format!("<code>{}</code>", inert(text))
}

/// Text of others with each character that could be markup as an entity. Inside of `<code>` Markdown is still read.
fn inert(text: &str) -> String {
    let mut out = String::new();
    for c in escaped(text).replace('\n', " ").chars() {
        if "\\`*_{}[]<>#|~@!&".contains(c) {
            let _ = write!(out, "&#{};", c as u32);
        } else {
            out.push(c);
        }
    }
    out
}
