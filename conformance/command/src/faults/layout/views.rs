//! Faults of what views do to shape and strides.

use crate::faults::fault::{About, Faults, lengths};
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::layout::{Layout, c_strides};
use array_ctypes_conformance::spec::rules::shape::copy;
use array_ctypes_conformance::spec::{Answer, Question, Rule, View};

/// A view keeps its shape and strides after a write into the copy, under another rule.
const COPY: &[Rule] = &[copy];

/// Answers as if the last view had made another array of its parent.
fn view(
    about: &About,
    question: &Question,
    answer: &mut Answer,
    mistake: impl Fn(&View, &Layout, &mut Layout) -> Option<()>,
) {
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
}

pub(crate) fn index(faults: &mut Faults) {
    let first = faults.answer("an index drops the first axis", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Index { .. } = view else { return None };
            wrong.shape = parent.shape[1..].to_vec();
            wrong.strides = parent.strides[1..].to_vec();
            Some(())
        });
    });
    first.also(COPY);
    let kept = faults.answer("an index keeps its axis", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Index { axis, .. } = view else { return None };
            wrong.shape.insert(*axis, 1);
            wrong.strides.insert(*axis, parent.strides[*axis]);
            Some(())
        });
    });
    kept.also(COPY);
}

pub(crate) fn slice(faults: &mut Faults) {
    let stride = faults.answer("the step is left out of the stride", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Slice { axis, .. } = view else { return None };
            wrong.strides[*axis] = parent.strides[*axis];
            Some(())
        });
    });
    stride.also(COPY);
    let count = faults.answer("the last step is left out of the length", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Slice { axis, start: None, stop: None, step } = view else { return None };
            wrong.shape[*axis] = parent.shape[*axis] / step.unsigned_abs();
            Some(())
        });
    });
    count.also(COPY);
    let bound = faults.answer("a bound past the end is not clamped", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Slice { axis, start: None, stop: Some(stop), step: 1 } = view else { return None };
            let past = u64::try_from(*stop).ok().filter(|stop| *stop > parent.shape[*axis])?;
            wrong.shape[*axis] = past;
            Some(())
        });
    });
    bound.also(COPY);
}

pub(crate) fn reverse(faults: &mut Faults) {
    let kept = faults.answer("a reversed axis keeps its stride", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Reverse { axis } = view else { return None };
            wrong.strides[*axis] = parent.strides[*axis];
            Some(())
        });
    });
    kept.also(COPY);
}

pub(crate) fn transpose(faults: &mut Faults) {
    let inverse = faults.answer("the inverse permutation is taken", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Transpose { axes } = view else { return None };
            for (axis, from) in axes.iter().enumerate() {
                wrong.shape[*from] = parent.shape[axis];
                wrong.strides[*from] = parent.strides[axis];
            }
            Some(())
        });
    });
    inverse.also(COPY);
    let lengths = faults.answer("only lengths are permuted", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Transpose { .. } = view else { return None };
            wrong.strides.clone_from(&parent.strides);
            Some(())
        });
    });
    lengths.also(COPY);
}

pub(crate) fn new_axis(faults: &mut Faults) {
    let first = faults.answer("a new axis always comes first", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::NewAxis { .. } = view else { return None };
            wrong.shape = [&[1], &parent.shape[..]].concat();
            wrong.strides = [&[0], &parent.strides[..]].concat();
            Some(())
        });
    });
    first.also(COPY);
}

pub(crate) fn broadcast(faults: &mut Faults) {
    let kept = faults.answer("a repeated axis keeps its stride", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Broadcast { shape } = view else { return None };
            let added = shape.len() - parent.shape.len();
            wrong.strides[added..].clone_from_slice(&parent.strides);
            Some(())
        });
    });
    kept.also(COPY);
    let after = faults.answer("axes are added after the last", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Broadcast { shape } = view else { return None };
            wrong.shape.rotate_left(shape.len() - parent.shape.len());
            wrong.strides.rotate_left(shape.len() - parent.shape.len());
            Some(())
        });
    });
    after.also(COPY);
}

pub(crate) fn reshape(faults: &mut Faults) {
    let packed = faults.answer("a reshape takes the array for contiguous", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Reshape { shape } = view else { return None };
            wrong.strides = c_strides(shape, parent.dtype.item_size());
            Some(())
        });
    });
    packed.also(COPY);
    let fortran = faults.answer("a reshape is in the order of Fortran", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Reshape { shape } = view else { return None };
            let reversed: Vec<u64> = shape.iter().rev().copied().collect();
            wrong.strides = c_strides(&reversed, parent.dtype.item_size());
            wrong.strides.reverse();
            Some(())
        });
    });
    fortran.also(COPY);
}

pub(crate) fn field(faults: &mut Faults) {
    let packed = faults.answer("a field has no gaps", |about, question, answer| {
        view(about, question, answer, |view, _, wrong| {
            let View::Field { .. } = view else { return None };
            wrong.strides = c_strides(&wrong.shape, wrong.dtype.item_size());
            Some(())
        });
    });
    packed.also(COPY);
    let before = faults.answer("axes of a sub-array come first", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let View::Field { .. } = view else { return None };
            wrong.shape.rotate_left(parent.shape.len());
            wrong.strides.rotate_left(parent.shape.len());
            Some(())
        });
    });
    before.also(COPY);
}

/// The item sizes before and after a reinterpretation that changes them.
fn resized(view: &View, parent: &Layout) -> Option<(u64, u64)> {
    let View::Reinterpret { dtype } = view else { return None };
    let sizes = (parent.dtype.item_size(), Dtype::item_size(dtype));
    (sizes.0 != sizes.1).then_some(sizes)
}

pub(crate) fn reinterpret(faults: &mut Faults) {
    let length = faults.answer("a reinterpreted axis keeps its length", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            resized(view, parent)?;
            wrong.shape.clone_from(&parent.shape);
            Some(())
        });
    });
    length.also(COPY);
    let stride = faults.answer("a reinterpreted axis keeps its stride", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            resized(view, parent)?;
            wrong.strides.clone_from(&parent.strides);
            Some(())
        });
    });
    stride.also(COPY);
    let inverse = faults.answer("the length is multiplied where it is divided", |about, question, answer| {
        view(about, question, answer, |view, parent, wrong| {
            let (old, new) = resized(view, parent)?;
            *wrong.shape.last_mut()? = parent.shape.last()? * new / old;
            Some(())
        });
    });
    inverse.also(COPY);
}
