//! A picture of a case: the array in words, and the bytes of the buffer with the elements that own them.

use super::snippet;
use crate::Case;
use array_ctypes_spec::Owner;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::memmap::{Handle, Map, Memory};
use array_ctypes_spec::platform::Platform;
use std::fmt::Write as _;

/// The number of bytes in a row of the picture.
const BYTES_PER_ROW: usize = 16;

/// The most bytes that are drawn.
const MAX_BYTES: usize = 256;

/// The most elements whose bytes are marked.
const MAX_ELEMENTS: u32 = 1000;

/// Describes the array in words, and draws its memory.
pub fn describe(case: &Case, platform: &Platform) -> String {
    let array = &case.array;
    let placed = |dtype: &Dtype, shape: &[u64], strides: &[i64], offset: i64| {
        format!("{}, shape {shape:?}, strides {strides:?}, first element at byte {offset}", snippet::dtype(dtype))
    };
    let mut out = String::new();
    let size = array.buffer.size;
    if let Some(Map { mode, deduced, file, name }) = &array.map {
        let handed = match file {
            Handle::Missing => "a file that is not there".to_owned(),
            Handle::Directory => "a directory".to_owned(),
            Handle::ReadOnly => format!("file of {size} bytes, opened for reading only"),
            file => format!("file of {size} bytes, handed over as {}", file.word()),
        };
        let named = name.as_ref().map_or(String::new(), |name| format!(", named {name:?}"));
        let _ = writeln!(out, "    {handed}{named}, mapped with mode {}", mode.word());
        let shape = if *deduced { "as the file has it".to_owned() } else { format!("{:?}", array.shape) };
        let order = if array.is_fortran() { "Fortran" } else { "C" };
        let (dtype, offset) = (snippet::dtype(&array.dtype), array.offset);
        let _ = writeln!(out, "    array of {dtype}, shape {shape}, {order} order, at byte {offset} of the file");
    } else if let Some(owner) = array.owner {
        let how = match owner {
            Owner::Copy => "a copy",
            Owner::Sum => "a sum",
            Owner::Zeros => "zeros",
        };
        let (dtype, shape) = (snippet::dtype(&array.dtype), &array.shape);
        let _ = writeln!(out, "    {how} that the library makes in memory of its own, {size} bytes");
        let _ = writeln!(out, "    array of {dtype}, shape {shape:?}, C order");
    } else {
        let read_only = if array.is_writeable() { "" } else { ", read-only" };
        let _ = writeln!(out, "    buffer of {size} bytes at {} modulo 4096{read_only}", array.buffer.at);
        let _ = writeln!(out, "    array of {}", placed(&array.dtype, &array.shape, &array.strides, array.offset));
    }
    for view in &array.views {
        let _ = writeln!(out, "    view: {view}");
    }
    match resolve(platform, array) {
        Ok(layout) => {
            if !array.views.is_empty() || array.map.is_some() || array.owner.is_some() {
                let Layout { dtype, shape, strides, offset } = &layout;
                let _ = writeln!(out, "    which is {}", placed(dtype, shape, strides, *offset));
            }
            memory(&mut out, &array.memory(), &layout);
        }
        Err(invalid) => {
            let _ = writeln!(out, "    which does not exist: {invalid}");
        }
    }
    out
}

/// Draws rows of bytes. Below each byte is the number of the element that owns it, in C order; `*` if several own it,
/// `.` if none does. `^` marks the address of the array.
fn memory(out: &mut String, buffer: &Memory, layout: &Layout) {
    let size = usize::try_from(buffer.size).unwrap_or(usize::MAX);
    // If the elements are far from the start of a file, only the part around them is drawn.
    let near = usize::try_from(layout.extent().0).unwrap_or(0);
    let from = if near < MAX_BYTES { 0 } else { near / BYTES_PER_ROW * BYTES_PER_ROW };
    if from > 0 {
        let _ = writeln!(out, "    … {from} bytes before");
    }
    let shown = size.min(from.saturating_add(MAX_BYTES));
    let owners = owners(layout, from, shown);
    for start in (from..shown).step_by(BYTES_PER_ROW) {
        let row = start..start.saturating_add(BYTES_PER_ROW).min(shown);
        let bytes: Vec<String> = row.clone().map(|at| format!("{:02x}", buffer.byte(at as u64))).collect();
        let marks: Vec<String> = row.clone().map(|at| format!("{:>2}", owners[at - from])).collect();
        let _ = writeln!(out, "    {start:>5}  {}", bytes.join(" "));
        let mut marks = marks.join(" ");
        if let Ok(first) = usize::try_from(layout.offset)
            && row.contains(&first)
        {
            marks.replace_range(3 * (first - start)..=3 * (first - start), "^");
        }
        let _ = writeln!(out, "           {}", marks.trim_end());
    }
    if shown < size {
        let _ = writeln!(out, "    … {} more bytes", size - shown);
    }
}

/// The owners of the bytes between two offsets, as they are drawn.
fn owners(layout: &Layout, from: usize, until: usize) -> Vec<String> {
    let mut owners = vec![".".to_owned(); until.saturating_sub(from)];
    for (number, start) in (0..MAX_ELEMENTS).zip(layout.offsets()) {
        let end = start + i128::from(layout.dtype.item_size());
        for byte in start.max(from as i128)..end.min(until as i128) {
            let owner = &mut owners[byte as usize - from];
            *owner = if owner == "." { name(number) } else { "*".to_owned() };
        }
    }
    owners
}

/// The mark of an element: 0 to 9, then a to z, then `+`.
fn name(number: u32) -> String {
    char::from_digit(number, 36).map_or("+".to_owned(), |digit| digit.to_string())
}
