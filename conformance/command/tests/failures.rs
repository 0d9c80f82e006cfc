//! What a run reports of failures: one for each cause, small, in the same way as they were found, and with the cases that
//! have to come before. The implementations are the reference with mistakes.

use array_ctypes_command::adapters::{Changed, Reference};
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::cause::{Cause, Difference, Elements, Way};
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::outcome::{Alone, Failure, Origin, Report, Small};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::hash::stable_hash;
use array_ctypes_conformance::report::failure;
use array_ctypes_conformance::spec::page::examples;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Question, Raises, Rule, Step, rules};
use array_ctypes_conformance::{Case, Implementation, Reply, SavedCase, files};
use std::thread;
use std::time::{Duration, Instant};

/// A mistake: changes the answers of a case, given how many cases came before and if one of them had an element type of
/// eight bytes.
type Mistake = fn(&Case, &mut [Answer], Earlier);

/// What an implementation was asked before.
#[derive(Clone, Copy, Default)]
struct Earlier {
    cases: usize,
    has_wide: bool,
}

/// Runs the rules of the shape against the reference with a mistake.
fn run(mistake: Mistake, options: Options) -> Report {
    let make = || {
        let mut earlier = Earlier::default();
        let change = move |case: &Case, reply: &mut Reply| {
            if let Reply::Answered(Answers { answers, .. }) = reply {
                mistake(case, answers, earlier);
            }
            earlier.cases += 1;
            earlier.has_wide |= case.array.dtype.item_size() == 8;
        };
        Ok(Box::new(Changed::new(Reference::new(), change)) as Box<dyn Implementation>)
    };
    let report = check(&make, &options, &|_| {}).expect("the reference starts");
    assert_eq!(report.run_error, None);
    report
}

fn about_shapes(cases: u64) -> Options {
    Options { cases, rules: Rules::matching("shape.*").expect("rules"), ..Options::default() }
}

/// Changes the answers to the question for the strides.
fn change_strides(case: &Case, answers: &mut [Answer], change: impl Fn(&[i64]) -> Answer) {
    for (step, answer) in case.script.iter().zip(answers) {
        if let (Step::Ask(Question::Strides), Answer::Integers(strides)) = (step, &*answer) {
            *answer = change(strides);
        }
    }
}

fn strides_failures(report: &Report) -> Vec<&Failure> {
    report.failures_of(rules::shape::strides).collect()
}

fn strides_in(elements: Elements, difference: Difference, raises: Option<Raises>) -> Cause {
    Cause { way: Way { step: "strides", difference, raises }, elements }
}

/// Three faults in one answer: strides lose their sign, those of floats are one too large, and four axes are too many.
fn three_faults(case: &Case, answers: &mut [Answer], _: Earlier) {
    let is_float = Elements::of(&case.array.dtype) == Elements::Floats;
    change_strides(case, answers, |strides| match strides.len() {
        4.. => Answer::Raises(Raises::ValueError),
        _ if is_float => Answer::Integers(strides.iter().map(|stride| stride.wrapping_add(1)).collect()),
        _ => Answer::Integers(strides.iter().map(|stride| stride.saturating_abs()).collect()),
    });
}

#[test]
fn one_fault_does_not_hide_another() {
    let report = run(three_faults, about_shapes(3000));
    let failures = strides_failures(&report);
    let causes: Vec<&Cause> = failures.iter().map(|failure| &failure.cause).collect();
    let of = |elements, difference, raises| {
        let cause = strides_in(elements, difference, raises);
        *failures.iter().find(|failure| failure.cause == cause).unwrap_or_else(|| panic!("{cause:?} in {causes:?}"))
    };
    let signs = of(Elements::Integers, Difference::Number, None);
    let floats = of(Elements::Floats, Difference::Number, None);
    let axes = of(Elements::Integers, Difference::Raised, Some(Raises::ValueError));
    assert_eq!(failures.len(), 3);
    let array = |failure: &Failure| failure.case.array.clone();
    assert!(array(signs).strides[0] < 0 || !array(signs).views.is_empty(), "{:?}", signs.case);
    assert!(array(floats).strides[0] >= 0 && array(floats).views.is_empty(), "{:?}", floats.case);
    assert_eq!(array(axes).shape.len(), 4, "{:?}", axes.case);
    for failure in failures {
        assert_eq!((failure.small, &failure.alone), (Small::Yes, &Alone::Fails));
        assert_eq!(failure.case.script, [Step::Ask(Question::Strides)]);
    }
    // What is written to a copy of the strides shows in no other question.
    assert_eq!(
        report.broken().collect::<Vec<Rule>>(),
        [rules::shape::strides, rules::shape::strides_kept, rules::shape::copy]
    );
}

#[test]
fn what_is_reported_does_not_depend_on_the_number_of_jobs() {
    let shown = |jobs: usize| {
        let report = run(three_faults, Options { jobs, ..about_shapes(2000) });
        let show = |Failure { rule, case, origin, cause, small, alone, .. }: &Failure| {
            format!("{rule} {case:?} {origin} {cause} {small:?} {alone:?}")
        };
        report.failures.iter().map(show).collect::<Vec<_>>()
    };
    assert_eq!(shown(1), shown(3));
}

