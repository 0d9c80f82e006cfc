//! The array of a case in words: what it lies in, its type, shape, strides and views, and to whom it is handed.

use crate::Case;
use crate::report::snippet;
use crate::words::{cut, one_line};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Invalid, Layout};
use array_ctypes_spec::memmap::{Handle, Map};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Consumer, Copies, Feature, Owner, Step, Take, View};

/// The most characters of an element type, of a list of numbers, and of a line.
const MAX_TYPE: usize = 400;
const MAX_LIST: usize = 120;
const MAX_LINE: usize = 800;

/// The most views that are listed.
const MAX_VIEWS: usize = 8;

/// The array in words, line by line. `resolved` is where its elements are.
pub(super) fn about(case: &Case, platform: &Platform, resolved: &Result<Layout, Invalid>) -> Vec<String> {
    let array = &case.array;
    let mut lines = described(array, platform);
    lines.extend(array.views.iter().take(MAX_VIEWS).map(view));
    if array.views.len() > MAX_VIEWS {
        lines.push(format!("… {} more views", array.views.len() - MAX_VIEWS));
    }
    match resolved {
        Ok(layout) if !array.views.is_empty() || array.map.is_some() || array.owner.is_some() => {
            let Layout { dtype, shape, strides, offset } = layout;
            lines.push(format!("which is {}", placed(dtype, shape, strides, *offset)));
        }
        Ok(_) => {}
        Err(invalid) => lines.push(format!("which does not exist: {invalid}")),
    }
    let take = case.script.iter().find_map(|step| match step {
        Step::Consumer(Consumer::Take(take)) => Some(take),
        _ => None,
    });
    lines.extend(take.map(|take| handed(take)));
    lines.into_iter().map(|line| cut(&one_line(&line), MAX_LINE)).collect()
}

/// The array and its views in one line.
pub(crate) fn short(case: &Case) -> String {
    let array = &case.array;
    let (dtype, shape) = (dtype(&array.dtype), list(&array.shape));
    let from = match (&array.map, array.owner) {
        (Some(_), _) => "a mapped file: ".to_owned(),
        (None, Some(_)) => "memory of its own: ".to_owned(),
        (None, None) => String::new(),
    };
    let strides = if from.is_empty() { format!(", strides {}", list(&array.strides)) } else { String::new() };
    let views: String = array.views.iter().take(MAX_VIEWS).map(|view| format!("; {view}")).collect();
    cut(&one_line(&format!("{from}{dtype}, shape {shape}{strides}{views}")), MAX_LIST)
}

/// The array before any view.
fn described(array: &Array, platform: &Platform) -> Vec<String> {
    let (size, dtype) = (array.buffer.size, dtype(&array.dtype));
    if let Some(map) = &array.map {
        let shape = if map.deduced { "as the file has it".to_owned() } else { list(&array.shape) };
        let order = if array.is_fortran() { "Fortran" } else { "C" };
        let reach = array.reach(platform);
        let mut lines = vec![
            file(map, size),
            format!("array of {dtype}, shape {shape}, {order} order, at byte {} of the file", array.offset),
        ];
        if reach.start > 0 {
            lines.push(format!("bytes {}..{} of the file are mapped", reach.start, reach.end));
        }
        lines
    } else if let Some(owner) = array.owner {
        let how = match owner {
            Owner::Copy => "a copy",
            Owner::Sum => "a sum",
            Owner::Zeros => "zeros",
        };
        vec![
            format!("{how} that the library makes in memory of its own, {size} bytes"),
            format!("array of {dtype}, shape {}, C order", list(&array.shape)),
        ]
    } else {
        let read_only = if array.is_writeable() { "" } else { ", read-only" };
        vec![
            format!("buffer of {size} bytes at {} modulo 4096{read_only}", array.buffer.at),
            format!("array of {}", placed(&array.dtype, &array.shape, &array.strides, array.offset)),
        ]
    }
}

/// The file that an array is mapped from.
fn file(map: &Map, size: u64) -> String {
    let handed = match map.file {
        Handle::Missing => "a file that is not there".to_owned(),
        Handle::Directory => "a directory".to_owned(),
        Handle::ReadOnly => format!("file of {size} bytes, opened for reading only"),
        handle => format!("file of {size} bytes, handed over as {}", handle.word()),
    };
    let named = map.name.as_ref().map_or(String::new(), |name| format!(", named {name:?}"));
    format!("{handed}{named}, mapped with mode {}", map.mode.word())
}

/// How an array is handed to a consumer.
fn handed(take: &Take) -> String {
    let copies = match take.door.copies {
        Copies::Never => "shares the memory",
        Copies::May => "may copy",
        Copies::Always => "copies",
    };
    let with: Vec<&str> = take.with.iter().copied().map(Feature::word).collect();
    let with = if with.is_empty() { String::new() } else { format!(", with {}", with.join(", ")) };
    format!("handed to the door {} as {}, which {copies}{with}", take.door.name, take.door.takes.word())
}

fn placed(dtype: &Dtype, shape: &[u64], strides: &[i64], offset: i64) -> String {
    let (dtype, shape, strides) = (self::dtype(dtype), list(shape), list(strides));
    format!("{dtype}, shape {shape}, strides {strides}, first element at byte {offset}")
}

fn view(view: &View) -> String {
    cut(&format!("view: {view}"), MAX_LIST)
}

fn dtype(dtype: &Dtype) -> String {
    cut(&snippet::dtype(dtype), MAX_TYPE)
}

fn list<T: std::fmt::Debug>(numbers: &[T]) -> String {
    cut(&format!("{numbers:?}"), MAX_LIST)
}
