//! A known deviation: a rule that an implementation is known to break, and why.
//!
//! An entry says that a rule fails, and narrows where. It never says which wrong answer is acceptable: that would be a
//! second specification. The files of deviations are read elsewhere, in `deviations`.

use super::pattern::matches;
use super::traits::{Trait, TraitSet};
use super::version::Version;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use crate::{Case, SavedCase};
use array_ctypes_spec::platform::Platform;
use array_ctypes_spec::{Consumer, Prediction, Rule, Step, judges_replies};

/// The file of known deviations that is used if none is named and it exists.
pub const DEFAULT_FILE: &str = "array-ctypes-deviations.toml";

/// A known deviation.
#[derive(Clone, Debug)]
pub struct Deviation {
    /// The implementation that has it, by the name in its handshake.
    pub implementation: String,
    /// True if implementations that are built on that one have it too.
    pub is_shared: bool,
    /// The rule that is broken, as the entry's own case shows.
    pub rule: Rule,
    /// Other rules that the same cause breaks, as patterns. A pattern covers a rule of lost cases, as `layout.answered`, only if it
    /// is exactly that identifier.
    pub also: Vec<String>,
    /// The versions of the implementation that have it: those in any of these ranges.
    pub versions: Vec<Range>,
    /// What runs the implementation; `None` for any runtime.
    pub runtime: Option<Runtime>,
    /// What was found, as a pattern of what reports show: an answer, an error with its message, or how the case was
    /// lost.
    pub found: Option<String>,
    /// The step with the wrong answer, as a pattern; for a lost case, any of its steps.
    pub step: Option<String>,
    /// A view in the chain of the array, as a pattern.
    pub view: Option<String>,
    /// The name of the door that was handed the array, as a pattern.
    pub door: Option<String>,
    /// Traits that the case has.
    pub traits: Vec<Trait>,
    /// The cause.
    pub reason: String,
    /// Where to read more.
    pub link: Option<String>,
    /// A case that shows it.
    pub case: SavedCase,
}

/// What runs an implementation, such as `CPython`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// Its name.
    pub name: String,
    /// Which versions of it.
    pub versions: Range,
}

/// A range of versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The first version in the range.
    pub since: Option<Version>,
    /// The first version after the range.
    pub before: Option<Version>,
}

impl Range {
    /// Returns true if a version is in the range.
    pub fn includes(&self, version: &Version) -> bool {
        self.since.as_ref().is_none_or(|since| since <= version)
            && self.before.as_ref().is_none_or(|before| version < before)
    }
}

impl Deviation {
    /// Returns true if the entry is about this implementation, in this version and on this runtime.
    pub fn concerns(&self, hello: &Hello) -> bool {
        let runs = |Runtime { name, versions }: &Runtime| {
            let words = hello.runtime.as_deref().and_then(|runtime| runtime.split_once(' '));
            words.is_some_and(|(runtime, version)| runtime == name && versions.includes(&Version::of(version)))
        };
        let has = |version: &str| self.versions.iter().any(|range| range.includes(&Version::of(version)));
        self.version(hello).is_some_and(has) && self.runtime.as_ref().is_none_or(runs)
    }

