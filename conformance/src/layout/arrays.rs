//! Draws whole arrays: buffer, layout, views; now and then one that does not exist.

use super::strides::{shape, strides};
use super::views::{chain, impossible};
use crate::draw::Draw;
use crate::{data, dtype};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer};

/// An array, and where its elements are; nowhere, if it does not exist.
pub(crate) fn draw(draw: &mut Draw, platform: &Platform) -> (Array, Option<Layout>) {
    let dtype = dtype::draw(draw, platform);
    let shape = shape(draw);
    let strides = strides(draw, &shape, dtype.item_size());
    let mut layout = Layout { dtype, offset: 0, shape, strides };
    let huge = draw.one_in(40) && !layout.is_empty() && !layout.dtype.has_objects();
    if huge {
        stretch(draw, &mut layout);
    }
    let (low, high) = layout.extent();
    let lead = if draw.one_in(3) { 0 } else { i128::from(draw.below(20)) };
    let tail = if draw.one_in(3) { 0 } else { i128::from(draw.below(20)) };
    let size = (high - low + lead + tail) as u64;
    layout.offset = (lead - low) as i64;
    let array = Array {
        buffer: Buffer { size, bytes: contents(draw, &layout.dtype, size), at: data::base(draw) },
        writeable: !draw.one_in(6),
        dtype: layout.dtype.clone(),
        offset: layout.offset,
        shape: layout.shape.clone(),
        strides: layout.strides.clone(),
        views: Vec::new(),
    };
    if draw.one_in(24) {
        let array = invalid(draw, platform, array);
        let layout = resolve(platform, &array).ok();
        return (array, layout);
    }
    let views = chain(draw, platform, &mut layout);
    (Array { views, ..array }, Some(layout))
}

/// Makes an array large: by a length that a zero stride repeats, or by a stride over memory that is only reserved.
fn stretch(draw: &mut Draw, layout: &mut Layout) {
    let Some(axis) = (0..layout.shape.len()).find(|axis| layout.shape[*axis] > 1) else { return };
    let edge = draw.pick(&[(1u64 << 31) - 1, 1 << 31, (1 << 31) + 1, 1 << 32, (1 << 32) + 1]);
    if draw.one_in(2) {
        layout.shape[axis] = edge;
        layout.strides[axis] = 0;
    } else {
        layout.shape[axis] = 2;
        layout.strides[axis] = edge as i64;
    }
}

/// The first bytes of a buffer: all of them if it is small. Zeros where elements refer to objects.
fn contents(draw: &mut Draw, dtype: &Dtype, size: u64) -> Vec<u8> {
    let count = size.min(1 << 12) as usize;
    if dtype.has_objects() || draw.one_in(16) {
        return vec![0; if size > 1 << 20 { 0 } else { size as usize }];
    }
    let mut bytes = Vec::with_capacity(size.min(1 << 14) as usize + 8);
    let all_ones = draw.one_in(16);
    while bytes.len() < if size > 1 << 20 { count } else { size as usize } {
        // Exponents that are all ones make infinities and NaNs, quiet and signalling.
        let word = match draw.below(16) {
            0 => u64::MAX,
            1 => 0x7FF0_0000_0000_0001,
            2 => 0x7FA0_0001_7F80_0000,
            3 => 1,
            _ => draw.word(),
        };
        bytes.extend_from_slice(&(if all_ones { u64::MAX } else { word }).to_le_bytes());
    }
    bytes.truncate(if size > 1 << 20 { count } else { size as usize });
    bytes
}

/// Breaks an array: an element outside the buffer, too many bytes, or a view that does not exist.
fn invalid(draw: &mut Draw, platform: &Platform, mut array: Array) -> Array {
    match draw.below(4) {
        0 => array.offset = array.buffer.size as i64 + 1 + i64::from(draw.below(5)),
        1 => array.offset = -1 - i64::from(draw.below(5)),
        2 => {
            // Two axes are enough to pass every intp.
            let length = (1u64 << (platform.pointer_size() * 4)) + u64::from(draw.below(3));
            array.shape = vec![length, length];
            array.strides = vec![0, 0];
        }
        _ => {
            let layout = Layout {
                dtype: array.dtype.clone(),
                offset: array.offset,
                shape: array.shape.clone(),
                strides: array.strides.clone(),
            };
            array.views = vec![impossible(draw, &layout)];
        }
    }
    array
}
