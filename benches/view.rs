//! The cost of making a view: over existing memory, of another view, and with another element type.
#![deny(unsafe_code)]

use array_ctypes::{Array, spec};
use array_ctypes_benches::by_hand::Numbers;
use array_ctypes_benches::{AGAIN, BY_HAND, settings};
use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use ndarray::{ArrayView2, ArrayViewD, Axis, IxDyn, ShapeBuilder, Slice, s};
use std::hint::black_box;

const ROWS: usize = 6;
const COLUMNS: usize = 9;

/// A view by hand, with two dimensions.
#[derive(Clone, Copy, Debug)]
struct Matrix {
    data: *const u8,
    shape: [usize; 2],
    strides: [isize; 2],
}

impl Matrix {
    /// Returns `None` if an element is outside `memory`.
    fn new(memory: &[u8], offset: usize, item: usize, shape: [usize; 2], strides: [isize; 2]) -> Option<Matrix> {
        let (mut low, mut high) = (offset as isize, offset as isize + item as isize);
        for (length, stride) in shape.into_iter().zip(strides) {
            let span = (length as isize - 1).checked_mul(stride)?;
            if span < 0 { low = low.checked_add(span)? } else { high = high.checked_add(span)? }
        }
        let inside = shape.contains(&0) || low >= 0 && high as usize <= memory.len();
        inside.then_some(Matrix { data: memory.as_ptr().wrapping_add(offset), shape, strides })
    }

    fn every_third_column(&self) -> Matrix {
        let [rows, columns] = self.shape;
        Matrix { shape: [rows, columns.div_ceil(3)], strides: [self.strides[0], self.strides[1] * 3], ..*self }
    }

    fn transposed(&self) -> Matrix {
        let ([rows, columns], [down, right]) = (self.shape, self.strides);
        Matrix { shape: [columns, rows], strides: [right, down], ..*self }
    }

    /// Returns `None` if there is no last row.
    fn upside_down(&self) -> Option<Matrix> {
        let ([rows, _], [down, right]) = (self.shape, self.strides);
        let last = rows.checked_sub(1)? as isize;
        Some(Matrix { data: self.data.wrapping_offset(last * down), strides: [-down, right], ..*self })
    }

    /// Returns elements of 8 bytes as their bytes; `None` if there are gaps between them.
    fn bytes(&self) -> Option<Matrix> {
        let ([rows, columns], [down, right]) = (self.shape, self.strides);
        (right == 8).then_some(Matrix { shape: [rows, columns * 8], strides: [down, 1], ..*self })
    }
}

struct Subject {
    array: Array,
    by_hand: Matrix,
}

impl Subject {
    fn new() -> Subject {
        let array = Array::from_slice(&[0.5; ROWS * COLUMNS], &[ROWS, COLUMNS]).expect("as many elements");
        let numbers = Numbers::<f64>::of(&array).expect("elements of f64");
        let strides = [COLUMNS as isize * 8, 8];
        let by_hand = Matrix { data: numbers.view().data().cast(), shape: [ROWS, COLUMNS], strides };
        Subject { array, by_hand }
    }

    fn slice(&self) -> &[f64] {
        Numbers::of(&self.array).and_then(|numbers| numbers.slice().ok()).expect("contiguous")
    }

    fn nd(&self) -> ArrayView2<'_, f64> {
        ArrayView2::from_shape((ROWS, COLUMNS), self.slice()).expect("as many elements")
    }

    fn nd_dynamic(&self) -> ArrayViewD<'_, f64> {
        self.nd().into_dyn()
    }
}

/// Asserts that both ways have made the same view.
fn check(by_hand: Option<Matrix>, array: &Array, view: &spec::View) {
    let (by_hand, array) = (by_hand.expect("a view"), array.view(view).expect("a view"));
    assert_eq!(by_hand.data.addr(), array.ctypes().data(), "{view}");
    assert_eq!((&by_hand.shape[..], &by_hand.strides[..]), (array.shape(), array.strides()), "{view}");
}

