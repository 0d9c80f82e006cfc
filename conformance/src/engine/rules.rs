//! A set of rules: those that a run is about, or those that bind an implementation.

use super::pattern::matches;
use super::table::ROWS;
use crate::adapter::hello::Hello;
use crate::checks::row::Ability;
use array_ctypes_spec::{Profile, Rule};

/// A set of rules.
#[derive(Clone, Debug)]
pub struct Rules {
    /// For each rule, in order, true if it is in the set.
    wanted: Vec<bool>,
    /// True if the set was chosen because the run is about few rules.
    focused: bool,
}

impl Rules {
    /// Every rule.
    pub fn all() -> Rules {
        Rules { wanted: vec![true; Rule::all().count()], focused: false }
    }

    /// The rules whose identifier matches a pattern, where `*` stands for any text, or whose chapter has that name; of several
    /// patterns, with commas between them, each adds its rules. `None` if there is no such rule.
    pub fn matching(patterns: &str) -> Option<Rules> {
        let mut wanted = vec![false; Rule::all().count()];
        for pattern in patterns.split(',') {
            let is_wanted = |rule: &Rule| matches(pattern, rule.id()) || pattern == rule.chapter().name();
            let mut matching = Rule::all().filter(is_wanted).peekable();
            matching.peek()?;
            matching.for_each(|rule| wanted[rule.index()] = true);
        }
        Some(Rules { wanted, focused: true })
    }

    /// One rule.
    pub fn only(rule: Rule) -> Rules {
        Rules { wanted: Rule::all().map(|other| other == rule).collect(), focused: true }
    }

    /// The rules of the set but for one.
    #[must_use]
    pub fn without(&self, rule: Rule) -> Rules {
        self.with_wanted(rule, false)
    }

    /// The rules of the set and one more.
    #[must_use]
    pub fn with(&self, rule: Rule) -> Rules {
        self.with_wanted(rule, true)
    }

    fn with_wanted(&self, rule: Rule, is_wanted: bool) -> Rules {
        let mut rules = self.clone();
        rules.wanted[rule.index()] = is_wanted;
        rules
    }

    /// The rules of the set that belong to one of these profiles.
    #[must_use]
    pub fn of(&self, profiles: &[Profile]) -> Rules {
        let wanted = Rule::all().zip(&self.wanted).map(|(rule, wanted)| *wanted && profiles.contains(&rule.profile()));
        Rules { wanted: wanted.collect(), focused: self.focused }
    }

    /// The rules of the set that bind an implementation: it claims their profile, and has what their rows need, such as
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

    /// Returns true if a rule is in the set.
    pub fn includes(&self, rule: Rule) -> bool {
        self.wanted[rule.index()]
    }
}

/// The ability that is missing, if a rule of a claimed profile is not asked; `None` if nothing is missing, or only a
/// profile.
pub(crate) fn missing(rule: Rule, hello: &Hello) -> Option<Ability> {
    let is_claimed = hello.profiles.contains(&rule.profile());
    if is_claimed { ROWS[rule.index()].row.missing(hello) } else { None }
}

/// The profile beside its own that a rule is about and that is not claimed, if there is one.
pub(crate) fn missing_profile(rule: Rule, hello: &Hello) -> Option<Profile> {
    ROWS[rule.index()].row.missing_profile(hello)
}
