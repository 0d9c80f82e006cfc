//! View operations: a view reaches the right elements, or the operation is refused.

mod record;

use array_ctypes::spec::View;
use array_ctypes::spec::dtype::Dtype;
use array_ctypes::{Array, ArrayError, Buffer, ViewError};
use record::record;
use std::rc::Rc;

/// 0 to 23 as bytes, in the shape 2, 3, 4.
fn array() -> Array {
    let bytes: Vec<u8> = (0..24).collect();
    Array::from_slice(&bytes, &[2, 3, 4]).unwrap()
}

fn view(array: &Array, views: &[&str]) -> Result<Array, ViewError> {
    views.iter().try_fold(array.clone(), |array, view| array.view(&view.parse().unwrap()))
}

fn first_and_layout(views: &[&str]) -> (usize, Vec<usize>, Vec<isize>) {
    let array = array();
    let view = view(&array, views).unwrap();
    (view.ctypes().data() - array.ctypes().data(), view.shape().to_vec(), view.strides().to_vec())
}

#[test]
fn each_operation_moves_the_first_element_and_changes_shape_and_strides() {
    assert_eq!(first_and_layout(&["index 1 -1"]), (8, vec![2, 4], vec![12, 1]));
    assert_eq!(first_and_layout(&["slice 2 -1 _ -2"]), (3, vec![2, 3, 2], vec![12, 4, -2]));
    assert_eq!(first_and_layout(&["slice 2 5 9 1"]), (0, vec![2, 3, 0], vec![12, 4, 1]));
    assert_eq!(first_and_layout(&["reverse 0"]), (12, vec![2, 3, 4], vec![-12, 4, 1]));
    assert_eq!(first_and_layout(&["transpose 2 0 1"]), (0, vec![4, 2, 3], vec![1, 12, 4]));
    assert_eq!(first_and_layout(&["newaxis 3"]), (0, vec![2, 3, 4, 1], vec![12, 4, 1, 0]));
    assert_eq!(first_and_layout(&["slice 1 1 2 1", "broadcast 5 2 9 4"]), (4, vec![5, 2, 9, 4], vec![0, 12, 0, 1]));
    assert_eq!(first_and_layout(&["view <u2"]), (0, vec![2, 3, 2], vec![12, 4, 2]));
}

#[test]
fn a_reshape_joins_and_splits_axes_if_strides_can_express_it() {
    assert_eq!(first_and_layout(&["reshape 6 1 4"]), (0, vec![6, 1, 4], vec![4, 4, 1]));
    assert_eq!(first_and_layout(&["reshape 2 2 6"]), (0, vec![2, 2, 6], vec![12, 6, 1]));
    assert_eq!(first_and_layout(&["slice 2 _ _ 2", "reshape 3 2 2"]), (0, vec![3, 2, 2], vec![8, 4, 2]));
    assert_eq!(first_and_layout(&["reverse 2", "reshape 2 3 2 2"]), (3, vec![2, 3, 2, 2], vec![12, 4, -2, -1]));
    let array = array();
    assert!(matches!(view(&array, &["reverse 2", "reshape 24"]), Err(ViewError::NeedsCopy { .. })));
    assert!(matches!(view(&array, &["transpose 2 1 0", "reshape 12 2"]), Err(ViewError::NeedsCopy { .. })));
    // The last two axes form a run of 6 elements, which is not divisible by 8.
    assert!(matches!(view(&array, &["transpose 2 0 1", "reshape 3 8"]), Err(ViewError::NeedsCopy { .. })));
}

#[test]
fn each_impossible_view_is_refused_for_its_own_reason() {
    let refused = |text: &str| view(&array(), &[text]).unwrap_err();
    assert_eq!(refused("reverse 3"), ViewError::Axis { axis: 3, dimensions: 3 });
    assert_eq!(refused("index 0 -3"), ViewError::Index { at: -3, length: 2 });
    assert_eq!(refused("index 0 2"), ViewError::Index { at: 2, length: 2 });
    assert_eq!(refused("slice 0 _ _ 0"), ViewError::ZeroStep);
    assert!(matches!(refused("transpose 0 1 1"), ViewError::Permutation { .. }));
    assert!(matches!(refused("transpose 0 1 2 0"), ViewError::Permutation { .. }));
    assert!(matches!(refused("broadcast 3 4"), ViewError::Broadcast { .. }));
    assert!(matches!(refused("reshape 23"), ViewError::Count { .. }));
    assert!(matches!(refused("field x"), ViewError::Field { .. }));
    assert!(matches!(refused("view |V3"), ViewError::Reinterpret { .. }));
    assert!(matches!(refused("view |O"), ViewError::Reinterpret { .. }));
    assert_eq!(
        view(&array(), &["newaxis 0", "broadcast 18446744073709551615 2 3 4"]).unwrap_err(),
        ViewError::Array(ArrayError::TooBig)
    );
}

