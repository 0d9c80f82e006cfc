//! Asks an implementation if a case fails in a certain way, within limits of time and losses.

use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::reply::Reply;
use crate::engine::cause::{Elements, Way};
use crate::engine::deviation::Deviation;
use crate::engine::judge::{located, violations};
use crate::engine::outcome::Small;
use crate::engine::rules::Rules;
use crate::transports::contained::{Contained, Losses};
use crate::transports::leftovers;
use array_ctypes_spec::{Prediction, Rule};
use std::time::Instant;

/// The most cases that may be lost while failures shrink. Timeouts are few, because each takes as long as the timeout.
const MAX_LOSSES: Losses = Losses { cases: 300, timeouts: 3 };

/// The number of cases that are sent together before the case in question.
const CASES_PER_BATCH: usize = 64;

/// The implementation that failed, and what is known about it.
#[derive(Clone, Copy)]
pub(in crate::engine) struct About<'a> {
    pub(in crate::engine) hello: &'a Hello,
    pub(in crate::engine) deviations: &'a [Deviation],
}

/// What a case has to show.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) rule: Rule,
    pub(super) way: Way,
    /// `None` for any elements.
    pub(super) elements: Option<Elements>,
}

/// The failure that a case shows.
pub(super) struct Found {
    pub(super) prediction: Prediction,
    pub(super) reply: Reply,
}

/// Asks cases.
pub(super) struct Asker<'a> {
    implementation: Contained<'a>,
    pub(super) about: &'a About<'a>,
    /// When the time for all cases is up.
    until: Instant,
    /// When the time for the cases that are asked now is up.
    part_until: Instant,
}

impl<'a> Asker<'a> {
    pub(super) fn new(implementation: Contained<'a>, about: &'a About<'a>, until: Instant) -> Asker<'a> {
        Asker { implementation, about, until, part_until: until }
    }

    /// From now on, one part in so many of the time that is left may be spent.
    pub(super) fn take_part(&mut self, parts: usize) {
        let now = Instant::now();
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        self.part_until = now + self.until.saturating_duration_since(now) / parts;
    }

    /// From now on, all of the time that is left may be spent.
    pub(super) fn take_rest(&mut self) {
        self.part_until = self.until;
    }

    /// Returns why no more cases are asked; `None` if they are.
    pub(super) fn stopped(&self) -> Option<Small> {
        let Losses { cases, timeouts } = self.implementation.losses();
        if leftovers::interrupted().is_some() {
            Some(Small::Interrupted)
        } else if Instant::now() >= self.part_until {
            Some(Small::TimeLimit)
        } else if cases >= MAX_LOSSES.cases || timeouts >= MAX_LOSSES.timeouts {
            Some(Small::Lost)
        } else {
            None
        }
    }

    /// Asks a case. Returns the failure if the case shows what it has to, and that is no known deviation.
    pub(super) fn fails(&mut self, case: &Case, target: &Target) -> Option<Found> {
        if target.elements.is_some_and(|elements| elements != Elements::of(&case.array.dtype)) {
            return None;
        }
        let About { hello, deviations } = *self.about;
        let reply = self.implementation.answer(case).ok()?;
        let case = &*located(&hello.limits, case, &reply);
        let is_known = |wrong: &Prediction| deviations.iter().any(|known| known.explains(hello, case, &reply, wrong));
        let shows = |wrong: &Prediction| Way::of(case, &reply, wrong) == target.way && !is_known(wrong);
        let prediction =
            violations(&hello.platform, &Rules::only(target.rule), case, &reply).into_iter().find(shows)?;
        Some(Found { prediction, reply })
    }

    /// The same of a fresh implementation that is asked these cases before.
    pub(super) fn fails_after(&mut self, before: &[Case], case: &Case, target: &Target) -> Option<Found> {
        self.implementation.renew();
        let replaced = self.implementation.replaced();
        for batch in before.chunks(CASES_PER_BATCH) {
            self.implementation.send(batch.to_vec()).ok()?;
            self.implementation.receive().1.ok()?;
        }
        // An implementation that was lost on the way has forgotten what came before.
        if self.implementation.replaced() == replaced { self.fails(case, target) } else { None }
    }
}
