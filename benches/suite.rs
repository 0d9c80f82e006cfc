//! What a case costs the suite itself, by its parts: making it, predicting, answering in process, judging, and the way to an
//! adapter and back as text.
//!
//! All of the core and ctypes profiles is asked. Throughput is in cases, so the inverses of the parts add up to that of the
//! whole.

use array_ctypes_conformance::adapters::Reference;
use array_ctypes_conformance::check::expected;
use array_ctypes_conformance::generate::{Rules, generate};
use array_ctypes_conformance::spec::Profile;
use array_ctypes_conformance::{Case, Hello, Implementation, Reply, judge};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// Enough that every rule is spoken of, few enough that they stay in the cache as a run's batches do.
const CASES: u64 = 512;

fn hello() -> Hello {
    Reference::new().hello().clone().claiming_only(&[Profile::Core, Profile::Ctypes])
}

/// The cases of the first indices that bind, in batches as a run makes them.
fn cases(hello: &Hello, rules: &Rules) -> Vec<Case> {
    let made = (0..CASES).map(|index| generate(1, index, hello, rules));
    made.filter(|generated| generated.applicable).map(|generated| generated.case).collect()
}

fn replies(cases: &[Case]) -> Vec<Reply> {
    let mut reference = Reference::new();
    let mut replies = Vec::new();
    let asked = reference.send(cases).and_then(|()| reference.receive(&mut replies));
    assert!(asked.is_ok() && replies.len() == cases.len(), "the reference answers every case");
    replies
}

fn parts(criterion: &mut Criterion) {
    let hello = hello();
    let rules = Rules::all().binding(&hello);
    let cases = cases(&hello, &rules);
    let replies = replies(&cases);
    let platform = hello.platform;
    let mut group = criterion.benchmark_group("a case");
    group.throughput(Throughput::Elements(CASES));
    group.bench_function("made", |bencher| {
        bencher.iter(|| (0..CASES).for_each(|index| drop(black_box(generate(1, index, &hello, &rules)))));
    });
    group.throughput(Throughput::Elements(cases.len() as u64));
    group.bench_function("predicted", |bencher| {
        bencher.iter(|| {
            for (case, reply) in cases.iter().zip(&replies) {
                drop(black_box(expected(&platform, case, reply)));
            }
        });
    });
    group.bench_function("answered by the reference", |bencher| {
        let mut reference = Reference::new();
        bencher.iter_batched_ref(
            Vec::new,
            |replies| {
                for batch in cases.chunks(64) {
                    drop(black_box(reference.send(batch)));
                    drop(black_box(reference.receive(replies)));
                }
            },
            BatchSize::SmallInput,
        );
    });
    let predictions: Vec<_> =
        cases.iter().zip(&replies).map(|(case, reply)| expected(&platform, case, reply)).collect();
    group.bench_function("judged", |bencher| {
        bencher.iter(|| {
            predictions.iter().zip(&replies).for_each(|(predictions, reply)| {
                for prediction in predictions {
                    black_box(judge::agrees(&platform, reply, prediction));
                }
            });
        });
    });
    group.finish();
}

criterion_group!(benches, parts);
criterion_main!(benches);
