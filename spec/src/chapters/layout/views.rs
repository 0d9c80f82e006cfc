//! The algebra of views: what each operation does to shape, strides and offset.

use crate::vocabulary::dtype::{Dtype, Kind};
use crate::vocabulary::layout::{Layout, c_strides};
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{Raises, Rule, View, rules::layout as rules};
use std::cmp::Ordering;

type Refused = (Rule, &'static str, &'static [Raises]);

const AXIS: &[Raises] = &[Raises::IndexError, Raises::ValueError];
const VALUE: &[Raises] = &[Raises::ValueError];
const FIELD: &[Raises] = &[Raises::IndexError, Raises::KeyError, Raises::ValueError];
const TYPE: &[Raises] = &[Raises::ValueError, Raises::TypeError];

/// The rule of a view operation.
pub(super) fn rule(view: &View) -> Rule {
    match view {
        View::Index { .. } => rules::index,
        View::Slice { .. } => rules::slice,
        View::Reverse { .. } => rules::reverse,
        View::Transpose { .. } => rules::transpose,
        View::NewAxis { .. } => rules::new_axis,
        View::Broadcast { .. } => rules::broadcast,
        View::Reshape { .. } => rules::reshape,
        View::Field { .. } => rules::field,
        View::Reinterpret { .. } => rules::reinterpret,
    }
}

/// Returns true if strides after the view may be of the implementation's choice where they reach no element; then so is the
/// address of an empty view further on.
pub(crate) fn recomputes_strides(view: &View) -> bool {
    match view {
        View::Broadcast { .. } | View::Reshape { .. } | View::Reinterpret { .. } => true,
        View::Index { .. } | View::Slice { .. } | View::Reverse { .. } | View::Transpose { .. } => false,
        View::NewAxis { .. } | View::Field { .. } => false,
    }
}

/// Applies one operation; the layout is undefined after a refusal.
pub(super) fn apply(layout: &mut Layout, platform: &Platform, view: &View) -> Result<(), Refused> {
    let refuse = |reason, raises| Err((rule(view), reason, raises));
    let dimensions = layout.shape.len();
    match view {
        View::Index { axis, .. } | View::Slice { axis, .. } | View::Reverse { axis } if *axis >= dimensions => {
            refuse("no such axis", AXIS)
        }
        View::Index { axis, at } => {
            let length = i128::from(layout.shape[*axis]);
            let index = if *at < 0 { i128::from(*at) + length } else { i128::from(*at) };
            if index < 0 || index >= length {
                return refuse("index outside the axis", &[Raises::IndexError]);
            }
            shift(layout, index, layout.strides[*axis]);
            layout.shape.remove(*axis);
            layout.strides.remove(*axis);
            Ok(())
        }
        View::Slice { step: 0, .. } => refuse("a slice cannot step by 0", VALUE),
        View::Slice { axis, start, stop, step } => {
            slice(layout, *axis, *start, *stop, *step);
            Ok(())
        }
        View::Reverse { axis } => {
            slice(layout, *axis, None, None, -1);
            Ok(())
        }
        View::Transpose { axes } => {
            let mut sorted = axes.clone();
            sorted.sort_unstable();
            if !sorted.into_iter().eq(0..dimensions) {
                return refuse("expected every axis once", AXIS);
            }
            layout.shape = axes.iter().map(|axis| layout.shape[*axis]).collect();
            layout.strides = axes.iter().map(|axis| layout.strides[*axis]).collect();
            Ok(())
        }
        View::NewAxis { axis } if *axis > dimensions => refuse("no such place for an axis", AXIS),
        View::NewAxis { axis } => {
            layout.shape.insert(*axis, 1);
            layout.strides.insert(*axis, 0);
            Ok(())
        }
        View::Broadcast { shape } => {
            let Some(added) = shape.len().checked_sub(dimensions) else {
                return refuse("expected at least as many axes as the array has", VALUE);
            };
            let mut strides = vec![0; shape.len()];
            for (axis, length) in layout.shape.iter().enumerate() {
                if *length == shape[added + axis] {
                    strides[added + axis] = layout.strides[axis];
                } else if *length != 1 {
                    return refuse("an axis that is neither as long as asked for nor of length 1", VALUE);
                }
            }
            layout.shape.clone_from(shape);
            layout.strides = strides;
            Ok(())
        }
        View::Reshape { shape } => {
            let count = |shape: &[u64]| shape.iter().try_fold(1u64, |count, length| count.checked_mul(*length));
            if count(shape) != count(&layout.shape) {
                return refuse("expected as many elements as the array has", VALUE);
            }
            let Some(strides) = reshape(layout, shape) else {
                return refuse("needs a copy: no strides reach the elements in that order", VALUE);
            };
            layout.shape.clone_from(shape);
            layout.strides = strides;
            Ok(())
        }
        View::Field { name } => {
            let Dtype::Record(record) = &layout.dtype else { return refuse("no structured type", FIELD) };
            let Some(field) = record.fields.iter().find(|field| field.name == *name) else {
                return refuse("no such field", FIELD);
            };
            let field = field.clone();
            layout.offset = layout.offset.wrapping_add(field.offset as i64);
            layout.strides.extend(c_strides(&field.shape, field.dtype.item_size()));
            layout.shape.extend(&field.shape);
            layout.dtype = field.dtype;
            Ok(())
        }
        View::Reinterpret { dtype } => {
            let objects = layout.dtype.has_objects() || dtype.plain().is_none_or(|plain| plain.kind == Kind::Object);
            if objects || !dtype.exists_on(platform) {
                return refuse("expected plain types without objects", TYPE);
            }
            reinterpret(layout, dtype).or_else(|reason| refuse(reason, TYPE))
        }
    }
}

