//! Interfaces and pointers that hold their array, as the newer documentation requires.
//!
//! [`Ctypes`] and [`Pointer`] borrow their array, as in the older documentation: it only warns of pointers that outlive
//! their array, and the compiler refuses them. [`OwnedCtypes`] and [`OwnedPointer`] share the array, which is freed
//! together with the last of them. They hold the array itself, which in turn shares its buffer with its views. No
//! object refers back to its holder, so there are no cycles to collect. Addresses, shapes and strides are numbers, and
//! hold nothing.
//!
//! ```
//! use array_ctypes::{Array, OwnedCtypes};
//! use std::rc::Rc;
//! let array = Rc::new(Array::from_slice(&[1i32, 2, 3], &[3])?);
//! let is_alive = Rc::downgrade(&array);
//!
//! let pointer = OwnedCtypes::of(&array).data_as(&"POINTER(c_int)".parse()?)?;
//! drop(array);
//! assert!(is_alive.upgrade().is_some());
//! assert_eq!(pointer.pointer().printed()?, "c_int(1)");
//!
//! let void = pointer.cast(&"c_void_p".parse()?)?;
//! drop(pointer);
//! assert!(is_alive.upgrade().is_some());
//! drop(void);
//! assert!(is_alive.upgrade().is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A borrowed pointer to a temporary array cannot be used in the next statement:
//!
//! ```compile_fail,E0716
//! # use array_ctypes::Array;
//! # let sum = || Array::from_slice(&[1i32, 2], &[2]).unwrap();
//! let pointer = sum().ctypes().as_parameter(); // the array is dropped here
//! pointer.address();
//! ```
//!
//! A pointer borrowed from an owned pointer cannot outlive it either:
//!
//! ```compile_fail,E0505
//! # use array_ctypes::Array;
//! let owned = Array::from_slice(&[1i32], &[1]).unwrap().into_ctypes().as_parameter();
//! let pointer = owned.pointer();
//! drop(owned); // borrowed by `pointer`
//! pointer.address();
//! ```
//!
//! But a temporary array lives until the end of the call that it is an argument of:
//!
//! ```
//! # use array_ctypes::{Array, Pointer};
//! # let sum = || Array::from_slice(&[1i32, 2], &[2]).unwrap();
//! fn foreign(pointer: Pointer) -> usize { pointer.address() }
//! assert_ne!(foreign(sum().ctypes().as_parameter()), 0);
//! ```

use crate::cast::{NotAPointer, Pointer, VOID_P};
use crate::data::Ctypes;
use crate::layout::Array;
use array_ctypes_spec::ctype::CType;
use std::rc::Rc;

/// The interface of an array, which it holds.
#[derive(Clone, Debug)]
pub struct OwnedCtypes {
    array: Rc<Array>,
}

impl Array {
    /// Returns the interface for C, which owns the array and so keeps its memory alive.
    pub fn into_ctypes(self) -> OwnedCtypes {
        OwnedCtypes { array: Rc::new(self) }
    }
}

impl OwnedCtypes {
    /// Returns the interface of a shared array.
    pub fn of(array: &Rc<Array>) -> OwnedCtypes {
        OwnedCtypes { array: Rc::clone(array) }
    }

    /// Borrows the interface.
    pub fn ctypes(&self) -> Ctypes<'_> {
        self.array.ctypes()
    }

    /// The array.
    pub fn array(&self) -> &Rc<Array> {
        &self.array
    }

    /// Returns the address as a pointer of that type, which holds the array.
    ///
    /// # Errors
    /// [`NotAPointer`] unless the type is a pointer or holds an address.
    pub fn data_as(&self, ctype: &CType) -> Result<OwnedPointer, NotAPointer> {
        let ctype = self.ctypes().data_as(ctype)?.ctype.clone();
        Ok(OwnedPointer { owner: self.clone(), ctype })
    }

    /// Returns the address as `void *`, which holds the array.
    pub fn as_parameter(&self) -> OwnedPointer {
        OwnedPointer { owner: self.clone(), ctype: VOID_P.clone() }
    }
}

/// A pointer to the elements of an array. It and each of its clones hold the array.
#[derive(Clone, Debug)]
pub struct OwnedPointer {
    pub(crate) owner: OwnedCtypes,
    /// Its own type.
    ctype: CType,
}

impl OwnedPointer {
    /// Borrows the pointer, to read and write through it.
    pub fn pointer(&self) -> Pointer<'_> {
        Pointer { array: &self.owner.array, ctype: &self.ctype }
    }

    /// Returns the same address as a pointer of another type, which holds the array too.
    ///
    /// # Errors
    /// [`NotAPointer`] unless the type is a pointer or holds an address.
    pub fn cast(&self, ctype: &CType) -> Result<OwnedPointer, NotAPointer> {
        self.owner.data_as(ctype)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Weak;

    fn array() -> Rc<Array> {
        Rc::new(Array::from_slice(&[1i32, 2, 3, 4], &[4]).unwrap())
    }

    fn is_alive<T>(weak: &Weak<T>) -> bool {
        weak.strong_count() > 0
    }

    #[test]
    fn a_pointer_holds_its_own_array_and_the_array_holds_its_buffer() {
        let whole = array();
        let reversed = Rc::new(whole.view(&"reverse 0".parse().unwrap()).unwrap());
        let (array, buffer) = (Rc::downgrade(&reversed), Rc::downgrade(&whole.buffer));
        let pointer = OwnedCtypes::of(&reversed).as_parameter();
        drop((whole, reversed));
        assert!(is_alive(&array) && is_alive(&buffer));
        drop(pointer);
        assert!(!is_alive(&array) && !is_alive(&buffer));
    }

    #[test]
    fn reading_does_not_change_the_reference_counts() {
        let array = array();
        let counts = || (Rc::strong_count(&array), Rc::strong_count(&array.buffer), Rc::weak_count(&array));
        let before = counts();
        let owned = OwnedCtypes::of(&array);
        let pointer = owned.data_as(&"POINTER(c_short)".parse().unwrap()).unwrap();
        assert_eq!(counts().0, before.0 + 2);
        assert!(owned.data_as(&"c_short".parse().unwrap()).is_err());
        assert!(pointer.cast(&"c_short".parse().unwrap()).is_err());
        let _ = (owned.ctypes().shape(), owned.ctypes().data(), owned.ctypes().strides());
        drop((owned, pointer));
        assert_eq!(counts(), before);
    }

    #[test]
    fn a_view_holds_the_buffer_but_not_the_array() {
        let first = array();
        let (weak, buffer) = (Rc::downgrade(&first), Rc::downgrade(&first.buffer));
        let view = first.view(&"slice 0 1 _ 1".parse().unwrap()).unwrap();
        drop(first);
        assert!(!is_alive(&weak) && is_alive(&buffer));
        drop(view);
        assert!(!is_alive(&buffer));
    }
}
