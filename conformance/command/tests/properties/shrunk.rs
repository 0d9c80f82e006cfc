//! Shrinking: every candidate is a case that may be sent, and shrinking ends with a small one.

use crate::cases;
use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::engine::constrained::is_constrained;
use array_ctypes_conformance::engine::domain;
use array_ctypes_conformance::engine::generate::{self, generate};
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::shrink;
use array_ctypes_conformance::json;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind};
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Array, Question, Step, View};
use array_ctypes_conformance::{Allowed, Case, Implementation, Limits, Order};
use std::collections::BTreeSet;

#[test]
fn every_candidate_exists_if_the_case_does_and_each_of_its_steps_is_inside_the_interface() {
    let host = Platform::host();
    for case in cases(100) {
        let exists = resolve(&host, &case.array).is_ok();
        for smaller in shrink::candidates(&case, &host, &Limits::with_all_abilities()) {
            assert_eq!(resolve(&host, &smaller.array).is_ok(), exists, "{smaller:?}");
            assert!(is_constrained(&smaller, &host), "{smaller:?}");
            assert!(domain::contains(&smaller, &host), "{smaller:?}");
            assert_ne!(smaller, case);
        }
    }
}

/// The domain of `domain` is no wish: it holds what is drawn, on every platform.
#[test]
fn every_drawn_case_is_in_the_domain() {
    for (name, platform) in Platform::ALL {
        for index in 0..3000 {
            let case = generate::case(5, index, &platform);
            assert!(domain::contains(&case, &platform), "{name}: {case:?}");
        }
    }
}

/// Returns a case of C order over a buffer that is large enough, with these views and the question for the strides.
fn viewed(shape: &[u64], views: &[&str]) -> Case {
    let bytes = vec![0; shape.iter().product::<u64>() as usize];
    let byte = Dtype::from_typestr("|u1").expect("a type");
    let views = views.iter().map(|view| view.parse::<View>().expect("a view")).collect();
    let array = Array { views, ..Array::contiguous(bytes, byte, shape) };
    Case { array, script: vec![Step::Ask(Question::Strides)] }
}

/// Returns the shapes and views of the candidates that have one axis less before all views.
fn without_an_axis(case: &Case) -> Vec<(Vec<u64>, Vec<String>)> {
    let fewer = |smaller: &Case| smaller.array.shape.len() + 1 == case.array.shape.len();
    let shown = |smaller: Case| {
        let views = smaller.array.views.iter().map(ToString::to_string).collect();
        (smaller.array.shape, views)
    };
    shrink::candidates(case, &Platform::host(), &Limits::default()).filter(fewer).map(shown).collect()
}

#[test]
fn views_name_the_same_axes_after_another_axis_was_removed() {
    let without_the_first = [
        ("index 1 2", "index 0 2"),
        ("slice 2 1 _ 2", "slice 1 1 _ 2"),
        ("reverse 2", "reverse 1"),
        ("transpose 2 0 1", "transpose 1 0"),
        ("newaxis 1", "newaxis 0"),
        ("newaxis 3", "newaxis 2"),
        ("broadcast 5 2 3 4", "broadcast 5 3 4"),
        ("reshape 2 12", "reshape 12"),
    ];
    for (view, expected) in without_the_first {
        let candidates = without_an_axis(&viewed(&[2, 3, 4], &[view]));
        let wanted = (vec![3, 4], vec![expected.to_owned()]);
        assert!(candidates.contains(&wanted), "{view}: {candidates:?}");
    }
    // A view of nothing but the axis goes with it; the axis is followed through the views before.
    let candidates = without_an_axis(&viewed(&[2, 3, 4], &["transpose 2 0 1", "reverse 1", "reverse 2"]));
    let wanted = (vec![3, 4], vec!["transpose 1 0".to_owned(), "reverse 1".to_owned()]);
    assert!(candidates.contains(&wanted), "{candidates:?}");
}

#[test]
fn an_aligned_record_shrinks_to_no_record_that_a_compiler_does_not_make() {
    let text = r#"{"array": {"buffer": {"size": "24", "bytes": "", "at": 0}, "writeable": true, "dtype": {"fields": [
        {"name": "a", "title": null, "dtype": "|u1", "shape": [], "offset": "0"},
        {"name": "b", "title": null, "dtype": "<f4", "shape": ["2"], "offset": "4"}], "size": "12", "aligned": true},
        "offset": "0", "shape": ["2"], "strides": ["12"], "views": []}, "script": ["strides_as c_int"]}"#;
    let value = serde_json::from_str(text).expect("JSON");
    let case = json::to_case(&value, 8).expect("a case");
    let sizes: BTreeSet<u64> = shrink::candidates(&case, &Platform::host(), &Limits::default())
        .filter_map(|smaller| match &smaller.array.dtype {
            Dtype::Record(record) if record.aligned => Some(record.size),
            _ => None,
        })
        .collect();
    assert!(sizes == BTreeSet::from([1, 3, 8, 12]), "{sizes:?}");
}

