//! Consumers: a saved case and a known deviation name a door.

use crate::harness::{Test, tests};
use crate::{Place, Ran, kit};
use std::fs;

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    a_saved_case_is_asked_of_the_door_that_it_names_as_that_is_declared_today,
    a_known_deviation_may_name_a_door,
    a_buffer_that_is_released_is_not_held,
    a_write_at_the_end_is_seen,
];

/// A consumer of one door.
fn run(place: &Place, door: &str, promises: &str, body: &str, arguments: &[&str]) -> Ran {
    let adapter = format!(
        "import sys\nsys.path.insert(0, {:?})\nimport array_ctypes_kit as kit\n\nclass One(kit.Consumer):\n    \
         name = 'one'\n    @kit.door('buffer', types='i', {promises})\n    def {door}(self, given):\n        {body}\n\n\
         kit.serve(One())\n",
        kit()
    );
    place.write("adapter.py", adapter);
    place.run(&[&["check", "--command", "python3 -B adapter.py", "--cases", "200"], arguments].concat())
}

const REFUSES: &str = "raise TypeError('no arrays')";
const TAKES: &str = "return memoryview(given)";
const READS: &str = "accepts='strided negative odd-strides overlap unaligned read-only no-axes'";

fn a_saved_case_is_asked_of_the_door_that_it_names_as_that_is_declared_today() {
    let place = Place::new();
    let saving = ["--rule", "consumer.accepts*", "--regressions", "saved"];
    run(&place, "view", "mutable=True, accepts='strided'", REFUSES, &saving).exits(1);
    let case = fs::read_dir(place.path("saved")).expect("saved cases").flatten().next().expect("a case").path();
    // Of another door nothing is asked: the case is about one that is not there.
    run(&place, "other", "mutable=True", TAKES, &saving).exits(0);
    let case = case.to_str().expect("a name");
    let repeated = place.run(&["repro", case, "--command", "python3 -B adapter.py"]).exits(0);
    assert!(repeated.out.contains("not applicable: one declares no door view:buffer"), "{}", repeated.out);
    // The door accepts no strides any more, so it may refuse the saved arrays that have some.
    let plain = "view = memoryview(given)\n        if not view.c_contiguous: raise TypeError('no strides')\n        return view";
    run(&place, "view", "mutable=True", plain, &saving).exits(0);
}

fn a_known_deviation_may_name_a_door() {
    let place = Place::new();
    let refuses = |arguments: &[&str]| run(&place, "view", READS, REFUSES, arguments);
    refuses(&["--rule", "consumer.accepts", "--write-deviations", "known.toml"]).exits(1);
    let text = fs::read_to_string(place.path("known.toml")).expect("a file");
    assert!(text.contains("door = \"view\""), "{text}");
    let asked = ["--rule", "consumer.accepts", "--no-save", "--deviations", "known.toml"];
    let reason = text.replace("reason = \"\"", "reason = \"it has no arrays\"");
    place.write("known.toml", &reason);
    refuses(&asked).exits(0);
    place.write("known.toml", reason.replace("door = \"view\"", "door = \"another\""));
    assert!(refuses(&asked).exits(1).out.contains("FAILED consumer.accepts"));
}

/// It keeps a reference to the exporter, which may move its memory then.
fn a_buffer_that_is_released_is_not_held() {
    let body = "view = memoryview(given)
        if view.ndim != 1 or view.readonly or not view.c_contiguous or not view.nbytes: raise TypeError('no such array')
        from ctypes import c_char
        made = memoryview((c_char * view.nbytes).from_address(self.data(view))).cast('B').cast(view.format)
        view.release()
        kept[id(made)] = given
        return made
    def let_go(self, made):
        del kept[id(made)]
kept = {}";
    let place = Place::new();
    let ran = run(&place, "view", "mutable=True", body, &["--rule", "consumer.holds", "--no-save"]);
    assert!(ran.exits(1).out.contains("FAILED consumer.holds"));
}

fn a_write_at_the_end_is_seen() {
    let body = "return memoryview(given)
    def let_go(self, made):
        if made.nbytes and not made.readonly and made.c_contiguous and made.ndim:
            from ctypes import memset
            memset(self.data(made), 0xFF, 1)";
    let asked = ["--rule", "consumer", "--no-save"];
    assert!(
        run(&Place::new(), "view", "mutable=True", body, &asked).exits(1).out.contains("FAILED consumer.untouched")
    );
}
