//! Counterexamples that were kept: the smallest case of each known deviation of some implementation.
//!
//! They show known deviations, and become vectors, so that the same mistake is noticed elsewhere. Those that the suite ships are
//! part of the program, which must work without its sources.

use array_ctypes_conformance::files::FileError;
use array_ctypes_conformance::{Case, files, json};
use array_ctypes_spec::Rule;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A counterexample, and the implementation that it is of.
#[derive(Clone, Debug)]
pub struct Found {
    /// The name of its file.
    pub name: String,
    /// The rule that was broken.
    pub rule: Rule,
    /// The implementation that broke it, with its version.
    pub implementation: String,
    /// The case, shrunk.
    pub case: Case,
}

/// Declares the cases of a folder, by the names of their files.
macro_rules! cases {
    ($($name:literal)*) => {
        &[$((concat!($name, ".json"), include_str!(concat!("../found/", $name, ".json")))),*]
    };
}

/// The files that the suite ships: name and text of each.
const SHIPPED: &[(&str, &str)] = cases! {
    "absent.as-parameter"
    "absent.there"
    "ctypeslib.as-array"
    "ctypeslib.as-array-dimensions"
    "ctypeslib.as-array-dimensions-1.19"
    "ctypeslib.as-array-empty"
    "ctypeslib.as-array-no-structure"
    "ctypeslib.as-array-no-structure-union"
    "ctypeslib.as-array-union"
    "ctypeslib.ctype-of-number"
    "ctypeslib.load-library-defective"
    "ctypeslib.load-library-path"
    "ctypeslib.ndpointer-cached"
    "ctypeslib.ndpointer-flags"
    "ctypeslib.ndpointer-flags-twice"
    "ctypeslib.ndpointer-result"
    "ctypeslib.ndpointer-result-empty"
    "ctypeslib.ndpointer-result-large"
    "dtype.alignment"
    "dtype.descr-overlap"
    "interface.buffer-address"
    "interface.buffer-error"
    "interface.buffer-format-nested"
    "interface.buffer-format-size"
    "interface.dlpack-error"
    "interface.dlpack-other-device"
    "interface.import-buffer"
    "interface.import-data"
    "interface.import-dimensions"
    "interface.import-error"
    "interface.import-null"
    "interface.import-null-1.15"
    "interface.import-typestr"
    "interface.struct-descr"
    "interface.struct-flags-descr"
    "layout.answered"
    "layout.answered-wide"
    "layout.bounds"
    "layout.reinterpret"
    "lifetime.as-ctypes-holds"
    "lifetime.balanced"
    "lifetime.values-free"
    "memmap.close"
    "memmap.error"
    "memmap.offset"
};

/// Returns the counterexamples that the suite ships. References to objects are given that pointer size, in bytes.
///
/// # Errors
/// None, as a test proves.
pub fn shipped(pointer_size: u64) -> Result<Vec<Found>, FileError> {
    SHIPPED.iter().map(|(name, text)| read(Path::new(name), text, pointer_size)).collect()
}

/// Reads the counterexamples of a folder, by name.
///
/// # Errors
/// [`FileError`] of the first file that is not a case, or does not note its implementation.
pub fn read_all(folder: &Path, pointer_size: u64) -> Result<Vec<Found>, FileError> {
    let file = |path: &PathBuf| read(path, &files::text(path)?, pointer_size);
    files::paths(folder)?.iter().map(file).collect()
}

fn read(path: &Path, text: &str, pointer_size: u64) -> Result<Found, FileError> {
    let value: Value = serde_json::from_str(text).map_err(|error| FileError::Syntax(path.to_owned(), error))?;
    let content = |error| FileError::Content(path.to_owned(), error);
    let (rule, implementation) = json::to_note(&value).map_err(content)?;
    let case = json::to_case(&value, pointer_size).map_err(content)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Found { name, rule, implementation, case })
}

#[cfg(test)]
mod tests {
    use super::shipped;
    use std::collections::HashSet;
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_case_of_the_folder_is_shipped_and_no_two_are_the_same() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found");
        let files = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").file_name());
        let files: HashSet<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
        let shipped = shipped(8).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(files, shipped.iter().map(|found| found.name.clone()).collect());
        for (at, found) in shipped.iter().enumerate() {
            let same = shipped[..at].iter().find(|earlier| earlier.case == found.case);
            assert!(same.is_none(), "{} is the case of {same:?}", found.name);
        }
    }
}
