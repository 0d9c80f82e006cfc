//! Draws shapes and byte strides.

use crate::draw::Draw;
use array_ctypes_spec::layout::c_strides;

/// The most elements that a shape has.
const MAX_ELEMENTS: u64 = 64;

/// A shape: no axes, few, or up to 64; with lengths 0, 1 and others; few elements altogether.
pub(crate) fn shape(draw: &mut Draw) -> Vec<u64> {
    let dimensions = match draw.below(64) {
        0..=3 => 0,
        4..=18 => 1,
        19..=33 => 2,
        34..=45 => 3,
        46..=55 => 4 + draw.below(5),
        56..=61 => 9 + draw.below(8),
        62 => 17 + draw.below(16),
        _ => 30 + draw.below(35),
    };
    let empty = draw.one_in(12);
    let zero_at = if empty && dimensions > 0 { Some(draw.below(dimensions)) } else { None };
    let mut room = MAX_ELEMENTS;
    (0..dimensions)
        .map(|axis| {
            let length = match draw.below(8) {
                0 => 1,
                _ if dimensions > 6 => 1 + u64::from(draw.one_in(3)),
                1..=3 => 2,
                4..=5 => 3,
                6 => 4,
                _ => 1 + u64::from(draw.below(12)),
            };
            let length = if length <= room { length } else { 1 };
            room /= length;
            if zero_at == Some(axis) { 0 } else { length }
        })
        .collect()
}

/// Byte strides for a shape: in C order, Fortran order or any order of the axes; with gaps, odd, overlapping, zero or
/// negative; any number for an axis of length 1.
pub(crate) fn strides(draw: &mut Draw, shape: &[u64], item_size: u64) -> Vec<i64> {
    let manner = draw.below(16);
    if manner < 3 {
        return c_strides(shape, item_size);
    }
    let mut strides = packed(draw, shape, item_size, manner);
    for (stride, length) in strides.iter_mut().zip(shape) {
        if draw.one_in(4) {
            *stride = -*stride;
        }
        if draw.one_in(12) {
            *stride = 0;
        }
        if *length == 1 && draw.one_in(3) {
            // Such a stride reaches nothing, so it may be any number, also one that floats round and narrow integers
            // wrap.
            *stride = if draw.one_in(3) { edge(draw) } else { draw.between(-4096, 4096) };
        }
    }
    strides
}

/// A number near which conversions change: binary32 and binary64 start to round there, or an integer type ends.
fn edge(draw: &mut Draw) -> i64 {
    let power = draw.pick(&[7, 8, 15, 16, 24, 31, 32, 53, 63]);
    let near = (1i64 << (power % 63)).wrapping_add(draw.between(-1, 1));
    let middle = (1 << 60) + (1 << 36) + 1;
    let number = draw.pick(&[near, near, middle, i64::MAX, i64::MIN]);
    if draw.one_in(2) { number } else { number.wrapping_neg() }
}

/// Positive strides for the axes in some order, with gaps or overlap.
fn packed(draw: &mut Draw, shape: &[u64], item_size: u64, manner: u32) -> Vec<i64> {
    let mut order: Vec<usize> = (0..shape.len()).rev().collect();
    match manner {
        3 | 4 => order.reverse(),
        5..=11 => (1..order.len()).for_each(|last| order.swap(last, draw.below(last as u32 + 1) as usize)),
        _ => {}
    }
    let mut next = item_size;
    let mut strides = vec![0; shape.len()];
    for axis in order {
        let gap = match manner {
            6 | 7 => u64::from(draw.below(8)),
            8 | 9 => item_size * u64::from(draw.below(3)),
            _ => 0,
        };
        let stride = match manner {
            // Less than the faster axes reach, so that elements overlap.
            10 | 11 if draw.one_in(2) => u64::from(draw.below(1 + next.min(1 << 20) as u32)),
            _ => next + gap,
        };
        strides[axis] = stride as i64;
        // Gaps on many axes multiply, so there are none past this size.
        next = (stride * shape[axis].max(1)).clamp(1, 1 << 12);
    }
    strides
}
