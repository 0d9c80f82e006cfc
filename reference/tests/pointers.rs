//! Pointers: the C types that can hold the address, the values read through them, and the messages of errors.

use array_ctypes::cast::ReadError;
use array_ctypes::ctype::{Value, printed};
use array_ctypes::spec::ctype::CType;
use array_ctypes::{Array, ItemError};

fn ctype(text: &str) -> CType {
    text.parse().unwrap()
}

fn array() -> Array {
    Array::from_slice(&[1i32, -2, 3, 4, 5, 6], &[2, 3]).unwrap()
}

#[test]
fn only_c_types_that_hold_an_address_take_it() {
    let array = array();
    for text in ["POINTER(c_int)", "POINTER(None)", "CFUNCTYPE(None)", "c_void_p", "c_char_p", "c_wchar_p", "py_object"]
    {
        let ctype = ctype(text);
        assert_eq!(array.ctypes().data_as(&ctype).unwrap().address(), array.ctypes().data(), "{text}");
    }
    for text in ["c_int", "c_size_t", "c_int * 2", "Structure(c_int)", "int"] {
        let refused = array.ctypes().data_as(&ctype(text)).unwrap_err().to_string();
        assert!(refused.starts_with("expected ") && refused.contains(text), "{refused}");
    }
}

#[test]
fn only_a_parameter_of_type_void_pointer_is_converted_implicitly() {
    let array = array();
    for text in ["c_void_p", "POINTER(None)"] {
        assert_eq!(array.ctypes().pass(&ctype(text)).unwrap().address(), array.ctypes().data());
    }
    for text in ["POINTER(c_int)", "c_char_p", "c_int"] {
        assert!(array.ctypes().pass(&ctype(text)).is_err(), "{text}");
    }
}

#[test]
fn items_are_read_and_printed() {
    let (array, to_int, to_structure) = (array(), ctype("POINTER(c_int)"), ctype("POINTER(Structure(c_int))"));
    let pointer = array.ctypes().data_as(&to_int).unwrap();
    // If `long` is as wide as `int`, ctypes names both `long`.
    let name = if size_of::<std::ffi::c_long>() == 4 { "c_long(1)" } else { "c_int(1)" };
    assert_eq!((pointer.index(1), pointer.printed()), (Ok(Value::Integer(-2)), Ok(name.to_owned())));
    assert_eq!(printed(&ctype("c_short"), &(-2i16).to_ne_bytes()).as_deref(), Some("c_short(-2)"));
    let structure = array.ctypes().data_as(&to_structure).unwrap();
    let void = array.ctypes().as_parameter();
    let errors = [
        (structure.index(0).unwrap_err(), "Structure(c_int)"),
        (void.contents().unwrap_err(), "no type"),
        (pointer.index(isize::MAX).unwrap_err(), "found item "),
        (pointer.index(6).unwrap_err(), "inside the 24 bytes at"),
    ];
    assert!(matches!(errors[3].0, ReadError::Outside(_)));
    for (error, found) in errors {
        let message = error.to_string();
        assert!(message.starts_with("expected ") && message.contains(found), "{message}");
    }
}

#[test]
fn an_element_has_an_address_and_other_indices_are_refused() {
    let array = array();
    assert_eq!(array.ctypes().address_of(&[1, 2]), Ok(array.ctypes().data() + 20));
    for index in [&[1][..], &[2, 0], &[0, 3], &[0, 0, 0]] {
        let refused = array.ctypes().address_of(index).unwrap_err();
        assert!(matches!(refused, ItemError::Index { .. }));
        assert!(refused.to_string().starts_with("expected an index below each length of [2, 3]"), "{refused}");
    }
    let (plain, data) = (array.without_ctypes(), array.ctypes().data());
    assert_eq!((plain.data(), plain.as_parameter()), (data, data));
    assert_eq!((plain.shape(), plain.strides()), (&[2usize, 3][..], &[12isize, 4][..]));
}
