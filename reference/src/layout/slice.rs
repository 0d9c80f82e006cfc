//! The elements of an array as a Rust slice.
//!
//! # Invariants
//! The comment in the code refers to these by number:
//!
//! 1. Any bytes are a value of `T`: the trait [`Element`] is sealed, and only plain numbers implement it.
//! 2. `slice_length` returns a length only if the array has that many elements of type `T`, one after another from an
//!    aligned address on.
//! 3. The buffer returns a pointer only to initialised bytes of its own, which live as long as the buffer; the array
//!    holds the buffer.
//! 4. Nobody writes to the elements while the slice is in use: the caller of [`Array::as_slice`] promises it.
#![expect(unsafe_code, reason = "a reference to shared memory, which the caller answers for")]

use super::Array;
use crate::dtype::{self, Element};
use crate::memory::OutsideBuffer;
use array_ctypes_spec::dtype::Dtype;
use std::fmt;

impl Array {
    /// Returns the elements in place as a slice, if the array is of type `T` in the machine's byte order, C-contiguous
    /// and aligned. It allocates nothing.
    ///
    /// Arrays share their memory with each other, and may share it with C and with other processes. The compiler
    /// assumes that nobody writes to a slice, but cannot know who else does; therefore this is `unsafe`. To copy is
    /// safe: [`Array::copy`], [`Array::item`].
    ///
    /// ```
    /// use array_ctypes::{Array, SliceError};
    /// let array = Array::from_slice(&[1i32, 2, 3, 4, 5, 6], &[2, 3])?;
    /// let row = array.view(&"index 0 1".parse()?)?;
    /// // SAFETY: nobody writes to these elements.
    /// assert_eq!(unsafe { row.as_slice::<i32>() }?, [4, 5, 6]);
    ///
    /// let column = array.view(&"index 1 1".parse()?)?;
    /// // SAFETY: nobody writes to these elements.
    /// let refused = unsafe { column.as_slice::<i32>() };
    /// assert_eq!(refused, Err(SliceError::Gaps { shape: vec![2], strides: vec![12] }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SliceError`] for the first of these that does not hold: type, byte order, contiguity, alignment.
    ///
    /// # Safety
    /// While the slice is in use, nobody writes to its elements: no array over the same memory, no pointer, no C code.
    /// For a mapped file, no other mapping and no other process writes to them either, and nobody truncates the file.
    pub unsafe fn as_slice<T: Element>(&self) -> Result<&[T], SliceError> {
        let length = self.slice_length::<T>()?;
        if length == 0 {
            return Ok(&[]);
        }
        // No overflow: an array has no more bytes than an `isize` can count.
        let first = self.buffer.inside(self.data, length * size_of::<T>()).map_err(SliceError::Memory)?;
        // SAFETY: 1: the bytes are values of `T`. 2: `first` is aligned, and `length` elements follow each other. 3:
        // `inside` returned a pointer to their bytes, which live as long as `self`. 4: nobody writes to them.
        Ok(unsafe { std::slice::from_raw_parts(first.cast(), length) })
    }

    /// Number of elements of the slice, if the array can be one.
    fn slice_length<T: Element>(&self) -> Result<usize, SliceError> {
        match (&self.dtype, &T::dtype()) {
            (Dtype::Plain(found), Dtype::Plain(expected))
                if (found.kind, found.size) == (expected.kind, expected.size) =>
            {
                if dtype::is_swapped(found) {
                    return Err(SliceError::Swapped { typestr: dtype::typestr(&self.dtype) });
                }
            }
            (found, expected) => {
                let (expected, found) = (dtype::typestr(expected), dtype::typestr(found));
                return Err(SliceError::ElementType { expected, found });
            }
        }
        if !self.is_c_contiguous() {
            return Err(SliceError::Gaps { shape: self.shape.clone(), strides: self.strides.clone() });
        }
        if self.is_empty() {
            return Ok(0);
        }
        // If the first element is aligned, all are, since they follow each other.
        let (address, alignment) = (self.data.addr(), align_of::<T>());
        if address % alignment != 0 {
            return Err(SliceError::Unaligned { address, alignment });
        }
        Ok(self.shape.iter().product())
    }
}

/// The reason why an array cannot be a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SliceError {
    /// The elements have another type.
    ElementType {
        /// Type string of the type that was asked for.
        expected: String,
        /// Type string of the array.
        found: String,
    },
    /// The numbers are not in the machine's byte order.
    Swapped {
        /// Type string of the array.
        typestr: String,
    },
    /// The elements do not follow each other in C order.
    Gaps {
        /// Shape in elements.
        shape: Vec<usize>,
        /// Strides in bytes.
        strides: Vec<isize>,
    },
    /// The address is not aligned.
    Unaligned {
        /// Address of the first element.
        address: usize,
        /// Alignment of the type in bytes.
        alignment: usize,
    },
    /// Elements are outside the buffer. No constructor makes such an array.
    Memory(OutsideBuffer),
}

impl fmt::Display for SliceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SliceError::ElementType { expected, found } => {
                write!(f, "expected elements of type {expected}, found {found}; ask for that type, or view as another")
            }
            SliceError::Swapped { typestr } => {
                write!(f, "expected numbers in the machine's byte order, found {typestr}; read each and swap its bytes")
            }
            SliceError::Gaps { shape, strides } => write!(
                f,
                "expected elements that follow each other in C order, found strides {strides:?} of the shape {shape:?}; \
                 take a slice of a copy"
            ),
            SliceError::Unaligned { address, alignment } => write!(
                f,
                "expected an address that is a multiple of {alignment}, found {address:#x}; take a slice of a copy"
            ),
            SliceError::Memory(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SliceError {}
