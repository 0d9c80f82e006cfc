//! Interfaces and pointers that hold their array: the newer reading of the documentation, beside the older one.
//!
//! [`Ctypes`] and [`Pointer`] borrow their array, as of old: the compiler refuses what the older documentation only warns
//! of. [`OwnedCtypes`] and [`OwnedPointer`] share the array, which is freed with the last of them. What they share is the
//! very array; that in turn shares its buffer with views. Nothing here refers back to what holds it, so there is no cycle
//! to collect. Addresses, shapes and strides are numbers, and hold nothing.
//!
//! ```
//! use array_ctypes::{Array, OwnedCtypes};
//! use std::rc::Rc;
//! let array = Rc::new(Array::from_slice(&[1i32, 2, 3], &[3])?);
//! let is_there = Rc::downgrade(&array);
//!
//! let pointer = OwnedCtypes::of(&array).data_as(&"POINTER(c_int)".parse()?)?;
//! drop(array);
//! assert!(is_there.upgrade().is_some());
//! assert_eq!(pointer.pointer().printed()?, "c_int(1)");
//!
//! let void = pointer.cast(&"c_void_p".parse()?)?;
//! drop(pointer);
//! assert!(is_there.upgrade().is_some());
//! drop(void);
//! assert!(is_there.upgrade().is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A borrowed pointer to a temporary array, in the next statement:
//!
//! ```compile_fail,E0716
//! # use array_ctypes::Array;
//! # let sum = || Array::from_slice(&[1i32, 2], &[2]).unwrap();
//! let pointer = sum().ctypes().as_parameter(); // freed while still in use
//! pointer.address();
//! ```
//!
//! One that was taken from a holder does not outlive that either:
//!
//! ```compile_fail,E0505
//! # use array_ctypes::Array;
//! let owned = Array::from_slice(&[1i32], &[1]).unwrap().into_ctypes().as_parameter();
//! let pointer = owned.pointer();
//! drop(owned); // borrowed by `pointer`
//! pointer.address();
//! ```
//!
//! Nor does the dictionary of the array interface outlive the array:
//!
//! ```compile_fail,E0505
//! # use array_ctypes::Array;
//! let array = Array::from_slice(&[1i32], &[1]).unwrap();
//! let interface = array.interface();
//! drop(array); // borrowed by `interface`
//! interface.shape.len();
//! ```
//!
//! But a temporary array is there during the call that it is an argument of:
//!
//! ```
//! # use array_ctypes::{Array, Pointer};
//! # let sum = || Array::from_slice(&[1i32, 2], &[2]).unwrap();
//! fn foreign(pointer: Pointer) -> usize { pointer.address() }
//! assert_ne!(foreign(sum().ctypes().as_parameter()), 0);
//! ```

use crate::cast::{NotAPointer, Pointer};
use crate::ctypeslib::{AsArrayError, AsCtypesError, CObject, ElementCType, as_array, as_ctypes};
use crate::data::Ctypes;
use crate::layout::Array;
use array_ctypes_spec::ctype::CType;
use std::rc::Rc;

/// The interface of an array that it holds.
#[derive(Clone, Debug)]
pub struct OwnedCtypes {
    array: Rc<Array>,
}

impl Array {
    /// The interface for C, which owns the array and so keeps its memory.
    pub fn into_ctypes(self) -> OwnedCtypes {
        OwnedCtypes { array: Rc::new(self) }
    }
}

impl OwnedCtypes {
    /// The interface of an array that others hold too.
    pub fn of(array: &Rc<Array>) -> OwnedCtypes {
        OwnedCtypes { array: Rc::clone(array) }
    }

    /// The interface, borrowed.
    pub fn ctypes(&self) -> Ctypes<'_> {
        self.array.ctypes()
    }

    /// The array.
    pub fn array(&self) -> &Rc<Array> {
        &self.array
    }

    /// The address as a pointer of that type, which holds the array.
    ///
    /// # Errors
    /// [`NotAPointer`] unless the type is a pointer, or holds an address.
    pub fn data_as(&self, ctype: &CType) -> Result<OwnedPointer, NotAPointer> {
        let to = self.ctypes().data_as(ctype)?.to.cloned();
        Ok(OwnedPointer { owner: self.clone(), to })
    }

    /// The address as `void *`, which holds the array.
    pub fn as_parameter(&self) -> OwnedPointer {
        OwnedPointer { owner: self.clone(), to: None }
    }

    /// The array as an object of C, which holds it.
    ///
    /// # Errors
    /// [`AsCtypesError`] where the array is read-only, has gaps, or C has no such elements.
    pub fn as_ctypes(&self) -> Result<OwnedCObject, AsCtypesError> {
        let ctype = as_ctypes(&self.array)?.ctype;
        Ok(OwnedCObject { owner: self.clone(), ctype })
    }
}

