//! Draws the memory that arrays lie in: its address, and its bytes.

use crate::draw::Draw;
use array_ctypes_spec::dtype::Dtype;

/// The most bytes of a buffer that is filled whole. Of a larger one only the first bytes are given; the rest is
/// reserved.
const MAX_FILLED_BYTES: u64 = 1 << 15;

/// The number of given bytes of a buffer that is too large to fill.
const GIVEN_BYTES: usize = 1 << 12;

/// The bytes of a buffer, or the first bytes of a large one. Zeros if the elements are references.
pub(crate) fn contents(draw: &mut Draw, dtype: &Dtype, size: u64) -> Vec<u8> {
    let is_large = size > MAX_FILLED_BYTES;
    if dtype.has_objects() || draw.one_in(16) {
        return vec![0; if is_large { 0 } else { size as usize }];
    }
    let count = if is_large { GIVEN_BYTES } else { size as usize };
    let mut bytes = Vec::with_capacity(count + 8);
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
