//! Faults of arrays and views that do not exist and are made, or are refused with another error.

use crate::faults::about::Refused;
use crate::faults::fault::Faults;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::layout::{Invalid, Layout};
use array_ctypes_conformance::spec::{Raises, View};

/// Returns the layout before views of an array that reaches outside the buffer, unless this test finds it. The test gets the
/// offset of the lowest byte, and the number of bytes past the end.
fn unless(refused: &Refused, wrong: impl Fn(&Layout, i128, i128) -> bool) -> Option<Layout> {
    let Invalid::OutOfBounds { extent: (low, high), size, .. } = refused.invalid else { return None };
    let layout = refused.described();
    let over = high - i128::from(*size);
    (!wrong(&layout, *low, over)).then_some(layout)
}

pub(crate) fn bounds(faults: &mut Faults) {
    faults.accepts("only the offset is checked against the bounds", |refused| {
        unless(refused, |layout, _, _| !(0..=refused.array.buffer.size as i64).contains(&layout.offset))
    });
    faults.accepts("only the upper bound is checked", |refused| unless(refused, |_, _, over| over > 0));
    faults.accepts("only the lower bound is checked", |refused| unless(refused, |_, low, _| low < 0));
    faults.accepts("the size of the last element is forgotten", |refused| {
        unless(refused, |layout, low, over| low < 0 || over >= i128::from(layout.dtype.item_size()))
    });
    faults.accepts("the last byte may be one too far", |refused| unless(refused, |_, low, over| low < 0 || over > 1));
    faults.accepts("a wrong number of strides is accepted", |refused| {
        matches!(refused.invalid, Invalid::Rank { .. }).then(|| refused.described())
    });
    faults.accepts("long doubles of other platforms are accepted", |refused| {
        matches!(refused.invalid, Invalid::ElementType(_)).then(|| refused.described())
    });
}

/// Returns the layout before views of an array that is too big, if this test finds it small enough.
fn small(refused: &Refused, few: impl Fn(&Layout) -> bool) -> Option<Layout> {
    let layout = refused.described();
    (matches!(refused.invalid, Invalid::TooBig { .. }) && few(&layout)).then_some(layout)
}

/// Returns the product of the lengths that are not 0 and of another factor; `None` if it overflows.
fn product(layout: &Layout, factor: u64) -> Option<u64> {
    let mut lengths = layout.shape.iter().filter(|length| **length != 0);
    lengths.try_fold(factor, |product, length| product.checked_mul(*length))
}

pub(crate) fn size_limit(faults: &mut Faults) {
    faults.accepts("only sizes past 2^64 are too big", |refused| {
        small(refused, |layout| product(layout, layout.dtype.item_size()).is_some())
    });
    faults.accepts("elements are counted, not bytes", |refused| {
        small(refused, |layout| product(layout, 1).is_some_and(|count| count <= refused.platform.intp_max() as u64))
    });
    faults.accepts("axes with a stride of zero do not count for the size", |refused| {
        small(refused, |layout| {
            let (low, high) = layout.extent();
            low >= 0 && high <= i128::from(refused.array.buffer.size)
        })
    });
    faults.accepts("a view is never too big", |refused| {
        let viewed = matches!(refused.invalid, Invalid::TooBig { .. }) && !refused.array.views.is_empty();
        viewed.then(|| refused.described())
    });
    faults.accepts("bytes are counted modulo 2^64", |refused| {
        small(refused, |layout| {
            let bytes = layout.shape.iter().fold(layout.dtype.item_size(), |bytes, length| bytes.wrapping_mul(*length));
            i64::try_from(bytes).is_ok()
        })
    });
}

/// Adds a view that changes the layout of its parent although it should be refused; `None` if it is refused.
fn changes(faults: &mut Faults, name: &'static str, mistake: fn(&View, &mut Layout) -> Option<()>) {
    faults.accepts(name, move |refused| {
        let (mut layout, view) = refused.view()?;
        mistake(view, &mut layout).map(|()| layout)
    });
}

/// Adds a view that gives its parent another shape although it should be refused; `None` if it is refused.
fn takes_shape(faults: &mut Faults, name: &'static str, which: fn(&View, &Layout) -> Option<Vec<u64>>) {
    faults.accepts(name, move |refused| {
        let (layout, view) = refused.view()?;
        let shape = which(view, &layout)?;
        Some(Layout { shape, ..layout })
    });
}

/// Fixes the index on an axis, without a check.
fn drop_axis(layout: &mut Layout, axis: usize, at: i64) {
    layout.offset = layout.offset.wrapping_add(at.wrapping_mul(layout.strides.remove(axis)));
    layout.shape.remove(axis);
}

