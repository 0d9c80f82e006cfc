//! Results as data, and the views that are made from them.

use crate::harness::{Test, tests};
use crate::{Place, Ran, kit};
use array_ctypes_command::adapters::numpy::python_at_hand;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    merged_shards_are_the_whole_run,
    an_absent_shard_makes_the_run_partial,
    one_mistake_is_one_cause,
    the_last_screen_names_what_breaks_and_fits_80_columns,
    every_view_says_what_breaks,
    a_baseline_shows_what_is_new_and_what_is_mended,
    results_that_are_cut_off_keep_what_was_found,
    files_that_are_no_results_are_a_message,
    a_run_that_fails_fast_ends_early,
    colours_are_there_only_where_they_are_wanted,
    saved_cases_that_hold_again_are_named,
    what_was_found_is_replaced_by_what_is_small,
    a_folder_with_an_adapter_is_no_reason_to_ask_it,
];

/// Tests that need a Python with the package jsonschema.
pub(crate) const SCHEMA_TESTS: &[Test] = tests![each_line_is_valid_by_the_schema,];

/// Checks each line of standard input. Readers may meet entries of later versions, but the suite writes none that the schema lacks.
const VALIDATE: &str = "
import json, sys, jsonschema
with open(sys.argv[1]) as file:
    schema = json.load(file)
for record in schema['$defs'].values():
    record['additionalProperties'] = False
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for line in sys.stdin:
    validator.validate(json.loads(line))
";

/// An adapter with two mistakes: strides, and the address of arrays without axes.
const TWO: &str = "\
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView
class A(MemoryView):
    name, version = 'two', '1'
    def strides(self, a): return tuple(s + 1 for s in a.strides)
    def data(self, a): return super().data(a) + (a.ndim == 0)
kit.serve(A())
";

fn adapter(place: &Place, program: &str) {
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{program}", kit()));
}

fn check(place: &Place, arguments: &[&str]) -> Ran {
    let all = ["check", "--command", "python3 -B adapter.py", "--no-save", "--jobs", "1"];
    place.run(&[&all[..], arguments].concat())
}

