//! Makes failing cases small, by asking the implementation ever simpler ones.

use super::{Failure, Make, verify};
use crate::generate::Rules;
use crate::implementation::{Hello, Reply};
use crate::{Case, shrink};
use array_ctypes_spec::Prediction;

/// The most cases that are tried to make one failure smaller.
const TRIES: usize = 2000;

/// The most times that the implementation may be lost while failures are made smaller.
const MOST_LOST: usize = 3;

/// Makes the case of each failure small. One that does not fail again stays as it was.
pub(super) fn all(mut failures: Vec<Failure>, make: &Make, hello: &Hello) -> Vec<Failure> {
    let mut implementation = None;
    let mut lost = 0;
    for failure in &mut failures {
        let rules = Rules::only(failure.rule);
        let mut fails = |case: &Case| {
            if implementation.is_none() && lost <= MOST_LOST {
                implementation = make().ok();
            }
            let asked = implementation.as_mut()?.answer(case);
            let Ok(reply) = asked else {
                // It is gone; the next case gets another. One that hangs takes its time each time.
                lost += 1;
                implementation = None;
                return None;
            };
            let wrong = verify(&hello.platform, &rules, case, &reply).into_iter().next()?;
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
