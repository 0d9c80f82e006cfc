//! Consumers: what a door must take, may refuse and must refuse, and what is expected once it has taken an array.

use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::memmap::{Handle, Map, Mode};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Array, Feature, Given, Prediction, Step, expect};

/// Two rows of three integers of two bytes, which are 1, 2, 3 … in that byte order.
fn array(typestr: &str) -> Array {
    let bytes = (1..=6u8).flat_map(|at| if typestr.starts_with('>') { [0, at] } else { [at, 0] }).collect();
    Array::contiguous(bytes, Dtype::from_typestr(typestr).unwrap(), &[2, 3])
}

fn predicted(array: &Array, script: &[&str]) -> Vec<Prediction> {
    let script: Vec<Step> = script.iter().map(|step| step.parse().unwrap()).collect();
    expect(&Platform::X86_64_LINUX, array, &script)
}

/// What each prediction says, with the condition.
fn shown(array: &Array, script: &[&str]) -> Vec<String> {
    let line = |one: Prediction| {
        let given = match one.given {
            Some(Given::Taken(_)) => " if taken",
            Some(Given::Refused(_)) => " if refused",
            None => "",
        };
        format!("{} {}: {}{given}", one.step, one.rule.id().trim_start_matches("consumer."), one.expectation)
    };
    predicted(array, script).into_iter().map(line).collect()
}

/// What is predicted of handing over the array alone.
fn taking(array: &Array, take: &str) -> String {
    shown(array, &[take]).join("; ").trim_start_matches("0 ").to_owned()
}

#[test]
fn a_door_takes_what_it_must_and_may_refuse_the_rest() {
    let plain = array("<i2");
    let turned = Array { strides: vec![2, 4], ..plain.clone() };
    assert_eq!(taking(&plain, "take d:buffer types=i"), "accepts: None");
    assert_eq!(taking(&plain, "take d:buffer types=i4"), "refuses-cleanly: None or raises an error");
    assert_eq!(taking(&turned, "take d:buffer types=i"), "refuses-cleanly: None or raises an error");
    assert_eq!(taking(&turned, "take d:buffer types=i accepts=strided"), "accepts-declared: None");
    assert_eq!(taking(&array(">i2"), "take d:interface types=i accepts=swapped"), "accepts-declared: None");
}

#[test]
fn what_a_protocol_allows_is_taken_and_what_it_forbids_is_refused() {
    let plain = array("<i2");
    let with = |feature: &str| taking(&plain, &format!("take d:dlpack-versioned types=i with={feature}"));
    for (feature, rule) in [
        ("no-strides", "accepts-no-strides"),
        ("offset", "accepts-offset"),
        ("no-deleter", "accepts-no-deleter"),
        ("minor", "accepts-minor"),
        ("copied", "accepts-copied"),
    ] {
        assert_eq!(with(feature), format!("{rule}: None"));
    }
    for feature in ["major", "lanes", "sub-byte", "bfloat", "device"] {
        assert_eq!(with(feature), format!("{feature}: raises an error"));
    }
    assert_eq!(with("unknown-flag"), "refuses-cleanly: None or raises an error");
    assert_eq!(taking(&plain, "take d:dlpack types=i accepts=device with=device"), "accepts-declared: None");
    assert_eq!(taking(&plain, "take d:buffer types=i with=major"), "", "the buffer protocol has no version");
}

#[test]
fn what_the_producer_cannot_say_is_refused() {
    let refused = "producer-refuses: raises an error";
    let locked = Array { writeable: false, ..array("<i2") };
    assert_eq!(taking(&array(">i2"), "take d:dlpack types=i accepts=swapped"), refused);
    assert_eq!(taking(&locked, "take d:dlpack types=i accepts=read-only"), refused);
    assert_eq!(taking(&locked, "take d:dlpack-versioned types=i accepts=read-only"), "accepts-declared: None");
    let odd = Array { shape: vec![3], strides: vec![3], ..array("<i2") };
    assert_eq!(taking(&odd, "take d:dlpack types=i accepts=odd-strides,strided"), refused);
    let time = Array::contiguous(vec![0; 8], Dtype::from_typestr("<M8[s]").unwrap(), &[1]);
    assert_eq!(taking(&time, "take d:buffer types=M"), refused);
    assert_eq!(taking(&time, "take d:interface types=M"), "accepts: None");
}

