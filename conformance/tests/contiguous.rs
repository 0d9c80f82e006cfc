//! The sample of this crate's README, word for word.

use array_ctypes_conformance::spec::{Answer, Array, Flag, Question, Raises, Step};
use array_ctypes_conformance::{Hello, InProcess, Limits, Memory};

/// Arrays in C order over somebody else's memory.
struct Contiguous;

impl InProcess for Contiguous {
    fn hello(&self) -> Hello {
        // No strides but those of C order, no views, and arguments are not checked.
        let limits = Limits { strided: false, invalid: false, ..Limits::default() };
        Hello::core("contiguous", "1.0", limits.with_views(&[]))
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let (shape, item) = (&array.shape, array.dtype.item_size());
        let first = memory.as_ptr().wrapping_offset(array.offset as isize);
        let stride = |axis: usize| shape[axis + 1..].iter().fold(item, |all, length| all * (*length).max(1));
        let strides: Vec<u64> = (0..shape.len()).map(stride).collect();
        let axes_with_steps = shape.iter().filter(|length| **length != 1).count();
        let answer = |question: &Question| match question {
            Question::Data => Answer::address(first),
            Question::Shape => Answer::integers(shape.iter().copied()),
            Question::Strides => Answer::integers(strides.iter().copied()),
            Question::ItemSize => Answer::Integer(item.into()),
            Question::Item(index) => {
                let at: u64 = index.iter().zip(&strides).map(|(at, stride)| at * stride).sum();
                Answer::Bytes(memory.bytes()[(array.offset as u64 + at) as usize..][..item as usize].to_vec())
            }
            Question::Flag(Flag::CContiguous) => Answer::Bool(true),
            Question::Flag(Flag::FContiguous) => Answer::Bool(shape.contains(&0) || axes_with_steps < 2),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script.iter().filter_map(Step::question).map(answer).collect())
    }
}

mod conformance {
    array_ctypes_conformance::conformance_tests!(super::Contiguous, core; leaves_out 13);
}
