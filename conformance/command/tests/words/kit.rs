//! The words of the Python kit and its adapters, which `tables.py` lists.

use crate::harness::{Test, tests};
use crate::{Words, rust};
use array_ctypes_command::adapters::numpy::python_at_hand;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![the_python_kit_has_the_words_of_the_rust_code,];

fn the_python_kit_has_the_words_of_the_rust_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(python_at_hand());
    command.arg("-B").arg(folder.join("tests/words/tables.py")).env("PYTHONPATH", folder.join("../python"));
    let output =
        command.output().expect("expected `python3` on the path, or the path of a Python in ARRAY_CTYPES_PYTHON");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tables: BTreeMap<String, Vec<String>> = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut found = Words::default();
    for (vocabulary, words) in &tables {
        found.add_all(vocabulary, words);
    }
    let needed = ["view", "step", "ctypeslib", "value", "export", "derive", "exception", "answer", "profile"];
    rust::words().assert_repeated_by(
        "the Python kit, or an adapter of it (see tests/words/tables.py),",
        &found,
        &needed,
    );
}
