//! Groups the failures of a run by what causes them, so that one mistake is one thing to read.
//!
//! Failures share a cause if the answers differ in the same way, and are to the same step, or to the same cases. A failure that
//! only comes with an earlier wrong answer is counted with the cause of that answer. The cause that breaks the largest share of
//! its cases comes first.

use super::Run;
use super::line::{Failure, OfRule};
use array_ctypes_conformance::engine::cause::Difference;
use array_ctypes_conformance::engine::tallies::MAX_BROKEN;
use std::cmp::Reverse;

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
    let failures = &run.failures;
    let mut groups: Vec<usize> = (0..failures.len()).collect();
    for (at, failure) in failures.iter().enumerate() {
        for (other, before) in failures.iter().enumerate().take(at) {
            if share_cause(run, failure, before) {
                let (from, to) = (groups[at].max(groups[other]), groups[at].min(groups[other]));
                groups.iter_mut().filter(|group| **group == from).for_each(|group| *group = to);
            }
        }
    }
    // Who shows nothing but together with an earlier wrong answer follows the cause of that answer.
    let follows = |group: usize| {
        let mut own = (0..failures.len()).filter(|at| groups[*at] == group);
        let earlier = |at: usize| earlier(failures, &failures[at], |other| groups[other] != group);
        let first = earlier(own.next()?)?;
        own.all(|at| earlier(at).is_some()).then_some(groups[first])
    };
    let followed: Vec<Option<usize>> = (0..failures.len()).map(|at| follows(groups[at])).collect();
    let root = |at: usize| {
        let mut group = groups[at];
        // A circle of causes would not end.
        for _ in 0..failures.len() {
            match (0..failures.len()).find(|other| groups[*other] == group).and_then(|other| followed[other]) {
                Some(next) if next < group => group = next,
                _ => break,
            }
        }
        group
    };
    let roots: Vec<usize> = (0..failures.len()).map(root).collect();
    let mut all: Vec<Group<'_>> = Vec::new();
    for group in 0..failures.len() {
        let own: Vec<usize> = (0..failures.len()).filter(|at| roots[*at] == group).collect();
        let candidates = own.iter().filter(|at| groups[**at] == group).map(|at| &failures[*at]);
        let shown = candidates.min_by_key(|failure| weight(run, failure));
        if let Some((shown, rule)) = shown.and_then(|shown| Some((shown, run.rule(&shown.rule)?))) {
            all.push(Group { shown, rule, failures: own.iter().map(|at| &failures[*at]).collect() });
        }
    }
    all.sort_by_key(|group| weight(run, group.shown));
    all
}

/// A list of rules that is not longer than two lines.
pub fn listed(rules: &[&str]) -> String {
    const MOST: usize = 5;
    let shown = rules.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if rules.len() > MOST { format!("{shown} and {} more", rules.len() - MOST) } else { shown }
}

/// Returns true if two failures look like one mistake: the answers differ in the same way, and are to the same step, or to the
/// same cases.
fn share_cause(run: &Run, one: &Failure, other: &Failure) -> bool {
    let difference = |failure: &Failure| (failure.cause.difference.clone(), failure.cause.raises.clone());
    difference(one) == difference(other) && (one.cause.step == other.cause.step || break_together(run, one, other))
}

/// Fewer cases in common show nothing.
const MIN_COMMON: usize = 5;

/// Returns true if the cases that break the rule of one failure break that of the other, too, as far as they are known. Where the
/// other breaks nearly always, that says nothing, unless both answers are addresses: all of these are made from one.
fn break_together(run: &Run, one: &Failure, other: &Failure) -> bool {
    let is_address = one.cause.difference == Difference::Address.words();
    let failed = |failure: &Failure| run.rule(&failure.rule).map_or(0, |rule| rule.failed);
    let wide = if failed(one) > failed(other) { one } else { other };
    let broken = |failure: &Failure| run.rule(&failure.rule).map_or(&[][..], |rule| &rule.broken);
    let (one, other) = (broken(one), broken(other));
    // Beyond the last of a full list nothing is known.
    let known = |list: &[u64]| if list.len() < MAX_BROKEN { u64::MAX } else { list.last().copied().unwrap_or(0) };
    let until = known(one).min(known(other));
    let within = |list: &[u64]| list.iter().copied().filter(|index| *index <= until).collect::<Vec<u64>>();
    let (one, other) = (within(one), within(other));
    let common = one.iter().filter(|index| other.contains(index)).count();
    let is_telling = is_address || !breaks_always(run, wide);
    is_telling && common >= MIN_COMMON && common == one.len().min(other.len())
}

/// Returns true if nearly all cases break the rule of a failure.
fn breaks_always(run: &Run, failure: &Failure) -> bool {
    run.rule(&failure.rule).is_some_and(|rule| 10 * rule.failed > 9 * rule.cases)
}

/// The first failure whose rule an earlier answer to the same case breaks.
fn earlier(failures: &[Failure], failure: &Failure, is_other: impl Fn(usize) -> bool) -> Option<usize> {
    let is_earlier = |rule: &str| failure.beside.iter().any(|beside| !beside.same_step && beside.rule == rule);
    (0..failures.len()).find(|at| is_other(*at) && is_earlier(&failures[*at].rule))
}

/// How grave a failure is, the gravest first: a crash, a MUST, the share of the cases that break, the smaller case.
fn weight(run: &Run, failure: &Failure) -> (bool, bool, Reverse<u64>, usize) {
    let share = run.rule(&failure.rule).map_or(0, |rule| 1_000_000 * rule.failed / rule.cases.max(1));
    let crashes = ["no reply", "no reply within the timeout", "a signal"].contains(&&*failure.cause.difference);
    (!crashes, failure.level != "MUST", Reverse(share), failure.case.to_string().len())
}
