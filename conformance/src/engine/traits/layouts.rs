//! What layouts are like, by code that is as simple as it can be: it looks at every element, or at a few thousand.

use array_ctypes_spec::Array;
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use std::collections::HashSet;

/// How many elements are looked at. A larger array has zero strides or far ends, which its first elements show.
const LOOKED_AT: usize = 4096;

pub(super) fn has_odd_strides(layout: &Layout) -> bool {
    let item = layout.dtype.item_size() as i64;
    layout.strides.iter().any(|stride| stride % item != 0)
}

pub(super) fn is_base_aligned(array: &Array, layout: &Layout, platform: &Platform) -> bool {
    let address = i64::from(array.at()) + layout.offset;
    address % layout.dtype.alignment(platform) as i64 == 0
}

pub(super) fn is_large(layout: &Layout) -> bool {
    let large = |value: u64| value >= 1 << 31;
    // On an axis of length 1 a stride reaches nothing.
    let reaches_far = |(stride, length): (&i64, &u64)| *length > 1 && large(stride.unsigned_abs());
    layout.shape.iter().any(|length| large(*length)) || layout.strides.iter().zip(&layout.shape).any(reaches_far)
}

/// Returns true if two elements share a byte. Notes every byte of the first elements.
pub(super) fn overlaps(layout: &Layout) -> bool {
    let size = i128::from(layout.dtype.item_size());
    let mut seen = HashSet::new();
    !layout.offsets().take(LOOKED_AT).all(|start| (start..start + size).all(|byte| seen.insert(byte)))
}

/// The bytes from the first of an element to the last.
pub(super) fn span(layout: &Layout) -> u128 {
    if layout.is_empty() {
        return 0;
    }
    let reach =
        |(length, stride): (&u64, &i64)| u128::from(length - 1).saturating_mul(u128::from(stride.unsigned_abs()));
    let item = u128::from(layout.dtype.item_size());
    layout.shape.iter().zip(&layout.strides).map(reach).fold(item, u128::saturating_add)
}

/// Returns true if there are bytes between the elements, and no elements share a byte.
pub(super) fn has_gaps(layout: &Layout) -> bool {
    let bytes = u128::from(layout.elements()).saturating_mul(u128::from(layout.dtype.item_size()));
    span(layout) > bytes && !overlaps(layout)
}

/// Returns true if each element follows the one before it without a gap, with the axis `fastest` changing first, and those
/// next to it after it, to the right or to the left. No axis means one element.
pub(super) fn is_dense(layout: &Layout, fastest: Option<usize>, to_right: bool) -> bool {
    let Some(fastest) = fastest.filter(|_| !layout.is_empty()) else { return true };
    let mut next = i128::from(layout.dtype.item_size());
    let axes: Vec<usize> =
        if to_right { (fastest..layout.shape.len()).collect() } else { (0..=fastest).rev().collect() };
    for axis in axes {
        if layout.shape[axis] != 1 {
            if i128::from(layout.strides[axis]) != next {
                return false;
            }
            next = next.saturating_mul(i128::from(layout.shape[axis]));
        }
    }
    true
}
