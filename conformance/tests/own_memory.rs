//! A library that allocates the memory of its arrays: predictions are about the address that the adapter reports, not about
//! the one that the case asks for.

use array_ctypes_conformance::adapter::reply::Answers;
use array_ctypes_conformance::engine::applicable::not_applicable;
use array_ctypes_conformance::engine::judge::{located, violations};
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::{Address, Answer, Array};
use array_ctypes_conformance::{Case, Hello, Limits, Reply};

fn hello(given_memory: bool) -> Hello {
    Hello::core("own", "1", Limits { given_memory, ..Limits::default() })
}

fn case(script: &[&str]) -> Case {
    let array = Array::contiguous(vec![0; 8], Dtype::from_typestr("<i4").expect("a type"), &[2]);
    Case { array, script: script.iter().map(|step| step.parse().expect("a step")).collect() }
}

/// Returns true if no rule is broken by an array at that address, which says so of itself.
fn holds(given_memory: bool, buffer: Option<u64>, data: u64, is_aligned: bool) -> bool {
    let (hello, case) = (hello(given_memory), case(&["data", "flag aligned"]));
    let answers = vec![Answer::Address(Address::Absolute(data)), Answer::Bool(is_aligned)];
    let reply = Reply::Answered(Answers { buffer, answers, ..Answers::default() });
    let made = located(&hello.limits, &case, &reply);
    violations(&hello.platform, &Rules::all(), &made, &reply).is_empty()
}

#[test]
fn alignment_is_that_of_the_reported_address_only_if_the_library_allocates() {
    assert!(holds(false, Some(0x5001), 0x5001, false));
    assert!(!holds(false, Some(0x5001), 0x5001, true));
    assert!(!holds(true, Some(0x5001), 0x5001, false), "the case asks for an aligned buffer");
    assert!(holds(true, Some(0x5000), 0x5000, true));
}

#[test]
fn the_reported_address_is_a_claim_that_the_answers_are_held_against() {
    assert!(!holds(false, Some(0x5000), 0x6000, true));
    assert!(holds(false, None, 0x6000, true), "nobody but the library knows where its memory is");
}

#[test]
fn an_array_fills_memory_of_the_librarys_own_which_imports_share() {
    let whole = case(&["data"]);
    let mut part = whole.clone();
    part.array.shape = vec![1];
    let import = case(&["import data=at:0 read_only=0 shape=2 typestr=<i4 version=3"]);
    for (case, fits) in [(whole, true), (part.clone(), false)] {
        assert_eq!(not_applicable(&hello(false), &case).is_none(), fits, "{case:?}");
        assert_eq!(not_applicable(&hello(true), &case), None);
    }
    assert_eq!(not_applicable(&hello(false), &import), None);
    let helper = case(&["ctypeslib as_array pointer shape=2 c_int"]);
    assert!(not_applicable(&hello(false), &helper).is_some_and(|why| why.contains("is outside the limits of own")));
    assert!(hello(false).limits.fit(&mut part.array));
    assert_eq!((part.array.buffer.size, not_applicable(&hello(false), &part)), (4, None));
}
