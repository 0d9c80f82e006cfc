//! Validates the crate `ndarray`: an adapter of forty lines, and one test for each rule.
//!
//! These are its limits: strides are counted in elements, from 0 up; the element type is fixed at compile time; slices with a
//! negative step differ from Python's; views that do not exist panic.

use array_ctypes_conformance::spec::{Answer, Array, Flag, Question, Raises, Step, View};
use array_ctypes_conformance::{Hello, InProcess, Limits, Memory};
use ndarray::{ArrayViewD, Axis, IxDyn, ShapeBuilder, Slice};

struct Ndarray;

impl InProcess for Ndarray {
    fn hello(&self) -> Hello {
        let limits = Limits { kinds: "biuf".into(), records: false, empty: false, invalid: false, ..Limits::default() };
        let limits = Limits { odd_strides: false, negative_strides: false, overlap: false, max_item_size: 8, ..limits };
        Hello::core("ndarray", "0.17", limits.with_views(&["index", "reverse", "transpose", "newaxis"]))
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let answer = [answer::<1>, answer::<2>, answer::<4>, answer::<8>][array.dtype.item_size().ilog2() as usize];
        answer(array, memory, script).ok_or(Raises::ValueError)
    }
}

fn answer<const N: usize>(array: &Array, memory: &Memory, script: &[Step]) -> Option<Vec<Answer>> {
    let elements = memory.bytes().get(usize::try_from(array.offset).ok()?..)?.as_chunks::<N>().0;
    let usizes = |items: &[u64]| items.iter().map(|item| *item as usize).collect::<Vec<_>>();
    let strides: Vec<usize> = array.strides.iter().map(|stride| *stride as usize / N).collect();
    let mut view = ArrayViewD::from_shape(IxDyn(&usizes(&array.shape)).strides(IxDyn(&strides)), elements).ok()?;
    for operation in &array.views {
        view = match operation {
            View::Index { axis, at } => {
                view.slice_axis_move(Axis(*axis), Slice::from(*at as isize..)).index_axis_move(Axis(*axis), 0)
            }
            View::Reverse { axis } => view.slice_axis_move(Axis(*axis), Slice::new(0, None, -1)),
            View::Transpose { axes } => view.permuted_axes(IxDyn(axes)),
            View::NewAxis { axis } => view.insert_axis(Axis(*axis)),
            _ => return None,
        };
    }
    let answer = |question: &Question| match question {
        Question::Data => Answer::address(view.as_ptr()),
        Question::Shape => Answer::integers(view.shape().iter().copied()),
        Question::Strides => Answer::integers(view.strides().iter().map(|stride| stride * N as isize)),
        Question::Item(index) => Answer::Bytes(view[&usizes(index)[..]].to_vec()),
        Question::ItemSize => Answer::Integer(N as i128),
        Question::Flag(Flag::CContiguous) => Answer::Bool(view.is_standard_layout()),
        Question::Flag(Flag::FContiguous) => Answer::Bool(view.t().is_standard_layout()),
        _ => Answer::Raises(Raises::NotImplementedError),
    };
    script.iter().map(|step| step.question().map(answer)).collect()
}

mod conformance {
    array_ctypes_conformance::conformance_tests!(super::Ndarray, core; without data::empty, data::empty_view,
        layout::bounds, layout::size_limit, layout::view_refused,
        layout::slice, layout::broadcast, layout::reshape, layout::field, layout::reinterpret);
}
