//! What an implementation declined in a run, by reason.

use array_ctypes_spec::Rule;
use std::collections::BTreeMap;

/// The most reasons that are counted apart.
const MAX_REASONS: usize = 20;

/// Stands for all further reasons.
const OTHER: &str = "other reasons";

/// A reason for which an implementation declined steps or cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declined {
    /// The reason, in the implementation's words.
    pub reason: String,
    /// Cases in which something was declined for that reason.
    pub cases: u64,
    /// The rules that were not judged for that reason, each with the number of those cases, in order.
    pub rules: Vec<(Rule, u64)>,
}

/// What was declined so far.
#[derive(Default)]
pub(super) struct Declines {
    reasons: BTreeMap<String, Count>,
    /// Cases in which something was declined.
    cases: u64,
    /// The number of the case in which something was declined last.
    last: u64,
}

#[derive(Default)]
struct Count {
    cases: u64,
    /// The number of the case that was counted last.
    last: u64,
    /// For each rule, the number of cases and the last of them.
    rules: BTreeMap<Rule, (u64, u64)>,
}

impl Declines {
    /// Counts that a rule was not judged for a reason, once for each case. Cases are numbered from 1 on.
    pub(super) fn count(&mut self, case: u64, rule: Rule, reason: &str) {
        let is_known = self.reasons.contains_key(reason) || self.reasons.len() < MAX_REASONS;
        let count = self.reasons.entry(if is_known { reason } else { OTHER }.to_owned()).or_default();
        let (of_rule, last) = count.rules.entry(rule).or_default();
        *of_rule += u64::from(*last != case);
        *last = case;
        count.cases += u64::from(count.last != case);
        count.last = case;
        self.cases += u64::from(self.last != case);
        self.last = case;
    }

    /// Adds what was declined in another job.
    pub(super) fn add(&mut self, other: Declines) {
        self.cases += other.cases;
        for (reason, count) in other.reasons {
            let total = self.reasons.entry(reason).or_default();
            total.cases += count.cases;
            for (rule, (cases, _)) in count.rules {
                total.rules.entry(rule).or_default().0 += cases;
            }
        }
    }

    /// The number of cases in which something was declined, and the reasons, the most frequent first.
    pub(super) fn into_list(self) -> (u64, Vec<Declined>) {
        let mut all: Vec<Declined> = self
            .reasons
            .into_iter()
            .map(|(reason, Count { cases, rules, .. })| {
                let rules = rules.into_iter().map(|(rule, (cases, _))| (rule, cases)).collect();
                Declined { reason, cases, rules }
            })
            .collect();
        all.sort_by_key(|declined| std::cmp::Reverse(declined.cases));
        (self.cases, all)
    }
}
