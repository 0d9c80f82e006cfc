//! The cost of the address of the data, and of one read through it.
#![forbid(unsafe_code)]

use array_ctypes::spec::ctype::CType;
use array_ctypes::{Array, Pointer, ctype::Value};
use array_ctypes_benches::by_hand::Numbers;
use array_ctypes_benches::{AGAIN, BY_HAND, settings};
use criterion::{Criterion, criterion_group, criterion_main};
use ndarray::ArrayView2;
use std::hint::black_box;

fn array() -> Array {
    let elements: Vec<i64> = (1..=64).collect();
    Array::from_slice(&elements, &[8, 8]).expect("64 elements")
}

fn data(criterion: &mut Criterion) {
    let array = array();
    let numbers = Numbers::<i64>::of(&array).expect("elements of i64");
    let (by_hand, slice) = (numbers.view(), numbers.slice().expect("contiguous"));
    let nd = ArrayView2::from_shape((8, 8), slice).expect("64 elements");
    let mut group = criterion.benchmark_group("data");
    let again = |bencher: &mut criterion::Bencher| bencher.iter(|| black_box(&by_hand).data());
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, data", |bencher| bencher.iter(|| black_box(&array).ctypes().data()));
    group.bench_function("reference, data_as_ptr", |bencher| {
        bencher.iter(|| black_box(&array).ctypes().data_as_ptr::<i64>());
    });
    group.bench_function("ndarray, as_ptr", |bencher| bencher.iter(|| black_box(&nd).as_ptr()));
    group.bench_function("slice, as_ptr", |bencher| bencher.iter(|| black_box(&slice).as_ptr()));
    group.bench_function(AGAIN, again);
    group.finish();
}

fn data_as_and_one_read(criterion: &mut Criterion) {
    let array = array();
    let numbers = Numbers::<i64>::of(&array).expect("elements of i64");
    let (by_hand, slice) = (numbers.view(), numbers.slice().expect("contiguous"));
    let nd = ArrayView2::from_shape((8, 8), slice).expect("64 elements");
    let to_longlong: CType = "POINTER(c_longlong)".parse().expect("a pointer");
    let index = |pointer: Pointer| pointer.index(0).unwrap_or(Value::Null);
    let mut group = criterion.benchmark_group("data_as and one read");
    let again = |bencher: &mut criterion::Bencher| bencher.iter(|| black_box(&by_hand).first());
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, data_as_ptr", |bencher| bencher.iter(|| black_box(numbers).first()));
    group.bench_function("reference, data_as and index, with bounds", |bencher| {
        bencher.iter(|| black_box(&array).ctypes().data_as(black_box(&to_longlong)).map(index));
    });
    group.bench_function("reference, item, with bounds", |bencher| bencher.iter(|| black_box(&array).item(&[0, 0])));
    group.bench_function("ndarray, index, with bounds", |bencher| bencher.iter(|| black_box(&nd)[[0, 0]]));
    group.bench_function("slice, index, with bounds", |bencher| bencher.iter(|| black_box(&slice)[0]));
    group.bench_function(AGAIN, again);
    group.finish();
}

criterion_group! {
    name = benches;
    config = settings();
    targets = data, data_as_and_one_read
}
criterion_main!(benches);
