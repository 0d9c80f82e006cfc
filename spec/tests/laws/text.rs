//! Laws of the text forms: what is printed parses to the same, and what is not text of ours is refused in peace.

use crate::cases;
use crate::dtype::nearly;
use crate::total::{steps, views};
use crate::types::ctypes;
use array_ctypes_spec::ctype::CType;
use array_ctypes_spec::{Step, View};
use proptest::prelude::*;
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
    fn views_round_trip(view in views()) {
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
            nearly(views().prop_map(|view| view.to_string())),
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
}

#[test]
fn what_looks_like_a_step_and_is_none_is_refused() {
    for text in ["ctypeslib as_array pointer 3 c_int", "map everything", "file 0"] {
        assert!(text.parse::<Step>().is_err(), "{text}");
    }
}
