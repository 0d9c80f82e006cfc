//! Lines of the protocol: whatever an adapter writes is read, or is an error with a place.
#![no_main]

use array_ctypes_conformance::Reply;
use array_ctypes_conformance::engine::applicable::not_applicable;
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::json::{
    from_reply, to_answer, to_before, to_case, to_costs, to_file, to_hello, to_note, to_process, to_reply,
};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use serde_json::Value;
use std::time::Duration;

/// The cases that are drawn for an implementation.
const CASES: u64 = 4;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    array_ctypes_fuzz::mutate(data, size, max_size, seed)
});

fuzz_target!(|line: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(line) else { return };
    let _ = (to_case(&value, 8), to_before(&value, 4), to_note(&value), to_answer(&value), to_process(&value));
    let _ = (to_costs(&value, Duration::from_secs(1)), to_file(&value, None), to_file(&value, Some("name")));
    replied(&value);
    if let Ok(hello) = to_hello(&value) {
        hello.check_limits().expect("limits of a handshake leave an array");
        let rules = Rules::all().binding(&hello);
        for index in 0..CASES {
            let drawn = generate(line.len() as u64, index, &hello, &rules);
            let reason = not_applicable(&hello, &drawn.case);
            assert!(!drawn.applicable || reason.is_none(), "{reason:?}: {:?}", drawn.case);
        }
    }
});

/// A reply that is written again is read as the same.
fn replied(value: &Value) {
    let steps = value.get("answers").and_then(Value::as_array).map_or(0, Vec::len);
    for owns in [false, true] {
        if let Ok((id, reply)) = to_reply(value, owns, |_| Some(steps)) {
            let again = to_reply(&from_reply(&id.into(), &reply), true, |_| Some(steps)).expect("a reply").1;
            assert_eq!(essence(again), essence(reply));
        }
    }
}

/// The reply without messages, which only refusals keep.
fn essence(mut reply: Reply) -> Reply {
    if let Reply::Answered(answers) = &mut reply {
        answers.messages.clear();
    }
    reply
}
