//! Libraries in C: the example beside the header conforms, each mistake in it is a verdict, and what is no adapter is a message.

use crate::harness::{Test, tests};
use crate::{Place, Ran};
use std::path::Path;
use std::process::Command;

/// Tests that need a C compiler.
pub(crate) const TESTS: &[Test] = tests![
    the_example_conforms,
    a_mistake_in_c_breaks_its_rule,
    a_crash_in_c_is_a_verdict,
    what_is_no_adapter_is_a_message,
];

const EXAMPLE: &str = include_str!("../../../c/example.c");

/// Builds a library.
fn build(place: &Place, text: &str) {
    place.write("example.c", text);
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("../c");
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-Wno-unused", "-shared", "-fPIC", "-o", "example.so"]);
    let built = command.arg("-I").arg(header).arg("example.c").current_dir(place.path("")).status();
    assert!(built.expect("a compiler").success(), "{text}");
}

/// Checks the example with other text in one place.
fn check(from: &str, to: &str) -> Ran {
    let place = Place::new();
    assert!(EXAMPLE.contains(from), "{from}");
    build(&place, &EXAMPLE.replacen(from, to, 1));
    place.run(&["check", "--library", "example.so", "--cases", "600", "--no-save"])
}

fn the_example_conforms() {
    let ran = check("", "").exits(0);
    assert!(ran.out.contains("door view: took"), "{}", ran.out);
}

fn a_mistake_in_c_breaks_its_rule() {
    for (from, to, rule) in [
        ("array->strides ? array->strides[axis] : packed", "packed", "strides"),
        ("index[axis] * of->strides[axis]", "index[axis] * labs(of->strides[axis])", "value-negative"),
        (
            "return (char *)of->of.data + offset",
            "return (char *)of->of.data + (int16_t)offset % 7 * 0",
            "value-strided",
        ),
        ("->of.read_only", "->of.read_only & 0", "read-only"),
        ("array->hold(array->owner);", "", "holds"),
        ("    dropped->of.release(dropped->of.owner);\n", "", "lets-go"),
        (
            "memcpy(element(of, index), value, itemsize(of))",
            "memcpy(element(of, index), value, itemsize(of) - 1)",
            "write",
        ),
    ] {
        let ran = check(from, to).exits(1);
        assert!(ran.out.contains(&format!("broken: consumer.{rule}, ")), "{to}: {}", ran.out);
    }
}

fn a_crash_in_c_is_a_verdict() {
    let ran = check("array->hold(array->owner);", "array->hold(array->owner); if (array->ndim == 3) abort();").exits(1);
    assert!(ran.out.contains("FAILED consumer.answered (MUST)"), "{}", ran.out);
    assert!(ran.out.contains("SIGABRT"), "{}", ran.out);
}

fn what_is_no_adapter_is_a_message() {
    for (from, to, message) in [
        (".get = get", ".get = NULL", "expected a function `get`, found NULL"),
        (".version = ARRAY_CTYPES_ADAPTER_VERSION", ".version = 0", "expected version 1 of the header, found 0"),
        (".door_count = 1", ".door_count = 0", "expected a door at least, found none"),
        (".take = take", ".take = NULL", "expected a function `take` of each door"),
        ("{ return &ADAPTER; }", "{ return NULL; }", "expected an adapter, found NULL"),
        ("array_ctypes_adapter(void) {", "other(void) {", "expected it to export array_ctypes_adapter"),
        ("i4,f8\"", "i4 f8\"", "expected element types"),
    ] {
        let ran = check(from, to).exits(3);
        assert!(ran.errors.contains(message), "{to}: {}", ran.errors);
    }
    let ran = Place::new().run(&["check", "--library", "missing.so"]).exits(3);
    assert!(ran.errors.contains("expected a shared library"), "{}", ran.errors);
}