fn over_memory(criterion: &mut Criterion) {
    let subject = Subject::new();
    let array = &subject.array;
    let (memory, dtype) = (array.memory(), array.dtype());
    let (shape, strides) = ([ROWS, COLUMNS], [COLUMNS as isize * 8, 8]);
    let bytes = vec![0; ROWS * COLUMNS * 8];
    let mut group = criterion.benchmark_group("making a view of memory");
    let again = |bencher: &mut Bencher| {
        bencher.iter(|| Matrix::new(black_box(&bytes), 0, 8, black_box(shape), black_box(strides)));
    };
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, Array::new", |bencher| {
        bencher.iter(|| Array::new(black_box(memory), dtype.clone(), 0, &black_box(shape), &black_box(strides), true));
    });
    group.bench_function("reference, clone", |bencher| bencher.iter(|| black_box(array).clone()));
    group.bench_function("ndarray, from_shape", |bencher| {
        let slice = subject.slice();
        bencher.iter(|| {
            let ([rows, columns], [down, right]) = (black_box(shape), black_box([COLUMNS, 1]));
            ArrayView2::from_shape((rows, columns).strides((down, right)), black_box(slice)).is_ok()
        });
    });
    group.bench_function("slice, subslice", |bencher| {
        let slice = subject.slice();
        bencher.iter(|| black_box(slice).get(black_box(0)..black_box(ROWS * COLUMNS)));
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

fn parsed(view: &str) -> spec::View {
    view.parse().expect("a view")
}

fn every_third(criterion: &mut Criterion) {
    let subject = Subject::new();
    let view = parsed("slice 1 _ _ 3");
    check(Some(subject.by_hand.every_third_column()), &subject.array, &view);
    let (nd, dynamic) = (subject.nd(), subject.nd_dynamic());
    let mut group = criterion.benchmark_group("making a view, every third column");
    let again = |bencher: &mut Bencher| bencher.iter(|| black_box(&subject.by_hand).every_third_column());
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, view", |bencher| {
        bencher.iter(|| black_box(&subject.array).view(black_box(&view)));
    });
    group.bench_function("ndarray, slice", |bencher| bencher.iter(|| black_box(&nd).slice(s![.., ..;3])));
    group.bench_function("ndarray, slice_axis, any dimensions", |bencher| {
        bencher.iter(|| black_box(&dynamic).slice_axis(Axis(1), Slice::new(0, None, 3)));
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

fn transposed(criterion: &mut Criterion) {
    let subject = Subject::new();
    let view = parsed("transpose 1 0");
    check(Some(subject.by_hand.transposed()), &subject.array, &view);
    let (nd, dynamic) = (subject.nd(), subject.nd_dynamic());
    let mut group = criterion.benchmark_group("making a view, transposed");
    let again = |bencher: &mut Bencher| bencher.iter(|| black_box(&subject.by_hand).transposed());
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, view", |bencher| {
        bencher.iter(|| black_box(&subject.array).view(black_box(&view)));
    });
    group.bench_function("ndarray, t", |bencher| bencher.iter(|| black_box(&nd).t()));
    group.bench_function("ndarray, permuted_axes, any dimensions", |bencher| {
        bencher.iter(|| black_box(&dynamic).view().permuted_axes(IxDyn(&[1, 0])));
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

fn reversed(criterion: &mut Criterion) {
    let subject = Subject::new();
    let view = parsed("reverse 0");
    check(subject.by_hand.upside_down(), &subject.array, &view);
    let (nd, dynamic) = (subject.nd(), subject.nd_dynamic());
    let mut group = criterion.benchmark_group("making a view, reversed");
    let again = |bencher: &mut Bencher| bencher.iter(|| black_box(&subject.by_hand).upside_down());
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, view", |bencher| {
        bencher.iter(|| black_box(&subject.array).view(black_box(&view)));
    });
    group.bench_function("ndarray, slice", |bencher| bencher.iter(|| black_box(&nd).slice(s![..;-1, ..])));
    group.bench_function("ndarray, slice_axis, any dimensions", |bencher| {
        bencher.iter(|| black_box(&dynamic).slice_axis(Axis(0), Slice::new(0, None, -1)));
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

/// `ndarray` has no such view, and a slice can be reinterpreted only with unsafe code.
fn reinterpreted(criterion: &mut Criterion) {
    let subject = Subject::new();
    let view = parsed("view |u1");
    check(subject.by_hand.bytes(), &subject.array, &view);
    let mut group = criterion.benchmark_group("reinterpretation, f64 as bytes");
    let again = |bencher: &mut Bencher| bencher.iter(|| black_box(&subject.by_hand).bytes());
    group.bench_function(BY_HAND, again);
    group.bench_function("reference, view", |bencher| {
        bencher.iter(|| black_box(&subject.array).view(black_box(&view)));
    });
    group.bench_function("reference, data_as_ptr", |bencher| {
        bencher.iter(|| black_box(&subject.array).ctypes().data_as_ptr::<u8>());
    });
    group.bench_function(AGAIN, again);
    group.finish();
}

criterion_group! {
    name = benches;
    config = settings();
    targets = over_memory, every_third, transposed, reversed, reinterpreted
}
criterion_main!(benches);
