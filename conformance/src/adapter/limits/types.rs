//! Which element types are inside the limits.

use super::Limits;
use array_ctypes_spec::dtype::{Dtype, Kind, Plain};
use array_ctypes_spec::platform::Platform;

impl Limits {
    /// Returns true if arrays may have this element type.
    pub fn allow_type(&self, platform: &Platform, dtype: &Dtype) -> bool {
        let size = dtype.item_size();
        size <= self.max_item_size
            && self.item_sizes.any(|known| *known == size)
            && (self.swapped || !dtype.is_swapped(platform))
            && self.allow_parts(platform, dtype)
    }

    /// Returns true if arrays may have elements of this kind, of some size.
    pub fn allow_kind(&self, kind: Kind) -> bool {
        let is_of_kind = |dtype: &Dtype| dtype.plain().is_some_and(|plain| plain.kind == kind);
        self.kinds.any(|known| *known == kind) && self.element_types.any(is_of_kind)
    }

    /// The plain element types to choose from, those that the platform lacks or that other limits exclude left out; `None`
    /// if no limit lists them.
    pub fn listed_types(&self, platform: &Platform) -> Option<Vec<Dtype>> {
        let listed = self.element_types.list()?.iter().map(|dtype| dtype.with_pointers(platform.pointer_size()));
        Some(listed.filter(|dtype| dtype.exists_on(platform) && self.allow_type(platform, dtype)).collect())
    }

    /// Returns true if the type, and each plain type that it is made of, is inside the limits.
    pub(super) fn allow_parts(&self, platform: &Platform, dtype: &Dtype) -> bool {
        match dtype {
            Dtype::Plain(plain) => {
                let is_same = |known: &Dtype| known.plain().is_some_and(|known| are_same(known, plain));
                self.kinds.any(|known| *known == plain.kind) && self.element_types.any(is_same)
            }
            Dtype::Record(record) => {
                self.records.allow(platform, record)
                    && record.fields.iter().all(|field| self.allow_parts(platform, &field.dtype))
            }
        }
    }
}

/// Returns true if both have the same type string: where there is no byte order it does not count, nor does the size of a
/// pointer.
fn are_same(one: &Plain, other: &Plain) -> bool {
    one.kind == other.kind
        && (one.size == other.size || one.kind == Kind::Object)
        && one.unit == other.unit
        && (one.order == other.order || !one.has_order())
}
