//! Runs that pass or fail: formats, seeds, saved cases, threads.

use crate::Place;
use crate::harness::{Test, tests};
use crate::text::formats;
use array_ctypes_conformance::spec;
use array_ctypes_conformance::spec::page::examples;
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::process::Stdio;

pub(crate) const TESTS: &[Test] = tests![
    every_format_prints_a_report,
    json_is_one_object_a_line_and_the_last_is_the_summary,
    the_same_seed_makes_the_same_cases_and_another_seed_others,
    a_line_of_cases_is_a_case_file,
    quiet_leaves_out_rules_that_hold,
    a_run_that_judges_nothing_does_not_conform,
    a_time_limit_leaves_a_partial_report,
    a_reader_that_closes_the_output_early_causes_no_error,
    no_vectors_are_written_if_a_found_case_cannot_be_read,
];

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    a_violation_exits_with_1_and_is_saved_replayed_first_and_repeated,
    no_save_saves_nothing,
    a_case_that_cannot_be_saved_does_not_lose_the_report,
    seed_and_index_name_the_case_of_the_run_that_asks_about_the_same_rules,
    a_case_outside_the_limits_is_not_sent,
    a_failure_that_needs_other_cases_is_saved_with_them_and_repeated,
    a_case_that_hangs_costs_one_timeout,
    two_threads_count_the_same_as_one,
    only_rules_of_the_chosen_profile_are_judged_and_no_case_needs_another,
];

/// An adapter that reports strides in elements.
pub(crate) const IN_ELEMENTS: &str = "import memoryview_adapter
from memoryview_adapter import kit

