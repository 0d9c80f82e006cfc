//! A waiver: why an implementation may decline many cases of a rule. The files of known deviations have them.

use super::pattern::matches;
use crate::adapter::hello::Hello;
use array_ctypes_spec::Rule;

/// Why an implementation may decline many cases of some rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The implementation, by the name in its handshake.
    pub implementation: String,
    /// The waiver is also about implementations that are built on this one.
    pub is_shared: bool,
    /// The rules, as a pattern.
    pub rule: String,
    /// The reason.
    pub reason: String,
}

impl Waiver {
    /// Returns true if the waiver is about a rule of this implementation.
    pub fn covers(&self, hello: &Hello, rule: Rule) -> bool {
        let is_base = || hello.based_on.as_ref().is_some_and(|base| self.implementation == base.name);
        let concerns = self.implementation == hello.name || self.is_shared && is_base();
        concerns && matches(&self.rule, rule.id())
    }
}
