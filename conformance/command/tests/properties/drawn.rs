//! Drawn cases are varied, inside the interface, and independent of each other.

use crate::cases;
use array_ctypes_command::adapters::{Reading, Reference};
use array_ctypes_command::shares::Shares;
use array_ctypes_conformance::engine::applicable::{first_unspecified_access, not_applicable};
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::spec::dtype::{Dtype, Kind};
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{
    Act, Array, Chapter, Ctypeslib, Derive, Export, Form, Profile, Question, Rule, Step, View, rules,
};
use array_ctypes_conformance::{Case, Hello, Implementation, SavedCase};
use std::collections::HashSet;

const DRAWN: u64 = 20_000;

/// The fewest cases among those drawn that have both traits of a pair.
const MIN_CASES_OF_PAIR: u64 = 20;

#[test]
fn every_trait_and_pair_is_frequent_plain_arrays_are_few_and_combinations_many() {
    let host = Platform::host();
    let Shares { traits, plain, pairs, broken, combinations } = Shares::of(cases(DRAWN), &host);
    assert_eq!(broken, [], "expected no case that breaks a law of conformance/src/engine/traits/laws.rs");
    let rare: Vec<_> = pairs.into_iter().take_while(|(_, _, count)| *count < MIN_CASES_OF_PAIR).collect();
    assert_eq!(
        rare,
        [],
        "expected each pair in {MIN_CASES_OF_PAIR} of {DRAWN} cases; draw towards it in conformance/src/draw/"
    );
    for (one, share) in traits {
        assert!(share >= DRAWN / 100, "{}: {share} of {DRAWN}", one.name());
    }
    assert!(plain <= DRAWN / 4, "{plain} of {DRAWN}");
    assert!(combinations >= 1000, "{combinations}");
}

/// Where pointers have 32 bits, so have strides, also those that reach nothing. Arrays that must be refused are left out.
#[test]
fn each_stride_is_an_intp_of_the_platform() {
    for (name, platform) in Platform::ALL {
        let range = -platform.intp_max() - 1..=platform.intp_max();
        for index in 0..DRAWN {
            let Case { array, .. } = generate::case(20, index, &platform);
            let is_refused = resolve(&platform, &array).is_err() && array.views.is_empty();
            let fits = array.strides.iter().all(|stride| range.contains(stride));
            assert!(fits || is_refused, "case {index} on {name}: {array:?}");
        }
    }
}

/// Slow, so only `.ci/twins --drawn` and people run it: `cargo test --release -- --ignored million`.
#[test]
#[ignore = "a million cases take a minute"]
fn no_case_of_a_million_breaks_a_law_of_the_traits() {
    let Shares { broken, .. } = Shares::of(cases(1_000_000), &Platform::host());
    assert_eq!(broken, []);
}

#[test]
fn every_view_kind_and_step_is_drawn() {
    let (mut kinds, mut views, mut steps) = (HashSet::new(), HashSet::new(), HashSet::new());
    for case in cases(DRAWN) {
        kinds.extend(case.array.dtype.plain().map(|plain| plain.kind));
        views.extend(case.array.views.iter().map(View::word));
        steps.extend(case.script.iter().flat_map(words_of));
    }
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(
        kinds.is_empty(),
        "expected every kind, found none of {kinds:?}; draw them in conformance/src/draw/dtype.rs"
    );
    let views = missing(View::FORMS, |word| views.contains(word));
    assert!(
        views.is_empty(),
        "expected every view, found none of {views:?}; draw them in conformance/src/draw/view.rs"
    );
    let steps = [
        missing(Step::forms(), |word| steps.contains(&("", word))),
        missing(Ctypeslib::FORMS, |word| steps.contains(&("ctypeslib", word))),
        missing(Export::FORMS, |word| steps.contains(&("export", word))),
        missing(Derive::FORMS, |word| steps.contains(&("derive", word))),
    ];
    let steps = steps.concat();
    assert!(
        steps.is_empty(),
        "expected every step, found none of {steps:?}; let a row in conformance/src/checks/ add them"
    );
}

/// Returns the forms whose words were not drawn.
fn missing(forms: impl IntoIterator<Item = &'static Form>, is_drawn: impl Fn(&'static str) -> bool) -> Vec<String> {
    forms.into_iter().filter(|form| !is_drawn(form.word)).map(Form::to_string).collect()
}