class InElements(memoryview_adapter.MemoryView):
    name = 'in-elements'
    version = '1'

    def strides(self, array):
        return tuple(stride // array.itemsize for stride in array.strides)

kit.serve(InElements())
";

const FEW: [&str; 4] = ["--cases", "1500", "--rule", "shape.*"];

fn wrong(place: &Place, arguments: &[&str]) -> crate::Ran {
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{IN_ELEMENTS}", crate::kit()));
    place.run(&[&["check", "--command", "python3 -B adapter.py"], &FEW[..], arguments].concat())
}

/// The first failure of the result format.
fn failure(ran: &crate::Ran) -> Value {
    let mut lines = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.find(|line| line["kind"] == "failure").expect("a failure")
}

fn every_format_prints_a_report() {
    for format in formats() {
        let ran = Place::new().run(&["check", "--cases", "500", "--format", &format]).exits(0);
        assert!(!ran.out.trim().is_empty(), "expected a report in the format {format}, found no output");
    }
}

fn json_is_one_object_a_line_and_the_last_is_the_summary() {
    let ran = Place::new().run(&["check", "--cases", "500", "--format", "json"]).exits(0);
    for line in ran.out.lines() {
        let object: Value = serde_json::from_str(line).expect("JSON");
        assert!(
            ["run", "door", "failure", "known", "rule", "summary"].iter().any(|kind| object["kind"] == *kind),
            "{line}"
        );
    }
    let summary = ran.summary();
    assert_eq!(summary["cases"], 500 + examples().count());
    assert_eq!(summary["page"], examples().count());
    assert_eq!(summary["failed"], 0);
    // The profile `borrows`, the other reading of the documentation, does not apply.
    assert_eq!(summary["not_applicable"], 1);
    assert!(summary["rules"].as_u64().expect("a number") > 30, "{summary}");
    assert_eq!(summary["trouble"], Value::Null);
    assert_eq!(ran.errors, "");
}

fn the_same_seed_makes_the_same_cases_and_another_seed_others() {
    let cases = |seed: &str| Place::new().run(&["cases", "--count", "200", "--seed", seed]).exits(0).out;
    let five = cases("5");
    assert_eq!(five.lines().count(), 200);
    assert_eq!(five, cases("5"));
    assert_ne!(five, cases("6"));
}

fn a_line_of_cases_is_a_case_file() {
    let place = Place::new();
    for (index, line) in place.run(&["cases", "--count", "20", "--seed", "5"]).out.lines().enumerate() {
        // The doors of these cases are no consumer's own; those of a run are those that the consumer declares.
        if line.contains("\"take ") {
            continue;
        }
        place.write("case.json", line);
        let by_file = place.run(&["repro", "case.json"]).exits(0).out;
        let by_number = place.run(&["repro", &format!("5:{index}")]).exits(0).out;
        // Where the memory of a copy lies is the system's choice.
        let is_same = |line: &&str| !line.trim_start().starts_with("found buffer");
        let body = |text: &str| text.lines().skip(1).filter(is_same).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(body(&by_file), body(&by_number));
    }
}

fn a_violation_exits_with_1_and_is_saved_replayed_first_and_repeated() {
    let place = Place::new();
    let first = wrong(&place, &["--regressions", "saved", "--verbose"]).exits(1);
    let saved: Vec<_> = fs::read_dir(place.path("saved")).expect("a folder").flatten().collect();
    assert!(!saved.is_empty());
    for file in &saved {
        let path = file.path();
        let text = fs::read_to_string(&path).expect("a text");
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let implementation = value["note"]["implementation"].as_str().expect("a text");
        assert!(implementation.starts_with("in-elements 1 ("), "{implementation}");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(name.starts_with(value["note"]["rule"].as_str().expect("a rule")), "{name}");
        let relative = format!("saved/{name}");
        assert!(first.out.contains(&format!("array-ctypes repro {relative} --command 'python3 -B adapter.py'")));
        let level = spec::Rule::from_id(value["note"]["rule"].as_str().expect("a rule")).expect("a rule").level();
        let repeated = place.run(&["repro", &relative, "--command", "python3 -B adapter.py"]);
        // Broken advice is a warning.
        repeated.exits(i32::from(level == spec::Level::Must)).prints(&["BROKEN shape."]);
        place.run(&["repro", &relative]).exits(0).prints(&["no rule that was asked about is broken"]);
    }
    // With no cases drawn, those of the folder are run; their failures are the same cases under the same names.
    let arguments = ["check", "--command", "python3 -B adapter.py", "--regressions", "saved", "--cases", "0"];
    let again = place.run(&[&arguments[..], &["--format", "json"]].concat()).exits(1);
    let cases = again.summary()["cases"].as_u64().expect("a number");
    assert_eq!(cases, saved.len() as u64);
    assert_eq!(fs::read_dir(place.path("saved")).expect("a folder").count(), saved.len());
    assert!(again.out.contains("\"origin\":\"saved/shape."));
    place.run(&["check", "--regressions", "saved", "--cases", "0"]).exits(0);
}

fn no_save_saves_nothing() {
    let place = Place::new();
    wrong(&place, &["--no-save"]).exits(1).prints(&["array-ctypes repro 1:", "--rule 'shape.*'"]);
    assert!(!place.path("array-ctypes-regressions").exists());
}

fn a_case_that_cannot_be_saved_does_not_lose_the_report() {
    let place = Place::new();
    place.write("file", "");
    // The folder does not exist, so nothing is replayed, and it cannot be made.
    let ran = wrong(&place, &["--regressions", "/proc/no-such-folder"]);
    ran.exits(1).prints(&["FAILED shape.", "rules: "]).reports(&["/proc/no-such-folder/shape."]);
}

fn seed_and_index_name_the_case_of_the_run_that_asks_about_the_same_rules() {
    let place = Place::new();
    let ran = wrong(&place, &["--no-save", "--format", "json"]).exits(1);
    let failure = failure(&ran);
    let origin = failure["origin"].as_str().expect("an origin");
    place
        .run(&["repro", origin, "--rule", "shape.*", "--command", "python3 -B adapter.py"])
        .exits(1)
        .prints(&["BROKEN"]);
}

fn a_case_outside_the_limits_is_not_sent() {
    let place = Place::new();
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{IN_ELEMENTS}", crate::kit()));
    let case = r#"{"array": {"buffer": {"size": "8", "bytes": "", "at": 0}, "writeable": true, "dtype": "<f8",
        "offset": "0", "shape": ["1"], "strides": ["8"], "views": []}, "script": ["strides"]}"#;
    place.write("saved/case.json", case);
    place
        .run(&["repro", "saved/case.json", "--command", "python3 -B adapter.py"])
        .exits(0)
        .prints(&["not applicable: outside the limits of in-elements"]);
    let arguments = ["check", "--cases", "0", "--regressions", "saved", "--format", "json"];
    let ran = place.run(&[&arguments[..], &["--command", "python3 -B adapter.py"]].concat()).exits(3);
    let summary = ran.summary();
    // The saved case, and address, shape and strides of the page, whose array has two axes.
    assert_eq!((&summary["cases"], &summary["cases_not_applicable"]), (&Value::from(0), &Value::from(4)));
}

