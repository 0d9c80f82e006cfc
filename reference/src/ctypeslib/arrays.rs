//! Arrays as C objects, and arrays made from addresses.

use super::types::{self, ElementCType, NoCType, array_of, as_ctypes_type};
use crate::dtype;
use crate::layout::{Array, ArrayError, c_strides};
use crate::memory::Buffer;
use array_ctypes_spec::ctype::CType;
use array_ctypes_spec::dtype::Dtype;
use std::fmt;
use std::rc::Rc;

/// An array as a C object: C-contiguous and writeable. Its printed form is its type.
#[derive(Clone, Debug)]
pub struct CObject<'a> {
    pub(crate) array: &'a Array,
    pub(crate) ctype: ElementCType,
}

/// Returns the array as a C object, without a copy.
///
/// # Errors
/// [`AsCtypesError`] if the array is read-only or has gaps, or if C has no such elements.
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
    /// The address of the array.
    pub fn address(&self) -> usize {
        self.array.data.expose_provenance()
    }

    /// The type.
    pub fn ctype(&self) -> &ElementCType {
        &self.ctype
    }
}

impl fmt::Display for CObject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ctype.fmt(f)
    }
}

/// The reason why an array cannot be a C object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsCtypesError {
    /// The array is read-only.
    ReadOnly,
    /// The array is not C-contiguous.
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

/// Makes an array of elements of a C type over the memory at an address, without a copy. Lengths are in elements. If
/// the C type is an array, its lengths are appended to `shape`.
///
/// # Errors
/// [`AsArrayError`] if the address is NULL, if no array has elements of that type, or if the elements are not in the
/// buffer.
pub fn as_array(buffer: &Rc<Buffer>, address: usize, ctype: &CType, shape: &[usize]) -> Result<Array, AsArrayError> {
    let (dtype, inner) = types::element(ctype).ok_or_else(|| AsArrayError::NoElement { ctype: ctype.clone() })?;
    let inner = inner.into_iter().map(usize::try_from).collect::<Result<Vec<usize>, _>>();
    let shape = [shape, &inner.map_err(|_| AsArrayError::Array(ArrayError::TooBig))?].concat();
    if address == 0 {
        return Err(AsArrayError::Null);
    }
    array_at(buffer, address, dtype, shape).map_err(AsArrayError::Array)
}

/// Makes a writeable C-contiguous array at an address of the buffer.
pub(super) fn array_at(
    buffer: &Rc<Buffer>,
    address: usize,
    dtype: Dtype,
    shape: Vec<usize>,
) -> Result<Array, ArrayError> {
    let offset = address.wrapping_sub(buffer.address()) as isize;
    let strides = c_strides(&shape, dtype::size(&dtype));
    Array::new(buffer, dtype, offset, &shape, &strides, true)
}

/// The reason why no array can be made at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AsArrayError {
    /// The address is NULL.
    Null,
    /// No array has elements of that type.
    NoElement {
        /// The type.
        ctype: CType,
    },
    /// The elements do not form an array in the buffer.
    Array(ArrayError),
}

impl fmt::Display for AsArrayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AsArrayError::Null => f.write_str("expected an address, found NULL; check where the pointer comes from"),
            AsArrayError::NoElement { ctype } => {
                write!(f, "expected a C type of numbers, found {ctype}; cast the pointer to one of those")
            }
            AsArrayError::Array(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AsArrayError {}
