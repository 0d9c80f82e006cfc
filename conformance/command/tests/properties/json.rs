//! Cases and answers in JSON: reading gives back what was written.

use crate::cases;
use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Answer, Imported, Raises};
use array_ctypes_conformance::{Implementation, Reply, json};
use serde_json::json;

#[test]
fn a_case_is_the_same_after_json() {
    for (name, platform) in Platform::ALL {
        for index in 0..2000 {
            let case = generate::case(23, index, &platform);
            let text = json::from_case(&case).to_string();
            let value = serde_json::from_str(&text).expect("JSON");
            let back = json::to_case(&value, platform.pointer_size()).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!(back, case, "on {name}");
        }
    }
}

#[test]
fn the_name_of_a_file_is_one_component_of_a_path_without_control_characters() {
    let named = |name: &str| {
        let array = json!({
            "buffer": { "size": "0", "bytes": "", "at": 0 }, "writeable": true, "dtype": "|u1", "offset": "0",
            "shape": [], "strides": [], "views": [],
            "map": { "mode": "r", "deduced": false, "file": "path", "name": name },
        });
        json::to_case(&json!({ "array": array, "script": [] }), 8)
    };
    for name in ["a b", "...", "..a", "\\", "caf\u{e9}", &"x".repeat(255)] {
        assert_eq!(named(name).expect("a case").array.map.and_then(|map| map.name).as_deref(), Some(name));
    }
    for name in
        ["", ".", "..", "a/b", "/", "../a", "a\nb", "\0", "\u{7f}", "\u{85}", &"x".repeat(256), &"\u{e9}".repeat(128)]
    {
        let error = named(name).expect_err("a refusal").to_string();
        assert!(error.contains("expected the last component of a path"), "{name:?}: {error}");
    }
}

#[test]
fn an_answer_is_the_same_after_json() {
    let mut answers: Vec<Answer> = cases(2000)
        .flat_map(|case| match Reference::new().answer(&case).expect("a reply") {
            Reply::Answered(answers) => answers.answers,
            _ => Vec::new(),
        })
        .filter(|answer| !matches!(answer, Answer::Imported(_)))
        .collect();
    answers.extend(Raises::ALL.map(Answer::Raises));
    answers.extend([i128::MIN, -1, 0, i128::MAX].map(Answer::Integer));
    answers.extend([0, 1, u64::MAX, f64::NAN.to_bits(), (-0.0f64).to_bits()].map(Answer::Float));
    answers.extend(["", "\"\\", "é\u{10FFFF}\n\0"].map(|text| Answer::Text(text.to_owned())));
    answers.extend([Answer::Object(u64::MAX), Answer::Bytes(Vec::new()), Answer::Integers(vec![i64::MIN, i64::MAX])]);
    let data = array_ctypes_conformance::spec::Address::Absolute(u64::MAX);
    let imported = Imported {
        data,
        read_only: true,
        shape: vec![u64::MAX],
        strides: vec![i64::MIN],
        typestr: "<i4".to_owned(),
        elements: None,
    };
    answers.push(Answer::Imported(Box::new(Imported { elements: Some(vec![0, 255]), ..imported.clone() })));
    answers.push(Answer::Imported(Box::new(imported)));
    for answer in answers {
        let text = json::from_answer(&answer).to_string();
        let back = json::to_answer(&serde_json::from_str(&text).expect("JSON"));
        assert_eq!(back.unwrap_or_else(|error| panic!("{error}: {text}")), answer);
    }
}

#[test]
fn the_message_of_an_exception_is_no_part_of_the_answer() {
    for text in [r#"{"raises": "ValueError", "message": "no"}"#, r#"{"message": "no", "raises": "ValueError"}"#] {
        let answer = json::to_answer(&serde_json::from_str(text).expect("JSON")).expect("an answer");
        assert_eq!(answer, Answer::Raises(Raises::ValueError));
    }
    let unknown = json::to_answer(&serde_json::json!({ "raises": "NuclearError" })).expect("an answer");
    assert_eq!(unknown, Answer::Raises(Raises::OtherError));
}
