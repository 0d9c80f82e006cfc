//! The time until a mistake is found, for ten faulty implementations, each the reference with one mistake, and twenty seeds.
//!
//! The first time goes from making the implementation to the first answer that breaks a rule. The second is a whole check over as
//! many cases, which also shrinks that case. All rules are asked about, as in `array-ctypes check`, with one job. This is no group
//! of criterion, since each seed is measured once; it runs if no benchmark is named, or if this one is.

use array_ctypes_command::adapters::{Changed, Reference};
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::ctype::CType;
use array_ctypes_conformance::spec::layout::{Layout, resolve};
use array_ctypes_conformance::spec::{Address, Answer, Flag, Question, View};
use array_ctypes_conformance::{Case, Implementation, Reply, RunError};
use std::time::{Duration, Instant};

/// Changes the answer to a question about an array that exists. The last number is the address of the buffer.
type Mistake = fn(&Case, &Layout, &Question, &mut Answer, u64);

const MISTAKES: [(&str, Mistake); 10] = [
    ("strides in elements", |_, layout, question, answer, _| {
        if let (Question::Strides, Answer::Integers(strides)) = (question, answer) {
            let size = layout.dtype.item_size().max(1) as i64;
            for stride in strides {
                *stride /= size;
            }
        }
    }),
    ("strides without a sign", |_, _, question, answer, _| {
        if let (Question::Strides, Answer::Integers(strides)) = (question, answer) {
            for stride in strides {
                *stride = stride.saturating_abs();
            }
        }
    }),
    ("zero strides taken as packed", |_, layout, question, answer, _| {
        if let (Question::Strides, Answer::Integers(strides)) = (question, answer) {
            strides
                .iter_mut()
                .filter(|stride| **stride == 0)
                .for_each(|stride| *stride = layout.dtype.item_size() as i64);
        }
    }),
    ("lengths of 32 bits", |_, _, question, answer, _| {
        if let (Question::Shape, Answer::Integers(shape)) = (question, answer) {
            for length in shape {
                *length = i64::from(*length as i32);
            }
        }
    }),
    ("offset ignored", |_, layout, question, answer, buffer| {
        if let (Question::Data, Answer::Address(address)) = (question, answer)
            && !layout.is_empty()
        {
            *address = Address::Absolute(buffer);
        }
    }),
    ("the wrong end of a reversed view", |case, layout, question, answer, _| {
        if let (Question::Data, Answer::Address(Address::Absolute(address))) = (question, answer)
            && let Some(View::Reverse { axis }) = case.array.views.last()
            && !layout.is_empty()
        {
            let span = (layout.shape[*axis] - 1) as i64 * layout.strides[*axis];
            *address = address.wrapping_add(span as u64);
        }
    }),
    ("NULL for an empty array", |_, layout, question, answer, _| {
        if *question == Question::Data && layout.is_empty() {
            *answer = Answer::Address(Address::Absolute(0));
        }
    }),
    ("C order assumed", |_, _, question, answer, _| {
        if *question == Question::Flag(Flag::CContiguous) {
            *answer = Answer::Bool(true);
        }
    }),
    ("swapped numbers read as native ones", |_, _, question, answer, _| {
        if let (Question::Index(_, CType::Swapped(..)), Answer::Integer(value)) = (question, answer) {
            *value = i128::from((*value as i64).swap_bytes());
        }
    }),
    ("shape_as to bytes clamped, not wrapped", |_, layout, question, answer, _| {
        if let (Question::ShapeAs(_), Answer::Bytes(bytes)) = (question, answer)
            && bytes.len() == layout.shape.len()
        {
            bytes.iter_mut().zip(&layout.shape).filter(|(_, length)| **length > 127).for_each(|(byte, _)| *byte = 127);
        }
    }),
];

/// The reference with a mistake.
fn faulty(mistake: Mistake) -> impl Implementation {
    let reference = Reference::new();
    let platform = reference.hello().platform;
    Changed::new(reference, move |case, reply| {
        let Ok(layout) = resolve(&platform, &case.array) else { return };
        let Reply::Answered(Answers { buffer, answers, .. }) = reply else { return };
        for (step, answer) in case.script.iter().zip(answers) {
            if let Some(question) = step.question() {
                mistake(case, &layout, question, answer, buffer.unwrap_or_default());
            }
        }
    })
}

/// Returns the number of cases until the mistake is found, the time until then, and the time of a whole check of as many cases.
fn found(seed: u64, mistake: Mistake) -> Result<(u64, Duration, Duration), RunError> {
    let started = Instant::now();
    let mut implementation = faulty(mistake);
    let hello = implementation.hello().clone();
    let rules = Rules::all().binding(&hello);
    for index in 0..1 << 20 {
        let case = generate(seed, index, &hello, &rules).case;
        let reply = implementation.answer(&case)?;
        if violations(&hello.platform, &rules, &case, &reply).is_empty() {
            continue;
        }
        let first = started.elapsed();
        let started = Instant::now();
        let options = Options { seed, cases: index + 1, ..Options::default() };
        let report = check(&|| Ok(Box::new(faulty(mistake))), &options, &|_| ())?;
        assert!(!report.failures.is_empty(), "expected the run to find the mistake that was found");
        return Ok((index + 1, first, started.elapsed()));
    }
    Err(RunError::unavailable("expected the mistake to be found, found a million cases without it"))
}

fn main() -> Result<(), RunError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|name| !name.starts_with('-') && !"verdict".contains(name.as_str())) {
        return Ok(());
    }
    // `cargo test` only tests that it runs.
    let seeds = if arguments.iter().any(|argument| argument == "--bench") { 20 } else { 1 };
    println!("| mistake | cases | until found, ms (worst) | a whole check, ms (worst) |\n|---|---:|---:|---:|");
    for (name, mistake) in MISTAKES {
        let mut all = (1..=seeds).map(|seed| found(seed, mistake)).collect::<Result<Vec<_>, _>>()?;
        let mut sorted = |key: fn(&(u64, Duration, Duration)) -> f64| {
            all.sort_by(|one, other| key(one).total_cmp(&key(other)));
            (key(&all[all.len() / 2]), key(&all[all.len() - 1]))
        };
        let cases = sorted(|one| one.0 as f64);
        let first = sorted(|one| 1e3 * one.1.as_secs_f64());
        let small = sorted(|one| 1e3 * one.2.as_secs_f64());
        println!("| {name} | {:.0} | {:.1} ({:.1}) | {:.1} ({:.1}) |", cases.0, first.0, first.1, small.0, small.1);
    }
    Ok(())
}
