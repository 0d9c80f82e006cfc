//! The views of results: each is made from the same [runs](crate::results::Run), by `check` and by `report`.

use crate::error::CommandError;
use crate::output::{print, print_commands};
use crate::results::Run;
use crate::results::baseline::changes;
use crate::styled::Styled;
use clap::ValueEnum;

mod badge;
mod drawing;
mod github;
mod html;
mod junit;
mod markdown;
pub(crate) mod text;

pub(crate) use text::Detail;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "clap would give each a paragraph in the help; docs/report.md has a table")]
pub enum View {
    Text,
    Json,
    Junit,
    Markdown,
    Html,
    Github,
    Badge,
}

/// The columns of a text that is written to a file.
const FILE_COLUMNS: usize = 80;

impl View {
    /// Prints the report of these runs.
    pub(crate) fn print(self, runs: &[Run], baseline: &[Run]) -> Result<(), CommandError> {
        let text = self.of(runs, baseline);
        if self == View::Github { print_commands(&text) } else { print(&text) }
    }

    /// Returns true if it says what has changed since a baseline.
    pub(crate) fn compares(self) -> bool {
        matches!(self, View::Text | View::Markdown | View::Html)
    }

    /// The report of these runs, with what has changed since others. It ends with a newline, and has no control characters of
    /// others.
    pub fn of(self, runs: &[Run], baseline: &[Run]) -> String {
        match self {
            View::Text => {
                let mut out = Styled::new(FILE_COLUMNS);
                for run in runs {
                    text::text(&mut out, run, changes(run, baseline).as_ref(), Detail::Usual);
                }
                out.text(false)
            }
            View::Json => runs.iter().flat_map(Run::lines).map(|line| json_line(&line)).collect(),
            View::Junit => junit::junit(runs),
            View::Markdown => markdown::markdown(runs, baseline),
            View::Html => html::html(runs, baseline),
            View::Github => github::annotations(runs),
            View::Badge => badge::badge(runs),
        }
    }
}

/// A line of the result format.
pub(crate) fn json_line(line: &crate::results::line::Line) -> String {
    // By way of a value, whose keys are in alphabetical order.
    serde_json::to_value(line).map(|value| format!("{value}\n")).unwrap_or_default()
}
