//! Laws of the address formula, the extent, the bound on overlap, and the flags.

use crate::arrays::{PLATFORM, addresses, arrays, byte_addresses, indices, platforms, viewed};
use crate::cases;
use array_ctypes_spec::layout::{Layout, c_strides};
use array_ctypes_spec::{Answer, Expectation, Question, Step, expect};
use proptest::prelude::*;
use std::collections::HashSet;

/// Whether elements follow each other: each at the end of the one before.
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
