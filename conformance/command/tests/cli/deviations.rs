//! Known deviations: a known one fails no run, a new one does, and one that no longer reproduces is stale (exit code 4).

use crate::harness::{Test, tests};
use crate::runs::IN_ELEMENTS;
use crate::{Place, Ran, kit};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

pub(crate) const TESTS: &[Test] =
    tests![a_file_with_missing_unknown_or_wrong_keys_is_bad_usage, several_ranges_of_versions_are_in_order,];

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    a_known_deviation_fails_no_run_and_is_reported,
    the_file_in_the_current_directory_is_the_default,
    a_file_about_another_implementation_is_reported,
    a_file_without_entries_is_not_reported,
    an_unknown_deviation_fails_the_run,
    an_entry_is_narrowed_by_the_answer_found_by_the_step_and_by_traits,
    one_cause_may_break_several_rules,
    a_pattern_of_rules_hides_no_crash_and_must_be_narrowed,
    an_entry_may_name_a_view,
    a_case_outside_the_interface_is_not_sent,
    a_known_deviation_that_no_longer_reproduces_is_stale,
    nothing_is_known_of_an_entry_whose_case_is_declined,
    a_crash_can_be_a_known_deviation,
    an_entry_may_have_several_ranges_of_versions,
    a_library_that_is_built_on_another_has_its_shared_deviations,
    numpys_deviations_are_known_of_what_is_built_on_numpy,
    a_skeleton_with_reasons_makes_the_same_run_pass,
    a_skeleton_has_an_entry_for_each_cause,
    a_skeleton_has_an_entry_for_each_rule_of_which_too_much_is_declined,
    no_skeleton_is_written_over_a_file_or_without_a_failure,
];

const FEW: [&str; 5] = ["--cases", "1500", "--profile", "core", "--no-save"];

/// An adapter in a folder of its own, and the smallest case for each rule that it breaks.
struct Broken {
    place: Place,
    /// Each rule, with the path of its case.
    cases: Vec<(String, String)>,
}

impl Broken {
    fn new() -> Broken {
        let place = Place::new();
        adapter(&place, IN_ELEMENTS);
        let saving = ["check", "--command", "python3 -B adapter.py", "--regressions", "cases"];
        place.run(&[&saving[..], &FEW[..4]].concat()).exits(1);
        let files = fs::read_dir(place.path("cases")).expect("saved cases").map(|entry| entry.expect("an entry"));
        let mut cases: Vec<(String, String)> = files
            .map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                let rule = name.rsplit_once('-').expect("a rule and a number").0.to_owned();
                (rule, format!("cases/{name}"))
            })
            .collect();
        cases.sort();
        assert!(cases.len() > 1, "{cases:?}");
        Broken { place, cases }
    }

    /// Writes a file with an entry for each case, and these further lines in each entry.
    fn known(&self, cases: &[(String, String)], lines: &str) {
        let entry = |(rule, case): &(String, String)| {
            format!("[[deviation]]\nrule = \"{rule}\"\ncase = \"{case}\"\nreason = \"it counts elements\"\n{lines}\n")
        };
        let entries: String = cases.iter().map(entry).collect();
        self.place.write("known.toml", format!("implementation = \"in-elements\"\n{entries}"));
    }

    fn check(&self, arguments: &[&str]) -> Ran {
        let all = ["check", "--command", "python3 -B adapter.py", "--regressions", "none"];
        self.place.run(&[&all[..], &FEW, arguments].concat())
    }
}

fn adapter(place: &Place, program: &str) {
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{program}", kit()));
}

