//! Faults of what views do to shape and strides.

use crate::faults::answers::{fortran_strides, lengths};
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::layout::{Layout, c_strides};
use array_ctypes_conformance::spec::rules::shape::copy;
use array_ctypes_conformance::spec::{Answer, Question, View};

/// Adds a last view that makes another array of its parent. The mistake gets the view, the layout of the parent and that
/// of the result, which it changes; it returns `None` if it does not apply.
fn wrong_view(faults: &mut Faults, name: &'static str, mistake: fn(&View, &Layout, &mut Layout) -> Option<()>) {
    let fault = faults.answer(name, move |about, question, answer| {
        if !matches!(question, Question::Shape | Question::Strides) {
            return;
        }
        let mut wrong = about.layout.clone();
        if about.parent().and_then(|(parent, view)| mistake(view, &parent, &mut wrong)).is_some() {
            match question {
                Question::Shape => *answer = lengths(&wrong.shape),
                _ => *answer = Answer::Integers(wrong.strides),
            }
        }
    });
    // After a write into the C array, the same wrong answer falls under another rule.
    fault.also(&[copy]);
}

pub(crate) fn index(faults: &mut Faults) {
    wrong_view(faults, "an index drops the first axis", |view, parent, wrong| {
        let View::Index { .. } = view else { return None };
        wrong.shape = parent.shape[1..].to_vec();
        wrong.strides = parent.strides[1..].to_vec();
        Some(())
    });
    wrong_view(faults, "an index keeps its axis", |view, parent, wrong| {
        let View::Index { axis, .. } = view else { return None };
        wrong.shape.insert(*axis, 1);
        wrong.strides.insert(*axis, parent.strides[*axis]);
        Some(())
    });
}

pub(crate) fn slice(faults: &mut Faults) {
    wrong_view(faults, "the step is left out of the stride", |view, parent, wrong| {
        let View::Slice { axis, .. } = view else { return None };
        wrong.strides[*axis] = parent.strides[*axis];
        Some(())
    });
    wrong_view(faults, "the last step is left out of the length", |view, parent, wrong| {
        let View::Slice { axis, start: None, stop: None, step } = view else { return None };
        wrong.shape[*axis] = parent.shape[*axis] / step.unsigned_abs();
        Some(())
    });
    wrong_view(faults, "a bound past the end is not clamped", |view, parent, wrong| {
        let View::Slice { axis, start: None, stop: Some(stop), step: 1 } = view else { return None };
        let past = u64::try_from(*stop).ok().filter(|stop| *stop > parent.shape[*axis])?;
        wrong.shape[*axis] = past;
        Some(())
    });
}

pub(crate) fn reverse(faults: &mut Faults) {
    wrong_view(faults, "a reversed axis keeps its stride", |view, parent, wrong| {
        let View::Reverse { axis } = view else { return None };
        wrong.strides[*axis] = parent.strides[*axis];
        Some(())
    });
}

pub(crate) fn transpose(faults: &mut Faults) {
    wrong_view(faults, "the inverse permutation is taken", |view, parent, wrong| {
        let View::Transpose { axes } = view else { return None };
        for (axis, from) in axes.iter().enumerate() {
            wrong.shape[*from] = parent.shape[axis];
            wrong.strides[*from] = parent.strides[axis];
        }
        Some(())
    });
    wrong_view(faults, "only lengths are permuted", |view, parent, wrong| {
        let View::Transpose { .. } = view else { return None };
        wrong.strides.clone_from(&parent.strides);
        Some(())
    });
}

pub(crate) fn new_axis(faults: &mut Faults) {
    wrong_view(faults, "a new axis always comes first", |view, parent, wrong| {
        let View::NewAxis { .. } = view else { return None };
        wrong.shape = [&[1], &parent.shape[..]].concat();
        wrong.strides = [&[0], &parent.strides[..]].concat();
        Some(())
    });
}

pub(crate) fn broadcast(faults: &mut Faults) {
    wrong_view(faults, "a repeated axis keeps its stride", |view, parent, wrong| {
        let View::Broadcast { shape } = view else { return None };
        let added = shape.len() - parent.shape.len();
        wrong.strides[added..].clone_from_slice(&parent.strides);
        Some(())
    });
    wrong_view(faults, "axes are added after the last", |view, parent, wrong| {
        let View::Broadcast { shape } = view else { return None };
        wrong.shape.rotate_left(shape.len() - parent.shape.len());
        wrong.strides.rotate_left(shape.len() - parent.shape.len());
        Some(())
    });
}

pub(crate) fn reshape(faults: &mut Faults) {
    wrong_view(faults, "a reshape takes the array for contiguous", |view, parent, wrong| {
        let View::Reshape { shape } = view else { return None };
        wrong.strides = c_strides(shape, parent.dtype.item_size());
        Some(())
    });
    wrong_view(faults, "a reshape is in the order of Fortran", |view, parent, wrong| {
        let View::Reshape { shape } = view else { return None };
        wrong.strides = fortran_strides(shape, parent.dtype.item_size());
        Some(())
    });
}

pub(crate) fn field(faults: &mut Faults) {
    wrong_view(faults, "a field has no gaps", |view, _, wrong| {
        let View::Field { .. } = view else { return None };
        wrong.strides = c_strides(&wrong.shape, wrong.dtype.item_size());
        Some(())
    });
    wrong_view(faults, "axes of a sub-array come first", |view, parent, wrong| {
        let View::Field { .. } = view else { return None };
        wrong.shape.rotate_left(parent.shape.len());
        wrong.strides.rotate_left(parent.shape.len());
        Some(())
    });
}

/// Returns the item sizes before and after a reinterpretation that changes them.
fn resized(view: &View, parent: &Layout) -> Option<(u64, u64)> {
    let View::Reinterpret { dtype } = view else { return None };
    let sizes = (parent.dtype.item_size(), Dtype::item_size(dtype));
    (sizes.0 != sizes.1).then_some(sizes)
}

pub(crate) fn reinterpret(faults: &mut Faults) {
    wrong_view(faults, "a reinterpreted axis keeps its length", |view, parent, wrong| {
        resized(view, parent)?;
        wrong.shape.clone_from(&parent.shape);
        Some(())
    });
    wrong_view(faults, "a reinterpreted axis keeps its stride", |view, parent, wrong| {
        resized(view, parent)?;
        wrong.strides.clone_from(&parent.strides);
        Some(())
    });
    wrong_view(faults, "the length is multiplied where it is divided", |view, parent, wrong| {
        let (old, new) = resized(view, parent)?;
        *wrong.shape.last_mut()? = parent.shape.last()? * new / old;
        Some(())
    });
}
