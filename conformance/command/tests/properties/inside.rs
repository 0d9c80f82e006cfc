//! Cases are drawn inside the limits: few are not applicable, and each rule that can apply is asked about often.

use array_ctypes_command::adapters::Reference;
use array_ctypes_conformance::engine::generate::generate;
use array_ctypes_conformance::engine::rules::Rules;
use array_ctypes_conformance::spec::dtype::Dtype;
use array_ctypes_conformance::spec::layout::resolve;
use array_ctypes_conformance::spec::{Owner, Profile, Rule, expect_making, rules};
use array_ctypes_conformance::{Allowed, Hello, Implementation, Limits};
use std::collections::HashMap;

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
    let mut counts: HashMap<Rule, u64> = HashMap::new();
    let mut outside = 0;
    for index in 0..DRAWN {
        let made = generate(1, index, hello, &bound);
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
    let count = |rule: &Rule| counts.get(rule).copied().unwrap_or_default();
    let by_reply = [rules::layout::answered, rules::memmap::empty];
    let few: Vec<(&str, u64)> = Rule::all()
        .filter(|rule| bound.includes(*rule) && !by_reply.contains(rule) && !without.contains(rule))
        .map(|rule| (rule.id(), count(&rule)))
        .filter(|(_, count)| *count < EXERCISED)
        .collect();
    let found: Vec<&Rule> = without.iter().filter(|rule| count(rule) >= EXERCISED).collect();
    println!(
        "{}: {:.2} % not applicable, few: {few:?}, found {found:?}",
        hello.name,
        outside as f64 * 100.0 / DRAWN as f64
    );
    assert!(
        outside * 5 < DRAWN,
        "expected fewer than one in five cases outside the limits, found {outside} of {DRAWN}"
    );
    assert!(few.is_empty(), "expected each rule in {EXERCISED} of {DRAWN} cases, found {few:?}");
    assert!(found.is_empty(), "expected no case of these rules, found them exercised: {found:?}");
}

fn with(name: &str, profiles: &[Profile], limits: Limits) -> Hello {
    Hello { profiles: profiles.to_vec(), ..Hello::core(name, "1", limits) }
}

fn types(typestrs: &[&str]) -> Allowed<Dtype> {
    Allowed::Only(typestrs.iter().map(|typestr| Dtype::from_typestr(typestr).expect("a type")).collect())
}

/// The rules of views that none of the narrow adapters has.
const OTHER_VIEWS: [&str; 6] =
    ["layout.reverse", "layout.new-axis", "layout.broadcast", "layout.reshape", "layout.field", "layout.reinterpret"];

/// The rules about types that are no numbers.
const OF_TYPES: [&str; 11] = [
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
    "*struct-flags-descr",
];

#[test]
fn for_the_reference() {
    assert_inside(Reference::new().hello(), &[]);
}

/// As `conformance/tests/ndarray.rs` declares it.
#[test]
fn for_a_crate_of_arrays() {
    let limits = Limits { kinds: "biuf".into(), records: false, empty: false, invalid: false, ..Limits::default() };
    let limits = Limits { odd_strides: false, negative_strides: false, overlap: false, max_item_size: 8, ..limits };
    let limits = Limits { owners: Owner::ALL.to_vec(), ..limits };
    let limits = limits.with_views(&["index", "reverse", "transpose", "newaxis"]);
    let views = ["layout.slice", "layout.broadcast", "layout.reshape", "layout.field", "layout.reinterpret"];
    let without = [&["data.empty*", "layout.bounds", "layout.size-limit", "layout.view-refused"][..], &views].concat();
    assert_inside(&Hello::core("ndarray", "1", limits), &without);
}

/// As `conformance/python/memoryview_adapter.py` declares it.
#[test]
fn for_memoryview() {
    let limits = Limits {
        kinds: "biu".into(),
        records: false,
        swapped: false,
        strided: false,
        empty: false,
        max_dimensions: 1,
        ..Limits::default()
    };
    let limits = limits.with_views(&["slice", "reverse"]);
    let profiles = [Profile::Core, Profile::Buffer];
    let without =
        ["data.empty*", "layout.index", "layout.transpose", "layout.new-axis", "layout.broadcast", "layout.reshape"];
    let records = ["layout.field", "layout.reinterpret", "*format-fields", "*format-nested"];
    assert_inside(&with("memoryview", &profiles, limits), &[&without[..], &records].concat());
}

/// One axis in C order, native numbers, memory of its own: as Python's `array.array`.
#[test]
fn for_arrays_of_one_axis() {
    let limits = Limits {
        kinds: "iuf".into(),
        records: false,
        swapped: false,
        strided: false,
        given_memory: false,
        ..Limits::default()
    };
    let limits = Limits {
        min_dimensions: 1,
        max_dimensions: 1,
        unaligned: false,
        read_only: false,
        invalid: false,
        max_item_size: 8,
        ..limits
    };
    let profiles = [Profile::Core, Profile::Buffer];
    // Its arrays are native, aligned and writeable, so nobody could convert an address, and none is refused.
    let without =
        ["data.raw", "layout.bounds", "layout.size-limit", "layout.view-refused", "*format-fields", "*format-nested"];
    let without = [&without[..], &OTHER_VIEWS, &["layout.index", "layout.transpose"]].concat();
    assert_inside(&with("array.array", &profiles, limits.with_views(&["slice"])), &without);
}

/// Two types of elements, two axes, C order.
#[test]
fn for_matrices_of_two_types() {
    let limits = Limits { element_types: types(&["<f4", "<f8"]), records: false, strided: false, ..Limits::default() };
    let limits = Limits { min_dimensions: 2, max_dimensions: 2, overlap: false, ..limits };
    let profiles = [Profile::Core, Profile::Ctypes, Profile::Interface];
    // Nothing has fields, one axis, other strides than those of C order, or 33 axes.
    let imports = ["data.unsigned", "interface.import-rank", "interface.import-size", "interface.import-dimensions"];
    let without = [&OF_TYPES[..], &OTHER_VIEWS, &imports, &["layout.index", "shape.zero-dimensions"]].concat();
    assert_inside(&with("matrices", &profiles, limits.with_views(&["slice", "transpose"])), &without);
}

/// Bytes and no other elements, with imports.
#[test]
fn for_bytes_with_imports() {
    let limits =
        Limits { element_types: types(&["|u1"]), records: false, negative_strides: false, ..Limits::default() };
    let profiles = [Profile::Core, Profile::Interface];
    let without = [&OF_TYPES[..], &OTHER_VIEWS, &["layout.transpose"]].concat();
    assert_inside(&with("bytes", &profiles, limits.with_views(&["slice", "index"])), &without);
}
