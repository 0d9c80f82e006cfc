//! The Markdown that becomes pages: that of the specification, which is part of the command, and the documents of a checkout.

use super::links::chapter_address;
use crate::error::CommandError;
use array_ctypes_conformance::spec::{Chapter, documentation, numpy_tests, questions, silences, sources, summary};
use std::fs;
use std::path::Path;

/// A page in Markdown.
pub(crate) struct Document {
    /// The address of its page.
    pub(crate) address: String,
    /// Its place in the repository.
    pub(crate) path: String,
    /// Its title, in Markdown.
    pub(crate) title: String,
    /// What follows the title.
    pub(crate) text: String,
}

/// The address of the statements of NumPy's documentation, where the statement 12 is `statement-12`.
pub(crate) const STATEMENTS: &str = "documentation";

/// The documents of a checkout: the address of the page, and the place in the repository.
const DOCUMENTS: &[(&str, &str)] = &[
    ("readme", "README.md"),
    ("tutorial", "conformance/docs/tutorial.md"),
    ("python-library", "conformance/docs/python-library.md"),
    ("rust-crate", "conformance/docs/rust-crate.md"),
    ("binding", "conformance/docs/binding.md"),
    ("cpp-library", "conformance/docs/cpp-library.md"),
    ("reading-a-report", "conformance/docs/reading-a-report.md"),
    ("ci", "conformance/docs/ci.md"),
    ("interface", "conformance/docs/interface.md"),
    ("facts", "conformance/docs/reference.md"),
    ("package", "conformance/python/README.md"),
    ("glossary", "conformance/GLOSSARY.md"),
    ("check", "conformance/docs/check.md"),
    ("reports", "conformance/docs/report.md"),
    ("deviations", "conformance/docs/deviations.md"),
    ("templates", "conformance/command/templates/README.md"),
    ("protocol", "conformance/PROTOCOL.md"),
    ("consumers", "conformance/adapters/README.md"),
    ("matrix", "conformance/docs/matrix.md"),
    ("vectors", "conformance/vectors/README.md"),
    ("versions", "conformance/VERSIONS.md"),
    ("numpy", "conformance/numpy.md"),
    ("history", "conformance/history.md"),
    ("faults", "conformance/faults.md"),
    ("fault-zoo", "conformance/docs/faults.md"),
    ("sentences", "conformance/docs/sentences.md"),
    ("twins", "conformance/docs/twins.md"),
    ("drawn", "conformance/docs/drawn.md"),
    ("platforms", "conformance/docs/platforms.md"),
    ("site", "conformance/docs/site.md"),
    ("design", "conformance/DESIGN.md"),
    ("why", "conformance/docs/why.md"),
    ("compare", "conformance/COMPARE.md"),
    ("reference", "reference/README.md"),
    ("crate-specification", "spec/README.md"),
    ("crate-suite", "conformance/README.md"),
    ("crate-command", "conformance/command/README.md"),
    ("costs", "conformance/docs/bench.md"),
    ("view-costs", "benches/README.md"),
    ("speed", "benches/suite.md"),
    ("contributing", "CONTRIBUTING.md"),
    ("changes", "CHANGELOG.md"),
];

/// Returns the chapters, in their order.
pub(crate) fn chapters() -> Vec<Document> {
    let document = |chapter: &Chapter| Document {
        address: chapter_address(*chapter),
        path: format!("spec/src/chapters/{}.md", chapter.name()),
        title: format!("Chapter `{}`", chapter.name()),
        // The declaration of a rule is a heading below that of its section.
        text: chapter.prose().replace("\nr[", "\n## r["),
    };
    Chapter::ALL.iter().map(document).collect()
}

/// Returns the documents about all rules: their summary, and where they come from.
pub(crate) fn origins() -> Vec<Document> {
    let titled = |address: &str, file: &str, title: &str, text: &str| Document {
        address: address.to_owned(),
        path: format!("spec/src/{file}.md"),
        title: title.to_owned(),
        text: text.to_owned(),
    };
    vec![
        titled("summary", "summary", "The contract on one page", summary::PAGE),
        titled("questions", "questions", "Open questions", questions::PAGE),
        Document::read(STATEMENTS, "spec/src/documentation.md", &with_anchors(documentation::PAGE)),
        Document::read("numpy-tests", "spec/src/numpy-tests.md", numpy_tests::PAGE),
        titled("sources", "sources", "Where rules come from", sources::PAGE),
        titled("silences", "silences", "Steps without a prediction", silences::PAGE),
    ]
}

/// Reads the documents of a checkout of this project.
pub(crate) fn of_checkout(folder: &Path) -> Result<Vec<Document>, CommandError> {
    let read = |(address, path): &(&str, &str)| match fs::read_to_string(folder.join(path)) {
        Ok(text) if *address == "glossary" => Ok(Document::read(address, path, &with_terms(&text))),
        Ok(text) => Ok(Document::read(address, path, &text)),
        Err(error) => Err(CommandError::Usage(format!(
            "expected a checkout of array-ctypes at {}, found no {path} there: {error}; name the folder that has README.md and \
             conformance/, or leave --documents out for the specification alone",
            folder.display()
        ))),
    };
    DOCUMENTS.iter().map(read).collect()
}

impl Document {
    /// Reads a document that begins with its title.
    fn read(address: &str, path: &str, text: &str) -> Document {
        let (title, text) = match text.strip_prefix("# ").map(|rest| rest.split_once('\n').unwrap_or((rest, ""))) {
            Some((title, rest)) => (title, rest),
            None => (path, text),
        };
        Document { address: address.to_owned(), path: path.to_owned(), title: title.to_owned(), text: text.to_owned() }
    }
}

/// Gives each row of the table of statements a place to link to.
fn with_anchors(page: &str) -> String {
    let line = |line: &str| match line.strip_prefix("| ").and_then(|row| Some((row, row.split_once(". ")?.0))) {
        Some((row, number)) if number.parse::<u32>().is_ok() => {
            format!("| <span id=\"statement-{number}\"></span>{row}\n")
        }
        _ => format!("{line}\n"),
    };
    page.lines().map(line).collect()
}

/// Makes each word of the glossary a link to itself.
fn with_terms(glossary: &str) -> String {
    let line = |line: &str| match line.strip_prefix("- **").and_then(|entry| entry.split_once("**")) {
        Some((term, rest)) => {
            let id = term.to_lowercase().replace(' ', "-");
            format!("- <span id=\"{id}\"></span>[**{term}**](#{id}){rest}\n")
        }
        None => format!("{line}\n"),
    };
    glossary.lines().map(line).collect()
}
