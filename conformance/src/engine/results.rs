//! The results of a job, or of all jobs: judges replies, and counts the verdicts.

use super::declined::Declines;
use super::deviation::Deviation;
use super::doors::Doors;
use super::history::History;
use super::judge::{self, for_each_prediction_for_reply, violations};
use super::kept::AllKept;
use super::observed::{Observation, Observed};
use super::outcome::{Failure, Lost, Origin};
use super::rules::Rules;
use super::tallies::{Part, Tallies};
use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use array_ctypes_spec::Rule;

/// What is judged, and the results so far.
pub(super) struct Results<'a> {
    rules: Rules,
    hello: &'a Hello,
    deviations: &'a [Deviation],
    /// For each known deviation, in order.
    pub(super) known: Vec<Met>,
    pub(super) tallies: Tallies,
    kept: AllKept,
    pub(super) declines: Declines,
    pub(super) lost: Vec<Lost>,
    pub(super) cases: u64,
    /// How many of the cases are examples of the page.
    pub(super) page: u64,
    pub(super) not_applicable: u64,
    pub(super) doors: Doors,
    /// At position `n`, the number of cases with `n` steps.
    pub(super) steps: Vec<u64>,
    /// The names of saved cases that hold.
    pub(super) held_again: Vec<String>,
}

/// What came of one case.
pub(super) struct Judged {
    /// The failures whose causes were not met before.
    pub(super) found: Vec<Failure>,
    /// True if it broke no rule, not even as a known deviation.
    pub(super) holds: bool,
}

/// How often a known deviation was met, and what became of its own case.
#[derive(Clone, Default)]
pub(super) struct Met {
    pub(super) cases: u64,
    /// What its own case shows instead, if the entry is stale.
    pub(super) stale: Option<String>,
}

impl<'a> Results<'a> {
    pub(super) fn new(rules: Rules, hello: &'a Hello, deviations: &'a [Deviation]) -> Results<'a> {
        Results {
            rules,
            hello,
            deviations,
            known: vec![Met::default(); deviations.len()],
            tallies: Tallies::default(),
            kept: AllKept::default(),
            declines: Declines::default(),
            lost: Vec::new(),
            cases: 0,
            page: 0,
            not_applicable: 0,
            doors: Doors::default(),
            steps: Vec::new(),
            held_again: Vec::new(),
        }
    }

    /// Returns true if a rule was broken.
    pub(super) fn has_failures(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Counts a case that is outside the limits.
    pub(super) fn count_not_applicable(&mut self, case: &Case) {
        self.not_applicable += 1;
        self.tallies.next_case();
        for prediction in case.expect(&self.hello.platform) {
            if self.rules.includes(prediction.rule) {
                self.tallies.count(prediction.rule, Part::NotApplicable);
            }
        }
    }

    /// Judges a reply and counts the verdicts.
    pub(super) fn judge(
        &mut self,
        case: &Case,
        reply: &Reply,
        origin: impl Fn() -> Origin,
        history: &History,
    ) -> Judged {
        if let Reply::Lost(message) | Reply::Hung(message) = reply {
            self.lost.push(Lost { origin: origin(), message: message.clone() });
        }
        self.cases += 1;
        self.doors.count(self.hello, case, reply);
        self.tallies.next_case();
        let steps = case.script.len();
        self.steps.resize(self.steps.len().max(steps + 1), 0);
        self.steps[steps] += 1;
        let observed = Observed::of(case, reply);
        let platform = self.hello.platform;
        let made = judge::located(&self.hello.limits, case, reply);
        let (mut met, mut judged) = (Vec::new(), Judged { found: Vec::new(), holds: !reply.is_lost() });
        for_each_prediction_for_reply(&platform, &made, reply, &mut |prediction| {
            if !self.rules.includes(prediction.rule) {
                return;
            }
            match observed.look(&prediction) {
                Observation::Judged => {}
                Observation::NotGiven => return,
                Observation::NotObserved => {
                    self.tallies.count(prediction.rule, Part::NotApplicable);
                    self.tallies.count(prediction.rule, Part::NotObserved);
                    return;
                }
                Observation::Declined(reason) => {
                    self.tallies.count(prediction.rule, Part::Declined);
                    self.declines.count(self.tallies.case(), prediction.rule, reason);
                    return;
                }
            }
            self.tallies.count(prediction.rule, Part::Judged);
            if judge::agrees(&platform, reply, &prediction) {
                return;
            }
            judged.holds = false;
            let known = self.deviations.iter().position(|known| known.explains(self.hello, case, reply, &prediction));
            let Some(at) = known else {
                self.tallies.count(prediction.rule, Part::Broken);
                if let Origin::Drawn { index, .. } = origin() {
                    self.tallies.note_broken(prediction.rule, index);
                }
                judged.found.extend(self.kept.keep(case, reply, &prediction, &origin, history));
                return;
            };
            self.tallies.count(prediction.rule, Part::Known);
            if !met.contains(&at) {
                met.push(at);
                self.known[at].cases += 1;
            }
        });
        judged
    }

    /// Adds the results of another job.
    pub(super) fn add(&mut self, other: Results) {
        self.cases += other.cases;
        self.page += other.page;
        self.not_applicable += other.not_applicable;
        self.doors.add(other.doors);
        self.lost.extend(other.lost);
        self.held_again.extend(other.held_again);
        self.steps.resize(self.steps.len().max(other.steps.len()), 0);
        other.steps.iter().zip(&mut self.steps).for_each(|(count, total)| *total += count);
        self.tallies.add(other.tallies);
        self.declines.add(other.declines);
        for (total, met) in self.known.iter_mut().zip(other.known) {
            total.cases += met.cases;
            total.stale = total.stale.take().or(met.stale);
        }
        self.kept.add(other.kept);
    }

    /// The failures, of each rule and cause the first.
    pub(super) fn take_kept(&mut self) -> AllKept {
        std::mem::take(&mut self.kept)
    }

    /// Judges the reply to the case that a known deviation names. If it does not show the deviation, the entry is stale.
    pub(super) fn note_known(&mut self, at: usize, case: &Case, reply: &Reply) {
        // Nothing is known of a case that was declined as a whole, perhaps for want of memory.
        if matches!(reply, Reply::Declined(_)) {
            return;
        }
        let known = &self.deviations[at];
        let case = &*judge::located(&self.hello.limits, case, reply);
        let wrong = violations(&self.hello.platform, &Rules::only(known.rule), case, reply);
        if !wrong.iter().any(|wrong| known.explains(self.hello, case, reply, wrong)) {
            let difference = |wrong| known.difference(self.hello, case, reply, wrong).unwrap_or_default();
            let found = wrong.first().map(|wrong| format!("broken in another way: {}", difference(wrong)));
            let declined = || self.declined(case, reply, known.rule);
            let lost = || reply.is_lost().then(|| "the implementation did not answer it".to_owned());
            let found = found.or_else(declined).or_else(lost).unwrap_or_else(|| "the rule holds there".to_owned());
            self.known[at].stale = Some(found);
        }
    }

    /// How reports say that a reply declines what a rule is judged by; `None` if it does not.
    fn declined(&self, case: &Case, reply: &Reply, rule: Rule) -> Option<String> {
        let observed = Observed::of(case, reply);
        let predictions = judge::predictions_for_reply(&self.hello.platform, case, reply);
        predictions.iter().filter(|prediction| prediction.rule == rule).find_map(|prediction| {
            match observed.look(prediction) {
                Observation::Declined(reason) => Some(format!("declined: {reason}")),
                _ => None,
            }
        })
    }
}
