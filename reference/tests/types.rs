//! What the interface returns, as Rust's types say it: a value of another type does not compile.

use array_ctypes::{Array, CArray, Pointer, ctype, shape};
use array_ctypes_spec::ctype::CType;

#[test]
fn an_address_is_an_integer_and_shape_and_strides_are_arrays_of_intp_or_nothing() {
    let array = Array::from_slice(&[0i32; 6], &[2, 3]).unwrap();
    let (ctypes, plain) = (array.ctypes(), array.without_ctypes());
    let addresses: [usize; 3] = [ctypes.data(), plain.data(), plain.as_parameter()];
    let arrays: [Option<Box<[isize]>>; 2] = [ctypes.shape(), ctypes.strides()];
    assert_eq!(addresses, [addresses[0]; 3]);
    assert_eq!(arrays.map(|items| items.map(|items| items.len())), [Some(2); 2]);
    assert_eq!(ctype::layout(&shape::ITEM).map(|layout| layout.size()), Some(size_of::<isize>()));
}

#[test]
fn a_c_array_and_a_pointer_know_the_type_that_was_asked_for() {
    let array = Array::from_slice(&[0i32; 6], &[2, 3]).unwrap();
    for (asked, found) in [
        ("c_double", "c_double * 2"),
        ("c_uint", "c_uint * 2"),
        ("py_object", "py_object * 2"),
        ("POINTER(None)", "c_void_p * 2"),
    ] {
        let made = array.ctypes().shape_as(&asked.parse().unwrap()).unwrap();
        assert_eq!(made.as_ref().map(CArray::ctype).map(|made| made.to_string()).as_deref(), Some(found));
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
