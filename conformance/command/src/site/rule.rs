//! The page of a rule, and the table of all rules.

use super::documents::STATEMENTS;
use super::links::{Links, RULES, chapter_address, href, rule_address, rule_page};
use super::markdown::Writer;
use super::templates::{Frame, Link, render};
use crate::faults::{self, sentences::faults_of};
use array_ctypes_conformance::engine::table::{module_of, text_of};
use array_ctypes_conformance::spec::documentation::statements_of;
use array_ctypes_conformance::spec::sources::{argument, linked};
use array_ctypes_conformance::spec::{Chapter, Level, Profile, Rule};
use serde::Serialize;

/// Where the texts of rules stand.
const CHAPTERS: &str = "spec/src/chapters/";

/// What `rule.html` needs.
#[derive(Serialize)]
struct RulePage {
    frame: Frame,
    id: &'static str,
    level: &'static str,
    profile: &'static str,
    chapter: Link,
    text: String,
    /// Why it binds more than its sources do.
    argument: Option<String>,
    sources: Vec<String>,
    statements: Vec<StatementItem>,
    check: Check,
    faults: Vec<FaultItem>,
    /// The link to the table of when each fault was caught, if that is a page.
    caught: Option<String>,
    named_by: Vec<Link>,
    before: Option<Link>,
    after: Option<Link>,
}

#[derive(Serialize)]
struct StatementItem {
    number: u32,
    href: String,
    place: String,
    text: String,
    faults: &'static [&'static str],
}

/// Where the check of a rule stands, and its row there.
#[derive(Serialize)]
pub(crate) struct Check {
    file: String,
    name: String,
    row: &'static str,
}

#[derive(Serialize)]
struct FaultItem {
    name: &'static str,
    seen: Vec<Seen>,
}

#[derive(Serialize)]
struct Seen {
    link: &'static str,
    remark: &'static str,
}

/// What `rules.html` needs.
#[derive(Serialize)]
struct Table {
    frame: Frame,
    choices: [Choice; 3],
    rules: Vec<Row>,
}

/// A list to choose from.
#[derive(Serialize)]
struct Choice {
    title: &'static str,
    key: &'static str,
    values: Vec<&'static str>,
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    href: String,
    chapter: &'static str,
    level: &'static str,
    profile: &'static str,
    text: String,
    faults: usize,
}

/// Makes the page of a rule.
pub(crate) fn page(rule: Rule, links: &Links, frame: Frame) -> String {
    let address = rule_address(rule);
    let writer = writer(links, &address);
    let line = |text: &str| writer.line(&with_definitions(rule, text));
    let statements = statements_of(rule).map(|statement| StatementItem {
        number: statement.number,
        href: href(&address, STATEMENTS, &format!("statement-{}", statement.number)),
        place: line(statement.place),
        text: line(statement.text),
        faults: faults_of(statement.number),
    });
    let faults = faults::of(rule).into_iter().map(|fault| FaultItem {
        name: fault.name,
        seen: faults::seen(fault.name).map(|(link, remark)| Seen { link, remark }).collect(),
    });
    let to = |other: Rule| Link { href: rule_page(&address, other), title: other.id().to_owned(), current: false };
    let mention = format!("`{rule}`");
    let before = rule.index().checked_sub(1);
    render(
        "rule.html",
        &RulePage {
            frame,
            id: rule.id(),
            level: rule.level().name(),
            profile: rule.profile().name(),
            chapter: chapter_link(rule, &address),
            text: line(prose(rule)),
            argument: argument(rule).map(line),
            sources: rule.sources().map(|source| line(&linked(&source))).collect(),
            statements: statements.collect(),
            check: check(rule),
            faults: faults.collect(),
            caught: links.page(&address, "conformance/faults.md", rule.chapter().name()),
            named_by: Rule::all().filter(|other| other.text().contains(&mention)).map(to).collect(),
            before: before.and_then(|before| Rule::all().nth(before)).map(to),
            after: Rule::all().nth(rule.index() + 1).map(to),
        },
    )
}

/// The check of a rule.
pub(crate) fn check(rule: Rule) -> Check {
    Check {
        file: format!("conformance/src/{}.rs", module_of(rule).replace("::", "/")),
        name: rule.id().split_once('.').map_or("", |(_, name)| name).replace('-', "_"),
        row: text_of(rule),
    }
}

/// Makes the table of all rules.
pub(crate) fn table(links: &Links, frame: Frame) -> String {
    let row = |rule: Rule| Row {
        id: rule.id(),
        href: rule_page(RULES, rule),
        chapter: rule.chapter().name(),
        level: rule.level().name(),
        profile: rule.profile().name(),
        text: writer(links, RULES).line(&with_definitions(rule, prose(rule))),
        faults: faults::of(rule).len(),
    };
    let choices = [
        Choice { title: "Chapter", key: "chapter", values: Chapter::ALL.iter().map(|one| one.name()).collect() },
        Choice { title: "Level", key: "level", values: Level::ALL.iter().map(|one| one.name()).collect() },
        Choice { title: "Profile", key: "profile", values: Profile::ALL.iter().map(|one| one.name()).collect() },
    ];
    render("rules.html", &Table { frame, choices, rules: Rule::all().map(row).collect() })
}

/// Writes what rules say, for the page at that address.
fn writer<'a>(links: &'a Links, address: &'a str) -> Writer<'a> {
    Writer { links, path: CHAPTERS, address }
}

fn chapter_link(rule: Rule, from: &str) -> Link {
    let chapter = rule.chapter();
    let href = href(from, &chapter_address(chapter), rule.id());
    Link { href, title: chapter.name().to_owned(), current: false }
}

/// Returns the text of a rule without its sources.
pub(crate) fn prose(rule: Rule) -> &'static str {
    rule.text().rsplit_once("Source:").map_or(rule.text(), |(text, _)| text.trim_end())
}

/// Returns a text with the definitions of the links that its chapter has.
fn with_definitions(rule: Rule, text: &str) -> String {
    let is_definition = |line: &&str| line.starts_with('[') && line.contains("]: ");
    let definitions: Vec<&str> = rule.chapter().prose().lines().filter(is_definition).collect();
    format!("{text}\n\n{}\n", definitions.join("\n"))
}
