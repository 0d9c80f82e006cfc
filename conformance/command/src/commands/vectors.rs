//! `array-ctypes vectors`: cases with what is expected of them, as files.

use super::{Exit, Stop, print};
use crate::{found, vectors};
use array_ctypes_conformance::spec::platform::Platform;
use clap::ArgMatches;
use std::path::{Path, PathBuf};
use std::{fs, thread};

/// Writes a file for each platform that the specification names, and tells what is in them.
pub(crate) fn run(arguments: &ArgMatches) -> Result<Exit, Stop> {
    let folder = arguments.get_one::<PathBuf>("folder").map_or(Path::new("array-ctypes-vectors"), PathBuf::as_path);
    let named = arguments.get_one::<PathBuf>("found");
    if let Some(named) = named.filter(|named| !named.is_dir()) {
        return Err(Stop::Usage(format!("expected a folder of case files, found none at {}", named.display())));
    }
    fs::create_dir_all(folder)?;
    let file = |name: &str, platform: &Platform| -> Result<String, Stop> {
        let size = platform.pointer_size();
        let found = named.map_or_else(|| found::shipped(size), |named| found::read_all(named, size))?;
        let vectors = vectors::of(name, platform, &found);
        let text = vectors.to_string();
        let path = folder.join(format!("{name}.jsonl"));
        fs::write(&path, &text)?;
        let (count, pairs, found, size) = (vectors.count(), vectors.pairs, vectors.found, text.len().div_ceil(1000));
        Ok(format!("{}: {count} vectors, {found} of them found; {pairs} pairs; {size} kB\n", path.display()))
    };
    let platforms = vectors::platforms();
    let told: Vec<Result<String, Stop>> = thread::scope(|scope| {
        let jobs: Vec<_> = platforms.iter().map(|(name, platform)| scope.spawn(|| file(name, platform))).collect();
        let panicked = |_| Err(Stop::Output(std::io::Error::other("a job that panicked")));
        jobs.into_iter().map(|job| job.join().unwrap_or_else(panicked)).collect()
    });
    print(&told.into_iter().collect::<Result<String, Stop>>()?)?;
    Ok(Exit::Conforms)
}
