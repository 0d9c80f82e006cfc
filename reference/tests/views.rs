//! Views reach the very elements, or are refused.

use array_ctypes::{Array, ArrayError, Buffer, ViewError, dtype};
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
fn a_reshape_joins_and_splits_axes_where_strides_can() {
    assert_eq!(first_and_layout(&["reshape 6 1 4"]), (0, vec![6, 1, 4], vec![4, 4, 1]));
    assert_eq!(first_and_layout(&["reshape 2 2 6"]), (0, vec![2, 2, 6], vec![12, 6, 1]));
    assert_eq!(first_and_layout(&["slice 2 _ _ 2", "reshape 3 2 2"]), (0, vec![3, 2, 2], vec![8, 4, 2]));
    assert_eq!(first_and_layout(&["reverse 2", "reshape 2 3 2 2"]), (3, vec![2, 3, 2, 2], vec![12, 4, -2, -1]));
    let array = array();
    assert!(matches!(view(&array, &["reverse 2", "reshape 24"]), Err(ViewError::NeedsCopy { .. })));
    assert!(matches!(view(&array, &["transpose 2 1 0", "reshape 12 2"]), Err(ViewError::NeedsCopy { .. })));
}

#[test]
fn what_is_no_view_is_refused_each_for_its_own_reason() {
    let refused = |text: &str| view(&array(), &[text]).unwrap_err();
    assert_eq!(refused("reverse 3"), ViewError::Axis { axis: 3, dimensions: 3 });
    assert_eq!(refused("index 0 -3"), ViewError::Index { at: -3, length: 2 });
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
fn an_array_is_admitted_only_with_its_elements_in_the_buffer() {
    let buffer = Rc::new(Buffer::new(8, 0, &[]).unwrap());
    let new = |offset, shape: &[usize], strides: &[isize]| {
        Array::new(&buffer, dtype::parse("<i2").unwrap(), offset, shape, strides, true).map(|_| ())
    };
    assert_eq!(new(6, &[4], &[-2]), Ok(()));
    assert_eq!(new(6, &[1, 0], &[isize::MAX, isize::MIN]), Ok(()));
    assert_eq!(new(8, &[0], &[2]), Ok(()));
    assert_eq!(new(6, &[5], &[-2]), Err(ArrayError::OutOfBounds { low: -2, high: 8, size: 8 }));
    assert!(new(9, &[0], &[2]).is_err());
    assert!(new(7, &[], &[]).is_err());
    assert_eq!(new(0, &[1], &[]), Err(ArrayError::Axes { shape: 1, strides: 0 }));
    assert_eq!(new(0, &[0, usize::MAX], &[0, 0]), Err(ArrayError::TooBig));
    assert_eq!(new(0, &[2, usize::MAX / 2], &[0, 0]), Err(ArrayError::TooBig));
}
