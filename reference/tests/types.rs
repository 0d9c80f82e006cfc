//! What the interface returns, as Rust's types say it: a function of another type does not compile.

use array_ctypes::{Array, CArray, Pointer, ctype, shape};
use array_ctypes_spec::ctype::CType;

#[test]
fn an_address_is_an_integer_and_shape_and_strides_are_arrays_of_intp_or_nothing() {
    let array = Array::from_slice(&[0i32; 6], &[2, 3]).unwrap();
    let ctypes = array.ctypes();
    let address: usize = ctypes.data();
    let arrays: [Option<Box<[isize]>>; 2] = [ctypes.shape(), ctypes.strides()];
    assert_eq!(arrays.map(|items| items.map(|items| items.len())), [Some(2); 2]);
    assert_eq!(address, ctypes.as_parameter().address());
    assert_eq!(ctype::layout(&shape::ITEM).map(|layout| layout.size()), Some(size_of::<isize>()));
}

#[test]
fn without_ctypes_the_address_is_an_integer_too() {
    let array = Array::from_slice(&[0i32; 6], &[2, 3]).unwrap();
    let plain = array.without_ctypes();
    let addresses: [usize; 2] = [plain.data(), plain.as_parameter()];
    assert_eq!(addresses, [array.ctypes().data(); 2]);
}

#[test]
fn a_c_array_and_a_pointer_know_the_type_that_was_asked_for() {
    let array = Array::from_slice(&[0i32; 6], &[2, 3]).unwrap();
    for asked in ["c_double", "c_uint", "py_object", "POINTER(None)"] {
        let asked: CType = asked.parse().unwrap();
        let made = array.ctypes().shape_as(&asked).unwrap();
        // Under the name that this machine has for the type: `c_uint` is `c_ulong` where both have 32 bits.
        let expected = CType::Array(Box::new(ctype::named(&asked)), 2);
        assert_eq!(made.as_ref().map(CArray::ctype), Some(expected));
    }
    for (asked, found) in [
        ("POINTER(c_double)", "POINTER(c_double)"),
        ("c_char_p", "c_char_p"),
        ("CFUNCTYPE(None)", "CFUNCTYPE(None)"),
        ("POINTER(None)", "c_void_p"),
    ] {
        let asked: CType = asked.parse().unwrap();
        assert_eq!(array.ctypes().data_as(&asked).as_ref().map(Pointer::ctype).unwrap().to_string(), found);
    }
    assert_eq!(array.ctypes().as_parameter().ctype().to_string(), "c_void_p");
}
