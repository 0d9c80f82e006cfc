//! The documentation page: as a session, and as the first cases of `check`.

use crate::Place;
use crate::harness::{Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_reference_conforms_to_the_page,
    the_page_of_another_platform_is_printed_without_an_implementation,
    a_platform_and_an_implementation_exclude_each_other,
    an_example_is_a_case_by_its_name,
];

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    a_session_with_a_mistake,
    a_page_that_does_not_apply_is_no_verdict,
    check_names_the_example_that_fails_and_does_not_save_it,
];

/// An adapter for arrays of two axes in C order that reports strides in elements.
const TWO_AXES: &str = "import math, struct, memoryview_adapter
from memoryview_adapter import kit

class TwoAxes(memoryview_adapter.MemoryView):
    name = 'two-axes'
    version = '1'
    profiles = ['core']
    limits = {**memoryview_adapter.MemoryView.limits, 'max_dimensions': 2, 'views': [], 'invalid': False}

    def array(self, memory, dtype, offset, shape, strides):
        end = offset + struct.calcsize(dtype) * math.prod(shape)
        return memory.view[offset:end].cast(dtype, list(shape))

    def item(self, array, index):
        at = array.strides[0] * index[0] + array.strides[1] * index[1] if array.ndim == 2 else sum(index) * array.itemsize
        return array.tobytes()[at:at + array.itemsize]

    def strides(self, array):
        return tuple(stride // array.itemsize for stride in array.strides)

kit.serve(TwoAxes())
";

/// A folder with that adapter.
fn two_axes() -> Place {
    let place = Place::new();
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{TWO_AXES}", crate::kit()));
    place
}

const ADAPTER: [&str; 2] = ["--command", "python3 -B adapter.py"];

/// Leaves out the version of Python.
fn steady(text: &str) -> String {
    let (before, rest) = text.split_once("(CPython ").expect("the version of Python");
    let (_, after) = rest.split_once(')').expect("the end of the version");
    format!("{before}(CPython [VERSION]){after}")
}

fn the_reference_conforms_to_the_page() {
    Place::new().run(&["page"]).exits(0).prints(&[
        "# array-ctypes reference ",
        ">>> x.ctypes.data_as(POINTER(c_longlong)).contents\n",
        " examples, each as expected\n",
    ]);
}

fn the_page_of_another_platform_is_printed_without_an_implementation() {
    let contents = |platform: &str| {
        let out = Place::new().run(&["page", "--platform", platform]).exits(0).out;
        let (_, rest) = out.split_once("(POINTER(c_longlong)).contents\n").expect("the example");
        rest.lines().next().expect("an answer").to_owned()
    };
    assert_eq!(contents("x86_64-linux"), "c_long(4294967296)");
    assert_eq!(contents("x86_64-windows"), "c_longlong(4294967296)");
    assert_eq!(contents("i686-linux"), "c_longlong(4294967296)");
    assert_eq!(contents("s390x-linux"), "c_long(1)");
    assert_eq!(contents("powerpc-linux"), "c_longlong(1)");
}

fn a_platform_and_an_implementation_exclude_each_other() {
    for implementation in [&["numpy"][..], &["--python", "python3"], &["--command", "true"]] {
        let arguments = [&["page", "--platform", "s390x-linux"], implementation].concat();
        Place::new().run(&arguments).exits(2).reports(&["cannot be used with"]);
    }
    Place::new().run(&["page", "--platform", "vax"]).exits(2).reports(&["s390x-linux", "found \"vax\""]);
    Place::new().run(&["page", "--command", "true"]).exits(3).reports(&["handshake"]);
}

fn an_example_is_a_case_by_its_name() {
    let place = Place::new();
    let shown = place.run(&["show", "page:8"]).exits(0).prints(&["case page:8", "step 0: strides", "[8, 4]"]);
    assert!(!shown.out.contains("step 1"), "{}", shown.out);
    place.run(&["show", "page:4", "--platform", "s390x-linux"]).exits(0).prints(&["00 00 00 01", "\"c_long(1)\""]);
    place.run(&["repro", "page:8"]).exits(0).prints(&["holds shape.strides", "no rule that was asked about is broken"]);
    for name in ["page:0", "page:1000", "page:", "page:x"] {
        place.run(&["repro", name]).exits(2).reports(&["one of page:1 to page:", name]);
    }
}

fn a_session_with_a_mistake() {
    insta::assert_snapshot!(steady(&two_axes().run(&[&["page"], &ADAPTER[..]].concat()).exits(1).out));
}

fn a_page_that_does_not_apply_is_no_verdict() {
    let place = Place::new();
    let program = "from memoryview_adapter import MemoryView, kit\nkit.serve(MemoryView())\n";
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{program}", crate::kit()));
    let ran = place.run(&[&["page"], &ADAPTER[..]].concat()).exits(3);
    ran.prints(&["page:1  not asked: outside the limits of memoryview", "# no example was asked"]);
}

fn check_names_the_example_that_fails_and_does_not_save_it() {
    let place = two_axes();
    let check = |arguments: &[&str]| place.run(&[&["check", "--cases", "0"], &ADAPTER[..], arguments].concat());
    check(&[]).exits(1).prints(&[
        "FAILED shape.strides (MUST), 1 of 1 cases",
        "case page:8 of the documentation page, the strides, in bytes:",
        "repeat:   array-ctypes repro page:8 --command 'python3 -B adapter.py'",
        "3 cases, 3 of them of the page",
    ]);
    assert!(!place.path("array-ctypes-regressions").exists());
    let json = check(&["--format", "json"]).exits(1).prints(&["\"origin\":\"page:8\""]);
    assert_eq!((&json.summary()["page"], &json.summary()["cases"]), (&3.into(), &3.into()));
    // Rules choose among the examples.
    check(&["--rule", "shape.shape"]).exits(0).prints(&["1 cases, 1 of them of the page"]);
    check(&["--rule", "shape.strides"]).exits(1).prints(&["case page:8"]);
}
