//! The test `verdict` of a crate that is wrong: its text says first what to mend first.

use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Array, Flag, Question, Raises, Step};
use array_ctypes_conformance::{Hello, InProcess, Limits, Local, Memory, testing};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A crate that reports strides in elements, and takes every array for one in C order.
struct Faulty {
    is_mended: bool,
}

impl InProcess for Faulty {
    fn hello(&self) -> Hello {
        Hello::core("faulty", "1.0", Limits { invalid: false, ..Limits::default() })
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let layout = resolve(&Platform::host(), array).map_err(|_| Raises::ValueError)?;
        let item = layout.dtype.item_size();
        let size = if self.is_mended { 1 } else { item as i64 };
        let answer = |question: &Question| match question {
            Question::Data => Answer::address(memory.bytes().as_ptr().wrapping_offset(layout.offset as isize)),
            Question::Shape => Answer::integers(layout.shape.iter().copied()),
            Question::Strides => Answer::integers(layout.strides.iter().map(|stride| stride / size)),
            Question::ItemSize => Answer::Integer(item.into()),
            Question::Item(index) => {
                Answer::Bytes(memory.bytes()[layout.element(index) as usize..][..item as usize].to_vec())
            }
            Question::Flag(Flag::CContiguous) => Answer::Bool(!self.is_mended || layout.is_c_contiguous()),
            Question::Flag(Flag::FContiguous) => Answer::Bool(layout.is_f_contiguous()),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script.iter().map(|step| step.question().map_or(Answer::Nothing, answer)).collect())
    }
}

/// Returns the message of the test `verdict`; `None` if it passes.
fn verdict(is_mended: bool) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = folder.path().to_str().expect("a name");
    let test = || testing::verdict(|| Local::new(Faulty { is_mended }), manifest);
    catch_unwind(AssertUnwindSafe(test)).err().map(|panic| *panic.downcast::<String>().expect("a message"))
}

#[test]
fn a_crate_that_is_right_passes() {
    assert_eq!(verdict(true), None);
}

#[test]
fn the_text_has_each_mistake_once_with_an_array_and_the_test_to_run() {
    let expected = "

faulty breaks 14 rules; what differs, the gravest first:
1. layout.reverse (… of …): strides: expected [-2], found [-1]
   of 'i2', shape [2], strides [2]; reverse 0
   cargo test layout::reverse
   also: layout.index, layout.slice, layout.transpose, layout.new-axis, layout.broadcast, layout.reshape, layout.field, \
layout.reinterpret, data.memory, data.memory-written, shape.strides, shape.strides-kept
2. layout.c-contiguous (… of …): flag c_contiguous: expected False, found True
   of '|u1', shape [2], strides [0]
   cargo test layout::c_contiguous
";
    let found = verdict(false).expect("two mistakes");
    assert_eq!(without_figures(&found), expected, "{found}");
}

/// The text without the byte order of the machine, and without the numbers of cases, which depend on its sizes.
fn without_figures(text: &str) -> String {
    let counts = |line: &str| match (line.split_once(" ("), line.split_once("): ")) {
        (Some((start, _)), Some((_, end))) => format!("{start} (… of …): {end}\n"),
        _ => format!("{line}\n"),
    };
    let text = text.replace("'<i2'", "'i2'").replace("'>i2'", "'i2'");
    text.lines().map(counts).collect()
}