/// Otherwise the shrinker could turn a counterexample into a case that no implementation passes.
#[test]
fn the_reference_passes_every_candidate() {
    let host = Platform::host();
    let mut reference = Reference::default();
    let rules = Rules::all().binding(reference.hello());
    let limits = reference.hello().limits.clone();
    for index in 0..100 {
        let case = generate(7, index, reference.hello(), &rules).case;
        for smaller in shrink::candidates(&case, &host, &limits) {
            let reply = reference.answer(&smaller).expect("a reply");
            assert_eq!(violations(&host, &rules, &smaller, &reply), [], "{smaller:?} of {:?}", case.array);
        }
    }
}

#[test]
fn every_candidate_is_inside_the_limits() {
    let host = Platform::host();
    let limits = Limits {
        swapped: false,
        kinds: Allowed::only([Kind::Float, Kind::Complex, Kind::Datetime, Kind::Timedelta, Kind::Void]),
        negative_strides: false,
        ..Limits::default()
    };
    for case in cases(100) {
        for smaller in shrink::candidates(&case, &host, &limits) {
            let layout = resolve(&host, &smaller.array).ok();
            assert!(limits.allow(&host, &smaller.array, layout.as_ref()), "{smaller:?}");
        }
    }
}

#[test]
fn each_axis_of_an_array_that_can_have_no_other_order_gets_shorter_and_goes() {
    for (order, strides) in [(Order::C, [4, 1]), (Order::F, [1, 3])] {
        let limits = Limits { strided: false, orders: vec![order], ..Limits::default() };
        let mut case = viewed(&[3, 4], &[]);
        case.array.strides = strides.to_vec();
        let shapes: BTreeSet<Vec<u64>> =
            shrink::candidates(&case, &Platform::host(), &limits).map(|smaller| smaller.array.shape).collect();
        for shape in [&[1, 4][..], &[3, 1], &[3], &[4]] {
            assert!(shapes.contains(shape), "{order:?}: {shapes:?} lack {shape:?}");
        }
    }
}

#[test]
fn an_array_that_owns_its_memory_is_first_replaced_by_one_over_a_buffer() {
    let host = Platform::host();
    let mut seen = 0;
    // Unconstrained steps go before that.
    for case in cases(1200).filter(|case| case.array.owner.is_some() && is_constrained(case, &host)) {
        let candidates: Vec<Case> = shrink::candidates(&case, &host, &Limits::with_all_abilities()).collect();
        let first =
            candidates.iter().find(|smaller| smaller.array != case.array).expect("a candidate with another array");
        assert_eq!(first.array, Array { owner: None, ..case.array.clone() });
        assert!(candidates.iter().all(|smaller| smaller.array.fits_owner()), "{case:?}");
        seen += 1;
    }
    assert!(seen > 50, "expected more than 50 of 1200 cases with an owner, found {seen}");
}

/// Shrinks a case to the end, always to the candidate that `choose` returns.
fn shrink_to_the_end(mut case: Case, choose: fn(Vec<Case>) -> Option<Case>) -> Case {
    let host = Platform::host();
    for _ in 0..1000 {
        match choose(shrink::candidates(&case, &host, &Limits::with_all_abilities()).collect()) {
            Some(smaller) => case = smaller,
            None => return case,
        }
    }
    panic!("expected shrinking to end within 1000 steps, found {case:?}");
}

#[test]
fn shrinking_ends_whichever_candidate_is_taken_and_the_last_case_is_small() {
    let host = Platform::host();
    for case in cases(300) {
        let exists = resolve(&host, &case.array).is_ok();
        // The first candidate is the boldest; a run takes it if every case fails.
        let first = |candidates: Vec<Case>| candidates.into_iter().next();
        let least = shrink_to_the_end(case.clone(), first);
        assert_eq!(least.script.len(), 1, "{least:?}");
        if exists {
            let array = &least.array;
            assert!(
                array.views.is_empty() && (array.shape.is_empty() || array.shape == [0]) && array.buffer.size <= 16,
                "{least:?}"
            );
            assert!(array.writeable || array.map.is_some(), "{least:?}");
            assert!(array.offset == 0 && array.buffer.at == 0 && array.owner.is_none(), "{least:?}");
        }
    }
    // A run takes another candidate if the first one does not fail.
    for case in cases(50) {
        shrink_to_the_end(case, |candidates| candidates.into_iter().nth(1));
    }
}

/// Otherwise a case with two such steps could not shrink at all: each candidate would still have one of them.
#[test]
fn unconstrained_steps_go_first_and_all_at_once() {
    let host = Platform::host();
    let mut seen = 0;
    for case in cases(300).filter(|case| !is_constrained(case, &host)) {
        let first = shrink::candidates(&case, &host, &Limits::with_all_abilities()).next().expect("a candidate");
        assert_eq!(first.array, case.array);
        let expected = |case: &Case| case.expect(&host).len();
        assert_eq!(expected(&first), expected(&case), "{case:?}");
        seen += 1;
    }
    assert!(seen > 30, "expected more than 30 of 300 cases with unconstrained steps, found {seen}");
}
