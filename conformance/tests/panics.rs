//! A panic of a crate under test is a verdict on one case: on the rule of the step that panics, or on `layout.answered`.

use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Address, Answer, Array, Question, Raises, Step};
use array_ctypes_conformance::testing::judge;
use array_ctypes_conformance::{Case, Hello, InProcess, Limits, Local, Memory};

/// A crate that panics on this step, or, if there is none, while it makes an array.
struct Panics {
    on: Option<Step>,
}

impl InProcess for Panics {
    fn hello(&self) -> Hello {
        Hello::core("panics", "1.0", Limits::default())
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        assert!(self.on.is_some(), "no array of {} axes", array.shape.len());
        let layout = resolve(&Platform::host(), array).map_err(|_| Raises::ValueError)?;
        let answer = |step: &Step| {
            assert!(self.on.as_ref() != Some(step), "no answer to {step}");
            match step.question() {
                Some(Question::Data) => {
                    Answer::Address(Address::Absolute(memory.address() as u64 + layout.offset as u64))
                }
                Some(Question::Shape) => Answer::integers(layout.shape.iter().copied()),
                Some(Question::Strides) => Answer::integers(layout.strides.iter().copied()),
                Some(Question::ItemSize) => Answer::Integer(layout.dtype.item_size().into()),
                _ => Answer::Raises(Raises::NotImplementedError),
            }
        };
        Ok(script.iter().map(answer).collect())
    }
}

/// Asks four questions, and returns what is broken.
fn broken(on: Option<&str>) -> String {
    let step = |text: &str| text.parse::<Step>().unwrap();
    let dtype = Dtype::from_typestr(if cfg!(target_endian = "little") { "<u2" } else { ">u2" }).unwrap();
    let array = Array::contiguous(vec![1, 2, 3, 4], dtype, &[2]);
    let case = Case { array, script: ["data", "alignment", "shape", "strides", "itemsize"].map(step).to_vec() };
    judge(&mut Local::new(Panics { on: on.map(step) }), &case).expect_err("something is broken")
}

#[test]
fn a_panic_breaks_the_rule_of_the_step_that_panics_and_no_other() {
    assert_eq!(broken(Some("shape")), "shape.shape: expected [2], found raises OtherError");
    assert_eq!(broken(Some("itemsize")), "dtype.item-size: expected 2, found raises OtherError");
}

#[test]
fn a_panic_while_the_array_is_made_breaks_layout_answered() {
    assert_eq!(broken(None), "layout.answered: expected a reply, found nothing");
}

/// No rule of the profile core says what `alignment` answers.
#[test]
fn a_panic_in_a_step_that_no_rule_is_about_breaks_layout_answered() {
    assert_eq!(broken(Some("alignment")), "layout.answered: expected a reply, found nothing");
}
