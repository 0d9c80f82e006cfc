//! The address as a pointer of a C type, and the values that are read through it.
//!
//! A [`Pointer`] ignores element type, strides and flags: it reads and writes memory as its own type, also before the
//! address, and also if the array is marked as read-only. It borrows the array, and stays in the array's buffer. Code
//! that needs to leave the buffer or outlive the array uses [`Ctypes::data_as_ptr`] and `unsafe`. A pointer that holds
//! its array is an [`OwnedPointer`](crate::OwnedPointer).
//!
//! ```
//! use array_ctypes::{Array, ctype::Value};
//! let array = Array::from_slice(&[1i32, 2, 3], &[3])?;
//! let to_int = "POINTER(c_int)".parse()?;
//! let last = array.view(&"slice 0 2 _ 1".parse()?)?;
//! let pointer = last.ctypes().data_as(&to_int)?;
//! assert_eq!(pointer.ctype(), to_int);
//! assert_eq!(pointer.index(-2)?, Value::Integer(1));
//! assert!(pointer.index(1).is_err(), "outside the buffer");
//! assert!(last.ctypes().data_as(&"c_int".parse()?).is_err(), "not a pointer");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```compile_fail,E0597
//! # use array_ctypes::Array;
//! let pointer = {
//!     let array = Array::from_slice(&[1i32], &[1]).unwrap();
//!     array.ctypes().as_parameter() // borrows `array`
//! };
//! pointer.address();
//! ```

use crate::ctype::{self, Value};
use crate::data::Ctypes;
use crate::layout::Array;
use crate::memory::OutsideBuffer;
use array_ctypes_spec::ctype::{CType, Class, Simple};
use std::fmt;

/// A pointer to the first element of an array, of a C type.
#[derive(Clone, Copy, Debug)]
pub struct Pointer<'a> {
    pub(crate) array: &'a Array,
    /// Its own type.
    pub(crate) ctype: &'a CType,
}

/// The type of a pointer to no type.
pub(crate) static VOID_P: CType = CType::Simple(Simple::VoidP);

impl<'a> Ctypes<'a> {
    /// Returns the address as a pointer of that type.
    ///
    /// # Errors
    /// [`NotAPointer`] unless the type is a pointer or holds an address.
    #[inline]
    pub fn data_as(&self, ctype: &'a CType) -> Result<Pointer<'a>, NotAPointer> {
        let is_pointer = match ctype {
            CType::Pointer(_) | CType::PointerNone | CType::Function => true,
            CType::Simple(simple) => matches!(simple.class(), Class::VoidP | Class::Text | Class::Object),
            _ => false,
        };
        if is_pointer { Ok(Pointer { array: self.array, ctype }) } else { Err(NotAPointer::new(ctype)) }
    }

    /// Returns the address as `void *`: the parameter that a function receives when it is called with the interface.
    pub fn as_parameter(&self) -> Pointer<'a> {
        Pointer { array: self.array, ctype: &VOID_P }
    }

    /// Returns the parameter that a function receives when it is called with the interface, for a parameter of that
    /// type.
    ///
    /// # Errors
    /// [`NotAPointer`] unless the type is `void *`: no other type is converted implicitly.
    pub fn pass(&self, ctype: &CType) -> Result<Pointer<'a>, NotAPointer> {
        match ctype {
            CType::PointerNone | CType::Simple(Simple::VoidP) => Ok(self.as_parameter()),
            _ => Err(NotAPointer::new(ctype)),
        }
    }
}

impl<'a> Pointer<'a> {
    /// Its type, under the name that this machine has for it.
    #[must_use]
    pub fn ctype(&self) -> CType {
        ctype::named(self.ctype)
    }

    /// The type that it points to; `None` for `void *` and other pointers to no type.
    pub(crate) fn to(&self) -> Option<&'a CType> {
        if let CType::Pointer(to) = self.ctype { Some(to) } else { None }
    }

    /// The address.
    pub fn address(&self) -> usize {
        self.array.data.expose_provenance()
    }

    /// Copies the memory that it points to, as many bytes as its type has.
    ///
    /// # Errors
    /// [`ReadError`] if it points to no type or outside the buffer.
    pub fn contents(&self) -> Result<Vec<u8>, ReadError> {
        self.memory(0).map(|(_, memory)| memory)
    }

    /// Reads the value `at` items after the address, or before it if `at` is negative.
    ///
    /// # Errors
    /// [`ReadError`] if it points to no type, outside the buffer, or to something that is not a plain value.
    pub fn index(&self, at: isize) -> Result<Value, ReadError> {
        let (to, memory) = self.memory(at)?;
        ctype::load(to, &memory).ok_or_else(|| ReadError::NoValue { ctype: to.clone() })
    }

    /// Reads the value at the address and returns its printed form.
    ///
    /// # Errors
    /// [`ReadError`] if it points to no type, outside the buffer, or to something that is not a plain value.
    pub fn printed(&self) -> Result<String, ReadError> {
        let (to, memory) = self.memory(0)?;
        ctype::printed(to, &memory).ok_or_else(|| ReadError::NoValue { ctype: to.clone() })
    }

    /// Writes bytes `offset` bytes after the address, or before it if `offset` is negative.
    ///
    /// # Errors
    /// [`OutsideBuffer`] unless the buffer has room for all of them; then nothing is written.
    pub fn write(&self, offset: isize, bytes: &[u8]) -> Result<(), OutsideBuffer> {
        self.array.buffer.write(self.array.data.wrapping_offset(offset), bytes)
    }

    fn memory(&self, at: isize) -> Result<(&CType, Vec<u8>), ReadError> {
        let to = self.to().ok_or(ReadError::NoType)?;
        let size = ctype::layout(to).ok_or(ReadError::NoType)?.size();
        // An offset that overflowed could point back into the buffer.
        let offset = at.checked_mul(size as isize).ok_or(ReadError::Far { at })?;
        let memory = self.array.buffer.read(self.array.data.wrapping_offset(offset), size);
        memory.map(|memory| (to, memory)).map_err(ReadError::Outside)
    }
}

/// A C type that is not a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAPointer {
    ctype: CType,
}

impl NotAPointer {
    /// A function of its own, to keep `data_as` small.
    #[cold]
    fn new(ctype: &CType) -> NotAPointer {
        NotAPointer { ctype: ctype.clone() }
    }
}

impl fmt::Display for NotAPointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a C type that can hold an address, found {}; use c_void_p or POINTER(T)", self.ctype)
    }
}

impl std::error::Error for NotAPointer {}

/// The reason why nothing was read through a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The pointer has no type to point to, or a type without a size.
    NoType,
    /// The type is not a plain value.
    NoValue {
        /// The type.
        ctype: CType,
    },
    /// The item is outside the address space.
    Far {
        /// The index.
        at: isize,
    },
    /// The item is outside the buffer.
    Outside(OutsideBuffer),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::NoType => {
                f.write_str("expected a pointer to a C type, found a pointer to no type; use data_as(POINTER(T))")
            }
            ReadError::NoValue { ctype } => {
                write!(f, "expected a C type that is a plain value, found {ctype}; read its contents")
            }
            ReadError::Far { at } => {
                write!(f, "expected an item in the buffer, found item {at}; count in items, not in bytes")
            }
            ReadError::Outside(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}