/// An object of C that holds the array that it is. So does each clone of it.
#[derive(Clone, Debug)]
pub struct OwnedCObject {
    owner: OwnedCtypes,
    ctype: ElementCType,
}

impl OwnedCObject {
    /// The object, borrowed.
    pub fn object(&self) -> CObject<'_> {
        CObject { array: &self.owner.array, ctype: self.ctype.clone() }
    }

    /// Another array over the same memory, which it holds.
    pub fn as_array(&self) -> Array {
        (*self.owner.array).clone()
    }
}

/// A pointer that holds the array that it was taken from. So does each clone of it.
#[derive(Clone, Debug)]
pub struct OwnedPointer {
    owner: OwnedCtypes,
    /// What it points to; `None` for `void *` and its like.
    to: Option<CType>,
}

impl OwnedPointer {
    /// The pointer, borrowed: what is read and written with.
    pub fn pointer(&self) -> Pointer<'_> {
        Pointer { array: &self.owner.array, to: self.to.as_ref() }
    }

    /// The same address as a pointer of another type, which holds the array too.
    ///
    /// # Errors
    /// [`NotAPointer`] unless the type is a pointer, or holds an address.
    pub fn cast(&self, ctype: &CType) -> Result<OwnedPointer, NotAPointer> {
        self.owner.data_as(ctype)
    }

    /// An array of that shape of what it points to, over the same memory, which that array holds. Lengths in elements.
    ///
    /// # Errors
    /// [`AsArrayError`] where it does not point to elements of an array, or those are not in the buffer.
    pub fn as_array(&self, shape: &[usize]) -> Result<Array, AsArrayError> {
        let address = self.pointer().address();
        as_array(self.owner.array.memory(), address, self.to.as_ref().unwrap_or(&CType::PointerNone), shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Weak;

    fn array() -> Rc<Array> {
        Rc::new(Array::from_slice(&[1i32, 2, 3, 4], &[4]).unwrap())
    }

    fn is_there<T>(weak: &Weak<T>) -> bool {
        weak.strong_count() > 0
    }

    #[test]
    fn a_pointer_holds_the_very_array_and_the_array_its_buffer() {
        let whole = array();
        let reversed = Rc::new(whole.view(&"reverse 0".parse().unwrap()).unwrap());
        let (array, buffer) = (Rc::downgrade(&reversed), Rc::downgrade(&whole.buffer));
        let pointer = OwnedCtypes::of(&reversed).as_parameter();
        drop((whole, reversed));
        assert!(is_there(&array) && is_there(&buffer));
        drop(pointer);
        assert!(!is_there(&array) && !is_there(&buffer));
    }

    #[test]
    fn reading_leaves_the_counts_as_they_were() {
        let array = array();
        let counts = || (Rc::strong_count(&array), Rc::strong_count(&array.buffer), Rc::weak_count(&array));
        let before = counts();
        let owned = OwnedCtypes::of(&array);
        let pointer = owned.data_as(&"POINTER(c_short)".parse().unwrap()).unwrap();
        assert_eq!(counts().0, before.0 + 2);
        assert!(owned.data_as(&"c_short".parse().unwrap()).is_err());
        assert!(pointer.cast(&"c_short".parse().unwrap()).is_err());
        let _ = (owned.ctypes().shape(), owned.ctypes().data(), array.interface().shape.len());
        drop((owned, pointer));
        assert_eq!(counts(), before);
    }

    #[test]
    fn an_object_of_c_holds_the_array_and_an_array_of_a_pointer_the_buffer() {
        let array = array();
        let (weak, buffer) = (Rc::downgrade(&array), Rc::downgrade(&array.buffer));
        let owned = OwnedCtypes::of(&array);
        let object = owned.as_ctypes().unwrap();
        let pair = owned.data_as(&"POINTER(c_short)".parse().unwrap()).unwrap().as_array(&[2]).unwrap();
        assert!(owned.as_parameter().as_array(&[2]).is_err());
        drop((array, owned));
        // On 32-bit platforms ctypes has one name for both.
        assert!(["c_int * 4", "c_long * 4"].contains(&&*object.object().to_string()));
        assert!(is_there(&weak));
        drop(object);
        assert!(!is_there(&weak) && is_there(&buffer));
        assert_eq!(pair.item(&[0]).unwrap(), 1i32.to_ne_bytes()[..2]);
        drop(pair);
        assert!(!is_there(&buffer));
    }

    #[test]
    fn a_view_and_the_c_structure_hold_the_buffer_and_not_the_array() {
        let first = array();
        let (weak, buffer) = (Rc::downgrade(&first), Rc::downgrade(&first.buffer));
        let view = first.view(&"slice 0 1 _ 1".parse().unwrap()).unwrap();
        let structure = first.array_struct();
        drop(first);
        assert!(!is_there(&weak));
        drop(view);
        assert!(is_there(&buffer));
        drop(structure);
        assert!(!is_there(&buffer));
    }
}
