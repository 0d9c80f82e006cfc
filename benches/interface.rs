//! The cost of `__array_interface__` and `__array_struct__`, for export and for import.
#![forbid(unsafe_code)]

use array_ctypes::interface::flags;
use array_ctypes::spec::{Address, Import, ImportData};
use array_ctypes::{Array, PyArrayInterface, import};
use array_ctypes_benches::by_hand::Numbers;
use array_ctypes_benches::{AGAIN, BY_HAND, settings};
use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use std::ffi::{c_char, c_int};
use std::hint::black_box;

const F8: &str = if cfg!(target_endian = "little") { "<f8" } else { ">f8" };

/// Returns every third column of a matrix, so that the interface must have strides.
fn array() -> Array {
    let whole = Array::from_slice(&[0.5; 54], &[6, 9]).expect("54 elements");
    whole.view(&"slice 1 _ _ 3".parse().expect("a view")).expect("nine columns")
}

/// By hand, nothing is formatted: the texts of the type are constants.
fn dictionary_out(criterion: &mut Criterion) {
    let array = array();
    let by_hand = Numbers::<f64>::of(&array).expect("elements of f64").view();
    let mut group = criterion.benchmark_group("__array_interface__, out");
    let again = |bencher: &mut Bencher| {
        bencher.iter(|| {
            let view = black_box(&by_hand);
            ((view.data().addr(), false), view.shape(), view.strides(), F8, 3)
        });
    };
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, interface", |bencher| {
        bencher.iter(|| {
            // The interface borrows the array.
            black_box(black_box(&array).interface());
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

/// By hand, the structure points to the shape and strides of the view; the reference's structure owns copies of them.
fn structure_out(criterion: &mut Criterion) {
    let array = array();
    let by_hand = Numbers::<f64>::of(&array).expect("elements of f64").view();
    let mut group = criterion.benchmark_group("__array_struct__, out");
    let again = |bencher: &mut Bencher| {
        bencher.iter(|| {
            let view = black_box(&by_hand);
            PyArrayInterface {
                two: 2,
                nd: view.shape().len() as c_int,
                typekind: b'f' as c_char,
                itemsize: 8,
                flags: flags::ALIGNED | flags::NOTSWAPPED | flags::WRITEABLE,
                shape: view.shape().as_ptr().cast_mut().cast(),
                strides: view.strides().as_ptr().cast_mut(),
                data: view.data().cast_mut().cast(),
                descr: std::ptr::null_mut(),
            }
        });
    };
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, array_struct", |bencher| {
        bencher.iter(|| {
            let owner = black_box(&array).array_struct();
            (owner.as_c(), owner)
        });
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

/// By hand, the type is compared with one text, and the bounds of the elements with those of the memory.
fn dictionary_in(criterion: &mut Criterion) {
    let array = array();
    let (memory, address) = (array.memory(), array.ctypes().data());
    let interface = Import {
        data: ImportData::Tuple(Address::Absolute(address as u64)),
        read_only: false,
        shape: vec![6, 3],
        shape_is_list: false,
        strides: Some(vec![72, 24]),
        typestr: F8.into(),
        offset: None,
        version: 3,
        copied: false,
    };
    let mut group = criterion.benchmark_group("__array_interface__, in");
    let again = |bencher: &mut Bencher| {
        bencher.iter(|| view(black_box(&interface), black_box(memory.address()), black_box(memory.size())));
    };
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, import", |bencher| {
        bencher.iter(|| import(black_box(&interface), black_box(memory), false));
    });
    group.bench_function("reference, Array::new", |bencher| {
        let (shape, strides) = (array.shape(), array.strides());
        bencher.iter(|| Array::new(black_box(memory), array.dtype().clone(), 0, shape, strides, true));
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

/// Returns what C keeps of the interface of a matrix of numbers. It copies nothing to the heap.
fn view(interface: &Import, buffer: usize, size: usize) -> Option<(usize, [u64; 2], [i64; 2])> {
    let ImportData::Tuple(Address::Absolute(address)) = interface.data else { return None };
    let shape: [u64; 2] = interface.shape.as_slice().try_into().ok()?;
    let strides: [i64; 2] = interface.strides.as_deref()?.try_into().ok()?;
    let (mut low, mut high) = (address as i64, address.checked_add(8)? as i64);
    for (length, stride) in shape.into_iter().zip(strides) {
        let span = (length as i64 - 1).checked_mul(stride)?;
        if span < 0 { low = low.checked_add(span)? } else { high = high.checked_add(span)? }
    }
    let inside = low >= buffer as i64 && high <= (buffer + size) as i64;
    (interface.typestr == F8 && inside).then_some((address as usize, shape, strides))
}

criterion_group! {
    name = benches;
    config = settings();
    targets = dictionary_out, structure_out, dictionary_in
}
criterion_main!(benches);
