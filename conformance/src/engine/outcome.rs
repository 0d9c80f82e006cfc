//! The outcome of a run: tallies, failures, known deviations, lost cases.
//!
//! It is data only. How a rule stands is in `standing`, and how people read it in `report`.

use super::cause::Cause;
use super::declined::Declined;
use super::deviation::Deviation;
use super::doors::Doors;
use super::excluded::Excluded;
use super::rules::Rules;
use super::shard::Shard;
use super::waiver::Waiver;
use crate::Case;
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use array_ctypes_spec::page::Example;
use array_ctypes_spec::{Level, Prediction, Rule};
use std::time::Duration;

/// A rule that was judged in fewer cases is not exercised, so it is not reported as held.
pub const MIN_CASES_TO_COUNT: u64 = 100;

/// The largest share of a rule's cases, in percent, that an implementation may decline. Beyond it the rule is not judged.
pub const MAX_DECLINED: u64 = 5;

/// Fewer declined cases of a rule are never too many: of a rule with few cases, one alone is a large share. As many as
/// [`MAX_DECLINED`] allows of [`MIN_CASES_TO_COUNT`] cases, so this decides for rules with fewer cases only.
const MIN_DECLINED_TO_COUNT: u64 = MIN_CASES_TO_COUNT * MAX_DECLINED / 100;

/// The number of cases in which one rule was judged, for each result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases in which it was judged.
    pub cases: u64,
    /// Cases in which it was broken, and no known deviation explains that.
    pub failed: u64,
    /// Cases in which it was broken, and a known deviation explains that.
    pub known: u64,
    /// Cases about it that are outside the implementation's profiles or limits, or where the answer was not observed.
    pub not_applicable: u64,
    /// How many of these were sent, but the answer was not observed.
    pub not_observed: u64,
    /// Cases about it in which the implementation declined what the rule is judged by, at least once.
    pub declined: u64,
}

impl Tally {
    /// The share of the rule's cases that were declined, in percent.
    pub fn percent_declined(&self) -> f64 {
        100.0 * self.declined as f64 / (self.cases + self.declined).max(1) as f64
    }

    /// Returns true if more of the rule's cases were declined than [`MAX_DECLINED`] allows, and at least five,
    /// since in a short run one alone is a large share.
    pub fn is_declined(&self) -> bool {
        let all = self.cases + self.declined;
        self.declined >= MIN_DECLINED_TO_COUNT && self.declined * 100 > all * MAX_DECLINED
    }
}

/// Where a case comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// An example of the documentation page.
    Page(Example),
    /// A saved file, by name.
    File(String),
    /// A seed and an index.
    Drawn {
        /// Seed of the run.
        seed: u64,
        /// Index in the run.
        index: u64,
    },
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::Page(example) => write!(f, "{example}"),
            Origin::File(name) => f.write_str(name),
            Origin::Drawn { seed, index } => write!(f, "{seed}:{index}"),
        }
    }
}

/// A broken rule, with the smallest case that was found to break it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The rule.
    pub rule: Rule,
    /// The case, after shrinking. An example of the page is not shrunk.
    pub case: Case,
    /// Where the case came from before shrinking.
    pub origin: Origin,
    /// The prediction that is broken.
    pub prediction: Prediction,
    /// The reply to the case after shrinking.
    pub reply: Reply,
    /// The cause that the case shows.
    pub cause: Cause,
    /// The cause that the case showed before shrinking.
    pub met: Cause,
    /// Says if shrinking came to its end.
    pub small: Small,
    /// Says if the case fails by itself.
    pub alone: Alone,
    /// The other rules that the same reply breaks, up to the same step.
    pub beside: Vec<Beside>,
}

/// Another rule that the reply to a failing case breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The rule.
    pub rule: Rule,
    /// True if the same answer breaks it; false if an earlier one does.
    pub is_same_step: bool,
}

/// Says if a case is as small as shrinking makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Small {
    /// Nothing simpler failed, or the case is an example of the page, which stays as it is.
    Yes,
    /// It was only just found.
    NotYet,
    /// The time limit came first.
    TimeLimit,
    /// An interrupt came first.
    Interrupted,
    /// The most candidates were asked first.
    Attempts,
    /// The implementation was lost too often, or each attempt would cost the timeout.
    Lost,
}

/// Says if a case fails when a fresh implementation is asked nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alone {
    /// It fails.
    Fails,
    /// It holds then, but fails again after these cases: the shortest sequence that was found.
    FailsAfter(Vec<Case>),
    /// It holds then, and held again after as many of the cases that came before it.
    Holds {
        /// How many cases before it were asked again.
        before: usize,
    },
    /// It holds then. The limits of the search came before the cases were found that have to come before it.
    NotSearched,
    /// The time limit came first, or the case hangs, which would cost the timeout again.
    NotAsked,
}

