//! `array-ctypes vectors`: cases with what is expected of them, as files.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print;
use crate::{found, vectors};
use array_ctypes_conformance::RunError;
use array_ctypes_conformance::spec::platform::Platform;
use clap::Args;
use std::path::PathBuf;
use std::{fs, thread};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The folder to write to
    #[arg(value_name = "DIR", default_value = "array-ctypes-vectors")]
    folder: PathBuf,
    /// A folder of counterexamples to include, instead of those that are built in
    #[arg(long, value_name = "DIR")]
    found: Option<PathBuf>,
}

/// Writes a file for each platform that the specification names, and prints what is in them.
pub(super) fn run(Arguments { folder, found }: &Arguments) -> Result<Exit, CommandError> {
    if let Some(found) = found.as_ref().filter(|found| !found.is_dir()) {
        let message = format!("expected a folder of case files, found none at {}", found.display());
        return Err(CommandError::Usage(message));
    }
    fs::create_dir_all(folder).map_err(|error| CommandError::File(folder.clone(), error))?;
    let file = |name: &str, platform: &Platform| -> Result<String, CommandError> {
        let size = platform.pointer_size();
        let cases = found.as_ref().map_or_else(|| found::shipped(size), |found| found::read_all(found, size))?;
        let vectors = vectors::of(name, platform, &cases);
        let text = vectors.to_string();
        let path = folder.join(format!("{name}.jsonl"));
        fs::write(&path, &text).map_err(|error| CommandError::File(path.clone(), error))?;
        let (count, pairs, found, size) = (vectors.count(), vectors.pairs, vectors.found, text.len().div_ceil(1000));
        Ok(format!("{}: {count} vectors, {found} of them found; {pairs} pairs; {size} kB\n", path.display()))
    };
    let platforms = vectors::platforms();
    let lines: Vec<Result<String, CommandError>> = thread::scope(|scope| {
        let jobs: Vec<_> = platforms.iter().map(|(name, platform)| scope.spawn(|| file(name, platform))).collect();
        let panicked = |_| Err(RunError::unavailable("a job panicked; its message is above").into());
        jobs.into_iter().map(|job| job.join().unwrap_or_else(panicked)).collect()
    });
    print(&lines.into_iter().collect::<Result<String, CommandError>>()?)?;
    Ok(Exit::Conforms)
}
