//! Mapped arrays: the reference maps the files that the suite makes.

use super::raises::{array_error, too_wide};
use array_ctypes::memmap::{MemmapError, Order, close};
use array_ctypes::{Array, Buffer, Memmap};
use array_ctypes_conformance::{CaseFile, Handed};
use array_ctypes_spec::memmap::{Map, Part};
use array_ctypes_spec::{Address, Answer, Array as Described, Import, ImportData, Raises};
use std::io;
use std::rc::Rc;

/// Maps the array of a case, before any view.
pub(super) fn map(file: &CaseFile, array: &Described) -> Result<Array, Raises> {
    let Map { mode, deduced, .. } = *file.map();
    let offset = u64::try_from(array.offset).map_err(|_| Raises::OverflowError)?;
    let order = if array.is_fortran() { Order::Fortran } else { Order::C };
    let mut options = Memmap::options(mode, array.dtype.clone()).offset(offset).order(order).name(file.path());
    if !deduced {
        let shape = array.shape.iter().map(|length| usize::try_from(*length)).collect::<Result<Vec<_>, _>>();
        options = options.shape(&shape.map_err(too_wide)?);
    }
    let opened = match file.handed().map_err(os_error)? {
        Handed::Path(path) => options.open(path),
        Handed::File(file) => options.open_file(&file),
    };
    opened.map(Memmap::into_array).map_err(|error| refusal(&error))
}

/// Answers a question about the mapping of an array.
pub(super) fn part(file: &CaseFile, array: &Array, part: Part) -> Result<Answer, Raises> {
    let mapping = array.mapping().ok_or(Raises::AttributeError)?;
    Ok(match part {
        Part::Offset => Answer::Integer(i128::from(mapping.offset())),
        Part::Mode => Answer::Text(mapping.mode().word().to_owned()),
        Part::Filename => Answer::Bool(mapping.path().is_some_and(|path| file.is_named(path))),
        Part::Start => Answer::Integer(i128::from(mapping.start())),
        Part::Copy => Answer::Bool(array.copy().map_err(array_error)?.mapping().is_some()),
        // The caller has dropped the array.
        Part::Dropped => file.mapped(),
    })
}

/// Writes the mapping of an array to its file.
pub(super) fn flush(array: &Array) -> Result<Answer, Raises> {
    array.mapping().ok_or(Raises::AttributeError)?.flush().map_err(os_error)?;
    Ok(Answer::Nothing)
}

/// Closes the mapping.
pub(super) fn close_map(memory: &Rc<Buffer>) -> Result<Answer, Raises> {
    close(Rc::clone(memory)).map_err(|_| Raises::BufferError)?;
    Ok(Answer::Nothing)
}

/// Returns the address that byte 0 of the file would have; `None` for an array that is not mapped.
pub(super) fn origin(array: &Array) -> Option<u64> {
    array.mapping().map(|mapping| (mapping.address() as u64).wrapping_sub(mapping.start()))
}

/// Returns an interface whose address counts from the start of the mapping instead of that of the file.
pub(super) fn from_mapping(import: &Import, array: &Array) -> Import {
    let mut import = import.clone();
    if let (Some(mapping), ImportData::Tuple(Address::InBuffer(offset))) = (array.mapping(), &mut import.data) {
        *offset = offset.wrapping_sub(mapping.start() as i64);
    }
    import
}

fn os_error(_: io::Error) -> Raises {
    Raises::OSError
}

fn refusal(error: &MemmapError) -> Raises {
    match error {
        MemmapError::Missing
        | MemmapError::Directory
        | MemmapError::Permission { .. }
        | MemmapError::NoSpace { .. }
        | MemmapError::FileTooBig { .. }
        | MemmapError::System(_) => Raises::OSError,
        MemmapError::TooBig => Raises::OverflowError,
        MemmapError::Objects => Raises::TypeError,
        MemmapError::Array(error) => array_error(error.clone()),
        MemmapError::NoShape
        | MemmapError::Offset { .. }
        | MemmapError::TooShort { .. }
        | MemmapError::NotWhole { .. } => Raises::ValueError,
    }
}
