//! Where the elements of an array are: the address formula, extent, contiguity, alignment, overlap.

use super::answer::Raises;
use super::dtype::Dtype;
use super::platform::Platform;
use super::rule::Rule;
use std::fmt;

/// Where the elements of an array are, after all its views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Element type.
    pub dtype: Dtype,
    /// Offset of the first element from the first byte of the buffer, in bytes.
    pub offset: i64,
    /// Lengths of the axes, in elements.
    pub shape: Vec<u64>,
    /// Byte strides.
    pub strides: Vec<i64>,
}

/// Why there is no such array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// Shape and strides of different length.
    Rank {
        /// Number of lengths.
        shape: usize,
        /// Number of strides.
        strides: usize,
    },
    /// The element type does not exist on the platform.
    ElementType(String),
    /// More bytes than the address space has room for.
    TooBig {
        /// The most bytes an array may have.
        most: i64,
        /// True if it has no elements: its other lengths come to more bytes.
        is_empty: bool,
    },
    /// An element outside the buffer.
    OutOfBounds {
        /// Lowest and highest byte that elements touch, relative to the buffer; the highest is excluded.
        extent: (i128, i128),
        /// Size of the buffer in bytes.
        size: u64,
        /// True if it has no elements: its address is outside.
        is_empty: bool,
    },
    /// A file that cannot be mapped so.
    Map {
        /// The rule that refuses it.
        rule: Rule,
        /// Why.
        reason: &'static str,
        /// The kinds of errors that NumPy raises.
        raises: &'static [Raises],
    },
    /// A view that the array does not have.
    View {
        /// Position in the chain, counted from 0.
        position: usize,
        /// The rule of the operation.
        rule: Rule,
        /// Why not.
        reason: &'static str,
        /// The kinds of errors that NumPy raises.
        raises: &'static [Raises],
    },
}

impl Invalid {
    /// The same, of the view at that position.
    #[must_use]
    pub(crate) fn at(mut self, at: usize) -> Invalid {
        if let Invalid::View { position, .. } = &mut self {
            *position = at;
        }
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Invalid::Rank { shape, strides } => {
                write!(f, "expected one stride for each axis, found {strides} strides for {shape} axes")
            }
            Invalid::ElementType(typestr) => write!(f, "the platform has no element type {typestr}"),
            Invalid::TooBig { most, .. } => write!(f, "expected at most {most} bytes, found more"),
            Invalid::OutOfBounds { extent: (low, high), size, .. } => {
                write!(f, "expected elements in bytes 0..{size} of the buffer, found them in {low}..{high}")
            }
            Invalid::Map { reason, .. } => f.write_str(reason),
            Invalid::View { position, rule, reason, .. } => write!(f, "view {position} ({}): {reason}", rule.id()),
        }
    }
}

impl std::error::Error for Invalid {}

/// The byte strides of a C-contiguous array. Axes of length 0 count as 1; on overflow the stride saturates.
pub fn c_strides(shape: &[u64], item_size: u64) -> Vec<i64> {
    let mut next = item_size;
    let mut strides: Vec<i64> = shape
        .iter()
        .rev()
        .map(|length| {
            let stride = next;
            next = next.saturating_mul((*length).max(1));
            i64::try_from(stride).unwrap_or(i64::MAX)
        })
        .collect();
    strides.reverse();
    strides
}

/// The byte strides of an array in Fortran's order: first axis fastest. Lengths of 0 and overflow are as in
/// [`c_strides`].
pub fn f_strides(shape: &[u64], item_size: u64) -> Vec<i64> {
    let turned: Vec<u64> = shape.iter().rev().copied().collect();
    c_strides(&turned, item_size).into_iter().rev().collect()
}

impl Layout {
    /// Returns true if there is an element with that index: one number for each axis, inside its length.
    pub fn has(&self, index: &[u64]) -> bool {
        index.len() == self.shape.len() && index.iter().zip(&self.shape).all(|(at, length)| at < length)
    }

    /// Number of elements; saturates, which no valid layout does.
    pub fn elements(&self) -> u64 {
        if self.is_empty() { 0 } else { self.shape.iter().fold(1u64, |count, length| count.saturating_mul(*length)) }
    }

    /// Returns true if there is no element.
    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Refuses more bytes than an `intp` can count. Axes of length 0 do not excuse the others.
    pub(crate) fn check_size(&self, platform: &Platform) -> Result<(), Invalid> {
        let most = platform.intp_max();
        self.shape
            .iter()
            .filter(|length| **length != 0)
            .try_fold(self.dtype.item_size().max(1), |bytes, length| bytes.checked_mul(*length))
            .filter(|bytes| i64::try_from(*bytes).is_ok_and(|bytes| bytes <= most))
            .map(|_| ())
            .ok_or(Invalid::TooBig { most, is_empty: self.is_empty() })
    }

