//! The records of the result format. Each is a line of JSON, with its kind as `kind`.

use array_ctypes_conformance::spec::{Rule, judges_replies};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A line of a result file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Line {
    /// What is run. It is the first line.
    Run(Box<Header>),
    /// A failure as it is found, before it is made small. One of the kind `failure` follows, unless the run is cut off.
    Found(Box<Found>),
    /// A broken rule with its smallest case.
    Failure(Box<Failure>),
    /// A known deviation.
    Known(Known),
    /// A case that was lost.
    Lost(Lost),
    /// An ability that is not declared.
    Missing(Missing),
    /// The process that is not looked at.
    Ignored(Ignored),
    /// A reason for which the implementation declined steps or cases.
    Declined(Declined),
    /// What a door of a consumer took and refused.
    Door(Door),
    /// How a rule stands.
    Rule(Box<OfRule>),
    /// How the run ended. It is the last line.
    Summary(Box<Summary>),
    /// A line of a later version, which readers of this one may ignore.
    #[serde(other, skip_serializing)]
    Other,
}

/// What is run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The version of this format.
    pub format: u64,
    /// The version of the suite.
    pub suite: String,
    /// The version of the specification.
    pub specification: String,
    /// The implementation, by name.
    pub implementation: String,
    /// Its version.
    pub version: String,
    /// What runs it.
    pub runtime: Option<String>,
    /// What it is built on.
    pub based_on: Option<Base>,
    /// Its platform, as in a handshake.
    pub platform: Value,
    /// The profiles that the run is about, of those that it claims.
    pub profiles: Vec<String>,
    /// The names of the limits that it declares.
    pub limits: Vec<String>,
    /// Seed of the run.
    pub seed: String,
    /// How many cases were to be drawn by all shards.
    pub cases: u64,
    /// Which shard this is, as in 2/8.
    pub shard: String,
    /// The pattern of the rules that the run is about; null if it is about all.
    pub pattern: Option<String>,
    /// True if a broken SHOULD is a violation too.
    pub strict: bool,
}

/// An implementation that another is built on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A failure as it is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The rule.
    pub rule: String,
    /// Where the case comes from.
    pub origin: String,
    /// The case as it was drawn.
    pub case: Value,
    /// The position of the step in the script.
    pub step: usize,
    /// What was expected of it.
    pub expected: String,
    /// What the implementation answered.
    pub found: String,
    /// The command that repeats it.
    pub repeat: String,
    /// Where the case is saved.
    pub saved: Option<String>,
}

/// A broken rule, with the smallest case that was found to break it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// How binding it is.
    pub level: String,
    /// Its text.
    pub text: String,
    /// Where the case comes from, before it was made small.
    pub origin: String,
    /// The case.
    pub case: Value,
    /// Its array and views in one line.
    #[serde(default)]
    pub array: String,
    /// The position of the step that is answered wrongly.
    pub step: usize,
    /// The step in words.
    pub asked: String,
    /// What was expected of it.
    pub expected: String,
    /// What the implementation answered, with its own message.
    pub found: String,
    /// Where in the implementation's files the error was raised; null if it is not told.
    pub place: Option<String>,
    /// The expectation as data, as in vectors.
    pub expectation: Value,
    /// The answer as data, as in the protocol; null if there is none.
    pub answer: Value,
    /// The cause that the case shows.
    pub cause: OfCause,
    /// The cause that it showed before it was made small.
    pub met: OfCause,
    /// True if nothing simpler fails.
    pub small: bool,
    /// True if it fails in a fresh process; null if it was not asked again.
    pub alone: Option<bool>,
    /// The cases to ask before it; null if none are needed, none were found, or there are too many to list here.
    pub before: Option<Vec<Value>>,
    /// How many cases have to be asked before it.
    pub before_count: usize,
    /// The other failing rules that the same reply breaks.
    pub beside: Vec<Beside>,
    /// True if it is not reported, because another has its cause, or there are too many of its rule.
    pub repeated: bool,
    /// The case in words, with a picture of its memory and what happened.
    pub described: String,
    /// The picture of its memory as SVG.
    pub drawing: String,
    /// Python that repeats it with NumPy.
    pub snippet: String,
    /// The command that repeats it.
    pub repeat: String,
    /// Where the case is saved.
    pub saved: Option<String>,
}

/// Another rule that the reply to a failing case breaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// The rule.
    pub rule: String,
    /// True if the same answer breaks it; false if an earlier one does.
    pub same_step: bool,
}

/// The cause of a failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfCause {
    /// The word of the step that is answered wrongly.
    pub step: String,
    /// The class of the elements.
    pub elements: String,
    /// How the answer differs.
    pub difference: String,
    /// The error that is raised and should not be.
    pub raises: Option<String>,
}

/// A known deviation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The rule.
    pub rule: String,
    /// The reason that its file gives.
    pub reason: String,
    /// A link to more.
    pub link: Option<String>,
    /// The case that shows it.
    pub case: String,
    /// In how many cases it was met.
    pub cases: u64,
    /// True if it explains other rules, too.
    pub several: bool,
    /// What the library is built on, if the entry is from there; null if it is the library's own.
    pub based_on: Option<String>,
    /// What its case shows instead.
    pub stale: Option<String>,
}

