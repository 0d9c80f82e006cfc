//! Checked parameter types.

use super::arrays::over;
use crate::cast::Pointer;
use crate::dtype;
use crate::layout::{Array, ArrayError};
use crate::memory::Buffer;
use array_ctypes_spec::dtype::Dtype;
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

/// A flag that a parameter asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NdFlag {
    /// Elements follow each other in C order.
    CContiguous,
    /// Elements follow each other in Fortran order.
    FContiguous,
    /// Every element is aligned.
    Aligned,
    /// The array may be written to.
    Writeable,
    /// The memory is the array's alone.
    OwnData,
    /// Writes go to another array.
    WriteBackIfCopy,
}

impl FromStr for NdFlag {
    type Err = UnknownFlag;

    /// Reads one of the names that NumPy has for the flag, in upper or lower case.
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

/// A parameter that takes arrays, and what it asks of them; the default asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NdPointer {
    /// Element type.
    pub dtype: Option<Dtype>,
    /// Number of dimensions.
    pub ndim: Option<usize>,
    /// Lengths of the axes, in elements.
    pub shape: Option<Vec<usize>>,
    /// Flags that have to be set: each once, however often it was named.
    pub flags: BTreeSet<NdFlag>,
}

impl NdPointer {
    /// The pointer to hand on for an array.
    ///
    /// # Errors
    /// [`NotAccepted`] unless the array has all that is asked for.
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
            // Buffers are shared, and nothing is written back.
            NdFlag::OwnData | NdFlag::WriteBackIfCopy => false,
        };
        match self.flags.iter().find(|flag| !holds(flag)) {
            Some(flag) => Err(NotAccepted::Flag { flag: *flag }),
            None => Ok(array.ctypes().as_parameter()),
        }
    }

    /// The array that a function of this result type returns with an address; `None` where element type or shape is not
    /// said, so that the address is all that is known.
    ///
    /// # Errors
    /// [`ArrayError`] where the elements are no array in the buffer.
    pub fn returned(&self, buffer: &Rc<Buffer>, address: usize) -> Result<Option<Array>, ArrayError> {
        match (&self.dtype, &self.shape) {
            (Some(dtype), Some(shape)) => over(buffer, address, dtype.clone(), shape.clone()).map(Some),
            _ => Ok(None),
        }
    }
}

/// Whether two element types are the same: where an order does not show, it does not count.
fn same(one: &Dtype, other: &Dtype) -> bool {
    match (one, other) {
        (Dtype::Plain(_), Dtype::Plain(_)) => dtype::typestr(one) == dtype::typestr(other),
        _ => one == other,
    }
}

/// A name that no flag has.
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

/// What an array lacks that a parameter asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAccepted {
    /// The element type.
    Dtype {
        /// That of the array, as a type string.
        found: String,
    },
    /// The number of dimensions.
    Dimensions {
        /// That of the array.
        found: usize,
    },
    /// The lengths of the axes.
    Shape {
        /// Those of the array, in elements.
        found: Vec<usize>,
    },
    /// A flag.
    Flag {
        /// Which.
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
