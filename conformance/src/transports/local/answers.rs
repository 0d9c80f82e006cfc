//! Answers and replies that the suite makes in the name of a crate.

use crate::adapter::reply::{Answers, Reply};
use array_ctypes_spec::Answer;

/// The answer to `native`.
pub(super) fn native() -> Answer {
    Answer::Bytes(0x0102_0304_u32.to_ne_bytes().to_vec())
}

/// The reply with these answers. A crate that declines every step declines the case.
pub(super) fn answered(answers: Answers) -> Reply {
    let is_declined = |answer: &Answer| matches!(answer, Answer::Declined(_));
    match answers.answers.first() {
        Some(Answer::Declined(reason)) if answers.answers.iter().all(is_declined) => Reply::Declined(reason.clone()),
        _ => Reply::Answered(answers),
    }
}
