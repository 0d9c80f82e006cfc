//! What a pointer view costs: making one, and the address of an element, beside raw pointer arithmetic.
//!
//! Ratios within one run mean something, single figures do not.

use array_ctypes::layout::Array;
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

fn address_of_an_element(criterion: &mut Criterion) {
    let numbers: Vec<i32> = (0..64).collect();
    let Ok(array) = Array::from_slice(&numbers, &[8, 8]) else { return };
    let base = array.ctypes().data_as_ptr::<i32>();
    let mut group = criterion.benchmark_group("address of an element, two dimensions");
    group.bench_function("pointer arithmetic by hand", |bencher| {
        bencher.iter(|| black_box(base).wrapping_byte_add(black_box(3) * 32 + black_box(5) * 4));
    });
    group.bench_function("reference: data", |bencher| bencher.iter(|| black_box(&array).ctypes().data()));
    group.bench_function("reference: data_as_ptr", |bencher| {
        bencher.iter(|| black_box(&array).ctypes().data_as_ptr::<i64>());
    });
    group.finish();
}

criterion_group!(benches, address_of_an_element);
criterion_main!(benches);
