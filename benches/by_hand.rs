//! Code by hand, as a C programmer writes it over the numbers of the interface. All else is measured against it.
//!
//! [`View`] is what C gets of an array, with the loops that C has. [`Numbers`] is code by hand on top of the reference: its
//! address, pointer or slice, and then a read. This file reads all memory but that of mapped files.
#![expect(unsafe_code, reason = "raw pointers are measured")]

use array_ctypes::dtype::{self, Element};
use array_ctypes::spec::ctype::{CType, Class};
use array_ctypes::{Array, ItemError, SliceError};
use std::marker::PhantomData;

/// An array with at least one element, whose elements are as large as a `T`. No benchmark writes to it.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a, T> {
    array: &'a Array,
    element: PhantomData<T>,
}

impl<'a, T: Element> Numbers<'a, T> {
    /// Returns `None` if there is no element, or if elements have another size.
    pub fn of(array: &'a Array) -> Option<Numbers<'a, T>> {
        let fits = !array.is_empty() && dtype::size(array.dtype()) == size_of::<T>();
        fits.then_some(Numbers { array, element: PhantomData })
    }

    /// Reads the first element through `data_as_ptr`.
    pub fn first(&self) -> T {
        // SAFETY: there is a first element, as large as a `T`, and any bytes are one.
        unsafe { self.array.ctypes().data_as_ptr::<T>().read_unaligned() }
    }

    /// Reads an element through `address_of`.
    ///
    /// # Errors
    /// [`ItemError`] if there is no such element.
    pub fn at(&self, index: &[usize]) -> Result<T, ItemError> {
        let ctypes = self.array.ctypes();
        let element = ctypes.data_as_ptr::<T>().with_addr(ctypes.address_of(index)?);
        // SAFETY: `address_of` guarantees an element there, which is as large as a `T`.
        Ok(unsafe { element.read_unaligned() })
    }

    /// Returns the elements through `as_slice`.
    ///
    /// # Errors
    /// [`SliceError`] if they are no slice.
    pub fn slice(&self) -> Result<&'a [T], SliceError> {
        // SAFETY: no benchmark writes to the array.
        unsafe { self.array.as_slice() }
    }

    /// Returns what C gets.
    pub fn view(&self) -> View<'a, T> {
        View {
            data: self.array.ctypes().data_as_ptr(),
            ndim: self.array.shape().len(),
            shape: self.array.shape().as_ptr(),
            strides: self.array.strides().as_ptr(),
            array: PhantomData,
        }
    }
}

/// `struct { const char *data; size_t ndim; const size_t *shape; const ptrdiff_t *strides; }` of a live array with at least one
/// element.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T> {
    data: *const u8,
    ndim: usize,
    shape: *const usize,
    strides: *const isize,
    array: PhantomData<&'a T>,
}

/// Returns the error about a missing element, for callers who want more than `None`. Like the reference's, it is not in the
/// caller's crate, so that the compiler does not optimise the caller for it.
#[cold]
pub fn no_such(array: &View<i64>, index: &[usize]) -> ItemError {
    ItemError::Index { index: index.to_vec(), shape: array.shape().to_vec() }
}

/// Length and byte stride.
type Axis = (usize, isize);

impl<'a, T: Element> View<'a, T> {
    /// Returns the address of the first element.
    pub fn data(&self) -> *const T {
        self.data.cast()
    }