pub(crate) fn view_refused(faults: &mut Faults) {
    faults.accepts("only the first view of a chain is checked", |refused| {
        matches!(refused.invalid, Invalid::View { position: 1.., .. }).then(|| refused.described())
    });
    changes(faults, "a slice of an absent axis is the whole array", |view, layout| match view {
        View::Slice { axis, step: 1, .. } if *axis >= layout.shape.len() => Some(()),
        _ => None,
    });
    changes(faults, "objects are reinterpreted as bytes", |view, layout| {
        (matches!(view, View::Reinterpret { .. }) && layout.dtype.has_objects()).then_some(())
    });
    changes(faults, "an index may be the length", |view, layout| {
        let View::Index { axis, at } = view else { return None };
        layout.shape.get(*axis).filter(|length| *at == **length as i64)?;
        drop_axis(layout, *axis, *at);
        Some(())
    });
    changes(faults, "an index before the first is not checked", |view, layout| {
        let View::Index { axis, at: at @ ..0 } = view else { return None };
        let length = *layout.shape.get(*axis)? as i64;
        drop_axis(layout, *axis, at + length);
        Some(())
    });
    changes(faults, "an index on an absent axis takes the last axis", |view, layout| match view {
        View::Index { axis, .. } if *axis >= layout.shape.len() => layout.shape.pop().map(drop),
        _ => None,
    });
    changes(faults, "reversing an absent axis changes nothing", |view, layout| match view {
        View::Reverse { axis } if *axis >= layout.shape.len() => Some(()),
        _ => None,
    });
    changes(faults, "a new axis past the end becomes the last", |view, layout| {
        matches!(view, View::NewAxis { .. }).then(|| layout.shape.push(1))
    });
    takes_shape(faults, "a permutation may repeat an axis", |view, layout| match view {
        View::Transpose { axes } if axes.len() == layout.shape.len() => {
            axes.iter().map(|axis| layout.shape.get(*axis).copied()).collect()
        }
        _ => None,
    });
    takes_shape(faults, "a permutation counts from 1", |view, layout| match view {
        View::Transpose { axes } => axes.iter().map(|axis| layout.shape.get(axis.checked_sub(1)?).copied()).collect(),
        _ => None,
    });
    takes_shape(faults, "a broadcast may have fewer axes", |view, layout| match view {
        View::Broadcast { shape } if shape.len() < layout.shape.len() => Some(shape.clone()),
        _ => None,
    });
    takes_shape(faults, "a broadcast repeats any axis", |view, layout| match view {
        View::Broadcast { shape } if shape.len() >= layout.shape.len() => Some(shape.clone()),
        _ => None,
    });
    takes_shape(faults, "a reshape does not count the elements", |view, layout| match view {
        View::Reshape { shape } if shape.iter().product::<u64>() != layout.elements() => Some(shape.clone()),
        _ => None,
    });
    takes_shape(faults, "a reshape copies", |view, layout| match view {
        View::Reshape { shape } if shape.iter().product::<u64>() == layout.elements() => Some(shape.clone()),
        _ => None,
    });
    changes(faults, "a step of 0 is taken as 1", |view, layout| match view {
        View::Slice { axis, step: 0, .. } if *axis < layout.shape.len() => Some(()),
        _ => None,
    });
    changes(faults, "an absent field is taken as the whole structure", |view, layout| {
        (matches!(view, View::Field { .. }) && matches!(layout.dtype, Dtype::Record(_))).then_some(())
    });
    changes(faults, "a field of a plain type is the whole element", |view, layout| {
        (matches!(view, View::Field { .. }) && layout.dtype.plain().is_some()).then_some(())
    });
    changes(faults, "bytes left over by a reinterpretation are dropped", |view, layout| {
        let View::Reinterpret { dtype } = view else { return None };
        let size = layout.dtype.item_size();
        let length = layout.shape.last_mut()?;
        *length = *length * size / dtype.item_size();
        Some(())
    });
    changes(faults, "an array without axes is reinterpreted", |view, layout| {
        (matches!(view, View::Reinterpret { .. }) && layout.shape.is_empty()).then_some(())
    });
}

pub(crate) fn empty_refused(faults: &mut Faults) {
    faults.accepts("an empty array may be anywhere", |refused| unless(refused, |layout, _, _| !layout.is_empty()));
    faults.accepts("any size is accepted if an axis has length 0", |refused| small(refused, Layout::is_empty));
    faults.refused(
        "an array without elements outside of its buffer raises IndexError",
        Raises::IndexError,
        |refused| matches!(refused.invalid, Invalid::OutOfBounds { is_empty: true, .. }),
    );
    faults.refused("an array without elements that is too big runs out of memory", Raises::OtherError, |refused| {
        matches!(refused.invalid, Invalid::TooBig { is_empty: true, .. })
    });
}

pub(crate) fn error(faults: &mut Faults) {
    faults.refused("an array outside of its buffer raises IndexError", Raises::IndexError, |refused| {
        matches!(refused.invalid, Invalid::OutOfBounds { .. })
    });
    faults.refused("an array that is too big runs out of memory", Raises::OtherError, |refused| {
        matches!(refused.invalid, Invalid::TooBig { .. })
    });
    faults.refused("an index outside of its axis raises KeyError", Raises::KeyError, |refused| {
        refused.view().is_some_and(|(_, view)| matches!(view, View::Index { .. }))
    });
}
