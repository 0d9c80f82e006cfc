//! The `ndarray` crate, validated: an adapter of less than forty lines, and one test for each rule.
//!
//! `ndarray` counts strides in elements, from 0 up, and knows its element type when it is compiled; its slices differ from
//! Python's where the step is negative, and views that do not exist panic. These are its limits.

use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Address, Answer, Array, Flag, Profile, Question, Raises, Step, View};
use array_ctypes_conformance::{Hello, InProcess, Limits, Memory};
use ndarray::{ArrayViewD, Axis, IxDyn, ShapeBuilder};

struct Ndarray;

impl InProcess for Ndarray {
    fn hello(&self) -> Hello {
        let views = ["index", "reverse", "transpose", "newaxis"].map(str::to_owned).to_vec();
        let limits = Limits { kinds: "biufcmM".into(), max_item_size: 8, records: false, views, ..Limits::default() };
        let limits = Limits { odd_strides: false, negative_strides: false, invalid: false, ..limits };
        let limits = Limits { overlap: false, empty: false, ..limits };
        let (platform, profiles) = (Platform::host(), vec![Profile::Core]);
        Hello { name: "ndarray".into(), version: "0.17".into(), platform, profiles, limits }
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        let answer = [answer::<1>, answer::<2>, answer::<4>, answer::<8>][array.dtype.item_size().ilog2() as usize];
        answer(array, memory, script).ok_or(Raises::ValueError)
    }
}

fn answer<const N: usize>(array: &Array, memory: &Memory, script: &[Step]) -> Option<Vec<Answer>> {
    let elements = memory.bytes().get(usize::try_from(array.offset).ok()?..)?.as_chunks::<N>().0;
    let shape: Vec<usize> = array.shape.iter().map(|length| *length as usize).collect();
    let strides: Vec<usize> = array.strides.iter().map(|stride| *stride as usize / N).collect();
    let mut view = ArrayViewD::from_shape(IxDyn(&shape).strides(IxDyn(&strides)), elements).ok()?;
    for operation in &array.views {
        match operation {
            View::Index { axis, at } => {
                let length = view.len_of(Axis(*axis)) as i64;
                view = view.index_axis_move(Axis(*axis), at.rem_euclid(length) as usize);
            }
            View::Reverse { axis } => view.invert_axis(Axis(*axis)),
            View::Transpose { axes } => view = view.permuted_axes(IxDyn(axes)),
            View::NewAxis { axis } => view = view.insert_axis(Axis(*axis)),
            _ => return None,
        }
    }
    let integers = |items: &[usize]| Answer::Integers(items.iter().map(|item| *item as i64).collect());
    Some(
        script
            .iter()
            .map(|step| match step {
                Step::Ask(Question::Data) => Answer::Address(Address::Absolute(view.as_ptr() as u64)),
                Step::Ask(Question::Shape) => integers(view.shape()),
                Step::Ask(Question::Strides) => {
                    Answer::Integers(view.strides().iter().map(|s| *s as i64 * N as i64).collect())
                }
                Step::Ask(Question::ItemSize) => Answer::Integer(size_of::<[u8; N]>() as i128),
                Step::Ask(Question::Item(index)) => {
                    Answer::Bytes(view[&index.iter().map(|i| *i as usize).collect::<Vec<_>>()[..]].to_vec())
                }
                Step::Ask(Question::Flag(Flag::CContiguous)) => Answer::Bool(view.is_standard_layout()),
                Step::Ask(Question::Flag(Flag::FContiguous)) => Answer::Bool(view.t().is_standard_layout()),
                Step::Ask(Question::Native) => Answer::Bytes(0x0102_0304_u32.to_ne_bytes().to_vec()),
                _ => Answer::Raises(Raises::NotImplementedError),
            })
            .collect(),
    )
}

mod conformance {
    array_ctypes_conformance::conformance_tests!(super::Ndarray, core; without data::empty, data::empty_view, layout::bounds, layout::size_limit, layout::view_refused,
        layout::slice, layout::broadcast, layout::reshape, layout::field, layout::reinterpret);
}
