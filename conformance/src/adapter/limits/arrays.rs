//! Which arrays are inside the limits: as they are described, and each one of the chain of views.

use super::{Limits, Order, ViewWord};
use array_ctypes_spec::layout::{self, Layout};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Buffer, View};
use std::ops::RangeInclusive;

impl Limits {
    /// Returns true if an array is inside the limits, with every array of its chain of views. `layout` is that of the array
    /// after all views; `None` if the array does not exist.
    pub fn allow(&self, platform: &Platform, array: &Array, layout: Option<&Layout>) -> bool {
        self.allow_description(platform, array)
            && (layout.is_some() || self.invalid)
            && self.allow_chain(platform, array, layout)
    }

    /// The numbers of dimensions that arrays may have, before, between and after views.
    pub fn dimensions(&self) -> RangeInclusive<usize> {
        self.min_dimensions..=self.max_dimensions
    }

    /// Returns true if there are views of one axis, such as an index or a slice, on that axis of so many. The axis of
    /// `newaxis` is one of the result.
    pub fn allow_axis(&self, axis: usize, dimensions: usize) -> bool {
        let signed = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (from_start, from_end) = (signed(axis), signed(axis).saturating_sub(signed(dimensions)));
        self.view_axes.any(|known| *known == if *known < 0 { from_end } else { from_start })
    }

    /// Returns true if an index, or a bound or step of a slice, is not too large.
    pub fn allow_index(&self, index: i64) -> bool {
        index.unsigned_abs() <= self.max_index
    }

    /// Returns true if the library has that view of an array with so many dimensions. The array that it makes may be
    /// outside the limits all the same.
    pub fn allow_view(&self, platform: &Platform, view: &View, dimensions: usize) -> bool {
        self.views.any(|known| *known == ViewWord::of(view))
            && match view {
                View::Index { axis, at } => self.allow_axis(*axis, dimensions) && self.allow_index(*at),
                View::Slice { axis, start, stop, step } => {
                    self.allow_axis(*axis, dimensions)
                        && (self.negative_steps || *step >= 0)
                        && [*start, *stop, Some(*step)].into_iter().flatten().all(|number| self.allow_index(number))
                }
                View::Reverse { axis } => self.negative_steps && self.allow_axis(*axis, dimensions),
                View::NewAxis { axis } => self.allow_axis(*axis, dimensions + 1),
                View::Reinterpret { dtype } => self.allow_type(platform, dtype),
                View::Transpose { .. } | View::Broadcast { .. } | View::Reshape { .. } | View::Field { .. } => true,
            }
    }

    /// Returns true if an array may lie so in memory that begins at that address modulo 4096.
    pub fn allow_layout(&self, platform: &Platform, at: u32, layout: &Layout) -> bool {
        self.dimensions().contains(&layout.shape.len()) && self.allow_elements(platform, at, layout)
    }

    /// The same for any number of dimensions.
    pub(super) fn allow_elements(&self, platform: &Platform, at: u32, layout: &Layout) -> bool {
        let bytes = layout.elements().saturating_mul(layout.dtype.item_size());
        let (low, high) = layout.extent();
        bytes <= self.max_bytes
            && high - low <= i128::from(self.max_span)
            && (self.empty || !layout.is_empty())
            && (self.unaligned || layout.is_aligned(platform, at))
            && (self.overlap || !layout.may_overlap())
            && self.allow_type(platform, &layout.dtype)
    }

    /// Gives an array the strides that it would have in the order of another one, if the library has no others than those of its
    /// orders.
    pub(crate) fn arrange(&self, array: &mut Array, like: &Array) {
        let item = array.dtype.item_size();
        let is_like = |order: &&Order| like.strides == order.strides(&like.shape, like.dtype.item_size());
        if !self.allow_order(&array.shape, &array.strides, item)
            && let Some(order) = self.orders.iter().find(is_like)
        {
            array.strides = order.strides(&array.shape, item);
        }
    }

