//! An array with the layout of a slice can be one; each other array is refused for its own reason.
#![expect(unsafe_code, reason = "the tests make sure that nobody writes")]

use array_ctypes::dtype::{self, Element};
use array_ctypes::spec::dtype::Dtype;
use array_ctypes::{Array, Buffer, SliceError};
use std::rc::Rc;

fn slice<T: Element>(array: &Array) -> Result<&[T], SliceError> {
    // SAFETY: no test writes to an array while it uses a slice of it.
    unsafe { array.as_slice() }
}

/// 48 bytes that hold 0 to 23 as `i16`, as an array of that type with 2, 3 and 4 or more elements, after `before`
/// bytes.
fn array(typestr: &str, before: usize) -> Array {
    let bytes: Vec<u8> = (0..24i16).flat_map(i16::to_ne_bytes).collect();
    let buffer = Rc::new(Buffer::new(before + bytes.len(), 0, &[]).unwrap());
    buffer.write(buffer.as_ptr().wrapping_add(before), &bytes).unwrap();
    let dtype = Dtype::from_typestr(typestr).unwrap();
    let item = dtype::size(&dtype);
    let shape = [2, 3, 8 / item];
    let strides = [24, 8, item as isize];
    Array::new(&buffer, dtype, before as isize, &shape, &strides, true).unwrap()
}

fn native() -> &'static str {
    if cfg!(target_endian = "little") { "<i2" } else { ">i2" }
}

fn view(array: &Array, view: &str) -> Array {
    array.view(&view.parse().unwrap()).unwrap()
}

#[test]
fn a_contiguous_view_is_a_slice_of_the_same_elements() {
    let array = array(native(), 6);
    assert_eq!(slice::<i16>(&array).unwrap(), (0..24).collect::<Vec<i16>>());
    let row = view(&array, "index 0 1");
    let elements = slice::<i16>(&row).unwrap();
    assert_eq!(elements, (12..24).collect::<Vec<i16>>());
    assert_eq!(elements.as_ptr().addr(), row.ctypes().data());
    let single = view(&view(&view(&array, "index 0 0"), "index 0 2"), "index 0 3");
    assert_eq!(slice::<i16>(&single), Ok(&[11][..]));
}

#[test]
fn strides_of_axes_of_length_1_do_not_matter_and_an_array_without_elements_is_a_slice() {
    let array = array(native(), 0);
    let thin = view(&view(&array, "slice 0 0 1 2"), "slice 1 0 1 5");
    assert_eq!(slice::<i16>(&thin), Ok(&[0, 1, 2, 3][..]));
    let none = view(&array, "slice 1 3 _ 1");
    assert_eq!(slice::<i16>(&none), Ok(&[][..]));
}

#[test]
fn a_slice_sees_what_was_written_before_it() {
    let array = array(native(), 0);
    assert_eq!(slice::<i16>(&array).unwrap()[23], 23);
    view(&array, "reverse 2").set_item(&[1, 2, 0], &(-1i16).to_ne_bytes()).unwrap();
    assert_eq!(slice::<i16>(&array).unwrap()[23], -1);
}

#[test]
fn a_read_only_array_is_a_slice() {
    let buffer = Rc::new(Buffer::new(3, 1, b"abc").unwrap());
    let array = Array::new(&buffer, Dtype::from_typestr("|u1").unwrap(), 0, &[3], &[1], false).unwrap();
    assert_eq!(slice::<u8>(&array), Ok(&b"abc"[..]));
}

#[test]
#[cfg(feature = "protocols")]
fn an_array_imported_by_its_address_is_a_slice_of_its_buffer() {
    use array_ctypes::spec::{Address, Import, ImportData};
    let array = Array::from_slice(&[1u8, 2, 3], &[3]).unwrap();
    let address = array.ctypes().data() as u64 + 1;
    let interface = Import {
        data: ImportData::Tuple(Address::Absolute(address)),
        read_only: false,
        shape: vec![2],
        shape_is_list: false,
        strides: None,
        typestr: "|u1".into(),
        offset: None,
        version: 3,
        copied: false,
    };
    let imported = array_ctypes::import(&interface, array.memory(), false).unwrap();
    assert_eq!(slice::<u8>(&imported), Ok(&[2, 3][..]));
}

#[test]
fn an_array_with_gaps_or_in_another_order_is_refused() {
    let array = array(native(), 0);
    for (operation, shape, strides) in [
        ("slice 2 _ _ 3", vec![2, 3, 2], vec![24, 8, 6]),
        ("slice 1 _ 2 1", vec![2, 2, 4], vec![24, 8, 2]),
        ("reverse 0", vec![2, 3, 4], vec![-24, 8, 2]),
        ("transpose 2 1 0", vec![4, 3, 2], vec![2, 8, 24]),
    ] {
        assert_eq!(slice::<i16>(&view(&array, operation)), Err(SliceError::Gaps { shape, strides }), "{operation}");
    }
    let repeated = view(&view(&array, "slice 0 0 1 1"), "broadcast 2 3 4");
    assert!(matches!(slice::<i16>(&repeated), Err(SliceError::Gaps { .. })));
}

#[test]
fn an_address_that_is_not_aligned_is_refused() {
    let array = array(native(), 3);
    let address = array.ctypes().data();
    assert_eq!(slice::<i16>(&array), Err(SliceError::Unaligned { address, alignment: 2 }));
    assert!(slice::<i8>(&view(&array, "view |i1")).is_ok());
}

#[test]
fn the_other_byte_order_is_refused() {
    let typestr = if native() == "<i2" { ">i2" } else { "<i2" };
    assert_eq!(slice::<i16>(&array(typestr, 0)), Err(SliceError::Swapped { typestr: typestr.into() }));
}

#[test]
fn another_element_type_is_refused_even_if_it_has_the_same_size() {
    for typestr in [&native().replace('i', "u"), &native().replace('2', "4"), "|V2", "|S2", "|b1"] {
        let found = slice::<i16>(&array(typestr, 0)).map(<[i16]>::len);
        let expected = native().into();
        assert_eq!(found, Err(SliceError::ElementType { expected, found: typestr.into() }));
    }
}

#[test]
fn an_error_explains_how_to_get_a_slice() {
    let gaps = view(&array(native(), 0), "index 2 1");
    let message = slice::<i16>(&gaps).unwrap_err().to_string();
    assert_eq!(
        message,
        "expected elements that follow each other in C order, found strides [24, 8] of the shape [2, 3]; take a slice of \
         a copy"
    );
    assert_eq!(slice::<i16>(&gaps.copy().unwrap()), Ok(&[1, 5, 9, 13, 17, 21][..]));
}
