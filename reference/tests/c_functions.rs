//! C functions accept an array as it is: its address, shape and strides.
#![expect(unsafe_code, reason = "calling C functions")]
#![cfg(not(miri))]

use array_ctypes::spec::dtype::Dtype;
use array_ctypes::{Array, Buffer, ctype::Value};
use std::ffi::{c_int, c_void};
use std::rc::Rc;

fn int32(elements: &[i32]) -> Array {
    Array::from_slice(elements, &[elements.len()]).unwrap()
}

/// The elements of a one-dimensional array of int32.
fn elements(array: &Array) -> Vec<i32> {
    let element = |at| i32::from_ne_bytes(array.item(&[at]).unwrap().try_into().unwrap());
    (0..array.shape()[0]).map(element).collect()
}

#[test]
fn memcpy_copies_one_array_into_another() {
    let (from, to) = (int32(&[1, 2, 3]), int32(&[0, 0, 0]));
    let (source, target) = (from.ctypes().data_as_ptr::<c_void>(), to.ctypes().data_as_ptr::<c_void>());
    // SAFETY: both arrays are 12 contiguous bytes, alive, and not the same.
    unsafe { libc::memcpy(target, source, 12) };
    assert_eq!(elements(&to), [1, 2, 3]);
}

#[test]
fn the_array_and_its_pointer_see_what_memset_writes() {
    let array = int32(&[7, 7, 7]);
    // SAFETY: the array is 12 contiguous bytes, and alive.
    unsafe { libc::memset(array.ctypes().data_as_ptr(), 1, 12) };
    assert_eq!(elements(&array), [0x0101_0101; 3]);
    let to_byte = "POINTER(c_byte)".parse().unwrap();
    assert_eq!(array.ctypes().data_as(&to_byte).unwrap().index(11), Ok(Value::Integer(1)));
}

#[test]
fn memcmp_sees_what_was_written_through_the_array() {
    let (one, other) = (int32(&[1, 2]), int32(&[1, 3]));
    let compare = || {
        // SAFETY: both arrays are 8 contiguous bytes, and alive.
        unsafe { libc::memcmp(one.ctypes().data_as_ptr(), other.ctypes().data_as_ptr(), 8) }
    };
    assert_ne!(compare(), 0);
    one.set_item(&[1], &3i32.to_ne_bytes()).unwrap();
    assert_eq!(compare(), 0);
}

extern "C" fn ascending(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: qsort passes pointers to elements of the array that it sorts.
    let a = unsafe { a.cast::<i32>().read() };
    // SAFETY: qsort passes pointers to elements of the array that it sorts.
    let b = unsafe { b.cast::<i32>().read() };
    a.cmp(&b) as c_int
}

#[test]
fn qsort_sorts_in_place() {
    let array = int32(&[3, -1, 2, 1]);
    let ctypes = array.ctypes();
    let count = ctypes.shape().unwrap()[0] as usize;
    let size = ctypes.strides().unwrap()[0] as usize;
    // SAFETY: the array is `count` aligned numbers of `size` bytes each, without gaps.
    unsafe { libc::qsort(ctypes.data_as_ptr(), count, size, Some(ascending)) };
    assert_eq!(elements(&array), [-1, 1, 2, 3]);
}

#[test]
fn strlen_reads_from_the_first_element_of_a_view() {
    let array = Array::from_slice(b"hello, world\0", &[13]).unwrap();
    let word = array.view(&"slice 0 7 _ 1".parse().unwrap()).unwrap();
    // SAFETY: the array is alive and ends with a zero.
    assert_eq!(unsafe { libc::strlen(word.ctypes().data_as_ptr()) }, 5);
}

#[test]
fn shape_and_strides_are_c_arrays_of_intptr_t() {
    let array = Array::from_slice(&[0u8; 24], &[2, 3, 4]).unwrap();
    let mut copy = [0isize; 6];
    let (shape, strides) = (array.ctypes().shape().unwrap(), array.ctypes().strides().unwrap());
    let to = copy.as_mut_ptr();
    // SAFETY: three numbers are copied, from an array of three to the first half of an array of six.
    unsafe { libc::memcpy(to.cast(), shape.as_ptr().cast(), size_of_val(&*shape)) };
    // SAFETY: three numbers are copied, from an array of three to the second half of an array of six.
    unsafe { libc::memcpy(to.wrapping_add(3).cast(), strides.as_ptr().cast(), size_of_val(&*strides)) };
    assert_eq!(copy, [2, 3, 4, 12, 4, 1]);
}

/// A C function that adds the elements of a two-dimensional array of double.
///
/// # Safety
/// Address, shape and strides are those of an array that is alive.
unsafe extern "C" fn sum(data: *const f64, shape: *const isize, strides: *const isize) -> f64 {
    // SAFETY: the array has two axes, so two lengths.
    let shape = unsafe { std::slice::from_raw_parts(shape, 2) };
    // SAFETY: the array has two axes, so two strides.
    let strides = unsafe { std::slice::from_raw_parts(strides, 2) };
    let mut total = 0.0;
    for i in 0..shape[0] {
        for j in 0..shape[1] {
            let element = data.wrapping_byte_offset(i * strides[0] + j * strides[1]);
            // SAFETY: both indices are less than their lengths, so the element is in the array.
            total += unsafe { element.read_unaligned() };
        }
    }
    total
}

#[test]
fn c_reads_all_elements_of_a_strided_reversed_transposed_view() {
    let array = Array::from_slice(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0], &[2, 3]).unwrap();
    let corners = ["slice 1 _ _ 2", "reverse 0", "transpose 1 0"];
    let view = corners.iter().fold(array, |array, view| array.view(&view.parse().unwrap()).unwrap());
    let ctypes = view.ctypes();
    let (shape, strides) = (ctypes.shape().unwrap(), ctypes.strides().unwrap());
    // SAFETY: address, shape and strides are those of one array, which is alive.
    let total = unsafe { sum(ctypes.data_as_ptr(), shape.as_ptr(), strides.as_ptr()) };
    assert!((total - 45.0).abs() < f64::EPSILON, "{total}");
}

#[cfg(unix)]
#[test]
fn a_pipe_transports_the_memory_of_an_array() {
    let array = int32(&[1, 2, 3]);
    let back = int32(&[0, 0, 0]);
    let mut ends = [0; 2];
    // SAFETY: `ends` has room for two file descriptors.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    // SAFETY: the array is 12 contiguous bytes, and alive.
    assert_eq!(unsafe { libc::write(ends[1], array.ctypes().data_as_ptr(), 12) }, 12);
    // SAFETY: the other array is 12 contiguous bytes, and alive.
    assert_eq!(unsafe { libc::read(ends[0], back.ctypes().data_as_ptr(), 12) }, 12);
    for end in ends {
        // SAFETY: this test opened the descriptor and closes it once.
        unsafe { libc::close(end) };
    }
    assert_eq!(elements(&back), [1, 2, 3]);
}

#[test]
fn c_can_write_to_an_array_that_is_marked_as_read_only() {
    let buffer = Rc::new(Buffer::new(4, 0, &[]).unwrap());
    let array = Array::new(&buffer, Dtype::from_typestr("|u1").unwrap(), 0, &[4], &[1], false).unwrap();
    assert!(array.set_item(&[0], &[1]).is_err());
    // SAFETY: the array is 4 contiguous bytes, and alive.
    unsafe { libc::memset(array.ctypes().data_as_ptr(), 5, 4) };
    assert_eq!(array.item(&[3]).unwrap(), [5]);
}
