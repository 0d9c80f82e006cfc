//! What a finished case is like, found by naive means and not from what the generator meant.

use crate::Case;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::Platform;
use std::collections::HashSet;

/// The names of the traits, in the order of [`traits`].
pub const NAMES: [&str; 13] = [
    "negative strides",
    "zero strides",
    "strides not a multiple of the item size",
    "misaligned base",
    "swapped bytes",
    "zero size",
    "0-d",
    "more than 8 dimensions",
    "overlap",
    "read-only",
    "sizes past 2^31",
    "refused",
    "mapped",
];

/// Which of the traits a case has, for the array after all its views.
pub fn traits(case: &Case, platform: &Platform) -> [bool; 13] {
    let array = &case.array;
    let Ok(layout) = resolve(platform, array) else {
        let mut refused = [false; 13];
        refused[11] = true;
        refused[12] = array.map.is_some();
        return refused;
    };
    let item = layout.dtype.item_size() as i64;
    let address = i64::from(array.at()) + layout.offset;
    let long = |value: u64| value >= 1 << 31;
    // On an axis of length 1 a stride reaches nothing.
    let far = |(stride, length): (&i64, &u64)| *length > 1 && long(stride.unsigned_abs());
    [
        layout.strides.iter().any(|stride| *stride < 0),
        layout.strides.contains(&0),
        layout.strides.iter().any(|stride| stride % item != 0),
        address % layout.dtype.alignment(platform) as i64 != 0,
        layout.dtype.is_swapped(platform),
        layout.shape.contains(&0),
        layout.shape.is_empty(),
        layout.shape.len() > 8,
        overlaps(&layout),
        !array.is_writeable(),
        layout.shape.iter().any(|length| long(*length)) || layout.strides.iter().zip(&layout.shape).any(far),
        false,
        array.map.is_some(),
    ]
}

/// Whether a case is as plain as they come: over a buffer, C-contiguous, aligned, native, not empty.
pub fn is_plain(case: &Case, platform: &Platform) -> bool {
    resolve(platform, &case.array).is_ok_and(|layout| {
        case.array.map.is_none()
            && layout.is_c_contiguous()
            && layout.is_aligned(platform, case.array.at())
            && !layout.dtype.is_swapped(platform)
            && !layout.is_empty()
    })
}

/// The kind of the element type: the character of its type string, or `r` for structured ones.
pub fn kind(case: &Case, platform: &Platform) -> char {
    let after = resolve(platform, &case.array).map_or_else(|_| case.array.dtype.clone(), |layout| layout.dtype);
    match after {
        Dtype::Plain(plain) => plain.kind.code(),
        Dtype::Record(_) => 'r',
    }
}

/// Whether two elements share a byte: every byte of every element is noted, up to 4096 elements; of larger arrays, whose
/// size comes from zero strides or from two far ends, the first elements tell.
fn overlaps(layout: &Layout) -> bool {
    let size = i128::from(layout.dtype.item_size());
    let mut seen = HashSet::new();
    !layout.offsets().take(4096).all(|start| (start..start + size).all(|byte| seen.insert(byte)))
}
