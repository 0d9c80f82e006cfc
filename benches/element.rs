//! The cost of the address of an element, with bounds checks: for any number of dimensions, and for a number known at compile
//! time.
#![forbid(unsafe_code)]

use array_ctypes::Array;
use array_ctypes_benches::by_hand::Numbers;
use array_ctypes_benches::{AGAIN, BY_HAND, settings};
use criterion::{Bencher, BenchmarkId, Criterion, criterion_group, criterion_main};
use ndarray::{ArrayView, ArrayView3, IxDyn};
use std::hint::black_box;

fn any_dimensions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("address of an element");
    for dimensions in 1..=8 {
        let shape = vec![3; dimensions];
        let elements = vec![0i32; 3usize.pow(dimensions as u32)];
        let array = Array::from_slice(&elements, &shape).expect("as many elements");
        let numbers = Numbers::<i32>::of(&array).expect("elements of i32");
        let slice = numbers.slice().expect("contiguous");
        let nd = ArrayView::from_shape(IxDyn(&shape), slice).expect("as many elements");
        let by_hand = numbers.view();
        let index: Vec<usize> = (0..dimensions).map(|axis| axis % 3).collect();
        let index = index.as_slice();
        let address = by_hand.address_of(index).map(<*const i32>::addr);
        assert_eq!(address, array.ctypes().address_of(index).ok());
        assert_eq!(address, nd.get(index).map(|element| std::ptr::from_ref(element).addr()));
        let again = |bencher: &mut Bencher| bencher.iter(|| black_box(&by_hand).address_of(black_box(index)));
        group.bench_function(BenchmarkId::new(BY_HAND, dimensions), again);
        group.bench_function(BenchmarkId::new("reference, address_of", dimensions), |bencher| {
            bencher.iter(|| black_box(&array).ctypes().address_of(black_box(index)));
        });
        group.bench_function(BenchmarkId::new("ndarray, get", dimensions), |bencher| {
            bencher.iter(|| black_box(&nd).get(black_box(index)));
        });
        group.bench_function(BenchmarkId::new(AGAIN, dimensions), again);
    }
    group.finish();
}

fn three_dimensions(criterion: &mut Criterion) {
    let array = Array::from_slice(&[0i32; 27], &[3, 3, 3]).expect("27 elements");
    let numbers = Numbers::<i32>::of(&array).expect("elements of i32");
    let (by_hand, slice) = (numbers.view(), numbers.slice().expect("contiguous"));
    let nd = ArrayView3::from_shape((3, 3, 3), slice).expect("27 elements");
    let mut group = criterion.benchmark_group("address of an element, three dimensions when compiled");
    let again = |bencher: &mut Bencher| bencher.iter(|| black_box(&by_hand).address_of(&black_box([0, 1, 2])));
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, address_of", |bencher| {
        bencher.iter(|| black_box(&array).ctypes().address_of(&black_box([0, 1, 2])));
    });
    group.bench_function("ndarray, get", |bencher| bencher.iter(|| black_box(&nd).get(black_box([0, 1, 2]))));
    group.bench_function("slice, get of a computed index", |bencher| {
        bencher.iter(|| {
            let [i, j, k] = black_box([0, 1, 2]);
            black_box(&slice).get((i * 3 + j) * 3 + k)
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

criterion_group! {
    name = benches;
    config = settings();
    targets = any_dimensions, three_dimensions
}
criterion_main!(benches);