fn a_known_deviation_fails_no_run_and_is_reported() {
    let mut broken = Broken::new();
    // Of entries that all cover a case, it counts for the first. So a rule that several causes break has one entry.
    broken.cases.dedup_by(|(rule, _), (earlier, _)| rule == earlier);
    broken.known(&broken.cases, "link = \"https://example.org/7\"");
    let ran = broken.check(&["--deviations", "known.toml"]).exits(0);
    let ran = ran.prints(&["known deviations:", "it counts elements https://example.org/7", " known"]);
    assert!(!ran.out.contains("FAILED"), "{}", ran.out);
    let json = broken.check(&["--deviations", "known.toml", "--format", "json"]).exits(0);
    let known = json.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let known: Vec<_> = known.filter(|line| line["kind"] == "known").collect();
    assert_eq!(known.len(), broken.cases.len());
    for line in &known {
        assert_eq!(
            (&line["reason"], &line["stale"]),
            (&"it counts elements".into(), &serde_json::Value::Null),
            "{line}"
        );
    }
    for line in &known {
        assert!(line["cases"].as_u64() > Some(0), "{line}");
    }
    let summary = json.summary();
    assert_eq!((&summary["failed"], &summary["stale"]), (&0.into(), &0.into()));
    assert_eq!(summary["known"], known.len());
    let (rule, case) = &broken.cases[0];
    let again = ["repro", case, "--command", "python3 -B adapter.py", "--rule", rule];
    broken.place.run(&again).exits(1).prints(&["BROKEN"]);
    let again = broken.place.run(&[&again[..], &["--deviations", "known.toml"]].concat()).exits(0);
    again.prints(&["known: ", "no other rule that was asked about is broken"]);
}

fn the_file_in_the_current_directory_is_the_default() {
    let broken = Broken::new();
    broken.known(&broken.cases, "");
    fs::rename(broken.place.path("known.toml"), broken.place.path("array-ctypes-deviations.toml")).expect("a name");
    broken.check(&[]).exits(0);
    broken.check(&["--no-deviations"]).exits(1);
}

fn a_file_about_another_implementation_is_reported() {
    let broken = Broken::new();
    broken.known(&broken.cases, "");
    let text = fs::read_to_string(broken.place.path("known.toml")).expect("the file");
    broken.place.write("known.toml", text.replace("in-elements", "in-element"));
    let ran = broken.check(&["--deviations", "known.toml"]).exits(1);
    ran.reports(&[
        "known.toml has no effect: expected `implementation = \"in-elements\"`, found \"in-element\"; correct the name",
    ]);
}

fn a_file_without_entries_is_not_reported() {
    let broken = Broken::new();
    broken.place.write("known.toml", "implementation = \"in-element\"\n");
    let ran = broken.check(&["--deviations", "known.toml"]).exits(1);
    assert!(!ran.errors.contains("has no effect"), "{}", ran.errors);
}

fn an_unknown_deviation_fails_the_run() {
    let broken = Broken::new();
    let (first, others) = broken.cases.split_first().expect("a case");
    broken.known(others, "");
    let ran = broken.check(&["--deviations", "known.toml"]).exits(1);
    let failed: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("FAILED")).collect();
    assert!(failed.len() == 1 && failed[0].contains(&first.0), "{failed:?}");
}

/// Each key narrows the entry: other failures are not known, and the entry is stale because its own case is among them.
fn an_entry_is_narrowed_by_the_answer_found_by_the_step_and_by_traits() {
    let mut broken = Broken::new();
    broken.cases.retain(|(rule, _)| rule == "shape.strides");
    for lines in ["found = \"raises *\"", "step = \"data*\"", "view = \"*\"", "traits = [\"mapped\"]"] {
        broken.known(&broken.cases, lines);
        broken.check(&["--deviations", "known.toml", "--rule", "shape.strides"]).exits(1).prints(&[
            "FAILED",
            "STALE",
            "broken in another way",
        ]);
    }
    for lines in ["found = \"[*]\"", "step = \"strides*\"", "since = \"0.9\"\nbefore = \"1.1\"", "since = \"1\""] {
        broken.known(&broken.cases, lines);
        broken.check(&["--deviations", "known.toml", "--rule", "shape.strides"]).exits(0);
    }
    // The entry concerns other versions or another runtime, so it cannot be stale here.
    for lines in
        ["before = \"1\"", "since = \"1.0.1\"", "runtime = \"PyPy\"", "runtime = \"CPython\"\nruntime-since = \"9\""]
    {
        broken.known(&broken.cases, lines);
        let ran = broken.check(&["--deviations", "known.toml", "--rule", "shape.strides"]).exits(1);
        assert!(!ran.out.contains("STALE"), "{}", ran.out);
    }
}

