//! The examples of the documentation page, as the specification predicts them on each kind of platform.
//!
//! Review a snapshot as one reads the page: line by line, against the remark. Addresses are relative to the buffer.

use array_ctypes_spec::page::{Example, examples, output};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Expectation, Prediction, Step, expect};
use std::fmt::Write;

/// The page on a platform: for each line what is predicted, with the rules.
fn page(platform: Platform) -> String {
    let mut page = String::new();
    for example in examples() {
        let _ = writeln!(page, "# {example}  {}", example.about());
        let script = example.script();
        let mut before = None;
        for Prediction { step, rule, expectation, .. } in expect(&platform, &example.array(&platform), &script) {
            let typed = if before == Some(step) { "" } else { example.lines()[step].typed };
            let prompt = if before == Some(step) { "   " } else { ">>>" };
            before = Some(step);
            let expected = match &expectation {
                Expectation::Is(answer) => output(&platform, &script[step], answer),
                Expectation::SameAs(earlier) => format!("as {}", example.lines()[*earlier].typed),
                other => other.to_string(),
            };
            let _ = writeln!(page, "{prompt} {typed:<54} | {:<28} | {expected}", rule.id());
        }
    }
    page
}

#[test]
fn the_page_on_lp64_little_endian() {
    insta::assert_snapshot!(page(Platform::X86_64_LINUX));
}

#[test]
fn the_page_on_lp64_big_endian() {
    insta::assert_snapshot!(page(Platform::S390X_LINUX));
}

#[test]
fn the_page_on_ilp32_little_endian() {
    insta::assert_snapshot!(page(Platform::I686_LINUX));
}

#[test]
fn the_page_on_ilp32_big_endian() {
    insta::assert_snapshot!(page(Platform::POWERPC_LINUX));
}

#[test]
fn the_page_on_llp64() {
    insta::assert_snapshot!(page(Platform::X86_64_WINDOWS));
}

#[test]
fn every_line_of_every_example_has_a_prediction_on_every_platform() {
    for (name, platform) in Platform::ALL {
        for example in examples() {
            let predictions = expect(&platform, &example.array(&platform), &example.script());
            for (at, line) in example.lines().iter().enumerate() {
                let step: Result<Step, _> = line.step.parse();
                assert_eq!(step.as_ref().map(Step::to_string), Ok(line.step.to_owned()), "{example}");
                let is_predicted = predictions.iter().any(|prediction| prediction.step == at);
                assert!(is_predicted, "{example}, {} on {name}", line.typed);
            }
        }
    }
}

#[test]
fn an_example_has_one_name() {
    for example in examples() {
        assert_eq!(Example::named(&example.to_string()), Some(example));
    }
    let count = examples().count();
    for name in ["page", "page:", "page:0", "page:01", "page:+1", "page:-1", "page:1 ", "Page:1", "1"] {
        assert!(Example::named(name).is_none(), "{name}");
    }
    assert!(Example::named(&format!("page:{count}")).is_some());
    assert!(Example::named(&format!("page:{}", count + 1)).is_none());
}

#[test]
fn the_address_is_that_of_the_interface_and_of_the_parameter() {
    for (_, platform) in Platform::ALL {
        let predictions =
            examples().flat_map(|example| expect(&platform, &example.array(&platform), &example.script()));
        let same: Vec<(&str, Expectation)> = predictions
            .filter(|prediction| matches!(prediction.expectation, Expectation::SameAs(_)))
            .map(|prediction| (prediction.rule.id(), prediction.expectation))
            .collect();
        let expected =
            [("data.interface", Expectation::SameAs(0)), ("cast.as-parameter-is-data-as", Expectation::SameAs(0))];
        assert_eq!(same, expected);
    }
}
