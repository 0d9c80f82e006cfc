//! Case files: reads and writes failing cases as readable JSON. Used by the command; not stable.
//!
//! A case file holds for every version of the suite, unlike `SEED:INDEX`. Runs replay case files before they draw other
//! cases.

use crate::engine::outcome::Failure;
use crate::hash::stable_hash;
use crate::words::{self, one_line};
use crate::{Case, SavedCase, json};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The folder that is used if none is named.
pub const DEFAULT_FOLDER: &str = "array-ctypes-regressions";

/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 1 << 28;

/// Why a case file could not be used.
#[derive(Debug)]
pub enum FileError {
    /// It could not be read or written.
    Io(PathBuf, io::Error),
    /// It is not JSON.
    Syntax(PathBuf, serde_json::Error),
    /// It is JSON but not a case.
    Content(PathBuf, json::Error),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileError::Io(path, error) => write!(f, "{}: expected a case file, found: {error}", shown(path)),
            FileError::Syntax(path, error) => write!(f, "{}: expected JSON, found: {error}; {NEXT_STEP}", shown(path)),
            FileError::Content(path, error) => write!(f, "{}: {error}; {NEXT_STEP}", shown(path)),
        }
    }
}

/// A path as messages show it, in one line.
fn shown(path: &Path) -> String {
    one_line(&path.display().to_string())
}

/// What to do about a file that is not a case.
const NEXT_STEP: &str = "correct or remove it; each line that `array-ctypes cases` prints is a case";

impl std::error::Error for FileError {}

/// Reads a case file. References to objects get that pointer size, in bytes.
///
/// # Errors
/// [`FileError`], with the path.
pub fn read(path: &Path, pointer_size: u64) -> Result<Case, FileError> {
    Ok(read_saved(path, pointer_size)?.case)
}

/// Reads a case file, with the cases to ask before it, and the path as its name.
///
/// # Errors
/// [`FileError`], with the path.
pub fn read_saved(path: &Path, pointer_size: u64) -> Result<SavedCase, FileError> {
    let text = text(path)?;
    let value: Value = serde_json::from_str(&text).map_err(|error| FileError::Syntax(path.to_owned(), error))?;
    let content = |error| FileError::Content(path.to_owned(), error);
    let case = json::to_case(&value, pointer_size).map_err(content)?;
    let before = json::to_before(&value, pointer_size).map_err(content)?;
    Ok(SavedCase { name: shown(path), case, before })
}

/// Reads a file as text.
///
/// # Errors
/// [`FileError::Io`].
pub fn text(path: &Path) -> Result<String, FileError> {
    let read = || {
        let found = fs::metadata(path)?;
        // A pipe may never end, nor begin.
        if !found.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no ordinary file"));
        }
        if found.len() > MOST_BYTES {
            let message = format!("{} bytes, more than the {MOST_BYTES} that a case can need", found.len());
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        fs::read_to_string(path)
    };
    read().map_err(|error| FileError::Io(path.to_owned(), error))
}

/// Reads all case files of a folder, in the order of their names. A folder that does not exist has none.
///
/// # Errors
/// [`FileError`] of the first file that is not a case.
pub fn read_all(folder: &Path, pointer_size: u64) -> Result<Vec<SavedCase>, FileError> {
    let is_gone =
        |error: &FileError| matches!(error, FileError::Io(_, error) if error.kind() == io::ErrorKind::NotFound);
    // Another run may remove one meanwhile.
    let read = |path: &PathBuf| match read_saved(path, pointer_size) {
        Err(error) if is_gone(&error) => None,
        read => Some(read),
    };
    paths(folder)?.iter().filter_map(read).collect()
}

/// The paths of the case files of a folder, in the order of their names. A folder that does not exist has none.
///
/// # Errors
/// [`FileError::Io`].
pub fn paths(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FileError::Io(folder.to_owned(), error)),
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()
        .map_err(|error| FileError::Io(folder.to_owned(), error))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    Ok(paths)
}

/// The name of the file of a failing case. The same case always gets the same name.
pub fn name(failure: &Failure) -> String {
    let hash = stable_hash(&json::from_sequence(failure.before(), &failure.case).to_string());
    format!("{}-{:08x}.json", failure.rule.id(), hash as u32)
}

/// The text of the file of a failing case, with the cases to ask before it.
pub fn content(failure: &Failure, implementation: &str) -> String {
    let mut value = json::from_sequence(failure.before(), &failure.case);
    value["note"] = json!({
        "rule": failure.rule.id(),
        "implementation": implementation,
        "expected": words::shown(&failure.prediction.expectation.to_string()),
        "found": failure.reply.found(failure.prediction.step),
    });
    format!("{value:#}\n")
}

/// Saves a failing case and returns the path.
///
/// # Errors
/// [`FileError::Io`].
pub fn save(folder: &Path, failure: &Failure, implementation: &str) -> Result<PathBuf, FileError> {
    let path = folder.join(name(failure));
    fs::create_dir_all(folder)
        .and_then(|()| write(&path, &content(failure, implementation)))
        .map_err(|error| FileError::Io(path.clone(), error))?;
    Ok(path)
}

/// Writes a file as a whole: beside its place, where it is then moved. So nobody reads half of one, and a full disk leaves none.
///
/// # Errors
/// What the system says.
pub fn write(path: &Path, content: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new();
    // As of any file that is written, not for the owner alone.
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file.tempfile_in(folder)?;
    file.write_all(content.as_bytes())?;
    file.persist(path)?;
    Ok(())
}