    /// Offset of an element from the first byte of the buffer: the address formula. One index for each axis.
    ///
    /// ```
    /// use array_ctypes_spec::{dtype::Dtype, layout::Layout};
    /// let dtype = Dtype::from_typestr("<i4").unwrap();
    /// let layout = Layout { dtype, offset: 20, shape: vec![2, 3], strides: vec![4, -8] };
    /// assert_eq!(layout.element(&[1, 2]), 20 + 4 - 16);
    /// ```
    pub fn element(&self, index: &[u64]) -> i128 {
        let step = |(at, stride): (&u64, &i64)| i128::from(*at).saturating_mul(i128::from(*stride));
        index.iter().zip(&self.strides).map(step).fold(i128::from(self.offset), i128::saturating_add)
    }

    /// Where each element begins, in bytes from the first byte of the buffer, in C order.
    pub fn offsets(&self) -> impl Iterator<Item = i128> + '_ {
        let mut index = (!self.is_empty()).then(|| vec![0u64; self.shape.len()]);
        std::iter::from_fn(move || {
            let at = index.as_mut()?;
            let start = self.element(at);
            // The next index; the end is where every axis wraps.
            let wrapped = at.iter_mut().zip(&self.shape).rev().all(|(at, length)| {
                *at = (*at + 1) % length;
                *at == 0
            });
            if wrapped {
                index = None;
            }
            Some(start)
        })
    }

    /// The lowest byte that elements touch and the one after the highest, relative to the buffer. Of an empty array
    /// both are the offset. Saturates, which no valid layout does.
    pub fn extent(&self) -> (i128, i128) {
        let start = i128::from(self.offset);
        if self.is_empty() {
            return (start, start);
        }
        let reach = |want: fn(&i128) -> bool| -> i128 {
            let spans = self.shape.iter().zip(&self.strides);
            spans
                .map(|(length, stride)| i128::from(length - 1).saturating_mul(i128::from(*stride)))
                .filter(want)
                .fold(0, i128::saturating_add)
        };
        let item = i128::from(self.dtype.item_size());
        let (low, high) = (reach(|span| *span < 0), reach(|span| *span > 0));
        (start.saturating_add(low), start.saturating_add(high).saturating_add(item))
    }

    /// Returns true if elements follow each other in C order without gaps. Strides of axes of length 1 do not count,
    /// and an array without elements is contiguous.
    pub fn is_c_contiguous(&self) -> bool {
        self.is_contiguous(self.shape.iter().zip(&self.strides).rev())
    }

    /// Returns true if elements follow each other in Fortran order, first axis fastest, without gaps.
    pub fn is_f_contiguous(&self) -> bool {
        self.is_contiguous(self.shape.iter().zip(&self.strides))
    }

    fn is_contiguous<'a>(&self, mut axes: impl Iterator<Item = (&'a u64, &'a i64)>) -> bool {
        let mut next = i128::from(self.dtype.item_size());
        self.is_empty()
            || axes.all(|(length, stride)| {
                let fits = *length == 1 || i128::from(*stride) == next;
                next = next.saturating_mul(i128::from(*length));
                fits
            })
    }

    /// Returns true if every element is at a multiple of the type's alignment, for a buffer at that address modulo
    /// 4096.
    pub fn is_aligned(&self, platform: &Platform, buffer_at: u32) -> bool {
        let align = i128::from(self.dtype.alignment(platform));
        let first = i128::from(buffer_at) + i128::from(self.offset);
        let mut axes = self.shape.iter().zip(&self.strides);
        self.is_empty()
            || (first % align == 0 && axes.all(|(length, stride)| *length == 1 || i128::from(*stride) % align == 0))
    }

    /// Returns false only if no two elements with different indices share a byte. It uses a bound: sorted by magnitude,
    /// each stride steps over everything that the smaller ones reach. Returns true also where the bound does not
    /// decide.
    pub fn may_overlap(&self) -> bool {
        if self.is_empty() {
            return false;
        }
        let longer = self.shape.iter().zip(&self.strides).filter(|(length, _)| **length > 1);
        let mut axes: Vec<(u128, u128)> =
            longer.map(|(length, stride)| (u128::from(stride.unsigned_abs()), u128::from(*length))).collect();
        axes.sort_unstable();
        let mut reach = u128::from(self.dtype.item_size());
        axes.into_iter().any(|(stride, length)| {
            let steps_into = stride < reach;
            reach += stride * (length - 1);
            steps_into
        })
    }

    /// Returns for each axis true if its stride matters: the axis is longer than 1, and the array has elements.
    pub fn strides_that_matter(&self) -> Vec<bool> {
        let empty = self.is_empty();
        self.shape.iter().map(|length| !empty && *length > 1).collect()
    }
}
