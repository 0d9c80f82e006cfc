//! `array-ctypes rules`: each rule with what leads to it and what comes of it; and the way from the documentation to the rules.

use super::{Exit, Stop, print, rules_asked};
use crate::faults;
use array_ctypes_conformance::Reply;
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::engine::judge::predictions;
use array_ctypes_conformance::engine::rows::module_of;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::documentation::{Statement, statements, statements_of};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Chapter, Rule};
use clap::ArgMatches;
use std::fmt::Write as _;

/// How many cases are drawn to tell the coverage.
const DRAWN: u64 = 10_000;

/// Lists the rules; with a pattern, all that is known of each. Or lists the statements of the documentation.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let rules = rules_asked(arguments)?;
    let text = if arguments.get_flag("statements") {
        statements().filter(|statement| speaks_of(statement, &rules)).map(|statement| said(&statement)).collect()
    } else {
        table(&rules, arguments.contains_id("rule"))
    };
    print(&text)?;
    Ok(Exit::Conforms)
}

fn speaks_of(statement: &Statement, rules: &Rules) -> bool {
    statement.rules.iter().filter_map(|id| Rule::from_id(id)).any(|rule| rules.includes(rule))
}

/// A statement with the rules that it became.
fn said(statement: &Statement) -> String {
    let Statement { number, text, place, link, rules } = statement;
    format!("{number:>2}. {text}\n    {place}: {link}\n    {}\n", rules.join(", "))
}

/// One line for each rule: how binding it is, how often it is judged, how many faults prove its check, and where it is from.
fn table(rules: &Rules, whole: bool) -> String {
    let covered = covered();
    let mut text =
        format!("cases in {DRAWN} drawn; faults that prove the check; statements of the documentation; source\n");
    let _ = writeln!(text, "{:<34} {:<6} {:<9}  cases faults  {:<18} source", "rule", "level", "profile", "statements");
    for chapter in Chapter::ALL {
        for rule in Rule::all().filter(|rule| rule.chapter() == *chapter && rules.includes(*rule)) {
            let (id, level, profile) = (rule.id(), rule.level().name(), rule.profile().name());
            let (cases, faults) = (covered[rule.index()], faults::of(rule).len());
            let numbers: Vec<String> = statements_of(rule).map(|statement| statement.number.to_string()).collect();
            let numbers = if numbers.is_empty() { "-".to_owned() } else { numbers.join(", ") };
            let sources: Vec<String> = rule.sources().map(|source| brief(&source).to_owned()).collect();
            let sources = sources.join("; ");
            let _ = writeln!(text, "{id:<34} {level:<6} {profile:<9} {cases:>6} {faults:>6}  {numbers:<18} {sources}");
            if whole {
                text.push_str(&details(rule));
            }
        }
    }
    text
}

/// A source without what it says in particular.
fn brief(source: &str) -> &str {
    source.split([',', ':']).next().unwrap_or(source)
}

/// The text with its source, and the way from the documentation over the check to the faults.
fn details(rule: Rule) -> String {
    let mut text: String = rule.text().lines().map(|line| format!("    {line}\n")).collect();
    for Statement { number, text: said, place, .. } in statements_of(rule) {
        let _ = writeln!(text, "    statement {number} ({place}): {said}");
    }
    let file = module_of(rule).replace("::", "/");
    let _ = writeln!(text, "    check: conformance/src/{file}.rs");
    for fault in faults::of(rule) {
        let _ = writeln!(text, "    fault: {}", fault.name);
    }
    text
}

/// In how many drawn cases each rule is spoken of, where the array is made and the questions are answered.
fn covered() -> Vec<u64> {
    let mut covered = vec![0u64; Rule::all().count()];
    // On one platform, whatever this one is, so that the figures are the same everywhere.
    let platform = Platform::X86_64_LINUX;
    let answered = Reply::Answered(Answers::default());
    for index in 0..DRAWN {
        let case = generate::case(1, index, &platform);
        let mut spoken: Vec<usize> =
            predictions(&platform, &case, &answered).iter().map(|prediction| prediction.rule.index()).collect();
        spoken.sort_unstable();
        spoken.dedup();
        for index in spoken {
            covered[index] += 1;
        }
    }
    covered
}