    /// Returns the version of the implementation that has the deviation: that of this implementation, or of the one that
    /// it is built on. `None` if the entry is about neither.
    pub fn version<'a>(&self, hello: &'a Hello) -> Option<&'a str> {
        if self.is_own(hello) {
            return Some(&hello.version);
        }
        let base = hello.based_on.as_ref().filter(|base| self.is_shared && self.implementation == base.name)?;
        Some(&base.version)
    }

    /// Returns true if the entry names this implementation itself, not the one that it is built on.
    pub fn is_own(&self, hello: &Hello) -> bool {
        self.implementation == hello.name
    }

    /// Returns true if the entry is about a rule.
    pub(crate) fn covers(&self, rule: Rule) -> bool {
        let includes =
            |pattern: &String| matches(pattern, rule.id()) && (!judges_replies(rule) || pattern == rule.id());
        self.rule == rule || self.also.iter().any(includes)
    }

    /// Returns true if the case of the entry is about its rule on other platforms, and not on this one: a result of 2^32 bytes
    /// shows nothing where pointers have 32 bits.
    pub(super) fn is_for_others(&self, platform: &Platform) -> bool {
        let speaks =
            |platform: &Platform| self.case.case.expect(platform).iter().any(|prediction| prediction.rule == self.rule);
        !speaks(platform) && Platform::ALL.iter().any(|(_, other)| speaks(other))
    }

    /// Returns true if a broken prediction is this deviation.
    pub fn explains(&self, hello: &Hello, case: &Case, reply: &Reply, prediction: &Prediction) -> bool {
        self.covers(prediction.rule) && self.difference(hello, case, reply, prediction).is_none()
    }

    /// Returns how a broken prediction differs from this deviation: the first key that does not match, and what was
    /// there. `None` if all keys match.
    pub fn difference(&self, hello: &Hello, case: &Case, reply: &Reply, prediction: &Prediction) -> Option<String> {
        let found = || reply.found(prediction.step);
        if let Some(pattern) = self.found.as_ref().filter(|pattern| !matches(pattern, &found())) {
            return Some(format!("`found` is {pattern:?}, and found was {:?}", found()));
        }
        let steps = match reply {
            Reply::Lost(_) | Reply::Hung(_) => &case.script[..],
            _ => case.script.get(prediction.step..=prediction.step).unwrap_or_default(),
        };
        let fits = |pattern: &str, texts: &[String]| texts.iter().any(|text| matches(pattern, text));
        let steps = || steps.iter().map(ToString::to_string).collect::<Vec<_>>();
        if let Some(pattern) = self.step.as_ref().filter(|pattern| !fits(pattern, &steps())) {
            return Some(format!("`step` is {pattern:?}, and the step was {:?}", steps().join(", ")));
        }
        let views = || case.array.views.iter().map(ToString::to_string).collect::<Vec<_>>();
        if let Some(pattern) = self.view.as_ref().filter(|pattern| !fits(pattern, &views())) {
            return Some(format!("`view` is {pattern:?}, and the views were {:?}", views().join(", ")));
        }
        if let Some(pattern) =
            self.door.as_ref().filter(|pattern| !door(case).is_some_and(|name| matches(pattern, name)))
        {
            return Some(format!("`door` is {pattern:?}, and the door was {:?}", door(case).unwrap_or_default()));
        }
        if self.traits.is_empty() {
            return None;
        }
        let has = TraitSet::of(case, &hello.platform);
        let missing = self.traits.iter().find(|one| !has.contains(**one))?;
        Some(format!("`traits` has {:?}, and the case is {:?}", missing.name(), has.names().join(", ")))
    }
}

/// The name of the door that is handed the array of a case; `None` if the implementation makes the array.
pub(crate) fn door(case: &Case) -> Option<&str> {
    match case.script.first() {
        Some(Step::Consumer(Consumer::Take(take))) => Some(&take.door.name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use array_ctypes_spec::rules;
    use serde_json::json;

    fn with_case(size: &str, script: &str) -> Deviation {
        let array = json!({
            "buffer": { "at": 0, "bytes": "", "size": size },
            "dtype": "|u1", "offset": "0", "shape": [], "strides": [], "views": [], "writeable": true,
        });
        let case = json::to_case(&json!({ "array": array, "script": [script] }), 8).unwrap();
        Deviation {
            implementation: "numpy".to_owned(),
            is_shared: true,
            rule: rules::ctypeslib::ndpointer_result_large,
            also: Vec::new(),
            versions: Vec::new(),
            runtime: None,
            found: None,
            step: None,
            view: None,
            door: None,
            traits: Vec::new(),
            reason: "the size must fit into a C int".to_owned(),
            link: None,
            case: SavedCase::alone("large".to_owned(), case),
        }
    }

    #[test]
    fn no_pattern_covers_a_rule_of_lost_cases() {
        let with = |also: &str| Deviation { also: vec![also.to_owned()], ..with_case("1", "data") };
        for rule in Rule::all() {
            let chapter = rule.chapter().name();
            assert_eq!(with(&format!("{chapter}.*")).covers(rule), !judges_replies(rule), "{rule}");
            assert!(with(rule.id()).covers(rule), "{rule}");
        }
    }

    #[test]
    fn a_case_is_for_other_platforms_if_only_there_the_rule_speaks_of_it() {
        let platforms = |known: &Deviation| -> Vec<&str> {
            let others = Platform::ALL.into_iter().filter(|(_, platform)| known.is_for_others(platform));
            others.map(|(name, _)| name).collect()
        };
        let large = with_case("4294967441", "ctypeslib ndpointer result dtype=|V6 shape=357913952");
        assert_eq!(platforms(&large), ["i686-linux", "powerpc-linux"]);
        let mistaken = with_case("1", "data");
        assert!(platforms(&mistaken).is_empty(), "the rule speaks of it nowhere");
    }
}
