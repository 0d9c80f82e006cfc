//! Reading the interface allocates nothing; an array that belongs to the caller is one allocation.

use allocation_counter::measure;
use array_ctypes::ctype::CNumber;
use array_ctypes::spec::ctype::CType;
use array_ctypes::{Array, Buffer, Pointer};
use std::hint::black_box;

/// Number of allocations of `code`. Its result is freed after the count.
fn allocations<T>(code: impl FnOnce() -> T) -> u64 {
    let mut result = None;
    let counted = measure(|| result = Some(black_box(code())));
    drop(result);
    counted.count_total
}

/// One array for each number of dimensions from 0 to 8, transposed so that it is not contiguous.
fn views() -> impl Iterator<Item = Array> {
    (0..=8).map(|dimensions| {
        let shape = vec![2; dimensions];
        let array = Array::from_slice(&vec![0i32; 1 << dimensions], &shape).unwrap();
        let axes: Vec<String> = (0..dimensions).rev().map(|axis| axis.to_string()).collect();
        array.view(&format!("transpose {}", axes.join(" ")).trim_end().parse().unwrap()).unwrap()
    })
}

fn ctype(text: &str) -> CType {
    text.parse().unwrap()
}

#[test]
fn each_allocation_is_counted() {
    assert_eq!(allocations(|| ()), 0);
    assert_eq!(allocations(|| vec![0u8; 3]), 1);
    assert_eq!(allocations(|| (Box::new(1), Box::new(2))), 2);
}

#[test]
fn data_and_its_pointers_allocate_nothing() {
    let (to_double, to_array) = (ctype("POINTER(c_double)"), ctype("POINTER(c_int * 3)"));
    for array in views() {
        assert_eq!(allocations(|| array.ctypes().data()), 0);
        assert_eq!(allocations(|| array.ctypes().data_as_ptr::<f64>()), 0);
        assert_eq!(allocations(|| array.ctypes().data_as(&to_double).map(|pointer| pointer.address())), 0);
        assert_eq!(allocations(|| array.ctypes().data_as(&to_array).map(|pointer| pointer.address())), 0);
        assert_eq!(allocations(|| array.ctypes().as_parameter().address()), 0);
        assert_eq!(allocations(|| array.without_ctypes().data()), 0);
    }
}

#[test]
fn borrowing_shape_and_strides_allocates_nothing() {
    for array in views() {
        assert_eq!(allocations(|| array.shape().len()), 0);
        assert_eq!(allocations(|| array.strides().len()), 0);
        assert_eq!(allocations(|| array.without_ctypes().shape().len()), 0);
        assert_eq!(allocations(|| array.without_ctypes().strides().len()), 0);
    }
}

#[test]
fn computing_the_address_of_an_element_allocates_nothing() {
    for array in views() {
        let index = vec![1; array.shape().len()];
        assert_eq!(allocations(|| array.ctypes().address_of(&index)), 0);
    }
}

#[test]
fn computing_flags_allocates_nothing() {
    for array in views() {
        assert_eq!(allocations(|| (array.is_c_contiguous(), array.is_f_contiguous(), array.is_aligned())), 0);
    }
}

#[test]
#[cfg(feature = "slices")]
#[expect(unsafe_code, reason = "the test makes sure that nobody writes")]
fn taking_a_slice_allocates_nothing() {
    let array = Array::from_slice(&[1i32; 24], &[2, 3, 4]).unwrap();
    // SAFETY: nobody writes to the array.
    assert_eq!(allocations(|| unsafe { array.as_slice::<i32>() }.map(<[i32]>::len)), 0);
}

fn numbers<T: CNumber>(array: &Array) -> [u64; 2] {
    [allocations(|| array.ctypes().shape_in::<T>()), allocations(|| array.ctypes().strides_in::<T>())]
}

#[test]
fn shape_and_strides_allocate_only_their_result_and_nothing_without_axes() {
    for array in views() {
        let expected = [u64::from(!array.shape().is_empty()); 2];
        let ctypes = array.ctypes();
        assert_eq!([allocations(|| ctypes.shape()), allocations(|| ctypes.strides())], expected);
        assert_eq!(numbers::<i8>(&array), expected);
        assert_eq!(numbers::<u16>(&array), expected);
        assert_eq!(numbers::<u64>(&array), expected);
        assert_eq!(numbers::<f32>(&array), expected);
        assert_eq!(numbers::<f64>(&array), expected);
        for text in
            ["c_byte", "c_short.__ctype_be__", "c_longlong", "c_double", "c_longdouble", "c_void_p", "py_object"]
        {
            let text = ctype(text);
            assert_eq!(allocations(|| ctypes.shape_as(&text)), expected[0], "{text}");
            assert_eq!(allocations(|| ctypes.strides_as(&text)), expected[1], "{text}");
        }
    }
}

#[test]
fn a_read_allocates_only_its_bytes() {
    let array = Array::from_slice(&[1i32, 2], &[2]).unwrap();
    let to_int = ctype("POINTER(c_int)");
    let pointer: Pointer = array.ctypes().data_as(&to_int).unwrap();
    assert_eq!(allocations(|| pointer.index(1)), 1);
    assert_eq!(allocations(|| array.item(&[1])), 1);
}

#[test]
fn a_buffer_frees_its_memory_and_a_large_one_that_is_reserved_does_not_use_the_allocator() {
    let is_reserved = cfg!(all(unix, feature = "memmap"));
    for (size, count) in [(0, 1), (1, 1), (1 << 20, 1), ((1 << 20) + 1, u64::from(!is_reserved))] {
        let counted = measure(|| drop(black_box(Buffer::new(size, 3, &[]))));
        assert_eq!((counted.count_total, counted.count_current), (count, 0), "{size} bytes");
    }
}