#[test]
fn an_array_is_made_only_if_its_elements_are_in_the_buffer() {
    let buffer = Rc::new(Buffer::new(8, 0, &[]).unwrap());
    let new = |offset, shape: &[usize], strides: &[isize]| {
        Array::new(&buffer, Dtype::from_typestr("<i2").unwrap(), offset, shape, strides, true).map(|_| ())
    };
    assert_eq!(new(6, &[4], &[-2]), Ok(()));
    assert_eq!(new(6, &[1, 0], &[isize::MAX, isize::MIN]), Ok(()));
    assert_eq!(new(8, &[0], &[2]), Ok(()));
    assert_eq!(new(6, &[5], &[-2]), Err(ArrayError::OutOfBounds { low: -2, high: 8, size: 8 }));
    assert_eq!(new(0, &[5], &[2]), Err(ArrayError::OutOfBounds { low: 0, high: 10, size: 8 }));
    assert!(new(0, &[5], &[2]).unwrap_err().to_string().contains("found them in 0 to 10"));
    assert!(new(9, &[0], &[2]).is_err());
    assert!(new(7, &[], &[]).is_err());
    assert_eq!(new(0, &[1], &[]), Err(ArrayError::Axes { shape: 1, strides: 0 }));
    assert_eq!(new(0, &[0, usize::MAX], &[0, 0]), Err(ArrayError::TooBig));
    assert_eq!(new(0, &[2, usize::MAX / 2], &[0, 0]), Err(ArrayError::TooBig));
}

/// An array of that type over 24 bytes.
fn array_of(dtype: Dtype, shape: &[usize], strides: &[isize]) -> Array {
    let buffer = Rc::new(Buffer::new(24, 0, &(0..24).collect::<Vec<u8>>()).unwrap());
    Array::new(&buffer, dtype, 0, shape, strides, true).unwrap()
}

#[test]
fn a_field_is_found_by_its_name_at_its_offset() {
    let typestr = |text| Dtype::from_typestr(text).unwrap();
    let pair = record(&[("a", typestr("<i2"), &[], 0), ("b", typestr("|u1"), &[], 5)], 8);
    let array = array_of(pair, &[3], &[8]);
    let field = view(&array, &["field b"]).unwrap();
    assert_eq!((field.item(&[2]).unwrap(), field.strides()), (vec![21], &[8isize][..]));
    assert_eq!(view(&array, &["field a"]).unwrap().item(&[1]).unwrap(), [8, 9]);
    assert_eq!(view(&array, &["field c"]).unwrap_err(), ViewError::Field { name: "c".to_owned() });
}

/// The reason why the array cannot be viewed as elements of that type, if there is one.
fn reason(array: &Array, dtype: &Dtype) -> Option<&'static str> {
    match array.view(&View::Reinterpret { dtype: dtype.clone() }) {
        Ok(_) => None,
        Err(ViewError::Reinterpret { reason, .. }) => Some(reason),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn an_array_is_viewed_as_another_type_if_its_bytes_are_whole_elements_of_it() {
    let typestr = |text| Dtype::from_typestr(text).unwrap();
    let array = |text, shape: &[usize], strides: &[isize]| array_of(typestr(text), shape, strides);
    let objects = Some("references to objects are not plain bytes");
    let object = Dtype::object(size_of::<usize>() as u64);
    assert_eq!(reason(&array("|V8", &[3], &[8]), &object), objects);
    let of_objects = array_of(object.clone(), &[2], &[size_of::<usize>() as isize]);
    assert_eq!((reason(&of_objects, &typestr("|u1")), reason(&of_objects, &object)), (objects, objects));
    let not_plain = Some("it is not a plain type of this machine");
    assert_eq!(reason(&array("|u1", &[4], &[1]), &record(&[("a", typestr("|u1"), &[], 0)], 4)), not_plain);
    assert_eq!(reason(&array("|u1", &[4], &[1]), &Dtype::object(3)), objects);
    assert_eq!(reason(&array("|u1", &[4], &[1]), &Dtype::from_typestr("|V0").unwrap()), not_plain);
    let gaps = Some("the last axis has gaps");
    assert_eq!(reason(&array("<i2", &[3], &[4]), &typestr("|u1")), gaps);
    assert_eq!(reason(&array("<i2", &[3], &[4]), &typestr("<u2")), None);
    for (length, stride) in [(0, 4), (1, 4), (3, 2)] {
        assert_eq!(reason(&array("<i2", &[length], &[stride]), &typestr("|u1")), None, "{length} {stride}");
    }
    let whole = Some("the last axis is not a whole number of such elements");
    // Two elements of 6 bytes have the size of three of 4 bytes, but a single element can only be split evenly.
    assert_eq!(reason(&array("|V6", &[2], &[6]), &typestr("<i4")), whole);
    assert_eq!(reason(&array("|V6", &[2], &[6]), &typestr("<i2")), None);
    assert_eq!(reason(&array("<i2", &[3], &[2]), &typestr("<i4")), whole);
    assert_eq!(reason(&array("<i2", &[4], &[2]), &typestr("<i4")), None);
    assert_eq!(reason(&array("<i2", &[], &[]), &typestr("|u1")), Some("without axes, the item size cannot change"));
}

#[test]
fn an_error_has_what_was_expected_and_what_to_do() {
    for text in ["reverse 3", "index 0 9", "transpose 0 0 1", "broadcast 9", "reshape 5", "field x", "view |O"] {
        let message = view(&array(), &[text]).unwrap_err().to_string();
        assert!(message.starts_with("expected ") && message.contains("; "), "{message}");
    }
}