    /// Cuts the buffer to the bytes of the array before its views, if the library allocates the memory of arrays: then an array
    /// fills its memory, which lies anywhere. Returns true if anything changed.
    pub fn fit(&self, array: &mut Array) -> bool {
        if self.given_memory || array.map.is_some() || array.owner.is_some() {
            return false;
        }
        let Array { dtype, offset, shape, strides, .. } = array.clone();
        let (low, high) = Layout { dtype, offset, shape, strides }.extent();
        let given = array.buffer.bytes.len();
        let inside = |at: i128| usize::try_from(at).ok().filter(|at| *at <= given);
        let (Some(low), Some(high)) = (inside(low), inside(high)) else { return false };
        let Ok(moved) = i64::try_from(low) else { return false };
        let is_changed = array.buffer.size != (high - low) as u64 || array.buffer.at != 0;
        array.buffer = Buffer { size: (high - low) as u64, bytes: array.buffer.bytes[low..high].to_vec(), at: 0 };
        array.offset -= moved;
        is_changed
    }

    /// Returns true if the description of the array, before any view, is inside the limits.
    fn allow_description(&self, platform: &Platform, array: &Array) -> bool {
        let is_deduced = array.map.as_ref().is_some_and(|map| map.deduced);
        let is_owned = |owner| self.owners.contains(&owner) && owner.makes(platform, &array.dtype);
        self.allow_type(platform, &array.dtype)
            && array.owner.is_none_or(is_owned)
            && (self.file_names || array.map.as_ref().is_none_or(|map| map.name.is_none()))
            && (if array.is_writeable() { self.writeable } else { self.read_only })
            && (is_deduced || self.allow_strides(&array.shape, &array.strides, array.dtype.item_size()))
            && (is_deduced || self.dimensions().contains(&array.shape.len()))
            && (self.empty || !array.shape.contains(&0))
    }

    /// Returns true if an array may be described with these strides.
    pub(super) fn allow_strides(&self, shape: &[u64], strides: &[i64], item: u64) -> bool {
        self.allow_order(shape, strides, item)
            && (self.negative_strides || strides.iter().all(|stride| *stride >= 0))
            && (self.odd_strides || strides.iter().all(|stride| stride.unsigned_abs() % item.max(1) == 0))
    }

    /// Returns true if the elements of an array may follow each other so: in one of the orders, if the library has no other
    /// strides.
    pub(crate) fn allow_order(&self, shape: &[u64], strides: &[i64], item: u64) -> bool {
        self.strided || self.orders.iter().any(|order| strides == order.strides(shape, item))
    }

    /// Returns true if every array of the chain of views is inside the limits, up to the first impossible view, and the
    /// library has all of its views.
    fn allow_chain(&self, platform: &Platform, array: &Array, layout: Option<&Layout>) -> bool {
        let is_given = self.given_memory || array.map.is_some() || array.owner.is_some();
        let at = if is_given { array.at() } else { 0 };
        if is_given
            && array.views.is_empty()
            && let Some(layout) = layout
        {
            return self.allow_layout(platform, at, layout);
        }
        let Some(mut between) = layout_before_views(platform, array) else {
            let dimensions = array.shape.len();
            return is_given && array.views.iter().all(|view| self.allow_view(platform, view, dimensions));
        };
        if !(is_given || fills(&between, &array.buffer)) || !self.allow_layout(platform, at, &between) {
            return false;
        }
        let mut exists = true;
        array.views.iter().all(|view| {
            let is_allowed = self.allow_view(platform, view, between.shape.len());
            exists = exists && between.view(platform, view).is_ok();
            is_allowed && (!exists || self.allow_layout(platform, at, &between))
        })
    }
}

/// Returns true if an array reaches from the first byte of the buffer to its last, and all bytes of the buffer are given.
/// Memory that a library allocates for an array is like that.
fn fills(layout: &Layout, buffer: &Buffer) -> bool {
    let size = buffer.size;
    layout.extent() == (0, i128::from(size)) && buffer.bytes.len() as u64 == size
}

/// The layout of an array before its views; `None` if that array does not exist.
fn layout_before_views(platform: &Platform, array: &Array) -> Option<Layout> {
    let Array { buffer, map, owner, writeable, dtype, offset, shape, strides, views: _ } = array;
    let before = Array {
        // The layout does not depend on the bytes, which may be many.
        buffer: Buffer { size: buffer.size, bytes: Vec::new(), at: buffer.at },
        map: map.clone(),
        owner: *owner,
        writeable: *writeable,
        dtype: dtype.clone(),
        offset: *offset,
        shape: shape.clone(),
        strides: strides.clone(),
        views: Vec::new(),
    };
    layout::resolve(platform, &before).ok()
}
