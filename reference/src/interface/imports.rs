//! Imports of arrays from the dictionary or the C structure of the array interface.
//!
//! # Invariants
//! The comments in the code refer to these by number. The caller of [`import_struct`] promises:
//!
//! 1. The pointer is to an aligned [`PyArrayInterface`].
//! 2. Unless `nd` is 0, its `shape` and `strides` point to `nd` aligned numbers each.
//! 3. Nobody writes to any of these during the call.
//!
//! Neither function reads the elements: the imported array lies in a buffer, which checks every access.
#![expect(unsafe_code, reason = "a C structure is read through its pointers")]

use super::{PyArrayInterface, flags};
use crate::dtype;
use crate::layout::{Array, ArrayError, c_strides};
use crate::memory::Buffer;
use crate::platform;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::platform::ByteOrder;
use array_ctypes_spec::{Address, Import, ImportData};
use std::ffi::c_char;
use std::fmt;
use std::ptr;
use std::rc::Rc;

/// Makes the array that a dictionary describes. Relative addresses count from this buffer. `data` may also be the
/// buffer itself, as an object that exposes its memory; `read_only` is true if that object refuses writes.
///
/// # Errors
/// [`ImportError`] if the dictionary is malformed, or if it describes elements that are not in the buffer.
pub fn import(interface: &Import, buffer: &Rc<Buffer>, read_only: bool) -> Result<Array, ImportError> {
    let dtype = dtype::parse(&interface.typestr).map_err(ImportError::Typestr)?;
    if interface.shape_is_list {
        return Err(ImportError::Shape);
    }
    let at = |offset: i64| {
        isize::try_from(offset).map(|offset| buffer.as_ptr().wrapping_offset(offset)).map_err(|_| ImportError::Wide)
    };
    let (data, read_only) = match interface.data {
        ImportData::List | ImportData::Single | ImportData::Triple | ImportData::Text => return Err(ImportError::Data),
        ImportData::Wide => return Err(ImportError::Wide),
        ImportData::Tuple(Address::InBuffer(offset)) => (at(offset)?, interface.read_only),
        ImportData::Tuple(Address::Absolute(address)) => {
            let address = usize::try_from(address).map_err(|_| ImportError::Wide)?;
            (ptr::without_provenance_mut(address), interface.read_only)
        }
        // Only in this case does the entry `offset` count.
        ImportData::Buffer => (at(interface.offset.unwrap_or(0))?, read_only),
    };
    let too_big = |_| ImportError::Array(ArrayError::TooBig);
    let shape: Vec<usize> =
        interface.shape.iter().map(|length| usize::try_from(*length)).collect::<Result<_, _>>().map_err(too_big)?;
    let strides = match &interface.strides {
        None => c_strides(&shape, dtype::size(&dtype)),
        Some(strides) => {
            strides.iter().map(|stride| isize::try_from(*stride)).collect::<Result<_, _>>().map_err(too_big)?
        }
    };
    let array = Array { buffer: Rc::clone(buffer), data, dtype, shape, strides, writeable: !read_only };
    array.check().map_err(ImportError::Array)?;
    check_elements(array)
}

/// Makes the array that a C structure describes. It does not read `descr`, so structured types are imported as raw
/// bytes, and times without their unit.
///
/// # Errors
/// [`ImportError`] if the structure is malformed, or if it describes elements that are not in the buffer.
///
/// # Safety
/// `raw` points to an aligned [`PyArrayInterface`]. Unless `nd` is 0, its `shape` and `strides` point to `nd` aligned
/// numbers each. Nobody writes to any of these during the call.
pub unsafe fn import_struct(raw: *const PyArrayInterface, buffer: &Rc<Buffer>) -> Result<Array, ImportError> {
    // SAFETY: 1: `raw` points to an aligned structure. 3: nobody writes to it.
    let raw = unsafe { raw.read() };
    let nd = usize::try_from(raw.nd).ok().filter(|_| raw.two == 2).ok_or(ImportError::Struct)?;
    // SAFETY: 2: `shape` points to `nd` numbers. 3: nobody writes to them.
    let shape = unsafe { numbers(raw.shape, nd) };
    // SAFETY: 2: `strides` points to `nd` numbers. 3: nobody writes to them.
    let strides = unsafe { numbers(raw.strides, nd) };
    let shape = shape.iter().map(|length| usize::try_from(*length));
    let shape = shape.collect::<Result<_, _>>().map_err(|_| ImportError::Struct)?;
    let size = u32::try_from(raw.itemsize).map_err(|_| ImportError::Struct)?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.code() as c_char == raw.typekind).ok_or(ImportError::Struct)?;
    let order = match (raw.flags & flags::NOTSWAPPED != 0, platform::BYTE_ORDER) {
        (true, order) => order,
        (false, ByteOrder::Little) => ByteOrder::Big,
        (false, ByteOrder::Big) => ByteOrder::Little,
    };
    let array = Array {
        buffer: Rc::clone(buffer),
        data: raw.data.cast(),
        dtype: Dtype::Plain(Plain { kind, size, order, unit: None }),
        shape,
        strides,
        writeable: raw.flags & flags::WRITEABLE != 0,
    };
    array.check().map_err(ImportError::Array)?;
    check_elements(array)
}

/// Copies `count` numbers.
///
/// # Safety
/// Unless `count` is 0, `from` points to `count` aligned numbers, and nobody writes to them during the call.
unsafe fn numbers(from: *const isize, count: usize) -> Vec<isize> {
    if count == 0 {
        return Vec::new();
    }
    // SAFETY: 2: `count` is not 0, so `from` points to `count` aligned numbers, and is not null. 3: nobody writes to
    // them.
    unsafe { std::slice::from_raw_parts(from, count) }.to_vec()
}

/// Refuses an array with elements outside its buffer. An array without elements may have any address.
fn check_elements(array: Array) -> Result<Array, ImportError> {
    if !array.is_empty() {
        array.check_bounds().map_err(ImportError::Array)?;
    }
    Ok(array)
}

/// The reason why an import is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// `typestr` is not the type string of an element type.
    Typestr(dtype::NoSuchType),
    /// `shape` is not a tuple.
    Shape,
    /// `data` is neither a pair nor an object that exposes memory.
    Data,
    /// The address is wider than a pointer.
    Wide,
    /// The members of the C structure are invalid.
    Struct,
    /// The entries do not describe an array in the buffer.
    Array(ArrayError),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImportError::Typestr(error) => error.fmt(f),
            ImportError::Shape => f.write_str("expected a tuple as `shape`, found a list; make it a tuple"),
            ImportError::Data => {
                f.write_str("expected (address, read-only flag) or a buffer as `data`, found neither; give both parts")
            }
            ImportError::Wide => {
                write!(
                    f,
                    "expected an address of {} bytes in `data`, found a wider one; drop the higher bytes",
                    size_of::<usize>()
                )
            }
            ImportError::Struct => f.write_str(
                "expected a C structure whose `two` is 2, with a known `typekind` and no negative numbers, found another; \
                 check that the pointer is to a PyArrayInterface",
            ),
            ImportError::Array(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}
