//! Makes failing cases small, by asking the implementation ever simpler ones.
//!
//! `shrink` proposes simpler cases; the loop here sends them and decides when to stop.

use super::deviation::Deviation;
use super::judge::{located, violations};
use super::outcome::{Failure, Origin};
use super::rules::Rules;
use super::shrink;
use crate::Case;
use crate::adapter::hello::Hello;
use crate::adapter::implementation::Make;
use crate::adapter::reply::Reply;
use crate::transports::contained::{Contained, Losses};
use array_ctypes_spec::Prediction;

/// The most candidates that are asked to shrink one failure.
const MAX_CANDIDATES: usize = 2000;

/// The most cases that may be lost while failures shrink. Timeouts are few, because each takes as long as the timeout.
const MAX_LOSSES: Losses = Losses { cases: 300, timeouts: 3 };

/// Shrinks the case of each failure. A failure that does not occur again keeps its case, and none is shrunk into a
/// known deviation. An example of the page stays as it is, so that it can be recognized.
pub(super) fn all(mut failures: Vec<Failure>, make: &Make, hello: &Hello, deviations: &[Deviation]) -> Vec<Failure> {
    let shrinks = |failure: &Failure| !matches!(failure.origin, Origin::Page(_));
    if !failures.iter().any(shrinks) {
        return failures;
    }
    let Ok(first) = make() else { return failures };
    let mut implementation = Contained::new(first, make);
    for failure in failures.iter_mut().filter(|failure| shrinks(failure)) {
        let rules = Rules::only(failure.rule);
        let mut fails = |case: &Case| {
            let Losses { cases, timeouts } = implementation.losses();
            if cases >= MAX_LOSSES.cases || timeouts >= MAX_LOSSES.timeouts {
                return None;
            }
            let reply = implementation.answer(case).ok()?;
            let is_known =
                |wrong: &Prediction| deviations.iter().any(|known| known.explains(hello, case, &reply, wrong));
            let case = &*located(&hello.limits, case, &reply);
            let wrong = violations(&hello.platform, &rules, case, &reply).into_iter().find(|wrong| !is_known(wrong))?;
            Some(Broken { prediction: wrong, reply })
        };
        shrink_one(failure, hello, &mut fails);
    }
    failures
}

/// The failure that a shrunk case still shows.
struct Broken {
    prediction: Prediction,
    reply: Reply,
}

fn shrink_one(failure: &mut Failure, hello: &Hello, fails: &mut dyn FnMut(&Case) -> Option<Broken>) {
    let mut asked = 0;
    'smaller: loop {
        for case in shrink::candidates(&failure.case, &hello.platform, &hello.limits) {
            asked += 1;
            if asked > MAX_CANDIDATES {
                return;
            }
            if let Some(Broken { prediction, reply }) = fails(&case) {
                failure.case = case;
                failure.prediction = prediction;
                failure.reply = reply;
                continue 'smaller;
            }
        }
        return;
    }
}
