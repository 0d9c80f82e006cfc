//! Which rules a run asks about.

use super::pattern::matches;
use super::rows::ROWS;
use crate::adapter::hello::Hello;
use array_ctypes_spec::{Profile, Rule};

/// Which rules a run asks about.
#[derive(Clone, Debug)]
pub struct Rules {
    /// For each rule of the table, in its order.
    wanted: Vec<bool>,
    focused: bool,
}

impl Rules {
    /// Every rule.
    pub fn all() -> Rules {
        Rules { wanted: vec![true; Rule::all().count()], focused: false }
    }

    /// The rules whose identifier matches a pattern, in which `*` stands for any text, or whose chapter has that name;
    /// `None` where there is none.
    pub fn matching(pattern: &str) -> Option<Rules> {
        let wanted = |rule: Rule| matches(pattern, rule.id()) || pattern == rule.chapter().name();
        let wanted: Vec<bool> = Rule::all().map(wanted).collect();
        wanted.contains(&true).then_some(Rules { wanted, focused: true })
    }

    /// One rule.
    pub fn only(rule: Rule) -> Rules {
        Rules { wanted: Rule::all().map(|other| other == rule).collect(), focused: true }
    }

    /// Those among them of some profiles.
    #[must_use]
    pub fn of(&self, profiles: &[Profile]) -> Rules {
        let wanted = Rule::all().zip(&self.wanted).map(|(rule, wanted)| *wanted && profiles.contains(&rule.profile()));
        Rules { wanted: wanted.collect(), focused: self.focused }
    }

    /// Those among them that bind an implementation: of a profile that it claims, and with a row whose needs it meets, such as
    /// a library to load.
    #[must_use]
    pub fn binding(&self, hello: &Hello) -> Rules {
        let binds = |rule: Rule| hello.profiles.contains(&rule.profile()) && ROWS[rule.index()].row.binds(hello);
        let wanted = Rule::all().zip(&self.wanted).map(|(rule, wanted)| *wanted && binds(rule));
        Rules { wanted: wanted.collect(), focused: self.focused }
    }

    /// The same rules, each asked about at every opportunity.
    #[must_use]
    pub(crate) fn focused(self) -> Rules {
        Rules { focused: true, ..self }
    }

    /// Returns true if each rule is asked about at every opportunity.
    pub(crate) fn is_focused(&self) -> bool {
        self.focused
    }

    /// Whether a rule is asked about.
    pub fn includes(&self, rule: Rule) -> bool {
        self.wanted[rule.index()]
    }
}
