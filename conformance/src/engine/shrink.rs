//! Simpler cases to ask in place of a failing one, the boldest simplification first.
//!
//! Every candidate is one simplification away and has less `Weight`. The caller keeps one that still fails, and asks
//! for candidates again. So shrinking ends at a case that no single simplification keeps failing; and it does end,
//! since weights only fall.
//!
//! Any case shrinks, also one from a file, and each candidate must exist on the platform, lie inside the limits, and be
//! a case that could have been drawn (`domain`). That is why this is not proptest's shrinking. Asking the candidates is
//! in `minimise`.

use super::constrained::{Removable, drop_unconstrained, is_constrained};
use super::domain;
use crate::Case;
use crate::adapter::limits::Limits;
use array_ctypes_spec::layout::{Invalid, c_strides, f_strides, resolve};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer, Step};
use std::mem::discriminant;
use std::ops::Range;

mod axes;
mod ctype;
mod dtype;
mod steps;
mod views;
mod weight;

pub(crate) use dtype::simpler_types;
pub(crate) use weight::Weight;

/// Returns the simplifications of a case, in the order to try them. The array of each exists if that of the case does,
/// or is refused for the same reason. Each is inside the limits and in the [domain], and each of its steps is
/// constrained.
pub fn candidates(case: &Case, platform: &Platform, limits: &Limits) -> impl Iterator<Item = Case> + use<> {
    let reason = resolve(platform, &case.array).err();
    let weight = Weight::of(case, platform);
    let with_script = |script| Case { array: case.array.clone(), script };
    // Drawn cases may have unconstrained questions. Smaller cases have none, so all of them are removed first, at once.
    let mut constrained = case.clone();
    drop_unconstrained(&mut constrained, platform, Removable::NotCompared);
    let mut all: Vec<Case> = vec![constrained];
    all.extend(scripts(&case.script).into_iter().map(with_script));
    let fitted = |mut array: Array| {
        limits.arrange(&mut array, &case.array);
        limits.fit(&mut array);
        array
    };
    all.extend(arrays(&case.array, platform).into_iter().map(|array| steps::follow(case, fitted(array), platform)));
    all.extend(steps::simpler(&case.script).into_iter().map(with_script));
    let (platform, limits) = (*platform, limits.clone());
    all.into_iter().filter(move |smaller| {
        let layout = resolve(&platform, &smaller.array);
        let exists = layout.as_ref().ok();
        is_same_reason(layout.as_ref().err(), reason.as_ref())
            && domain::contains(smaller, &platform)
            && limits.allow(&platform, &smaller.array, exists)
            && limits.first_step_outside(&platform, &smaller.array, exists, &smaller.script).is_none()
            && Weight::of(smaller, &platform) < weight
            && is_constrained(smaller, &platform)
    })
}

