//! Draws whole arrays: buffer, layout, views; now and then one that does not exist.

use super::shape::{shape, strides};
use super::view::{chain, impossible};
use crate::draw::{Draw, dtype, memmap};
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::{ByteOrder, Platform};
use array_ctypes_spec::{Array, Buffer};

/// An array, and where its elements are; nowhere, if it does not exist. Mapped from a file now and then, where files are
/// wanted at all.
///
/// Each part has choices of its own, so that a size which differs between platforms moves no other choice.
pub(crate) fn draw(draw: &mut Draw, platform: &Platform, files: bool) -> (Array, Option<Layout>) {
    let of_map = draw.part(5);
    if files && of_map.clone().one_in(6) {
        return memmap::draw(&of_map, platform);
    }
    let mut of_type = draw.part(0);
    let mut of_layout = draw.part(1);
    let mut of_buffer = draw.part(2);
    let dtype = dtype::draw(&mut of_type, platform);
    let shape = shape(&mut of_layout);
    let most = platform.intp_max();
    let strides = strides(&mut of_layout, &shape, dtype.item_size()).into_iter();
    // A stride is an intp.
    let strides = strides.map(|stride| stride.clamp(-most - 1, most)).collect();
    let mut layout = Layout { dtype, offset: 0, shape, strides };
    if of_layout.one_in(40) && !layout.is_empty() && !layout.dtype.has_objects() {
        stretch(&mut of_layout, platform, &mut layout);
    }
    let (low, high) = layout.extent();
    let lead = if of_buffer.one_in(3) { 0 } else { i128::from(of_buffer.below(20)) };
    let tail = if of_buffer.one_in(3) { 0 } else { i128::from(of_buffer.below(20)) };
    let size = (high - low + lead + tail) as u64;
    layout.offset = (lead - low) as i64;
    let at = base(&mut of_buffer);
    let bytes = contents(&mut of_buffer, &layout.dtype, size);
    let Layout { dtype, offset, shape, strides } = layout;
    let mut array = Array {
        buffer: Buffer { size, bytes, at },
        map: None,
        writeable: !draw.one_in(6),
        dtype,
        offset,
        shape,
        strides,
        views: Vec::new(),
    };
    let broken = draw.one_in(20);
    if broken {
        array = invalid(&mut draw.part(3), platform, array);
    }
    let mut layout = resolve(platform, &array).ok();
    if let Some(layout) = layout.as_mut().filter(|_| !broken) {
        array.views = chain(&mut draw.part(4), platform, layout);
    }
    (array, layout)
}

/// Makes an array large: by a length that a zero stride repeats, or by a stride over memory that is only reserved, where
/// there is an address space for that.
fn stretch(draw: &mut Draw, platform: &Platform, layout: &mut Layout) {
    let Some(axis) = (0..layout.shape.len()).find(|axis| layout.shape[*axis] > 1) else { return };
    let edge = draw.pick(&[(1u64 << 31) - 1, 1 << 31, (1 << 31) + 1, 1 << 32, (1 << 32) + 1]);
    if draw.one_in(2) || platform.pointer_size() == 4 {
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
    let size = array.buffer.size;
    match draw.below(24) {
        0 => array.offset = size as i64 + 1 + i64::from(draw.below(5)),
        1 => array.offset = -1 - i64::from(draw.below(5)),
        // One byte too far at either end, so that only the outermost element is outside.
        2 => array.offset += size as i64 - extent(&array).1 + 1,
        3 => array.offset -= extent(&array).0 + 1,
        4 => drop(array.strides.pop()),
        5 => array.strides.push(0),
        6 => array.dtype = absent(platform),
        // Just past what an intp counts, in one axis or two; an axis of length 0 does not excuse them.
        7..=9 => {
            let most = platform.intp_max() as u64 / array.dtype.item_size();
            array.shape = if draw.one_in(2) { vec![most + 1] } else { vec![2, most / 2 + 1] };
            if draw.one_in(3) {
                array.shape.insert(0, 0);
            }
            array.strides = vec![0; array.shape.len()];
        }
        _ => {
            let mut layout = unviewed(&array);
            if draw.one_in(2) {
                array.views = chain(draw, platform, &mut layout);
            }
            array.views.push(impossible(draw, platform, &layout));
        }
    }
    array
}

/// A long double of another platform.
fn absent(platform: &Platform) -> Dtype {
    let size = if platform.long_double.size() == 12 { 16 } else { 12 };
    Dtype::Plain(Plain { kind: Kind::Float, size, order: ByteOrder::Little, unit: None })
}

fn unviewed(array: &Array) -> Layout {
    let (dtype, offset) = (array.dtype.clone(), array.offset);
    Layout { dtype, offset, shape: array.shape.clone(), strides: array.strides.clone() }
}

/// The lowest byte that an array touches and the one after the highest, relative to its buffer.
fn extent(array: &Array) -> (i64, i64) {
    let (low, high) = unviewed(array).extent();
    (low as i64, high as i64)
}

/// Where a buffer begins, modulo 4096: on a boundary, or off it.
pub(crate) fn base(draw: &mut Draw) -> u32 {
    match draw.below(8) {
        0..=2 => 0,
        3 => 1 + draw.below(7),
        4 => draw.pick(&[8, 16, 32, 64, 128, 256, 512, 1024, 2048]),
        5 => 4095 - draw.below(8),
        _ => draw.below(4096),
    }
}
