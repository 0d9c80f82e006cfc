//! A case: an array and a script.

use array_ctypes_spec::{Array, Prediction, Step, expect, platform::Platform};

/// An array and a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The array.
    pub array: Array,
    /// The steps, in order.
    pub script: Vec<Step>,
}

/// A case with the name of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCase {
    /// The name, as messages show it.
    pub name: String,
    /// The case.
    pub case: Case,
    /// The cases to ask before it, in order, of an implementation that was asked nothing else. Most cases need none.
    pub before: Vec<Case>,
}

impl SavedCase {
    /// A case that needs none before it.
    pub fn alone(name: String, case: Case) -> SavedCase {
        SavedCase { name, case, before: Vec::new() }
    }
}

impl Case {
    /// Returns the predictions for the answers to the script, as [`expect`] makes them.
    pub fn expect(&self, platform: &Platform) -> Vec<Prediction> {
        expect(platform, &self.array, &self.script)
    }
}
