//! What follows from the results of a run: its counts, and how the command ends.

use super::Run;
use super::line::OfRule;
use crate::exit::Exit;
use array_ctypes_conformance::engine::outcome::Tally;
use array_ctypes_conformance::engine::standing::Standing;
use array_ctypes_conformance::spec::{Level, Rule, judges_replies};

/// Fills in the counts of the summary, and the exit code.
pub(super) fn conclude(run: &mut Run) {
    let judged = [Standing::Held, Standing::Failed, Standing::Warned, Standing::Known];
    let without = [Standing::NotClaimed, Standing::NotAsked, Standing::Excluded].map(Standing::name);
    let does_not_apply = run
        .rules
        .iter()
        .filter(|rule| without.contains(&&*rule.standing) || rule.cases == 0 && rule.not_applicable > 0);
    let not_applicable = does_not_apply.count();
    let count = |standing: Standing| run.count(standing.name());
    let (rules, failed, warned) =
        (judged.into_iter().map(count).sum(), count(Standing::Failed), count(Standing::Warned));
    let (known, not_exercised, declined) =
        (count(Standing::Known), count(Standing::NotExercised), count(Standing::Declined));
    let summary = &mut run.summary;
    (summary.rules, summary.failed, summary.warned) = (rules, failed, warned);
    (summary.known, summary.not_exercised, summary.declined) = (known, not_exercised, declined);
    summary.not_applicable = not_applicable;
    summary.stale = run.known.iter().filter(|known| known.stale.is_some()).count();
    summary.observations = median(&summary.steps);
    summary.lost = run.lost.len();
    summary.not_made_small = run.failures.iter().filter(|failure| !failure.small).count();
    run.summary.exit = exit(run).code();
}

/// A rule as it stands by its tally, whatever was said before.
pub(super) fn judged(rule: OfRule) -> OfRule {
    let as_they_are = [Standing::NotClaimed, Standing::NotAsked].map(Standing::name);
    if as_they_are.contains(&&*rule.standing) && rule.cases == 0 {
        return rule;
    }
    let is_excluded = rule.standing == Standing::Excluded.name() && rule.cases + rule.declined == 0;
    let OfRule { cases, failed, known, not_applicable, not_observed, declined, .. } = rule;
    let tally = Tally { cases, failed, known, not_applicable, not_observed, declined };
    let level = if rule.level == Level::Must.name() { Level::Must } else { Level::Should };
    let standing = if is_excluded { Standing::Excluded } else { Standing::of(level, &tally, rule.waiver.is_some()) };
    OfRule { standing: standing.name().to_owned(), excluded_by: rule.excluded_by.filter(|_| is_excluded), ..rule }
}

/// Returns true if a rule is broken that the run holds the implementation to.
pub(crate) fn is_violated(run: &Run) -> bool {
    run.summary.failed > 0 || run.header.strict && run.summary.warned > 0
}

/// Returns true if cases were lost, and the run was not about the rules which that breaks.
pub(crate) fn is_loss_unjudged(run: &Run) -> bool {
    let judges = |rule: &OfRule| rule.cases > 0 && Rule::from_id(&rule.rule).is_some_and(judges_replies);
    !run.lost.is_empty() && !run.rules.iter().any(judges)
}

/// How the command ends.
pub(crate) fn exit(run: &Run) -> Exit {
    let summary = &run.summary;
    let is_judged = run.rules.iter().any(|rule| rule.cases > 0);
    if summary.trouble.is_some() || !is_judged || summary.declined > 0 || is_loss_unjudged(run) {
        Exit::RunError
    } else if is_violated(run) || summary.end.is_some() {
        Exit::Violated
    } else if summary.incomplete {
        // What was not asked may be broken.
        Exit::RunError
    } else if summary.stale > 0 {
        Exit::Stale
    } else {
        Exit::Conforms
    }
}

/// The median of numbers, given how often each number from 0 on occurs.
fn median(counts: &[u64]) -> usize {
    let half = counts.iter().sum::<u64>().div_ceil(2);
    let mut seen: u64 = 0;
    let reaches = |count: &u64| {
        seen += count;
        seen >= half
    };
    counts.iter().position(reaches).unwrap_or(0)
}
