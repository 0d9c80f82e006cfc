//! Parameter types that check arrays.

use super::arrays::array_at;
use crate::cast::Pointer;
use crate::dtype;
use crate::layout::{Array, ArrayError};
use crate::memory::Buffer;
use array_ctypes_spec::dtype::Dtype;
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

/// A flag that a parameter requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NdFlag {
    /// The elements follow each other in C order.
    CContiguous,
    /// The elements follow each other in Fortran order.
    FContiguous,
    /// Every element is aligned.
    Aligned,
    /// The array may be written to.
    Writeable,
    /// The array owns its memory alone.
    OwnData,
    /// The array is a copy that will be written back to another array.
    WriteBackIfCopy,
}

impl FromStr for NdFlag {
    type Err = UnknownFlag;

    /// Parses one of NumPy's names of the flag, in upper or lower case.
    fn from_str(name: &str) -> Result<NdFlag, UnknownFlag> {
        Ok(match name.trim().to_ascii_uppercase().as_str() {
            "C_CONTIGUOUS" | "CONTIGUOUS" | "C" => NdFlag::CContiguous,
            "F_CONTIGUOUS" | "FORTRAN" | "F" => NdFlag::FContiguous,
            "ALIGNED" | "A" => NdFlag::Aligned,
            "WRITEABLE" | "W" => NdFlag::Writeable,
            "OWNDATA" | "O" => NdFlag::OwnData,
            "WRITEBACKIFCOPY" | "X" => NdFlag::WriteBackIfCopy,
            _ => return Err(UnknownFlag { name: name.to_owned() }),
        })
    }
}

/// A parameter that takes arrays, and its requirements. The default requires nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NdPointer {
    /// Element type.
    pub dtype: Option<Dtype>,
    /// Number of dimensions.
    pub ndim: Option<usize>,
    /// Lengths of the axes, in elements.
    pub shape: Option<Vec<usize>>,
    /// Flags that must hold.
    pub flags: BTreeSet<NdFlag>,
}

impl NdPointer {
    /// Returns the pointer that the parameter receives for an array.
    ///
    /// # Errors
    /// [`NotAccepted`] unless the array meets all requirements.
    pub fn from_param<'a>(&self, array: &'a Array) -> Result<Pointer<'a>, NotAccepted> {
        if self.dtype.as_ref().is_some_and(|dtype| !same(dtype, array.dtype())) {
            return Err(NotAccepted::Dtype { found: dtype::typestr(array.dtype()) });
        }
        if self.ndim.is_some_and(|ndim| ndim != array.shape().len()) {
            return Err(NotAccepted::Dimensions { found: array.shape().len() });
        }
        if self.shape.as_ref().is_some_and(|shape| shape != array.shape()) {
            return Err(NotAccepted::Shape { found: array.shape().to_vec() });
        }
        let holds = |flag: &&NdFlag| match flag {
            NdFlag::CContiguous => array.is_c_contiguous(),
            NdFlag::FContiguous => array.is_f_contiguous(),
            NdFlag::Aligned => array.is_aligned(),
            NdFlag::Writeable => array.is_writeable(),
            // Buffers are shared, and no array is written back to another.
            NdFlag::OwnData | NdFlag::WriteBackIfCopy => false,
        };
        match self.flags.iter().find(|flag| !holds(flag)) {
            Some(flag) => Err(NotAccepted::Flag { flag: *flag }),
            None => Ok(array.ctypes().as_parameter()),
        }
    }

    /// Returns the array for an address that a function of this result type returned. `None` if element type or shape
    /// is not given, because then only the address is known.
    ///
    /// # Errors
    /// [`ArrayError`] if the elements do not form an array in the buffer.
    pub fn returned(&self, buffer: &Rc<Buffer>, address: usize) -> Result<Option<Array>, ArrayError> {
        match (&self.dtype, &self.shape) {
            (Some(dtype), Some(shape)) => array_at(buffer, address, dtype.clone(), shape.clone()).map(Some),
            _ => Ok(None),
        }
    }
}

/// Returns true if two element types are the same. A byte order counts only if the type string shows it.
fn same(one: &Dtype, other: &Dtype) -> bool {
    match (one, other) {
        (Dtype::Plain(_), Dtype::Plain(_)) => dtype::typestr(one) == dtype::typestr(other),
        _ => one == other,
    }
}

/// A text that is not the name of a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFlag {
    name: String,
}

impl fmt::Display for UnknownFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected the name of a flag such as C_CONTIGUOUS, found {:?}; see NdFlag for all", self.name)
    }
}

impl std::error::Error for UnknownFlag {}

/// The first requirement of a parameter that an array does not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    /// The element type.
    Dtype {
        /// Type string of the array.
        found: String,
    },
    /// The number of dimensions.
    Dimensions {
        /// Number of dimensions of the array.
        found: usize,
    },
    /// The lengths of the axes.
    Shape {
        /// Lengths of the array, in elements.
        found: Vec<usize>,
    },
    /// A flag.
    Flag {
        /// The flag that does not hold.
        flag: NdFlag,
    },
}

impl fmt::Display for NotAccepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotAccepted::Dtype { found } => {
                write!(f, "expected an array of the parameter's element type, found {found}; convert it")
            }
            NotAccepted::Dimensions { found } => {
                write!(f, "expected an array of the parameter's number of dimensions, found {found}; reshape it")
            }
            NotAccepted::Shape { found } => {
                write!(f, "expected an array of the parameter's shape, found {found:?}; reshape it")
            }
            NotAccepted::Flag { flag } => {
                write!(f, "expected an array that is {flag:?}, found one that is not; copy it")
            }
        }
    }
}

impl std::error::Error for NotAccepted {}
