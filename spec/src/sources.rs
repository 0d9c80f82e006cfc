#![doc = include_str!("sources.md")]

use crate::vocabulary::{Level, Profile, Rule};

/// This page, in Markdown.
pub const PAGE: &str = include_str!("sources.md");

/// What kind of source a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// A published text of the interface.
    Protocol,
    /// C, the system, or Python with its modules.
    Language,
    /// What an implementation declares.
    Declaration,
    /// What users expect.
    Users,
    /// What NumPy does, or documents of its own arrays.
    Numpy,
}

/// Returns the kind of a source, by the longest beginning that the table lists; `None` if it lists none.
pub fn origin(source: &str) -> Option<Origin> {
    let kinds = [
        ("protocol", Origin::Protocol),
        ("language", Origin::Language),
        ("declaration", Origin::Declaration),
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

/// Returns true if a rule binds more, or binds others, than its sources do by themselves, so that it needs an argument: NumPy alone
/// is the source of what others have to do, or users alone expect a MUST.
pub fn needs_argument(rule: Rule) -> bool {
    let all = |kinds: &[Origin]| origins(rule).iter().all(|origin| kinds.contains(origin));
    rule.profile() != Profile::Numpy
        && (all(&[Origin::Numpy]) || rule.level() == Level::Must && all(&[Origin::Users, Origin::Numpy]))
}

/// Returns why a rule binds, if the page has an argument that its sources are not.
pub fn argument(rule: Rule) -> Option<&'static str> {
    let (_, exceptions) = PAGE.split_once("These are the exceptions:")?;
    let (exceptions, _) = exceptions.split_once("\n# ")?;
    let rows = exceptions.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "));
    let mut arguments = rows.filter(|(rules, _)| rules.split("`, `").any(|id| id == rule.id()));
    arguments.next().map(|(_, argument)| argument)
}

/// Returns a source in Markdown with links to where it can be read: numbers of NumPy's issues become links, and so does the name
/// of a standard. A page in brackets is one already; a measurement has none.
pub fn linked(source: &str) -> String {
    if source.starts_with("numpy ") {
        let link = |word: &str| match word.trim_matches(['#', ',']) {
            number if number.parse::<u32>().is_ok() => {
                word.replace(number, &format!("[{number}](https://github.com/numpy/numpy/issues/{number})"))
            }
            _ => word.to_owned(),
        };
        return source.split(' ').map(link).collect::<Vec<_>>().join(" ");
    }
    match standards().find(|(name, _)| source.starts_with(name)) {
        Some((name, address)) => format!("[{name}]({address}){}", &source[name.len()..]),
        None => source.to_owned(),
    }
}

/// The sources that are a standard or a set of files, by name, each with its address.
fn standards() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGE.lines().filter_map(|row| {
        let (name, text) = row.strip_prefix("| `")?.split_once("` | [")?;
        let (_, address) = text.split_once("](")?;
        let is_one = !name.starts_with('[') && !name.contains('`');
        is_one.then_some((name, address.strip_suffix(") |")?))
    })
}
