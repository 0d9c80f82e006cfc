//! What a picture of memory marks whoever speaks: the strides, the mapping of a file, the boundaries of pages.

use super::ink::Ink;
use super::mark::{Mark, distance};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer};

/// The most axes that get an arrow.
const MAX_AXES: usize = 3;

/// An arrow for each axis along which there are elements, from the first element to the next. The address, if there are none.
pub(super) fn axes(layout: &Layout) -> Vec<Mark> {
    let start = i128::from(layout.offset);
    if layout.is_empty() || layout.dtype.item_size() == 0 {
        return vec![Mark::place(Ink::Plain, start, "address".to_owned())];
    }
    let axes = layout.shape.iter().zip(&layout.strides).enumerate().filter(|(_, (length, _))| **length > 1);
    let arrow = |(axis, (_, stride)): (usize, (&u64, &i64))| {
        let stride = i128::from(*stride);
        Mark::arrow(Ink::Plain, start, start.saturating_add(stride), format!("axis {axis}: {}", distance(stride)))
    };
    axes.take(MAX_AXES).map(arrow).collect()
}

/// Where the mapping of a file starts and ends, and the offset of the array in the file.
pub(super) fn mapping(array: &Array, platform: &Platform) -> Vec<Mark> {
    if array.map.is_none() {
        return Vec::new();
    }
    let mark = |at, label: &str| Mark::place(Ink::Plain, at, label.to_owned());
    let (reach, offset) = (array.reach(platform), i128::from(array.offset));
    let mut marks = Vec::new();
    if reach.start < reach.end {
        marks.push(mark(reach.start, "mapping starts"));
        marks.push(mark(reach.end.saturating_sub(1), "mapping ends"));
    }
    if offset != reach.start || marks.is_empty() {
        marks.push(mark(offset, "offset"));
    }
    marks
}

/// The boundaries of pages among these bytes, but for the first byte of the memory.
pub(super) fn pages(array: &Array, from: i128, until: i128) -> Vec<Mark> {
    // Nobody knows before where a library allocates.
    if array.owner.is_some() {
        return Vec::new();
    }
    let (page, at) = (i128::from(Buffer::PAGE), i128::from(array.at()));
    let from = from.max(1);
    let first = from.saturating_add((-(from.saturating_add(at))).rem_euclid(page));
    let mark = |at| Mark::place(Ink::Plain, at, "page boundary".to_owned());
    if first < until { vec![mark(first)] } else { Vec::new() }
}
