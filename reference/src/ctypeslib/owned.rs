//! C objects that hold their array, and arrays made from pointers that hold theirs.

use super::arrays::{AsArrayError, AsCtypesError, CObject, as_array, as_ctypes};
use super::types::ElementCType;
use crate::layout::Array;
use crate::lifetime::{OwnedCtypes, OwnedPointer};
use array_ctypes_spec::ctype::CType;

/// A C object that shares the memory of an array. It and each of its clones hold the array.
#[derive(Clone, Debug)]
pub struct OwnedCObject {
    owner: OwnedCtypes,
    ctype: ElementCType,
}

impl OwnedCtypes {
    /// Returns the array as a C object, which holds the array.
    ///
    /// # Errors
    /// [`AsCtypesError`] if the array is read-only or has gaps, or if C has no such elements.
    pub fn as_ctypes(&self) -> Result<OwnedCObject, AsCtypesError> {
        let ctype = as_ctypes(self.array())?.ctype;
        Ok(OwnedCObject { owner: self.clone(), ctype })
    }
}

impl OwnedCObject {
    /// Borrows the object.
    pub fn object(&self) -> CObject<'_> {
        CObject { array: self.owner.array(), ctype: self.ctype.clone() }
    }

    /// Returns another array over the same memory, which holds that memory.
    pub fn as_array(&self) -> Array {
        Array::clone(self.owner.array())
    }
}

impl OwnedPointer {
    /// Returns an array of the type that it points to, over the same memory. It holds that memory. Lengths are in
    /// elements.
    ///
    /// # Errors
    /// [`AsArrayError`] if the type is not that of an element, or if the elements are not in the buffer.
    pub fn as_array(&self, shape: &[usize]) -> Result<Array, AsArrayError> {
        let address = self.pointer().address();
        as_array(self.owner.array().memory(), address, self.pointer().to().unwrap_or(&CType::PointerNone), shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::{Rc, Weak};

    fn is_alive<T>(weak: &Weak<T>) -> bool {
        weak.strong_count() > 0
    }

    #[test]
    fn a_c_object_holds_the_array_and_an_array_made_from_a_pointer_holds_the_buffer() {
        let array = Rc::new(Array::from_slice(&[1i32, 2, 3, 4], &[4]).unwrap());
        let (weak, buffer) = (Rc::downgrade(&array), Rc::downgrade(array.memory()));
        let owned = OwnedCtypes::of(&array);
        let object = owned.as_ctypes().unwrap();
        let pair = owned.data_as(&"POINTER(c_short)".parse().unwrap()).unwrap().as_array(&[2]).unwrap();
        assert!(owned.as_parameter().as_array(&[2]).is_err());
        drop((array, owned));
        // On 32-bit platforms, `int` and `long` are one type in ctypes.
        assert!(["c_int * 4", "c_long * 4"].contains(&&*object.object().to_string()));
        assert!(is_alive(&weak));
        drop(object);
        assert!(!is_alive(&weak) && is_alive(&buffer));
        assert_eq!(pair.item(&[0]).unwrap(), 1i32.to_ne_bytes()[..2]);
        drop(pair);
        assert!(!is_alive(&buffer));
    }
}
