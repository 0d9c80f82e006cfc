//! The array interface: exporting an array and importing it again.
#![expect(unsafe_code, reason = "a C structure is imported")]

use array_ctypes::interface::{ImportError, flags};
use array_ctypes::{Array, ArrayError, Buffer, CArray, dtype, import, import_struct};
use array_ctypes_spec::{Import, Question, Step};
use std::rc::Rc;

fn buffer() -> Rc<Buffer> {
    Rc::new(Buffer::new(12, 3, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).unwrap())
}

fn described(text: &str) -> Import {
    match format!("import {text}").parse() {
        Ok(Step::Ask(Question::Import(import))) => *import,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_imported_array_shares_the_memory_and_has_the_layout_of_the_interface() {
    let buffer = buffer();
    let interface = described("data=at:10 read_only=0 shape=2,3 strides=-6,-2 typestr=>i2 version=3");
    let array = import(&interface, &buffer, true).unwrap();
    assert_eq!(array.ctypes().data(), buffer.address() + 10);
    assert_eq!(array.item(&[1, 2]).unwrap(), [0, 1]);
    array.set_item(&[1, 2], &[9, 9]).unwrap();
    assert_eq!(buffer.read(buffer.as_ptr(), 2).unwrap(), [9, 9]);
}

#[test]
fn a_buffer_as_data_decides_if_the_array_is_read_only_and_the_offset_where_it_begins() {
    let buffer = buffer();
    let interface = described("data=buffer read_only=0 shape=2 typestr=|u1 offset=4 version=3");
    let array = import(&interface, &buffer, true).unwrap();
    assert!(!array.is_writeable());
    assert_eq!(array.item(&[1]).unwrap(), [5]);
}

#[test]
fn an_empty_array_may_have_any_address() {
    let address = 1u64 << (usize::BITS - 1);
    let text = format!("data=address:{address} read_only=0 shape=0,2 typestr=|u1 version=3");
    let array = import(&described(&text), &buffer(), false).unwrap();
    assert_eq!(array.ctypes().data() as u64, address);
    assert!(array.item(&[0, 0]).is_err());
}

#[test]
fn an_import_with_elements_outside_the_buffer_is_refused() {
    let foreign = described("data=address:64 read_only=0 shape=1 typestr=|u1 version=3");
    let error = import(&foreign, &buffer(), false).unwrap_err();
    assert!(matches!(error, ImportError::Array(ArrayError::OutOfBounds { .. })), "{error}");
}

#[test]
fn each_malformed_interface_is_refused_for_its_own_reason() {
    let refused = |text: &str| import(&described(text), &buffer(), false).unwrap_err();
    assert_eq!(refused("data=triple read_only=0 shape=1 typestr=|u1 version=3"), ImportError::Data);
    assert_eq!(refused("data=buffer read_only=0 shape_list=1 typestr=|u1 version=3"), ImportError::Shape);
    assert_eq!(refused("data=wide read_only=0 shape=1 typestr=|u1 version=3"), ImportError::Wide);
    let error = refused("data=buffer read_only=0 shape=1 typestr=<q8 version=3");
    assert!(matches!(error, ImportError::Typestr(_)));
    assert!(error.to_string().contains("\"<q8\""), "{error}");
}

#[test]
fn importing_the_c_structure_of_an_array_gives_the_same_array() {
    let buffer = buffer();
    let dtype = dtype::parse(">i2").unwrap();
    let array = Array::new(&buffer, dtype, 10, &[3, 2], &[-4, -2], false).unwrap();
    let owner = array.array_struct();
    let structure = owner.as_c();
    let swapped = if cfg!(target_endian = "little") { 0 } else { flags::NOTSWAPPED };
    assert_eq!(structure.flags, swapped);
    // SAFETY: the structure is aligned, `owner` keeps its lengths and strides alive, and nobody writes to them.
    let back = unsafe { import_struct(&raw const structure, &buffer) }.unwrap();
    assert_eq!(back.interface(), array.interface());
    assert_eq!(back.item(&[2, 1]), array.item(&[2, 1]));
}

#[test]
fn an_owned_interface_keeps_the_memory_alive() {
    let owned = {
        let array = Array::from_slice(&[1i64, 2], &[2]).unwrap();
        let reversed = array.view(&"reverse 0".parse().unwrap()).unwrap();
        reversed.into_ctypes()
    };
    let to_longlong = "POINTER(c_longlong)".parse().unwrap();
    let pointer = owned.ctypes().data_as(&to_longlong).unwrap();
    assert_eq!(pointer.contents().unwrap(), 2i64.to_ne_bytes());
    pointer.write(-8, &[0; 8]).unwrap();
    assert_eq!(owned.array().item(&[1]).unwrap(), [0; 8]);
}

#[test]
fn an_array_without_axes_has_no_shape_and_no_strides_in_any_type() {
    let array = Array::from_slice(&[1.5f32], &[]).unwrap();
    assert_eq!(array.ctypes().shape(), None);
    assert_eq!(array.ctypes().strides_as(&"int".parse().unwrap()), Ok(None));
    let objects = Array::from_slice(&[1.5f32], &[1]).unwrap().ctypes().strides_as(&"py_object".parse().unwrap());
    assert_eq!(objects, Ok(Some(CArray::Objects(vec![4]))));
}

#[test]
fn a_pointer_to_void_stores_lengths_under_both_of_its_names() {
    let array = Array::from_slice(&[1u8, 2], &[2]).unwrap();
    let [void_p, pointer] = ["c_void_p", "POINTER(None)"].map(|text| array.ctypes().shape_as(&text.parse().unwrap()));
    assert!(pointer.is_ok());
    assert_eq!(void_p, pointer);
}

#[test]
fn the_c_structure_holds_the_memory_but_not_the_array() {
    let array = Rc::new(Array::from_slice(&[1i32, 2], &[2]).unwrap());
    let (weak, memory) = (Rc::downgrade(&array), Rc::downgrade(array.memory()));
    let structure = array.array_struct();
    drop(array);
    assert_eq!((weak.strong_count(), memory.strong_count()), (0, 1));
    drop(structure);
    assert_eq!(memory.strong_count(), 0);
}
