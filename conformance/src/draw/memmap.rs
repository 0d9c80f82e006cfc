//! Draws mapped arrays: a file, how it is mapped, views; now and then an array that cannot be mapped.

use crate::adapter::limits::Order;
use crate::draw::aim::{Aim, Aims};
use crate::draw::domain::Domain;
use crate::draw::invalid::invalid;
use crate::draw::shape::shape;
use crate::draw::view::{chain, of_contiguous};
use crate::draw::{Draw, dtype, file_name};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer};

/// The most bytes of a file that are given. The others are zeros.
const MAX_GIVEN_BYTES: u64 = 1 << 14;

/// Files of at least this size get only a few given bytes; the rest is zeros.
const LARGE_FILE_BYTES: u64 = 1 << 20;

/// How many bytes of a large file are given.
const GIVEN_BYTES_OF_LARGE_FILE: usize = 64;

/// A mapped array with its layout after all views; `None` if the array does not exist.
pub(crate) fn draw(draw: &Draw, domain: &Domain, aims: &Aims, is_refused: bool) -> (Array, Option<Layout>) {
    let (mut array, layout) = of_unnamed_file(draw, domain, aims, is_refused);
    if let Some(map) = array.map.as_mut().filter(|_| domain.limits.file_names) {
        map.name = file_name::draw(&mut draw.of("file name"), domain.platform);
    }
    (array, layout)
}

fn of_unnamed_file(draw: &Draw, domain: &Domain, aims: &Aims, is_refused: bool) -> (Array, Option<Layout>) {
    let platform = domain.platform;
    let mut of_type = draw.of("type");
    let mut of_layout = draw.of("layout");
    let mut of_file = draw.of("file");
    // References to objects make no sense in a file.
    let dtype = (0..TRIES).map(|_| dtype::draw(&mut of_type, domain, aims)).find(|dtype| !dtype.has_objects());
    let dtype = dtype.unwrap_or(Dtype::Plain(dtype::BYTE));
    let item = dtype.item_size();
    let mut shape = shape(&mut of_layout, domain, &of_contiguous(aims), item);
    lengthen(&mut of_layout, domain, aims, &mut shape, item);
    let is_fortran = of_layout.one_in(3) || aims.has(Aim::FortranOrder);
    let strides = domain.packed(if is_fortran { Order::F } else { Order::C }, &shape, item);
    let mode = aims.find(MODES).unwrap_or_else(|| of_file.pick(Mode::ALL));
    let mode = match mode {
        Mode::R if !domain.limits.read_only => Mode::C,
        Mode::RPlus | Mode::WPlus | Mode::C if !domain.limits.writeable => Mode::R,
        mode => mode,
    };
    let mut offset = offset(&mut of_file, platform);
    let align = dtype.alignment(platform) as i64;
    if !domain.limits.unaligned {
        offset -= offset % align;
    } else if aims.has(Aim::Misaligned) && offset % align == 0 {
        offset += 1;
    }
    let mut array = Array {
        buffer: Buffer { size: 0, bytes: Vec::new(), at: 0 },
        map: Some(Map { mode, deduced: false, file: handle(&mut of_file, mode), name: None }),
        owner: None,
        writeable: mode != Mode::R,
        dtype,
        offset,
        shape,
        strides,
        views: Vec::new(),
    };
    array.buffer.size = size(&mut of_file, &array);
    let is_long = array.shape.iter().any(|length| *length > 64);
    if mode != Mode::WPlus && of_file.one_in(4) && domain.limits.dimensions().contains(&1) && !is_long {
        deduce(&mut array);
    }
    let mut of_mistake = draw.of("mistake");
    if is_refused && of_mistake.one_in(3) {
        array = invalid(&mut of_mistake, domain, aims, array);
        fill(&mut of_file, &mut array.buffer);
        let layout = resolve(platform, &array).ok();
        return (array, layout);
    }
    if domain.limits.invalid && (is_refused || of_file.one_in(if aims.is_empty() { 2 } else { 5 })) {
        spoil(&mut of_mistake, domain, &mut array);
    }
    fill(&mut of_file, &mut array.buffer);
    let Ok(mut layout) = resolve(platform, &array) else { return (array, None) };
    let views = chain(&mut draw.of("views"), domain, aims, array.at(), &mut layout);
    (Array { views, ..array }, Some(layout))
}

/// The modes that aims ask for.
const MODES: &[(Aim, Mode)] = &[
    (Aim::MappedR, Mode::R),
    (Aim::MappedRPlus, Mode::RPlus),
    (Aim::MappedWPlus, Mode::WPlus),
    (Aim::MappedC, Mode::C),
];

/// How often an element type is drawn until it has no references to objects.
const TRIES: u32 = 8;

/// Makes an axis as long as the limits of narrow integers, if the case aims at that. Files with holes take no room.
fn lengthen(draw: &mut Draw, domain: &Domain, aims: &Aims, shape: &mut [u64], item: u64) {
    let powers: &[u32] = match () {
        () if aims.has(Aim::LongSpan) => &[16, 17],
        () if aims.has(Aim::LongAxis) || draw.one_in(32) => &[7, 8, 15, 16],
        () => return,
    };
    let length = (1u64 << draw.pick(powers)) - 1 + u64::from(draw.below(3));
    let most = domain.max_span().min(domain.limits.max_bytes);
    let Some(first) = shape.first_mut().filter(|first| **first > 0) else { return };
    let before = std::mem::replace(first, length);
    if shape.iter().product::<u64>().saturating_mul(item) > most {
        shape[0] = before;
    }
}

