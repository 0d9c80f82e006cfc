//! What adapters decline, as `check` reports it.

use crate::Place;
use crate::harness::{Test, tests};
use serde_json::Value;

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    a_rule_of_which_much_is_declined_is_not_judged_and_the_run_exits_with_3,
    an_entry_of_the_file_of_deviations_says_why_much_may_be_declined,
    little_may_be_declined_and_is_reported_with_its_reason,
    repro_says_what_is_declined,
];

/// The adapter of `memoryview`, which declines to show the address in some of each hundred cases that ask for it.
fn adapter(of_hundred: u32) -> String {
    format!(
        "\
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView
class A(MemoryView):
    name, asked = 'hesitant', 0
    def data(self, a):
        A.asked += 1
        if A.asked * {of_hundred} % 100 < {of_hundred}:
            raise kit.Declined('the array moves')
        return super().data(a)
kit.serve(A())
"
    )
}

fn a_rule_of_which_much_is_declined_is_not_judged_and_the_run_exits_with_3() {
    let ran = Place::new().check_python(&adapter(10), &["--cases", "3000"]).exits(3);
    ran.prints(&[
        "declined by hesitant, in ",
        "  the array moves, ",
        "DECLINED data.first-element: expected at most 5 % of its cases to be declined, found ",
        "were not judged (exit code 3)",
    ]);
}

fn an_entry_of_the_file_of_deviations_says_why_much_may_be_declined() {
    let place = Place::new();
    let entry = |rule: &str| format!("[[declined]]\nrule = \"{rule}\"\nreason = \"it compacts memory\"\n");
    let file = format!("implementation = \"hesitant\"\n{}{}", entry("data.*"), entry("layout.*"));
    place.write("array-ctypes-deviations.toml", file);
    let ran = place.check_python(&adapter(10), &["--cases", "3000", "--rule", "data.*"]).exits(0);
    ran.prints(&["% of data.first-element, as the file of known deviations says: it compacts memory"]);
    place.write(
        "array-ctypes-deviations.toml",
        "implementation = \"hesitant\"\n[[declined]]\nrule = \"date\"\nreason = \"x\"",
    );
    place
        .check_python(&adapter(10), &[])
        .exits(2)
        .reports(&["declined 1, rule: expected a rule or a pattern of rules"]);
}

fn little_may_be_declined_and_is_reported_with_its_reason() {
    let ran =
        Place::new().check_python(&adapter(2), &["--cases", "20000", "--rule", "data.*", "--format", "json"]).exits(0);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let declined: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "declined").collect();
    let [declined] = declined[..] else { panic!("{declined:?}") };
    assert_eq!(declined["reason"], "the array moves");
    let summary = ran.summary();
    assert_eq!((&summary["declined"], &summary["cases_declined"]), (&Value::from(0), &declined["cases"]));
    let rule = lines.iter().find(|line| line["rule"] == "data.first-element").expect("the rule");
    assert_eq!((&rule["standing"], rule["declined"].as_u64() > Some(0)), (&Value::from("held"), true));
}

fn repro_says_what_is_declined() {
    let place = Place::new();
    // So that the example of the page applies.
    let limits = "limits = {**MemoryView.limits, 'max_dimensions': 2, 'views': []}\n    name, ";
    place.check_python(&adapter(100).replace("name, ", limits), &["--cases", "0"]);
    let ran = place.run(&["repro", "page:1", "--command", "python3 -B adapter.py"]).exits(0);
    ran.prints(&["found declined: the array moves", "    declined data.first-element: expected "]);
}
