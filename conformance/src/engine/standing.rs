//! How each rule stands after a run.
//!
//! Reports, exit codes and badges come from this, so that they cannot disagree.

use super::outcome::{MIN_CASES_TO_COUNT, Report, Tally};
use super::rules::missing;
use super::waiver::Waiver;
pub use crate::checks::row::Ability;
use array_ctypes_spec::{Level, Rule};

/// How one rule stands after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It held in every case, and in enough cases.
    Held,
    /// It was broken, and its level is MUST.
    Failed,
    /// It was broken, and its level is SHOULD.
    Warned,
    /// It was broken, and known deviations explain every case.
    Known,
    /// The implementation declined too many of its cases, and no waiver covers that.
    Declined,
    /// It was judged in too few cases to say that it holds.
    NotExercised,
    /// It does not bind the implementation: a profile that it is about is not claimed.
    NotClaimed,
    /// Its profile is claimed, but the implementation does not declare the ability that asking needs.
    NotAsked,
    /// The limits of the implementation leave no case of it.
    Excluded,
    /// The run was about other rules. Stays the last, so that the compiler can count the standings.
    NotChosen,
}

const _: () = assert!(Standing::ALL.len() == Standing::NotChosen as usize + 1, "a standing is not in `Standing::ALL`");

impl Standing {
    /// All standings, in the order of reports.
    pub const ALL: [Standing; 10] = [
        Standing::Held,
        Standing::Failed,
        Standing::Warned,
        Standing::Known,
        Standing::Declined,
        Standing::NotExercised,
        Standing::NotClaimed,
        Standing::NotAsked,
        Standing::Excluded,
        Standing::NotChosen,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Held => "held",
            Standing::Failed => "failed",
            Standing::Warned => "warned",
            Standing::Known => "known",
            Standing::Declined => "declined",
            Standing::NotExercised => "not exercised",
            Standing::NotClaimed => "not claimed",
            Standing::NotAsked => "not asked",
            Standing::Excluded => "excluded by limits",
            Standing::NotChosen => "not chosen",
        }
    }

    /// The standing of a rule that binds the implementation and that the run was about.
    pub fn of(level: Level, tally: &Tally, is_waived: bool) -> Standing {
        match tally {
            Tally { failed: 1.., .. } if level == Level::Must => Standing::Failed,
            Tally { failed: 1.., .. } => Standing::Warned,
            tally if tally.is_declined() && !is_waived => Standing::Declined,
            Tally { known: 1.., .. } => Standing::Known,
            Tally { cases, .. } if *cases >= MIN_CASES_TO_COUNT => Standing::Held,
            _ => Standing::NotExercised,
        }
    }
}

impl Report {
    /// Each rule with its tally and standing, in order.
    pub fn standings(&self) -> impl Iterator<Item = (Rule, Tally, Standing)> {
        let binding = self.asked.binding(&self.hello);
        Rule::all().zip(&self.tallies).map(move |(rule, tally)| {
            let standing = if !self.asked.includes(rule) {
                Standing::NotChosen
            } else if missing(rule, &self.hello).is_some() {
                Standing::NotAsked
            } else if !binding.includes(rule) {
                Standing::NotClaimed
            } else if self.excluded_by(rule).is_some() {
                Standing::Excluded
            } else {
                Standing::of(rule.level(), tally, self.waiver(rule).is_some())
            };
            (rule, *tally, standing)
        })
    }

    /// The limits that leave no case of a rule; `None` if they leave some.
    pub fn excluded_by(&self, rule: Rule) -> Option<&[&'static str]> {
        self.excluded.iter().find(|excluded| excluded.rule == rule).map(|excluded| &*excluded.limits)
    }

    /// The waiver that covers a rule, if there is one.
    pub fn waiver(&self, rule: Rule) -> Option<&Waiver> {
        self.waivers.iter().find(|waiver| waiver.covers(&self.hello, rule))
    }

    /// The rules of which too many cases were declined without a waiver, broken ones too, each with its tally.
    pub fn too_much_declined(&self) -> impl Iterator<Item = (Rule, &Tally)> {
        let tallies = Rule::all().zip(&self.tallies);
        tallies.filter(|(rule, tally)| tally.is_declined() && self.waiver(*rule).is_none())
    }

    /// The rules that were not judged in some cases because an answer was not observed, in order.
    pub fn not_observed(&self) -> impl Iterator<Item = Rule> {
        Rule::all().zip(&self.tallies).filter(|(_, tally)| tally.not_observed > 0).map(|(rule, _)| rule)
    }

    /// The abilities that the implementation does not declare, each with the rules that are not asked for want of it.
    pub fn missing(&self) -> Vec<(Ability, Vec<Rule>)> {
        let mut all: Vec<(Ability, Vec<Rule>)> = Vec::new();
        for rule in Rule::all().filter(|rule| self.asked.includes(*rule)) {
            let Some(ability) = missing(rule, &self.hello) else { continue };
            match all.iter_mut().find(|(known, _)| *known == ability) {
                Some((_, rules)) => rules.push(rule),
                None => all.push((ability, vec![rule])),
            }
        }
        all
    }

    /// The number of rules with that standing.
    pub fn count(&self, standing: Standing) -> usize {
        self.standings().filter(|(.., other)| *other == standing).count()
    }
}