/// A case that was lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lost {
    /// Where the case comes from.
    pub origin: String,
    /// How it was lost.
    pub message: String,
}

/// An ability that is not declared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// Its name among the limits.
    pub limit: String,
    /// What an implementation with it can do.
    pub about: String,
    /// The rules that are not asked for want of it.
    pub rules: Vec<String>,
}

/// The process number that the handshake reports, and that is not shown to be that of the adapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ignored {
    /// The number.
    pub process: i64,
    /// Why it is ignored, and what to do.
    pub about: String,
    /// The rules that were not judged in some cases because of that.
    pub rules: Vec<String>,
}

/// A reason for which the implementation declined steps or cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declined {
    /// The reason.
    pub reason: String,
    /// In how many cases.
    pub cases: u64,
    /// The rules that were not judged because of that, each with the number of cases.
    pub rules: BTreeMap<String, u64>,
}

/// What a door of a consumer took and refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Door {
    /// Its name.
    pub door: String,
    /// The arrays that it took.
    pub taken: u64,
    /// The arrays that it refused.
    pub refused: u64,
    /// The refusals by the first feature that the door does not declare; those without one are left out.
    pub features: BTreeMap<String, u64>,
}

/// How a rule stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfRule {
    /// The rule.
    pub rule: String,
    /// How binding it is.
    pub level: String,
    /// Whom it binds.
    pub profile: String,
    /// How it stands.
    pub standing: String,
    /// Cases in which it was judged.
    pub cases: u64,
    /// Cases in which it was broken, and no known deviation explains that.
    pub failed: u64,
    /// Cases in which it was broken, and a known deviation explains that.
    pub known: u64,
    /// Cases about it that are outside profiles or limits, or where the answer was not observed.
    pub not_applicable: u64,
    /// How many of these were sent, but the answer was not observed.
    pub not_observed: u64,
    /// Cases about it in which the implementation declined what it is judged by.
    pub declined: u64,
    /// The indices of the first drawn cases that broke it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<u64>,
    /// The limits that leave no case of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded_by: Option<Vec<String>>,
    /// Why many of its cases may be declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<String>,
}

/// How the run ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Cases that were answered and judged.
    pub cases: u64,
    /// How many of the cases are examples of the documentation page.
    pub page: u64,
    /// Rules that were exercised.
    pub rules: usize,
    /// Rules of the level MUST that are broken.
    pub failed: usize,
    /// Rules of the level SHOULD that are broken.
    pub warned: usize,
    /// Rules whose failures known deviations explain.
    pub known: usize,
    /// Known deviations whose own cases do not show them.
    pub stale: usize,
    /// Rules that do not apply.
    pub not_applicable: usize,
    /// Rules with too few cases.
    pub not_exercised: usize,
    /// Rules of which too much was declined.
    pub declined: usize,
    /// Cases outside the limits.
    pub cases_not_applicable: u64,
    /// Cases in which something was declined.
    pub cases_declined: u64,
    /// The median number of steps.
    pub observations: usize,
    /// At position `n`, how many cases had `n` steps.
    pub steps: Vec<u64>,
    /// Cases that were lost.
    pub lost: usize,
    /// The saved cases that hold again.
    pub held_again: Vec<String>,
    /// Failures that were not made small.
    pub not_made_small: usize,
    /// The time that asking and judging took.
    pub asking_seconds: f64,
    /// The time that all of the run took.
    pub seconds: f64,
    /// What stopped the run before all cases were drawn; null if nothing did.
    pub partial: Option<String>,
    /// True if that was not asked for, as a time limit is: the run was interrupted or cut off, or shards are absent.
    pub incomplete: bool,
    /// What was wrong with the end of the implementation.
    pub end: Option<String>,
    /// The error that ended the run early.
    pub trouble: Option<String>,
    /// The exit code of the run.
    pub exit: u8,
}

impl std::fmt::Display for OfCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, elements are {}: {}", self.step, self.elements, self.difference)?;
        self.raises.as_ref().map_or(Ok(()), |raises| write!(f, " ({raises})"))
    }
}

/// What was asked, in words: the step that is answered wrongly. Nobody sees in which step an implementation is lost.
pub(super) fn asked(rule: Rule, step: usize, mut script: impl ExactSizeIterator<Item = String>) -> String {
    match script.len() {
        steps if steps > 1 && judges_replies(rule) => format!("one of {steps} steps"),
        _ => script.nth(step).unwrap_or_else(|| "the array".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::asked;
    use array_ctypes_conformance::spec::rules;

    #[test]
    fn of_several_steps_none_is_blamed_for_a_lost_case() {
        let script = |steps: &[&str]| steps.iter().map(ToString::to_string).collect::<Vec<_>>().into_iter();
        assert_eq!(asked(rules::shape::strides, 1, script(&["data", "strides"])), "strides");
        for rule in [rules::layout::answered, rules::consumer::answered] {
            assert_eq!(asked(rule, 0, script(&["data", "strides"])), "one of 2 steps");
            assert_eq!(asked(rule, 0, script(&["data"])), "data");
            assert_eq!(asked(rule, 0, script(&[])), "the array");
        }
    }
}
