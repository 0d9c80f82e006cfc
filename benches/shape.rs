//! The cost of shape and strides: borrowed, and copied into a new array of the caller, converted or not.
#![forbid(unsafe_code)]

use array_ctypes::Array;
use array_ctypes::ctype::CNumber;
use array_ctypes::spec::ctype::CType;
use array_ctypes_benches::by_hand::{Numbers, View};
use array_ctypes_benches::{AGAIN, BY_HAND, settings};
use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use ndarray::{ArrayView, ArrayView3, Dimension};
use std::hint::black_box;

fn array() -> Array {
    Array::from_slice(&[0i32; 4 * 5 * 6], &[4, 5, 6]).expect("120 elements")
}

/// Returns a view whose three dimensions are known at compile time, so that the compiler unrolls the loops over them.
fn nd<'a>(numbers: &Numbers<'a, i32>) -> ArrayView3<'a, i32> {
    ArrayView3::from_shape((4, 5, 6), numbers.slice().expect("contiguous")).expect("120 elements")
}

fn borrowed(criterion: &mut Criterion) {
    let array = array();
    let numbers = Numbers::<i32>::of(&array).expect("elements of i32");
    let (by_hand, nd) = (numbers.view(), nd(&numbers));
    let dynamic = nd.into_dyn();
    let mut group = criterion.benchmark_group("shape and strides, borrowed, one of each read");
    let again = |bencher: &mut Bencher| {
        bencher.iter(|| {
            let (view, axis) = (black_box(&by_hand), black_box(2));
            (view.shape()[axis], view.strides()[axis])
        });
    };
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, shape and strides of the array", |bencher| {
        bencher.iter(|| {
            let (array, axis) = (black_box(&array), black_box(2));
            (array.shape()[axis], array.strides()[axis])
        });
    });
    group.bench_function("ndarray, three dimensions when compiled", |bencher| {
        bencher.iter(|| {
            let (nd, axis) = (black_box(&nd), black_box(2));
            (nd.shape()[axis], nd.strides()[axis])
        });
    });
    group.bench_function("ndarray, any dimensions", |bencher| {
        bencher.iter(|| {
            let (nd, axis) = (black_box(&dynamic), black_box(2));
            (nd.shape()[axis], nd.strides()[axis])
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

fn copied(criterion: &mut Criterion) {
    let array = array();
    let numbers = Numbers::<i32>::of(&array).expect("elements of i32");
    let (by_hand, nd) = (numbers.view(), nd(&numbers));
    let dynamic = nd.into_dyn();
    let mut group = criterion.benchmark_group("shape and strides, copied");
    let again = |bencher: &mut Bencher| {
        bencher.iter(|| {
            let view = black_box(&by_hand);
            (view.shape().to_vec(), view.strides().to_vec())
        });
    };
    group.bench_function(BY_HAND, again);
    group.bench_function("by hand, into an array on the stack", |bencher| {
        bencher.iter(|| {
            let view = black_box(&by_hand);
            let (shape, strides) = (view.shape(), view.strides());
            let mut copy = ([0; 32], [0; 32]);
            copy.0[..shape.len()].copy_from_slice(shape);
            copy.1[..strides.len()].copy_from_slice(strides);
            copy
        });
    });
    group.bench_function("reference, shape and strides", |bencher| {
        bencher.iter(|| {
            let ctypes = black_box(&array).ctypes();
            (ctypes.shape(), ctypes.strides())
        });
    });
    group.bench_function("ndarray, three dimensions when compiled, to_vec", |bencher| {
        bencher.iter(|| {
            let nd = black_box(&nd);
            (nd.shape().to_vec(), nd.strides().to_vec())
        });
    });
    group.bench_function("ndarray, any dimensions, to_vec", |bencher| {
        bencher.iter(|| {
            let nd = black_box(&dynamic);
            (nd.shape().to_vec(), nd.strides().to_vec())
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

/// Returns shape and strides, converted as C does, in new memory.
fn converted<T: CNumber>(view: &View<i32>) -> (Vec<T>, Vec<T>) {
    let shape = view.shape().iter().map(|length| T::from_integer(*length as i64));
    let strides = view.strides().iter().map(|stride| T::from_integer(*stride as i64));
    (shape.collect(), strides.collect())
}

fn mapped<T: CNumber, D: Dimension>(nd: &ArrayView<i32, D>) -> (Vec<T>, Vec<T>) {
    let shape = nd.shape().iter().map(|length| T::from_integer(*length as i64));
    let strides = nd.strides().iter().map(|stride| T::from_integer(*stride as i64));
    (shape.collect(), strides.collect())
}

fn narrow(criterion: &mut Criterion) {
    shape_as::<u8>(criterion, "shape_as and strides_as, narrow", "c_ubyte");
}

fn wide(criterion: &mut Criterion) {
    shape_as::<i64>(criterion, "shape_as and strides_as, wide", "c_longlong");
}

fn float(criterion: &mut Criterion) {
    shape_as::<f64>(criterion, "shape_as and strides_as, float", "c_double");
}

fn shape_as<T: CNumber>(criterion: &mut Criterion, question: &str, ctype: &str) {
    let array = array();
    let numbers = Numbers::<i32>::of(&array).expect("elements of i32");
    let (by_hand, nd) = (numbers.view(), nd(&numbers));
    let dynamic = nd.into_dyn();
    let ctype: CType = ctype.parse().expect("a C type");
    let mut group = criterion.benchmark_group(question);
    let again = |bencher: &mut Bencher| bencher.iter(|| converted::<T>(black_box(&by_hand)));
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, shape_in and strides_in", |bencher| {
        bencher.iter(|| {
            let ctypes = black_box(&array).ctypes();
            (ctypes.shape_in::<T>(), ctypes.strides_in::<T>())
        });
    });
    group.bench_function("reference, shape_as and strides_as", |bencher| {
        bencher.iter(|| {
            let (ctypes, ctype) = (black_box(&array).ctypes(), black_box(&ctype));
            (ctypes.shape_as(ctype), ctypes.strides_as(ctype))
        });
    });
    group.bench_function("ndarray, three dimensions when compiled, mapped", |bencher| {
        bencher.iter(|| mapped::<T, _>(black_box(&nd)));
    });
    group.bench_function("ndarray, any dimensions, mapped", |bencher| {
        bencher.iter(|| mapped::<T, _>(black_box(&dynamic)));
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

/// Stands for a C function, which reads nothing.
#[inline(never)]
extern "C" fn c_function(data: *const u8, shape: *const isize, strides: *const isize) {
    black_box((data, shape, strides));
}

fn handed(criterion: &mut Criterion) {
    let array = array();
    let by_hand = Numbers::<i32>::of(&array).expect("elements of i32").view();
    let mut group = criterion.benchmark_group("address, shape and strides, handed to C");
    let again = |bencher: &mut Bencher| {
        bencher.iter(|| {
            let view = black_box(&by_hand);
            c_function(view.data().cast(), view.shape().as_ptr().cast(), view.strides().as_ptr());
        });
    };
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, data_as_ptr, shape and strides", |bencher| {
        bencher.iter(|| {
            let ctypes = black_box(&array).ctypes();
            let (shape, strides) = (ctypes.shape(), ctypes.strides());
            let null = std::ptr::null;
            let (lengths, steps) = (shape.as_deref().map_or_else(null, <[isize]>::as_ptr), strides.as_deref());
            c_function(ctypes.data_as_ptr(), lengths, steps.map_or_else(null, <[isize]>::as_ptr));
        });
    });
    group.bench_function("reference, data_as_ptr, shape and strides of the array", |bencher| {
        bencher.iter(|| {
            let array = black_box(&array);
            c_function(array.ctypes().data_as_ptr(), array.shape().as_ptr().cast(), array.strides().as_ptr());
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

criterion_group! {
    name = benches;
    config = settings();
    targets = borrowed, copied, narrow, wide, float, handed
}
criterion_main!(benches);
