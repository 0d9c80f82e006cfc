#![doc = include_str!("memmap.md")]

use crate::layout::{Invalid, Layout, c_strides};
use crate::platform::Platform;
use crate::rule::{Rule, rules::memmap as rules};
use crate::script::words;
use crate::{Array, Raises};
use std::ops::Range;

mod steps;

pub(crate) use steps::{State, expect, forked, mapping, poke, write};

/// How the file of an array is mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Map {
    /// What may be done with the file.
    pub mode: Mode,
    /// Whether the shape is not given and follows from the size of the file: one axis, as many whole elements as there are
    /// after the offset. Then shape and strides of the array have no say.
    pub deduced: bool,
    /// What is handed to the library.
    pub file: Handle,
}

words! {
    /// What may be done with a mapped file.
    Mode {
        /// It is read.
        R "r",
        /// It is read and written, and grows to what the array needs.
        RPlus "r+",
        /// As [`Mode::RPlus`], once it has been emptied; it is made where it is missing.
        WPlus "w+",
        /// It is read, and writes stay private to the mapping.
        C "c",
    }
}

words! {
    /// What is handed to the library for a file.
    Handle {
        /// Its path as text.
        Path "path",
        /// Its path as an object that is one, such as Python's `pathlib.Path`.
        PathLike "path-like",
        /// Its path relative to the working directory.
        Relative "relative",
        /// The file, opened as the mode asks.
        Object "object",
        /// The file, opened for reading only, whatever the mode asks.
        ReadOnly "read-only",
        /// A path at which there is nothing.
        Missing "missing",
        /// The path of a directory.
        Directory "directory",
    }
}

words! {
    /// A fact about a mapping.
    Part {
        /// The offset as the array tells it, in bytes.
        Offset "offset",
        /// The mode as the array tells it.
        Mode "mode",
        /// Whether the name that the array tells is that of the file.
        Filename "filename",
        /// Where in the file the mapping begins, in bytes, as the system or the mapping itself tells it. Raises where
        /// there is no mapping any more.
        Start "start",
        /// Whether a copy of the array, made by the library, lies in the mapping or keeps it.
        Copy "copy",
        /// Drops the array and everything that was taken of it, and tells whether the file is still mapped.
        Dropped "dropped",
    }
}

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
    /// Whether the array may be written to, by its flag.
    pub fn is_writeable(&self) -> bool {
        self.map.map_or(self.writeable, |map| map.mode != Mode::R)
    }

    /// The address of what the array lies in, modulo [`PAGE`](crate::Buffer::PAGE): that of the buffer, and 0 for a mapped file.
    pub fn at(&self) -> u32 {
        if self.map.is_some() { 0 } else { self.buffer.at }
    }

    /// Whether the array lies in a file in the order of Fortran: its strides are those, and not C's.
    pub fn is_fortran(&self) -> bool {
        let item = self.dtype.item_size();
        let fortran = f_strides(&self.shape, item);
        self.strides == fortran && fortran != c_strides(&self.shape, item)
    }

    /// What the array lies in: its buffer, or its file once it is opened. Of an array that does not exist this says little.
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

    /// The bytes of what the array lies in that may be touched: of a buffer all, of a file those that the mapping has to
    /// cover. That is, from the offset rounded down to the granularity to the end of the last element.
    pub fn reach(&self, platform: &Platform) -> Range<i128> {
        let Some(map) = &self.map else { return 0..i128::from(self.buffer.size) };
        let layout = described(self, map);
        let (first, end) = layout.extent();
        if layout.is_empty() { first..first } else { first - first.rem_euclid(granularity(platform))..end }
    }

    /// Where an array that needs no element of memory may be refused though nothing is wrong with it: how it is refused.
    pub fn may_be_refused(&self, platform: &Platform) -> Option<(Rule, &'static [Raises])> {
        let map = self.map.as_ref()?;
        described(self, map).is_empty().then_some(())?;
        resolve(platform, self, map).ok()?;
        Some((rules::empty, &[Raises::ValueError, Raises::OSError]))
    }
}

