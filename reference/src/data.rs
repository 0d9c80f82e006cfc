//! The interface object and its address.
//!
//! [`Ctypes`] borrows its array, so nobody can ask for the address of an array that is already dropped. The address
//! itself is a number, which borrows nothing: code that keeps it longer than the array needs a reason, and `unsafe` to
//! use it. [`OwnedCtypes`](crate::OwnedCtypes) holds its array, for code that passes the interface on.
//!
//! ```
//! use array_ctypes::Array;
//! let array = Array::from_slice(&[1i16, 2, 3], &[3])?;
//! let reversed = array.view(&"reverse 0".parse()?)?;
//! assert_eq!(reversed.ctypes().data(), array.ctypes().data() + 4);
//!
//! let owned = array.into_ctypes();
//! drop(reversed);
//! assert_eq!(owned.ctypes().data_as_ptr::<i16>().addr(), owned.ctypes().data());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! C computes the address of an element from the first address and the strides; so does [`Ctypes::address_of`]:
//!
//! ```
//! use array_ctypes::Array;
//! let array = Array::from_slice(&[0i16; 6], &[2, 3])?;
//! let turned = array.view(&"transpose 1 0".parse()?)?;
//! assert_eq!(turned.ctypes().address_of(&[2, 1])?, array.ctypes().data() + 2 * 2 + 1 * 6);
//! assert!(turned.ctypes().address_of(&[1, 2]).is_err(), "the second axis has length 2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An array cannot be dropped while its interface is in use:
//!
//! ```compile_fail,E0505
//! # use array_ctypes::Array;
//! let array = Array::from_slice(&[1i32], &[1]).unwrap();
//! let ctypes = array.ctypes();
//! drop(array); // borrowed by `ctypes`
//! ctypes.data();
//! ```

use crate::layout::{Array, ItemError};

/// The interface of an array: address, shape and strides for C.
#[derive(Clone, Copy, Debug)]
pub struct Ctypes<'a> {
    pub(crate) array: &'a Array,
}

impl Array {
    /// Returns the interface for C.
    pub fn ctypes(&self) -> Ctypes<'_> {
        Ctypes { array: self }
    }
}

impl Ctypes<'_> {
    /// The address of the first element. Its provenance is exposed, as of every address that the reference hands out as a
    /// number: `std::ptr::with_exposed_provenance` makes it a pointer again.
    pub fn data(&self) -> usize {
        self.array.data.expose_provenance()
    }

    /// The address as a pointer to any type.
    ///
    /// Elements may be unaligned, in the other byte order, overlapping or read-only. Code that reads or writes through
    /// the pointer is responsible for that, for staying in the buffer, and for keeping the buffer alive.
    pub fn data_as_ptr<T>(&self) -> *mut T {
        self.array.data.cast()
    }

    /// The address of an element. The index has one number for each axis, in elements.
    ///
    /// # Errors
    /// [`ItemError::Index`] if there is no such element.
    #[inline]
    pub fn address_of(&self, index: &[usize]) -> Result<usize, ItemError> {
        self.array.element(index).map(<*mut u8>::expose_provenance).ok_or_else(|| self.array.index_error(index))
    }
}