/// Returns true if two arrays exist, or do not exist for the same kind of reason.
fn is_same_reason(one: Option<&Invalid>, other: Option<&Invalid>) -> bool {
    match (one, other) {
        (Some(Invalid::View { rule: one, .. }), Some(Invalid::View { rule: other, .. }))
        | (Some(Invalid::Map { rule: one, .. }), Some(Invalid::Map { rule: other, .. })) => one == other,
        (Some(one), Some(other)) => discriminant(one) == discriminant(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// Scripts with fewer steps: only one step; then all but a half, a quarter, and so on, down to all but one.
fn scripts(script: &[Step]) -> Vec<Vec<Step>> {
    let count = script.len();
    if count < 2 {
        return Vec::new();
    }
    let mut scripts: Vec<Vec<Step>> = script.iter().map(|step| vec![step.clone()]).collect();
    let mut part = count / 2;
    while part > 0 {
        let starts = (0..count).step_by(part);
        scripts.extend(starts.map(|start| [&script[..start], &script[(start + part).min(count)..]].concat()));
        part /= 2;
    }
    scripts.extend(steps::without_objects(script));
    scripts
}

/// Lower numbers, from 0 up to one less.
fn lower(number: u64) -> impl Iterator<Item = u64> {
    let cuts = std::iter::successors(Some(number), |cut| Some(cut / 2)).take_while(|cut| *cut > 0);
    cuts.map(move |cut| number - cut)
}

/// Simpler arrays, the boldest simplification first.
pub(crate) fn arrays(array: &Array, platform: &Platform) -> Vec<Array> {
    let mut smaller = Vec::new();
    let mut push = |change: &dyn Fn(&mut Array)| {
        let mut changed = array.clone();
        change(&mut changed);
        smaller.push(changed);
    };
    // Without views; with one view less; with the array itself laid out as the views make it.
    if !array.views.is_empty() {
        push(&|array| array.views.clear());
        for at in 0..array.views.len() {
            push(&|array| drop(array.views.remove(at)));
        }
        if let Ok(layout) = resolve(platform, array) {
            push(&|array| {
                array.views.clear();
                array.dtype = layout.dtype.clone();
                array.offset = layout.offset;
                array.shape.clone_from(&layout.shape);
                array.strides.clone_from(&layout.strides);
            });
        }
    }
    for views in views::simpler(&array.views) {
        push(&|array| array.views.clone_from(&views));
    }
    for axis in 0..array.shape.len() {
        push(&|array| axes::remove(array, axis, platform));
    }
    for (axis, length) in array.shape.iter().enumerate() {
        // These reach the shortest failing length in few tries, however long the axis is.
        let mut shorter = vec![1, 2];
        shorter.extend(lower(*length));
        shorter.retain(|new| new < length);
        for new in shorter {
            push(&|array| axes::shorten(array, axis, new, platform));
        }
    }
    push(&|array| array.strides = c_strides(&array.shape, array.dtype.item_size()));
    let packed = c_strides(&array.shape, array.dtype.item_size());
    for (axis, stride) in array.strides.iter().enumerate() {
        // An array that does not exist may have more strides than axes.
        let packed = packed.get(axis).copied().unwrap_or(0);
        for new in [packed, stride.saturating_abs(), stride / 2] {
            push(&|array| array.strides[axis] = new);
        }
    }
    for dtype in simpler_types(&array.dtype, platform) {
        push(&|array| array.dtype = dtype.clone());
        push(&|array| {
            array.dtype = dtype.clone();
            array.strides = c_strides(&array.shape, array.dtype.item_size());
        });
    }
    push(&|array| array.writeable = array.map.is_none() || array.is_writeable());
    for at in [0, array.buffer.at & !63, array.buffer.at & 1, array.buffer.at / 2] {
        push(&|array| array.buffer.at = at);
    }
    push(&|array| array.offset = 0);
    push(&|array| fit(array, platform));
    for tail in [0, 1, 3, 7, 15] {
        push(&|array| cut_tail(array, platform, tail));
    }
    // Only the first of these may change how the elements are aligned.
    for unit in [1, 2, 8, 16, 64] {
        push(&|array| cut_head(array, platform, unit));
    }
    push(&|array| {
        let size = array.buffer.bytes.len();
        array.buffer.bytes = (0..size).map(|at| at as u8).collect();
    });
    push(&|array| array.buffer.bytes.fill(0));
    if let Some(map) = &array.map {
        maps(array, map, platform, &mut smaller);
    }
    if array.owner.is_some() {
        smaller.insert(0, Array { owner: None, ..array.clone() });
        smaller.iter_mut().for_each(describe_owner);
    }
    smaller
}

/// Describes an array that owns its memory as such: where its elements are follows from their type and the shape. An element
/// type that the owner does not make is outside the limits.
fn describe_owner(array: &mut Array) {
    let Some(owner) = array.owner else { return };
    let size = array.shape.iter().try_fold(array.dtype.item_size(), |bytes, length| bytes.checked_mul(*length));
    // More bytes than there were are no simplification.
    let Some(size) = size.filter(|size| *size <= array.buffer.size) else { return };
    let mut bytes = std::mem::take(&mut array.buffer.bytes);
    bytes.resize(size as usize, 0);
    let views = std::mem::take(&mut array.views);
    *array = Array { views, ..Array::owned(owner, bytes, array.dtype.clone(), &array.shape) };
}

/// Adds arrays that are mapped in a simpler way or not at all, and gives those so far the strides of their order.
fn maps(array: &Array, map: &Map, platform: &Platform, smaller: &mut Vec<Array>) {
    if array.is_fortran() {
        let in_order = |simpler: &Array| Array {
            strides: f_strides(&simpler.shape, simpler.dtype.item_size()),
            ..simpler.clone()
        };
        smaller.extend(smaller.iter().filter(|simpler| !simpler.is_fortran()).map(in_order).collect::<Vec<_>>());
    }
    if !map.deduced {
        for simpler in smaller.iter_mut().filter(|simpler| !simpler.is_fortran()) {
            simpler.strides = c_strides(&simpler.shape, simpler.dtype.item_size());
        }
    }
    // A negative offset would be a mistake that the array does not have.
    smaller.retain(|simpler| simpler.offset >= 0 || array.offset < 0);
    let mut push = |change: &dyn Fn(&mut Array)| {
        let mut changed = array.clone();
        change(&mut changed);
        smaller.push(changed);
    };
    let unviewed = Array { views: Vec::new(), ..array.clone() };
    if let Ok(layout) = resolve(platform, &unviewed) {
        let memory = array.memory();
        push(&|array| {
            array.map = None;
            array.writeable = true;
            array.buffer = Buffer { size: memory.size, bytes: memory.bytes.to_vec(), at: 0 };
            array.shape.clone_from(&layout.shape);
            array.strides.clone_from(&layout.strides);
        });
        if map.deduced {
            push(&|array| {
                array.map = Some(Map { deduced: false, ..map.clone() });
                array.shape.clone_from(&layout.shape);
                array.strides.clone_from(&layout.strides);
            });
        }
    }
    for mode in [Mode::R, Mode::RPlus, Mode::WPlus] {
        push(&|array| {
            array.map = Some(Map { mode, ..map.clone() });
            array.writeable = array.is_writeable();
        });
    }
    push(&|array| array.map = Some(Map { file: Handle::Path, ..map.clone() }));
    push(&|array| array.map = Some(Map { name: None, ..map.clone() }));
    push(&|array| array.offset %= i64::from(platform.granularity));
    for offset in lower(array.offset.unsigned_abs()) {
        push(&|array| array.offset = offset as i64);
    }
    for size in lower(array.buffer.size) {
        push(&|array| {
            array.buffer.size = size;
            array.buffer.bytes.truncate(size as usize);
        });
    }
}

/// Cuts the buffer down to the bytes of the array.
fn fit(array: &mut Array, platform: &Platform) {
    cut_tail(array, platform, 0);
    cut_head(array, platform, 1);
}

/// Cuts the buffer off, at most `tail` bytes behind the array.
fn cut_tail(array: &mut Array, platform: &Platform, tail: u64) {
    if let Some(extent) = extent(array, platform) {
        array.buffer.size = array.buffer.size.min(extent.end + tail);
        array.buffer.bytes.truncate(array.buffer.size as usize);
    }
}

/// Cuts off the bytes of the buffer before the array, as many as are a multiple of `unit`.
fn cut_head(array: &mut Array, platform: &Platform, unit: u64) {
    if let Some(extent) = extent(array, platform) {
        let count = extent.start - extent.start % unit;
        let given = array.buffer.bytes.len().min(count as usize);
        array.buffer.bytes.drain(..given);
        // A file that grows may end before the array begins.
        array.buffer.size = array.buffer.size.saturating_sub(count);
        array.offset -= count as i64;
    }
}

/// The bytes that the array reaches before all views, as offsets in the buffer.
fn extent(array: &Array, platform: &Platform) -> Option<Range<u64>> {
    let unviewed = Array { views: Vec::new(), ..array.clone() };
    let (low, high) = resolve(platform, &unviewed).ok()?.extent();
    Some(low as u64..high as u64)
}
