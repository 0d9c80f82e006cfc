//! Laws of the algebra of views; those along one axis are in `slice`.

use crate::arrays::{
    PLATFORM, addresses, array, arrays, byte_addresses, indices, lengths, record, refused, typestr, viewed,
};
use crate::cases;
use crate::views;
use array_ctypes_spec::dtype::{Dtype, Field, Record};
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::{Array, View};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::HashSet;

/// The strides that reach elements at these addresses, in C order of that shape, by trying: each stride can only be the
/// distance of two elements whose indices differ by one on that axis.
fn strides_by_search(addresses: &[i128], shape: &[u64]) -> Option<Vec<i128>> {
    let step = |axis: usize| shape[axis + 1..].iter().product::<u64>() as usize;
    let distance = |axis: usize| if shape[axis] < 2 { 0 } else { addresses[step(axis)] - addresses[0] };
    let strides: Vec<i128> = (0..shape.len()).map(distance).collect();
    let reached = indices(shape).into_iter().map(|index| {
        addresses[0] + index.iter().zip(&strides).map(|(at, stride)| i128::from(*at) * stride).sum::<i128>()
    });
    reached.eq(addresses.iter().copied()).then_some(strides)
}

/// A shape of as many elements, mostly.
fn shape_of(elements: u64) -> BoxedStrategy<Vec<u64>> {
    let divisor = move |left: u64| select((1..=left).filter(|divisor| left % divisor == 0).collect::<Vec<_>>());
    if elements == 0 {
        return lengths().boxed();
    }
    let three = divisor(elements).prop_flat_map(move |first| {
        divisor(elements / first).prop_map(move |second| vec![first, second, elements / first / second])
    });
    (three, vec(any::<Index>(), 0..2))
        .prop_map(|(mut shape, ones)| {
            shape.retain(|length| *length != 1);
            for at in ones {
                shape.insert(at.index(shape.len() + 1), 1);
            }
            shape
        })
        .boxed()
}

