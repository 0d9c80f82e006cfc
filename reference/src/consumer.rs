//! Arrays that somebody else hands over: a [`View`] of their memory, by a bare pointer, by DLPack, or by a description.
//!
//! A view is what a careful consumer makes of an array: it checks what it is told before it keeps anything, reads and
//! writes elements by their bytes, so that neither alignment nor byte order matters, and holds the producer until it is
//! dropped. [`Terms`] say what it promises to its user, and so what it must refuse.
//!
//! ```
//! use array_ctypes::Array;
//! use array_ctypes::consumer::{Terms, Value, View};
//! let array = Array::from_slice(&[1i16, 2, 3, 4], &[2, 2])?.view(&"transpose 1 0".parse()?)?;
//! let tensor = array.dlpack()?.into_raw();
//! drop(array); // the tensor holds the memory
//! // SAFETY: the tensor is valid, and belongs to the view from here on.
//! let view = unsafe { View::from_dlpack(tensor, &Terms::default()) }?;
//! assert_eq!((view.shape(), view.strides()), (&[2, 2][..], &[2, 4][..]));
//! assert_eq!(view.value(&[1, 0]), Some(Value::Int(2)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Invariants
//! The comments in the code refer to these by number. For each [`View`]:
//!
//! 1. All elements lie in memory that can be read, and written if `writes` is true: whoever called a door promised it, or
//!    the memory is the view's own copy.
//! 2. That memory stays as long as the view: the view holds its producer, or its copy, or the caller of the door promised it.
#![expect(unsafe_code, reason = "elements are read and written at addresses that somebody else gave")]

mod claim;
mod dlpack;
mod refused;
mod value;

pub use dlpack::Version;
pub use refused::Refused;
pub use value::Value;

use crate::dtype;
use crate::layout::c_strides;
use array_ctypes_spec::dtype::Dtype;
use claim::Claim;
use std::any::Any;
use std::fmt;

/// What a view promises to its user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent promises")]
pub struct Terms {
    /// Elements can be written to, where the memory may be.
    pub writes: bool,
    /// The view has memory of its own.
    pub copies: bool,
    /// The view is the only one of its memory.
    pub is_exclusive: bool,
    /// Every element is aligned.
    pub is_aligned: bool,
    /// The view looks like a Rust slice or C array: at least one element, in C order, aligned, in the machine's byte
    /// order, writeable, with at least one axis.
    pub is_plain: bool,
}

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

/// A view of an array that somebody else made.
pub struct View {
    data: *mut u8,
    dtype: Dtype,
    shape: Vec<usize>,
    strides: Vec<isize>,
    writes: bool,
    /// The view's own memory, if it copied.
    copy: Option<Vec<u8>>,
    /// What it claims, if it is exclusive.
    claim: Option<Claim>,
    /// Dropped last: the producer may free the memory then.
    holder: Option<Box<dyn Any>>,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let View { data, dtype, shape, strides, .. } = self;
        write!(f, "View of {dtype:?} at {data:p}, shape {shape:?}, strides {strides:?}")
    }
}

impl View {
    /// Makes a view of an array that is described by a bare pointer: nothing says that the memory is read-only, in which
    /// byte order it is, or how long it stays.
    ///
    /// # Errors
    /// [`Refused`] if the view could not keep its promises.
    ///
    /// # Safety
    /// The elements that the arguments describe can be read, and written if the terms say so, as long as the view exists.
    pub unsafe fn from_pointer(
        data: *mut u8,
        dtype: &Dtype,
        shape: &[isize],
        strides: &[isize],
        terms: &Terms,
    ) -> Result<View, Refused> {
        let lengths = shape.iter().map(|length| usize::try_from(*length));
        let shape = lengths.collect::<Result<_, _>>().map_err(|_| Refused::Shape)?;
        let dtype = native(dtype);
        let strides = strides.to_vec();
        // SAFETY: 1 and 2: the caller promises it.
        unsafe { View::new(Description { data, dtype, shape, strides, is_read_only: false }, terms, None) }
    }

    /// Makes a view of an array, and keeps what holds the array's memory until the view is dropped.
    ///
    /// # Errors
    /// [`Refused`] if the view could not keep its promises. Then the holder is dropped.
    ///
    /// # Safety
    /// The elements that the description describes can be read, and written unless it says that they are read-only, as long
    /// as the holder exists.
    pub unsafe fn from_object(description: Description, holder: Box<dyn Any>, terms: &Terms) -> Result<View, Refused> {
        // SAFETY: 1 and 2: the caller promises it.
        unsafe { View::new(description, terms, Some(holder)) }
    }

    /// Checks what is described, and makes the view.
    ///
    /// # Safety
    /// Invariants 1 and 2 hold for what is described, as long as the holder exists.
    unsafe fn new(from: Description, terms: &Terms, holder: Option<Box<dyn Any>>) -> Result<View, Refused> {
        if from.shape.len() != from.strides.len() || !dtype::exists(&from.dtype) {
            return Err(Refused::Type);
        }
        let writes = terms.writes && !from.is_read_only;
        let Description { data, dtype, shape, strides, .. } = from;
        let mut view = View { data, dtype, shape, strides, writes, copy: None, claim: None, holder: holder };
        view.check(terms, from.is_read_only)?;
        if terms.copies {
            let (copy, strides) = (view.packed(), c_strides(&view.shape, view.item_size()));
            let copy = view.copy.insert(copy);
            (view.data, view.strides, view.writes, view.holder) = (copy.as_mut_ptr(), strides, terms.writes, None);
        } else if terms.is_exclusive && !view.is_empty() {
            view.claim = Some(Claim::of(view.extent()).ok_or(Refused::Twice)?);
        }
        Ok(view)
    }

