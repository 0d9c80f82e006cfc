//! Malformed case files: exit code 2 and the place of the mistake, never a panic.

use crate::Place;
use crate::harness::{Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_case_that_these_tests_change_is_valid,
    an_unreadable_file_is_reported_with_its_path,
    a_file_that_is_not_json_is_reported_with_the_line,
    json_that_is_not_a_case_is_reported_with_the_entry,
    absurd_arrays_are_shown_and_refused_without_a_crash,
    what_is_no_ordinary_file_or_has_too_many_steps_is_refused_at_once,
    the_name_of_a_file_forges_no_line_and_controls_no_terminal,
    a_buffer_larger_than_the_memory_is_declined_and_no_verdict,
    a_malformed_regression_is_reported_before_any_case_is_run,
];

/// Returns a case of one page-aligned `int32`, with a part replaced.
fn changed(from: &str, to: &str) -> String {
    const GOOD: &str = r#"{"array": {"buffer": {"size": "4", "bytes": "01020304", "at": 0}, "writeable": true,
        "dtype": "<i4", "offset": "0", "shape": ["1"], "strides": ["4"], "views": []}, "script": ["data", "item 0"]}"#;
    assert!(from.is_empty() || GOOD.contains(from), "{from}");
    GOOD.replacen(from, to, 1)
}

fn the_case_that_these_tests_change_is_valid() {
    let place = Place::new();
    place.write("case.json", changed("", ""));
    place.run(&["repro", "case.json"]).exits(0).prints(&["no rule that was asked about is broken"]);
}

fn an_unreadable_file_is_reported_with_its_path() {
    let place = Place::new();
    place.write("folder/inner", "");
    place.write("latin.json", b"\xff\xfe");
    place.run(&["repro", "folder"]).exits(2).reports(&["folder: expected a case file, found:"]);
    place.run(&["repro", "latin.json"]).exits(2).reports(&["latin.json: expected a case file, found:", "UTF-8"]);
}

fn a_file_that_is_not_json_is_reported_with_the_line() {
    let place = Place::new();
    let deep = "[".repeat(1_000_000);
    let whole = changed("", "");
    let truncated = &whole[..whole.len() / 2];
    for text in ["", "nonsense", "{", "{\"array\": 1e999}", truncated, &deep, &whole.repeat(2)] {
        place.write("case.json", text);
        place.run(&["repro", "case.json"]).exits(2).reports(&[
            "case.json: expected JSON, found:",
            "line",
            "array-ctypes cases",
        ]);
    }
}

