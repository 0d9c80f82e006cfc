#![doc = include_str!("sources.md")]

use crate::vocabulary::Rule;

const PAGE: &str = include_str!("sources.md");

/// What kind of source a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// A published text of the interface.
    Protocol,
    /// C, the system, or Python with its modules.
    Language,
    /// What users expect, or what an implementation declares.
    Users,
    /// What NumPy does, or documents of its own arrays.
    Numpy,
}

/// Returns the kind of a source, by the longest beginning that the table lists; `None` if it lists none.
pub fn origin(source: &str) -> Option<Origin> {
    let kinds = [
        ("protocol", Origin::Protocol),
        ("language", Origin::Language),
        ("users", Origin::Users),
        ("NumPy", Origin::Numpy),
    ];
    let listed = PAGE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let (kind, sources) = (cells.next()?, cells.next()?);
        let (_, origin) = kinds.iter().find(|(name, _)| *name == kind)?;
        Some(sources.split("`, `").map(move |beginning| (beginning.trim_matches('`'), *origin)))
    });
    let fits = |beginning: &str| source.starts_with(beginning);
    listed
        .flatten()
        .filter(|(beginning, _)| fits(beginning))
        .max_by_key(|(beginning, _)| beginning.len())
        .map(|found| found.1)
}

/// The kinds of the sources of a rule, in order. A source that the table does not list is left out; a test checks that there is
/// none.
pub fn origins(rule: Rule) -> Vec<Origin> {
    rule.sources().filter_map(|source| origin(&source)).collect()
}

/// Returns true if the page says why a rule binds others than NumPy, although NumPy alone is its source.
pub fn is_argued(rule: Rule) -> bool {
    let (_, exceptions) = PAGE.split_once("with these exceptions:").unwrap_or_default();
    let (exceptions, _) = exceptions.split_once("\n# ").unwrap_or_default();
    exceptions.contains(&format!("`{}`", rule.id()))
}
