//! Without the feature `deviations` a file of known deviations is not read: a rule's test fails and names the feature.
#![cfg(not(feature = "deviations"))]

use array_ctypes_conformance::spec::{Answer, Array, Raises, Step, rules};
use array_ctypes_conformance::{Hello, InProcess, Limits, Local, Memory, testing};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A crate that is never asked.
struct Unasked;

impl InProcess for Unasked {
    fn hello(&self) -> Hello {
        Hello::core("unasked", "1.0", Limits::default())
    }

    fn answer(&mut self, _: &Array, _: &Memory, _: &[Step]) -> Result<Vec<Answer>, Raises> {
        panic!("expected no case, found one")
    }
}

#[test]
fn a_file_of_deviations_without_the_feature_fails_with_the_name_of_the_feature() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("array-ctypes-deviations.toml"), "").expect("the file");
    let manifest = folder.path().to_str().expect("a name");
    let test = || testing::holds(|| Local::new(Unasked), rules::shape::strides, manifest);
    let panic = catch_unwind(AssertUnwindSafe(test)).expect_err("the test fails");
    let message = panic.downcast::<String>().expect("a message");
    assert!(message.contains("expected the feature `deviations`"), "{message}");
    assert!(message.contains("array-ctypes-deviations.toml; found it off: add it"), "{message}");
}
