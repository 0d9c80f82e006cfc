//! Laws of scenarios of lifetimes.

use crate::arrays::{arrays, platforms};
use crate::cases;
use crate::total::acts;
use array_ctypes_spec::{Act, Answer, Array, Expectation, Prediction, Profile, Step, dtype::Dtype, expect};
use array_ctypes_spec::{Export, layout::resolve, platform::Platform, rules};
use proptest::collection::vec;
use proptest::prelude::*;

/// What one reading of the documentation expects of a step: everything except what only the other reading expects.
fn expected_without(other: Profile, step: usize, predictions: &[Prediction]) -> Vec<&Expectation> {
    let prediction =
        predictions.iter().filter(|prediction| prediction.step == step && prediction.rule.profile() != other);
    prediction.map(|prediction| &prediction.expectation).collect()
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn neither_reading_contradicts_itself(
        platform in platforms(), array in arrays(), acts in vec(acts(), 0..16)
    ) {
        let script: Vec<Step> = acts.into_iter().map(Step::Act).collect();
        let predictions = expect(&platform, &array, &script);
        for (step, other) in (0..script.len()).flat_map(|step| [(step, Profile::Holds), (step, Profile::Borrows)]) {
            let prediction = expected_without(other, step, &predictions);
            prop_assert!(prediction.windows(2).all(|pair| pair[0] == pair[1]), "{} {:?}", script[step], prediction);
        }
    }

    #[test]
    fn the_last_drop_decides_nothing_while_the_array_is_kept(
        array in arrays(), acts in vec(acts(), 0..16)
    ) {
        let acts = acts.into_iter().filter(|act| *act != Act::DropArray);
        let script: Vec<Step> = acts.chain([Act::Alive, Act::Memory]).map(Step::Act).collect();
        let predictions = expect(&Platform::X86_64_LINUX, &array, &script);
        // An array without elements need not have any memory.
        let is_empty = resolve(&Platform::X86_64_LINUX, &array).is_ok_and(|layout| layout.is_empty());
        for (step, is_expected) in [(script.len() - 2, true), (script.len() - 1, !is_empty)] {
            let mut prediction = predictions.iter().filter(|prediction| prediction.step == step);
            prop_assert_eq!(prediction.any(|prediction| prediction.rule == rules::lifetime::kept), is_expected);
        }
    }

    #[test]
    fn after_everything_is_dropped_and_collected_nothing_is_left(array in arrays(), acts in vec(acts(), 0..16)) {
        let drops = (0..=u8::MAX).map(Act::Drop).chain([Act::DropArray, Act::Collect, Act::Alive, Act::Memory]);
        let script: Vec<Step> = acts.into_iter().chain(drops).map(Step::Act).collect();
        let predictions = expect(&Platform::X86_64_LINUX, &array, &script);
        for step in [script.len() - 2, script.len() - 1] {
            let prediction: Vec<_> = predictions.iter().filter(|prediction| prediction.step == step).collect();
            prop_assert!(prediction.iter().any(|prediction| prediction.rule == rules::lifetime::collected));
            prop_assert!(prediction.iter().all(|prediction| prediction.expectation == Expectation::Is(Answer::Bool(false))));
        }
    }
}

#[test]
fn a_name_that_is_taken_or_unknown_predicts_nothing() {
    let array = Array::contiguous(vec![1, 2, 3, 4], Dtype::from_typestr("<i4").unwrap(), &[1]);
    let script = ["export 0 ctypes", "export 0 data", "drop 1", "derive 1 0 contents", "drop array", "export 1 data"];
    let script = script.map(|step| step.parse().unwrap());
    let steps: Vec<usize> =
        expect(&Platform::X86_64_LINUX, &array, &script).iter().map(|prediction| prediction.step).collect();
    assert_eq!(steps, [0, 4]);
    assert_eq!(Step::Act(Act::Balance(Export::Ctypes)).to_string(), "balance ctypes");
}
