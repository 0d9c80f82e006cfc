//! The array interface, version 3: the dictionary and the C structure, out and in.
//!
//! What comes in is an array over a buffer that this crate knows; an interface whose elements are elsewhere is refused,
//! since no one vouches for that memory. An array without elements may have any address. The buffer protocol ([`buffer`]) and
//! DLPack ([`dlpack`]) go out only.
//!
//! ```
//! use array_ctypes::Array;
//! let array = Array::from_slice(&[1i16, 2, 3, 4], &[2, 2])?;
//! let interface = array.interface();
//! assert_eq!(interface.data, (array.ctypes().data(), false));
//! assert_eq!((interface.shape, interface.strides), (&[2, 2][..], None));
//! let transposed = array.view(&"transpose 1 0".parse()?)?;
//! assert_eq!(transposed.interface().strides, Some(&[2, 4][..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![expect(unsafe_code, reason = "a C structure is read through its pointers")]

use crate::dtype;
use crate::layout::{Array, ArrayError, c_strides};
use crate::memory::Buffer;
use crate::platform;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::platform::ByteOrder;
use array_ctypes_spec::{Address, Import, ImportData};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fmt;
use std::ptr;
use std::rc::Rc;

pub mod buffer;
pub mod dlpack;

/// The entries of `__array_interface__`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrayInterface<'a> {
    /// Address of the first element, and whether the array is read-only.
    pub data: (usize, bool),
    /// Lengths of the axes, in elements.
    pub shape: &'a [usize],
    /// Byte strides; `None` where the array is C-contiguous.
    pub strides: Option<&'a [isize]>,
    /// Type string.
    pub typestr: String,
    /// Type description, as Python prints the list.
    pub descr: String,
    /// 3.
    pub version: u8,
}

impl ArrayInterface<'_> {
    /// The names of the entries, sorted.
    pub const KEYS: [&'static str; 6] = ["data", "descr", "shape", "strides", "typestr", "version"];
}

/// The C structure behind `__array_struct__`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PyArrayInterface {
    /// The number 2.
    pub two: c_int,
    /// Number of dimensions.
    pub nd: c_int,
    /// Kind character of the type string.
    pub typekind: c_char,
    /// Item size in bytes.
    pub itemsize: c_int,
    /// See [`flags`].
    pub flags: c_int,
    /// `nd` lengths, in elements.
    pub shape: *mut isize,
    /// `nd` strides, in bytes.
    pub strides: *mut isize,
    /// Address of the first element.
    pub data: *mut c_void,
    /// Type description; here C text, as Python prints the list. NULL unless flags say that there is one.
    pub descr: *mut c_void,
}

/// Flags of the C structure.
pub mod flags {
    use std::ffi::c_int;

    /// Elements follow each other in C order.
    pub const C_CONTIGUOUS: c_int = 0x1;
    /// Elements follow each other in Fortran order.
    pub const F_CONTIGUOUS: c_int = 0x2;
    /// Every element is aligned.
    pub const ALIGNED: c_int = 0x100;
    /// Numbers are in the machine's byte order.
    pub const NOTSWAPPED: c_int = 0x200;
    /// The array may be written to.
    pub const WRITEABLE: c_int = 0x400;
    /// `descr` is valid.
    pub const HAS_DESCR: c_int = 0x800;
}

/// What a C structure points to: numbers, text, and the array's memory.
#[derive(Clone, Debug)]
pub struct ArrayStruct {
    array: Array,
    shape: Vec<isize>,
    descr: Option<CString>,
}

impl ArrayStruct {
    /// The structure. What it points to is there while `self` lives and is not moved; C must not write to `shape`,
    /// `strides` and `descr`.
    pub fn as_c(&self) -> PyArrayInterface {
        let (kind, swapped) = match &self.array.dtype {
            Dtype::Plain(plain) => (plain.kind.code(), dtype::is_swapped(plain)),
            Dtype::Record(_) => ('V', false),
        };
        let set = |flag: c_int, holds: bool| if holds { flag } else { 0 };
        PyArrayInterface {
            two: 2,
            nd: self.shape.len() as c_int,
            typekind: kind as c_char,
            itemsize: dtype::size(&self.array.dtype) as c_int,
            flags: set(flags::C_CONTIGUOUS, self.array.is_c_contiguous())
                | set(flags::F_CONTIGUOUS, self.array.is_f_contiguous())
                | set(flags::ALIGNED, self.array.is_aligned())
                | set(flags::NOTSWAPPED, !swapped)
                | set(flags::WRITEABLE, self.array.writeable)
                | set(flags::HAS_DESCR, self.descr.is_some()),
            shape: self.shape.as_ptr().cast_mut(),
            strides: self.array.strides.as_ptr().cast_mut(),
            data: self.array.data.cast(),
            descr: self.descr.as_ref().map_or(ptr::null_mut(), |text| text.as_ptr().cast_mut().cast()),
        }
    }

