//! The cost of reading all elements of a view, as sums: views of each layout, from sizes that fit into the first cache to sizes
//! larger than the last cache.
//!
//! All members of a group read the same memory. The reference has no loops of its own: it offers `as_slice` where the elements
//! are a slice, and otherwise address and strides for a loop by hand, or one element at a time.
#![deny(unsafe_code)]

use array_ctypes::{Array, Buffer, dtype};
use array_ctypes_benches::by_hand::{Numbers, View};
use array_ctypes_benches::{AGAIN, BETWEEN, BY_HAND, settings, sum, sum_of};
use criterion::measurement::WallTime;
use criterion::{Bencher, BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::{ArrayView2, s};
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;

/// Names, rows and columns of 8 bytes. The last size is larger than the last cache; debug builds, which only test that
/// everything runs, leave it out.
const SIZES: &[(&str, usize, usize)] = {
    let sizes = &[("16 KiB", 32, 64), ("256 KiB", 128, 256), ("48 MiB", 1536, 4096)];
    if cfg!(debug_assertions) { sizes.split_at(1).0 } else { sizes }
};

/// The largest size for which the way with one allocation per element is measured.
const FEW: usize = 128 * 256;

/// Returns rows and columns of small whole numbers, `at` bytes after the start of a page.
fn array(typestr: &str, at: usize, rows: usize, columns: usize, memory: impl Fn(f64) -> [u8; 8]) -> Array {
    let bytes: Vec<u8> = (0..rows * columns).flat_map(|number| memory((number % 7) as f64)).collect();
    let buffer = Buffer::new(bytes.len(), at, &bytes).expect("memory");
    let strides = [columns as isize * 8, 8];
    let dtype = dtype::parse(typestr).expect("a type");
    Array::new(&Rc::new(buffer), dtype, 0, &[rows, columns], &strides, true).expect("all of the buffer")
}

fn native(at: usize, rows: usize, columns: usize) -> Array {
    array(if cfg!(target_endian = "little") { "<f8" } else { ">f8" }, at, rows, columns, f64::to_ne_bytes)
}

fn view(array: &Array, views: &[&str]) -> Array {
    views
        .iter()
        .fold(array.clone(), |array, view| array.view(&view.parse().expect("a view")).expect("a view of this array"))
}

fn nd(array: &Array) -> ArrayView2<'_, f64> {
    let slice = Numbers::of(array).and_then(|numbers| numbers.slice().ok()).expect("contiguous");
    ArrayView2::from_shape((array.shape()[0], array.shape()[1]), slice).expect("as many elements")
}

/// Returns a sum by eight accumulators, like all other loops here, in the order of indices. All rows have a multiple of eight
/// elements; a loop without a remainder compiles to better code.
fn nd_eight_sums<T: Copy>(view: &ArrayView2<T>, value: impl Fn(T) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    for row in view.rows() {
        assert_eq!(row.len() % 8, 0, "expected whole chunks; add a loop for the rest");
        for eight in row.exact_chunks(8) {
            for (sum, element) in sums.iter_mut().zip(eight) {
                *sum += value(*element);
            }
        }
    }
    sums.iter().sum()
}

/// Returns the sum of all elements, each read through its index.
fn each(array: &Array, element: impl Fn(&[usize]) -> f64) -> f64 {
    let (rows, columns) = (array.shape()[0], array.shape()[1]);
    let mut sums = [0.0; 8];
    for row in 0..rows {
        for column in 0..columns {
            sums[column % 8] += element(&[row, column]);
        }
    }
    sums.iter().sum()
}

/// Returns the sum by hand, of numbers in native byte order.
fn best(view: &View<u64>) -> f64 {
    view.sum_in_memory_order(f64::from_bits)
}

struct Group<'a> {
    benchmarks: BenchmarkGroup<'a, WallTime>,
    size: &'static str,
    /// The sum. It is exact in any order, because the numbers are whole and small.
    expected: f64,
}

