//! Helpers for foreign functions: C types of element types, arrays of pointers and back, checked parameters, libraries.
//!
//! What is a rule of conduct in Python is a type here. A [`CObject`] is an array that may be written to and is
//! C-contiguous; an [`NdPointer`] says what a parameter asks of an array, and [`NdPointer::from_param`] is the only way past
//! it. Arrays that are made of addresses lie in a [`Buffer`](crate::Buffer); elsewhere no one vouches for the memory.
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
mod types;

pub use crate::shape::ITEM as C_INTP;
pub use arrays::{AsArrayError, AsCtypesError, CObject, as_array, as_ctypes};
#[cfg(unix)]
pub use library::{Library, LoadError, load_library};
pub use ndpointer::{NdFlag, NdPointer, NotAccepted, UnknownFlag};
pub use types::{ElementCType, Member, NoCType, array_of, as_ctypes_type, element};