/// Moves the first element by that many strides. Inside a buffer nothing overflows; where strides reach no element,
/// offsets wrap as addresses do.
fn shift(layout: &mut Layout, steps: i128, stride: i64) {
    layout.offset = layout.offset.wrapping_add((steps * i128::from(stride)) as i64);
}

/// Python's slice. If it selects nothing, the first element and the stride stay the same.
fn slice(layout: &mut Layout, axis: usize, start: Option<i64>, stop: Option<i64>, step: i64) {
    let length = i128::from(layout.shape[axis]);
    let forwards = step.is_positive();
    let (least, most) = if forwards { (0, length) } else { (-1, length - 1) };
    let clamp = |bound: i64| {
        let bound = i128::from(bound);
        (if bound < 0 { bound + length } else { bound }).clamp(least, most)
    };
    let (first, last) = if forwards { (least, most) } else { (most, least) };
    let start = start.map_or(first, clamp);
    let stop = stop.map_or(last, clamp);
    let wide = i128::from(step);
    let count = ((stop - start + wide - wide.signum()) / wide).max(0);
    if count > 0 {
        shift(layout, start, layout.strides[axis]);
        layout.strides[axis] = layout.strides[axis].wrapping_mul(step);
    }
    layout.shape[axis] = count as u64;
}

/// The strides of the same elements under another shape with the same count, or `None` if that needs a copy. Axes of
/// length 1 get the stride that C order gives them.
fn reshape(layout: &Layout, shape: &[u64]) -> Option<Vec<i64>> {
    if layout.is_empty() {
        return Some(c_strides(shape, layout.dtype.item_size()));
    }
    let old: Vec<(u64, i64)> =
        layout.shape.iter().copied().zip(layout.strides.iter().copied()).filter(|axis| axis.0 != 1).collect();
    let mut strides = vec![0; shape.len()];
    let mut from = 0;
    let mut to = 0;
    while from < old.len() {
        // The fewest axes on each side that have as many elements.
        let (first_from, first_to) = (from, to);
        let mut old_count = old[from].0;
        let mut new_count = *shape.get(to)?;
        loop {
            match old_count.cmp(&new_count) {
                Ordering::Equal => break,
                Ordering::Less => {
                    from += 1;
                    old_count = old_count.checked_mul(old.get(from)?.0)?;
                }
                Ordering::Greater => {
                    to += 1;
                    new_count = new_count.checked_mul(*shape.get(to)?)?;
                }
            }
        }
        // Merged axes must follow each other as in C order.
        let merged = &old[first_from..=from];
        let in_order = |pair: &[(u64, i64)]| i128::from(pair[0].1) == i128::from(pair[1].0) * i128::from(pair[1].1);
        if !merged.windows(2).all(in_order) {
            return None;
        }
        let mut stride = old[from].1;
        for axis in (first_to..=to).rev() {
            strides[axis] = stride;
            stride = stride.wrapping_mul(shape[axis] as i64);
        }
        from += 1;
        to += 1;
    }
    // What is left has length 1.
    let last = if to == 0 { layout.dtype.item_size() as i64 } else { strides[to - 1] };
    strides[to..].fill(last);
    Some(strides)
}

/// The same memory under another type. The item size may change only along a last axis without gaps.
fn reinterpret(layout: &mut Layout, dtype: &Dtype) -> Result<(), &'static str> {
    let (old, new) = (layout.dtype.item_size(), dtype.item_size());
    if old != new {
        // Without elements, none is split.
        let empty = layout.shape.contains(&0);
        let (Some(length), Some(stride)) = (layout.shape.last_mut(), layout.strides.last_mut()) else {
            return Err("an array without axes keeps its item size");
        };
        if !empty && *length != 1 && i128::from(*stride) != i128::from(old) {
            return Err("the last axis has gaps");
        }
        let bytes = length.checked_mul(old).ok_or("the last axis is too long")?;
        if new == 0 || bytes % new != 0 {
            return Err("the last axis holds no whole number of the new elements");
        }
        if old < new || old % new == 0 {
            *length = bytes / new;
            *stride = new as i64;
        } else {
            return Err("the smaller item size does not divide the larger");
        }
    }
    layout.dtype = dtype.clone();
    Ok(())
}