fn one_cause_may_break_several_rules() {
    let broken = Broken::new();
    let of_shape: Vec<_> = broken.cases.iter().filter(|(rule, _)| rule == "shape.strides").cloned().collect();
    broken.known(&of_shape, "also = [\"data.*\"]\nstep = \"*\"");
    let ran = broken.check(&["--deviations", "known.toml"]);
    assert!(ran.out.contains(" known") && !ran.out.contains("FAILED data."), "{}", ran.out);
    broken.check(&["--deviations", "known.toml", "--rule", "data.memory-written"]).exits(0);
}

fn a_pattern_of_rules_hides_no_crash_and_must_be_narrowed() {
    let broken = Broken::new();
    let of_shape: Vec<_> = broken.cases.iter().filter(|(rule, _)| rule == "shape.strides").cloned().collect();
    broken.known(&of_shape, "also = [\"data.*\", \"layout.*\"]\nstep = \"*\"");
    let crash = "import os\nimport memoryview_adapter as adapter\n";
    let dies = "    def data(self, array):\n        if array.ndim == 1: os.kill(os.getpid(), 11)\n        return super().data(array)\n";
    adapter(
        &broken.place,
        &format!("{crash}{}", IN_ELEMENTS.replace("    def strides", &format!("{dies}\n    def strides"))),
    );
    broken.check(&["--deviations", "known.toml"]).exits(1).prints(&["FAILED layout.answered"]);
    broken.known(&of_shape, "also = [\"*\"]\ntraits = []");
    broken
        .check(&["--deviations", "known.toml"])
        .exits(2)
        .reports(&["deviation 1, also: expected `found`, `step`, `view`, `door` or `traits` beside a pattern"]);
    broken.known(&of_shape, "also = [\"*\"]");
    broken
        .check(&["--deviations", "known.toml"])
        .exits(2)
        .reports(&["deviation 1, also: expected `found`, `step`, `view`, `door` or `traits` beside a pattern"]);
}

fn an_entry_may_name_a_view() {
    let reversing = DIES
        .replace("def data(self, array):", "def reverse(self, array, axis):")
        .replace("if array.readonly:", "if axis < array.ndim:")
        .replace("super().data(array)", "super().reverse(array, axis)");
    let dying = Dying::new(&reversing, "3000");
    dying.known("view = \"transpose*\"").exits(1).prints(&["STALE"]);
    let ran = dying.known("view = \"reverse *\"");
    assert!(!ran.out.contains("STALE") && ran.out.contains("known deviations:"), "{}", ran.out);
}

fn a_case_outside_the_interface_is_not_sent() {
    let broken = Broken::new();
    let case = fs::read_to_string(broken.place.path(&broken.cases[0].1)).expect("a case");
    let mut case: serde_json::Value = serde_json::from_str(&case).expect("JSON");
    case["script"] = serde_json::json!(["drop 0", "contents c_int"]);
    broken.place.write("bad.json", case.to_string());
    broken.known(&[("shape.strides".to_owned(), "bad.json".to_owned())], "");
    let check = ["check", "--command", "python3 -B adapter.py", "--cases", "10", "--no-save"];
    let ran = broken.place.run(&[&check[..], &["--deviations", "known.toml"]].concat());
    ran.prints(&["not applicable: no rule that binds in-elements speaks of step"]);
}

fn a_known_deviation_that_no_longer_reproduces_is_stale() {
    let broken = Broken::new();
    broken.known(&broken.cases, "");
    adapter(&broken.place, &IN_ELEMENTS.replace("stride // array.itemsize", "stride"));
    let ran = broken.check(&["--deviations", "known.toml"]).exits(4);
    ran.prints(&[
        "STALE the known deviation from ",
        "it counts elements",
        "the rule holds there",
        "end its range of versions",
    ]);
    let summary = broken.check(&["--deviations", "known.toml", "--format", "json"]).exits(4).summary();
    assert_eq!(summary["stale"], broken.cases.len());
}

