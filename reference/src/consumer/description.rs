//! An array as its producer describes it.

use crate::dtype;
use crate::platform::BYTE_ORDER;
use array_ctypes_spec::dtype::Dtype;
use std::ops::Range;

/// An array as its producer describes it.
#[derive(Clone, Debug)]
pub struct Description {
    /// The address of the first element.
    pub data: *mut u8,
    /// What the elements are.
    pub dtype: Dtype,
    /// Lengths of the axes.
    pub shape: Vec<usize>,
    /// Byte strides, one for each axis.
    pub strides: Vec<isize>,
    /// True if the memory must not be written to.
    pub is_read_only: bool,
}

impl Description {
    pub(super) fn item_size(&self) -> usize {
        dtype::size(&self.dtype)
    }

    pub(super) fn length(&self) -> usize {
        if self.is_empty() { 0 } else { self.shape.iter().product() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Where an element begins; `None` if there is no such element.
    pub(super) fn element(&self, index: &[usize]) -> Option<*mut u8> {
        let is_inside =
            index.len() == self.shape.len() && index.iter().zip(&self.shape).all(|(at, length)| at < length);
        let steps = index.iter().zip(&self.strides).map(|(at, stride)| (*at as isize).wrapping_mul(*stride));
        is_inside.then(|| self.data.wrapping_offset(steps.fold(0, isize::wrapping_add)))
    }

    /// Moves an index on in C order; after the last one comes the first.
    pub(super) fn advance(&self, index: &mut [usize]) {
        for (at, length) in index.iter_mut().zip(&self.shape).rev() {
            *at = (*at + 1) % length;
            if *at > 0 {
                break;
            }
        }
    }

    /// The strides of the axes that have more than one element, with their lengths.
    fn steps(&self) -> impl DoubleEndedIterator<Item = (usize, isize)> {
        self.shape.iter().copied().zip(self.strides.iter().copied()).filter(|(length, _)| *length > 1)
    }

    pub(super) fn is_contiguous(&self) -> bool {
        let mut next = self.item_size();
        self.is_empty()
            || self.steps().rev().all(|(length, stride)| {
                let fits = stride == next as isize;
                next = next.saturating_mul(length);
                fits
            })
    }

    pub(super) fn is_aligned(&self) -> bool {
        let alignment = dtype::alignment(&self.dtype);
        let is_multiple = |stride: isize| stride.unsigned_abs() % alignment == 0;
        self.is_empty() || self.data.addr() % alignment == 0 && self.steps().all(|(_, stride)| is_multiple(stride))
    }

    pub(super) fn is_swapped(&self) -> bool {
        matches!(&self.dtype, Dtype::Plain(plain) if dtype::is_swapped(plain))
    }

    /// Returns false only if no two elements share a byte: each axis steps over all that the shorter steps reach.
    pub(super) fn may_overlap(&self) -> bool {
        let mut steps: Vec<(usize, usize)> =
            self.steps().map(|(length, stride)| (stride.unsigned_abs(), length)).collect();
        steps.sort_unstable();
        let mut reached = self.item_size();
        !self.is_empty()
            && steps.into_iter().any(|(stride, length)| {
                let is_short = stride < reached;
                reached = reached.saturating_add(stride.saturating_mul(length - 1));
                is_short
            })
    }

    /// Returns true if an array can have so many elements: their bytes can be counted, as in [`Array`](crate::Array). Elements that
    /// share bytes count, too.
    pub(super) fn is_countable(&self) -> bool {
        let lengths = self.shape.iter().filter(|length| **length != 0);
        let bytes = lengths.copied().try_fold(self.item_size().max(1), usize::checked_mul);
        bytes.is_some_and(|bytes| isize::try_from(bytes).is_ok())
    }

    /// The addresses from the first byte of any element to the last; `None` if some are no addresses. The array must be
    /// [countable](Description::is_countable).
    pub(super) fn extent(&self) -> Option<Range<usize>> {
        // Wide enough for any sum of strides times lengths that can be counted.
        let mut first = self.data.addr() as i128;
        let mut end = first;
        if !self.is_empty() {
            end += self.item_size() as i128;
            for (length, stride) in self.steps() {
                let reach = (length as i128 - 1) * stride as i128;
                if reach < 0 { first += reach } else { end += reach }
            }
        }
        Some(usize::try_from(first).ok()?..usize::try_from(end).ok()?)
    }
}

/// The same type in the machine's byte order.
pub(super) fn native(dtype: &Dtype) -> Dtype {
    match dtype {
        Dtype::Plain(plain) if dtype::is_swapped(plain) => {
            let mut plain = *plain;
            plain.order = BYTE_ORDER;
            Dtype::Plain(plain)
        }
        _ => dtype.clone(),
    }
}
