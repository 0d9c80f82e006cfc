//! `array-ctypes rules`: each rule with its sources and its faults; and the way from the documentation to the rules.

use crate::arguments::Format;
use crate::drawn::drawn;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::faults;
use crate::output::print;
use crate::pattern::{Pattern, rules};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::table::module_of;
use array_ctypes_conformance::spec::documentation::{Statement, statements, statements_of};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Chapter, Rule};
use clap::Args;
use serde_json::json;
use std::fmt::Write as _;

/// The number of cases to draw for the column "cases".
const DRAWN: u64 = 10_000;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only rules that match, each with its text, statements, check and faults
    #[arg(value_name = "GLOBS")]
    rule: Vec<Pattern>,
    /// List the statements of the documentation instead, with the rules of each
    #[arg(long)]
    statements: bool,
    /// The form of the output; json is one object a line for each rule, and draws no cases
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, conflicts_with = "statements")]
    format: Format,
}

/// Lists the rules; with a pattern, in full. Or lists the statements of the documentation.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let pattern = Pattern::joined(&arguments.rule);
    let rules = rules(pattern.as_ref());
    let text = if arguments.statements {
        let is_listed = |statement: &Statement| pattern.is_none() || is_about(statement, &rules);
        statements().filter(is_listed).map(|statement| entry(&statement)).collect()
    } else {
        match arguments.format {
            Format::Text => table(&rules, pattern.is_some()),
            Format::Json => in_order(&rules).map(|rule| format!("{}\n", record(rule))).collect(),
        }
    };
    print(&text)?;
    Ok(Exit::Conforms)
}

/// The rules of a set, chapter by chapter.
fn in_order(rules: &Rules) -> impl Iterator<Item = Rule> {
    let chapters = Chapter::ALL.iter();
    chapters
        .flat_map(|chapter| Rule::all().filter(|rule| rule.chapter() == *chapter))
        .filter(|rule| rules.includes(*rule))
}

/// A rule as one JSON object.
fn record(rule: Rule) -> serde_json::Value {
    let (level, profile) = (rule.level().name(), rule.profile().name());
    json!({ "rule": rule.id(), "level": level, "profile": profile, "text": rule.text() })
}

fn is_about(statement: &Statement, rules: &Rules) -> bool {
    statement.rules.iter().filter_map(|id| Rule::from_id(id)).any(|rule| rules.includes(rule))
}

/// A statement with the rules that it became, or the reason that it became none.
fn entry(statement: &Statement) -> String {
    let Statement { number, text, place, link, rules, no_claim } = statement;
    let rules = no_claim.map_or_else(|| rules.join(", "), |reason| format!("none: {reason}"));
    format!("{number:>2}. {text}\n    {place}: {link}\n    {rules}\n")
}

/// One line for each rule: level, profile, how often it is judged, how many faults prove its check, and its sources.
fn table(rules: &Rules, in_full: bool) -> String {
    let counts = counts();
    let mut text =
        format!("cases in {DRAWN} drawn; faults that prove the check; statements of the documentation; source\n");
    let _ = writeln!(text, "{:<34} {:<6} {:<9}  cases faults  {:<18} source", "rule", "level", "profile", "statements");
    for rule in in_order(rules) {
        let (id, level, profile) = (rule.id(), rule.level().name(), rule.profile().name());
        let (cases, faults) = (counts[rule.index()], faults::of(rule).len());
        let numbers: Vec<String> = statements_of(rule).map(|statement| statement.number.to_string()).collect();
        let numbers = if numbers.is_empty() { "-".to_owned() } else { numbers.join(", ") };
        let sources: Vec<String> = rule.sources().map(|source| brief(&source).to_owned()).collect();
        let sources = sources.join("; ");
        let _ = writeln!(text, "{id:<34} {level:<6} {profile:<9} {cases:>6} {faults:>6}  {numbers:<18} {sources}");
        if in_full {
            text.push_str(&details(rule));
        }
    }
    text
}

/// A source without its details.
fn brief(source: &str) -> &str {
    source.split([',', ':']).next().unwrap_or(source)
}

/// The text of a rule, its statements in the documentation, its check and its faults.
fn details(rule: Rule) -> String {
    let mut text: String = rule.text().lines().map(|line| format!("    {line}\n")).collect();
    for Statement { number, text: statement, place, .. } in statements_of(rule) {
        let _ = writeln!(text, "    statement {number} ({place}): {statement}");
    }
    let file = module_of(rule).replace("::", "/");
    let _ = writeln!(text, "    check: conformance/src/{file}.rs");
    for fault in faults::of(rule) {
        let _ = writeln!(text, "    fault: {}", fault.name);
    }
    text
}

/// Counts for each rule the drawn cases with a prediction of it, if the array is made and the questions are answered.
fn counts() -> Vec<u64> {
    let mut counts = vec![0u64; Rule::all().count()];
    // On one platform, whatever this one is, so that the figures are the same everywhere.
    for (_, predictions) in drawn(Platform::X86_64_LINUX, DRAWN) {
        let mut predicted: Vec<usize> = predictions.iter().map(|prediction| prediction.rule.index()).collect();
        predicted.sort_unstable();
        predicted.dedup();
        for index in predicted {
            counts[index] += 1;
        }
    }
    counts
}
