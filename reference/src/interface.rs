//! The array interface, version 3: exports an array as the dictionary or as the C structure, and imports both.
//!
//! An imported array lies in a buffer that this crate knows. If the elements are elsewhere, the import is refused,
//! because nothing guarantees that the memory exists. An array without elements may have any address. The buffer
//! protocol ([`buffer`]) and DLPack ([`dlpack`]) are exported only.
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
//!
//! The dictionary cannot outlive the array:
//!
//! ```compile_fail,E0505
//! # use array_ctypes::Array;
//! let array = Array::from_slice(&[1i32], &[1]).unwrap();
//! let interface = array.interface();
//! drop(array); // borrowed by `interface`
//! interface.shape.len();
//! ```

pub mod buffer;
pub mod dlpack;
mod imports;
mod kind;

pub use imports::{ImportError, import, import_struct};

use crate::dtype;
use crate::layout::Array;
use array_ctypes_spec::dtype::Dtype;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

/// The entries of `__array_interface__`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrayInterface<'a> {
    /// Address of the first element, and true if the array is read-only.
    pub data: (usize, bool),
    /// Lengths of the axes, in elements.
    pub shape: &'a [usize],
    /// Strides in bytes; `None` if the array is C-contiguous.
    pub strides: Option<&'a [isize]>,
    /// Type string.
    pub typestr: String,
    /// Type description, as Python prints the list.
    pub descr: String,
    /// Version of the interface: 3.
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
    /// The [`flags`] that hold.
    pub flags: c_int,
    /// `nd` lengths, in elements.
    pub shape: *mut isize,
    /// `nd` strides, in bytes.
    pub strides: *mut isize,
    /// Address of the first element.
    pub data: *mut c_void,
    /// Type description; here a C string, as Python prints the list. NULL unless [`flags::HAS_DESCR`] is set.
    pub descr: *mut c_void,
}

/// Flags of the C structure.
pub mod flags {
    use std::ffi::c_int;

    /// The elements follow each other in C order.
    pub const C_CONTIGUOUS: c_int = 0x1;
    /// The elements follow each other in Fortran order.
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

/// Owns everything that a C structure points to: lengths, strides, text, and the array's memory.
#[derive(Clone, Debug)]
pub struct ArrayStruct {
    array: Array,
    shape: Vec<isize>,
    descr: Option<CString>,
}

impl ArrayStruct {
    /// Returns the structure. Its pointers are valid while `self` is alive. C must not write to `shape`, `strides` and
    /// `descr`.
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

    /// The lengths that the structure points to.
    pub fn shape(&self) -> &[isize] {
        &self.shape
    }

    /// The strides that the structure points to.
    pub fn strides(&self) -> &[isize] {
        &self.array.strides
    }

    /// The type description that the structure points to.
    pub fn descr(&self) -> Option<&CStr> {
        self.descr.as_deref()
    }
}

impl Array {
    /// Returns the dictionary of the array interface.
    pub fn interface(&self) -> ArrayInterface<'_> {
        ArrayInterface {
            data: (self.data.expose_provenance(), !self.writeable),
            shape: &self.shape,
            strides: (!self.is_c_contiguous()).then_some(&self.strides),
            typestr: dtype::typestr(&self.dtype),
            descr: dtype::descr(&self.dtype),
            version: 3,
        }
    }

    /// Returns the C structure of the array interface together with everything it points to. It keeps the array's
    /// memory alive.
    pub fn array_struct(&self) -> ArrayStruct {
        let descr = match &self.dtype {
            // A C string cannot hold a name with a NUL.
            Dtype::Record(record) if dtype::in_order(record) => CString::new(dtype::descr(&self.dtype)).ok(),
            _ => None,
        };
        let shape = self.shape.iter().map(|length| *length as isize).collect();
        ArrayStruct { array: self.clone(), shape, descr }
    }
}
