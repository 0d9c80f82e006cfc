//! Cases that nobody is asked, to see which rules would judge them.

use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::generate;
use array_ctypes_conformance::engine::judge::predictions_for_reply;
use array_ctypes_conformance::spec::Prediction;
use array_ctypes_conformance::spec::platform::Platform;
use array_ctypes_conformance::{Case, Reply};

/// Draws cases with seed 1. Each comes with its predictions if the array is made and the questions are answered.
pub(crate) fn drawn(platform: Platform, count: u64) -> impl Iterator<Item = (Case, Vec<Prediction>)> {
    let answered = Reply::Answered(Answers { buffer: Some(0), ..Answers::default() });
    (0..count).map(move |index| {
        let case = generate::case(1, index, &platform);
        let predictions = predictions_for_reply(&platform, &case, &answered);
        (case, predictions)
    })
}
