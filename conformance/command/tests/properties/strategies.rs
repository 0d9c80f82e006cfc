//! The public strategies in a real test runner.

use array_ctypes_conformance::engine::applicable::first_unspecified_access;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::{ByteOrder, Platform};
use array_ctypes_conformance::strategy;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 100_000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

#[track_caller]
fn all<S: Strategy>(strategy: &S, holds: impl Fn(&S::Value) -> bool) {
    let check =
        |value: S::Value| if holds(&value) { Ok(()) } else { Err(TestCaseError::fail("the property does not hold")) };
    runner(500).run(strategy, check).expect("every value is valid");
}

/// Returns the simplest value found that lacks a property.
#[track_caller]
fn least<S: Strategy>(strategy: &S, holds: impl Fn(&S::Value) -> bool) -> S::Value {
    let check =
        |value: S::Value| if holds(&value) { Ok(()) } else { Err(TestCaseError::fail("the property does not hold")) };
    match runner(5000).run(strategy, check) {
        Err(TestError::Fail(_, value)) => value,
        other => panic!("expected a failure, found {other:?}"),
    }
}

#[test]
fn every_strategy_draws_what_exists() {
    let host = Platform::host();
    all(&strategy::dtypes(), |dtype| dtype.exists_on(&host));
    all(&strategy::alignments(), |at| *at < 4096);
    all(&strategy::shapes(), |shape| shape.len() <= 64);
    all(&strategy::strides(vec![2, 0, 3], 4), |strides| strides.len() == 3);
    all(&strategy::arrays(), |array| resolve(&host, array).is_ok());
    all(&strategy::cases(), |case| first_unspecified_access(case, &host, &Rules::all()).is_none());
}

#[test]
fn every_drawn_chain_of_views_exists_for_the_layout() {
    let host = Platform::host();
    let array = strategy::arrays().new_tree(&mut runner(1)).map(|tree| proptest::strategy::ValueTree::current(&tree));
    let array = array_ctypes_conformance::spec::Array { views: Vec::new(), ..array.expect("an array") };
    let layout = resolve(&host, &array).expect("it exists");
    let has = |views: &Vec<_>| {
        resolve(&host, &array_ctypes_conformance::spec::Array { views: views.clone(), ..array.clone() })
    };
    all(&strategy::views(layout.clone()), |views| has(views).is_ok());
    assert_eq!(least(&strategy::views(layout), Vec::is_empty).len(), 1);
}

#[test]
fn types_and_places_shrink_to_small_ones() {
    let host = Platform::host();
    assert_eq!(least(&strategy::dtypes(), |dtype| dtype.item_size() < 2).typestr(), "<i2".replace('<', order(&host)));
    let swapped = least(&strategy::dtypes(), |dtype| !dtype.is_swapped(&host));
    assert!(swapped.plain().is_some() && swapped.item_size() <= 4, "{swapped:?}");
    let record = least(&strategy::dtypes(), |dtype| dtype.plain().is_some());
    assert_eq!(record.item_size(), 1, "{record:?}");
    assert_eq!(least(&strategy::byte_orders(), |_| false), host.byte_order);
    assert!(least(&strategy::alignments(), |at| *at < 64) < 128);
}

fn order(host: &Platform) -> &'static str {
    if host.byte_order == ByteOrder::Little { "<" } else { ">" }
}

#[test]
fn shapes_and_strides_shrink_to_small_ones() {
    assert_eq!(least(&strategy::shapes(), Vec::is_empty).len(), 1);
    assert_eq!(least(&strategy::shapes(), |shape| shape.iter().all(|length| *length < 3)), [3]);
    let strides = least(&strategy::strides(vec![2, 3], 4), |strides| strides.iter().all(|stride| *stride >= 0));
    assert!(strides[0] == 12 || strides[1] == 4, "{strides:?}");
}

#[test]
fn arrays_and_cases_shrink_to_small_ones() {
    let array = least(&strategy::arrays(), |array| array.strides.iter().all(|stride| *stride >= 0));
    assert!(array.views.is_empty() && array.strides.len() == 1 && array.buffer.size <= 2, "{array:?}");
    let case =
        least(&strategy::cases(), |case| case.script.len() < 2 || resolve(&Platform::host(), &case.array).is_err());
    assert_eq!(case.script.len(), 2);
    assert!(case.array.shape.is_empty() && case.array.buffer.bytes.len() <= 16, "{case:?}");
}
