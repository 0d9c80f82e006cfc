//! Laws of indices, slices and reversal: what selects along one axis.

use crate::arrays::{addresses, arrays, indices, refused, viewed};
use crate::cases;
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::{Array, View};
use proptest::prelude::*;
use proptest::sample::Index;

/// An array with at least one axis, and one of its axes.
fn array_and_axis() -> impl Strategy<Value = (Array, usize)> {
    let some = arrays().prop_filter("has an axis", |array| !array.shape.is_empty());
    (some, any::<Index>()).prop_map(|(array, axis)| {
        let axis = axis.index(array.shape.len());
        (array, axis)
    })
}

#[derive(Clone, Copy, Debug)]
struct Slice {
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
}

impl Slice {
    fn of(self, axis: usize) -> View {
        View::Slice { axis, start: self.start, stop: self.stop, step: self.step }
    }

    /// The indices that Python's slice selects, found by walking.
    fn selected(self, length: i64) -> Vec<i64> {
        let from_end = |at: i64| if at < 0 { at + length } else { at };
        let mut at = match (self.start.map(from_end), self.step > 0) {
            (Some(start), true) => start.max(0),
            (Some(start), false) => start.min(length - 1),
            (None, true) => 0,
            (None, false) => length - 1,
        };
        let stop = self.stop.map(from_end);
        let mut selected = vec![];
        while (0..length).contains(&at) && stop.is_none_or(|stop| if self.step > 0 { at < stop } else { at > stop }) {
            selected.push(at);
            at += self.step;
        }
        selected
    }

    /// A slice that selects exactly these indices of an axis: at least one, in even steps.
    fn selecting(indices: &[i64]) -> Slice {
        let step = indices.get(1).map_or(1, |second| second - indices[0]);
        let end = indices[indices.len() - 1] + step.signum();
        Slice { start: Some(indices[0]), stop: (end >= 0).then_some(end), step }
    }
}

pub(crate) fn bounds() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(-7i64..8)
}

pub(crate) fn steps() -> impl Strategy<Value = i64> {
    prop_oneof![Just(1i64), Just(-1), -3i64..0, 1i64..4]
}

fn slices() -> impl Strategy<Value = Slice> {
    (bounds(), bounds(), steps()).prop_map(|(start, stop, step)| Slice { start, stop, step })
}

/// The addresses of the elements with that index on that axis.
fn at_index(layout: &Layout, axis: usize, at: u64) -> Vec<i128> {
    let all = indices(&layout.shape).into_iter().zip(addresses(layout));
    all.filter(|(index, _)| index[axis] == at).map(|(_, address)| address).collect()
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn reversing_twice_is_the_identity((array, axis) in array_and_axis()) {
        let twice = viewed(&array, &[View::Reverse { axis }, View::Reverse { axis }]);
        prop_assert_eq!(twice, viewed(&array, &[]));
    }

    #[test]
    fn reversing_is_slicing_with_a_step_of_minus_one((array, axis) in array_and_axis()) {
        let slice = View::Slice { axis, start: None, stop: None, step: -1 };
        prop_assert_eq!(viewed(&array, &[View::Reverse { axis }]), viewed(&array, &[slice]));
    }

    #[test]
    fn a_slice_selects_the_elements_that_pythons_does((array, axis) in array_and_axis(), slice in slices()) {
        let base = viewed(&array, &[]).unwrap();
        let layout = viewed(&array, &[slice.of(axis)]).unwrap();
        let selected = slice.selected(base.shape[axis] as i64);
        prop_assert_eq!(layout.shape[axis], selected.len() as u64);
        for (at, from) in selected.into_iter().enumerate() {
            prop_assert_eq!(at_index(&layout, axis, at as u64), at_index(&base, axis, from as u64));
        }
    }

    #[test]
    fn a_slice_of_a_slice_is_one_slice((array, axis) in array_and_axis(), first in slices(), second in slices()) {
        let both = viewed(&array, &[first.of(axis), second.of(axis)]).unwrap();
        let of_first = first.selected(array.shape[axis] as i64);
        let of_both: Vec<i64> =
            second.selected(of_first.len() as i64).into_iter().map(|at| of_first[at as usize]).collect();
        if of_both.is_empty() {
            prop_assert!(both.is_empty());
        } else {
            let one = viewed(&array, &[Slice::selecting(&of_both).of(axis)]).unwrap();
            prop_assert_eq!(addresses(&both), addresses(&one));
            prop_assert_eq!(both.shape, one.shape);
        }
    }

    #[test]
    fn a_slice_that_selects_nothing_moves_nothing((array, axis) in array_and_axis(), slice in slices()) {
        let layout = viewed(&array, &[slice.of(axis)]).unwrap();
        if layout.shape[axis] == 0 {
            prop_assert_eq!(layout.offset, array.offset);
        }
    }

    #[test]
    fn an_index_selects_the_elements_with_that_index((array, axis) in array_and_axis(), at in -5i64..6) {
        let base = viewed(&array, &[]).unwrap();
        let length = base.shape[axis] as i64;
        let view = viewed(&array, &[View::Index { axis, at }]);
        if (-length..length).contains(&at) {
            let at = if at < 0 { at + length } else { at };
            prop_assert_eq!(addresses(&view.unwrap()), at_index(&base, axis, at as u64));
        } else {
            prop_assert!(refused(&view));
        }
    }
}
