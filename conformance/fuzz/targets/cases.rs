//! Cases near those that are drawn: the reference meets every prediction of the specification there, too.
#![no_main]

use arbitrary::{Result, Unstructured};
use array_ctypes_command::adapters::reference::Reference;
use array_ctypes_conformance::engine::applicable::not_applicable;
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::judge::violations;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::json::{from_case, to_case};
use array_ctypes_conformance::{Case, Hello, Implementation};
use array_ctypes_spec::Step;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

/// The most changes of a case.
const CHANGES: u32 = 6;

/// The most bytes of memory, the most steps.
const MAX_BYTES: u64 = 1 << 20;
const MAX_STEPS: usize = 100;

thread_local! {
    static REFERENCE: RefCell<Reference> = RefCell::new(Reference::new());
}

fuzz_target!(|bytes: &[u8]| {
    REFERENCE.with_borrow_mut(|reference| {
        let hello = reference.hello().clone();
        let rules = Rules::all().binding(&hello);
        let Ok(Some(case)) = changed(&mut Unstructured::new(bytes), &hello, &rules) else { return };
        if case.array.buffer.size > MAX_BYTES
            || case.script.len() > MAX_STEPS
            || not_applicable(&hello, &case).is_some()
        {
            return;
        }
        let reply = reference.answer(&case).expect("a reply");
        let violations = violations(&hello.platform, &rules, &case, &reply);
        if let Some(broken) = violations.first() {
            let found = reply.found(broken.step);
            panic!("{}: expected {}, found {found}: {}", broken.rule.id(), broken.expectation, from_case(&case));
        }
    });
});

/// A case that is drawn and then changed; `None` if what is left is no case.
fn changed(bytes: &mut Unstructured, hello: &Hello, rules: &Rules) -> Result<Option<Case>> {
    let drawn = generate(bytes.arbitrary::<u8>()?.into(), bytes.arbitrary::<u16>()?.into(), hello, rules);
    let mut case = from_case(&drawn.case);
    for _ in 0..CHANGES {
        if bytes.is_empty() {
            break;
        }
        let part = bytes.choose(&["/script", "/script", "/array"])?;
        array_ctypes_fuzz::change(&mut case, part, bytes)?;
    }
    let Ok(mut case) = to_case(&case, hello.platform.pointer_size()) else { return Ok(None) };
    // A copy of the process that dies by a signal is a finding to libFuzzer, which takes all signals.
    case.script.retain(|step| !matches!(step, Step::Forked(_)));
    Ok(Some(case))
}
