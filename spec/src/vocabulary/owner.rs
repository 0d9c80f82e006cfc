//! Arrays that own their memory: how a library makes one.

use super::dtype::{Dtype, Kind};
use super::platform::Platform;
use super::words::words;

words! {
    /// How a library makes an array that owns its memory.
    Owner {
        /// It copies an array.
        Copy "copy",
        /// It adds two arrays; the second has only zeros.
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
