//! Where the results of runs go: standard output, and the files of `--report`.
//!
//! The result format is written as the runs go, other views at the end.

use crate::arguments::{Looks, ReportFile};
use crate::error::CommandError;
use crate::output::{print, print_styled};
use crate::report::{View, json_line, text};
use crate::results::Run;
use crate::results::line::{Found, Header, Line};
use crate::styled::{Styled, columns};
use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::PathBuf;

/// Where the results of runs go.
pub(crate) struct Output {
    view: View,
    looks: Looks,
    files: Vec<Written>,
    runs: Vec<Run>,
    /// The first error of writing what was found.
    error: Option<CommandError>,
}

/// A file of `--report`.
struct Written {
    view: View,
    path: PathBuf,
    file: File,
}

impl Written {
    fn is_file(&self) -> bool {
        self.file.metadata().is_ok_and(|data| data.is_file())
    }

    /// Writes a text in place of what was there.
    fn replace(&mut self, text: &str) -> Result<(), CommandError> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.rewind());
        emptied.map_err(|error| CommandError::File(self.path.clone(), error))?;
        self.write(text)
    }

    fn write(&mut self, text: &str) -> Result<(), CommandError> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.flush());
        written.map_err(|error| CommandError::File(self.path.clone(), error))
    }
}

impl Output {
    /// Opens the files, so that an error comes before the run.
    pub(crate) fn open(view: View, looks: Looks, reports: &[ReportFile]) -> Result<Output, CommandError> {
        let open = |report: &ReportFile| -> Result<Written, CommandError> {
            let path = report.path.clone();
            let file = File::create(&path).map_err(|error| CommandError::File(path.clone(), error))?;
            Ok(Written { view: report.view, path, file })
        };
        let files = reports.iter().map(open).collect::<Result<_, _>>()?;
        Ok(Output { view, looks, files, runs: Vec::new(), error: None })
    }

    /// A run begins.
    pub(crate) fn begin(&mut self, header: Header) {
        self.line(&Line::Run(Box::new(header)));
    }

    /// A failure is found. `is_first` says if it is the first of its rule.
    pub(crate) fn found(&mut self, found: Found, is_first: bool) {
        if self.view == View::Text && is_first {
            let (rule, origin) = (&found.rule, &found.origin);
            let first = |text: &str| text.lines().next().unwrap_or("").to_owned();
            let (expected, answer) = (first(&found.expected), first(&found.found));
            let text = format!("broken: {rule}, in case {origin}: expected {expected}, found {answer}\n");
            self.keep(print(&text));
        }
        self.line(&Line::Found(Box::new(found)));
    }

    /// Writes a line of the result format to where that goes.
    fn line(&mut self, line: &Line) {
        let text = json_line(line);
        if self.view == View::Json {
            self.keep(print(&text));
        }
        let written: Vec<Result<(), CommandError>> =
            self.files.iter_mut().filter(|file| file.view == View::Json).map(|file| file.write(&text)).collect();
        for result in written {
            self.keep(result);
        }
    }

    fn keep(&mut self, result: Result<(), CommandError>) {
        if let Err(error) = result {
            self.error.get_or_insert(error);
        }
    }

    /// The results of a run.
    pub(crate) fn add(&mut self, run: Run) -> Result<(), CommandError> {
        for line in run.lines().iter().skip(1) {
            self.line(line);
        }
        if self.view == View::Text {
            let mut out = Styled::new(columns());
            text::text(&mut out, &run, None, self.looks.detail());
            print_styled(&out.text(self.looks.color.is_wanted()))?;
        }
        self.runs.push(run);
        self.write_views();
        self.error.take().map_or(Ok(()), Err)
    }

    /// The results of a run that did not start. What there is to say is on standard error.
    pub(crate) fn not_started(&mut self, run: Run) {
        for line in &run.lines() {
            self.line(line);
        }
        self.runs.push(run);
        self.write_views();
    }

    /// Writes the views of the runs so far to their files, so that a signal loses none. What is no file gets its view at the end.
    fn write_views(&mut self) {
        let (runs, files) = (&self.runs, &mut self.files);
        let of_views = files.iter_mut().filter(|file| file.view != View::Json && file.is_file());
        let written: Vec<Result<(), CommandError>> =
            of_views.map(|file| file.replace(&file.view.of(runs, &[]))).collect();
        for result in written {
            self.keep(result);
        }
    }

    /// All runs came to their end.
    pub(crate) fn finish(mut self) -> Result<(), CommandError> {
        if !matches!(self.view, View::Text | View::Json) {
            self.view.print(&self.runs, &[])?;
        }
        self.write_views();
        for file in self.files.iter_mut().filter(|file| file.view != View::Json && !file.is_file()) {
            file.write(&file.view.of(&self.runs, &[]))?;
        }
        self.error.map_or(Ok(()), Err)
    }
}

/// Writes a report to a file, or replaces it.
pub(crate) fn write(path: &std::path::Path, text: &str) -> Result<(), CommandError> {
    let written: io::Result<()> = std::fs::write(path, text);
    written.map_err(|error| CommandError::File(path.to_owned(), error))
}