impl<'a> Group<'a> {
    fn new(criterion: &'a mut Criterion, layout: &str) -> Group<'a> {
        Group { benchmarks: criterion.benchmark_group(format!("sum, {layout}")), size: "", expected: 0.0 }
    }

    fn size(&mut self, (name, rows, columns): (&'static str, usize, usize)) {
        self.size = name;
        self.benchmarks.throughput(Throughput::Elements((rows * columns) as u64));
        if rows * columns > FEW {
            self.benchmarks.sample_size(30).measurement_time(Duration::from_millis(300));
        }
    }

    fn way(&mut self, name: &str, way: impl Fn() -> f64) {
        assert_eq!(way().to_bits(), self.expected.to_bits(), "{name}: another sum");
        self.benchmarks.bench_function(BenchmarkId::new(name, self.size), |bencher: &mut Bencher| bencher.iter(&way));
    }

    /// Measures the best way by hand, by hand in the order of indices, the reference, the others, and by hand again. Elements are
    /// read as bits.
    fn all(
        &mut self,
        array: &Array,
        value: impl Fn(u64) -> f64 + Copy,
        best: impl Fn(&View<u64>) -> f64 + Copy,
        others: impl FnOnce(&mut Self),
    ) {
        let numbers = Numbers::<u64>::of(array).expect("elements of 8 bytes");
        let by_hand = numbers.view();
        let again = || best(black_box(&by_hand));
        self.expected = each(array, |index| numbers.at(index).map_or(f64::NAN, value));
        self.way(BY_HAND, again);
        self.way("by hand, in the order of indices", || black_box(&by_hand).sum(value));
        self.way("reference, address_of", || {
            let numbers = black_box(&numbers);
            each(array, |index| numbers.at(index).map_or(f64::NAN, value))
        });
        if array.shape().iter().product::<usize>() <= FEW {
            let of_item = |item: Vec<u8>| item.try_into().map_or(f64::NAN, |bytes| value(u64::from_ne_bytes(bytes)));
            self.way("reference, item", || {
                let array = black_box(array);
                each(array, |index| array.item(index).map_or(f64::NAN, of_item))
            });
        }
        self.way(BETWEEN, again);
        others(self);
        self.way(AGAIN, again);
    }
}

/// Measures a view of an array with `thirds` times as many columns.
fn aligned(criterion: &mut Criterion, layout: &str, thirds: usize, views: &[&str], same: Same) {
    let mut group = Group::new(criterion, layout);
    for size in SIZES {
        let whole = native(0, size.1, size.2 * thirds);
        let array = view(&whole, views);
        let nd = same(nd(&whole));
        group.size(*size);
        group.all(&array, f64::from_bits, best, |group| {
            let numbers = Numbers::<f64>::of(&array).expect("elements of f64");
            if let Ok(slice) = numbers.slice() {
                group.way("reference, as_slice", || black_box(&numbers).slice().map_or(f64::NAN, sum));
                group.way("slice", || sum(black_box(slice)));
            }
            group.way("ndarray, sum", || black_box(&nd).sum());
            // ndarray 0.17 multiplies the strides of chunks without their sign, which panics where overflow is checked.
            if nd.strides().iter().all(|stride| *stride > 0) {
                group.way("ndarray, eight sums", || nd_eight_sums(black_box(&nd), |number| number));
            }
        });
    }
    group.benchmarks.finish();
}

/// Makes the same view with `ndarray`.
type Same = for<'a> fn(ArrayView2<'a, f64>) -> ArrayView2<'a, f64>;

fn contiguous(criterion: &mut Criterion) {
    aligned(criterion, "contiguous", 1, &[], |nd| nd);
}

fn transposed(criterion: &mut Criterion) {
    aligned(criterion, "transposed", 1, &["transpose 1 0"], |nd| nd.permuted_axes([1, 0]));
}

fn reversed(criterion: &mut Criterion) {
    aligned(criterion, "reversed", 1, &["reverse 0", "reverse 1"], |nd| nd.slice_move(s![..;-1, ..;-1]));
}

fn every_third(criterion: &mut Criterion) {
    aligned(criterion, "every third", 3, &["slice 1 _ _ 3"], |nd| nd.slice_move(s![.., ..;3]));
}

/// Neither `ndarray` nor slices can be unaligned.
fn unaligned(criterion: &mut Criterion) {
    let mut group = Group::new(criterion, "unaligned");
    for size in SIZES {
        let array = native(1, size.1, size.2);
        group.size(*size);
        group.all(&array, f64::from_bits, best, |_| ());
    }
    group.benchmarks.finish();
}

/// For `ndarray` and slices these are integers.
fn swapped(criterion: &mut Criterion) {
    let value = |bits: u64| f64::from_bits(bits.swap_bytes());
    let typestr = if cfg!(target_endian = "little") { [">f8", "<u8"] } else { ["<f8", ">u8"] };
    let mut group = Group::new(criterion, "byte-swapped");
    for size in SIZES {
        let array = array(typestr[0], 0, size.1, size.2, |number| number.to_bits().swap_bytes().to_ne_bytes());
        let bits = view(&array, &[&format!("view {}", typestr[1])]);
        let numbers = Numbers::<u64>::of(&bits).expect("elements of 8 bytes");
        let slice = numbers.slice().expect("contiguous");
        let nd = ArrayView2::from_shape((size.1, size.2), slice).expect("as many elements");
        group.size(*size);
        group.all(
            &array,
            value,
            |view| view.sum_one_by_one(value),
            |group| {
                group.way("reference, view and as_slice", || {
                    black_box(&numbers).slice().map_or(f64::NAN, |slice| sum_of(slice, value))
                });
                group.way("slice", || sum_of(black_box(slice), value));
                group.way("ndarray, fold", || black_box(&nd).fold(0.0, |sum, bits| sum + value(*bits)));
                group.way("ndarray, eight sums", || nd_eight_sums(black_box(&nd), value));
            },
        );
    }
    group.benchmarks.finish();
}

criterion_group! {
    name = benches;
    config = settings();
    targets = contiguous, transposed, reversed, every_third, unaligned, swapped
}
criterion_main!(benches);
