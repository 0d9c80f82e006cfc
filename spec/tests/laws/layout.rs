//! Laws of the address formula, the extent, the bound on overlap, and the flags.

use crate::arrays::{PLATFORM, addresses, arrays, byte_addresses, indices, platforms, typestr, viewed};
use crate::cases;
use array_ctypes_spec::layout::{Layout, c_strides, resolve};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Answer, Array, Buffer, Expectation, Question, Step, expect};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashSet;

/// Returns true if elements follow each other: each at the end of the one before.
fn consecutive(layout: &Layout) -> bool {
    let item = i128::from(layout.dtype.item_size());
    addresses(layout).windows(2).all(|pair| pair[1] == pair[0] + item)
}

fn reversed<T: Clone>(items: &[T]) -> Vec<T> {
    items.iter().rev().cloned().collect()
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn no_two_elements_share_a_byte_where_none_may_overlap(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        let bytes = byte_addresses(&layout);
        let distinct: HashSet<&i128> = bytes.iter().collect();
        if !layout.may_overlap() {
            prop_assert_eq!(distinct.len(), bytes.len());
        }
    }

    #[test]
    fn a_contiguous_array_does_not_overlap(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        if layout.is_c_contiguous() || layout.is_f_contiguous() {
            prop_assert!(!layout.may_overlap());
        }
    }

    #[test]
    fn every_element_is_inside_the_extent_and_the_extent_is_tight(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        let bytes = byte_addresses(&layout);
        let offset = i128::from(layout.offset);
        let low = bytes.iter().copied().min().unwrap_or(offset);
        let high = bytes.iter().copied().max().map_or(offset, |last| last + 1);
        prop_assert_eq!(layout.extent(), (low, high));
    }

    #[test]
    fn offsets_are_listed_in_c_order(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        prop_assert_eq!(layout.offsets().collect::<Vec<_>>(), addresses(&layout));
    }

    #[test]
    fn there_is_an_element_exactly_at_each_index(array in arrays(), index in vec(0u64..6, 0..4)) {
        let layout = viewed(&array, &[]).unwrap();
        prop_assert_eq!(layout.has(&index), indices(&layout.shape).contains(&index));
    }

    #[test]
    fn the_count_of_elements_is_that_of_the_indices(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        prop_assert_eq!(layout.elements(), indices(&layout.shape).len() as u64);
        prop_assert_eq!(layout.is_empty(), indices(&layout.shape).is_empty());
    }

    #[test]
    fn an_array_is_c_contiguous_exactly_where_elements_in_c_order_are_consecutive(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        prop_assert_eq!(layout.is_c_contiguous(), consecutive(&layout));
    }

    #[test]
    fn an_array_is_f_contiguous_exactly_where_elements_in_fortran_order_are_consecutive(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        let transposed =
            Layout { shape: reversed(&layout.shape), strides: reversed(&layout.strides), ..layout.clone() };
        prop_assert_eq!(layout.is_f_contiguous(), consecutive(&transposed));
    }

    #[test]
    fn c_strides_are_contiguous(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        let strides = c_strides(&layout.shape, layout.dtype.item_size());
        let layout = Layout { strides, ..layout };
        prop_assert!(layout.is_c_contiguous());
        prop_assert!(consecutive(&layout));
    }

    #[test]
    fn an_array_is_aligned_exactly_where_every_element_is(array in arrays(), platform in platforms(), at in 0u32..4096) {
        let layout = viewed(&array, &[]).unwrap();
        let align = i128::from(layout.dtype.alignment(&platform));
        let aligned = addresses(&layout).iter().all(|address| (address + i128::from(at)) % align == 0);
        prop_assert_eq!(layout.is_aligned(&platform, at), aligned);
    }

    #[test]
    fn an_element_is_the_bytes_at_its_address(array in arrays()) {
        let layout = viewed(&array, &[]).unwrap();
        for (index, start) in indices(&layout.shape).into_iter().zip(addresses(&layout)) {
            let end = start as usize + layout.dtype.item_size() as usize;
            let bytes = Answer::Bytes(array.buffer.bytes[start as usize..end].to_vec());
            let predictions = expect(&PLATFORM, &array, &[Step::Ask(Question::Item(index))]);
            prop_assert_eq!(predictions.len(), 1);
            prop_assert_eq!(&predictions[0].expectation, &Expectation::Is(bytes));
        }
    }
}

#[test]
fn a_buffer_has_no_more_bytes_than_an_intp_can_count() {
    let buffer = |size| Buffer { size, bytes: Vec::new(), at: 0 };
    let array = |size| Array { buffer: buffer(size), ..Array::contiguous(vec![0], typestr("|u1"), &[1]) };
    for (platform, most) in [(Platform::I686_LINUX, (1 << 31) - 1), (Platform::X86_64_LINUX, i64::MAX as u64)] {
        assert!(resolve(&platform, &array(most)).is_ok());
        assert!(resolve(&platform, &array(most + 1)).is_err());
    }
    assert!(resolve(&Platform::I686_LINUX, &array(1 << 40)).is_err());
}

#[test]
fn an_element_is_predicted_where_it_exists_and_holds_no_references() {
    let asked =
        |array: &Array, index: &[u64]| expect(&PLATFORM, array, &[Step::Ask(Question::Item(index.to_vec()))]).len();
    let array = |dtype: &str, size| Array::contiguous(vec![0; size], typestr(dtype), &[2]);
    assert_eq!(asked(&array("<i4", 8), &[1]), 1);
    assert_eq!(asked(&array("<i4", 8), &[2]), 0, "past the end");
    assert_eq!(asked(&array("<i4", 8), &[0, 0]), 0, "of an axis too many");
    assert_eq!(asked(&array("|O", 16), &[1]), 0, "an address of an object");
    assert_eq!(asked(&array("|V4000000", 8_000_000), &[1]), 0, "too much for one answer");
}

#[test]
fn whether_a_broadcast_array_may_be_written_to_is_left_open() {
    let flag = |view: &[&str], writeable| {
        let views = view.iter().map(|view| view.parse().unwrap()).collect();
        let array = Array { views, writeable, ..Array::contiguous(vec![0; 8], typestr("<i4"), &[2]) };
        expect(&PLATFORM, &array, &["flag writeable".parse().unwrap()]).len()
    };
    assert_eq!(flag(&[], true), 1);
    assert_eq!(flag(&["broadcast 3 2"], true), 0);
    assert_eq!(flag(&["broadcast 3 2"], false), 1);
}
