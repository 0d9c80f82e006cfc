//! Arrays in memory of their own: zeros and copies.

use super::{Array, ArrayError, c_strides};
use crate::dtype;
use crate::memory::Buffer;
use array_ctypes_spec::dtype::Dtype;
use std::rc::Rc;

impl Array {
    /// Returns a writeable array in C order, in memory of its own, in which all bytes are zero.
    ///
    /// # Errors
    /// [`ArrayError`] if this machine has no such element type, or if there is not enough memory.
    pub fn zeros(dtype: Dtype, shape: &[usize]) -> Result<Array, ArrayError> {
        let item = dtype::size(&dtype);
        let size =
            if shape.contains(&0) { 0 } else { shape.iter().fold(item, |size, length| size.saturating_mul(*length)) };
        let buffer = Buffer::new(size, 0, &[]).map_err(ArrayError::Memory)?;
        Array::new(&Rc::new(buffer), dtype, 0, shape, &c_strides(shape, item), true)
    }

    /// Returns a writeable copy in C order, in memory of its own.
    ///
    /// # Errors
    /// [`ArrayError`] if there is not enough memory.
    pub fn copy(&self) -> Result<Array, ArrayError> {
        let copy = Array::zeros(self.dtype.clone(), &self.shape)?;
        let count = if self.is_empty() { 0 } else { self.shape.iter().product() };
        let mut index = vec![0; self.shape.len()];
        for _ in 0..count {
            let bytes = self.item(&index).unwrap_or_default();
            // Every index is valid in both arrays, and their elements are in their buffers, so neither call fails.
            let _ = copy.set_item(&index, &bytes);
            for (at, length) in index.iter_mut().zip(&self.shape).rev() {
                *at = (*at + 1) % length;
                if *at > 0 {
                    break;
                }
            }
        }
        Ok(copy)
    }
}