#[test]
fn a_door_of_its_own_memory_refuses_elements_that_share_bytes() {
    let shared = Array { strides: vec![0, 2], ..array("<i2") };
    let exclusive = "take d:object mutable exclusive types=i accepts=overlap,strided";
    assert_eq!(taking(&shared, exclusive), "exclusive: raises an error");
    assert_eq!(taking(&shared, "take d:object mutable types=i accepts=overlap,strided"), "accepts-declared: None");
    assert_eq!(
        shown(&array("<i2"), &["take d:object mutable exclusive types=i", "take-again"]),
        ["0 accepts: None", "1 exclusive-twice: raises an error if taken"]
    );
    let odd = Array { offset: 1, shape: vec![2], strides: vec![2], ..array("<i2") };
    assert_eq!(taking(&odd, "take d:object unaligned=refuses types=i accepts=unaligned"), "unaligned: raises an error");
}

#[test]
fn a_value_is_that_of_the_byte_order_and_its_rule_that_of_what_is_unusual() {
    let seen = |array: &Array, take: &str| shown(array, &[take, "sees-value 1 0"])[1].clone();
    assert_eq!(seen(&array("<i2"), "take d:buffer types=i"), "1 value: 4 if taken");
    assert_eq!(seen(&array(">i2"), "take d:buffer types=i accepts=swapped"), "1 value-swapped: 4 if taken");
    let reversed = Array { offset: 6, strides: vec![-6, 2], ..array("<i2") };
    assert_eq!(seen(&reversed, "take d:buffer types=i accepts=strided,negative"), "1 value-negative: 1 if taken");
    assert_eq!(seen(&array("<i2"), "take d:dlpack types=i with=offset"), "1 value-offset: 4 if taken");
    assert_eq!(shown(&array(">i2"), &["take d:pointer types=i", "sees-value 0 0"]).len(), 1, "a pointer has no order");
    let truth = Array::contiguous(vec![0, 2], Dtype::from_typestr("|b1").unwrap(), &[2]);
    assert_eq!(
        shown(&truth, &["take d:buffer types=b accepts=no-value", "sees-value 0", "sees-value 1"])[1..],
        ["1 value: False or 0 if taken", "2 no-value: True or 1 or raises an error if taken"]
    );
    let half = Array::contiguous(vec![0, 0x3c, 1, 0], Dtype::from_typestr("<f2").unwrap(), &[2]);
    let values = predicted(&half, &["take d:buffer types=f", "sees-value 0", "sees-value 1"]);
    let bits = |value: f64| format!("{value:?} (bits {:016x})", value.to_bits());
    assert_eq!(values[1].expectation.to_string(), bits(1.0));
    assert_eq!(values[2].expectation.to_string(), bits(2f64.powi(-24)));
    let pair = Array::contiguous(1f64.to_le_bytes().repeat(2), Dtype::from_typestr("<c16").unwrap(), &[1]);
    let pair = predicted(&pair, &["take d:buffer types=c", "sees-value 0"]);
    assert!(pair[1].expectation.to_string().starts_with("(1.0, 1.0)"), "{}", pair[1].expectation);
}

#[test]
fn a_copy_may_have_the_same_number_in_another_type() {
    let four = |take: &str| predicted(&array("<i2"), &[take, "sees-itemsize", "sees-value 1 0"]);
    let copied = four("take d:object copies=may types=f8");
    assert_eq!(copied.len(), 2, "the size of an element is that of the copy");
    let expectation = copied[1].expectation.to_string();
    assert!(expectation.starts_with("4 or 4.0 (bits 4010000000000000) or (4.0, 0.0)"), "{expectation}");
    assert_eq!(four("take d:object types=f8")[2].expectation.to_string(), "4 or raises an error");
    let large = Array::contiguous(vec![1, 0, 0, 0, 0, 0, 0x20, 0], Dtype::from_typestr("<i8").unwrap(), &[1]);
    let rounded = predicted(&large, &["take d:object copies=may types=f8", "sees-value 0"]);
    assert_eq!(rounded[1].expectation.to_string(), "9007199254740993 or raises an error");
}

