//! The public strategies drive proptest itself: it judges, shrinks, writes what failed to a file, and repeats that first.

use array_ctypes_command::adapters::{Changed, Reference};
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::spec::{Answer, Question, Step};
use array_ctypes_conformance::testing::judge;
use array_ctypes_conformance::{Allowed, Case, Implementation, Limits, Reply, strategy};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestError, TestRunner};
use std::cell::RefCell;
use std::fs;

/// The seeds of the two runs of a failing property: each draws other cases.
const SEEDS: [u64; 2] = [1, 2];

fn config(seed: u64) -> Config {
    Config { cases: 300, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() }
}

/// The reference with one mistake: strides have lost their sign.
fn unsigned() -> impl Implementation {
    Changed::new(Reference::new(), |case, reply| {
        if let Reply::Answered(Answers { answers, .. }) = reply {
            for (step, answer) in case.script.iter().zip(answers) {
                if let (Step::Ask(Question::Strides), Answer::Integers(strides)) = (step, answer) {
                    for stride in strides {
                        *stride = stride.saturating_abs();
                    }
                }
            }
        }
    })
}

#[test]
fn the_reference_keeps_the_rules_in_a_property() {
    let reference = RefCell::new(Reference::new());
    let cases = strategy::cases_for(reference.borrow().hello());
    proptest!(config(1), |(case in cases)| {
        judge(&mut *reference.borrow_mut(), &case).map_err(TestCaseError::fail)?;
    });
}

/// Runs the property over the faulty implementation, which fails. Returns proptest's error, and the cases that it asked.
fn failing(config: Config) -> (TestError<Case>, Vec<Case>) {
    let faulty = RefCell::new(unsigned());
    let cases = strategy::cases_for(faulty.borrow().hello());
    let asked = RefCell::new(Vec::new());
    let result = TestRunner::new(config).run(&cases, |case| {
        asked.borrow_mut().push(case.clone());
        judge(&mut *faulty.borrow_mut(), &case).map_err(TestCaseError::fail)
    });
    (result.expect_err("the property fails"), asked.into_inner())
}

#[test]
fn a_mistake_shrinks_to_the_case_that_a_person_would_write() {
    for seed in SEEDS {
        let (error, _) = failing(config(seed));
        let message = error.to_string();
        assert!(
            ["shape.strides: expected [-", "shape.strides-kept: expected [-"].iter().any(|text| message.contains(text))
                && message.contains("minimal failing input: "),
            "{message}"
        );
        let TestError::Fail(_, Case { array, script }) = error else { panic!("{message}") };
        // One axis whose stride is negative, of no element or of two bytes, and the one question that shows it.
        assert_eq!(script, [Step::Ask(Question::Strides)]);
        assert_eq!((array.shape.len(), array.dtype.item_size()), (1, 1), "{message}");
        assert!(array.shape[0] <= 2 && array.buffer.size <= 2 && array.views.len() <= 1, "{message}");
    }
}

#[test]
fn what_failed_is_written_to_a_file_and_repeated_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("regressions");
    // proptest takes a path that lives as long as the program.
    let persistence = || FileFailurePersistence::Direct(path.to_string_lossy().into_owned().leak());
    let run = |seed| failing(Config { failure_persistence: Some(Box::new(persistence())), ..config(seed) });
    let (error, asked) = run(SEEDS[0]);
    let fails = |case: &&Case| judge(&mut unsigned(), case).is_err();
    let first = asked.iter().find(fails).expect("a case that failed");
    let text = fs::read_to_string(&path).expect("the file was written");
    assert!(text.lines().any(|line| line.starts_with("cc ") && line.contains("# shrinks to ")), "{text}");

    let (again, asked) = run(SEEDS[1]);
    assert_eq!(&asked[0], first, "another seed draws other cases, so this one is from the file");
    assert_eq!(again, error, "it shrinks to the same case");
}

#[test]
fn a_case_outside_the_limits_is_refused_and_not_taken_for_one_that_passed() {
    let mut hello = Reference::new().hello().clone();
    hello.limits = Limits { kinds: Allowed::only([]), ..Limits::default() };
    let cases = strategy::cases_for(&hello);
    let case = cases.new_tree(&mut TestRunner::new(config(1))).expect("a case").current();
    let mut reference = Reference::new();
    assert_eq!(judge(&mut reference, &case), Ok(()), "the reference has no limits");
    let refused = judge(&mut Changed::new(reference, |_, _| {}).with_hello(hello), &case).expect_err("it is not asked");
    assert!(refused.starts_with("expected a case to ask, found one that is outside the limits"), "{refused}");
}
