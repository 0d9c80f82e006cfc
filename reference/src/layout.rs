//! Arrays: the addresses of their elements, and their flags.
//!
//! An [`Array`] is the address of its first element, an element type, lengths in elements and strides in bytes, over a
//! shared [`Buffer`]. Strides may be negative, zero, or not a multiple of the item size. Constructors make an array
//! only if its elements lie in the buffer; then the elements of its views, which [`Array::view`] makes, lie there too.
//! An array without elements may have any address.
//!
//! ```
//! use array_ctypes::Array;
//! let array = Array::from_slice(&[1i16, 2, 3, 4, 5, 6], &[2, 3])?;
//! let column = array.view(&"index 1 2".parse()?)?;
//! assert_eq!((column.shape(), column.strides()), (&[2][..], &[6][..]));
//! assert_eq!(column.item(&[1])?, 6i16.to_ne_bytes());
//! assert!(!column.is_c_contiguous());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod copy;
mod error;
#[cfg(feature = "slices")]
mod slice;
mod views;

pub use error::{ArrayError, ItemError};
#[cfg(feature = "slices")]
pub use slice::SliceError;
pub use views::ViewError;

use crate::dtype::{self, Element};
use crate::memory::Buffer;
use array_ctypes_spec::dtype::Dtype;
use std::rc::Rc;

/// An array over shared memory. Its clones and views are other arrays over the same memory.
#[derive(Clone, Debug)]
pub struct Array {
    pub(crate) buffer: Rc<Buffer>,
    /// Address of the element with all indices zero. Only the buffer reads and writes there, after it checked the
    /// bounds.
    pub(crate) data: *mut u8,
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    /// In bytes, one for each length.
    pub(crate) strides: Vec<isize>,
    pub(crate) writeable: bool,
}

impl Array {
    /// Makes an array over a buffer. Its first element is `offset` bytes after the start of the buffer. Lengths are in
    /// elements, strides in bytes.
    ///
    /// # Errors
    /// [`ArrayError`] if the numbers of lengths and strides differ, if this machine has no such element type, if the
    /// array has more bytes than an `isize` can count, or if an element is outside the buffer. The address of an empty
    /// array must be in the buffer too.
    pub fn new(
        buffer: &Rc<Buffer>,
        dtype: Dtype,
        offset: isize,
        shape: &[usize],
        strides: &[isize],
        writeable: bool,
    ) -> Result<Array, ArrayError> {
        let data = buffer.as_ptr().wrapping_offset(offset);
        let array = Array {
            buffer: Rc::clone(buffer),
            data,
            dtype,
            shape: shape.to_vec(),
            strides: strides.to_vec(),
            writeable,
        };
        array.check()?;
        array.check_bounds()?;
        Ok(array)
    }

    /// Makes a writeable C-contiguous array with a copy of these elements, over a buffer of its own.
    ///
    /// # Errors
    /// [`ArrayError`] if the number of elements does not fit the shape, or if there is not enough memory.
    pub fn from_slice<T: Element>(elements: &[T], shape: &[usize]) -> Result<Array, ArrayError> {
        let expected = shape.iter().try_fold(1usize, |count, length| count.checked_mul(*length));
        if expected != Some(elements.len()) {
            return Err(ArrayError::Count { shape: shape.to_vec(), found: elements.len() });
        }
        let mut bytes = Vec::with_capacity(size_of_val(elements));
        for element in elements {
            element.append_to(&mut bytes);
        }
        let buffer = Rc::new(Buffer::new(bytes.len(), 0, &bytes).map_err(ArrayError::Memory)?);
        Array::new(&buffer, T::dtype(), 0, shape, &c_strides(shape, size_of::<T>()), true)
    }

    /// The memory that the array lies in. Whoever holds it keeps it alive.
    pub fn memory(&self) -> &Rc<Buffer> {
        &self.buffer
    }

    /// The element type.
    pub fn dtype(&self) -> &Dtype {
        &self.dtype
    }