    /// The lengths that it points to.
    pub fn shape(&self) -> &[isize] {
        &self.shape
    }

    /// The strides that it points to.
    pub fn strides(&self) -> &[isize] {
        &self.array.strides
    }

    /// The type description that it points to.
    pub fn descr(&self) -> Option<&CStr> {
        self.descr.as_deref()
    }
}

impl Array {
    /// The dictionary of the array interface.
    pub fn interface(&self) -> ArrayInterface<'_> {
        ArrayInterface {
            data: (self.data.addr(), !self.writeable),
            shape: &self.shape,
            strides: (!self.is_c_contiguous()).then_some(&self.strides),
            typestr: dtype::typestr(&self.dtype),
            descr: dtype::descr(&self.dtype),
            version: 3,
        }
    }

    /// The C structure of the array interface, with what it points to. It keeps the array's memory.
    pub fn array_struct(&self) -> ArrayStruct {
        let descr = match &self.dtype {
            // A name with a NUL in it cannot be handed to C.
            Dtype::Record(record) if dtype::in_order(record) => CString::new(dtype::descr(&self.dtype)).ok(),
            _ => None,
        };
        let shape = self.shape.iter().map(|length| *length as isize).collect();
        ArrayStruct { array: self.clone(), shape, descr }
    }
}

/// Makes the array that a dictionary describes. Addresses relative to a buffer are relative to this one, which is also
/// the object that `data` may be; `read_only` tells whether that object refuses writes.
///
/// # Errors
/// [`ImportError`] where the dictionary is malformed, or describes elements that are not in the buffer.
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
        // Only here has the entry `offset` a meaning.
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
    admit(array)
}

/// Makes the array that a C structure describes. Its `descr` is not read, so a structured type comes in as raw bytes, and
/// a point in time without its unit.
///
/// # Errors
/// [`ImportError`] where the structure is malformed, or describes elements that are not in the buffer.
///
/// # Safety
/// `raw` points to an aligned [`PyArrayInterface`], whose `shape` and `strides`, unless `nd` is 0, point to `nd` aligned
/// numbers each. No one writes to them meanwhile.
pub unsafe fn import_struct(raw: *const PyArrayInterface, buffer: &Rc<Buffer>) -> Result<Array, ImportError> {
    // SAFETY: the caller vouches for `raw`.
    let raw = unsafe { raw.read() };
    let nd = usize::try_from(raw.nd).ok().filter(|_| raw.two == 2).ok_or(ImportError::Struct)?;
    // SAFETY: the caller vouches for `nd` numbers at `shape`.
    let shape = unsafe { numbers(raw.shape, nd) };
    // SAFETY: the caller vouches for `nd` numbers at `strides`.
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
    admit(array)
}

/// A copy of so many numbers.
///
/// # Safety
/// Unless `count` is 0, `from` points to so many, which no one writes to meanwhile.
unsafe fn numbers(from: *const isize, count: usize) -> Vec<isize> {
    if count == 0 {
        return Vec::new();
    }
    // SAFETY: the caller vouches for `count` numbers at `from`, which is therefore not null.
    unsafe { std::slice::from_raw_parts(from, count) }.to_vec()
}

/// Refuses elements in memory that no one vouches for.
fn admit(array: Array) -> Result<Array, ImportError> {
    if !array.is_empty() {
        array.check_bounds().map_err(ImportError::Array)?;
    }
    Ok(array)
}

/// Why an interface was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// `typestr` names no type.
    Typestr(dtype::NoSuchType),
    /// `shape` is no tuple.
    Shape,
    /// `data` is neither a pair nor an object that exposes memory.
    Data,
    /// The address is wider than a pointer.
    Wide,
    /// The C structure contradicts itself.
    Struct,
    /// The entries describe no array in the buffer.
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
                    "expected an address of {} bytes in `data`, found a wider one; take it modulo",
                    size_of::<usize>()
                )
            }
            ImportError::Struct => f.write_str(
                "expected a C structure with `two` 2, a known `typekind` and no negative number, found another; check \
                 that the pointer is to a PyArrayInterface",
            ),
            ImportError::Array(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ImportError {}
