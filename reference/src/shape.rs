//! Shape and strides for C, each time in a new array of the caller's own.
//!
//! Lengths are in elements, strides in bytes. An array without axes has neither, as in Python. What is written into the
//! arrays does not change the array that they were asked of.
//!
//! ```
//! use array_ctypes::{Array, CArray};
//! use std::ffi::c_short;
//! let array = Array::from_slice(&[0i32; 6], &[2, 3])?;
//! assert_eq!(array.ctypes().strides_in::<c_short>().as_deref(), Some(&[12, 4][..]));
//!
//! let bytes = array.ctypes().shape_as(&"c_ubyte".parse()?)?;
//! assert_eq!(bytes, Some(CArray::Memory(vec![2, 3])));
//! assert!(array.ctypes().shape_as(&"c_wchar".parse()?).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::ctype::{self, CNumber, TakesNoInteger};
use crate::data::Ctypes;
use crate::platform;
use array_ctypes_spec::ctype::{CType, Class, Simple};

/// A C array of integers converted into a C type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CArray {
    /// The memory of its items, one after the other.
    Memory(Vec<u8>),
    /// Of `py_object`: the integers themselves, as objects.
    Objects(Vec<isize>),
}

/// The C type of the items of `shape` and `strides`: `intptr_t`.
pub const ITEM: CType = CType::Simple(Simple::IntP);

impl Ctypes<'_> {
    /// Lengths of the axes, in elements. `None` without axes.
    pub fn shape(&self) -> Option<Box<[isize]>> {
        c_array(self.lengths())
    }

    /// Byte strides of the axes. `None` without axes.
    pub fn strides(&self) -> Option<Box<[isize]>> {
        c_array(self.array.strides.iter().copied())
    }

    /// Lengths of the axes as numbers of a type of Rust's, to which they are converted as C does.
    pub fn shape_in<T: CNumber>(&self) -> Option<Box<[T]>> {
        c_array(self.lengths().map(|length| T::from_integer(length as i64)))
    }

    /// Byte strides of the axes, likewise.
    pub fn strides_in<T: CNumber>(&self) -> Option<Box<[T]>> {
        c_array(self.array.strides.iter().map(|stride| T::from_integer(*stride as i64)))
    }

    /// Lengths of the axes as a C array of any type. `None` without axes, whatever the type.
    ///
    /// # Errors
    /// [`TakesNoInteger`] where the type does not take one of the lengths.
    pub fn shape_as(&self, ctype: &CType) -> Result<Option<CArray>, TakesNoInteger> {
        convert(self.lengths(), ctype)
    }

    /// Byte strides of the axes, likewise.
    ///
    /// # Errors
    /// [`TakesNoInteger`] where the type does not take one of the strides.
    pub fn strides_as(&self, ctype: &CType) -> Result<Option<CArray>, TakesNoInteger> {
        convert(self.array.strides.iter().copied(), ctype)
    }

    /// No length is more than an `isize` holds, but that of an empty array of items without size.
    fn lengths(&self) -> impl ExactSizeIterator<Item = isize> {
        self.array.shape.iter().map(|length| *length as isize)
    }
}

fn c_array<T>(items: impl ExactSizeIterator<Item = T>) -> Option<Box<[T]>> {
    (items.len() > 0).then(|| items.collect())
}

fn convert(items: impl ExactSizeIterator<Item = isize>, ctype: &CType) -> Result<Option<CArray>, TakesNoInteger> {
    if items.len() == 0 {
        return Ok(None);
    }
    if matches!(ctype, CType::Simple(simple) if simple.class() == Class::Object) {
        return Ok(Some(CArray::Objects(items.collect())));
    }
    // One allocation: of the types that take an integer `long double` is the largest.
    let mut memory = Vec::with_capacity(items.len() * platform::LONG_DOUBLE_SIZE);
    for item in items {
        ctype::store(ctype, item as i64, &mut memory)?;
    }
    Ok(Some(CArray::Memory(memory)))
}
