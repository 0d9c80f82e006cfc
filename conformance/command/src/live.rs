//! What a run shows and keeps while it goes on: a bar, failures as they are found, and their cases in files, so that nothing is
//! lost if it does not come to its end.

use crate::output::{print_error, progress_bar};
use crate::printed::Output;
use crate::results::written::{self, Asked, Repeat};
use array_ctypes_conformance::engine::event::Event;
use array_ctypes_conformance::engine::outcome::{Failure, Origin, Report};
use array_ctypes_conformance::files::{self, FileError};
use array_ctypes_conformance::spec::Rule;
use indicatif::ProgressBar;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A run that goes on.
pub(crate) struct Live<'a> {
    asked: &'a Asked,
    /// Where cases are saved.
    folder: Option<&'a Path>,
    /// How a failure is repeated, given the file that it is saved in.
    repeat: &'a (dyn Fn(&Failure, Option<&Path>) -> Repeat + Sync),
    bar: ProgressBar,
    state: Mutex<State<'a>>,
}

struct State<'a> {
    out: &'a mut Output,
    /// Name and version of the implementation.
    title: String,
    /// The rules of which a failure was shown.
    shown: Vec<Rule>,
    /// The files of cases that are not small yet.
    drawn: Vec<PathBuf>,
}

/// Where the failures of a run are saved.
#[derive(Debug, Default)]
pub(crate) struct Saved(Vec<(String, PathBuf)>);

impl Saved {
    /// The file of a failure; `None` if it is not saved.
    pub(crate) fn path(&self, failure: &Failure) -> Option<&Path> {
        let name = files::name(failure);
        self.0.iter().find(|(saved, _)| *saved == name).map(|(_, path)| &**path)
    }
}

impl<'a> Live<'a> {
    pub(crate) fn new(
        out: &'a mut Output,
        asked: &'a Asked,
        folder: Option<&'a Path>,
        repeat: &'a (dyn Fn(&Failure, Option<&Path>) -> Repeat + Sync),
        cases: u64,
    ) -> Live<'a> {
        let state = State { out, title: String::new(), shown: Vec::new(), drawn: Vec::new() };
        Live { asked, folder, repeat, bar: progress_bar(cases, "cases, {eta} left"), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what the run tells.
    pub(crate) fn take(&self, event: &Event<'_>) {
        match event {
            Event::Asked(cases) => self.bar.inc(*cases),
            Event::Shrinking(rules) => {
                self.bar.set_style(crate::output::style("{msg}"));
                self.bar.set_message(format!("making the cases of {rules} broken rules small"));
                self.bar.tick();
            }
            Event::Started(hello) => {
                let state = &mut *self.state();
                state.title = hello.title();
                state.out.begin(written::header(hello, self.asked));
            }
            Event::Found(failure) => self.found(failure),
        }
    }

    fn found(&self, failure: &Failure) {
        let state = &mut *self.state();
        let saved = self.folder.filter(|_| matches!(failure.origin, Origin::Drawn { .. })).and_then(|folder| {
            let is_there = folder.join(files::name(failure)).exists();
            let path = files::save(folder, failure, &state.title).ok()?;
            if !is_there {
                state.drawn.push(path.clone());
            }
            Some(path)
        });
        let repeat = (self.repeat)(failure, saved.as_deref());
        let is_first = !state.shown.contains(&failure.rule);
        if is_first {
            state.shown.push(failure.rule);
        }
        self.bar.suspend(|| state.out.found(written::found(failure, repeat), is_first));
    }

    /// Ends the bar, and saves the small cases in place of those that were found. Examples of the page need not be saved.
    pub(crate) fn finish(self, report: &Report) -> (Saved, Option<FileError>) {
        self.bar.finish_and_clear();
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut saved, mut error) = (Saved::default(), None);
        let title = report.hello.title();
        for failure in &report.failures {
            let is_page = matches!(failure.origin, Origin::Page(_)) && failure.before().is_empty();
            let Some(folder) = self.folder.filter(|_| !is_page) else { continue };
            match files::save(folder, failure, &title) {
                Ok(path) => saved.0.push((files::name(failure), path)),
                Err(failed) => error = error.or(Some(failed)),
            }
        }
        // If a small case could not be saved, the drawn one is all that is left.
        let replaced =
            state.drawn.iter().filter(|path| error.is_none() && saved.0.iter().all(|(_, kept)| kept != *path));
        for path in replaced {
            if let Err(error) = fs::remove_file(path) {
                print_error(&format!("{} could not be removed: {error}; a smaller case stands for it", path.display()));
            }
        }
        (saved, error)
    }
}
