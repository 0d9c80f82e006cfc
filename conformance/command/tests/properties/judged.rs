//! The judge accepts predicted answers and no others.

use crate::cases;
use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::judge;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Address, Answer, Expectation, Imported, Prediction, Raises, Rule, Step};
use array_ctypes_conformance::{Case, Implementation, Reply};

const BUFFER: u64 = 0x7000_0000_1000;

fn agrees(answers: &[Answer], expectation: Expectation) -> bool {
    let rule = Rule::all().next().expect("a rule");
    let prediction = Prediction { step: answers.len() - 1, rule, expectation, given: None };
    judge::agrees(
        &Platform::X86_64_LINUX,
        &Reply::Answered(Answers { buffer: Some(BUFFER), answers: answers.to_vec(), ..Answers::default() }),
        &prediction,
    )
}

fn integers(values: &[i64]) -> Answer {
    Answer::Integers(values.to_vec())
}

#[test]
fn one_answer_is_accepted_and_no_other() {
    let answers = [
        Answer::Nothing,
        Answer::Bool(true),
        Answer::Address(Address::Absolute(8)),
        Answer::Integer(1),
        integers(&[1]),
        Answer::Float(1.0f64.to_bits()),
        Answer::Bytes(vec![1]),
        Answer::Text("1".to_owned()),
        Answer::Object(1),
        Answer::Raises(Raises::TypeError),
    ];
    for expected in &answers {
        for found in &answers {
            assert_eq!(agrees(std::slice::from_ref(found), Expectation::Is(expected.clone())), expected == found);
        }
    }
}

#[test]
fn addresses_are_compared_as_the_processor_sees_them() {
    let at = |address| Answer::Address(Address::Absolute(address));
    let expected = || Expectation::Is(Answer::Address(Address::InBuffer(-4)));
    assert!(agrees(&[at(BUFFER - 4)], expected()));
    assert!(!agrees(&[at(BUFFER)], expected()));
    assert!(!agrees(&[at((BUFFER - 4) & 0xFFFF_FFFF)], expected()));
}

#[test]
fn every_nan_is_the_same_and_the_zeros_are_not() {
    let float = |bits: u64| Answer::Float(bits);
    assert!(agrees(&[float(f64::NAN.to_bits())], Expectation::Is(float(f64::NAN.to_bits() | 1))));
    assert!(!agrees(&[float(0)], Expectation::Is(float((-0.0f64).to_bits()))));
    let complex = |real: u64, imaginary: u64| Answer::Complex([real, imaginary]);
    let signalling = 0x7FF1_9EE9_2000_0000; // as a consumer may read it that does not quiet it
    assert!(agrees(&[complex(1, signalling)], Expectation::Is(complex(1, f64::NAN.to_bits()))));
    assert!(!agrees(&[complex(2, signalling)], Expectation::Is(complex(1, f64::NAN.to_bits()))));
}

#[test]
fn values_that_do_not_count_may_differ_others_and_the_length_may_not() {
    let first = |expected: &[i64]| Expectation::integers(expected.to_vec(), vec![true, false]);
    assert!(agrees(&[integers(&[1, 9])], first(&[1, 2])));
    assert!(!agrees(&[integers(&[9, 2])], first(&[1, 2])));
    assert!(!agrees(&[integers(&[1])], first(&[1, 2])));
    assert!(!agrees(&[integers(&[1, 2, 3])], first(&[1, 2])));
    let bytes = |bytes: &[u8]| Answer::Bytes(bytes.to_vec());
    let first = |expected: &[u8]| Expectation::bytes(expected.to_vec(), vec![true, false]);
    assert!(agrees(&[bytes(&[1, 9])], first(&[1, 2])));
    assert!(!agrees(&[bytes(&[9, 2])], first(&[1, 2])));
    assert!(!agrees(&[bytes(&[1])], first(&[1, 2])));
    assert!(!agrees(&[integers(&[1, 2])], first(&[1, 2])));
}

#[test]
fn of_an_import_without_elements_strides_are_free_and_the_address_may_be() {
    let imported = |data, strides: &[i64]| Imported {
        data: Address::Absolute(data),
        read_only: false,
        shape: vec![0, 2],
        strides: strides.to_vec(),
        typestr: "<i4".to_owned(),
        elements: None,
    };
    let answer = |data, strides: &[i64]| [Answer::Imported(Box::new(imported(data, strides)))];
    let expected = |address_counts| Expectation::SomeImported {
        imported: Box::new(imported(8, &[8, 4])),
        address_counts,
        strides_count: vec![false, false],
    };
    assert!(agrees(&answer(8, &[0, 9]), expected(true)));
    assert!(!agrees(&answer(9, &[0, 9]), expected(true)));
    assert!(agrees(&answer(9, &[0, 9]), expected(false)));
    assert!(!agrees(&answer(8, &[8]), expected(false)));
    let mut other = imported(8, &[8, 4]);
    other.read_only = true;
    assert!(!agrees(&[Answer::Imported(Box::new(other))], expected(false)));
}

