//! Copies of arrays.

use super::{Array, ArrayError, c_strides};
use crate::dtype;
use crate::memory::Buffer;
use std::rc::Rc;

impl Array {
    /// Returns a writeable copy in C order, in memory of its own.
    ///
    /// # Errors
    /// [`ArrayError`] if there is not enough memory.
    pub fn copy(&self) -> Result<Array, ArrayError> {
        let item = dtype::size(&self.dtype);
        let count = if self.is_empty() { 0 } else { self.shape.iter().product() };
        let buffer = Buffer::new(item.saturating_mul(count), 0, &[]).map_err(ArrayError::Memory)?;
        let strides = c_strides(&self.shape, item);
        let copy = Array::new(&Rc::new(buffer), self.dtype.clone(), 0, &self.shape, &strides, true)?;
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
