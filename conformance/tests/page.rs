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
fn failure(limits: Limits, in_elements: bool) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = folder.path().to_str().expect("a name");
    let test = || testing::page(|| Local::new(Facts { limits: limits.clone(), in_elements }), manifest);
    let panic = catch_unwind(AssertUnwindSafe(test)).err()?;
    assert!(std::fs::read_dir(manifest).expect("the folder").next().is_none(), "a case of the page is not saved");
    Some(*panic.downcast::<String>().expect("a message"))
}

/// Returns the message of the test `left_out`, of a crate that expects none; `None` if it passes.
fn left_out(limits: Limits) -> Option<String> {
    let test = || testing::left_out(|| Local::new(Facts { limits: limits.clone(), in_elements: false }), &["core"], 0);
    catch_unwind(AssertUnwindSafe(test)).err().map(|panic| *panic.downcast::<String>().expect("a message"))
}

#[test]
fn the_test_passes_if_the_examples_that_apply_hold() {
    assert_eq!(failure(Limits::default(), false), None);
    assert_eq!(left_out(Limits::default()), None);
}

#[test]
fn the_test_names_the_example_that_fails() {
    let message = failure(Limits::default(), true).expect("strides in elements fail");
    assert!(message.contains("FAILED shape.strides"), "{message}");
    assert!(message.contains("case page:8 of the documentation page"), "{message}");
    assert!(!message.contains("FAILED shape.shape"), "{message}");
}

#[test]
fn the_test_is_left_out_if_no_example_applies() {
    let one_axis = Limits { max_dimensions: 1, ..Limits::default() };
    assert_eq!(failure(one_axis.clone(), true), None);
    let message = left_out(one_axis).expect("the page is left out");
    assert!(message.contains("page: the limits exclude its arrays, such as int32 of shape [2, 2]"), "{message}");
}
