//! `check --write-deviations`: writes a file of known deviations from a run, with every reason left to people.
//!
//! A failure that is reported may hide another cause of the same rule. So the run is repeated with the drafts so far as known
//! deviations, until nothing new fails. What still fails after that gets drafts that cover the whole rule, so the file always
//! explains the run.

use crate::error::CommandError;
use crate::output::{print_error, progress_bar};
use array_ctypes_conformance::adapter::implementation::Make;
use array_ctypes_conformance::deviations::{Draft, skeleton};
use array_ctypes_conformance::engine::event::Event;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Failure, Known, Report};
use array_ctypes_conformance::engine::run::check;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// How often the run is repeated.
const MAX_REPETITIONS: usize = 8;

/// Writes the file, and the cases of its entries into a folder beside it. Does nothing if nothing failed, and not too much
/// was declined.
pub(crate) fn write(path: &Path, report: &Report, options: &Options, make: &Make) -> Result<(), CommandError> {
    let declined = report.too_much_declined().count();
    if report.failures.is_empty() && declined == 0 {
        print_error(&format!(
            "{} is not written: no rule is broken that is not known, and of none too much is declined",
            path.display()
        ));
        return Ok(());
    }
    let folder = path.with_extension("cases");
    let drafts = drafts(report, options, make, Path::new(folder.file_name().unwrap_or_default()))?;
    let beside = path.parent().unwrap_or(Path::new(""));
    for (name, text) in drafts.iter().filter_map(Draft::file) {
        let case = beside.join(name);
        let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&case, text));
        written.map_err(|error| CommandError::File(case, error))?;
    }
    let text = skeleton(report, &drafts);
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| CommandError::File(path.to_owned(), error))?;
    print_error(&format!(
        "{} has {} entries: fill in the reason of each, then run with --deviations {0}",
        path.display(),
        drafts.len() + declined
    ));
    Ok(())
}

/// Fails if the file exists: what people wrote there would be lost.
pub(crate) fn expect_absent(path: &Path) -> Result<(), CommandError> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => Err(CommandError::Usage(format!(
            "--write-deviations {}: expected the name of a new file, found one that exists; name another, and merge them by hand",
            path.display()
        ))),
    }
}

/// A draft for each cause that the run shows.
fn drafts(report: &Report, options: &Options, make: &Make, folder: &Path) -> Result<Vec<Draft>, CommandError> {
    let draft = |failure: &Failure| Draft::of(failure, &report.hello, folder);
    let mut drafts: Vec<Draft> = report.failures.iter().map(draft).collect();
    if drafts.is_empty() {
        return Ok(drafts);
    }
    for repetition in 1..=MAX_REPETITIONS {
        // Those of the files keep their precedence.
        let known = options.deviations.iter().cloned().chain(drafts.iter().map(|draft| draft.deviation.clone()));
        let bar = progress_bar(options.cases, "cases again, for further causes; {eta} left");
        let again = check(make, &Options { deviations: known.collect(), ..options.clone() }, &|event| {
            if let Event::Asked(cases) = event {
                bar.inc(cases);
            }
        })?;
        bar.finish_and_clear();
        if let Some(error) = again.run_error {
            return Err(error.into());
        }
        if again.failures.is_empty() || repetition == MAX_REPETITIONS {
            again.known.iter().for_each(print_if_stale);
        }
        if again.failures.is_empty() {
            break;
        }
        let others = again.failures.iter().map(draft);
        // A last failure may be the first of many causes.
        drafts.extend(others.map(|draft| if repetition == MAX_REPETITIONS { draft.widened() } else { draft }));
    }
    // Those of one rule stay in order, since the first that matches counts.
    drafts.sort_by_key(|draft| draft.deviation.rule.index());
    Ok(drafts)
}

/// Prints an error if the case of a draft breaks its rule only after other cases, so that the entry would be stale.
fn print_if_stale(Known { deviation, stale, .. }: &Known) {
    if let Some(found) = stale.as_ref().filter(|_| deviation.reason.is_empty()) {
        let (name, rule) = (&deviation.case.name, deviation.rule);
        print_error(&format!(
            "expected {name} to break {rule} again, found: {found}; the failure depends on what came before, so this entry \
             will be stale"
        ));
    }
}
