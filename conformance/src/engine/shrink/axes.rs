//! Removes and shortens axes, with the views that follow: they name axes by number, and lengths.
//!
//! The axis is followed through the chain of views. Where a view makes no axis out of that one alone, as some reshapes
//! do, the later views stay as they are; if they do not exist then, the caller drops the candidate.

use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, View};

/// Removes an axis of the array before its views.
pub(super) fn remove(array: &mut Array, axis: usize, platform: &Platform) {
    follow(array, axis, platform, Change::Removed);
    array.shape.remove(axis);
    // An array that does not exist may have too few strides.
    if axis < array.strides.len() {
        array.strides.remove(axis);
    }
}

/// Gives an axis of the array before its views another length.
pub(super) fn shorten(array: &mut Array, axis: usize, length: u64, platform: &Platform) {
    follow(array, axis, platform, Change::Length(length));
    array.shape[axis] = length;
}

/// What becomes of an axis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Removed,
    Length(u64),
}

fn follow(array: &mut Array, axis: usize, platform: &Platform, change: Change) {
    let unviewed = Array { views: Vec::new(), ..array.clone() };
    let Ok(mut layout) = resolve(platform, &unviewed) else { return };
    let mut change = change;
    let mut axis = Some(axis);
    let mut views = Vec::with_capacity(array.views.len());
    for view in &array.views {
        let followed = axis.map(|axis| Followed { axis, change }.through(view, &layout));
        match followed {
            Some(Step { view, next }) => {
                views.extend(view);
                (axis, change) = next.map_or((None, change), |Followed { axis, change }| (Some(axis), change));
            }
            None => views.push(view.clone()),
        }
        if layout.view(platform, view).is_err() {
            // The last view of an array that does not exist.
            break;
        }
    }
    array.views = views;
}

/// An axis that changes, and where it is among the axes of a view.
#[derive(Clone, Copy)]
struct Followed {
    axis: usize,
    change: Change,
}

/// What becomes of a view, and of the axis after it.
struct Step {
    /// `None` if the view is about nothing but the removed axis.
    view: Option<View>,
    next: Option<Followed>,
}

impl Followed {
    /// `before` is the layout that the view is made of, with the axis as it was.
    fn through(self, view: &View, before: &Layout) -> Step {
        let Followed { axis, change } = self;
        let is_removed = change == Change::Removed;
        // An axis behind the removed one has a lower number.
        let renumbered = |other: usize| other - usize::from(is_removed && other > axis);
        let at = |axis: usize| Some(Followed { axis, change });
        let stays = |view: View| Step { view: Some(view), next: at(axis) };
        let gone = Step { view: None, next: at(axis) };
        match view {
            View::Index { axis: named, .. } if is_removed && *named == axis => Step { view: None, next: None },
            View::Index { axis: named, at: index } if *named == axis => {
                Step { view: Some(View::Index { axis, at: inside(*index, change) }), next: None }
            }
            View::Index { axis: named, at: index } => Step {
                view: Some(View::Index { axis: renumbered(*named), at: *index }),
                next: at(axis - usize::from(*named < axis)),
            },
            View::Slice { axis: named, .. } | View::Reverse { axis: named } if is_removed && *named == axis => gone,
            // How long the slice of a shorter axis is decides the slice; later views may name that length.
            View::Slice { axis: named, .. } if *named == axis => Step { view: Some(view.clone()), next: None },
            View::Slice { axis: named, start, stop, step } => {
                stays(View::Slice { axis: renumbered(*named), start: *start, stop: *stop, step: *step })
            }
            View::Reverse { axis: named } => stays(View::Reverse { axis: renumbered(*named) }),
            View::Transpose { axes } => {
                let Some(place) = axes.iter().position(|other| *other == axis) else { return stays(view.clone()) };
                let mut axes = axes.clone();
                if is_removed {
                    axes.remove(place);
                    axes = axes.into_iter().map(renumbered).collect();
                }
                Step { view: Some(View::Transpose { axes }), next: at(place) }
            }
            View::NewAxis { axis: new } if *new <= axis => Step { view: Some(view.clone()), next: at(axis + 1) },
            View::NewAxis { axis: new } => stays(View::NewAxis { axis: renumbered(*new) }),
            View::Broadcast { shape } => {
                let place = (shape.len() + axis).checked_sub(before.shape.len());
                let Some(place) = place.filter(|place| *place < shape.len()) else { return stays(view.clone()) };
                let is_stretched = shape[place] != before.shape[axis];
                let view = View::Broadcast { shape: changed(shape, place, change, is_stretched) };
                // A stretched axis is as long as before.
                Step { view: Some(view), next: at(place).filter(|_| is_removed || !is_stretched) }
            }
            View::Reshape { shape } => match same_axis(&before.shape, axis, shape) {
                Some(place) => {
                    let shape = changed(shape, place, change, false);
                    Step { view: Some(View::Reshape { shape }), next: at(place) }
                }
                None => Step { view: Some(view.clone()), next: None },
            },
            View::Field { .. } | View::Reinterpret { .. } => stays(view.clone()),
        }
    }
}

/// The index, moved to the end of a shorter axis if it is past that.
fn inside(index: i64, change: Change) -> i64 {
    let Change::Length(length) = change else { return index };
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    // The result is outside an axis of length 0, as each index is.
    index.max(-length).min((length - 1).max(0))
}

/// The lengths of a view in which that axis changes. A stretched axis keeps its length.
fn changed(shape: &[u64], place: usize, change: Change, is_stretched: bool) -> Vec<u64> {
    let mut shape = shape.to_vec();
    match change {
        Change::Removed => drop(shape.remove(place)),
        Change::Length(length) if !is_stretched => shape[place] = length,
        Change::Length(_) => {}
    }
    shape
}

/// The axis of a reshaped array that is that axis alone: as long, with as many elements before it.
fn same_axis(before: &[u64], axis: usize, after: &[u64]) -> Option<usize> {
    let product = |lengths: &[u64]| lengths.iter().fold(1u64, |product, length| product.saturating_mul(*length));
    let wanted = product(&before[..axis]);
    (0..after.len()).find(|place| after[*place] == before[axis] && product(&after[..*place]) == wanted)
}