/// An adapter whose strides are wrong from the eighth array on.
const TIRED: &str = "import memoryview_adapter
from memoryview_adapter import kit

class Tired(memoryview_adapter.MemoryView):
    name = 'tired'
    arrays = 0

    def array(self, *arguments):
        self.arrays += 1
        return super().array(*arguments)

    def strides(self, array):
        return tuple(stride + (self.arrays > 7) for stride in array.strides)

kit.serve(Tired())
";

fn a_failure_that_needs_other_cases_is_saved_with_them_and_repeated() {
    let place = Place::new();
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{TIRED}", crate::kit()));
    let adapter = ["--command", "python3 -B adapter.py"];
    let arguments = ["check", "--cases", "600", "--rule", "shape.strides", "--regressions"];
    let text = place.run(&[&arguments[..], &["saved"], &adapter].concat()).exits(1);
    let text =
        text.prints(&["this case holds in a fresh process; it fails after 7 other cases", "1 of 1 failures depends"]);
    let ran = place.run(&[&arguments[..], &["others", "--format", "json"], &adapter].concat()).exits(1);
    let failure = failure(&ran);
    assert_eq!(failure["alone"], false);
    assert_eq!(failure["before"].as_array().expect("cases").len(), 7);
    assert_eq!(failure["cause"]["step"], "strides");
    let repeat = text.out.lines().find_map(|line| line.trim().strip_prefix("repeat:   array-ctypes repro "));
    let path = repeat.and_then(|repeat| repeat.split(' ').next()).expect("a path");
    let asked = "asked before it, of the same process: 7 other cases of the file";
    place.run(&[&["repro", path], &adapter[..]].concat()).exits(1).prints(&[asked, "BROKEN: shape.strides"]);
    place.run(&["repro", path]).exits(0).prints(&[asked]);
    place.run(&["show", path]).exits(0).prints(&["asks 7 other cases"]);
    // The next run replays the sequence.
    let arguments = ["check", "--cases", "0", "--rule", "shape.strides", "--regressions", "saved"];
    place.run(&[&arguments[..], &adapter].concat()).exits(1).prints(&["it fails after 7 other cases"]);
    let unsaved = ["check", "--cases", "600", "--rule", "shape.strides", "--no-save", "--regressions", "none"];
    place.run(&[&unsaved[..], &adapter].concat()).exits(1).prints(&["run `check` without --no-save"]);
}

/// An adapter that hangs on the fifth array that it makes, and whenever it makes that one again. It counts how often.
const HANGING: &str = "import os, time, memoryview_adapter
from memoryview_adapter import kit

class Hanging(memoryview_adapter.MemoryView):
    name = 'hanging'
    arrays = 0

    def array(self, *arguments):
        made = super().array(*arguments)
        self.arrays += 1
        if made.nbytes > 4096:  # of large arrays a copy takes long
            return made
        key = repr((made.format, made.shape, made.tobytes()))
        # Small arrays, and arrays of few values, are drawn again and again.
        if self.arrays >= 5 and len(set(made.tobytes())) > 24 and not os.path.exists('key'):
            print(key, end='', file=open('key', 'w'))
        if os.path.exists('key') and open('key').read() == key:
            print('hung', file=open('hung', 'a'))
            time.sleep(1000)
        return made

kit.serve(Hanging())
";

fn a_case_that_hangs_costs_one_timeout() {
    let place = Place::new();
    let arguments = ["--cases", "1500", "--timeout", "1", "--format", "json", "--jobs", "1"];
    let ran = place.check_python(HANGING, &arguments).exits(1);
    let hung = fs::read_to_string(place.path("hung")).expect("it hung").lines().count();
    let summary = ran.summary();
    assert_eq!((&summary["lost"], hung), (&Value::from(hung), 1), "{summary}");
    assert_eq!(summary["not_made_small"], 1, "{summary}");
}

