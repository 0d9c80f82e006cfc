//! The causes of a run's failures, from the lines of its results.

use super::Run;
use super::line::{Failure, OfRule};
use array_ctypes_conformance::engine::causes::{self, Symptom};

/// Failures with one cause.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// The failure that shows the cause best: its rule breaks in the largest share of its cases.
    pub shown: &'a Failure,
    /// How the rule of `shown` stands.
    pub rule: &'a OfRule,
    /// All failures, `shown` too, in the order of the rules.
    pub failures: Vec<&'a Failure>,
}

impl Group<'_> {
    /// The other rules that the cause breaks, each once.
    pub fn other_rules(&self) -> Vec<&str> {
        let mut rules: Vec<&str> = self.failures.iter().map(|failure| &*failure.rule).collect();
        rules.retain(|rule| *rule != self.shown.rule);
        rules.dedup();
        rules
    }
}

/// The causes of a run's failures, the gravest first.
pub fn causes(run: &Run) -> Vec<Group<'_>> {
    let failures: Vec<(&Failure, &OfRule)> =
        run.failures.iter().filter_map(|failure| Some((failure, run.rule(&failure.rule)?))).collect();
    let symptoms: Vec<Symptom<'_>> = failures.iter().map(|(failure, rule)| symptom(failure, rule)).collect();
    let group = |mut cause: Vec<usize>| {
        let (shown, rule) = failures[cause[0]];
        cause.sort_unstable();
        Group { shown, rule, failures: cause.into_iter().map(|at| failures[at].0).collect() }
    };
    causes::causes(&symptoms).into_iter().map(group).collect()
}

fn symptom<'a>(failure: &'a Failure, rule: &'a OfRule) -> Symptom<'a> {
    Symptom {
        rule: &failure.rule,
        is_must: failure.level == "MUST",
        cases: rule.cases,
        failed: rule.failed,
        broken: &rule.broken,
        difference: &failure.cause.difference,
        raises: failure.cause.raises.as_deref(),
        step: &failure.cause.step,
        earlier: failure.beside.iter().filter(|beside| !beside.same_step).map(|beside| &*beside.rule).collect(),
        size: failure.case.to_string().len(),
    }
}

/// A list of rules that is not longer than two lines.
pub fn listed(rules: &[&str]) -> String {
    const MOST: usize = 5;
    let shown = rules.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if rules.len() > MOST { format!("{shown} and {} more", rules.len() - MOST) } else { shown }
}