/// Returns the words of a step, and of what it takes or asks, each after the word of its list.
fn words_of(step: &Step) -> Vec<(&'static str, &'static str)> {
    match step {
        Step::Ask(Question::Ctypeslib(helper)) => vec![("", "ctypeslib"), ("ctypeslib", helper.word())],
        Step::Ask(question) => vec![("", question.word())],
        Step::Write(write) => vec![("", write.word())],
        Step::Forked(step) => [vec![("", "forked")], words_of(step)].concat(),
        Step::Outside(outside) => vec![("", outside.word())],
        Step::Act(act @ Act::Export { what, .. }) => vec![("", act.word()), ("export", what.word())],
        Step::Act(act @ Act::Derive { how, .. }) => vec![("", act.word()), ("derive", how.word())],
        Step::Act(act) => vec![("", act.word())],
        Step::Consumer(step) => vec![("", step.word())],
        Step::Producer(step) => vec![("", step.word())],
    }
}

#[test]
fn no_step_that_is_drawn_touches_memory_outside_the_interface() {
    for (name, platform) in Platform::ALL {
        for index in 0..1000 {
            let case = generate::case(21, index, &platform);
            assert_eq!(
                first_unspecified_access(&case, &platform, &Rules::all()),
                None,
                "case 21:{index} on {name}: {case:?}"
            );
        }
    }
}

#[test]
fn memory_that_only_the_other_reading_keeps_is_not_read() {
    let array = Array::contiguous(vec![1, 2, 3, 4], Dtype::from_typestr("<i4").expect("a type"), &[1]);
    let script = ["export 0 data_as c_void_p", "drop array", "read 0 1"];
    let case = Case { array, script: script.map(|step| step.parse().expect("a step")).to_vec() };
    let asked = |reading: Reading| {
        let make = || Ok(Box::new(Reference::reading(reading)) as Box<dyn Implementation>);
        let options =
            Options { cases: 0, replay: vec![SavedCase::alone("case".to_owned(), case.clone())], ..Options::default() };
        let report = check(&make, &options, &|_| {}).expect("a report");
        (report.cases - report.page, report.not_applicable, report.failures.len())
    };
    assert_eq!(asked(Reading::Holds), (1, 0, 0));
    assert_eq!(asked(Reading::Borrows), (0, 1, 0));
}

/// Only one check in each case adds steps after all questions. No check may take that place from the others of its chapter.
#[test]
fn asking_about_a_chapter_asks_about_each_of_its_rules() {
    let hello = Reference::new().hello().clone();
    for chapter in Chapter::ALL {
        let asked = Rules::matching(chapter.name()).expect("a chapter").binding(&hello);
        let mut predicted = HashSet::new();
        // Consumers have many doors.
        let count = if *chapter == Chapter::Consumer { 4000 } else { 1500 };
        for index in 0..count {
            let case = generate::generate(1, index, &hello, &asked).case;
            predicted.extend(case.expect(&hello.platform).into_iter().map(|prediction| prediction.rule));
        }
        // These rules are judged by the reply, without a prediction.
        let by_reply =
            [rules::layout::accepted, rules::layout::answered, rules::memmap::empty, rules::consumer::answered];
        let bound = Rule::all().filter(|rule| asked.includes(*rule) && !by_reply.contains(rule));
        let missing: Vec<Rule> = bound.filter(|rule| !predicted.contains(rule)).collect();
        assert_eq!(missing, [], "{chapter:?}");
    }
}

/// An adapter reports the granularity of its mappings, and the handshake takes any power of two.
#[test]
fn cases_are_drawn_for_any_granularity_of_mappings() {
    for granularity in [1, 2, 8, 1 << 30, 1 << 31] {
        let platform = Platform { granularity, ..Platform::host() };
        let mapped = (0..2000).filter(|index| generate::case(20, *index, &platform).array.map.is_some()).count();
        assert!(mapped > 0, "{granularity}");
    }
}

/// What is drawn for an implementation, and saved because it fails, must be asked again of the same one.
#[test]
fn what_is_drawn_for_any_profiles_is_applicable_to_them() {
    let all = Profile::ALL.iter().copied().filter(|profile| {
        !matches!(profile, Profile::Core | Profile::Consumer | Profile::Lifetime | Profile::Holds | Profile::Borrows)
    });
    for profile in all {
        for claimed in [&[Profile::Core, profile][..], &[profile]] {
            let hello = Reference::new().hello().clone().claiming_only(claimed);
            let hello = Hello { doors: Vec::new(), ..hello };
            let rules = Rules::all().binding(&hello);
            for index in 0..1000 {
                let drawn = generate::generate(20, index, &hello, &rules);
                let reason = not_applicable(&hello, &drawn.case);
                assert!(!drawn.applicable || reason.is_none(), "{claimed:?}, case {index}: {reason:?}");
            }
        }
    }
}
