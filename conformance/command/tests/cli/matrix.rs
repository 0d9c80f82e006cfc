//! The matrix: one table of producers and consumers, and a message for what is neither.

use crate::harness::{Test, tests};
use crate::{Place, kit};
use serde_json::Value;

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] =
    tests![each_pair_has_a_cell, a_broken_pair_is_named_and_repeated_by_one_command, what_is_no_pair_is_bad_usage,];

fn each_pair_has_a_cell() {
    let pair = ["matrix", "memoryview_adapter", "memoryview_consumer", "ctypes_consumer", "--cases", "200"];
    let table = Place::new().run(&pair).exits(0).out;
    let row = table.lines().find(|line| line.starts_with("memoryview ")).expect("a row");
    assert_eq!(row.matches("holds, took").count(), 2, "{table}");
    let lines = Place::new().run(&[&pair[..], &["--format", "json"]].concat()).exits(0).out;
    let cells: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(cells.len(), 2);
    assert!(cells.iter().all(|cell| cell["standing"] == "holds" && cell["taken"].as_u64() > Some(0)), "{lines}");
}

fn a_broken_pair_is_named_and_repeated_by_one_command() {
    let place = Place::new();
    let consumer = "kit.Consumer):\n    name = 'backwards'\n    @kit.door('buffer', types='i')\n    def view(self, given):\n        \
                    return memoryview(given)\n    def strides(self, made):\n        return tuple(-stride for stride in made.strides)\n";
    place.write(
        "backwards.py",
        format!(
            "import sys\nsys.path.insert(0, {:?})\nimport array_ctypes_kit as kit\n\nclass Backwards({consumer}",
            kit()
        ),
    );
    let out = place.run(&["matrix", "memoryview_adapter", "backwards.py", "--cases", "200"]).exits(1).out;
    assert!(out.contains(" to backwards unknown\n\nFAILED consumer."), "{out}");
    let (_, repeat) = out.split_once("repeat:   array-ctypes ").expect("a command");
    let words: Vec<&str> = repeat.lines().next().expect("a line").split(' ').collect();
    assert_eq!(words[..3], ["matrix", "memoryview_adapter", "backwards.py"]);
    assert!(place.run(&words).exits(1).out.contains("FAILED consumer.strides"));
}

fn what_is_no_pair_is_bad_usage() {
    let place = Place::new();
    for (adapters, message) in [
        (["memoryview_adapter", "missing.py"], "expected a file of Python or the name of an adapter"),
        (["memoryview_adapter", "memoryview_adapter"], "these consumers: none"),
        (["memoryview_consumer", "memoryview_consumer"], "these producers: none"),
    ] {
        let ran = place.run(&[&["matrix"][..], &adapters].concat()).exits(2);
        assert!(ran.errors.contains(message), "{}", ran.errors);
    }
}
