//! Draws are independent: of names, of what else is drawn, and of which other rules there are.

use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::engine::generate::{case, generate};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::spec::{Rule, Step};
use array_ctypes_conformance::{Hello, Implementation};
use std::collections::HashSet;

/// The texts of the steps.
fn texts(script: &[Step]) -> HashSet<String> {
    script.iter().map(Step::to_string).collect()
}

/// Without a rule, the array is the same, and so is every step that other rules ask for.
#[test]
fn a_rule_that_is_left_out_changes_no_array_and_no_step_of_another() {
    let hello = Reference::new().hello().clone();
    let bound = Rules::all().binding(&hello);
    let none = Rule::all().fold(bound.clone(), |rules, rule| rules.without(rule));
    for rule in Rule::all().filter(|rule| bound.includes(*rule)) {
        let (others, only) = (bound.without(rule), none.with(rule));
        for index in 0..40 {
            let [whole, rest, own] = [&bound, &others, &only].map(|rules| generate(25, index, &hello, rules).case);
            assert_eq!(rest.array, whole.array, "case 25:{index} without {rule}");
            let (whole, rest, own) = (texts(&whole.script), texts(&rest.script), texts(&own.script));
            let is_lost = |step: &&String| !rest.contains(*step) && !own.contains(*step);
            let is_new = |step: &&String| !whole.contains(*step);
            assert_eq!(whole.iter().find(is_lost), None, "case 25:{index}: lost without {rule}");
            assert_eq!(rest.iter().find(is_new), None, "case 25:{index}: new without {rule}");
        }
    }
}

#[test]
fn a_case_does_not_depend_on_the_name_or_version_of_an_implementation() {
    let hello = Reference::new().hello().clone();
    let other = Hello { name: "other".into(), version: "9".into(), runtime: Some("runtime 3".into()), ..hello.clone() };
    let rules = Rules::all().binding(&hello);
    for index in 0..200 {
        let [one, other] = [&hello, &other].map(|hello| generate(26, index, hello, &rules).case);
        assert_eq!(one, other, "case 26:{index}");
    }
}

#[test]
fn an_adapter_that_gives_files_no_names_gets_the_same_cases_without_them() {
    let naming = Reference::new().hello().clone();
    let mut other = naming.clone();
    other.limits.file_names = false;
    let rules = Rules::all().binding(&naming);
    let mut named = 0;
    for index in 0..1000 {
        let [mut with, mut without] = [&naming, &other].map(|hello| generate(27, index, hello, &rules).case);
        named += with.array.map.as_mut().and_then(|map| map.name.take()).iter().count();
        assert_eq!(with.array, without.array, "case 27:{index}");
        // A file with a name is asked for it more often.
        for case in [&mut with, &mut without] {
            case.script.retain(|step| step.to_string() != "map filename");
        }
        assert_eq!(with.script, without.script, "case 27:{index}");
    }
    assert!(named > 50, "{named}");
}

#[test]
fn a_case_does_not_depend_on_the_cases_before_it() {
    let host = Platform::host();
    let forwards: Vec<_> = (0..100).map(|index| case(22, index, &host)).collect();
    for index in (0..100).rev() {
        assert_eq!(case(22, index, &host), forwards[index as usize]);
    }
}