/// Small arrays, some of them of a structured type with a field `f0`.
fn plain_or_structured() -> impl Strategy<Value = Array> {
    let structured = arrays()
        .prop_map(|Array { shape, strides, .. }| array(record(&[("<i2", 1), ("<i4", 4)], 9, false), shape, strides, 1));
    prop_oneof![3 => arrays(), 1 => structured]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn transposing_by_a_permutation_and_by_its_inverse_is_the_identity(
        (array, axes) in arrays().prop_flat_map(|array| {
            let axes: Vec<usize> = (0..array.shape.len()).collect();
            (Just(array), Just(axes).prop_shuffle())
        })
    ) {
        let inverse = (0..axes.len()).map(|axis| axes.iter().position(|at| *at == axis).unwrap()).collect();
        let twice = viewed(&array, &[View::Transpose { axes }, View::Transpose { axes: inverse }]);
        prop_assert_eq!(twice, viewed(&array, &[]));
    }

    #[test]
    fn transposing_renames_indices_and_moves_nothing(
        (array, axes) in arrays().prop_flat_map(|array| {
            let axes: Vec<usize> = (0..array.shape.len()).collect();
            (Just(array), Just(axes).prop_shuffle())
        })
    ) {
        let base = viewed(&array, &[]).unwrap();
        let layout = viewed(&array, &[View::Transpose { axes: axes.clone() }]).unwrap();
        for index in indices(&base.shape) {
            let renamed: Vec<u64> = axes.iter().map(|axis| index[*axis]).collect();
            prop_assert_eq!(layout.element(&renamed), base.element(&index));
        }
    }

    #[test]
    fn a_new_axis_indexed_at_0_is_gone(array in arrays(), at in any::<Index>()) {
        let axis = at.index(array.shape.len() + 1);
        let views = [View::NewAxis { axis }, View::Index { axis, at: 0 }];
        prop_assert_eq!(viewed(&array, &views), viewed(&array, &[]));
    }

    #[test]
    fn broadcasting_adds_zero_strides_and_maps_every_index_to_an_element_of_the_base(
        array in arrays(), added in vec(0u64..4, 0..3), stretched in 0u64..4
    ) {
        let base = viewed(&array, &[]).unwrap();
        let stretch = |length: &u64| if *length == 1 { stretched } else { *length };
        let shape: Vec<u64> = added.iter().copied().chain(base.shape.iter().map(stretch)).collect();
        let layout = viewed(&array, &[View::Broadcast { shape: shape.clone() }]).unwrap();
        prop_assert_eq!(&layout.shape, &shape);
        prop_assert!(layout.strides[..added.len()].iter().all(|stride| *stride == 0));
        for index in indices(&shape) {
            let in_base: Vec<u64> =
                index[added.len()..].iter().zip(&base.shape).map(|(at, length)| at % length).collect();
            prop_assert_eq!(layout.element(&index), base.element(&in_base));
        }
    }

    #[test]
    fn broadcasting_is_refused_exactly_where_a_length_is_neither_1_nor_the_one_asked_for(
        array in arrays(), shape in lengths()
    ) {
        let fits = shape.len() >= array.shape.len()
            && array.shape.iter().rev().zip(shape.iter().rev()).all(|(from, to)| *from == 1 || from == to);
        prop_assert_eq!(refused(&viewed(&array, &[View::Broadcast { shape }])), !fits);
    }

    #[test]
    fn reshaping_keeps_the_order_of_elements_and_is_refused_exactly_where_no_strides_exist(
        (array, shape) in arrays().prop_flat_map(|array| {
            let elements = array.shape.iter().product();
            (Just(array), prop_oneof![9 => shape_of(elements), 1 => lengths()])
        })
    ) {
        let base = viewed(&array, &[]).unwrap();
        let from = addresses(&base);
        let view = viewed(&array, &[View::Reshape { shape: shape.clone() }]);
        let as_many = from.len() as u64 == shape.iter().product::<u64>();
        let exists = as_many && (from.is_empty() || strides_by_search(&from, &shape).is_some());
        prop_assert_eq!(refused(&view), !exists);
        if let Ok(layout) = view {
            prop_assert_eq!(addresses(&layout), from);
            prop_assert_eq!((layout.shape, layout.offset), (shape, base.offset));
        }
    }

    #[test]
    fn reshaping_to_the_own_shape_moves_nothing(array in arrays()) {
        let base = viewed(&array, &[]).unwrap();
        let layout = viewed(&array, &[View::Reshape { shape: base.shape.clone() }]).unwrap();
        prop_assert_eq!(addresses(&layout), addresses(&base));
    }

    #[test]
    fn reinterpreting_keeps_the_bytes(
        array in arrays(), text in select(&["|b1", "<u2", ">f4", "|S3", "|V6", "<M8[s]", "<U4"][..])
    ) {
        let base = viewed(&array, &[]).unwrap();
        if let Ok(layout) = viewed(&array, &[View::Reinterpret { dtype: typestr(text) }]) {
            prop_assert_eq!(byte_addresses(&layout), byte_addresses(&base));
            prop_assert_eq!(layout.offset, base.offset);
        }
    }

    #[test]
    fn reinterpreting_with_the_same_item_size_is_never_refused(array in arrays()) {
        let dtype = typestr(&format!("|V{}", array.dtype.item_size()));
        let layout = viewed(&array, &[View::Reinterpret { dtype }]).unwrap();
        prop_assert_eq!((layout.shape, layout.strides), (array.shape, array.strides));
    }

    #[test]
    fn reinterpreting_as_single_bytes_is_refused_exactly_where_the_last_axis_has_gaps(array in arrays()) {
        let item = array.dtype.item_size();
        let gaps = match (array.shape.last(), array.strides.last()) {
            (Some(length), Some(stride)) => *length != 1 && *stride != item as i64 && !array.shape.contains(&0),
            _ => true,
        };
        let view = viewed(&array, &[View::Reinterpret { dtype: typestr("|u1") }]);
        prop_assert_eq!(refused(&view), gaps && item != 1);
    }

    #[test]
    fn a_field_is_at_its_offset_in_every_element_and_a_sub_array_in_c_order(
        base in arrays(), offset in 0u64..4, sub in vec(0u64..4, 0..3), tail in 0u64..3
    ) {
        let dtype = base.dtype.clone();
        let field = Field { name: "x".into(), title: None, dtype: dtype.clone(), shape: sub.clone(), offset };
        let size = offset + field.size() + tail;
        let record = Dtype::from(Record { fields: vec![field], size, aligned: false });
        let array = array(record, base.shape.clone(), base.strides.clone(), 1);
        let layout = viewed(&array, &[View::Field { name: "x".into() }]).unwrap();
        let item = i128::from(dtype.item_size());
        let items = i128::from(sub.iter().product::<u64>());
        let expected: Vec<i128> = addresses(&viewed(&array, &[]).unwrap())
            .into_iter()
            .flat_map(|element| (0..items).map(move |at| element + i128::from(offset) + at * item))
            .collect();
        prop_assert_eq!(addresses(&layout), expected);
        prop_assert_eq!(layout.dtype, dtype);
        prop_assert_eq!(layout.shape, [&base.shape[..], &sub[..]].concat());
    }

    #[test]
    fn no_chain_of_views_reaches_a_byte_that_the_array_does_not(
        array in plain_or_structured(), chain in vec(views::tame(3), 0..6)
    ) {
        let base = viewed(&array, &[]).unwrap();
        let reached: HashSet<i128> = byte_addresses(&base).into_iter().collect();
        // The longest beginning of the chain that exists.
        let layout = (0..=chain.len()).rev().find_map(|end| viewed(&array, &chain[..end]).ok()).unwrap();
        prop_assert!(byte_addresses(&layout).iter().all(|byte| reached.contains(byte)));
    }

    #[test]
    fn an_array_is_refused_exactly_where_an_element_lies_outside_its_buffer(
        array in arrays(), moved in -40i64..40, size in 0u64..60
    ) {
        let mut array = Array { offset: array.offset + moved, ..array };
        array.buffer.size = size;
        let bytes = byte_addresses(&Layout {
            dtype: array.dtype.clone(), offset: array.offset, shape: array.shape.clone(), strides: array.strides.clone(),
        });
        let inside = if bytes.is_empty() {
            (0..=size as i64).contains(&array.offset)
        } else {
            bytes.iter().all(|byte| (0..i128::from(size)).contains(byte))
        };
        prop_assert_eq!(resolve(&PLATFORM, &array).is_ok(), inside);
    }
}

#[test]
fn objects_and_types_that_the_platform_lacks_are_not_reinterpreted() {
    let refused = |from: &str, to: &str| {
        let array = array(typestr(from), vec![2], vec![typestr(from).item_size() as i64], 0);
        refused(&viewed(&array, &[View::Reinterpret { dtype: typestr(to) }]))
    };
    assert!(!refused("<i8", "<f8"));
    assert!(refused("|O", "<i8") && refused("<i8", "|O") && refused("|O", "|O"));
    // A long double has 16 bytes there.
    assert!(refused("|V12", "<f12") && !refused("|V16", "<f16"));
}