impl Failure {
    /// The size of its case: the length of it in a case file, in bytes.
    pub fn size(&self) -> usize {
        crate::json::from_case(&self.case).to_string().len()
    }

    /// The cases to ask before it, in order. There are none if it fails alone.
    pub fn before(&self) -> &[Case] {
        if let Alone::FailsAfter(before) = &self.alone { before } else { &[] }
    }
}

/// A known deviation, and in how many cases it was met.
#[derive(Clone, Debug)]
pub struct Known {
    /// The deviation.
    pub deviation: Deviation,
    /// Cases in which it explains a broken rule.
    pub cases: u64,
    /// What its own case shows instead, if the entry is stale; `None` if the case still shows the deviation.
    pub stale: Option<String>,
}

/// A case on which the implementation crashed, hung, exited or answered with garbage.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Where the case came from.
    pub origin: Origin,
    /// How it was lost, with the implementation's last lines on standard error.
    pub message: String,
}

/// Why a run did not draw all of its cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partial {
    /// Its time was up.
    TimeLimit,
    /// A signal came.
    Interrupted,
    /// As many rules were broken as the run waits for.
    FailFast,
}

impl Partial {
    /// What stopped the run.
    pub fn words(self) -> &'static str {
        match self {
            Partial::TimeLimit => "the time limit",
            Partial::Interrupted => "an interrupt",
            Partial::FailFast => "its first failures",
        }
    }
}

/// The outcome of a run.
#[derive(Debug)]
pub struct Report {
    /// The implementation.
    pub hello: Hello,
    /// Seed of the run.
    pub seed: u64,
    /// Cases that were answered and judged.
    pub cases: u64,
    /// How many of them are examples of the page.
    pub page: u64,
    /// Cases outside the limits, which were not sent.
    pub not_applicable: u64,
    /// At position `n`, the number of judged cases with `n` steps.
    pub steps: Vec<u64>,
    /// Which part of the cases were asked.
    pub shard: Shard,
    /// The tally of each rule, in the order of the rules.
    pub tallies: Vec<Tally>,
    /// The indices of the first drawn cases that broke each rule, in the order of the rules.
    pub broken: Vec<Vec<u64>>,
    /// The rules that the run was about.
    pub asked: Rules,
    /// The rules that no case asked about because of the limits, in order.
    pub excluded: Vec<Excluded>,
    /// The broken rules that no known deviation explains, in the order of the rules. A rule that fails for several causes
    /// has up to three failures, the smallest first.
    pub failures: Vec<Failure>,
    /// Failures that are not reported, because their cause is that of another, or because there are too many of their rule. Who
    /// merges the shards of a run needs them.
    pub repeated: Vec<Failure>,
    /// The known deviations of this implementation and of a rule that the run was about, in the order of their files.
    pub known: Vec<Known>,
    /// Cases in which the implementation declined a step or the whole.
    pub cases_declined: u64,
    /// Why it declined, the most frequent reason first.
    pub declined: Vec<Declined>,
    /// What the doors of a consumer took and refused.
    pub doors: Doors,
    /// Why it may decline many cases of some rules.
    pub waivers: Vec<Waiver>,
    /// The process number that the handshake reports, if nothing has shown that the suite started that process and that it has
    /// the arrays in its memory, which is not looked at then.
    pub ignored_process: Option<i64>,
    /// What was wrong with the end of the implementation, after its last case.
    pub bad_end: Option<RunError>,
    /// Why not all cases were drawn, if no error ended the run.
    pub partial: Option<Partial>,
    /// The names of the saved cases that broke no rule.
    pub held_again: Vec<String>,
    /// Every lost case, in order.
    pub lost: Vec<Lost>,
    /// The time that asking and judging took, without the start of the implementation and without shrinking.
    pub asking: Duration,
    /// The time that all of the run took.
    pub elapsed: Duration,
    /// The error that ended the run early, if one did.
    pub run_error: Option<RunError>,
}

impl Report {
    /// The broken rules that fail the run, each once: MUST, and with `strict` also SHOULD.
    pub fn violated(&self, strict: bool) -> impl Iterator<Item = Rule> {
        let binding = move |rule: &Rule| rule.level() == Level::Must || strict && rule.level() == Level::Should;
        self.broken().filter(binding)
    }

    /// The broken rules, each once.
    pub fn broken(&self) -> impl Iterator<Item = Rule> {
        let is_first = |at: usize| at == 0 || self.failures[at - 1].rule != self.failures[at].rule;
        (0..self.failures.len()).filter(move |at| is_first(*at)).map(|at| self.failures[at].rule)
    }

    /// The failures of a rule, the smallest first.
    pub fn failures_of(&self, rule: Rule) -> impl Iterator<Item = &Failure> {
        self.failures.iter().filter(move |failure| failure.rule == rule)
    }
}
