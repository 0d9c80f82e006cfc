//! `array-ctypes kit`: the files that adapters are written with.

use crate::error::CommandError;
use crate::exit::Exit;
use crate::output::print;
use array_ctypes_conformance::kit::{FILES, HEADERS};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Write the files to this folder; those of an earlier version are replaced
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

/// Writes the files, or lists them.
pub(super) fn run(Arguments { write }: &Arguments) -> Result<Exit, CommandError> {
    let files = || FILES.iter().chain(HEADERS);
    let Some(folder) = write else {
        print(&files().map(|(path, _)| format!("{path}\n")).collect::<String>())?;
        return Ok(Exit::Conforms);
    };
    for (path, text) in files() {
        let path = folder.join(path);
        let made = fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).and_then(|()| fs::write(&path, text));
        made.map_err(|error| CommandError::File(path, error))?;
    }
    let folder = folder.display();
    print(&format!(
        "{} files in {folder}: for adapters in Python set PYTHONPATH={folder}; for C and C++ compile with -I{folder}\n",
        files().count()
    ))?;
    Ok(Exit::Conforms)
}
