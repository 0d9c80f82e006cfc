//! The domain of cases: what the generators could have drawn, stated as a predicate.
//!
//! The generators never consult it. A test holds every drawn case against it; the shrinker keeps no candidate outside
//! it. So a smaller case never shows an implementation something that no draw shows, such as a record that no library
//! makes. What an implementation declares that it cannot do is in its limits, and not here.

use crate::Case;
use array_ctypes_spec::dtype::{Dtype, Plain, Record};
use array_ctypes_spec::layout::{c_strides, f_strides};
use array_ctypes_spec::platform::{ByteOrder, Platform};
use array_ctypes_spec::{Array, Buffer, View};
use std::collections::HashSet;

/// Returns true if the case could have been drawn on the platform.
pub fn contains(case: &Case, platform: &Platform) -> bool {
    let array = &case.array;
    let types = array.views.iter().filter_map(|view| match view {
        View::Reinterpret { dtype } => Some(dtype),
        _ => None,
    });
    is_type(&array.dtype, platform)
        && types.into_iter().all(|dtype| is_type(dtype, platform))
        && is_memory(&array.buffer, &array.dtype)
        && array.fits_owner()
        && (array.map.is_none() || is_mapped(array))
}

/// Returns true if the generators make the element type.
pub(crate) fn is_type(dtype: &Dtype, platform: &Platform) -> bool {
    match dtype {
        Dtype::Plain(plain) => is_plain(plain),
        Dtype::Record(record) => is_record(record, platform),
    }
}

/// Types without a byte order are all given the same one, so that equal types are equal. A type that the platform does
/// not have is drawn as well: it has to be refused.
fn is_plain(plain: &Plain) -> bool {
    plain.has_order() || plain.order == ByteOrder::Little
}

/// A record has fields of different names, which lie in it. An aligned one is laid out as a C compiler does: its fields
/// are aligned, and its size is a multiple of its alignment.
fn is_record(record: &Record, platform: &Platform) -> bool {
    let names: HashSet<&str> = record.fields.iter().map(|field| field.name.as_str()).collect();
    let alignment = |dtype: &Dtype| dtype.alignment(platform).max(1);
    let most = record.fields.iter().map(|field| alignment(&field.dtype)).max().unwrap_or(1);
    let is_aligned = record.size.is_multiple_of(most)
        && record.fields.iter().all(|field| field.offset.is_multiple_of(alignment(&field.dtype)));
    !record.fields.is_empty()
        && names.len() == record.fields.len()
        && record.fields.iter().all(|field| {
            let end = field.offset.checked_add(field.size());
            is_type(&field.dtype, platform) && end.is_some_and(|end| end <= record.size)
        })
        && (is_aligned || !record.aligned)
}

/// References to objects are NULL, since a number would be a reference to nothing.
fn is_memory(buffer: &Buffer, dtype: &Dtype) -> bool {
    buffer.bytes.len() as u64 <= buffer.size
        && buffer.at < Buffer::PAGE
        && (!dtype.has_objects() || buffer.bytes.iter().all(|byte| *byte == 0))
}

/// A file has no references to objects, and its array is in one of the two orders that a library maps.
fn is_mapped(array: &Array) -> bool {
    let size = array.dtype.item_size();
    let is_ordered = array.strides == c_strides(&array.shape, size) || array.strides == f_strides(&array.shape, size);
    !array.dtype.has_objects() && array.buffer.at == 0 && is_ordered && array.writeable == array.is_writeable()
}