/// Draws what the library is given: a path or an open file. With the mode `w+` the file may not exist yet.
fn handle(draw: &mut Draw, mode: Mode) -> Handle {
    match draw.below(8) {
        0 => Handle::PathLike,
        1 => Handle::Relative,
        2 | 3 => Handle::Object,
        4 if matches!(mode, Mode::R | Mode::C) => Handle::ReadOnly,
        4 if mode == Mode::WPlus => Handle::Missing,
        _ => Handle::Path,
    }
}

/// The offset of an array in its file: at the start, on a boundary or next to one, anywhere; now and then past 4 GiB.
fn offset(draw: &mut Draw, platform: &Platform) -> i64 {
    let granularity = platform.granularity;
    // Any power of two: twice the largest is no `u32`, and nine less than the smallest is negative.
    let unit = i64::from(granularity);
    let mut below = |most: u32| i64::from(draw.below(most));
    match below(16) {
        0..=3 => 0,
        4..=6 => 1 + below(40),
        7 => 8 * below(32),
        8 => unit,
        9 => (unit - 1 - below(9)).max(0),
        10 => unit + 1 + below(9),
        11 => unit * (1 + below(2)),
        12 => below(granularity),
        13 => unit + below(granularity),
        _ => (1 << 32) + below(3) * unit + below(20) - 10,
    }
}

/// The size of the file of an array: as much as the array needs, more, or, if the file may grow, less.
fn size(draw: &mut Draw, array: &Array) -> u64 {
    let needed = needed(array);
    let grows = array.is_writeable() && array.map.as_ref().is_some_and(|map| map.mode != Mode::C);
    match draw.below(6) {
        0 | 1 => needed,
        2 | 3 if grows && needed > 0 => draw.word() % needed.min(1 << 13),
        4 => needed + 4096 + u64::from(draw.below(4096)),
        _ => needed + u64::from(draw.below(20)),
    }
}

/// The end of the last element in the file, in bytes.
fn needed(array: &Array) -> u64 {
    let count: u64 = array.shape.iter().product();
    array.offset as u64 + count * array.dtype.item_size()
}

/// Lets the size of the file decide the shape.
fn deduce(array: &mut Array) {
    array.buffer.size = needed(array);
    array.shape.clear();
    array.strides.clear();
    array.map.iter_mut().for_each(|map| map.deduced = true);
}

/// Makes the array one that cannot be mapped.
fn spoil(draw: &mut Draw, domain: &Domain, array: &mut Array) {
    let platform = domain.platform;
    let Some(Map { mode, deduced, file, name: None }) = array.map else { return };
    let remap = |mode, deduced, file| Some(Map { mode, deduced, file, name: None });
    let (reads, writes) = (draw.pick(&[Mode::R, Mode::C]), draw.pick(&[Mode::RPlus, Mode::WPlus]));
    // A file that exists and allows every mode.
    let plain = if matches!(file, Handle::ReadOnly | Handle::Missing) { Handle::Path } else { file };
    match draw.below(8) {
        0 => array.map = remap(if mode == Mode::WPlus { reads } else { mode }, deduced, Handle::Missing),
        1 => array.map = remap(mode, deduced, Handle::Directory),
        2 => array.map = remap(if deduced { Mode::RPlus } else { writes }, deduced, Handle::ReadOnly),
        // The file lacks one byte, or ends before the array does.
        3 if !deduced && needed(array) > 0 => {
            array.map = remap(reads, deduced, file_for(reads, file));
            let needed = needed(array);
            array.buffer.size = if draw.one_in(2) { needed - 1 } else { draw.word() % needed };
        }
        4 => {
            let item = array.dtype.item_size();
            if item > 1 {
                let mode = if mode == Mode::WPlus { Mode::RPlus } else { mode };
                array.map = remap(mode, false, file_for(mode, file));
                if !deduced {
                    deduce(array);
                }
                array.map = remap(mode, true, file_for(mode, file));
                array.buffer.size = array.buffer.size + 1 + draw.word() % (item - 1);
            }
        }
        5 => array.map = remap(Mode::WPlus, true, if file == Handle::ReadOnly { Handle::Path } else { file }),
        6 if deduced && array.offset > 0 => {
            array.buffer.size = draw.word() % array.offset as u64;
        }
        6 => array.offset = -1 - i64::from(draw.below(platform.granularity + 9)),
        _ => {
            array.map = remap(mode, false, plain);
            let most = platform.intp_max() as u64 / array.dtype.item_size();
            if platform.pointer_size() == 8 && draw.one_in(4) {
                (array.offset, array.shape) = (i64::MAX - i64::from(draw.below(8)), vec![9]);
            } else {
                array.shape = if draw.one_in(2) { vec![most + 1] } else { vec![2, most / 2 + 1] };
                if draw.one_in(3) {
                    array.shape.insert(0, 0);
                }
            }
            array.strides = domain.packed(Order::C, &array.shape, array.dtype.item_size());
        }
    }
    array.writeable = array.is_writeable();
}

/// Returns the handle closest to `file` that the mode allows.
fn file_for(mode: Mode, file: Handle) -> Handle {
    match file {
        Handle::Missing => Handle::Path,
        Handle::ReadOnly if matches!(mode, Mode::RPlus | Mode::WPlus) => Handle::Path,
        file => file,
    }
}

/// Gives the first bytes of a file.
fn fill(draw: &mut Draw, file: &mut Buffer) {
    // In a large file the array is far from the start, so more bytes would not be seen.
    let max = if file.size > LARGE_FILE_BYTES { GIVEN_BYTES_OF_LARGE_FILE } else { MAX_GIVEN_BYTES as usize };
    let count = file.size.min(max as u64) as usize;
    while file.bytes.len() < count {
        file.bytes.extend_from_slice(&draw.word().to_le_bytes());
    }
    file.bytes.truncate(count);
}
