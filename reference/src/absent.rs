//! The interface without C types, for a language or a build that has none.
//!
//! Address, lengths and strides are plain integers, since there are no C types to convert them to.
//!
//! ```
//! use array_ctypes::Array;
//! let array = Array::from_slice(&[1i16, 2, 3], &[3])?.view(&"reverse 0".parse()?)?;
//! let plain = array.without_ctypes();
//! assert_eq!(plain.as_parameter(), array.ctypes().data());
//! assert_eq!((plain.shape(), plain.strides()), (&[3][..], &[-2][..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::layout::Array;

/// The interface of an array as plain integers. It borrows the array.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'a> {
    array: &'a Array,
}

impl Array {
    /// Returns the interface without C types.
    pub fn without_ctypes(&self) -> Plain<'_> {
        Plain { array: self }
    }
}

impl<'a> Plain<'a> {
    /// The address of the first element.
    pub fn data(&self) -> usize {
        self.array.data.expose_provenance()
    }

    /// The parameter that a function receives for the array: the address.
    pub fn as_parameter(&self) -> usize {
        self.data()
    }

    /// Lengths of the axes, in elements.
    pub fn shape(&self) -> &'a [usize] {
        &self.array.shape
    }

    /// Strides of the axes, in bytes.
    pub fn strides(&self) -> &'a [isize] {
        &self.array.strides
    }
}
