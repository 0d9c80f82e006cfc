//! What an array lies in: its buffer, or its file once that is opened; and which bytes of it may be touched.

use super::array::Array;
use super::layout::{Layout, c_strides, f_strides};
use super::memmap::{Map, Mode};
use super::platform::Platform;
use std::ops::Range;

/// What an array lies in: a buffer, or a file once it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory<'a> {
    /// Size in bytes.
    pub size: u64,
    /// The first bytes; all others are zero.
    pub bytes: &'a [u8],
}

impl Memory<'_> {
    /// The byte at that offset; zero past the given ones.
    pub fn byte(&self, offset: u64) -> u8 {
        usize::try_from(offset).ok().and_then(|at| self.bytes.get(at).copied()).unwrap_or(0)
    }
}

impl Array {
    /// Returns true if the flag of the array allows writes.
    pub fn is_writeable(&self) -> bool {
        self.map.as_ref().map_or(self.writeable, |map| map.mode != Mode::R)
    }

    /// The address of what the array lies in, modulo [`PAGE`](crate::Buffer::PAGE): that of the buffer, and 0 for a
    /// mapped file.
    pub fn at(&self) -> u32 {
        if self.map.is_some() { 0 } else { self.buffer.at }
    }

    /// Returns true if the array lies in a file in the order of Fortran: its strides are those, and not C's.
    pub fn is_fortran(&self) -> bool {
        let item = self.dtype.item_size();
        let fortran = f_strides(&self.shape, item);
        self.strides == fortran && fortran != c_strides(&self.shape, item)
    }

    /// What the array lies in: its buffer, or its file once it is opened. The result means little for an invalid array.
    pub fn memory(&self) -> Memory<'_> {
        let held = Memory { size: self.buffer.size, bytes: &self.buffer.bytes };
        match &self.map {
            None => held,
            Some(Map { mode: Mode::R | Mode::C, .. }) => held,
            Some(map) => {
                let needed = u64::try_from(described(self, map).extent().1).unwrap_or(u64::MAX);
                match map.mode {
                    Mode::WPlus => Memory { size: needed, bytes: &[] },
                    _ => Memory { size: self.buffer.size.max(needed), ..held },
                }
            }
        }
    }

    /// The bytes that may be touched: all bytes of a buffer, or the bytes of a file that the mapping has to cover.
    /// That is, from the offset rounded down to the granularity to the end of the last element.
    pub fn reach(&self, platform: &Platform) -> Range<i128> {
        let Some(map) = &self.map else { return 0..i128::from(self.buffer.size) };
        let layout = described(self, map);
        let (first, end) = layout.extent();
        if layout.is_empty() { first..first } else { first - first.rem_euclid(granularity(platform))..end }
    }
}

/// The allocation granularity: offsets of mappings are multiples of it. At least 1.
pub(crate) fn granularity(platform: &Platform) -> i128 {
    i128::from(platform.granularity.max(1))
}

/// Where the elements of a mapped array are before any view, in bytes from the start of the file.
pub(crate) fn described(array: &Array, map: &Map) -> Layout {
    let item = array.dtype.item_size();
    let shape = if map.deduced {
        let room = i128::from(array.buffer.size) - i128::from(array.offset);
        vec![u64::try_from(room.max(0) / i128::from(item.max(1))).unwrap_or(u64::MAX)]
    } else {
        array.shape.clone()
    };
    let strides = if !map.deduced && array.is_fortran() { f_strides(&shape, item) } else { c_strides(&shape, item) };
    Layout { dtype: array.dtype.clone(), offset: array.offset, shape, strides }
}
