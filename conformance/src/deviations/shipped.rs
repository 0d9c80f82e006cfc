//! What is known of NumPy: the file that the suite ships, and the cases that show it.

use super::{Deviation, DeviationError, Wrong, read};
use crate::{Case, json};
use std::path::Path;

/// Declares the cases of a folder, by the names of their files.
macro_rules! cases {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../vectors/found/", $name, ".json")))),*]
    };
}

/// Cases that were found to break a rule somewhere, made small: name and text of each.
pub const FOUND: &[(&str, &str)] = cases! {
    "absent.as-parameter"
    "absent.as-parameter-1.16"
    "absent.there"
    "ctypeslib.as-array"
    "ctypeslib.as-array-dimensions"
    "ctypeslib.as-array-dimensions-1.19"
    "ctypeslib.as-array-empty"
    "ctypeslib.as-array-empty-refused"
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
    "ctypeslib.ndpointer-result-copied"
    "ctypeslib.ndpointer-result-empty"
    "ctypeslib.ndpointer-result-large"
    "dtype.alignment"
    "dtype.descr-overlap"
    "interface.buffer-address"
    "interface.buffer-error"
    "interface.buffer-format-nested"
    "interface.buffer-format-size"
    "interface.dlpack-error"
    "interface.import-buffer"
    "interface.import-data"
    "interface.import-dimensions"
    "interface.import-null"
    "interface.import-null-1.15"
    "interface.import-typestr"
    "interface.import-wide"
    "interface.struct-descr"
    "interface.struct-flags-descr"
    "layout.answered"
    "layout.answered-wide"
    "layout.bounds"
    "layout.reinterpret"
    "lifetime.balanced"
    "lifetime.values-free"
    "memmap.close"
    "memmap.read-only-file"
};

/// The deviations of NumPy, in all its releases. References to objects are given that pointer size, in bytes.
///
/// # Errors
/// None, as a test proves.
pub fn numpy(pointer_size: u64) -> Result<Vec<Deviation>, DeviationError> {
    let path = Path::new("deviations/numpy.toml");
    read::from_text(path, include_str!("../../deviations/numpy.toml"), &|name| {
        let case = case(name, pointer_size);
        case.map_err(|wrong| DeviationError::Content(path.to_owned(), wrong))
    })
}

/// One of the cases.
fn case(name: &str, pointer_size: u64) -> Result<Case, Wrong> {
    let wrong = |found: String| Wrong { place: name.to_owned(), expected: "a case".to_owned(), found };
    let stem = name.trim_start_matches("../vectors/found/").trim_end_matches(".json");
    let (_, text) = FOUND.iter().find(|(known, _)| *known == stem).ok_or_else(|| wrong("nothing".to_owned()))?;
    let value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    json::to_case(&value, pointer_size).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{FOUND, numpy};
    use std::collections::HashSet;
    use std::fs;
    use std::path::Path;

    #[test]
    fn what_is_known_of_numpy_can_be_read_and_its_cases_break_the_rules_that_they_say() {
        for known in numpy(8).unwrap_or_else(|error| panic!("{error}")) {
            let stem = known.case.0.trim_start_matches("../vectors/found/").trim_end_matches(".json");
            let (_, text) = FOUND.iter().find(|(name, _)| *name == stem).expect("a case");
            let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(value["note"]["rule"], known.rule.id(), "{stem}");
        }
    }

    #[test]
    fn every_case_of_the_folder_is_shipped() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/found");
        let files = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").file_name());
        let files: HashSet<String> = files.map(|name| name.to_string_lossy().into_owned()).collect();
        let shipped: HashSet<String> = FOUND.iter().map(|(name, _)| format!("{name}.json")).collect();
        assert_eq!(files, shipped);
    }
}
