//! Makes arrays long: with lengths and strides at the edges of integer types.
//!
//! Where an axis reaches over memory, the memory is only reserved, and no step reads, copies or fills all of it. Lengths past
//! what an address space holds are those of an axis that a stride of zero repeats.

use crate::adapter::limits::Order;
use crate::draw::Draw;
use crate::draw::aim::{Aim, Aims};
use crate::draw::domain::Domain;
use array_ctypes_spec::layout::Layout;

/// The edges of integer types, and of the integers that floating point types hold, as powers of 2.
const POWERS: [u32; 9] = [7, 8, 15, 16, 24, 31, 32, 53, 63];

/// Makes an array long, if it aims at that, and now and then without that aim.
pub(crate) fn stretch(draw: &mut Draw, domain: &Domain, aims: &Aims, layout: &mut Layout) {
    let is_aimed = aims.has_any(&[Aim::LongAxis, Aim::LongSpan, Aim::Large]);
    if !is_aimed && !draw.one_in(16) || layout.dtype.has_objects() || layout.is_empty() && !is_aimed {
        return;
    }
    let Some(axis) = axis(draw, layout) else { return };
    let before = layout.clone();
    match () {
        () if aims.has(Aim::LongAxis) => lengthen(draw, domain, layout, axis, &POWERS[..5]),
        () if aims.has(Aim::LongSpan) => spread(draw, layout, axis, &[16, 24]),
        () if aims.has(Aim::Large) => match draw.below(4) {
            0 | 1 => repeat(draw, domain, layout, axis, &POWERS[5..]),
            2 => spread(draw, layout, axis, &POWERS[5..7]),
            _ => lengthen(draw, domain, layout, axis, &POWERS[5..7]),
        },
        () => match draw.below(4) {
            0 => repeat(draw, domain, layout, axis, &POWERS),
            1 | 2 => lengthen(draw, domain, layout, axis, &POWERS[..7]),
            _ => spread(draw, layout, axis, &POWERS[..7]),
        },
    }
    if !is_inside(domain, layout) {
        *layout = before;
    }
}

/// An axis that is longer than 1, or any if none is.
fn axis(draw: &mut Draw, layout: &Layout) -> Option<usize> {
    let start = draw.below(layout.shape.len() as u32) as usize;
    let axes = || (start..layout.shape.len()).chain(0..start);
    axes().find(|axis| layout.shape[*axis] > 1).or_else(|| axes().next())
}

/// A number at one of these edges: just below, on it, or just past it.
fn edge(draw: &mut Draw, powers: &[u32]) -> u64 {
    let power = draw.pick(powers);
    (1u64 << power) - 1 + u64::from(draw.below(3))
}

/// A number next to the middle between two neighbours among binary32 numbers, or among binary64 numbers. A conversion that
/// rounds twice, or towards zero, goes wrong there.
fn rounded(draw: &mut Draw, item_size: u64) -> u64 {
    let bits = draw.pick(&[24, 24, 53]);
    // From here on binary64 lacks the last bit, so that the first of two roundings hides on which side the number lies.
    let least = 55;
    let most = 62 - item_size.next_power_of_two().ilog2();
    let power = least + draw.below(most.saturating_sub(least).max(1));
    let side = draw.pick(&[1, 1, 1, -1]);
    ((1u64 << power) + (1 << (power - bits))).wrapping_add_signed(side)
}

/// Gives the axis a length that a stride of zero repeats.
fn repeat(draw: &mut Draw, domain: &Domain, layout: &mut Layout, axis: usize, powers: &[u32]) {
    if !domain.limits.overlap || !domain.limits.strided {
        return;
    }
    let item = layout.dtype.item_size();
    layout.shape[axis] = if powers.contains(&53) && draw.one_in(2) { rounded(draw, item) } else { edge(draw, powers) };
    layout.strides[axis] = 0;
    // So many elements leave no room for other axes, or for wide items.
    if layout.shape[axis] > 1 << 53 {
        (0..layout.shape.len())
            .filter(|other| *other != axis)
            .for_each(|other| layout.shape[other] = layout.shape[other].min(1));
        layout.shape[axis] = layout.shape[axis].min(i64::MAX as u64 / item.max(1));
    }
}

/// Gives the axis a length that reaches over memory. The other axes keep to their first element or two, since their
/// strides would reach into it.
fn lengthen(draw: &mut Draw, domain: &Domain, layout: &mut Layout, axis: usize, powers: &[u32]) {
    let length = edge(draw, powers);
    layout.shape[axis] = length;
    if layout.strides[axis] == 0 && !domain.limits.overlap {
        layout.strides[axis] = layout.dtype.item_size() as i64;
    }
    if domain.limits.strided && domain.limits.overlap {
        // A wide gap between long axes would need more than the address space.
        let item = layout.dtype.item_size() as i64;
        layout.strides[axis] = layout.strides[axis].clamp(-4 * item, 4 * item);
        return;
    }
    for other in (0..layout.shape.len()).filter(|other| *other != axis) {
        layout.shape[other] = layout.shape[other].min(1);
    }
    if !domain.limits.strided {
        layout.strides = domain.packed(Order::C, &layout.shape, layout.dtype.item_size());
    }
}

/// Gives the axis two elements that are far apart.
fn spread(draw: &mut Draw, layout: &mut Layout, axis: usize, powers: &[u32]) {
    let distance = edge(draw, powers) as i64;
    // Half of them are whole elements apart.
    let distance = if draw.one_in(2) { distance - distance % layout.dtype.item_size().max(1) as i64 } else { distance };
    layout.shape[axis] = layout.shape[axis].clamp(1, 2);
    layout.strides[axis] = if layout.strides[axis] < 0 { -distance } else { distance };
}

/// Returns true if the array is inside the limits and needs no more memory than a system reserves.
fn is_inside(domain: &Domain, layout: &Layout) -> bool {
    let limits = domain.limits;
    let size = layout.dtype.item_size();
    let bytes =
        layout.shape.iter().filter(|length| **length != 0).try_fold(size, |bytes, length| bytes.checked_mul(*length));
    let max = domain.platform.intp_max();
    // A stride is an intp, also where it reaches nothing.
    let (most, intps) = (max as u64, -max - 1..=max);
    let (low, high) = layout.extent();
    let unit = domain.stride_unit(&layout.dtype) as i64;
    bytes.is_some_and(|bytes| bytes <= most.min(limits.max_bytes))
        && high - low <= i128::from(domain.max_span())
        && (limits.overlap || !layout.may_overlap())
        && limits.allow_order(&layout.shape, &layout.strides, size)
        && layout.strides.iter().all(|stride| stride % unit == 0 && intps.contains(stride))
}