fn nothing_is_known_of_an_entry_whose_case_is_declined() {
    let broken = Broken::new();
    broken.known(&broken.cases, "");
    let short = "def short(*_): raise MemoryError\nkit.protocol._reply_to = short\nkit.serve(";
    adapter(&broken.place, &IN_ELEMENTS.replace("kit.serve(", short));
    let ran = broken.check(&["--deviations", "known.toml"]).exits(3);
    let ran = ran.prints(&["the memory is not enough"]);
    assert!(!ran.out.contains("STALE"), "{}", ran.out);
}

/// An adapter that dies on read-only arrays.
const DIES: &str = "import os
import memoryview_adapter
from memoryview_adapter import kit

class Dies(memoryview_adapter.MemoryView):
    name = 'dies'
    version = '1'

    def data(self, array):
        if array.readonly:
            os.kill(os.getpid(), 11)
        return super().data(array)

kit.serve(Dies())
";

/// An adapter that dies on some arrays, and the smallest case that kills it.
struct Dying {
    place: Place,
    cases: &'static str,
    case: String,
}

impl Dying {
    fn new(program: &str, cases: &'static str) -> Dying {
        let mut dying = Dying { place: Place::new(), cases, case: String::new() };
        adapter(&dying.place, program);
        dying.check(&["--regressions", "cases"]).exits(1).prints(&["FAILED layout.answered"]);
        let case = fs::read_dir(dying.place.path("cases")).expect("saved").next().expect("a case").expect("an entry");
        dying.case = case.file_name().to_string_lossy().into_owned();
        dying
    }

    fn check(&self, arguments: &[&str]) -> Ran {
        let all = ["check", "--command", "python3 -B adapter.py", "--profile", "core", "--cases", self.cases];
        self.place.run(&[&all[..], arguments].concat())
    }

    /// Runs the adapter with its deviation known, and these further lines in the entry.
    fn known(&self, lines: &str) -> Ran {
        let entry =
            format!("rule = \"layout.answered\"\ncase = \"cases/{}\"\nreason = \"it is lost\"\n{lines}", self.case);
        self.place.write("known.toml", format!("implementation = \"dies\"\n[[deviation]]\n{entry}"));
        self.check(&["--no-save", "--regressions", "none", "--deviations", "known.toml"])
    }
}

fn a_crash_can_be_a_known_deviation() {
    let dying = Dying::new(DIES, "300");
    let ran = dying.known("found = \"*SIGSEGV*\"\ntraits = [\"read-only\"]").exits(0);
    ran.prints(&["layout.answered, ", "lost on "]);
    dying.known("found = \"*SIGBUS*\"").exits(1).prints(&["FAILED layout.answered", "STALE"]);
}

