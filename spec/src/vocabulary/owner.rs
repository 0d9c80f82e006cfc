//! Arrays that own their memory: how a library makes one, and how a case describes it.

use super::array::Array;
use super::dtype::{Dtype, Kind};
use super::layout::c_strides;
use super::platform::Platform;
use super::words::words;

words! {
    /// How a library makes an array that owns its memory.
    Owner {
        /// It copies an array.
        Copy "copy",
        /// It adds two arrays, of which the second has zeros only.
        Sum "sum",
        /// It makes an array of zeros.
        Zeros "zeros",
    }
}

impl Owner {
    /// Returns true if an array of that type has known bytes and the same type when it is made so.
    ///
    /// References to objects are the library's own: a new array refers to objects of its choice. A copy need not have the
    /// padding of a structured type. A sum has the type and the bits of its terms if these are integers in the platform's
    /// byte order. A time type without a unit may stand for any type of that kind when zeros are made: `np.zeros(2, '>m8')`
    /// has the type `<m8` (measured, NumPy 2.4.6 and 2.5.5).
    pub fn makes(self, platform: &Platform, dtype: &Dtype) -> bool {
        let plain = dtype.plain();
        let is_known = match self {
            Owner::Copy => plain.is_some() || !dtype.value_mask(platform).contains(&false),
            Owner::Sum => {
                plain.is_some_and(|plain| matches!(plain.kind, Kind::Int | Kind::UInt)) && !dtype.is_swapped(platform)
            }
            Owner::Zeros => plain.is_none_or(|plain| !plain.kind.has_unit() || plain.unit.is_some()),
        };
        is_known && !dtype.has_objects() && dtype.item_size() > 0
    }
}

impl Array {
    /// An array that owns its memory: one with these bytes, C-contiguous and writeable.
    pub fn owned(owner: Owner, bytes: Vec<u8>, dtype: Dtype, shape: &[u64]) -> Array {
        Array { owner: Some(owner), ..Array::contiguous(bytes, dtype, shape) }
    }

    /// Returns true if the array has no owner, or is described as [`Array::owned`] describes it, with zeros if it is made of
    /// zeros.
    pub fn fits_owner(&self) -> bool {
        let Some(owner) = self.owner else { return true };
        let item = self.dtype.item_size();
        let elements = self.shape.iter().try_fold(item, |bytes, length| bytes.checked_mul(*length));
        let is_whole = self.buffer.bytes.len() as u64 == self.buffer.size && elements == Some(self.buffer.size);
        let is_first = self.offset == 0 && self.buffer.at == 0;
        let has_bytes = owner != Owner::Zeros || self.buffer.bytes.iter().all(|byte| *byte == 0);
        let is_plain = self.map.is_none() && self.writeable && self.strides == c_strides(&self.shape, item);
        is_whole && is_first && has_bytes && is_plain
    }
}
