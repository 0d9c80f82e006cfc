//! Makes failing cases small, by asking the implementation ever simpler ones.

use super::judge::violations;
use super::outcome::Failure;
use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::implementation::Make;
use crate::adapter::reply::Reply;
use crate::engine::deviation::Deviation;
use crate::engine::rules::Rules;
use crate::engine::shrink;
use crate::transports::contained::Contained;
use array_ctypes_spec::Prediction;

/// The most cases that are tried to make one failure smaller.
const TRIES: usize = 2000;

/// The most cases that the implementation may be lost on while failures are made smaller, and how many of them to silence,
/// each of which takes its time.
const MOST_LOST: (usize, usize) = (300, 3);

/// Makes the case of each failure small. One that does not fail again stays as it was, and none becomes a deviation that is
/// known.
pub(super) fn all(mut failures: Vec<Failure>, make: &Make, hello: &Hello, deviations: &[Deviation]) -> Vec<Failure> {
    if failures.is_empty() {
        return failures;
    }
    let Ok(first) = make() else { return failures };
    let mut implementation = Contained::new(first, make);
    for failure in &mut failures {
        let rules = Rules::only(failure.rule);
        let mut fails = |case: &Case| {
            let (lost, silent) = implementation.losses();
            if lost >= MOST_LOST.0 || silent >= MOST_LOST.1 {
                return None;
            }
            let reply = implementation.answer(case).ok()?;
            let is_known =
                |wrong: &Prediction| deviations.iter().any(|known| known.explains(hello, case, &reply, wrong));
            let wrong = violations(&hello.platform, &rules, case, &reply).into_iter().find(|wrong| !is_known(wrong))?;
            Some((wrong, reply))
        };
        one(failure, hello, &mut fails);
    }
    failures
}

fn one(failure: &mut Failure, hello: &Hello, fails: &mut dyn FnMut(&Case) -> Option<(Prediction, Reply)>) {
    let mut tries = 0;
    'smaller: loop {
        for case in shrink::candidates(&failure.case, &hello.platform, &hello.limits) {
            tries += 1;
            if tries > TRIES {
                return;
            }
            if let Some((prediction, reply)) = fails(&case) {
                failure.case = case;
                failure.prediction = prediction;
                failure.reply = reply;
                continue 'smaller;
            }
        }
        return;
    }
}
