//! The runs of a crate's tests: what they ask of it, and what the files beside its manifest say.

use crate::adapter::error::RunError;
use crate::adapter::implementation::{Implementation, Make};
use crate::engine::deviation::{self, Deviation};
use crate::engine::options::Options;
use crate::engine::outcome::Report;
use crate::engine::run::check;
use crate::engine::waiver::Waiver;
use crate::files;
use std::path::Path;

/// The number of cases that are drawn for each rule at first.
pub(super) const FIRST_CASES: u64 = 2000;

/// The options of every run: what the files beside the manifest say.
pub(super) fn options(manifest: &str) -> Options {
    let manifest = Path::new(manifest);
    let replay = files::read_all(&manifest.join(files::DEFAULT_FOLDER), size_of::<usize>() as u64);
    let file = manifest.join(deviation::DEFAULT_FILE);
    Options {
        replay: replay.unwrap_or_else(|error| panic!("{error}")),
        deviations: known(&file),
        waivers: waivers(&file),
        ..Options::default()
    }
}

/// Returns a function that makes the crate's implementation.
pub(super) fn boxed<T: Implementation + 'static>(
    make: impl Fn() -> T + Sync,
) -> impl Fn() -> Result<Box<dyn Implementation>, RunError> + Sync {
    move || Ok(Box::new(make()) as Box<dyn Implementation>)
}

#[cfg(feature = "deviations")]
fn known(file: &Path) -> Vec<Deviation> {
    let read = || crate::deviations::read(file, size_of::<usize>() as u64);
    if file.exists() { read().unwrap_or_else(|error| panic!("{error}")) } else { Vec::new() }
}

#[cfg(feature = "deviations")]
fn waivers(file: &Path) -> Vec<Waiver> {
    let read = || crate::deviations::read_waivers(file);
    if file.exists() { read().unwrap_or_else(|error| panic!("{error}")) } else { Vec::new() }
}

#[cfg(not(feature = "deviations"))]
fn waivers(_: &Path) -> Vec<Waiver> {
    Vec::new()
}

#[cfg(not(feature = "deviations"))]
fn known(file: &Path) -> Vec<Deviation> {
    assert!(
        !file.exists(),
        "expected the feature `deviations` of array-ctypes-conformance, which reads {}; found it off: add it to the \
         dev-dependency",
        file.display()
    );
    Vec::new()
}

pub(super) fn run(make: &Make, options: &Options) -> Report {
    check(make, options, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}
