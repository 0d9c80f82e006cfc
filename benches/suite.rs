//! The cost of a case in the suite, by parts: making it, predicting, answering in process, judging; and, for an adapter in another
//! process, writing cases and reading answers as text. Cases ask about all rules of the profiles core and ctypes.
//!
//! Each part runs alone over the same few hundred cases. In a real run no case comes twice and the parts alternate, which takes
//! longer: `bars.py` measures that.

use array_ctypes_benches::settings;
use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::judge;
use array_ctypes_conformance::engine::judge::{for_each_prediction_for_reply, predictions_for_reply};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::{Answer, Profile};
use array_ctypes_conformance::{Case, Hello, Implementation, Reply, json};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const CASES: u64 = 512;

/// Cases in a batch, as many as in a run.
const BATCH: usize = 64;

fn answers(reply: &Reply) -> &[Answer] {
    match reply {
        Reply::Answered(answers) => &answers.answers,
        _ => &[],
    }
}

fn hello() -> Hello {
    Reference::new().hello().clone().claiming_only(&[Profile::Core, Profile::Ctypes])
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
    let make = |index| generate(1, index, &hello, &rules).case;
    let cases: Vec<Case> = (0..CASES).map(make).collect();
    let replies = replies(&cases);
    let platform = hello.platform;
    let right = |case: &Case, reply: &Reply| {
        let mut right = true;
        for_each_prediction_for_reply(&platform, case, reply, &mut |prediction| {
            right &= !rules.includes(prediction.rule) || judge::agrees(&platform, reply, &prediction);
        });
        right
    };
    assert!(cases.iter().zip(&replies).all(|(case, reply)| right(case, reply)), "the reference is right");

    let mut group = criterion.benchmark_group("cases");
    group.throughput(Throughput::Elements(CASES));
    group.bench_function("made", |bencher| {
        bencher.iter(|| (0..CASES).for_each(|index| drop(black_box(make(index)))));
    });
    group.bench_function("predicted", |bencher| {
        bencher.iter(|| {
            for (case, reply) in cases.iter().zip(&replies) {
                for_each_prediction_for_reply(&platform, case, reply, &mut |prediction| drop(black_box(prediction)));
            }
        });
    });
    group.bench_function("predicted and judged", |bencher| {
        bencher.iter(|| cases.iter().zip(&replies).filter(|(case, reply)| right(case, reply)).count());
    });
    let predictions: Vec<_> =
        cases.iter().zip(&replies).map(|(case, reply)| predictions_for_reply(&platform, case, reply)).collect();
    group.bench_function("judged", |bencher| {
        let all = || predictions.iter().zip(&replies);
        let agrees = |reply| move |prediction: &&_| judge::agrees(&platform, reply, prediction);
        bencher.iter(|| all().map(|(made, reply)| made.iter().filter(agrees(reply)).count()).sum::<usize>());
    });
    group.bench_function("answered by the reference", |bencher| {
        let mut reference = Reference::new();
        bencher.iter_batched_ref(
            Vec::new,
            |replies| {
                for batch in cases.chunks(BATCH) {
                    drop(black_box(reference.send(batch)));
                    drop(black_box(reference.receive(replies)));
                }
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("written as text", |bencher| {
        bencher.iter(|| cases.iter().map(|case| json::from_case(case).to_string().len()).sum::<usize>());
    });
    let texts: Vec<String> = replies
        .iter()
        .map(|reply| answers(reply).iter().map(json::from_answer).collect::<serde_json::Value>().to_string())
        .collect();
    let read = |text: &String| {
        let answers: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
        answers.iter().filter(|answer| json::to_answer(answer).is_ok()).count()
    };
    assert_eq!(
        texts.iter().map(read).sum::<usize>(),
        replies.iter().map(|reply| answers(reply).len()).sum::<usize>(),
        "answers come back"
    );
    group.bench_function("answers read from text", |bencher| {
        bencher.iter(|| texts.iter().map(read).sum::<usize>());
    });
    group.bench_function("made, again", |bencher| {
        bencher.iter(|| (0..CASES).for_each(|index| drop(black_box(make(index)))));
    });
    group.finish();
}

criterion_group! { name = benches; config = settings(); targets = parts }
criterion_main!(benches);