fn json_that_is_not_a_case_is_reported_with_the_entry() {
    let deep = |depth| {
        let open = r#"{"size": "1", "aligned": false, "fields": [{"name": "a", "title": null, "shape": [], "offset": "0", "dtype": "#;
        format!("{}\"|u1\"{}", open.repeat(depth), "}]}".repeat(depth))
    };
    let deep_type = deep(200);
    let deep_step = format!("\"sizeof {}c_int{}\"", "POINTER(".repeat(100_000), ")".repeat(100_000));
    let cases = [
        ("\"array\"", "\"arrays\"", "array: expected an object with an entry `array`"),
        ("\"script\"", "\"scripts\"", "script: expected an object with an entry `script`"),
        ("[\"data\", \"item 0\"]", "\"data\"", "script: expected a list, found \"data\""),
        ("\"data\"", "7", "script: expected a string, found 7"),
        ("\"data\"", "\"frobnicate\"", "is no step of a script"),
        ("\"data\"", "\"item -1\"", "is no step of a script"),
        ("\"data\"", &deep_step, "is no step of a script"),
        ("\"size\": \"4\"", "\"size\": \"-4\"", "size: expected a decimal number in its range, found \"-4\""),
        ("\"size\": \"4\"", "\"size\": 1e3", "size: expected a decimal number in its range"),
        ("\"size\": \"4\"", "\"size\": 99999999999999999999", "size: expected a decimal number in its range"),
        ("\"size\": \"4\"", "\"size\": \"3\"", "bytes: expected at most as many bytes as `size`"),
        ("01020304", "0102030", "bytes: expected pairs of hexadecimal digits"),
        ("01020304", "0102030g", "bytes: expected pairs of hexadecimal digits"),
        ("01020304", "é020304", "bytes: expected pairs of hexadecimal digits"),
        ("\"at\": 0", "\"at\": 4096", "at: expected a number below 4096"),
        ("\"at\": 0", "\"at\": 0.5", "at: expected a decimal number"),
        ("true", "1", "writeable: expected true or false, found 1"),
        ("\"<i4\"", "\"<i3\"", "dtype: "),
        ("\"<i4\"", "\"\"", "dtype: "),
        ("\"<i4\"", "\"<i99999999999999999999\"", "dtype: "),
        ("\"<i4\"", "{\"fields\": []}", "size: expected an object with an entry `size`"),
        (
            "\"<i4\"",
            "{\"fields\": [], \"size\": \"4294967296\", \"aligned\": false}",
            "fields inside a size below 2^32",
        ),
        ("\"<i4\"", "[]", "fields: expected an object with an entry `fields`"),
        ("\"shape\": [\"1\"]", "\"shape\": [\"-1\"]", "shape: expected a decimal number in its range, found \"-1\""),
        ("\"shape\": [\"1\"]", "\"shape\": {}", "shape: expected a list"),
        ("\"strides\": [\"4\"]", "\"strides\": [\"9223372036854775808\"]", "strides: expected a decimal number"),
        ("\"views\": []", "\"views\": [\"rotate 1\"]", "views: "),
        ("\"views\": []", "\"views\": [\"index 0 99999999999999999999\"]", "views: "),
    ];
    let place = Place::new();
    for (from, to, message) in cases {
        place.write("case.json", changed(from, to));
        place.run(&["show", "case.json"]).exits(2).reports(&["case.json: ", message, "correct or remove it"]);
    }
    place.write("case.json", changed("\"<i4\"", &deep_type));
    place.run(&["show", "case.json"]).exits(2).reports(&["recursion limit"]);
    place.write("case.json", changed("\"<i4\"", &deep(30)));
    place.run(&["show", "case.json"]).exits(0);
}

fn absurd_arrays_are_shown_and_refused_without_a_crash() {
    let most = u64::MAX.to_string();
    let least = i64::MIN.to_string();
    let absurd = [
        ("\"size\": \"4\"", format!("\"size\": \"{most}\"")),
        ("\"shape\": [\"1\"]", format!("\"shape\": [\"{most}\"]")),
        ("\"shape\": [\"1\"]", format!("\"shape\": [\"0\", \"{most}\"]")),
        ("\"shape\": [\"1\"]", format!("\"shape\": [{}]", vec!["\"2\""; 1000].join(","))),
        ("\"strides\": [\"4\"]", format!("\"strides\": [\"{least}\"]")),
        ("\"strides\": [\"4\"]", "\"strides\": []".to_owned()),
        ("\"offset\": \"0\"", format!("\"offset\": \"{least}\"")),
        ("\"<i4\"", "\"|V4294967295\"".to_owned()),
        (
            "\"4\", \"bytes\": \"01020304\", \"at\": 0}, \"writeable\": true,
        \"dtype\": \"<i4\"",
            "\"4294967295\", \"bytes\": \"\", \"at\": 0}, \"writeable\": true,
        \"dtype\": \"|V4294967295\""
                .to_owned(),
        ),
        ("\"<i4\"", "\"|V0\"".to_owned()),
        ("\"<i4\"", "{\"fields\": [], \"size\": \"0\", \"aligned\": true}".to_owned()),
        ("\"views\": []", format!("\"views\": [\"slice 0 {least} _ {least}\", \"reverse 7\"]")),
        ("\"views\": []", format!("\"views\": [\"broadcast {most} {most}\"]")),
        ("\"item 0\"", format!("\"item {most}\", \"index {least} c_int\", \"write-pointer {least} 00\"")),
        ("\"item 0\"", "\"sizeof c_int * 4294967295 * 4294967295\", \"contents c_int * 4294967295\"".to_owned()),
    ];
    for (from, to) in &absurd {
        let place = Place::new();
        place.write("case.json", changed(from, to));
        place.run(&["show", "case.json"]).exits(0);
        let repeated = place.run(&["repro", "case.json"]);
        assert!(
            matches!(repeated.code, Some(0 | 3)),
            "{to}: {:?}\n{}\n{}",
            repeated.code,
            repeated.out,
            repeated.errors
        );
    }
}

