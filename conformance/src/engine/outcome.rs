//! What comes of a run: tallies, failures, known deviations, lost cases.

use super::deviation::Deviation;
use super::rules::Rules;
use crate::Case;
use crate::adapter::error::RunError;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use array_ctypes_spec::{Level, Prediction, Rule};
use std::time::Duration;

/// A rule with fewer applicable cases than this counts as not exercised.
pub const MIN_CASES_TO_COUNT: u64 = 100;

/// How one rule fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases in which it was judged.
    pub cases: u64,
    /// Cases in which it was broken, in a way that is not known.
    pub failed: u64,
    /// Cases in which it was broken in a way that is known.
    pub known: u64,
    /// Cases that speak of it and are outside the implementation's profiles or limits.
    pub not_applicable: u64,
}

/// Where a case came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
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
    /// The case, made small.
    pub case: Case,
    /// Where it came from, before it was made small.
    pub origin: Origin,
    /// The prediction that does not hold.
    pub prediction: Prediction,
    /// The reply to the small case.
    pub reply: Reply,
}

/// A deviation that is known, and in how many cases it was met.
#[derive(Clone, Debug)]
pub struct Known {
    /// The deviation.
    pub deviation: Deviation,
    /// Cases in which the rule was broken so.
    pub cases: u64,
    /// What its own case shows instead, where it no longer shows the deviation: the entry is stale.
    pub stale: Option<String>,
}

/// A case that the implementation was lost on.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Where the case came from.
    pub origin: Origin,
    /// How it was lost, with its last words.
    pub message: String,
}

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    /// Who was asked.
    pub hello: Hello,
    /// Seed of the run.
    pub seed: u64,
    /// Cases answered and judged.
    pub cases: u64,
    /// Cases outside the limits, not sent.
    pub not_applicable: u64,
    /// The median number of steps of the cases judged.
    pub median_steps: usize,
    /// For each rule of the table, in its order.
    pub tallies: Vec<Tally>,
    /// Which rules were asked about.
    pub asked: Rules,
    /// Rules broken in a way that is not known, in the order of the table.
    pub failures: Vec<Failure>,
    /// The known deviations that concern the implementation and a rule that was asked about, in the order of their files.
    pub known: Vec<Known>,
    /// Every case that the implementation was lost on, in order.
    pub lost: Vec<Lost>,
    /// Time that asking and judging took; neither starting the implementation nor making failures small.
    pub elapsed: Duration,
    /// Why the run ended early, if it did.
    pub run_error: Option<RunError>,
}

impl Report {
    /// Rules that are broken and binding: MUST, and SHOULD where strictness is asked for.
    pub fn violated(&self, strict: bool) -> impl Iterator<Item = Rule> {
        let binding = move |rule: &Rule| rule.level() == Level::Must || strict && rule.level() == Level::Should;
        self.failures.iter().map(|failure| failure.rule).filter(binding)
    }
}
