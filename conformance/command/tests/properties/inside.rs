//! Cases are drawn inside the limits: few are not applicable, and each rule that can apply is asked about often.

use array_ctypes_command::adapters::Reference;
use array_ctypes_command::adapters::numpy::{has_numpy, python_at_hand};
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::{Profile, Rule, expect_making, rules};
use array_ctypes_conformance::transports::child::Child;
use array_ctypes_conformance::{Hello, Implementation, Limits, Order, RecordFeature, Records};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

#[path = "../../../tests/ndarray/limits.rs"]
mod ndarray_limits;

const DRAWN: u64 = 20_000;

/// A rule is exercised if it is asked about in this many cases.
const EXERCISED: u64 = 100;

/// Draws cases for an implementation. Asserts that fewer than one in five are not applicable, and that each rule which binds it
/// is asked about often, but for those that its limits leave no case of.
#[track_caller]
fn assert_inside(hello: &Hello, without: &[&str]) {
    let without: Vec<Rule> = Rule::all()
        .filter(|rule| {
            without.iter().any(|pattern| Rules::matching(pattern).is_some_and(|rules| rules.includes(*rule)))
        })
        .collect();
    let bound = Rules::all().binding(hello);
    let hands_out: Vec<Profile> =
        Profile::ALL.iter().copied().filter(|profile| *profile != Profile::Consumer).collect();
    let unbound: Vec<&Rule> = without.iter().filter(|rule| !bound.includes(**rule)).collect();
    assert!(unbound.is_empty(), "expected rules that bind {}, found {unbound:?}", hello.name);
    let mut counts: HashMap<Rule, u64> = HashMap::new();
    let (mut outside, mut drawn) = (0, 0);
    // Whoever hands arrays out and is handed some is drawn cases of both, and has fewer of each.
    for rules in [bound.of(&hands_out), bound.of(&[Profile::Consumer])] {
        if !Rule::all().any(|rule| rules.includes(rule)) {
            continue;
        }
        drawn += DRAWN;
        for index in 0..DRAWN {
            let made = generate(1, index, hello, &rules);
            if !made.applicable {
                outside += 1;
                continue;
            }
            let mut asked: Vec<Rule> =
                made.case.expect(&hello.platform).into_iter().map(|prediction| prediction.rule).collect();
            asked.push(expect_making(&made.case.array, &resolve(&hello.platform, &made.case.array)).rule);
            asked.sort_unstable_by_key(|rule| rule.index());
            asked.dedup();
            for rule in asked {
                *counts.entry(rule).or_default() += 1;
            }
        }
    }
    let count = |rule: &Rule| counts.get(rule).copied().unwrap_or_default();
    let by_reply = [rules::layout::answered, rules::memmap::empty, rules::consumer::answered];
    let few: Vec<(&str, u64)> = Rule::all()
        .filter(|rule| bound.includes(*rule) && !by_reply.contains(rule) && !without.contains(rule))
        .map(|rule| (rule.id(), count(&rule)))
        .filter(|(_, count)| *count < EXERCISED)
        .collect();
    let found: Vec<&Rule> = without.iter().filter(|rule| count(rule) >= EXERCISED).collect();
    println!(
        "{}: {:.2} % not applicable, few: {few:?}, found {found:?}",
        hello.name,
        outside as f64 * 100.0 / drawn as f64
    );
    assert!(
        outside * 5 < drawn,
        "expected fewer than one in five cases outside the limits, found {outside} of {drawn}"
    );
    assert!(few.is_empty(), "expected each rule in {EXERCISED} of {DRAWN} cases, found {few:?}");
    assert!(found.is_empty(), "expected no case of these rules, found them exercised: {found:?}");
}

/// The handshake of an adapter in Python, as it reports it; `None` where there is no Python, or not what it needs.
fn hello_of(script: &str, arguments: &[&str]) -> Option<Hello> {
    let python = python_at_hand();
    if ["numpy_adapter.py", "correct_adapters.py"].contains(&script) && !has_numpy(&python) {
        return None;
    }
    let mut command = Command::new(python);
    command.arg("-B").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../python").join(script)).args(arguments);
    if command.get_program().is_empty() || Command::new(command.get_program()).arg("-V").output().is_err() {
        return None;
    }
    let child = Child::start(command, Duration::from_secs(60)).expect("the adapter starts");
    Some(child.hello().clone())
}

/// The rules of views that no adapter of narrow limits has.
const OTHER_VIEWS: [&str; 5] =
    ["layout.new-axis", "layout.broadcast", "layout.reshape", "layout.field", "layout.reinterpret"];

/// The rules about types that are no numbers.
const OF_TYPES: [&str; 10] = [
    "dtype.typestr-time",
    "dtype.typestr-text",
    "dtype.typestr-void",
    "dtype.typestr-object",
    "dtype.descr-fields",
    "dtype.descr-padding",
    "dtype.descr-nested",
    "dtype.descr-sub-array",
    "dtype.descr-title",
    "dtype.descr-overlap",
];

#[test]
fn for_the_reference() {
    assert_inside(Reference::new().hello(), &[]);
}