fn two_threads_count_the_same_as_one() {
    let rules = |jobs: &str| {
        let arguments = ["check", "--cases", "3000", "--seed", "4", "--format", "json", "--jobs", jobs];
        let mut lines: Vec<String> = Place::new().run(&arguments).exits(0).out.lines().map(str::to_owned).collect();
        lines.pop();
        lines
    };
    assert_eq!(rules("1"), rules("2"));
    let failures = |jobs: &str| {
        let ran = wrong(&Place::new(), &["--no-save", "--format", "json", "--jobs", jobs]).exits(1);
        let lines = ran
            .out
            .lines()
            .filter(|line| !line.contains("\"kind\":\"summary\"") && !line.contains("\"kind\":\"found\""));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(failures("1"), failures("2"));
}

fn only_rules_of_the_chosen_profile_are_judged_and_no_case_needs_another() {
    let place = Place::new();
    let ran = place.run(&["check", "--cases", "3000", "--profile", "core", "--format", "json"]).exits(0);
    assert_eq!(ran.summary()["cases_not_applicable"], Value::from(0));
    let rule = |line: &str| serde_json::from_str::<Value>(line).unwrap()["rule"].as_str().map(str::to_owned);
    let reported: Vec<String> = ran.out.lines().filter_map(rule).collect();
    assert!(reported.iter().any(|rule| rule == "data.first-element"));
    assert!(!reported.iter().any(|rule| rule == "cast.address"));
    // Case 1:4 is about a mapped file, which only implementations with the profile `memmap` get.
    place.run(&["show", "1:4"]).exits(0).prints(&["mapped"]);
    assert!(!place.run(&["show", "1:4", "--profile", "core"]).exits(0).out.contains("mapped"));
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{IN_ELEMENTS}", crate::kit()));
    place
        .run(&["check", "--cases", "50", "--profile", "ctypes", "--command", "python3 -B adapter.py"])
        .exits(3)
        .reports(&["expected at least one rule to be judged"]);
}

fn quiet_leaves_out_rules_that_hold() {
    let all = Place::new().run(&["check", "--cases", "3000"]).exits(0).out;
    let quiet = Place::new().run(&["check", "--cases", "3000", "--quiet"]).exits(0).out;
    assert!(quiet.lines().count() < all.lines().count());
    assert!(all.contains("  data.first-element "));
    assert!(!quiet.contains("  data.first-element "));
}

fn a_run_that_judges_nothing_does_not_conform() {
    let arguments = ["check", "--cases", "0", "--rule", "memmap.*"];
    Place::new().run(&arguments).exits(3).prints(&["0 cases"]).reports(&["expected at least one rule"]);
    assert_eq!(Place::new().run(&["cases", "--count", "0"]).exits(0).out, "");
    Place::new().run(&["cases", "--count", "0", "--traits"]).exits(0).prints(&["0.00 %"]);
}

fn a_time_limit_leaves_a_partial_report() {
    let ran = Place::new().run(&["check", "--cases", "1000000000", "--time-limit", "2", "--jobs", "1"]).exits(0);
    ran.prints(&["partial: stopped by the time limit before all cases were drawn", " held, 0 failed"]);
}

fn a_reader_that_closes_the_output_early_causes_no_error() {
    let commands: [&[&str]; 6] = [
        &["cases", "--count", "100000"],
        &["check", "--cases", "300"],
        &["check", "--cases", "300", "--format", "json"],
        &["bench", "--report", "costs"],
        &["show", "1:1"],
        &["rules", "*"],
    ];
    for arguments in commands {
        let place = Place::new();
        let mut child =
            place.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut byte = [0];
        let mut out = child.stdout.take().expect("its output");
        // After one byte the program surely runs; then the reader closes the output.
        out.read_exact(&mut byte).expect("a byte");
        drop(out);
        crate::Ran::of(&child.wait_with_output().expect("its end")).exits(0);
    }
}

/// `.ci/run` compares written vectors with the committed ones; without optimisation that takes minutes.
fn no_vectors_are_written_if_a_found_case_cannot_be_read() {
    let place = Place::new();
    place
        .run(&["vectors", "here", "--found", "nowhere"])
        .exits(2)
        .reports(&["expected a folder of case files", "nowhere"]);
    place.write("here/found/broken.json", "{");
    place.run(&["vectors", "here", "--found", "here/found"]).exits(2).reports(&["broken.json: expected JSON"]);
    place.write("file", "");
    place.run(&["vectors", "file"]).exits(3).reports(&["expected to write file, found: "]);
    assert_eq!(fs::read_dir(place.path("here")).expect("a folder").count(), 1);
}
