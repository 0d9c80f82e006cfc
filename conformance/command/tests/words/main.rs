//! The specification and the suite define the words of the protocol; the JSON Schema, PROTOCOL.md and the Python kit repeat
//! them. A test fails if one of these lacks a word, or has one that the Rust code does not know.

mod document;
#[path = "../harness/mod.rs"]
mod harness;
mod kit;
mod rust;
mod schema;

use array_ctypes_command::adapters::numpy::python_at_hand;
use std::collections::{BTreeMap, BTreeSet};

fn main() {
    let python = harness::without(&python_at_hand());
    harness::run(&[(document::TESTS, &[]), (rust::TESTS, &[]), (schema::TESTS, &[]), (kit::PYTHON_TESTS, &[python])])
}

/// Sets of words, each under the name of its vocabulary.
#[derive(Debug, Default)]
pub(crate) struct Words(BTreeMap<String, BTreeSet<String>>);

impl Words {
    pub(crate) fn add(&mut self, vocabulary: &str, word: &str) {
        self.0.entry(vocabulary.to_owned()).or_default().insert(word.to_owned());
    }

    pub(crate) fn add_all(&mut self, vocabulary: &str, words: impl IntoIterator<Item = impl AsRef<str>>) {
        for word in words {
            self.add(vocabulary, word.as_ref());
        }
    }

    /// Adds the words of a view in its text form.
    pub(crate) fn add_view(&mut self, text: &str) {
        self.add_all("view", text.split(' ').next());
    }

    /// Adds the words of a step in its text form.
    pub(crate) fn add_step(&mut self, text: &str) {
        let words: Vec<&str> = text.split(' ').collect();
        self.add("step", words[0]);
        match words[..] {
            ["assign" | "object", attribute, ..] => self.add("attribute", attribute),
            ["flag" | "interface" | "struct" | "map" | "absent", word, ..] => self.add(words[0], word),
            ["buffer" | "dlpack", request, member, ..] => {
                self.add(&format!("{} request", words[0]), request);
                self.add(&format!("{} member", words[0]), member);
            }
            ["import", ref named @ ..] => self.add_named("import", named),
            ["ctypeslib", "as_array", source, shape, ..] => {
                self.add("ctypeslib", "as_array");
                self.add("as_array source", source);
                self.add_all("as_array shape", shape.split('=').next());
            }
            ["ctypeslib", "ndpointer", what, ref named @ ..] => {
                self.add("ctypeslib", "ndpointer");
                self.add("ndpointer use", what);
                self.add_named("ndpointer", named);
            }
            ["ctypeslib", "load_library", how] => {
                self.add("ctypeslib", "load_library");
                self.add("load_library", how);
            }
            ["ctypeslib", helper, ..] => self.add("ctypeslib", helper),
            ["hand", "ctypes", ..] => {}
            ["hand" | "type", value, ..] => self.add("value", value),
            ["export", _, what, ..] | ["balance" | "call", what, ..] => self.add("export", what),
            ["derive", _, _, how, ..] => self.add("derive", how),
            _ => {}
        }
    }

    /// Adds the names of arguments such as `shape=3`, and for `data=at:4` also the form of the value.
    fn add_named(&mut self, step: &str, named: &[&str]) {
        for (name, value) in named.iter().filter_map(|word| word.split_once('=')) {
            self.add(step, name);
            if name == "data" {
                self.add_all("import data", value.split(':').next());
            }
        }
    }

    /// # Panics
    /// If `found`, which stands in `place`, has another vocabulary than these words, or other words in one. A vocabulary that
    /// `found` lacks altogether is fine only if it is not among `needed`.
    #[track_caller]
    pub(crate) fn assert_repeated_by(&self, place: &str, found: &Words, needed: &[&str]) {
        let lacking: Vec<&&str> = needed.iter().filter(|vocabulary| !found.0.contains_key(**vocabulary)).collect();
        assert!(lacking.is_empty(), "expected words of each of {lacking:?} in {place}, found none");
        for (vocabulary, found) in &found.0 {
            let known = self.0.get(vocabulary).unwrap_or_else(|| panic!("{place} has the vocabulary {vocabulary:?}"));
            let missing: Vec<_> = known.difference(found).collect();
            let unknown: Vec<_> = found.difference(known).collect();
            assert!(
                missing.is_empty() && unknown.is_empty(),
                "{place} has other words of {vocabulary:?} than the Rust code: add {missing:?}, remove {unknown:?}"
            );
        }
    }
}
