//! Helpers for foreign functions: C types of element types, arrays from pointers and back, checked parameters,
//! libraries.
//!
//! Types enforce what is only a convention in Python. A [`CObject`] is an array that is writeable and C-contiguous. An
//! [`NdPointer`] lists the requirements of a parameter, and only [`NdPointer::from_param`] makes a pointer from it,
//! after it checked them. Arrays made from addresses lie in a [`Buffer`](crate::Buffer), because nothing guarantees
//! that other memory exists.
//!
//! ```
//! use array_ctypes::{Array, ctypeslib::{NdPointer, as_array, as_ctypes}};
//! let array = Array::from_slice(&[1i32, 2, 3, 4], &[2, 2])?;
//! assert_eq!(as_ctypes(&array)?.to_string(), "c_int * 2 * 2");
//!
//! let pairs = as_array(array.memory(), array.ctypes().data(), &"c_int * 2".parse()?, &[2])?;
//! assert_eq!(pairs.item(&[1, 0])?, 3i32.to_ne_bytes());
//!
//! let matrix = NdPointer { ndim: Some(2), ..NdPointer::default() };
//! assert_eq!(matrix.from_param(&array)?.address(), array.ctypes().data());
//! assert!(matrix.from_param(&array.view(&"index 0 0".parse()?)?).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arrays;
#[cfg(unix)]
mod library;
mod ndpointer;
mod owned;
mod types;

pub use crate::shape::ITEM as C_INTP;
pub use arrays::{AsArrayError, AsCtypesError, CObject, as_array, as_ctypes};
#[cfg(unix)]
pub use library::{Library, LoadError, load_library};
pub use ndpointer::{NdFlag, NdPointer, NotAccepted, UnknownFlag};
pub use owned::OwnedCObject;
pub use types::{ElementCType, Member, NoCType, array_of, as_ctypes_type, element};
