//! The known deviations of NumPy: the file that the suite ships.

use crate::found;
use array_ctypes_conformance::SavedCase;
use array_ctypes_conformance::deviations::{DeviationError, Wrong, parse};
use array_ctypes_conformance::engine::deviation::Deviation;
use std::path::Path;

/// The deviations of NumPy, in all its releases. References to objects are given that pointer size, in bytes.
///
/// # Errors
/// None, as a test proves.
pub fn numpy(pointer_size: u64) -> Result<Vec<Deviation>, DeviationError> {
    let path = Path::new("deviations/numpy.toml");
    let shipped = found::shipped(pointer_size).map_err(|error| DeviationError::Case(path.to_owned(), error))?;
    parse(path, include_str!("../deviations/numpy.toml"), &|name| {
        let found = shipped.iter().find(|found| name.strip_prefix("../found/") == Some(&found.name));
        let missing =
            || Wrong { place: name.to_owned(), message: "expected a case that the suite ships, found none".to_owned() };
        let case = found.map(|found| SavedCase::alone(found.name.clone(), found.case.clone()));
        case.ok_or_else(|| DeviationError::Content(path.to_owned(), missing()))
    })
}

#[cfg(test)]
mod tests {
    use super::numpy;
    use crate::found;

    #[test]
    fn the_known_deviations_of_numpy_can_be_read_and_name_cases_of_their_rules() {
        let shipped = found::shipped(8).unwrap_or_else(|error| panic!("{error}"));
        for known in numpy(8).unwrap_or_else(|error| panic!("{error}")) {
            let found = shipped.iter().find(|found| known.case.name.ends_with(&found.name)).expect("a case");
            assert_eq!(found.rule, known.rule, "{}", found.name);
        }
    }
}