fn a_file_with_missing_unknown_or_wrong_keys_is_bad_usage() {
    let place = Place::new();
    place.write("case.json", place.run(&["cases", "--count", "1"]).exits(0).out);
    let entry = "rule = \"data.raw\"\ncase = \"case.json\"\nreason = \"so\"\n";
    let of = |lines: &str| format!("implementation = \"x\"\n[[deviation]]\n{lines}");
    let wrong = [
        ("=".to_owned(), "expected TOML"),
        (String::new(), "the file: expected one of the keys `implementation` and `based-on`, found neither"),
        ("implementation = 3".to_owned(), "the file, implementation: expected a text, found integer"),
        (
            "implementation = \"x\"\nother = 1".to_owned(),
            "the file, other: unknown field `other`, expected one of `implementation`, `based-on`, `d",
        ),
        (
            "implementation = \"x\"\ndeviation = 1".to_owned(),
            "the file, deviation: invalid type: integer `1`, expected a sequence",
        ),
        (of("case = \"case.json\"\nreason = \"so\""), "deviation 1: missing field `rule`"),
        (
            "implementation = \"x\"\nbased-on = \"y\"".to_owned(),
            "the file: expected one of the keys `implementation` and `based-on`, found both",
        ),
        (of(&entry.replace("\"so\"", "\" \"")), "deviation 1, reason: expected the cause in your words, found none"),
        (of(&entry.replace("\"so\"", "1")), "deviation 1, reason: expected a text, found integer"),
        (of("rule = \"data.raw\"\nreason = \"so\""), "deviation 1: missing field `case`"),
        (of("rule = \"data.raw\"\ncase = \"case.json\""), "deviation 1: missing field `reason`"),
        (of(&entry.replace("raw", "rare")), "deviation 1, rule: expected a rule; `array-ctypes rules` lists them"),
        (of(&entry.replace("case.json", "none.json")), "none.json: expected a case file"),
        (
            of(&format!("{entry}foumd = \"x\"")),
            "deviation 1, foumd: unknown field `foumd`, expected one of `rule`, `also`",
        ),
        (of(&format!("{entry}found = \" \"")), "deviation 1, found: expected a text"),
        (of(&format!("{entry}since = \"new\"")), "deviation 1, since: expected a version of numbers and dots"),
        (
            of(&format!("{entry}since = \"2\"\nbefore = \"1.9\"")),
            "deviation 1, before: expected a version after that of since, found \"1.9\"",
        ),
        (of(&format!("{entry}runtime-since = \"3\"")), "expected a key \"runtime\""),
        (of(&format!("{entry}traits = [\"odd\"]")), "deviation 1, traits: expected traits, of: negative strides, "),
        (
            of(&format!("{entry}traits = \"mapped\"")),
            "deviation 1, traits: invalid type: string \"mapped\", expected a sequence",
        ),
        (
            of(&format!("{entry}also = [\"data.raw\", \"date.*\"]")),
            "deviation 1, also: expected rules, or patterns of rules",
        ),
    ];
    for (text, message) in wrong {
        place.write("known.toml", &text);
        place
            .run(&["check", "--cases", "1", "--deviations", "known.toml"])
            .exits(2)
            .reports(&["known.toml: ", message]);
    }
    place
        .run(&["check", "--deviations", "nowhere.toml"])
        .exits(2)
        .reports(&["nowhere.toml: expected a file of known deviations"]);
    place.run(&["check", "--deviations", "known.toml", "--no-deviations"]).exits(2).reports(&["cannot be used with"]);
}

fn several_ranges_of_versions_are_in_order() {
    let place = Place::new();
    place.write("case.json", place.run(&["cases", "--count", "1"]).exits(0).out);
    let both = "expected ranges of versions here, or `since` and `before` beside it, found both";
    let order = "expected each range to begin after the end of the one before, found one that does not";
    for (lines, message) in [
        ("versions = []", "expected at least one range of versions, found none"),
        ("versions = [{ since = \"1\" }]\nbefore = \"2\"", both),
        ("versions = [{ since = \"2\", before = \"1\" }]", "expected a version after that of since, found \"1\""),
        ("versions = [{ since = \"1\" }, { since = \"2\" }]", order),
        ("versions = [{ before = \"2\" }, { before = \"3\" }]", order),
        ("versions = [{ before = \"2\" }, { since = \"2\" }]", order),
        ("versions = [{ until = \"2\" }]", "unknown field `until`, expected `since` or `before`"),
    ] {
        let entry = format!("rule = \"data.raw\"\ncase = \"case.json\"\nreason = \"so\"\n{lines}");
        place.write("known.toml", format!("implementation = \"x\"\n[[deviation]]\n{entry}"));
        let ran = place.run(&["check", "--cases", "1", "--deviations", "known.toml"]).exits(2);
        ran.reports(&["deviation 1, versions: ", message]);
    }
}