fn granularity(platform: &Platform) -> i128 {
    i128::from(platform.granularity.max(1))
}

/// The byte strides of an array in the order of Fortran: first axis fastest. Likewise as [`c_strides`].
pub fn f_strides(shape: &[u64], item_size: u64) -> Vec<i64> {
    let turned: Vec<u64> = shape.iter().rev().copied().collect();
    c_strides(&turned, item_size).into_iter().rev().collect()
}

/// Where the elements of a mapped array are before any view, in bytes from the start of the file.
fn described(array: &Array, map: &Map) -> Layout {
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

/// The layout of a mapped array before any view. Which of several faults is told of is the implementation's choice.
///
/// # Errors
/// [`Invalid`], where the file cannot be mapped so.
pub(crate) fn resolve(platform: &Platform, array: &Array, map: &Map) -> Result<Layout, Invalid> {
    let layout = described(array, map);
    if !layout.dtype.exists_on(platform) {
        return Err(Invalid::ElementType(layout.dtype.typestr()));
    }
    let mut faults = faults(platform, array, map, &layout);
    let Some((rule, reason, raises)) = faults.next() else { return Ok(layout) };
    let raises = if faults.next().is_some() { ANY_OF_THOSE } else { raises };
    Err(Invalid::Map { rule, reason, raises })
}

/// A rule by which a file is refused, the reason in words, and the errors.
type Fault = (Rule, &'static str, &'static [Raises]);

const ANY_OF_THOSE: &[Raises] = &[Raises::ValueError, Raises::OverflowError, Raises::OSError];

/// What keeps a file from being mapped so.
fn faults(platform: &Platform, array: &Array, map: &Map, layout: &Layout) -> impl Iterator<Item = Fault> + use<> {
    const VALUE: &[Raises] = &[Raises::ValueError];
    const SYSTEM: &[Raises] = &[Raises::OSError];
    const WIDTH: &[Raises] = &[Raises::OverflowError, Raises::ValueError];
    let written = matches!(map.mode, Mode::RPlus | Mode::WPlus);
    let has_size = !matches!(map.file, Handle::Missing | Handle::Directory);
    let size = i128::from(array.buffer.size);
    let (start, end) = layout.extent();
    let (before, behind) = (start < 0, has_size && map.deduced && start > size);
    // Of what no address space has room for, the extent may be anything.
    let length = end.saturating_sub(start.saturating_sub(start.rem_euclid(granularity(platform))));
    let room = i128::from(platform.intp_max());
    let too_big = layout.check_size(platform).is_err() || length > room || end > i128::from(i64::MAX);
    let rest = size.saturating_sub(start) % i128::from(layout.dtype.item_size().max(1));
    let all: [(bool, Fault); 9] = [
        (
            map.deduced && map.mode == Mode::WPlus,
            (rules::shape_needed, "an emptied file has no elements to count", VALUE),
        ),
        (map.file == Handle::Missing && map.mode != Mode::WPlus, (rules::missing, "there is no file", SYSTEM)),
        (map.file == Handle::Directory, (rules::directory, "a directory is no file", SYSTEM)),
        (before, (rules::offset, "the offset is before the file", ANY_OF_THOSE)),
        (behind, (rules::offset, "the offset is behind the end of the file", WIDTH)),
        (too_big, (rules::too_big, "no address space has room for so many bytes", ANY_OF_THOSE)),
        (
            has_size && map.deduced && !before && !behind && rest != 0,
            (rules::whole_items, "what is left of the file is no whole number of elements", VALUE),
        ),
        (
            map.file == Handle::ReadOnly && written,
            (rules::read_only_file, "the file is opened for reading only", SYSTEM),
        ),
        (has_size && !written && !behind && end > size, (rules::too_short, "the file is too short", VALUE)),
    ];
    all.into_iter().filter_map(|(is_there, fault)| is_there.then_some(fault))
}