    /// Returns the lengths of the axes, in elements.
    pub fn shape(&self) -> &'a [usize] {
        // SAFETY: `shape` points to as many lengths as there are axes.
        unsafe { std::slice::from_raw_parts(self.shape, self.ndim) }
    }

    /// Returns the byte strides.
    pub fn strides(&self) -> &'a [isize] {
        // SAFETY: `strides` points to as many strides as there are axes.
        unsafe { std::slice::from_raw_parts(self.strides, self.ndim) }
    }

    /// Reads the first element.
    pub fn first(&self) -> T {
        Self::read(self.data)
    }

    /// Returns the address of an element; `None` if there is no such element.
    #[inline]
    pub fn address_of(&self, index: &[usize]) -> Option<*const T> {
        if index.len() != self.ndim {
            return None;
        }
        let mut element = self.data;
        #[expect(clippy::needless_range_loop, reason = "as in C: an iterator over the index takes an instruction more")]
        for axis in 0..self.ndim {
            let at = index[axis];
            // SAFETY: there are as many lengths as axes.
            let length = unsafe { self.shape.wrapping_add(axis).read() };
            if at >= length {
                return None;
            }
            // SAFETY: likewise strides.
            let stride = unsafe { self.strides.wrapping_add(axis).read() };
            element = element.wrapping_offset((at as isize).wrapping_mul(stride));
        }
        Some(element.cast())
    }

    /// Returns `struct { const void *address; const struct type *to; }`: the address, and the type that it points to if that is
    /// known. As in C, a null address means that the type is not a pointer and cannot hold one.
    #[inline]
    pub fn data_as<'c>(&self, ctype: &'c CType) -> (*const u8, Option<&'c CType>) {
        match ctype {
            CType::Pointer(to) => (self.data, Some(&**to)),
            CType::PointerNone | CType::Function => (self.data, None),
            CType::Simple(simple) if matches!(simple.class(), Class::VoidP | Class::Text | Class::Object) => {
                (self.data, None)
            }
            _ => (std::ptr::null(), None),
        }
    }

    /// Returns the sum of `value` of each element of an array with two axes, in the order of indices.
    ///
    /// # Panics
    /// If there are not two axes.
    pub fn sum(&self, value: impl Fn(T) -> f64) -> f64 {
        let [outer, inner] = self.axes();
        Self::sum_lines(self.data, outer, inner, value)
    }

    /// Returns the same sum in the order of memory: upwards, and the shorter stride innermost. Lines without a gap between them
    /// count as one line.
    ///
    /// # Panics
    /// If there are not two axes.
    pub fn sum_in_memory_order(&self, value: impl Fn(T) -> f64) -> f64 {
        let (first, outer, inner) = self.in_memory_order();
        Self::sum_lines(first, outer, inner, value)
    }

    /// Returns the same sum, element by element. That is faster if the processor's vector instructions are slow at `value`, as
    /// those of the oldest x86-64 are at swapping bytes.
    ///
    /// # Panics
    /// If there are not two axes.
    pub fn sum_one_by_one(&self, value: impl Fn(T) -> f64) -> f64 {
        let (first, outer, inner) = self.in_memory_order();
        Self::sum_each(first, outer, inner, value)
    }

    fn in_memory_order(&self) -> (*const u8, Axis, Axis) {
        let mut first = self.data;
        let mut axes = self.axes();
        for (length, stride) in &mut axes {
            if *stride < 0 {
                first = first.wrapping_offset((*length as isize - 1) * *stride);
                *stride = -*stride;
            }
        }
        axes.sort_by_key(|(_, stride)| std::cmp::Reverse(*stride));
        let [outer, inner] = axes;
        if outer.1 == inner.0 as isize * inner.1 {
            return (first, (1, 0), (outer.0 * inner.0, inner.1));
        }
        (first, outer, inner)
    }

    fn axes(&self) -> [Axis; 2] {
        let (shape, strides) = (self.shape(), self.strides());
        assert_eq!(shape.len(), 2, "expected an array with two axes; reshape it");
        [(shape[0], strides[0]), (shape[1], strides[1])]
    }

    /// Sums lines. The most common strides have loops of their own, with a constant stride, which the compiler can vectorise.
    fn sum_lines(first: *const u8, outer: Axis, inner: Axis, value: impl Fn(T) -> f64) -> f64 {
        let item = size_of::<T>() as isize;
        let (length, stride) = inner;
        match stride {
            stride if stride == item => Self::sum_each(first, outer, (length, item), value),
            stride if stride == -item => Self::sum_each(first, outer, (length, -item), value),
            _ => Self::sum_each(first, outer, (length, stride), value),
        }
    }

    #[expect(clippy::inline_always, reason = "the stride must be a constant inside")]
    #[inline(always)]
    fn sum_each(first: *const u8, outer: Axis, (length, stride): Axis, value: impl Fn(T) -> f64) -> f64 {
        let mut sums = [0.0; 8];
        for line in 0..outer.0 {
            let mut element = first.wrapping_offset(line as isize * outer.1);
            for _ in 0..length / 8 {
                // Two halves need fewer registers for multiples of the stride: a quarter faster if it is not a constant.
                let fifth = element.wrapping_offset(4 * stride);
                for at in 0..4 {
                    sums[at] += value(Self::read(element.wrapping_offset(at as isize * stride)));
                    sums[at + 4] += value(Self::read(fifth.wrapping_offset(at as isize * stride)));
                }
                element = element.wrapping_offset(8 * stride);
            }
            for (at, sum) in sums.iter_mut().enumerate().take(length % 8) {
                *sum += value(Self::read(element.wrapping_offset(at as isize * stride)));
            }
        }
        sums.iter().sum()
    }

    /// Reads an element. It is private, and only called with addresses of elements.
    #[inline]
    fn read(element: *const u8) -> T {
        // SAFETY: all callers compute the address of an element of the array, which is as large as a `T` and borrowed.
        unsafe { element.cast::<T>().read_unaligned() }
    }
}