/// Strides are wrong from the eleventh case on.
fn tired(case: &Case, answers: &mut [Answer], earlier: Earlier) {
    if earlier.cases >= 10 {
        change_strides(case, answers, |strides| Answer::Integers(strides.iter().map(|stride| stride ^ 1).collect()));
    }
}

#[test]
fn a_failure_that_depends_on_the_number_of_cases_has_the_cases_that_it_needs() {
    let report = run(tired, about_shapes(1000));
    let failures = strides_failures(&report);
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].before().len(), 10);
    let shape = &failures[0].case.array.shape;
    assert_eq!(*shape, [2], "the smallest array with a stride that reaches an element");
    assert_repeats(tired, failures[0]);
}

/// Strides are wrong after an array of eight bytes an element.
fn spoilt(case: &Case, answers: &mut [Answer], earlier: Earlier) {
    if earlier.has_wide {
        change_strides(case, answers, |strides| Answer::Integers(strides.iter().map(|stride| stride ^ 1).collect()));
    }
}

#[test]
fn a_failure_that_depends_on_one_other_case_has_that_case() {
    let report = run(spoilt, about_shapes(1000));
    let failures = strides_failures(&report);
    let [before] = failures[0].before() else { panic!("expected one case, found {:?}", failures[0].alone) };
    assert_eq!(before.array.dtype.item_size(), 8);
    assert_repeats(spoilt, failures[0]);
}

/// Asserts that the saved file repeats a failure, and that the case alone does not.
#[track_caller]
fn assert_repeats(mistake: Mistake, failure: &Failure) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = files::save(folder.path(), failure, "the implementation").expect("it is saved");
    let saved = files::read_saved(&path, 8).expect("it is read");
    assert_eq!((&saved.case, saved.before.as_slice()), (&failure.case, failure.before()));
    let replayed = |saved: SavedCase| run(mistake, Options { replay: vec![saved], ..about_shapes(0) });
    let again = replayed(saved.clone());
    let failures = strides_failures(&again);
    assert_eq!(failures.len(), 1);
    assert!(!failures[0].before().is_empty(), "{:?}", failures[0].alone);
    let alone = replayed(SavedCase { before: Vec::new(), ..saved });
    assert!(alone.failures.is_empty(), "{:?}", alone.failures);
}

/// Strides are wrong for one array of two that have many axes, so each smaller one takes many attempts.
fn fickle(case: &Case, answers: &mut [Answer], _: Earlier) {
    if case.array.shape.len() > 24 && stable_hash(&format!("{:?}", case.array)).is_multiple_of(2) {
        change_strides(case, answers, |strides| Answer::Integers(strides.iter().map(|stride| stride ^ 1).collect()));
    }
}

#[test]
fn a_case_that_takes_too_many_attempts_is_not_called_small() {
    let report = run(fickle, about_shapes(3000));
    assert!(report.failures.iter().any(|failure| failure.small == Small::Attempts), "{:?}", report.failures);
    let text = failure::all(&report);
    assert!(text.contains("smallest case found in the most attempts"), "{text}");
}

/// Each case takes a while, and strides are wrong.
fn slow(case: &Case, answers: &mut [Answer], _: Earlier) {
    thread::sleep(Duration::from_millis(20));
    change_strides(case, answers, |strides| Answer::Integers(strides.iter().map(|stride| stride ^ 1).collect()));
}

#[test]
fn the_time_limit_covers_shrinking_and_what_was_not_made_small_says_so() {
    let limit = Duration::from_secs(1);
    let started = Instant::now();
    let report = run(slow, Options { time_limit: Some(limit), ..about_shapes(100_000) });
    let elapsed = started.elapsed();
    assert!(elapsed < 3 * limit, "expected about {limit:?}, found {elapsed:?}");
    assert!(report.failures.iter().any(|failure| failure.small == Small::TimeLimit), "{:?}", report.failures);
}

/// The same, slower, and not of the examples of the page, which stay as they are.
fn slow_where_drawn(case: &Case, answers: &mut [Answer], earlier: Earlier) {
    if !examples().any(|example| example.array(&Platform::host()) == case.array) {
        thread::sleep(Duration::from_millis(40));
        slow(case, answers, earlier);
    }
}

#[test]
fn under_a_tight_time_limit_each_failure_becomes_smaller() {
    let report = run(slow_where_drawn, Options { time_limit: Some(Duration::from_secs(4)), ..about_shapes(100_000) });
    assert!(report.failures.iter().any(|failure| failure.small == Small::TimeLimit), "{:?}", report.failures);
    let reference = Reference::new();
    let asked = about_shapes(0).rules.binding(reference.hello());
    let is_smaller = |failure: &Failure| {
        let Origin::Drawn { seed, index } = failure.origin else { panic!("{:?}", failure.origin) };
        generate(seed, index, reference.hello(), &asked).case != failure.case
    };
    for rule in [rules::shape::strides, rules::shape::strides_kept, rules::shape::copy] {
        assert!(report.failures_of(rule).any(is_smaller), "{rule}");
    }
}