#[test]
fn a_write_is_seen_by_both_unless_there_is_a_copy() {
    let end = ["puts 0900 0 0", "sees-value 0 0", "producer-memory"];
    let script = |take: &'static str| [&[take][..], &end].concat();
    let written = "bytes 09 00 02 00 03 00 04 00 05 00 06 00";
    let kept = "bytes 01 00 02 00 03 00 04 00 05 00 06 00";
    let shared = shown(&array("<i2"), &script("take d:buffer mutable types=i"));
    assert_eq!(
        shared[1..],
        ["1 write: None if taken", "2 write: 9 if taken", &format!("3 write-bytes: {written} if taken")]
    );
    let copied = shown(&array("<i2"), &script("take d:buffer copies=always mutable types=i"));
    assert_eq!(copied[3], format!("3 write-bytes: {kept} if taken"));
    let locked = Array { writeable: false, ..array("<i2") };
    let refused = shown(&locked, &script("take d:buffer mutable types=i accepts=read-only"));
    assert_eq!(refused[1..3], ["1 write-refused: raises an error if taken", "2 value: 1 if taken"]);
    assert_eq!(refused[3], format!("3 untouched: {kept}"));
    let later = ["producer-writes 0 0900", "sees-value 0 0"];
    let seen = |take: &'static str| shown(&array("<i2"), &[&[take][..], &later].concat())[2].clone();
    assert_eq!(seen("take d:buffer types=i"), "2 sees-writes: 9 if taken");
    assert_eq!(seen("take d:buffer copies=always types=i"), "2 copy-kept: 1 if taken");
    assert_eq!(
        shown(&array("<i2"), &["take d:buffer copies=may types=i", later[0], later[1]]).len(),
        2,
        "either is right"
    );
}

#[test]
fn a_write_reaches_the_file_of_a_shared_mapping_alone() {
    let mapped =
        |mode| Array { map: Some(Map { mode, deduced: false, file: Handle::Path, name: None }), ..array("<i2") };
    let file = |mode| {
        let script = ["take d:buffer mutable types=i", "puts 0900 0 0", "producer-file"];
        shown(&mapped(mode), &script).into_iter().nth(2)
    };
    assert!(file(Mode::RPlus).is_some_and(|shown| shown.starts_with("2 write-file: bytes 09 00 02")));
    assert!(file(Mode::C).is_some_and(|shown| shown.starts_with("2 write-file: bytes 01 00 02")));
    assert_eq!(file(Mode::R), None);
}

#[test]
fn the_producer_is_held_until_the_consumer_lets_go() {
    let script = [
        "take d:dlpack types=i",
        "producer-held",
        "producer-lets-go",
        "sees-value 0 0",
        "let-go",
        "producer-held",
        "producer-exports",
    ];
    assert_eq!(
        shown(&array("<i2"), &script),
        [
            "0 accepts: None",
            "1 holds: True if taken",
            "2 quiet: None",
            "3 memory: 1 if taken",
            "4 quiet: None",
            "5 lets-go: False if taken",
            "5 refusal-lets-go: False if refused",
            "6 lets-go: 0 if taken",
            "6 refusal-lets-go: 0 if refused",
        ]
    );
    let pointer = ["take d:pointer types=i", "producer-held", "producer-lets-go", "sees-value 0 0"];
    assert_eq!(shown(&array("<i2"), &pointer), ["0 accepts: None", "2 quiet: None"], "a bare pointer holds nothing");
}

#[test]
fn each_feature_is_found_in_the_array_or_asked_of_a_producer() {
    let asked: Vec<_> = Feature::ALL.iter().filter(|feature| !feature.protocols().is_empty()).collect();
    assert_eq!(asked.len(), 16);
    assert!(asked.iter().all(|feature| Feature::from_word(feature.word()) == Some(**feature)));
}
