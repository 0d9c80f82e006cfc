//! Which predictions of a reply can be judged: not those about answers that were not observed, or that the implementation
//! declined, nor those that depend on such answers.

use crate::Case;
use crate::adapter::reply::{Answers, Reply};
use array_ctypes_spec::{Answer, Consumer, Expectation, Given, Outside, Prediction, Producer, Step};

/// Says if a prediction can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation<'a> {
    /// It is judged.
    Judged,
    /// The system does not show the answer, or an earlier one that it depends on.
    NotObserved,
    /// The implementation declined the case, the step, or an earlier one that it depends on, for this reason.
    Declined(&'a str),
    /// It is about an array that was taken, and the array was refused; or the other way round.
    NotGiven,
}

/// What a reply leaves open.
#[derive(Clone, Debug)]
pub struct Observed<'a> {
    /// The reason for which the whole case is declined.
    case: Option<&'a str>,
    /// The steps that are declined, each with the reason.
    declined: Vec<(usize, &'a str)>,
    /// The first step that leaves open what follows.
    end: Option<End<'a>>,
    /// The steps that a consumer refused.
    refused: Vec<usize>,
}

/// A step after which nothing is known, and the reason if it is declined.
#[derive(Clone, Copy, Debug)]
struct End<'a> {
    step: usize,
    reason: Option<&'a str>,
}

impl<'a> Observed<'a> {
    /// What a reply to a case leaves open.
    pub fn of(case: &Case, reply: &'a Reply) -> Observed<'a> {
        let mut observed = Observed { case: None, declined: Vec::new(), end: None, refused: Vec::new() };
        let answers = match reply {
            Reply::Answered(Answers { answers, .. }) => answers,
            Reply::Declined(reason) => return Observed { case: Some(reason), ..observed },
            Reply::Refused(_) | Reply::Lost(_) | Reply::Hung(_) => return observed,
        };
        for (step, answer) in answers.iter().enumerate() {
            match answer {
                Answer::Raises(_) if matches!(case.script.get(step), Some(Step::Consumer(_))) => {
                    observed.refused.push(step);
                }
                Answer::Text(_) if matches!(case.script.get(step), Some(Step::Consumer(Consumer::Take(_)))) => {
                    observed.refused.push(step);
                }
                Answer::NotObserved => observed.end = Some(End { step, reason: None }),
                Answer::Declined(reason) => {
                    observed.declined.push((step, reason));
                    if case.script.get(step).is_none_or(changes) {
                        observed.end = Some(End { step, reason: Some(reason) });
                    }
                }
                _ => continue,
            }
            if observed.end.is_some() {
                break;
            }
        }
        observed
    }

    /// Returns true if the step that a prediction depends on had the outcome that it depends on. A consumer that took an array
    /// and may refuse to read it has shown nothing by that.
    fn is_given(&self, prediction: &Prediction) -> bool {
        let is_free = || may_be_refused(&prediction.expectation) && self.refused.contains(&prediction.step);
        match prediction.given {
            Some(Given::Taken(step)) => !self.refused.contains(&step) && !is_free(),
            Some(Given::Refused(step)) => self.refused.contains(&step),
            None => true,
        }
    }

    /// Says if a prediction can be judged.
    pub fn look(&self, prediction: &Prediction) -> Observation<'a> {
        let declined = |step: usize| self.declined.iter().find(|(at, _)| *at == step).map(|(_, reason)| *reason);
        match (&prediction.expectation, self.case) {
            // There is a reply.
            (Expectation::Answered, _) => return Observation::Judged,
            (_, Some(reason)) => return Observation::Declined(reason),
            // That the array was made shows without any step.
            (Expectation::Accepted | Expectation::AcceptedOr(_), _) if declined(prediction.step).is_some() => {
                return Observation::Judged;
            }
            _ => {}
        }
        if let Some(reason) = declined(prediction.step).or_else(|| compared(&prediction.expectation, &declined)) {
            return Observation::Declined(reason);
        }
        match self.end {
            Some(End { step, reason }) if prediction.step >= step => {
                reason.map_or(Observation::NotObserved, Observation::Declined)
            }
            _ if !self.is_given(prediction) => Observation::NotGiven,
            _ => Observation::Judged,
        }
    }
}

/// Returns true if a refusal is one of several right answers.
fn may_be_refused(expectation: &Expectation) -> bool {
    let Expectation::AnyOf(any) = expectation else { return false };
    any.iter().any(|expectation| matches!(expectation, Expectation::Raises(_)))
}

/// Returns the reason for which a step that the answer is compared with is declined.
fn compared<'a>(expectation: &Expectation, declined: &dyn Fn(usize) -> Option<&'a str>) -> Option<&'a str> {
    match expectation {
        Expectation::SameAs(step) | Expectation::FreshFrom(step) => declined(*step),
        Expectation::AnyOf(any) => any.iter().find_map(|expectation| compared(expectation, declined)),
        _ => None,
    }
}

/// Returns true if later answers depend on the step: it writes, keeps or drops something.
fn changes(step: &Step) -> bool {
    match step {
        Step::Ask(_) | Step::Outside(Outside::Peek(_) | Outside::Mapping) => false,
        Step::Consumer(step) => matches!(
            step,
            Consumer::Take(_) | Consumer::Repeat(_) | Consumer::Drop | Consumer::TakeAgain | Consumer::Write { .. }
        ),
        Step::Producer(step) => matches!(step, Producer::Write { .. } | Producer::Drop),
        Step::Forked(step) => changes(step),
        Step::Write(_) | Step::Act(_) | Step::Outside(Outside::Poke { .. }) => true,
    }
}
