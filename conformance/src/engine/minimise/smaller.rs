//! Replaces a failing case by ever simpler ones that fail in the same way.

use super::asker::{Asker, Found, Target};
use crate::Case;
use crate::engine::applicable::not_applicable;
use crate::engine::cause::Cause;
use crate::engine::outcome::{Failure, Small};
use crate::engine::shrink;

/// Shrinks the case of a failure, with at most so many candidates. With `before`, each is asked of a fresh
/// implementation, after these cases.
pub(super) fn shrink(
    asker: &mut Asker,
    failure: &mut Failure,
    target: &Target,
    before: Option<&[Case]>,
    most: usize,
) -> Small {
    let hello = asker.about.hello;
    let mut asked = 0;
    'smaller: loop {
        let candidates = shrink::candidates(&failure.case, &hello.platform, &hello.limits);
        let is_asked = |case: &Case| target.way.is_possible_for(case) && not_applicable(hello, case).is_none();
        for case in candidates.filter(is_asked) {
            asked += 1;
            if asked > most {
                return Small::Attempts;
            }
            if let Some(small) = asker.stopped() {
                return small;
            }
            let found = match before {
                Some(before) => asker.fails_after(before, &case, target),
                None => asker.fails(&case, target),
            };
            if let Some(found) = found {
                failure.show(case, found);
                continue 'smaller;
            }
        }
        return Small::Yes;
    }
}

impl Failure {
    /// Replaces the case.
    pub(super) fn show(&mut self, case: Case, Found { prediction, reply }: Found) {
        self.cause = Cause::of(&case, &reply, &prediction);
        (self.case, self.prediction, self.reply) = (case, prediction, reply);
    }
}
