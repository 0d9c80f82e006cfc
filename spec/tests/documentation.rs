//! Every example of the documentation page of `memmap.ctypes`, as the specification predicts it on each kind of platform.
//!
//! The page asks an int32 array `[[0, 1], [2, 3]]`, in the byte order of the machine. Printed forms leave out addresses,
//! module names and Python 2's `L`. Review a snapshot as one reads the page: line by line, against the remark.

use array_ctypes_spec::ctype::CType;
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::platform::{ByteOrder, Platform};
use array_ctypes_spec::{Answer, Array, Expectation, Key, Prediction, Question, Step, expect};
use std::fmt::Write;

/// The questions of the page, in its order, with what it says of each; then what it says in its notes, and the examples of
/// the newer page, of `ndarray.ctypes`.
const EXAMPLES: &[(&str, &str)] = &[
    ("data", "x.ctypes.data: the address, here relative to the buffer"),
    ("data_as POINTER(c_long)", "x.ctypes.data_as(POINTER(c_long)): the same address"),
    ("contents c_long", "its contents, raw: the first element, or the first two where long has 64 bits"),
    ("index 0 c_long", "its contents, as a number"),
    ("printed c_long", "its contents, as printed"),
    ("contents c_longlong", "contents of x.ctypes.data_as(POINTER(c_longlong)), raw: the first two elements"),
    ("index 0 c_longlong", "as a number: 1 * 2^32 + 0 in little-endian, 0 * 2^32 + 1 in big-endian"),
    ("printed c_longlong", "as printed, under the name that the platform has for it: c_long where that is as wide"),
    ("shape-type", "item type of x.ctypes.shape: as wide as a pointer"),
    ("shape", "x.ctypes.shape, in elements"),
    ("shape_as c_long", "x.ctypes.shape_as(c_long)"),
    ("strides-type", "item type of x.ctypes.strides: that of the shape"),
    ("strides", "x.ctypes.strides, in bytes"),
    ("strides_as c_longlong", "x.ctypes.strides_as(c_longlong)"),
    ("interface data", "notes: data is the number in the array interface"),
    ("data", "data again: the same as in step 0, and as in the array interface"),
    ("data_as c_void_p", "notes: _as_parameter_ is data_as(c_void_p)"),
    ("_as_parameter_", "so the same as the step before"),
    ("data_as POINTER(c_double)", "notes: x.ctypes.data_as(POINTER(c_double)), again the same address"),
    ("contents c_double", "its contents, raw: the bytes of the long long"),
    (
        "index 0 c_double",
        "as a number: the least subnormal, 2^-1074, times 2^32 in little-endian, times 1 in big-endian",
    ),
    ("printed c_double", "as printed"),
    ("shape_as c_short", "notes: x.ctypes.shape_as(c_short)"),
    ("flag c_contiguous", "notes: flags are to be respected; the last axis is the fastest, without gaps"),
    ("flag f_contiguous", "two axes longer than 1 are not both the fastest"),
    ("flag aligned", "the buffer is page-aligned"),
    ("flag writeable", "the memory is the array's own"),
    ("interface typestr", "notes: the type is to be respected; here it is int32 in the platform's order"),
    ("printed c_uint32", "the newer page: contents of x.ctypes.data_as(POINTER(c_uint32))"),
    ("printed c_uint64", "the newer page: contents of x.ctypes.data_as(POINTER(c_uint64))"),
];

/// The array of the page.
fn x(platform: Platform) -> Array {
    let item = |value: i32| match platform.byte_order {
        ByteOrder::Little => value.to_le_bytes(),
        ByteOrder::Big => value.to_be_bytes(),
    };
    let typestr = if platform.byte_order == ByteOrder::Little { "<i4" } else { ">i4" };
    Array::contiguous((0..4).flat_map(item).collect(), Dtype::from_typestr(typestr).unwrap(), &[2, 2])
}

/// The memory of a C array as a person wants to see it: name of its type and values, such as `c_short_Array_2 [2, 2]`.
fn decoded(platform: Platform, ctype: &CType, bytes: &[u8]) -> String {
    let size = ctype.layout(&platform).unwrap().size as usize;
    let values: Vec<i64> = bytes
        .chunks(size)
        .map(|item| {
            let least_first: Vec<u8> = match platform.byte_order {
                ByteOrder::Little => item.to_vec(),
                ByteOrder::Big => item.iter().rev().copied().collect(),
            };
            least_first.iter().rev().fold(0, |value, byte| value << 8 | i64::from(*byte))
        })
        .collect();
    format!("{}_Array_{} {values:?}", ctype.canonical(&platform), values.len())
}

fn shown(platform: Platform, step: &Step, expectation: &Expectation) -> String {
    match (step, expectation) {
        (Step::Ask(Question::ShapeAs(ctype) | Question::StridesAs(ctype)), Expectation::Is(Answer::Bytes(bytes))) => {
            format!("{} = {expectation}", decoded(platform, ctype, bytes))
        }
        _ => expectation.to_string(),
    }
}

/// The table of the page on a platform: a remark for each step, then a line for each prediction of it.
fn page(platform: Platform) -> String {
    let script: Vec<Step> = EXAMPLES.iter().map(|(step, _)| step.parse().unwrap()).collect();
    let mut page = String::new();
    let mut before = None;
    for Prediction { step, rule, expectation } in expect(&platform, &x(platform), &script) {
        let (text, remark) = EXAMPLES[step];
        let expected = shown(platform, &script[step], &expectation);
        if before != Some(step) {
            before = Some(step);
            writeln!(page, "# {remark}").unwrap();
        }
        writeln!(page, "{step:>2} {text:<26} | {:<28} | {expected}", rule.id()).unwrap();
    }
    page
}

#[test]
fn the_page_on_lp64_little_endian() {
    insta::assert_snapshot!(page(Platform::X86_64_LINUX));
}

#[test]
fn the_page_on_lp64_big_endian() {
    insta::assert_snapshot!(page(Platform::S390X_LINUX));
}

#[test]
fn the_page_on_ilp32_little_endian() {
    insta::assert_snapshot!(page(Platform::I686_LINUX));
}

#[test]
fn the_page_on_ilp32_big_endian() {
    insta::assert_snapshot!(page(Platform::POWERPC_LINUX));
}

#[test]
fn the_page_on_llp64() {
    insta::assert_snapshot!(page(Platform::X86_64_WINDOWS));
}

#[test]
fn every_example_has_a_prediction_on_every_platform() {
    for (name, platform) in Platform::ALL {
        for (step, _) in EXAMPLES {
            let step: Step = step.parse().unwrap();
            let predictions = expect(&platform, &x(platform), std::slice::from_ref(&step));
            assert!(!predictions.is_empty(), "{step} on {name}");
        }
    }
}

#[test]
fn the_address_is_that_of_the_interface_and_of_the_parameter() {
    let script = [
        Step::Ask(Question::Interface(Key::Data)),
        Step::Ask(Question::Data),
        "data_as c_void_p".parse().unwrap(),
        Step::Ask(Question::AsParameter),
    ];
    for (_, platform) in Platform::ALL {
        let same: Vec<(&str, Expectation)> = expect(&platform, &x(platform), &script)
            .into_iter()
            .filter(|prediction| matches!(prediction.expectation, Expectation::SameAs(_)))
            .map(|prediction| (prediction.rule.id(), prediction.expectation))
            .collect();
        let expected =
            [("data.interface", Expectation::SameAs(0)), ("cast.as-parameter-is-data-as", Expectation::SameAs(2))];
        assert_eq!(same, expected);
    }
}
