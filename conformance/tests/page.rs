//! The test `page` of a crate that validates itself: it names each example that fails, and it must ask something.

use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Array, Question, Raises, Step};
use array_ctypes_conformance::{Hello, InProcess, Limits, Local, Memory, testing};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A crate that is right about everything, except that it may report strides in elements.
struct Facts {
    limits: Limits,
    in_elements: bool,
}

impl InProcess for Facts {
    fn hello(&self) -> Hello {
        Hello::core("facts", "1.0", self.limits.clone())
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let layout = resolve(&Platform::host(), array).map_err(|_| Raises::ValueError)?;
        let size = if self.in_elements { layout.dtype.item_size() as i64 } else { 1 };
        let answer = |question: &Question| match question {
            Question::Data => Answer::address(memory.bytes().as_ptr().wrapping_offset(layout.offset as isize)),
            Question::Shape => Answer::integers(layout.shape.iter().copied()),
            Question::Strides => Answer::integers(layout.strides.iter().map(|stride| stride / size)),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script.iter().map(|step| step.question().map_or(Answer::Nothing, answer)).collect())
    }
}

/// Returns the message of the test `page`; `None` if it passes.
fn failure(limits: Limits, in_elements: bool, without: bool) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = folder.path().to_str().expect("a name");
    let test = || testing::page(|| Local::new(Facts { limits: limits.clone(), in_elements }), without, manifest);
    let panic = catch_unwind(AssertUnwindSafe(test)).err()?;
    assert!(std::fs::read_dir(manifest).expect("the folder").next().is_none(), "a case of the page is not saved");
    Some(*panic.downcast::<String>().expect("a message"))
}

fn one_axis() -> Limits {
    Limits { max_dimensions: 1, ..Limits::default() }
}

#[test]
fn the_test_passes_if_the_examples_that_apply_hold() {
    assert_eq!(failure(Limits::default(), false, false), None);
}

#[test]
fn the_test_names_the_example_that_fails() {
    let message = failure(Limits::default(), true, false).expect("strides in elements fail");
    assert!(message.contains("FAILED shape.strides"), "{message}");
    assert!(message.contains("case page:8 of the documentation page"), "{message}");
    assert!(!message.contains("FAILED shape.shape"), "{message}");
}

#[test]
fn the_test_fails_if_no_example_applies_unless_that_is_declared() {
    let message = failure(one_axis(), false, false).expect("no example applies");
    assert!(
        message.contains("found none (3 are outside the limits)") && message.contains("`; without page`"),
        "{message}"
    );
    assert_eq!(failure(one_axis(), false, true), None);
}

#[test]
fn the_test_fails_if_an_example_applies_although_none_should() {
    let message = failure(Limits::default(), false, true).expect("the examples apply");
    assert!(
        message.contains("expected no example of the page that applies") && message.contains("found 3"),
        "{message}"
    );
}
