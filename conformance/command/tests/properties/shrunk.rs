//! Shrinking: every candidate is a case that may be sent, and shrinking ends with a small one.

use crate::cases;
use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::engine::constrained::is_constrained;
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::shrink;
use array_ctypes_conformance::spec::Array;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::{Case, Implementation, Limits};

#[test]
fn every_candidate_exists_if_the_case_does_and_each_of_its_steps_is_inside_the_interface() {
    let host = Platform::host();
    for case in cases(100) {
        let exists = resolve(&host, &case.array).is_ok();
        for smaller in shrink::candidates(&case, &host, &Limits::with_all_abilities()) {
            assert_eq!(resolve(&host, &smaller.array).is_ok(), exists, "{smaller:?}");
            assert!(is_constrained(&smaller, &host), "{smaller:?}");
            assert_ne!(smaller, case);
        }
    }
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
    let limits = Limits { swapped: false, kinds: "fcMmV".into(), negative_strides: false, ..Limits::default() };
    for case in cases(100) {
        for smaller in shrink::candidates(&case, &host, &limits) {
            let layout = resolve(&host, &smaller.array).ok();
            assert!(limits.allow(&host, &smaller.array, layout.as_ref()), "{smaller:?}");
        }
    }
}

#[test]
fn an_array_that_owns_its_memory_is_first_replaced_by_one_over_a_buffer() {
    let host = Platform::host();
    let mut seen = 0;
    // Unconstrained steps go before that.
    for case in cases(1000).filter(|case| case.array.owner.is_some() && is_constrained(case, &host)) {
        let candidates: Vec<Case> = shrink::candidates(&case, &host, &Limits::with_all_abilities()).collect();
        let first =
            candidates.iter().find(|smaller| smaller.array != case.array).expect("a candidate with another array");
        assert_eq!(first.array, Array { owner: None, ..case.array.clone() });
        assert!(candidates.iter().all(|smaller| smaller.array.fits_owner()), "{case:?}");
        seen += 1;
    }
    assert!(seen > 50, "expected more than 50 of 1000 cases with an owner, found {seen}");
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
            assert!(array.offset == 0 && array.buffer.at == 0 && array.writeable && array.owner.is_none(), "{least:?}");
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