fn an_entry_may_have_several_ranges_of_versions() {
    let mut broken = Broken::new();
    broken.cases.retain(|(rule, _)| rule == "shape.strides");
    let check = |lines: &str, code| {
        broken.known(&broken.cases, lines);
        broken.check(&["--deviations", "known.toml", "--rule", "shape.strides"]).exits(code);
    };
    // The adapter is of version 1.
    check("versions = [{ before = \"0.9.3\" }, { since = \"1\", before = \"1.0.2\" }]", 0);
    check("versions = [{ before = \"0.9.3\" }, { since = \"1.0.2\", before = \"1.2\" }, { since = \"2\" }]", 1);
}

fn a_library_that_is_built_on_another_has_its_shared_deviations() {
    let broken = Broken::new();
    let based = "    version = '1'\n    based_on = {'name': 'base', 'version': '2.1'}\n";
    let program = IN_ELEMENTS.replace("    version = '1'\n", based);
    assert_ne!(program, IN_ELEMENTS);
    adapter(&broken.place, &program);
    let check = |head: &str, lines: &str, code| {
        broken.known(&broken.cases, lines);
        let text = fs::read_to_string(broken.place.path("known.toml")).expect("the file");
        broken.place.write("known.toml", text.replace("implementation = \"in-elements\"", head));
        broken.check(&["--deviations", "known.toml"]).exits(code)
    };
    // The versions are those of the base.
    check("based-on = \"base\"", "since = \"2\"\nbefore = \"2.2\"", 0).prints(&["shape.strides, of base, "]);
    let json = || broken.check(&["--deviations", "known.toml", "--format", "json"]).exits(0);
    let based_on = |ran: &Ran| -> BTreeSet<String> {
        let lines = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line["kind"] == "known").map(|line| line["based_on"].to_string()).collect()
    };
    let of_base = json();
    assert_eq!(based_on(&of_base), BTreeSet::from(["\"base\"".to_owned()]));
    let head: Value = serde_json::from_str(of_base.out.lines().next().expect("a line")).expect("JSON");
    assert_eq!(head["based_on"], serde_json::json!({ "name": "base", "version": "2.1" }));
    check("based-on = \"base\"", "before = \"2\"", 1);
    check("based-on = \"in-elements\"", "before = \"2\"", 0);
    assert_eq!(based_on(&json()), BTreeSet::from(["null".to_owned()]));
    // What the base has alone is not shared.
    check("implementation = \"base\"", "", 1).reports(&["known.toml has no effect"]);
    // The library may mend what its base breaks.
    adapter(&broken.place, &program.replace("stride // array.itemsize", "stride"));
    check("based-on = \"base\"", "", 0);
    check("based-on = \"in-elements\"", "", 4);
}

fn numpys_deviations_are_known_of_what_is_built_on_numpy() {
    let program = "import memoryview_adapter\nfrom memoryview_adapter import kit\n
class Built(memoryview_adapter.MemoryView):
    name = 'built'
    version = '1'
    profiles = [*memoryview_adapter.MemoryView.profiles, 'interface', 'buffer']

    def buffer(self, array, *arguments):
        raise ValueError('not here')

kit.serve(Built())
";
    let place = Place::new();
    let arguments = ["--cases", "2000", "--rule", "interface.buffer-error"];
    place.check_python(program, &arguments).exits(0).prints(&["WARNING interface.buffer-error"]);
    let based = program
        .replace("    version = '1'\n", "    version = '1'\n    based_on = {'name': 'numpy', 'version': '2.4'}\n");
    let ran = place.check_python(&based, &arguments).exits(0);
    assert!(!ran.out.contains("WARNING"), "{}", ran.out);
    ran.prints(&["interface.buffer-error, of numpy, "]);
}

/// Writes a skeleton of what an adapter breaks, and returns its text.
fn skeleton(place: &Place) -> String {
    skeleton_after(place, 1)
}

/// The same of a run with that exit code.
fn skeleton_after(place: &Place, code: i32) -> String {
    let check = ["check", "--command", "python3 -B adapter.py", "--write-deviations", "new.toml"];
    place.run(&[&check[..], &FEW].concat()).exits(code).reports(&["new.toml has ", "fill in the reason of each"]);
    fs::read_to_string(place.path("new.toml")).expect("the skeleton")
}

