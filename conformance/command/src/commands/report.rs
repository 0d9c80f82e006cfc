//! `array-ctypes report`: views of results that `check` has written.

use crate::arguments::{Looks, ReportFile};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::{print_error, print_styled};
use crate::printed;
use crate::report::{View, text};
use crate::results::baseline::changes;
use crate::results::merge::merge;
use crate::results::read::read;
use crate::results::{Run, verdict};
use crate::styled::{Styled, columns};
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Files that `check --format json` or `check --report json=FILE` wrote. Shards of a run are merged
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Say what has changed since these results; may be repeated
    #[arg(long = "baseline", value_name = "FILE")]
    baselines: Vec<PathBuf>,
    /// The form of the output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = View::Text)]
    format: View,
    /// Write a report to a file, too; may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<ReportFile>,
    #[command(flatten)]
    looks: Looks,
}

/// Prints the view, and ends as the runs did.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, CommandError> {
    let runs = merge(read_all(&arguments.files)?);
    let baseline = merge(read_all(&arguments.baselines)?);
    let mut views = std::iter::once(arguments.format).chain(arguments.reports.iter().map(|report| report.view));
    if !arguments.baselines.is_empty() && !views.any(View::compares) {
        let message = "--baseline: expected a report that compares, as text, markdown or html, found none of them";
        return Err(CommandError::Usage(message.to_owned()));
    }
    for run in runs.iter().filter(|run| !arguments.baselines.is_empty() && changes(run, &baseline).is_none()) {
        print_error(&format!("--baseline: expected results of {}, found none", run.header.implementation));
    }
    if arguments.format == View::Text {
        let mut out = Styled::new(columns());
        for run in &runs {
            text::text(&mut out, run, changes(run, &baseline).as_ref(), arguments.looks.detail());
        }
        print_styled(&out.text(arguments.looks.color.is_wanted()))?;
    } else {
        arguments.format.print(&runs, &baseline)?;
    }
    for ReportFile { view, path } in &arguments.reports {
        printed::write(path, &view.of(&runs, &baseline))?;
    }
    Ok(runs.iter().fold(Exit::Conforms, |exit, run| exit.or(verdict::exit(run))))
}

fn read_all(files: &[PathBuf]) -> Result<Vec<Run>, CommandError> {
    let mut runs = Vec::new();
    for file in files {
        runs.extend(read(file).map_err(|error| CommandError::Usage(error.to_string()))?);
    }
    Ok(runs)
}
