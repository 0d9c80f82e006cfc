#![doc = include_str!("documentation.md")]

use crate::vocabulary::Rule;

/// This page, in Markdown.
pub const PAGE: &str = include_str!("documentation.md");

/// One statement of NumPy's documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its number, from 1 on.
    pub number: u32,
    /// What it says, in our words, in Markdown.
    pub text: &'static str,
    /// Where it stands: the page, and the part of it.
    pub place: &'static str,
    /// The page that it is from.
    pub link: &'static str,
    /// The identifiers of the rules that come from it; none if it claims nothing.
    pub rules: Vec<&'static str>,
    /// Why it claims nothing about the interface, if so.
    pub no_claim: Option<&'static str>,
}

/// Every statement, in the order of their numbers. Rows that are no statement are left out; tests check that there are none.
pub fn statements() -> impl Iterator<Item = Statement> {
    PAGE.lines().filter_map(statement)
}

/// The statements that the rule comes from.
pub fn statements_of(rule: Rule) -> impl Iterator<Item = Statement> {
    statements().filter(move |statement| statement.rules.contains(&rule.id()))
}

/// A row `| number. text | old or new, part | `rule`, ... |`; in place of the rules, `none: ` and the reason.
fn statement(row: &'static str) -> Option<Statement> {
    let (sentence, rest) = row.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
    let (place, rules) = rest.split_once(" | ")?;
    let (number, text) = sentence.split_once(". ")?;
    let label = match place.split(',').next()? {
        "old" => "[memmap.ctypes]: ",
        "new" => "[ndarray.ctypes]: ",
        _ => return None,
    };
    let link = PAGE.lines().find_map(|line| line.strip_prefix(label))?;
    let no_claim = rules.strip_prefix("none: ");
    let rules = rules.split(", ").filter(|_| no_claim.is_none()).map(|rule| rule.trim_matches('`')).collect();
    Some(Statement { number: number.parse().ok()?, text, place, link, rules, no_claim })
}