    /// Refuses what the view could not promise.
    fn check(&self, terms: &Terms, is_read_only: bool) -> Result<(), Refused> {
        let is_read_only = is_read_only && (terms.is_plain || terms.is_exclusive);
        let is_odd =
            terms.is_plain && (self.is_empty() || self.shape.is_empty() || self.is_swapped() || !self.is_contiguous());
        match () {
            () if is_read_only => Err(Refused::ReadOnly),
            () if is_odd => Err(Refused::Layout),
            () if (terms.is_aligned || terms.is_plain) && !self.is_aligned() => Err(Refused::Unaligned),
            () if terms.is_exclusive && !terms.copies && self.may_overlap() => Err(Refused::Overlap),
            () => Ok(()),
        }
    }

    /// The address of the first element.
    pub fn data(&self) -> *mut u8 {
        self.data
    }

    /// What the elements are.
    pub fn dtype(&self) -> &Dtype {
        &self.dtype
    }

    /// Lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Byte strides.
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }

    /// The size of an element in bytes.
    pub fn item_size(&self) -> usize {
        dtype::size(&self.dtype)
    }

    /// The number of elements.
    pub fn length(&self) -> usize {
        if self.is_empty() { 0 } else { self.shape.iter().product() }
    }

    /// Returns true if elements can only be read.
    pub fn is_read_only(&self) -> bool {
        !self.writes
    }

    /// The bytes of an element; `None` if there is no such element.
    pub fn bytes(&self, index: &[usize]) -> Option<Vec<u8>> {
        let from = self.element(index)?;
        let mut bytes = vec![0; self.item_size()];
        // SAFETY: 1 and 2: the element can be read. The new block is as long, and lies elsewhere.
        unsafe { from.copy_to_nonoverlapping(bytes.as_mut_ptr(), bytes.len()) };
        Some(bytes)
    }

    /// The value of an element; `None` if there is no such element, or if it is no number.
    pub fn value(&self, index: &[usize]) -> Option<Value> {
        Value::decode(&self.dtype, self.bytes(index)?)
    }

    /// Writes an element.
    ///
    /// # Errors
    /// [`Refused`] if it can only be read, if there is no such element, or if it has no such value.
    pub fn set(&mut self, index: &[usize], value: Value) -> Result<(), Refused> {
        let to = self.element(index).filter(|_| self.writes).ok_or(Refused::ReadOnly)?;
        let bytes = value.encode(&self.dtype).ok_or(Refused::Type)?;
        // SAFETY: 1 and 2: the element can be written, and has as many bytes, since `encode` makes those of its type.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }

    /// Where an element begins; `None` if there is no such element.
    fn element(&self, index: &[usize]) -> Option<*mut u8> {
        let is_inside =
            index.len() == self.shape.len() && index.iter().zip(&self.shape).all(|(at, length)| at < length);
        let steps = index.iter().zip(&self.strides).map(|(at, stride)| (*at as isize).wrapping_mul(*stride));
        is_inside.then(|| self.data.wrapping_offset(steps.fold(0, isize::wrapping_add)))
    }

    /// All elements in C order, one after the other.
    fn packed(&self) -> Vec<u8> {
        let mut packed = Vec::with_capacity(self.length() * self.item_size());
        let mut index = vec![0; self.shape.len()];
        for _ in 0..self.length() {
            packed.extend(self.bytes(&index).unwrap_or_default());
            for (at, length) in index.iter_mut().zip(&self.shape).rev() {
                *at = (*at + 1) % length;
                if *at > 0 {
                    break;
                }
            }
        }
        packed
    }

    fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// The strides of the axes that have more than one element, with their lengths.
    fn steps(&self) -> impl DoubleEndedIterator<Item = (usize, isize)> {
        self.shape.iter().copied().zip(self.strides.iter().copied()).filter(|(length, _)| *length > 1)
    }

    fn is_contiguous(&self) -> bool {
        let mut next = self.item_size();
        self.steps().rev().all(|(length, stride)| {
            let fits = stride == next as isize;
            next = next.saturating_mul(length);
            fits
        })
    }

    fn is_aligned(&self) -> bool {
        let alignment = dtype::alignment(&self.dtype);
        let is_multiple = |stride: isize| stride.unsigned_abs() % alignment == 0;
        self.is_empty() || self.data.addr() % alignment == 0 && self.steps().all(|(_, stride)| is_multiple(stride))
    }

    fn is_swapped(&self) -> bool {
        native(&self.dtype) != self.dtype
    }

    /// Returns false only if no two elements share a byte: each axis steps over all that the shorter steps reach.
    fn may_overlap(&self) -> bool {
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

    /// The addresses from the first byte of any element to the last.
    fn extent(&self) -> std::ops::Range<usize> {
        let (mut first, mut end) = (self.data.addr(), self.data.addr() + self.item_size());
        for (length, stride) in self.steps() {
            let reach = stride.unsigned_abs() * (length - 1);
            if stride < 0 { first -= reach } else { end += reach }
        }
        first..end
    }
}

/// The same type in the machine's byte order.
fn native(dtype: &Dtype) -> Dtype {
    match dtype {
        Dtype::Plain(plain) if dtype::is_swapped(plain) => {
            let mut plain = *plain;
            plain.order = crate::platform::BYTE_ORDER;
            Dtype::Plain(plain)
        }
        _ => dtype.clone(),
    }
}