/// Checks the adapter again with the skeleton and these reasons.
fn with_reasons(place: &Place, skeleton: &str, reason: &str) -> Ran {
    place.write("new.toml", skeleton.replace("reason = \"\"", &format!("reason = \"{reason}\"")));
    let check = ["check", "--command", "python3 -B adapter.py", "--deviations", "new.toml"];
    place.run(&[&check[..], &FEW].concat())
}

fn a_skeleton_with_reasons_makes_the_same_run_pass() {
    let place = Place::new();
    adapter(&place, IN_ELEMENTS);
    let text = skeleton(&place);
    assert!(text.contains("implementation = \"in-elements\"\n"), "{text}");
    assert!(text.contains("rule = \"shape.strides\"\nstep = \"strides\"\nfound = \"[*\"\n"), "{text}");
    with_reasons(&place, &text, "")
        .exits(2)
        .reports(&["new.toml: deviation 1, reason: expected the cause in your words"]);
    let ran = with_reasons(&place, &text, "it counts elements").exits(0);
    assert!(!ran.out.contains("FAILED") && !ran.out.contains("WARNING"), "{}", ran.out);
}

fn a_skeleton_has_an_entry_for_each_cause() {
    let place = Place::new();
    let two = "    def strides(self, array):
        if array.readonly:
            raise ValueError('not of read-only arrays')
";
    adapter(&place, &IN_ELEMENTS.replace("    def strides(self, array):\n", two));
    let text = skeleton(&place);
    let of_strides = text.split("[[deviation]]").filter(|entry| entry.contains("rule = \"shape.strides\""));
    let of_strides: Vec<_> = of_strides.collect();
    assert!(of_strides.len() == 2, "{text}");
    assert!(of_strides.iter().any(|entry| entry.contains("found = \"raises ValueError*\"")), "{text}");
    with_reasons(&place, &text, "two mistakes").exits(0);
}

fn a_skeleton_has_an_entry_for_each_rule_of_which_too_much_is_declined() {
    let place = Place::new();
    let declines = "    def data(self, array):
        if array.readonly:
            raise kit.Declined('the array moves')
        return super().data(array)

";
    let declining = IN_ELEMENTS.replace("    def strides", &format!("{declines}    def strides"));
    let exact = declining.replace("stride // array.itemsize", "stride");
    // Without and with a failure. A rule that is broken may be declined, too.
    for (program, is_broken) in [(exact, false), (declining, true)] {
        adapter(&place, &program);
        let text = skeleton_after(&place, 3);
        assert_eq!(text.contains("[[deviation]]"), is_broken, "{text}");
        let entry = "# because:  the array moves\n[[declined]]\nrule = \"data.first-element\"\nreason = \"\"\n";
        assert!(text.contains(entry) && !text.contains("rule = \"shape.shape\""), "{text}");
        if !is_broken {
            with_reasons(&place, &text, "").exits(2).reports(&["new.toml: declined 1, reason: expected why"]);
        }
        let ran = with_reasons(&place, &text, "it compacts memory").exits(0);
        ran.prints(&["% of data.first-element, as the file of known deviations says: it compacts memory"]);
        fs::remove_file(place.path("new.toml")).expect("the file");
    }
}

fn no_skeleton_is_written_over_a_file_or_without_a_failure() {
    let place = Place::new();
    place.write("old.toml", "mine");
    let check = ["check", "--cases", "10", "--no-save", "--write-deviations"];
    let ran = place.run(&[&check[..], &["old.toml"]].concat()).exits(2);
    ran.reports(&["old.toml: expected the name of a new file, found one that exists"]);
    assert_eq!(fs::read_to_string(place.path("old.toml")).expect("the file"), "mine");
    place.run(&[&check[..], &["none.toml"]].concat()).exits(0).reports(&["none.toml is not written"]);
    assert!(!place.path("none.toml").exists());
    let two = place.run(&[&check[..], &["none.toml", "reference", "numpy"]].concat()).exits(2);
    two.reports(&["--write-deviations: expected one implementation, found 2"]);
}
