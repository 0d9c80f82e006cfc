//! Why the suite draws with a generator of its own: the same small array, drawn in four ways.
//!
//! - composed: proptest's own strategies, put together; dependent: strides are drawn for a shape, as those of real arrays are;
//! - by hand: one strategy that takes a seed from proptest's generator, and draws from it with `SplitMix64`, as the suite's public
//!   strategies do;
//! - generator: `SplitMix64`, seeded by (seed, index), without proptest, as the suite draws.
//!
//! An array here is at most four axes with lengths and strides, an address modulo 4096 and a byte order. The last group draws whole
//! cases, with the questions of all rules.

use array_ctypes_benches::settings;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::strategy;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::hint::black_box;

const ARRAYS: u64 = 1024;
const CASES: u64 = 64;

#[derive(Clone, Debug, PartialEq)]
struct Small {
    axes: Vec<(u64, i64)>,
    at: u32,
    swapped: bool,
}

/// `SplitMix64`.
struct Generator(u64);

impl Generator {
    fn new(seed: u64, index: u64) -> Generator {
        Generator(seed ^ index.wrapping_mul(0xD605_BBB5_8C8A_BBFD))
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((word ^ (word >> 31)) >> 32).wrapping_mul(u64::from(bound)) >> 32) as u32
    }

    fn small(&mut self) -> Small {
        let axes = self.below(5);
        Small {
            axes: (0..axes).map(|_| (self.below(5).into(), i64::from(self.below(129)) - 64)).collect(),
            at: self.below(4096),
            swapped: self.below(2) == 1,
        }
    }
}

fn composed() -> impl Strategy<Value = Small> {
    (vec((0..5u64, -64..=64i64), 0..=4), 0..4096u32, any::<bool>()).prop_map(|(axes, at, swapped)| Small {
        axes,
        at,
        swapped,
    })
}

fn dependent() -> impl Strategy<Value = Small> {
    let strides_for = |shape: Vec<u64>| {
        let strides = vec(-64..=64i64, shape.len());
        (Just(shape), strides, 0..4096u32, any::<bool>())
    };
    vec(0..5u64, 0..=4).prop_flat_map(strides_for).prop_map(|(shape, strides, at, swapped)| Small {
        axes: shape.into_iter().zip(strides).collect(),
        at,
        swapped,
    })
}

#[derive(Debug)]
struct ByHand;

#[derive(Debug)]
struct Tree(Small);

impl Strategy for ByHand {
    type Tree = Tree;
    type Value = Small;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(Tree(Generator::new(runner.rng().next_u64(), 0).small()))
    }
}

impl ValueTree for Tree {
    type Value = Small;

    fn current(&self) -> Small {
        self.0.clone()
    }

    fn simplify(&mut self) -> bool {
        false
    }

    fn complicate(&mut self) -> bool {
        false
    }
}

fn runner() -> TestRunner {
    TestRunner::new(Config { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() })
}

fn drawn<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).expect("nothing is rejected").current()
}

fn drawing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("drawing an array");
    group.throughput(Throughput::Elements(ARRAYS));
    for name in ["generator", "generator, again"] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| (0..ARRAYS).for_each(|index| drop(black_box(Generator::new(1, index).small()))));
        });
    }
    group.bench_function("strategy by hand", |bencher| {
        let mut runner = runner();
        bencher.iter(|| (0..ARRAYS).for_each(|_| drop(black_box(drawn(&ByHand, &mut runner)))));
    });
    group.bench_function("strategies, composed", |bencher| {
        let (mut runner, composed) = (runner(), composed());
        bencher.iter(|| (0..ARRAYS).for_each(|_| drop(black_box(drawn(&composed, &mut runner)))));
    });
    group.bench_function("strategies, dependent", |bencher| {
        let (mut runner, dependent) = (runner(), dependent());
        bencher.iter(|| (0..ARRAYS).for_each(|_| drop(black_box(drawn(&dependent, &mut runner)))));
    });
    group.finish();

    let host = Platform::host();
    let mut group = criterion.benchmark_group("drawing a case");
    group.throughput(Throughput::Elements(CASES));
    group.bench_function("generator", |bencher| {
        bencher.iter(|| (0..CASES).for_each(|index| drop(black_box(generate::case(1, index, &host)))));
    });
    group.bench_function("strategy", |bencher| {
        let (mut runner, cases) = (runner(), strategy::cases());
        bencher.iter(|| (0..CASES).for_each(|_| drop(black_box(drawn(&cases, &mut runner)))));
    });
    group.finish();
}

criterion_group! { name = benches; config = settings(); targets = drawing }
criterion_main!(benches);