fn what_is_no_ordinary_file_or_has_too_many_steps_is_refused_at_once() {
    let place = Place::new();
    let made = std::process::Command::new("mkfifo").arg(place.path("pipe.json")).status();
    assert!(made.is_ok_and(|status| status.success()));
    place.run(&["repro", "pipe.json"]).exits(2).reports(&["pipe.json: expected a case file, found: no ordinary file"]);
    place.run(&["check", "--regressions", "."]).exits(2).reports(&["pipe.json: expected a case file"]);
    place.write("steps.json", changed("\"data\", ", &"\"data\", ".repeat(100_000)));
    place.run(&["repro", "steps.json"]).exits(2).reports(&["steps.json: script: expected at most 4096 steps"]);
    // As many are asked, and elements without end are not looked at.
    let peeks = "\"shape\", \"strides\", \"itemsize\", ".to_owned() + &"\"peek 9223372036854775807\", ".repeat(1000);
    let endless = changed("\"1\"], \"strides\": [\"4\"]", "\"4611686018427387904\"], \"strides\": [\"0\"]");
    place.write("steps.json", endless.replacen("\"item 0\"", &(peeks + "\"item 0\""), 1));
    place.run(&["repro", "steps.json"]).exits(0).prints(&["no rule that was asked about is broken"]);
}

/// A name may have any characters; on a terminal they are only shown.
fn the_name_of_a_file_forges_no_line_and_controls_no_terminal() {
    let place = Place::new();
    let name = "saved/a\nFAILED forged.rule \u{1b}[2J\u{202e}.json";
    place.write(name, changed("true", "1"));
    let ran = place.run(&["check", "--regressions", "saved"]).exits(2);
    assert!(ran.errors.lines().all(|line| !line.starts_with("FAILED")), "{}", ran.errors);
    assert!(!ran.errors.contains(['\u{1b}', '\u{202e}']) && ran.errors.contains("\\u001b[2J"), "{}", ran.errors);
}

fn a_buffer_larger_than_the_memory_is_declined_and_no_verdict() {
    let place = Place::new();
    place.write("case.json", changed("\"size\": \"4\"", "\"size\": \"9223372036854775807\""));
    place.run(&["repro", "case.json"]).exits(3).prints(&[
        "declined this case: not to be had here: expected a buffer of 9223372036854775807 bytes",
        "nothing was judged",
    ]);
}

fn a_malformed_regression_is_reported_before_any_case_is_run() {
    let place = Place::new();
    place.write("saved/good.json", changed("", ""));
    place.write("saved/broken.json", changed("true", "1"));
    let arguments = ["check", "--cases", "10", "--regressions", "saved"];
    place.run(&arguments).exits(2).reports(&["saved/broken.json: writeable: expected true or false"]).prints(&[]);
    place.write("saved/broken.json", "{");
    assert_eq!(place.run(&arguments).exits(2).reports(&["saved/broken.json: expected JSON"]).out, "");
    place.write("file", "");
    place.run(&["check", "--cases", "10", "--regressions", "file"]).exits(2).reports(&["file: expected a case file"]);
}