    /// Lengths of the axes, in elements.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Strides in bytes.
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }

    /// Returns true if the array may be written to. [`Array::set_item`] obeys this; pointers do not.
    pub fn is_writeable(&self) -> bool {
        self.writeable
    }

    /// Returns true if the array has no elements.
    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Returns true if the elements follow each other without gaps, last axis fastest. Axes of length 1 do not matter.
    pub fn is_c_contiguous(&self) -> bool {
        self.is_empty() || self.is_dense(self.axes().rev())
    }

    /// Returns true if the elements follow each other without gaps, first axis fastest. Axes of length 1 do not matter.
    pub fn is_f_contiguous(&self) -> bool {
        self.is_empty() || self.is_dense(self.axes())
    }

    fn is_dense(&self, fastest_first: impl Iterator<Item = (usize, isize)>) -> bool {
        let mut bytes = dtype::size(&self.dtype);
        for (length, stride) in fastest_first.filter(|(length, _)| *length != 1) {
            if usize::try_from(stride) != Ok(bytes) {
                return false;
            }
            // No overflow: the array has at least this many bytes.
            bytes *= length;
        }
        true
    }

    /// Returns true if the address of every element is a multiple of the type's alignment.
    pub fn is_aligned(&self) -> bool {
        let alignment = dtype::alignment(&self.dtype);
        self.is_empty()
            || self.data.addr() % alignment == 0
                && self.axes().all(|(length, stride)| length == 1 || stride.unsigned_abs() % alignment == 0)
    }

    /// Copies the memory of one element. The index has one number for each axis, in elements.
    ///
    /// # Errors
    /// [`ItemError`] if there is no such element.
    pub fn item(&self, index: &[usize]) -> Result<Vec<u8>, ItemError> {
        let element = self.element(index).ok_or_else(|| self.index_error(index))?;
        self.buffer.read(element, dtype::size(&self.dtype)).map_err(ItemError::Memory)
    }

    /// Sets the memory of one element.
    ///
    /// # Errors
    /// [`ItemError`] if there is no such element, if the array is read-only, or if the number of bytes is not the item
    /// size.
    pub fn set_item(&self, index: &[usize], bytes: &[u8]) -> Result<(), ItemError> {
        let element = self.element(index).ok_or_else(|| self.index_error(index))?;
        let expected = dtype::size(&self.dtype);
        if !self.writeable {
            return Err(ItemError::ReadOnly);
        }
        if bytes.len() != expected {
            return Err(ItemError::Size { expected, found: bytes.len() });
        }
        self.buffer.write(element, bytes).map_err(ItemError::Memory)
    }

    /// The address of an element: the address of the first, plus each index times its stride.
    #[inline]
    pub(crate) fn element(&self, index: &[usize]) -> Option<*mut u8> {
        // The numbers of strides and lengths are equal, but the compiler does not know it.
        if index.len() != self.shape.len() || index.len() != self.strides.len() {
            return None;
        }
        let mut element = self.data;
        for ((at, length), stride) in index.iter().zip(&self.shape).zip(&self.strides) {
            if at >= length {
                return None;
            }
            // This does not wrap if the array lies in its buffer.
            element = element.wrapping_offset((*at as isize).wrapping_mul(*stride));
        }
        Some(element)
    }

    /// The error for an index without an element. It is a function of its own to keep `element` small.
    #[cold]
    pub(crate) fn index_error(&self, index: &[usize]) -> ItemError {
        ItemError::Index { index: index.to_vec(), shape: self.shape.clone() }
    }

    fn axes(&self) -> impl DoubleEndedIterator<Item = (usize, isize)> + ExactSizeIterator {
        self.shape.iter().copied().zip(self.strides.iter().copied())
    }

    /// Checks everything that does not depend on the memory: see [`Array::new`]. Other axes must be short enough even
    /// if one has length 0. Elements of size 0 count as bytes.
    pub(crate) fn check(&self) -> Result<(), ArrayError> {
        if self.shape.len() != self.strides.len() {
            return Err(ArrayError::Axes { shape: self.shape.len(), strides: self.strides.len() });
        }
        if !dtype::exists(&self.dtype) {
            return Err(ArrayError::ElementType { typestr: dtype::typestr(&self.dtype) });
        }
        let mut lengths = self.shape.iter().filter(|length| **length != 0);
        lengths
            .try_fold(dtype::size(&self.dtype).max(1), |bytes, length| bytes.checked_mul(*length))
            .filter(|bytes| isize::try_from(*bytes).is_ok())
            .map(|_| ())
            .ok_or(ArrayError::TooBig)
    }

    /// Checks that all elements are in the buffer.
    pub(crate) fn check_bounds(&self) -> Result<(), ArrayError> {
        // Wide enough for any sum of lengths times strides.
        let mut low = self.data.addr() as i128;
        let mut high = low;
        if !self.is_empty() {
            high += dtype::size(&self.dtype) as i128;
            for (length, stride) in self.axes() {
                let span = (length as i128 - 1) * stride as i128;
                if span < 0 { low += span } else { high += span }
            }
        }
        let start = self.buffer.address() as i128;
        let size = self.buffer.size();
        if low < start || high > start + size as i128 {
            return Err(ArrayError::OutOfBounds { low: low - start, high: high - start, size });
        }
        Ok(())
    }
}

/// Strides of a C-contiguous array, in bytes. Axes of length 0 count as length 1. Strides are at most `isize::MAX`.
pub fn c_strides(shape: &[usize], item_size: usize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut next = item_size;
    for (stride, length) in strides.iter_mut().zip(shape).rev() {
        *stride = isize::try_from(next).unwrap_or(isize::MAX);
        next = next.saturating_mul((*length).max(1));
    }
    strides
}
