//! Laws of the text forms: printed text parses to the same value, and any other text is refused without a panic.

use crate::cases;
use crate::dtype::nearly;
use crate::total::steps;
use crate::types::ctypes;
use crate::views;
use array_ctypes_spec::ctype::CType;
use array_ctypes_spec::{Address, Form, Question, Raises, Step, View};
use proptest::prelude::*;
use std::collections::HashSet;
use std::fmt::{Debug, Display};
use std::str::FromStr;

fn round_trips<T: Display + FromStr + PartialEq>(value: &T) -> bool {
    value.to_string().parse::<T>().is_ok_and(|parsed| parsed == *value)
}

/// Text is refused with a message, or parses to something that round trips.
fn is_refused_or_round_trips<T: Display + FromStr<Err: Display> + PartialEq + Debug>(text: &str) -> bool {
    match text.parse::<T>() {
        Ok(value) => round_trips(&value),
        Err(error) => !error.to_string().is_empty(),
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn c_types_round_trip(ctype in ctypes()) {
        prop_assert!(round_trips(&ctype), "{ctype}");
    }

    #[test]
    fn views_round_trip(view in views::wild()) {
        prop_assert!(round_trips(&view), "{view}");
    }

    #[test]
    fn steps_round_trip(step in steps()) {
        prop_assert!(round_trips(&step), "{step}");
    }

    #[test]
    fn any_text_is_refused_or_round_trips(
        text in prop_oneof![
            any::<String>(),
            nearly(ctypes().prop_map(|ctype| ctype.to_string())),
            nearly(views::wild().prop_map(|view| view.to_string())),
            nearly(steps().prop_map(|step| step.to_string())),
            nearly(nearly(steps().prop_map(|step| step.to_string()))),
        ]
    ) {
        prop_assert!(is_refused_or_round_trips::<CType>(&text));
        prop_assert!(is_refused_or_round_trips::<View>(&text));
        prop_assert!(is_refused_or_round_trips::<Step>(&text));
    }
}

#[test]
fn deep_nesting_is_refused_and_exhausts_no_stack() {
    let deep = "POINTER(".repeat(100_000) + "c_int" + &")".repeat(100_000);
    assert!(deep.parse::<CType>().is_err());
    assert!(("c_int".to_owned() + &" * 1".repeat(100_000)).parse::<CType>().is_err());
    assert!(("Structure(".repeat(100_000)).parse::<CType>().is_err());
    for outer in ["POINTER(", "Structure(", "Union(", "Structure(c_int, "] {
        let nested = |depth| outer.repeat(depth) + "c_int" + &")".repeat(depth);
        assert!(nested(32).parse::<CType>().is_ok() && nested(33).parse::<CType>().is_err(), "{outer}");
    }
    let arrays = |depth| "c_int".to_owned() + &" * 1".repeat(depth);
    assert!(arrays(32).parse::<CType>().is_ok() && arrays(33).parse::<CType>().is_err());
}

#[test]
fn a_near_miss_of_a_step_is_refused() {
    for text in [
        "ctypeslib as_array pointer 3 c_int",
        "map everything",
        "file 0",
        "forked drop 0",
        "forked forked data",
        "dat",
        "data 1",
        "write-pointer 1",
        "write-pointer 1 0",
        "item -1",
        "drop arrays",
        "",
        "index 0",
        "hand shape",
        "hand shape to",
        "take",
        "take a",
        "take a:b",
        "take a/b:buffer",
        "take a:buffer copies=no",
        "take a:buffer types=x",
        "take a:buffer accepts=",
        "sees-value -1",
        "puts 0 0",
        "producer-writes 00",
        "hand method to c_int",
        "hand shape to c_int to c_int",
        "walk ctypes by shape",
        "walk data by shape and strides",
        "walk ctypes by strides and shape",
    ] {
        assert!(text.parse::<Step>().is_err(), "{text}");
    }
}

/// The line that a form stands for, with an example in each place.
fn example(form: &Form) -> String {
    let of = |argument: &str| match argument {
        "T" => "c_int",
        "HEX" => "00ff",
        "TYPESTR" => "<i4",
        "DOOR:PROTOCOL NAME=VALUE…" => {
            "a.b:buffer copies=may mutable exclusive unaligned=refuses types=b,f8 accepts=strided,empty with=standard"
        }
        "NAME=VALUE…" => "data=buffer read_only=0 shape=1 typestr=|u1 version=3",
        "HELPER…" => "c_intp",
        "VALUE to PARAMETER" => "shape_as c_int to POINTER(c_int)",
        "POINTER by SHAPE and STRIDES" => "data_as POINTER(c_int) by shape and strides_as c_int",
        "STEP" if form.word == "forked" => "data",
        "NAME" if form.word == "flag" => "aligned",
        "NAME" if form.word == "map" => "offset",
        "NAME" => "ctypes",
        "KEY" | "WHAT" | "MEMBER" => "shape",
        "REQUEST" if form.word == "buffer" => "full_ro",
        "REQUEST" => "versioned",
        "HOW" => "contents",
        "VALUE" if form.word == "type" => "data_as c_int",
        _ => "1",
    };
    form.arguments.iter().fold(form.word.to_owned(), |line, argument| line + " " + of(argument))
}

#[test]
fn every_form_has_a_word_of_its_own_and_parses_with_an_example_for_each_argument() {
    let mut words = HashSet::new();
    for form in Step::forms() {
        let line = example(form);
        assert_eq!(line.parse::<Step>().as_ref().map(Step::to_string), Ok(line), "{form}");
        assert!(words.insert(form.word) && !form.about.trim().is_empty(), "{form}");
    }
    let mut words = HashSet::new();
    for form in View::FORMS {
        let line = example(form);
        assert_eq!(line.parse::<View>().as_ref().map(View::to_string), Ok(line), "{form}");
        assert!(words.insert(form.word) && !form.about.trim().is_empty(), "{form}");
    }
    assert_eq!(View::FORMS[1].to_string(), "slice AXIS START STOP STEP");
}

#[test]
fn an_error_lists_the_forms_that_the_text_may_have_meant() {
    let error = |text: &str| text.parse::<Step>().unwrap_err().to_string();
    assert_eq!(error("file 0"), "\"file 0\" is no step of a script: expected one of `file OFFSET LENGTH`");
    assert!(error("dat").ends_with("`producer-capsule`, `forked STEP`"), "{}", error("dat"));
    assert!(error("dat").contains("expected one of `native`, `sizeof T`, `name T`,"), "{}", error("dat"));
    let view = "turn 0".parse::<View>().unwrap_err().to_string();
    assert!(
        view.starts_with("\"turn 0\" is no view operation: expected one of `index AXIS AT`, `slice AXIS START"),
        "{view}"
    );
    assert!(view.ends_with("`reshape LENGTH…`, `field NAME`, `view TYPESTR`"), "{view}");
}

#[test]
fn any_number_of_spaces_separates_arguments() {
    assert_eq!(" slice  0 _   4 1 ".parse::<View>().unwrap().to_string(), "slice 0 _ 4 1");
    assert_eq!("file  0 1 ".parse::<Step>().unwrap().to_string(), "file 0 1");
}

#[test]
fn a_step_has_the_question_that_it_asks() {
    let question = |text: &str| text.parse::<Step>().unwrap().question().cloned();
    assert_eq!((question("data"), question("shape-type")), (Some(Question::Data), Some(Question::ShapeType)));
    for text in ["write-item 00 0", "forked data", "peek 1", "drop 0"] {
        assert_eq!(question(text), None, "{text}");
    }
}

#[test]
fn errors_are_known_by_their_names() {
    for kind in Raises::ALL {
        assert_eq!(Raises::from_name(kind.name()), kind);
    }
    assert_eq!(Raises::from_name("KeyboardInterrupt"), Raises::OtherError);
}

#[test]
fn an_address_is_as_wide_as_a_pointer() {
    let (buffer, wide) = (0x1_0000_0010, Address::Absolute(0x5_0000_0001));
    assert_eq!((wide.resolve(buffer, 8), wide.resolve(buffer, 4)), (0x5_0000_0001, 1));
    let before = Address::InBuffer(-1);
    assert_eq!((before.resolve(buffer, 8), before.resolve(buffer, 4)), (0x1_0000_000f, 0xf));
    assert_eq!((before.resolve(0, 8), before.resolve(0, 4)), (u64::MAX, 0xffff_ffff));
}
