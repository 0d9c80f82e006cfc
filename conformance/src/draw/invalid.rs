//! Makes arrays that do not exist. Most are nearly right: one byte, one axis or one name away from an array that does.

use super::aim::Aims;
use super::domain::Domain;
use super::mistake::impossible;
use super::view::chain;
use crate::adapter::limits::Order;
use crate::draw::Draw;
use array_ctypes_spec::Array;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::layout::Layout;
use array_ctypes_spec::platform::{ByteOrder, Platform};
use std::ops::Range;

/// Makes an array that does not exist: with an element outside the buffer, too many bytes, or an impossible view.
pub(crate) fn invalid(draw: &mut Draw, domain: &Domain, aims: &Aims, mut array: Array) -> Array {
    let platform = domain.platform;
    let size = array.buffer.size as i64;
    // The library places the elements of the others, so only a view of them can be wrong.
    let is_placed = array.map.is_some() || array.owner.is_some() || !domain.limits.given_memory;
    match draw.below(24) {
        0..=12 if is_placed => views(draw, domain, aims, &mut array),
        0 | 1 => {
            // An array without elements must lie in its buffer too.
            if let Some(length) = array.shape.first_mut().filter(|_| domain.limits.empty && draw.one_in(2)) {
                *length = 0;
                if !domain.limits.strided {
                    array.strides = domain.packed(Order::C, &array.shape, array.dtype.item_size());
                }
            }
            let past = i64::from(draw.below(3)) + 1;
            array.offset = if draw.one_in(2) { size + past } else { -past };
        }
        // One byte too far at either end, so that only the outermost element is outside.
        2 | 3 => array.offset += size - extent(&array).end + 1,
        4 | 5 => array.offset -= extent(&array).start + 1,
        6 if domain.limits.strided => drop(array.strides.pop()),
        7 if domain.limits.strided => array.strides.push(0),
        8 => array.dtype = absent(draw, platform),
        // Just more bytes than an intp counts, in one axis or two. An additional axis of length 0 does not make that
        // right.
        9..=12 => {
            let most = platform.intp_max() as u64 / array.dtype.item_size().max(1);
            array.shape = if draw.one_in(2) { vec![most + 1] } else { vec![2, most / 2 + 1] };
            if draw.one_in(2) && domain.limits.empty {
                array.shape.insert(0, 0);
            }
            let may_repeat = domain.limits.strided && domain.limits.overlap;
            array.strides = if may_repeat && !draw.one_in(4) {
                vec![0; array.shape.len()]
            } else {
                domain.packed(Order::C, &array.shape, array.dtype.item_size())
            };
        }
        _ => views(draw, domain, aims, &mut array),
    }
    array
}

/// Gives the array a view that does not exist, in half of the cases after some that do.
fn views(draw: &mut Draw, domain: &Domain, aims: &Aims, array: &mut Array) {
    let mut layout = unviewed(array);
    if draw.one_in(2) {
        array.views = chain(draw, domain, aims, array.at(), &mut layout);
    }
    array.views.extend(impossible(draw, domain, aims, &layout));
}

/// The long double of another platform, or a complex number of it.
fn absent(draw: &mut Draw, platform: &Platform) -> Dtype {
    let size = if platform.long_double.size() == 12 { 16 } else { 12 };
    let (kind, size) = if draw.one_in(2) { (Kind::Float, size) } else { (Kind::Complex, 2 * size) };
    Dtype::Plain(Plain { kind, size, order: ByteOrder::Little, unit: None })
}

/// The layout of an array without its views.
fn unviewed(array: &Array) -> Layout {
    let (dtype, offset) = (array.dtype.clone(), array.offset);
    Layout { dtype, offset, shape: array.shape.clone(), strides: array.strides.clone() }
}

/// The bytes that an array touches, as offsets in its buffer.
fn extent(array: &Array) -> Range<i64> {
    let (low, high) = unviewed(array).extent();
    low as i64..high as i64
}
