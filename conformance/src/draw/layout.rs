//! Draws whole arrays: memory, layout, views; now and then an array that does not exist.

use super::mistake::impossible;
use super::shape::{shape, strides};
use super::view::chain;
use crate::draw::{Draw, Part, dtype, memmap};
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::platform::{ByteOrder, Platform};
use array_ctypes_spec::{Array, Buffer, Owner};
use std::ops::Range;

/// The most bytes of a buffer that is filled whole. Of a larger one only the first bytes are given; the rest is
/// reserved.
const MAX_FILLED_BYTES: u64 = 1 << 20;

/// The number of given bytes of a buffer that is too large to fill.
const GIVEN_BYTES: usize = 1 << 12;

/// The most bytes of an array that owns its memory. All of them are given.
const MAX_OWNED_BYTES: u64 = 1 << 14;

/// The places that arrays may lie in, beside buffers.
#[derive(Clone, Copy, Default)]
pub(crate) struct Places<'a> {
    pub(crate) files: bool,
    /// How arrays that own their memory are made.
    pub(crate) owners: &'a [Owner],
}

/// An array with its layout after all views; `None` if the array does not exist.
pub(crate) fn draw(draw: &mut Draw, platform: &Platform, places: Places<'_>) -> (Array, Option<Layout>) {
    let of_map = draw.of(Part::Mapping);
    if places.files && of_map.clone().one_in(6) {
        return memmap::draw(&of_map, platform);
    }
    let mut of_type = draw.of(Part::Type);
    let mut of_layout = draw.of(Part::Layout);
    let mut of_buffer = draw.of(Part::Memory);
    let dtype = dtype::draw(&mut of_type, platform);
    let shape = shape(&mut of_layout);
    let max = platform.intp_max();
    let strides = strides(&mut of_layout, &shape, dtype.item_size()).into_iter();
    // A stride is an intp.
    let strides = strides.map(|stride| stride.clamp(-max - 1, max)).collect();
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
        owner: None,
        writeable: !draw.one_in(6),
        dtype,
        offset,
        shape,
        strides,
        views: Vec::new(),
    };
    let has_mistake = draw.one_in(20);
    if has_mistake {
        array = invalid(&mut draw.of(Part::Mistake), platform, array);
    } else {
        array = owned(&mut draw.of(Part::Owner), platform, places.owners, array);
    }
    let mut layout = resolve(platform, &array).ok();
    if let Some(layout) = layout.as_mut().filter(|_| !has_mistake) {
        array.views = chain(&mut draw.of(Part::Views), platform, layout);
    }
    (array, layout)
}

/// Gives one array in eight memory of its own, if there is a way to make it so.
fn owned(draw: &mut Draw, platform: &Platform, owners: &[Owner], array: Array) -> Array {
    let size = array.shape.iter().try_fold(array.dtype.item_size(), |bytes, length| bytes.checked_mul(*length));
    let Some(size) = size.filter(|size| *size <= MAX_OWNED_BYTES && draw.one_in(8)) else { return array };
    let ways: Vec<Owner> = owners.iter().copied().filter(|owner| owner.makes(platform, &array.dtype)).collect();
    if ways.is_empty() {
        return array;
    }
    // Few types have sums, so those have them more often.
    let owner = if ways.contains(&Owner::Sum) && draw.one_in(2) { Owner::Sum } else { draw.pick(&ways) };
    let bytes = if owner == Owner::Zeros { vec![0; size as usize] } else { contents(draw, &array.dtype, size) };
    Array::owned(owner, bytes, array.dtype, &array.shape)
}

/// Makes an array large: with a length that a zero stride repeats, or, on 64-bit platforms, with a stride over memory
/// that is only reserved.
fn stretch(draw: &mut Draw, platform: &Platform, layout: &mut Layout) {
    let Some(axis) = (0..layout.shape.len()).find(|axis| layout.shape[*axis] > 1) else { return };
    let edge = draw.pick(&[(1u64 << 31) - 1, 1 << 31, (1 << 31) + 1, 1 << 32, (1 << 32) + 1]);
    if draw.one_in(2) || platform.pointer_size() == 4 {
        // binary64 rounds the first of them to the middle between two numbers of binary32, and the second up.
        let rounded = draw.pick(&[(1u64 << 60) + (1 << 36) + 1, (1 << 60) - 1]);
        let others = layout.shape.iter().filter(|length| **length > 1).count();
        let fits = platform.pointer_size() > 4 && others == 1 && layout.dtype.item_size() <= 4;
        layout.shape[axis] = if fits && draw.one_in(2) { rounded } else { edge };
        layout.strides[axis] = 0;
    } else {
        layout.shape[axis] = 2;
        layout.strides[axis] = edge as i64;
    }
}

/// The bytes of a buffer, or the first bytes of a large one. Zeros if the elements are references.
fn contents(draw: &mut Draw, dtype: &Dtype, size: u64) -> Vec<u8> {
    let is_large = size > MAX_FILLED_BYTES;
    if dtype.has_objects() || draw.one_in(16) {
        return vec![0; if is_large { 0 } else { size as usize }];
    }
    let count = if is_large { GIVEN_BYTES } else { size as usize };
    let mut bytes = Vec::with_capacity(size.min(1 << 14) as usize + 8);
    let all_ones = draw.one_in(16);
    while bytes.len() < count {
        // An exponent of ones makes an infinity or a NaN, quiet or signalling.
        let word = match draw.below(16) {
            0 => u64::MAX,
            1 => 0x7FF0_0000_0000_0001,
            2 => 0x7FA0_0001_7F80_0000,
            3 => 1,
            _ => draw.word(),
        };
        bytes.extend_from_slice(&(if all_ones { u64::MAX } else { word }).to_le_bytes());
    }
    bytes.truncate(count);
    bytes
}

/// Makes an array that does not exist: with an element outside the buffer, too many bytes, or an impossible view.
fn invalid(draw: &mut Draw, platform: &Platform, mut array: Array) -> Array {
    let size = array.buffer.size;
    match draw.below(24) {
        0 => array.offset = size as i64 + 1 + i64::from(draw.below(5)),
        1 => array.offset = -1 - i64::from(draw.below(5)),
        // One byte too far at either end, so that only the outermost element is outside.
        2 => array.offset += size as i64 - extent(&array).end + 1,
        3 => array.offset -= extent(&array).start + 1,
        4 => drop(array.strides.pop()),
        5 => array.strides.push(0),
        6 => array.dtype = absent(platform),
        // Just more bytes than an intp counts, in one axis or two. An additional axis of length 0 does not make that
        // right.
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

/// The long double of another platform.
fn absent(platform: &Platform) -> Dtype {
    let size = if platform.long_double.size() == 12 { 16 } else { 12 };
    Dtype::Plain(Plain { kind: Kind::Float, size, order: ByteOrder::Little, unit: None })
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

/// The address of a buffer modulo 4096: on a boundary, or next to one.
pub(crate) fn base(draw: &mut Draw) -> u32 {
    match draw.below(8) {
        0..=2 => 0,
        3 => 1 + draw.below(7),
        4 => draw.pick(&[8, 16, 32, 64, 128, 256, 512, 1024, 2048]),
        5 => 4095 - draw.below(8),
        _ => draw.below(4096),
    }
}