/// A place with the results of the adapter with two mistakes, in `results.jsonl`.
fn with_results(arguments: &[&str]) -> Place {
    let place = Place::new();
    adapter(&place, TWO);
    check(&place, &[&["--cases", "1200", "--report", "json=results.jsonl"], arguments].concat()).exits(1);
    place
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The lines without what depends on the clock, or on where the system puts memory.
fn timeless(text: &str) -> Vec<Value> {
    let hexadecimal = |part: &str| part.trim_start_matches(|digit: char| digit.is_ascii_hexdigit()).to_owned();
    let text: Vec<String> = text
        .split("0x")
        .enumerate()
        .map(|(at, part)| if at == 0 { part.to_owned() } else { hexadecimal(part) })
        .collect();
    let mut lines = lines(&text.join("0x"));
    lines.retain(|line| line["kind"] != "found");
    for line in &mut lines {
        for key in ["seconds", "asking_seconds"] {
            if line.get(key).is_some() {
                line[key] = json!(0);
            }
        }
    }
    lines
}

fn each_line_is_valid_by_the_schema() {
    let place = Place::new();
    let mut kinds: Vec<String> = Vec::new();
    let mut texts = vec![place.run(&["check", "--cases", "500", "--format", "json"]).exits(0).out];
    for program in [
        TWO,
        "import os\nfrom memoryview_adapter import *\nclass A(MemoryView):\n    name = 'dies'\n    def data(self, a): os._exit(3)\nkit.serve(A())",
    ] {
        adapter(&place, program);
        texts.push(check(&place, &["--cases", "400", "--format", "json"]).out);
    }
    let written = File::open(place.write("lines.jsonl", texts.concat())).expect("it was written");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results.schema.json");
    let mut validate = Command::new(python_at_hand());
    let output = validate.args(["-c", VALIDATE]).arg(schema).stdin(written).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in texts.iter().flat_map(|text| lines(text)) {
        kinds.push(line["kind"].as_str().expect("a kind").to_owned());
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["door", "failure", "found", "lost", "rule", "run", "summary"]);
}

fn merged_shards_are_the_whole_run() {
    let place = with_results(&[]);
    let mut files = vec!["report".to_owned(), "--format".to_owned(), "json".to_owned()];
    for number in 1..=3 {
        let (shard, file) = (format!("{number}/3"), format!("{number}.jsonl"));
        check(&place, &["--cases", "1200", "--shard", &shard, "--report", &format!("json={file}")]).exits(1);
        files.push(file);
    }
    let merged = place.run(&files).exits(1);
    let whole = place.run(&["report", "--format", "json", "results.jsonl"]).exits(1);
    let (merged, whole) = (timeless(&merged.out), timeless(&whole.out));
    for (one, other) in merged.iter().zip(&whole) {
        assert_eq!(one, other);
    }
    assert_eq!(merged.len(), whole.len());
    // The reference, in process.
    let mut files = vec!["report".to_owned(), "--format".to_owned(), "json".to_owned()];
    let run =
        |arguments: &[&str]| place.run(&[&["check", "--jobs", "1", "--cases", "900"], arguments].concat()).exits(0);
    for number in 1..=2 {
        let file = format!("r{number}.jsonl");
        run(&["--shard", &format!("{number}/2"), "--report", &format!("json={file}")]);
        files.push(file);
    }
    let whole = run(&["--format", "json"]);
    assert_eq!(timeless(&place.run(&files).exits(0).out), timeless(&whole.out));
}

fn an_absent_shard_makes_the_run_partial() {
    let place = with_results(&["--shard", "2/3"]);
    let ran = place.run(&["report", "results.jsonl"]).exits(1);
    ran.prints(&["partial: stopped by absent shards: 1/3, 3/3"]);
}

fn one_mistake_is_one_cause() {
    let place = with_results(&[]);
    let ran = place.run(&["report", "results.jsonl"]).exits(1);
    let end = ran.out.rsplit("two 1: ").next().expect("a verdict");
    assert!(end.starts_with("does not conform: 2 causes break "), "{end}");
    assert_eq!(end.matches("array-ctypes repro ").count(), 2, "{end}");
    assert!(end.contains("also: "), "{end}");
}

fn the_last_screen_names_what_breaks_and_fits_80_columns() {
    let place = with_results(&[]);
    let ran = place.run(&["report", "results.jsonl"]).exits(1);
    let last: Vec<&str> = ran.out.lines().rev().take(24).collect();
    let text = last.join("\n");
    for difference in ["data: expected buffer+0, found buffer+1", "strides: expected ["] {
        assert!(text.contains(difference), "{text}");
    }
    // A command is for copying, and Python is for running.
    let is_prose = |line: &&str| !line.contains("array-ctypes repro") && !line.starts_with("    ");
    for line in ran.out.lines().filter(is_prose) {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}

fn every_view_says_what_breaks() {
    let place = with_results(&[
        "--report",
        "junit=junit.xml",
        "--report",
        "markdown=summary.md",
        "--report",
        "badge=badge.json",
    ]);
    let read = |name: &str| fs::read_to_string(place.path(name)).expect("a report");
    let text = read("junit.xml");
    let junit = roxmltree::Document::parse(&text).expect("XML");
    let named = |name: &'static str| junit.descendants().filter(move |node| node.has_tag_name(name));
    let failed: Vec<&str> = named("testcase")
        .filter(|case| case.children().any(|child| child.has_tag_name("failure")))
        .filter_map(|case| case.attribute("name"))
        .collect();
    assert!(failed.contains(&"data.first-element") && failed.contains(&"shape.strides"), "{failed:?}");
    let held = named("testcase").find(|case| case.attribute("name") == Some("dtype.item-size")).expect("a rule");
    assert_eq!(held.children().filter(roxmltree::Node::is_element).count(), 0);
    assert!(named("skipped").count() > 10);
    let markdown = read("summary.md");
    assert!(markdown.starts_with("### ❌ two 1: does not conform") && markdown.contains("<details>"), "{markdown}");
    let badge: Value = serde_json::from_str(&read("badge.json")).expect("JSON");
    assert_eq!((&badge["schemaVersion"], &badge["color"]), (&json!(1), &json!("red")));
    let github = place.run(&["report", "--format", "github", "results.jsonl"]).exits(1).out;
    let annotations: Vec<&str> = github.lines().collect();
    assert_eq!(annotations.len(), 3, "{github}");
    assert!(annotations.iter().all(|line| line.starts_with("::error title=")), "{github}");
}

fn a_baseline_shows_what_is_new_and_what_is_mended() {
    let place = with_results(&[]);
    fs::rename(place.path("results.jsonl"), place.path("before.jsonl")).expect("a file");
    adapter(
        &place,
        &TWO.replace("tuple(s + 1 for s in a.strides)", "a.strides")
            .replace("class A(MemoryView):", "class A(MemoryView):\n    def itemsize(self, a): return a.itemsize + 1"),
    );
    check(&place, &["--cases", "1200", "--report", "json=after.jsonl"]).exits(1);
    let ran = place.run(&["report", "after.jsonl", "--baseline", "before.jsonl"]).exits(1);
    let ran = ran.prints(&["since the baseline:", "  new: dtype.item-size", "  still there: data.first-element"]);
    let mended = ran.out.lines().find(|line| line.starts_with("  mended: ")).expect("a line");
    assert!(mended.contains("layout.reverse"), "{mended}");
    let markdown = place.run(&["report", "after.jsonl", "--baseline", "before.jsonl", "--format", "markdown"]).out;
    assert!(markdown.contains("- **New**: `dtype.item-size`"), "{markdown}");
}

fn results_that_are_cut_off_keep_what_was_found() {
    let place = with_results(&[]);
    let text = fs::read_to_string(place.path("results.jsonl")).expect("a file");
    let found: usize = text.lines().filter(|line| line.contains("\"kind\":\"found\"")).map(|line| line.len() + 1).sum();
    let header = text.lines().next().expect("a header").len() + 1;
    // The run was killed while it wrote the line after those.
    place.write("cut.jsonl", &text[..header + found + 40]);
    let ran = place.run(&["report", "cut.jsonl"]).exits(1);
    ran.prints(&["partial: stopped by its end: the results are cut off", "FAILED data.first-element (MUST)"]);
}

fn files_that_are_no_results_are_a_message() {
    let place = with_results(&[]);
    place.write("empty", "");
    place.write("text", "no results\n");
    place.write("case", "{\"kind\":\"rule\"}\n");
    let text = fs::read_to_string(place.path("results.jsonl")).expect("a file");
    place.write("other", text.replacen("\"format\":1", "\"format\":2", 1));
    for (file, message) in [
        ("missing", "missing: expected a result file, found: No such file"),
        ("empty", "expected results, found none"),
        ("text", "text, line 1: expected an object of JSON"),
        ("case", "case, line 1: expected a line of the result format"),
        ("other", "other, line 1: expected version 1 of the result format, found 2"),
    ] {
        let ran = place.run(&["report", file]).exits(2);
        assert!(ran.errors.contains(message), "{}", ran.errors);
    }
}

fn a_run_that_fails_fast_ends_early() {
    let place = Place::new();
    adapter(&place, TWO);
    let ran = check(&place, &["--cases", "100000", "--fail-fast"]).exits(1);
    ran.prints(&["partial: stopped by its first failures before all cases were drawn"]);
}

fn colours_are_there_only_where_they_are_wanted() {
    let place = with_results(&[]);
    let report = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = place.command(&[&["report", "results.jsonl"], arguments].concat());
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
        Ran::of(&command.output().expect("it starts")).out.contains("\x1b[")
    };
    assert!(!report(&[], &[]) && report(&["--color", "always"], &[]) && report(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!report(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!report(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

fn saved_cases_that_hold_again_are_named() {
    let place = Place::new();
    adapter(&place, TWO);
    let check = |arguments: &[&str]| {
        place.run(&[&["check", "--command", "python3 -B adapter.py", "--cases", "300"], arguments].concat())
    };
    check(&["--rule", "data.first-element"]).exits(1);
    adapter(&place, &TWO.replace(" + (a.ndim == 0)", "").replace("s + 1 for", "s for"));
    // Whoever asks about other rules does not know.
    for others in [["--rule", "shape.strides"], ["--profile", "struct"]] {
        let ran = check(&others);
        assert!(!ran.out.contains("again"), "{}", ran.out);
    }
    check(&[]).exits(0).prints(&["1 saved case holds again", "  rm array-ctypes-regressions/data.first-element-"]);
}

fn what_was_found_is_replaced_by_what_is_small() {
    let place = Place::new();
    adapter(&place, TWO);
    let ran = place.run(&["check", "--command", "python3 -B adapter.py", "--cases", "600", "--verbose"]).exits(1);
    let saved = fs::read_dir(place.path("array-ctypes-regressions")).expect("a folder").flatten();
    let names: Vec<String> = saved.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert!(!names.is_empty());
    for name in names {
        assert!(ran.out.contains(&name), "{name} is no small case of the report");
    }
}

fn a_folder_with_an_adapter_is_no_reason_to_ask_it() {
    let place = Place::new();
    adapter(&place, TWO);
    let ran = place.run(&["check", "--cases", "100"]).exits(0);
    ran.reports(&[
        "no implementation is named, so the reference of this project is asked, although there is adapter.py here",
    ]);
}
