//! Shape and strides for C, each time in a new C array that belongs to the caller.
//!
//! Lengths are in elements, strides in bytes. An array without axes has neither, as in Python. Writing to these C
//! arrays does not change the array that they describe.
//!
//! ```
//! use array_ctypes::spec::ctype::CType;
//! use array_ctypes::{Array, CArray};
//! use std::ffi::c_short;
//! let array = Array::from_slice(&[0i32; 6], &[2, 3])?;
//! assert_eq!(array.ctypes().strides_in::<c_short>().as_deref(), Some(&[12, 4][..]));
//!
//! let item: CType = "c_ubyte".parse()?;
//! let bytes = array.ctypes().shape_as(&item)?;
//! assert_eq!(bytes, Some(CArray::Memory { item, bytes: vec![2, 3] }));
//! assert!(array.ctypes().shape_as(&"c_wchar".parse()?).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::ctype::{self, CNumber, TakesNoInteger};
use crate::data::Ctypes;
use crate::platform;
use array_ctypes_spec::ctype::{CType, Class, Simple};

/// A C array of integers, converted to a C type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CArray {
    /// Numbers and addresses.
    Memory {
        /// The type of its items, under the name that this machine has for it.
        item: CType,
        /// The memory of its items, one after another.
        bytes: Vec<u8>,
    },
    /// The integers themselves, as objects: for `py_object`.
    Objects(Vec<isize>),
}

impl CArray {
    /// Its type: an array of its items, as many as there are axes.
    #[must_use]
    pub fn ctype(&self) -> CType {
        match self {
            CArray::Memory { item, bytes } => {
                let size = ctype::layout(item).map_or(1, |layout| layout.size());
                CType::Array(Box::new(item.clone()), (bytes.len() / size) as u32)
            }
            CArray::Objects(items) => CType::Array(Box::new(CType::Simple(Simple::PyObject)), items.len() as u32),
        }
    }
}

/// The C type of the items of `shape` and `strides`: `intptr_t`.
pub const ITEM: CType = CType::Simple(Simple::IntP);

impl Ctypes<'_> {
    /// Lengths of the axes, in elements. `None` if there are no axes.
    pub fn shape(&self) -> Option<Box<[isize]>> {
        c_array(self.lengths())
    }

    /// Strides of the axes, in bytes. `None` if there are no axes.
    pub fn strides(&self) -> Option<Box<[isize]>> {
        c_array(self.array.strides.iter().copied())
    }

    /// Lengths of the axes in elements, converted to a Rust type as C does. `None` if there are no axes.
    pub fn shape_in<T: CNumber>(&self) -> Option<Box<[T]>> {
        c_array(self.lengths().map(|length| T::from_integer(length as i64)))
    }

    /// Strides of the axes in bytes, converted to a Rust type as C does. `None` if there are no axes.
    pub fn strides_in<T: CNumber>(&self) -> Option<Box<[T]>> {
        c_array(self.array.strides.iter().map(|stride| T::from_integer(*stride as i64)))
    }

    /// Lengths of the axes in elements, as a C array of any type. `None` if there are no axes, whatever the type.
    ///
    /// # Errors
    /// [`TakesNoInteger`] if the type cannot store one of the lengths.
    pub fn shape_as(&self, ctype: &CType) -> Result<Option<CArray>, TakesNoInteger> {
        convert(self.lengths(), ctype)
    }

    /// Strides of the axes in bytes, as a C array of any type. `None` if there are no axes, whatever the type.
    ///
    /// # Errors
    /// [`TakesNoInteger`] if the type cannot store one of the strides.
    pub fn strides_as(&self, ctype: &CType) -> Result<Option<CArray>, TakesNoInteger> {
        convert(self.array.strides.iter().copied(), ctype)
    }

    /// Every length fits into an `isize`, except in an empty array whose items have size 0.
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
    // One allocation is enough: `long double` is the largest type that can store an integer.
    let mut memory = Vec::with_capacity(items.len() * platform::LONG_DOUBLE_SIZE);
    for item in items {
        ctype::store(ctype, item as i64, &mut memory)?;
    }
    Ok(Some(CArray::Memory { item: ctype::named(ctype), bytes: memory }))
}