#[test]
fn for_numpy() {
    let Some(hello) = hello_of("numpy_adapter.py", &[]) else { return };
    assert_inside(&hello, &[]);
}

#[test]
fn for_a_crate_of_arrays() {
    let views = ["layout.slice", "layout.broadcast", "layout.reshape", "layout.field", "layout.reinterpret"];
    let refused = ["layout.bounds", "layout.size-limit", "layout.view-refused"];
    let without = [&refused[..], &views, &["data.empty*"]].concat();
    assert_inside(&Hello::core("ndarray", "0.17", ndarray_limits::limits()), &without);
}

#[test]
fn for_memoryview() {
    let Some(hello) = hello_of("memoryview_adapter.py", &[]) else { return };
    let without = ["layout.index", "layout.transpose", "data.empty*", "*format-fields", "*format-nested"];
    assert_inside(&hello, &[&without[..], &OTHER_VIEWS].concat());
}

#[test]
fn for_arrays_in_plain_python() {
    let Some(hello) = hello_of("plain_adapter.py", &[]) else { return };
    assert_inside(&hello, &OF_PLAIN);
}

#[test]
fn for_arrays_of_one_axis() {
    let Some(hello) = hello_of("narrow_adapters.py", &["array.array"]) else { return };
    // Its arrays are native, aligned, contiguous and writeable: no address could be converted, and nothing is refused.
    let refused = ["layout.bounds", "layout.size-limit", "layout.view-refused", "interface.buffer-error"];
    let views = ["layout.index", "layout.slice", "layout.reverse", "layout.transpose"];
    let others = ["layout.contiguous-anyway", "data.raw", "*format-fields", "*format-nested"];
    assert_inside(&hello, &[&refused[..], &views, &others, &OTHER_VIEWS].concat());
}

#[test]
fn for_matrices() {
    let Some(hello) = hello_of("narrow_adapters.py", &["matrix"]) else { return };
    // It has no flags to ask for, and always two axes.
    let flags = ["layout.c-contiguous", "layout.f-contiguous", "layout.contiguous-anyway"];
    let others = ["layout.index", "layout.reverse", "shape.zero-dimensions"];
    assert_inside(&hello, &[&flags[..], &others, &OF_TYPES, &OTHER_VIEWS].concat());
}

#[test]
fn for_images() {
    let Some(hello) = hello_of("narrow_adapters.py", &["image"]) else { return };
    // Too many bytes are described by strides of zero, which the limit `overlap` excludes.
    let others = ["data.empty*", "interface.import-size"];
    assert_inside(&hello, &[&others[..], &OF_TYPES, &OTHER_VIEWS].concat());
}

/// The rules that the adapter of arrays in plain Python is not asked about.
const OF_PLAIN: [&str; 3] = ["dtype.typestr-object", "layout.reshape", "layout.reinterpret"];

/// The rules about imports with strides that no contiguous array has.
const OF_STRIDES: [&str; 2] = ["interface.import-rank", "interface.import-size"];

#[test]
fn for_arrays_in_column_major_order() {
    let Some(hello) = hello_of("correct_adapters.py", &["column-major only"]) else { return };
    let views =
        ["layout.slice", "layout.reverse", "layout.transpose", "layout.new-axis", "layout.broadcast", "layout.field"];
    assert_inside(&hello, &[&OF_PLAIN[..], &OF_STRIDES, &views].concat());
}

#[test]
fn for_column_major_arrays_of_every_profile() {
    let mut hello = Reference::new().hello().clone();
    hello.limits = Limits { strided: false, orders: vec![Order::F], ..hello.limits };
    let of_consumers =
        ["consumer.exclusive", "consumer.value-negative", "consumer.value-odd-strides", "consumer.value-overlap"];
    assert_inside(&hello, &[&OF_STRIDES[..], &of_consumers].concat());
}

#[test]
fn for_flat_structures() {
    let Some(hello) = hello_of("correct_adapters.py", &["flat structures"]) else { return };
    let features = ["dtype.descr-nested", "dtype.descr-sub-array", "dtype.descr-title", "dtype.descr-overlap"];
    assert_inside(&hello, &[&OF_PLAIN[..], &features].concat());
}

#[test]
fn for_structures_of_c() {
    let Some(hello) = hello_of("correct_adapters.py", &["structures of C"]) else { return };
    assert_inside(&hello, &[&OF_PLAIN[..], &["dtype.descr-title", "dtype.descr-overlap"]].concat());
}

#[test]
fn for_structures_without_overlap_in_every_profile() {
    use RecordFeature::{Nested, Padded, SubArrays, Unaligned};
    let mut hello = Reference::new().hello().clone();
    hello.limits = Limits { records: Records::Only(vec![Nested, Padded, SubArrays, Unaligned]), ..hello.limits };
    let overlap = ["dtype.descr-overlap", "ctypeslib.ctype-of-union", "ctypeslib.ctype-of-overlap"];
    assert_inside(&hello, &[&overlap[..], &["dtype.descr-title"]].concat());
}
