//! Predictions of many drawn cases: the reference, which uses no code of the specification, fulfils them, and a snapshot shows
//! them to a reader.

use array_ctypes_command::adapters::{Reading, Reference};
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::engine::options::Options;
use array_ctypes_conformance::engine::run::check;
use array_ctypes_conformance::report::snippet;
use array_ctypes_conformance::spec::layout::{c_strides, resolve};
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Array, Expectation, Prediction, Rule, Step};
use array_ctypes_conformance::{Case, Implementation};
use std::collections::BTreeMap;
use std::fmt::Write;

#[test]
fn the_reference_passes_in_both_readings() {
    for reading in [Reading::Holds, Reading::Borrows] {
        let make = || Ok(Box::new(Reference::reading(reading)) as Box<dyn Implementation>);
        let options = Options { seed: 23, cases: 10_000, ..Options::default() };
        let report = check(&make, &options, &|_| {}).expect("a report");
        assert_eq!(report.failures.len(), 0, "{:?}", report.failures.first());
    }
}

/// The cases that are drawn for each platform.
const CASES: u64 = 2000;

/// For each rule: how many predictions it has on each platform among the drawn cases, and one of them in words. The committed
/// vectors have all predictions in full; this is what a person reviews when the specification or a generator changes.
#[test]
fn the_predictions_of_each_rule_are_counted_and_one_is_shown() {
    let mut rules: BTreeMap<Rule, ([usize; Platform::ALL.len()], String)> = BTreeMap::new();
    for (column, (_, platform)) in Platform::ALL.iter().enumerate() {
        for index in 0..CASES {
            let case = generate::case(24, index, platform);
            let is_telling = resolve(platform, &case.array).is_ok_and(|layout| layout.elements() > 1);
            for prediction in case.expect(platform) {
                let (counts, shown) = rules.entry(prediction.rule).or_default();
                counts[column] += 1;
                // The shortest is easy to read; an array of several elements says more.
                if column == 0 && (is_telling || shown.is_empty()) {
                    let words = in_words(&case, &prediction);
                    if shown.is_empty() || words.len() < shown.len() {
                        *shown = words;
                    }
                }
            }
        }
    }
    let names: Vec<&str> = Platform::ALL.iter().map(|(name, _)| *name).collect();
    let mut text = format!("{CASES} cases for each of {}", names.join(", "));
    for (rule, (counts, shown)) in rules {
        let counts: Vec<String> = counts.iter().map(ToString::to_string).collect();
        let _ = write!(text, "\n{} {}\n  {shown}", rule.id(), counts.join(" "));
    }
    insta::assert_snapshot!(text);
}

/// A prediction in one line: the array, the steps that it depends on, and what is expected.
fn in_words(case: &Case, Prediction { step, expectation, .. }: &Prediction) -> String {
    let steps = |steps: &[Step]| steps.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (before, asked) = case.script[..=*step].split_at(*step);
    // Answers to questions do not depend on earlier questions.
    let mut script: Vec<Step> = before.iter().filter(|step| !matches!(step, Step::Ask(_))).cloned().collect();
    let expected = match expectation {
        Expectation::SameAs(earlier) => format!("the answer to {}", case.script[*earlier]),
        Expectation::FreshFrom(earlier) => format!("another object than that of {}", case.script[*earlier]),
        other => other.to_string(),
    };
    script.extend_from_slice(asked);
    format!("{}: {} -> {expected}", array_in_words(&case.array), steps(&script).join("; "))
}

/// An array in one line.
fn array_in_words(array: &Array) -> String {
    let mut text = format!("{} {:?}", snippet::dtype(&array.dtype), array.shape);
    if array.strides != c_strides(&array.shape, array.dtype.item_size()) {
        let _ = write!(text, " strides {:?}", array.strides);
    }
    if let Some(map) = &array.map {
        let _ = write!(text, " mapped {}", map.mode.word());
    } else if !array.is_writeable() {
        text.push_str(" read-only");
    }
    for view in &array.views {
        let _ = write!(text, " | {view}");
    }
    text
}
