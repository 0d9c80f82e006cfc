//! Adapters keep working: those of NumPy and memoryview as they were with the first version of the protocol and of the kit, in
//! `tests/kit-1.0`, are judged as those of today, but for what the kit could not know then.

use crate::harness::{Test, tests};
use crate::{Place, kit};
use array_ctypes_command::adapters::numpy::python_at_hand;
use array_ctypes_conformance::engine::outcome::MIN_CASES_TO_COUNT;
use array_ctypes_conformance::spec::{Profile, Rule};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) const PYTHON_TESTS: &[Test] = tests![the_first_adapter_of_memoryview_is_judged_as_that_of_today,];

/// Tests that need NumPy.
pub(crate) const NUMPY_TESTS: &[Test] = tests![the_first_adapter_of_numpy_is_judged_as_that_of_today,];

/// The profiles that are newer than that kit.
const NEWER_PROFILES: [Profile; 4] = [Profile::Consumer, Profile::Import, Profile::Numpy, Profile::Struct];

/// The abilities that are newer than that kit. Whoever does not declare one is not asked about it.
const NEWER_ABILITIES: [&str; 5] = ["dlpack_arguments", "exports", "functions", "interface_types", "types"];

fn the_first_adapter_of_memoryview_is_judged_as_that_of_today() {
    judged_as_today("memoryview_adapter.py", Path::new("python3"));
}

fn the_first_adapter_of_numpy_is_judged_as_that_of_today() {
    judged_as_today("numpy_adapter.py", &python_at_hand());
}

/// Checks the adapter of then and that of today. Both conform, and what holds today held then.
fn judged_as_today(adapter: &str, python: &Path) {
    let old = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kit-1.0");
    let (then, today) = (lines(&format!("{old}/{adapter}"), python), lines(&format!("{}/{adapter}", kit()), python));
    for line in then.iter().filter(|line| line["kind"] == "missing") {
        let limit = line["limit"].as_str().expect("a name");
        assert!(NEWER_ABILITIES.contains(&limit), "expected an ability that is newer than the kit, found {limit}");
    }
    let (then, today) = (standings(&then), standings(&today));
    let holds = |standing: &str| ["held", "known"].contains(&standing);
    for rule in Rule::all().filter(|rule| holds(&today[rule.id()].0)) {
        let (standing, cases) = &then[rule.id()];
        let is_newer = standing == "not asked" || standing == "not claimed" && NEWER_PROFILES.contains(&rule.profile());
        // Whoever claims other profiles is drawn other cases, so there may be a few less than it takes to be held.
        let is_nearly_held = standing == "not exercised" && *cases >= MIN_CASES_TO_COUNT / 2;
        assert!(
            holds(standing) || is_nearly_held || is_newer,
            "expected {rule} to be {}, found it {standing} after {cases} cases",
            today[rule.id()].0
        );
    }
}

/// The lines of a report, of an adapter that conforms.
fn lines(adapter: &str, python: &Path) -> Vec<Value> {
    let command = format!("{} -B {adapter}", python.display());
    let arguments = ["check", "--cases", "2000", "--no-save", "--format", "json", "--command", &command];
    let ran = Place::new().run(&arguments).exits(0);
    ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// How each rule stands, and in how many cases it was judged.
fn standings(lines: &[Value]) -> BTreeMap<&str, (String, u64)> {
    let of_rules = lines.iter().filter(|line| line["kind"] == "rule");
    let text = |line: &Value| line["standing"].as_str().expect("a text").to_owned();
    let stands = |line: &Value| (text(line), line["cases"].as_u64().expect("a number"));
    of_rules.map(|line| (line["rule"].as_str().expect("a rule"), stands(line))).collect()
}