#[test]
fn one_of_several_accepts_each_and_no_other() {
    let either = || Expectation::OneOf(vec![integers(&[1]), Answer::Nothing]);
    assert!(agrees(&[integers(&[1])], either()));
    assert!(agrees(&[Answer::Nothing], either()));
    assert!(!agrees(&[integers(&[2])], either()));
}

#[test]
fn the_same_as_an_earlier_answer_is_that_answer() {
    let text = |text: &str| Answer::Text(text.to_owned());
    assert!(agrees(&[text("a"), text("a")], Expectation::SameAs(0)));
    assert!(!agrees(&[text("a"), text("b")], Expectation::SameAs(0)));
    assert!(!agrees(&[text("a")], Expectation::SameAs(7)));
}

#[test]
fn a_fresh_object_is_another_object() {
    let object = |id| Answer::Object(id);
    assert!(agrees(&[object(1), object(2)], Expectation::FreshFrom(0)));
    assert!(!agrees(&[object(1), object(1)], Expectation::FreshFrom(0)));
    assert!(!agrees(&[Answer::Nothing, object(1)], Expectation::FreshFrom(0)));
    assert!(!agrees(&[object(1), Answer::Nothing], Expectation::FreshFrom(0)));
}

#[test]
fn a_refusal_is_one_of_the_kinds() {
    let kinds = || Expectation::Raises(&[Raises::TypeError, Raises::ValueError]);
    assert!(agrees(&[Answer::Raises(Raises::ValueError)], kinds()));
    assert!(!agrees(&[Answer::Raises(Raises::IndexError)], kinds()));
    assert!(!agrees(&[Answer::Nothing], kinds()));
}

/// Returns another answer of the same form, which no mask excuses.
fn changed(answer: &Answer) -> Answer {
    match answer {
        Answer::Bool(value) => Answer::Bool(!value),
        Answer::Integer(value) => Answer::Integer(value ^ 1),
        Answer::Address(Address::Absolute(address)) => Answer::Address(Address::Absolute(address ^ 1)),
        Answer::Integers(values) => Answer::Integers([&values[..], &[0]].concat()),
        Answer::Bytes(bytes) => Answer::Bytes([&bytes[..], &[0]].concat()),
        Answer::Text(text) => Answer::Text(format!("{text}.")),
        Answer::Raises(_) => Answer::Nothing,
        _ => Answer::Raises(Raises::OtherError),
    }
}

/// Returns the reply with another answer to a step, or without answers from this step on.
fn with_answer(reply: &Reply, step: usize, answer: Option<Answer>) -> Reply {
    let (buffer, mut answers) = match reply {
        Reply::Answered(Answers { buffer, answers, .. }) => (*buffer, answers.clone()),
        _ => (Some(BUFFER), vec![Answer::Nothing; step + 1]),
    };
    answers.truncate(step + usize::from(answer.is_some()));
    if let Some(answer) = answer {
        answers[step] = answer;
    }
    Reply::Answered(Answers { buffer, answers, ..Answers::default() })
}

#[test]
fn a_changed_answer_breaks_every_rule_that_predicts_it() {
    let host = Platform::host();
    let mut reference = Reference::new();
    let rules = Rules::all().binding(reference.hello());
    // The doors of drawn cases are no implementation's own.
    let is_consumers = |case: &Case| matches!(case.script.first(), Some(Step::Consumer(_)));
    for case in cases(1000).filter(|case| !is_consumers(case)) {
        let reply = reference.answer(&case).expect("a reply");
        for prediction in case.expect(&host).into_iter().filter(|prediction| rules.includes(prediction.rule)) {
            assert!(judge::agrees(&host, &reply, &prediction), "{case:?}: {prediction:?}");
            let found = reply.answer(prediction.step).expect("an answer");
            let other = match prediction.expectation {
                // One of the others may allow an answer with a small change.
                Expectation::AnyOf(_) => Answer::Object(u64::MAX),
                Expectation::Elsewhere { start, .. } => Answer::Address(Address::InBuffer(start)),
                _ => changed(found),
            };
            if let Expectation::AcceptedOr(kinds) = prediction.expectation {
                // Another rule says that the array is refused, and this one how.
                let kind = Raises::ALL.iter().find(|kind| !kinds.contains(kind)).expect("an error of another kind");
                let other = Reply::refused(*kind);
                assert!(!judge::agrees(&host, &other, &prediction), "{case:?}: {prediction:?}");
            } else if !matches!(prediction.expectation, Expectation::FreshFrom(_) | Expectation::OneOf(_)) {
                let other = with_answer(&reply, prediction.step, Some(other));
                assert!(!judge::agrees(&host, &other, &prediction), "{case:?}: {prediction:?}");
            }
            if !reply.is_refused() {
                let other = with_answer(&reply, prediction.step, None);
                assert!(!judge::agrees(&host, &other, &prediction), "a missing answer: {prediction:?}");
            }
        }
    }
}
