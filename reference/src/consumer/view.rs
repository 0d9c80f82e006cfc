//! Views of memory that somebody else gave.
//!
//! # Invariants
//! The comments in the code refer to these by number. For each [`View`]:
//!
//! 1. All elements lie in memory that can be read, and written if `writes` is true: whoever had the view made promised it,
//!    or the memory is the view's own copy.
//! 2. That memory stays as long as the view: the view keeps its holder, or its copy, or whoever had it made promised it.
#![expect(unsafe_code, reason = "elements are read and written at addresses that somebody else gave")]

use super::claim::Claim;
use super::description::{Description, native};
use super::refused::Refused;
use super::value::Value;
use crate::dtype;
use crate::layout::c_strides;
use array_ctypes_spec::dtype::Dtype;
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
    /// Numbers that Rust has no type for are taken as raw bytes: bfloat16, and floating-point numbers of 8 bits.
    pub takes_raw: bool,
}

/// A view of an array that somebody else made.
pub struct View {
    of: Description,
    writes: bool,
    /// What the view keeps until it is dropped: its own memory, its claim, and last what holds the producer.
    copy: Option<Vec<u8>>,
    claim: Option<Claim>,
    holder: Option<Box<dyn Any>>,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("View");
        shown.field("of", &self.of).field("writes", &self.writes).field("claim", &self.claim);
        shown.field("copies", &self.copy.is_some()).field("holds", &self.holder.is_some()).finish()
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
        let (dtype, strides) = (native(dtype), strides.to_vec());
        // SAFETY: 1 and 2: the caller promises it.
        unsafe { View::new(Description { data, dtype, shape, strides, is_read_only: false }, terms) }
    }

    /// Makes a view of an array, and keeps what holds the array's memory until the view is dropped.
    ///
    /// # Errors
    /// [`Refused`] if the view could not keep its promises. Then the holder is dropped.
    ///
    /// # Safety
    /// The elements that are described can be read, and written unless they are read-only, as long as the holder exists.
    pub unsafe fn from_object(of: Description, holder: Box<dyn Any>, terms: &Terms) -> Result<View, Refused> {
        // SAFETY: 1 and 2: the caller promises it.
        unsafe { View::new(of, terms) }.map(|view| view.holding(holder))
    }

    /// Checks what is described, and makes the view.
    ///
    /// # Safety
    /// Invariants 1 and 2 hold for what is described.
    pub(super) unsafe fn new(of: Description, terms: &Terms) -> Result<View, Refused> {
        if of.shape.len() != of.strides.len() || !dtype::exists(&of.dtype) {
            return Err(Refused::Type);
        }
        if !of.is_countable() {
            return Err(Refused::Shape);
        }
        check(&of, terms)?;
        let writes = terms.writes && (terms.copies || !of.is_read_only);
        let mut view = View { of, writes, copy: None, claim: None, holder: None };
        if terms.copies {
            let copy = view.packed()?;
            let copy = view.copy.insert(copy);
            (view.of.data, view.of.strides) =
                (copy.as_mut_ptr(), c_strides(&view.of.shape, dtype::size(&view.of.dtype)));
        } else if terms.is_exclusive && !view.of.is_empty() {
            let memory = view.of.extent().ok_or(Refused::Outside)?;
            view.claim = Some(Claim::of(memory).ok_or(Refused::Twice)?);
        }
        Ok(view)
    }

    /// Keeps the holder, unless the view has memory of its own.
    pub(super) fn holding(mut self, holder: Box<dyn Any>) -> View {
        self.holder = self.copy.is_none().then_some(holder);
        self
    }

    /// The address of the first element.
    pub fn data(&self) -> *mut u8 {
        self.of.data
    }

    /// What the elements are.
    pub fn dtype(&self) -> &Dtype {
        &self.of.dtype
    }

    /// Lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        &self.of.shape
    }

    /// Byte strides.
    pub fn strides(&self) -> &[isize] {
        &self.of.strides
    }

    /// The size of an element in bytes.
    pub fn item_size(&self) -> usize {
        self.of.item_size()
    }

    /// The number of elements.
    pub fn length(&self) -> usize {
        self.of.length()
    }

    /// Returns true if elements can only be read.
    pub fn is_read_only(&self) -> bool {
        !self.writes
    }

    /// The bytes of an element; `None` if there is no such element.
    pub fn bytes(&self, index: &[usize]) -> Option<Vec<u8>> {
        let from = self.of.element(index)?;
        let mut bytes = vec![0; self.of.item_size()];
        // SAFETY: 1 and 2: the element can be read. The new block is as long, and lies elsewhere.
        unsafe { from.copy_to_nonoverlapping(bytes.as_mut_ptr(), bytes.len()) };
        Some(bytes)
    }

    /// The value of an element; `None` if there is no such element, or if it is no number.
    pub fn value(&self, index: &[usize]) -> Option<Value> {
        Value::decode(&self.of.dtype, self.bytes(index)?)
    }

    /// Writes an element.
    ///
    /// # Errors
    /// [`Refused`] if it can only be read, if there is no such element, or if it has no such value.
    pub fn set(&mut self, index: &[usize], value: Value) -> Result<(), Refused> {
        let to = self.of.element(index).filter(|_| self.writes).ok_or(Refused::ReadOnly)?;
        let bytes = value.encode(&self.of.dtype).ok_or(Refused::Type)?;
        // SAFETY: 1 and 2: the element can be written, and has as many bytes, since `encode` makes those of its type.
        unsafe { to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }

    /// All elements in C order, one after the other.
    fn packed(&self) -> Result<Vec<u8>, Refused> {
        let mut packed = Vec::new();
        let size = self.of.length().checked_mul(self.of.item_size()).ok_or(Refused::NoMemory)?;
        packed.try_reserve_exact(size).map_err(|_| Refused::NoMemory)?;
        let mut index = vec![0; self.of.shape.len()];
        for _ in 0..self.of.length() {
            packed.extend(self.bytes(&index).unwrap_or_default());
            self.of.advance(&mut index);
        }
        Ok(packed)
    }
}

/// Refuses what a view could not promise.
fn check(of: &Description, terms: &Terms) -> Result<(), Refused> {
    let is_read_only = of.is_read_only && (terms.is_plain || terms.is_exclusive);
    let is_plain = !of.is_empty() && !of.shape.is_empty() && !of.is_swapped() && of.is_contiguous();
    match () {
        () if is_read_only => Err(Refused::ReadOnly),
        () if terms.is_plain && !is_plain => Err(Refused::Layout),
        () if (terms.is_aligned || terms.is_plain) && !of.is_aligned() => Err(Refused::Unaligned),
        () if terms.is_exclusive && !terms.copies && of.may_overlap() => Err(Refused::Overlap),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_make_no_more_bytes_than_can_be_counted() {
        let mut memory = [1u8, 2];
        let data = memory.as_mut_ptr();
        let view = |shape: &[isize], strides: &[isize]| {
            let dtype = dtype::parse("|u1").expect("a type");
            // SAFETY: 1 and 2: all elements lie in the memory, and none is read later.
            unsafe { View::from_pointer(data, &dtype, shape, strides, &Terms::default()) }.map(|view| view.length())
        };
        assert_eq!(view(&[isize::MAX, 1], &[0, 1]), Ok(isize::MAX as usize));
        assert_eq!(view(&[isize::MAX, 2], &[0, 1]), Err(Refused::Shape));
        assert_eq!(view(&[isize::MAX, isize::MAX], &[0, 0]), Err(Refused::Shape));
        assert_eq!(view(&[isize::MAX, 0], &[0, 1]), Ok(0));
    }
}
