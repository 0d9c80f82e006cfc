//! The collector of the predictions of a script.

use crate::vocabulary::{Expectation, Given, Prediction, Rule};

/// Hands on each prediction as it is made.
pub(crate) struct Predictions<'a> {
    step: usize,
    each: &'a mut dyn FnMut(Prediction),
}

impl Predictions<'_> {
    /// Begins with predictions of the first step. [`at`](Predictions::at) moves on to others.
    pub(crate) fn new(each: &mut dyn FnMut(Prediction)) -> Predictions<'_> {
        Predictions { step: 0, each }
    }

    /// Moves on to that step of the script.
    pub(crate) fn at(&mut self, step: usize) {
        self.step = step;
    }

    /// Predicts what a rule expects of the answer to the step.
    pub(crate) fn push(&mut self, rule: Rule, expectation: Expectation) {
        (self.each)(Prediction { step: self.step, rule, expectation, given: None });
    }

    /// Predicts what a rule expects of the answer to the step, if an earlier step had that outcome.
    pub(crate) fn push_given(&mut self, given: Given, rule: Rule, expectation: Expectation) {
        (self.each)(Prediction { step: self.step, rule, expectation, given: Some(given) });
    }
}
