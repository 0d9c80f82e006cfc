//! What shape and strides cost: as they are, and in a new array of the caller's own, converted or not.
#![forbid(unsafe_code)]

use array_ctypes::Array;
use array_ctypes::ctype::CNumber;
use array_ctypes::spec::ctype::CType;
use array_ctypes_benches::by_hand::{Numbers, View};
use array_ctypes_benches::{AGAIN, BY_HAND, settings};
use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use ndarray::ArrayView3;
use std::hint::black_box;

fn array() -> Array {
    Array::from_slice(&[0i32; 4 * 5 * 6], &[4, 5, 6]).expect("120 elements")
}

fn nd<'a>(numbers: &Numbers<'a, i32>) -> ArrayView3<'a, i32> {
    ArrayView3::from_shape((4, 5, 6), numbers.slice().expect("contiguous")).expect("120 elements")
}

fn borrowed(criterion: &mut Criterion) {
    let array = array();
    let numbers = Numbers::<i32>::of(&array).expect("elements of i32");
    let (by_hand, nd) = (numbers.view(), nd(&numbers));
    let mut group = criterion.benchmark_group("shape and strides, borrowed");
    let again = |bencher: &mut Bencher| {
        bencher.iter(|| {
            let view = black_box(&by_hand);
            (view.shape(), view.strides())
        });
    };
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, shape and strides of the array", |bencher| {
        bencher.iter(|| {
            let array = black_box(&array);
            (array.shape(), array.strides())
        });
    });
    group.bench_function("ndarray, shape and strides", |bencher| {
        bencher.iter(|| {
            let nd = black_box(&nd);
            (nd.shape(), nd.strides())
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

fn copied(criterion: &mut Criterion) {
    let array = array();
    let numbers = Numbers::<i32>::of(&array).expect("elements of i32");
    let (by_hand, nd) = (numbers.view(), nd(&numbers));
    let mut group = criterion.benchmark_group("shape and strides, copied");
    let again = |bencher: &mut Bencher| bencher.iter(|| converted::<isize>(black_box(&by_hand)));
    group.bench_function(BY_HAND, again);
    group.bench_function("by hand, into an array on the stack", |bencher| {
        bencher.iter(|| {
            let view = black_box(&by_hand);
            let mut copy = [[0; 32]; 2];
            for (to, length) in copy[0].iter_mut().zip(view.shape()) {
                *to = *length as isize;
            }
            for (to, stride) in copy[1].iter_mut().zip(view.strides()) {
                *to = *stride;
            }
            copy
        });
    });
    group.bench_function("reference, shape and strides", |bencher| {
        bencher.iter(|| {
            let ctypes = black_box(&array).ctypes();
            (ctypes.shape(), ctypes.strides())
        });
    });
    group.bench_function("ndarray, shape and strides, to_vec", |bencher| {
        bencher.iter(|| {
            let nd = black_box(&nd);
            (nd.shape().to_vec(), nd.strides().to_vec())
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

/// Both, converted as C does, in memory of the caller's own.
fn converted<T: CNumber>(view: &View<i32>) -> (Box<[T]>, Box<[T]>) {
    let shape = view.shape().iter().map(|length| T::from_integer(*length as i64));
    let strides = view.strides().iter().map(|stride| T::from_integer(*stride as i64));
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
    group.bench_function("ndarray, shape and strides, mapped", |bencher| {
        bencher.iter(|| {
            let nd = black_box(&nd);
            let shape: Vec<T> = nd.shape().iter().map(|length| T::from_integer(*length as i64)).collect();
            let strides: Vec<T> = nd.strides().iter().map(|stride| T::from_integer(*stride as i64)).collect();
            (shape, strides)
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

criterion_group! {
    name = benches;
    config = settings();
    targets = borrowed, copied, narrow, wide, float
}
criterion_main!(benches);
