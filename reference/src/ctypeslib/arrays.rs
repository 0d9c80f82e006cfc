//! Arrays as objects of C, and arrays of addresses.

use super::types::{self, ElementCType, NoCType, array_of, as_ctypes_type};
use crate::dtype;
use crate::layout::{Array, ArrayError, c_strides};
use crate::memory::Buffer;
use array_ctypes_spec::ctype::CType;
use array_ctypes_spec::dtype::Dtype;
use std::fmt;
use std::rc::Rc;

/// An array that C may take for an object of its own: C-contiguous, and free to be written to. Printed, it is its type.
#[derive(Clone, Debug)]
pub struct CObject<'a> {
    pub(crate) array: &'a Array,
    pub(crate) ctype: ElementCType,
}

/// The array as an object of C, without a copy.
///
/// # Errors
/// [`AsCtypesError`] where the array is read-only, has gaps, or C has no such elements.
pub fn as_ctypes(array: &Array) -> Result<CObject<'_>, AsCtypesError> {
    if !array.is_writeable() {
        return Err(AsCtypesError::ReadOnly);
    }
    if !array.is_c_contiguous() {
        return Err(AsCtypesError::Strided);
    }
    let item = as_ctypes_type(array.dtype()).map_err(AsCtypesError::NoCType)?;
    let shape: Vec<u64> = array.shape().iter().map(|length| *length as u64).collect();
    Ok(CObject { array, ctype: array_of(item, &shape) })
}

impl CObject<'_> {
    /// Where it is: the address of the array.
    pub fn address(&self) -> usize {
        self.array.data.addr()
    }

    /// Its type.
    pub fn ctype(&self) -> &ElementCType {
        &self.ctype
    }
}

impl fmt::Display for CObject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ctype.fmt(f)
    }
}

/// Why an array is no object of C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsCtypesError {
    /// It may not be written to.
    ReadOnly,
    /// It is not C-contiguous.
    Strided,
    /// C has no such elements.
    NoCType(NoCType),
}

impl fmt::Display for AsCtypesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AsCtypesError::ReadOnly => {
                f.write_str("expected an array that may be written to, found a read-only one; copy it")
            }
            AsCtypesError::Strided => f.write_str("expected a C-contiguous array, found other strides; copy it"),
            AsCtypesError::NoCType(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AsCtypesError {}

/// An array over the memory at an address, without a copy: of elements of that C type, lengths in elements. The lengths of
/// a C type that is an array follow those given.
///
/// # Errors
/// [`AsArrayError`] where the address is NULL, the type is that of no element, or the elements are not in the buffer.
pub fn as_array(buffer: &Rc<Buffer>, address: usize, ctype: &CType, shape: &[usize]) -> Result<Array, AsArrayError> {
    let (dtype, inner) = types::element(ctype).ok_or_else(|| AsArrayError::NoElement { ctype: ctype.clone() })?;
    let inner = inner.into_iter().map(usize::try_from).collect::<Result<Vec<usize>, _>>();
    let shape = [shape, &inner.map_err(|_| AsArrayError::Array(ArrayError::TooBig))?].concat();
    if address == 0 {
        return Err(AsArrayError::Null);
    }
    over(buffer, address, dtype, shape).map_err(AsArrayError::Array)
}

/// A writeable C-contiguous array at an address of the buffer.
pub(super) fn over(buffer: &Rc<Buffer>, address: usize, dtype: Dtype, shape: Vec<usize>) -> Result<Array, ArrayError> {
    let offset = address.wrapping_sub(buffer.address()) as isize;
    let strides = c_strides(&shape, dtype::size(&dtype));
    Array::new(buffer, dtype, offset, &shape, &strides, true)
}

/// Why there is no array at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsArrayError {
    /// The address is NULL.
    Null,
    /// No array has elements of that type.
    NoElement {
        /// The type.
        ctype: CType,
    },
    /// The elements are no array in the buffer.
    Array(ArrayError),
}

impl fmt::Display for AsArrayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AsArrayError::Null => f.write_str("expected an address, found NULL; check what the pointer comes from"),
            AsArrayError::NoElement { ctype } => {
                write!(f, "expected a C type of numbers, found {ctype}; cast the pointer to one of those")
            }
            AsArrayError::Array(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AsArrayError {}
