//! A waiver: why an implementation may decline many cases of a rule. The files of known deviations have them.

use super::pattern::matches;
use crate::adapter::hello::Hello;
use array_ctypes_spec::Rule;

/// Why an implementation may decline many cases of some rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The implementation, by the name in its handshake.
    pub implementation: String,
    /// The rules, as a pattern.
    pub rule: String,
    /// The reason.
    pub reason: String,
}

impl Waiver {
    /// Returns true if the waiver is about a rule of this implementation.
    pub fn covers(&self, hello: &Hello, rule: Rule) -> bool {
        self.implementation == hello.name && matches(&self.rule, rule.id())
    }
}
