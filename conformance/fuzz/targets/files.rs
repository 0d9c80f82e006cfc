//! Case files: whoever is sent one can have it predicted, drawn, judged and shrunk.
#![no_main]

use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::applicable::{as_declared, not_applicable};
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::engine::shrink::candidates;
use array_ctypes_conformance::engine::traits::TraitSet;
use array_ctypes_conformance::json::{to_before, to_case};
use array_ctypes_conformance::report::picture::{Picture, describe};
use array_ctypes_conformance::report::snippet;
use array_ctypes_conformance::{Case, Hello, Reply};
use array_ctypes_spec::{Address, Answer, Raises};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use serde_json::Value;

/// The simplifications that are looked at.
const CANDIDATES: usize = 30;

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    array_ctypes_fuzz::mutate(data, size, max_size, seed)
});

fuzz_target!(|text: &[u8]| {
    let hello = array_ctypes_fuzz::hello();
    let Ok(value) = serde_json::from_slice::<Value>(text) else { return };
    let Ok(case) = to_case(&value, hello.platform.pointer_size()) else { return };
    let before = to_before(&value, hello.platform.pointer_size()).unwrap_or_default();
    let case = as_declared(&hello, &case);
    let _ = not_applicable(&hello, &case);
    let _ = (describe(&case, &hello.platform), snippet::sequence(&before, &case), snippet::rust(&before, &case));
    let _ = Picture::of(&case, &hello.platform).svg();
    let _ = TraitSet::of(&case, &hello.platform);
    judged(&hello, &case);
    for smaller in candidates(&case, &hello.platform, &hello.limits).take(CANDIDATES) {
        let _ = smaller.expect(&hello.platform);
    }
});

/// Judges replies of nonsense.
fn judged(hello: &Hello, case: &Case) {
    let nonsense = [
        Answer::Nothing,
        Answer::Text("T{(2,3)<i:a:x}".to_owned()),
        Answer::Text("[('', '<i4', (2,))]".to_owned()),
        Answer::Integers(vec![i64::MIN, 0, i64::MAX]),
        Answer::Address(Address::Absolute(u64::MAX)),
        Answer::Bytes(vec![0; 9]),
        Answer::Float(u64::MAX),
        Answer::Object(0),
        Answer::Raises(Raises::ValueError),
        Answer::Signal("SIGSEGV".to_owned()),
    ];
    for from in 0..nonsense.len() {
        let answers = nonsense.iter().cycle().skip(from).take(case.script.len()).cloned().collect();
        let reply = Reply::Answered(Answers { buffer: Some(u64::MAX), answers, ..Answers::default() });
        for broken in violations(&hello.platform, &Rules::all(), case, &reply) {
            let picture = Picture::of_failure(case, &hello.platform, &broken, &reply);
            let _ = (picture.text(), picture.svg());
        }
    }
    let _ = violations(&hello.platform, &Rules::all(), case, &Reply::Lost(String::new()));
}
