//! A known deviation: what an implementation is expected to get wrong, and why.
//!
//! Expected is only that something fails, never what a wrong answer is: that would be a second specification.

use super::pattern::matches;
use super::traits::{Trait, TraitSet};
use super::version::Version;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use crate::{Case, SavedCase};
use array_ctypes_spec::{Prediction, Rule, rules};

/// The file of known deviations that is used where none is named, if it is there.
pub const DEFAULT_FILE: &str = "array-ctypes-deviations.toml";

/// A deviation that is known.
#[derive(Clone, Debug)]
pub struct Deviation {
    /// Whose it is: the name in the introduction.
    pub implementation: String,
    /// The rule that is broken, and that its own case shows.
    pub rule: Rule,
    /// Others that the same cause breaks, as patterns. None of them speaks of crashes (`layout.answered`) unless it names them.
    pub also: Vec<String>,
    /// In which versions of the implementation.
    pub versions: Range,
    /// What runs the implementation, such as `CPython`, and in which versions of that. `None`: whatever it is.
    pub runtime: Option<Runtime>,
    /// What was found, as a pattern; as reports tell it: an answer, the kind of error with its message, how it was lost.
    pub found: Option<String>,
    /// The step that was answered wrongly, as a pattern; where it was lost on the case, any step of it.
    pub step: Option<String>,
    /// A view in the chain of the array, as a pattern.
    pub view: Option<String>,
    /// Traits that the case has.
    pub traits: Vec<Trait>,
    /// Why it is so.
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

/// Versions from one on, and before another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The first that belongs to it.
    pub since: Option<Version>,
    /// The first after it.
    pub before: Option<Version>,
}

impl Range {
    /// Whether a version belongs to it.
    pub fn includes(&self, version: &Version) -> bool {
        self.since.as_ref().is_none_or(|since| since <= version)
            && self.before.as_ref().is_none_or(|before| version < before)
    }
}

impl Deviation {
    /// Whether an implementation is expected to have it.
    pub fn concerns(&self, hello: &Hello) -> bool {
        let runs = |Runtime { name, versions }: &Runtime| {
            let words = hello.runtime.as_deref().and_then(|runtime| runtime.split_once(' '));
            words.is_some_and(|(runtime, version)| runtime == name && versions.includes(&Version::of(version)))
        };
        self.implementation == hello.name
            && self.versions.includes(&Version::of(&hello.version))
            && self.runtime.as_ref().is_none_or(runs)
    }

    /// Whether it is about a rule.
    pub fn covers(&self, rule: Rule) -> bool {
        let speaks =
            |pattern: &String| matches(pattern, rule.id()) && (rule != rules::layout::answered || pattern == rule.id());
        self.rule == rule || self.also.iter().any(speaks)
    }

    /// Whether a prediction that was not met is this deviation.
    pub fn explains(&self, hello: &Hello, case: &Case, reply: &Reply, prediction: &Prediction) -> bool {
        self.covers(prediction.rule) && self.differs(hello, case, reply, prediction).is_none()
    }

    /// In what a prediction of its rules that was not met differs from it: the first key that does not fit, and what is there.
    pub fn differs(&self, hello: &Hello, case: &Case, reply: &Reply, prediction: &Prediction) -> Option<String> {
        let found = || reply.found(prediction.step);
        if let Some(pattern) = self.found.as_ref().filter(|pattern| !matches(pattern, &found())) {
            return Some(format!("`found` is {pattern:?}, and found was {:?}", found()));
        }
        let steps = match reply {
            Reply::Lost(_) => &case.script[..],
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
        if self.traits.is_empty() {
            return None;
        }
        let has = TraitSet::of(case, &hello.platform);
        let missing = self.traits.iter().find(|one| !has.contains(**one))?;
        Some(format!("`traits` has {:?}, and the case is {:?}", missing.name(), has.names().join(", ")))
    }
}
