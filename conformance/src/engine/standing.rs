//! How each rule stands after a run.

use super::outcome::{MIN_CASES_TO_COUNT, Report, Tally};
use array_ctypes_spec::{Level, Rule};

/// How one rule stands after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was broken, and is binding.
    Failed,
    /// It was broken, and is advice: a SHOULD.
    Warned,
    /// It was broken, only in ways that are known.
    Known,
    /// It held wherever it applied, often enough.
    Held,
    /// It applied too rarely to say that it holds.
    NotExercised,
    /// The implementation does not claim its profile, or has no C structure to look at.
    NotClaimed,
    /// The run was about other rules.
    NotAsked,
}

impl Standing {
    /// The standing of a rule that was asked about, with that tally.
    fn of(rule: Rule, tally: &Tally) -> Standing {
        match tally {
            Tally { failed: 1.., .. } if rule.level() == Level::Must => Standing::Failed,
            Tally { failed: 1.., .. } => Standing::Warned,
            Tally { known: 1.., .. } => Standing::Known,
            Tally { cases, .. } if *cases >= MIN_CASES_TO_COUNT => Standing::Held,
            _ => Standing::NotExercised,
        }
    }

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Failed => "failed",
            Standing::Warned => "warned",
            Standing::Known => "known",
            Standing::Held => "held",
            Standing::NotExercised => "not exercised",
            Standing::NotClaimed => "not claimed",
            Standing::NotAsked => "not asked",
        }
    }
}

impl Report {
    /// Each rule with its tally and standing, in the order of the table.
    pub fn standings(&self) -> impl Iterator<Item = (Rule, Tally, Standing)> {
        let binding = self.asked.binding(&self.hello);
        Rule::all().zip(&self.tallies).map(move |(rule, tally)| {
            let standing = if !self.asked.includes(rule) {
                Standing::NotAsked
            } else if !binding.includes(rule) {
                Standing::NotClaimed
            } else {
                Standing::of(rule, tally)
            };
            (rule, *tally, standing)
        })
    }

    /// How many rules stand so.
    pub fn count(&self, standing: Standing) -> usize {
        self.standings().filter(|(.., other)| *other == standing).count()
    }
}
