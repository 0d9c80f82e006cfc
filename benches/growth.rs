//! The cost of a case with more dimensions, more elements and a larger buffer: the reference answers, the suite predicts and
//! judges.
//!
//! All questions can be answered without reading memory. So an array of 2^40 bytes costs as much as a small one of the same
//! sort: one repeated element, a sparse file, or reserved address space, which the system provides in constant time. Only
//! allocated buffers, of up to 2^20 bytes, are filled with zeros.

use array_ctypes_benches::settings;
use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::memmap::{Handle, Map, Mode};
use array_ctypes_conformance::spec::{Array, Buffer, Step};
use array_ctypes_conformance::{Case, Implementation};
use criterion::{Criterion, criterion_group, criterion_main};

/// The first array of a group, measured once more after all others. The difference between the two is noise.
const AGAIN: &str = "the first, again";

const QUESTIONS: [&str; 12] = [
    "data",
    "shape",
    "strides",
    "itemsize",
    "flag c_contiguous",
    "flag f_contiguous",
    "flag aligned",
    "_as_parameter_",
    "data_as c_void_p",
    "shape_as c_longlong",
    "strides_as c_longlong",
    "pass c_void_p",
];

fn case(array: Array) -> Case {
    let script: Vec<Step> = QUESTIONS.iter().filter_map(|question| question.parse().ok()).collect();
    assert_eq!(script.len(), QUESTIONS.len(), "each is a question");
    Case { array, script }
}

/// Returns an array of bytes over a buffer of zeros.
fn bytes(size: u64, shape: &[u64], strides: &[i64]) -> Array {
    Array {
        buffer: Buffer { size, bytes: Vec::new(), at: 0 },
        map: None,
        owner: None,
        writeable: true,
        dtype: Dtype::from_typestr("|u1").unwrap_or_else(|error| panic!("{error}")),
        offset: 0,
        shape: shape.to_vec(),
        strides: strides.to_vec(),
        views: Vec::new(),
    }
}

/// Returns an array of all bytes of a file that is one hole.
fn sparse(size: u64) -> Array {
    let map = Map { mode: Mode::R, deduced: false, file: Handle::Path, name: None };
    Array { map: Some(map), ..bytes(size, &[size], &[1]) }
}

fn group(criterion: &mut Criterion, name: &str, arrays: &[(&str, Array)]) {
    let mut group = criterion.benchmark_group(name);
    let mut reference = Reference::new();
    let platform = reference.hello().platform;
    let rules = Rules::all().binding(reference.hello());
    let first = arrays.first().map(|(_, array)| (AGAIN, array.clone()));
    for (name, array) in arrays.iter().cloned().chain(first) {
        let case = case(array);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let reply = reference.answer(&case).unwrap_or_else(|error| panic!("{error}"));
                assert!(
                    violations(&platform, &rules, &case, &reply).is_empty(),
                    "the reference is right about {case:?}"
                );
            });
        });
    }
    group.finish();
}

fn growth(criterion: &mut Criterion) {
    let dimensions = [0, 1, 2, 4, 8, 16, 32, 64].map(|count: usize| bytes(1, &vec![1; count], &vec![1; count]));
    let names = ["0", "1", "2", "4", "8", "16", "32", "64"];
    let named: Vec<_> = names.into_iter().zip(dimensions).collect();
    group(criterion, "a case by dimensions", &named);

    let of = |size: u64| bytes(size, &[size], &[1]);
    let sizes = [("1", 1), ("64", 64), ("4096", 1 << 12), ("2^16", 1 << 16), ("2^20", 1 << 20), ("2^30", 1 << 30)];
    let named: Vec<_> = sizes.into_iter().map(|(name, size)| (name, of(size))).collect();
    group(criterion, "a case by elements of one byte", &named);

    let huge = 1 << 40;
    let named = [
        ("64 elements", of(64)),
        ("2^40 elements, reserved", of(huge)),
        ("two elements, 2^40 bytes apart, reserved", bytes(huge + 1, &[2], &[huge as i64])),
        ("2^40 elements, one repeated", bytes(1, &[huge], &[0])),
    ];
    group(criterion, "a case over 2^40 bytes", &named);
    group(criterion, "a case in a file", &[("64 elements", sparse(64)), ("2^40 elements, sparse", sparse(huge))]);
}

criterion_group! { name = benches; config = settings(); targets = growth }
criterion_main!(benches);
