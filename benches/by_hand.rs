//! What a C programmer writes over the numbers of the interface: what everything is measured against.
//!
//! [`View`] is what C is given of an array, and does what C does. [`Numbers`] is what someone does by hand with the
//! reference: its address, its pointer, its slice, and then a read. All memory is read here but that of mapped files.
#![expect(unsafe_code, reason = "raw pointers are what is measured")]

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
    /// `None` where there is no element, or elements have another size.
    pub fn of(array: &'a Array) -> Option<Numbers<'a, T>> {
        let fits = !array.is_empty() && dtype::size(array.dtype()) == size_of::<T>();
        fits.then_some(Numbers { array, element: PhantomData })
    }

    /// The first element, through `data_as_ptr`.
    pub fn first(&self) -> T {
        // SAFETY: there is a first element, as large as a `T`, and any bytes are one.
        unsafe { self.array.ctypes().data_as_ptr::<T>().read_unaligned() }
    }

    /// An element, through `address_of`.
    ///
    /// # Errors
    /// [`ItemError`] where there is no such element.
    pub fn at(&self, index: &[usize]) -> Result<T, ItemError> {
        let ctypes = self.array.ctypes();
        let element = ctypes.data_as_ptr::<T>().with_addr(ctypes.address_of(index)?);
        // SAFETY: `address_of` vouches for an element there, which is as large as a `T`.
        Ok(unsafe { element.read_unaligned() })
    }

    /// The elements, through `as_slice`.
    ///
    /// # Errors
    /// [`SliceError`] where they are no slice.
    pub fn slice(&self) -> Result<&'a [T], SliceError> {
        // SAFETY: no benchmark writes to the array.
        unsafe { self.array.as_slice() }
    }

    /// What C is given.
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

/// `struct { const char *data; size_t ndim; const size_t *shape; const ptrdiff_t *strides; }`, of an array that is alive,
/// with at least one element.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T> {
    data: *const u8,
    ndim: usize,
    shape: *const usize,
    strides: *const isize,
    array: PhantomData<&'a T>,
}

/// The error that there is no such element, for those who want more than `None`. Like the reference's it lies in another
/// crate than who calls it: then the compiler does not shape the caller after it.
#[cold]
pub fn no_such(array: &View<i64>, index: &[usize]) -> ItemError {
    ItemError::Index { index: index.to_vec(), shape: array.shape().to_vec() }
}

/// Length and byte stride.
type Axis = (usize, isize);

impl<'a, T: Element> View<'a, T> {
    /// The address of the first element.
    pub fn data(&self) -> *const T {
        self.data.cast()
    }

    /// Lengths of the axes, in elements.
    pub fn shape(&self) -> &'a [usize] {
        // SAFETY: `shape` points to as many lengths as there are axes.
        unsafe { std::slice::from_raw_parts(self.shape, self.ndim) }
    }

    /// Byte strides.
    pub fn strides(&self) -> &'a [isize] {
        // SAFETY: `strides` points to as many strides as there are axes.
        unsafe { std::slice::from_raw_parts(self.strides, self.ndim) }
    }

    /// The first element.
    pub fn first(&self) -> T {
        Self::read(self.data)
    }

    /// The address of an element. `None` where there is no such element.
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

    /// `struct { const void *address; const struct type *to; }`: the address with the type that it points to, if that is
    /// known. As in C a null address says that the type is no pointer and holds none.
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

    /// The sum of an array with two axes, in the order of its indices, of what `value` makes of each element.
    ///
    /// # Panics
    /// Where there are not two axes.
    pub fn sum(&self, value: impl Fn(T) -> f64) -> f64 {
        let [outer, inner] = self.axes();
        Self::sum_lines(self.data, outer, inner, value)
    }

    /// Likewise, in the order of memory: upwards, and the shorter stride innermost. What follows each other is one line.
    ///
    /// # Panics
    /// Where there are not two axes.
    pub fn sum_in_memory_order(&self, value: impl Fn(T) -> f64) -> f64 {
        let (first, outer, inner) = self.in_memory_order();
        Self::sum_lines(first, outer, inner, value)
    }

    /// Likewise, element by element: faster where the processor's vectors are slow at what `value` does, as those of the
    /// oldest x86-64 are at swapping bytes.
    ///
    /// # Panics
    /// Where there are not two axes.
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

    /// The commonest strides are constants in loops of their own, which the compiler can do several elements at a time.
    fn sum_lines(first: *const u8, outer: Axis, inner: Axis, value: impl Fn(T) -> f64) -> f64 {
        let item = size_of::<T>() as isize;
        let (length, stride) = inner;
        match stride {
            stride if stride == item => Self::sum_each(first, outer, (length, item), value),
            stride if stride == -item => Self::sum_each(first, outer, (length, -item), value),
            _ => Self::sum_each(first, outer, (length, stride), value),
        }
    }

    #[expect(clippy::inline_always, reason = "the stride is to be a constant inside")]
    #[inline(always)]
    fn sum_each(first: *const u8, outer: Axis, (length, stride): Axis, value: impl Fn(T) -> f64) -> f64 {
        let mut sums = [0.0; 8];
        for line in 0..outer.0 {
            let mut element = first.wrapping_offset(line as isize * outer.1);
            for _ in 0..length / 8 {
                // In two halves, which have fewer multiples of the stride to keep: a quarter faster where it is no constant.
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

    /// Private, and called with addresses of elements only.
    #[inline]
    fn read(element: *const u8) -> T {
        // SAFETY: all callers compute the address of an element of the array, which is as large as a `T` and borrowed.
        unsafe { element.cast::<T>().read_unaligned() }
    }
}
