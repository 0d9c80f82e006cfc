//! Result files that are not what they should be: of runs that did not come to their end, and of those who wish no good.

use crate::harness::{Test, tests};
use crate::{Place, kit};
use serde_json::{Value, json};
use std::fs;

/// Tests in process.
pub(crate) const TESTS: &[Test] = tests![
    what_was_not_asked_is_no_verdict,
    an_implementation_that_does_not_start_is_in_each_report,
    a_count_a_shard_and_a_rule_must_be_what_they_say,
    the_verdict_follows_from_the_rules,
    a_hostile_file_runs_nothing_in_a_page,
];

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![what_an_adapter_says_is_markup_in_no_report,];

/// The results of the reference, which conforms, in `NAME.jsonl`.
fn conforming(place: &Place, name: &str, arguments: &[&str]) -> String {
    let report = format!("json={name}.jsonl");
    let all = ["check", "--cases", "600", "--jobs", "1", "--no-save", "--report", &report];
    place.run(&[&all[..], arguments].concat()).exits(0);
    fs::read_to_string(place.path(&format!("{name}.jsonl"))).expect("a file")
}

/// The lines, each changed.
fn changed(text: &str, change: impl Fn(&mut Value)) -> String {
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        change(&mut line);
        format!("{line}\n")
    };
    text.lines().map(line).collect()
}

fn what_was_not_asked_is_no_verdict() {
    let place = Place::new();
    let first = conforming(&place, "1", &["--shard", "1/2"]);
    conforming(&place, "2", &["--shard", "2/2"]);
    place.run(&["report", "1.jsonl", "2.jsonl"]).exits(0).prints(&[": conforms (exit 0)"]);
    // A shard is absent, or was killed before it found anything.
    place.run(&["report", "2.jsonl"]).exits(3).prints(&["no verdict: the run is not complete (exit 3)"]);
    place.write("cut.jsonl", first.lines().next().expect("a header").to_owned() + "\n");
    place.run(&["report", "cut.jsonl", "2.jsonl"]).exits(3).prints(&["the results are cut off"]);
    let junit = place.run(&["report", "2.jsonl", "--format", "junit"]).exits(3).out;
    assert!(junit.contains("<error message=") && junit.contains("the run is not complete"), "{junit}");
    let badge = place.run(&["report", "2.jsonl", "--format", "badge"]).exits(3).out;
    assert!(badge.contains("no verdict"), "{badge}");
    let github = place.run(&["report", "2.jsonl", "--format", "github"]).exits(3).out;
    assert!(github.starts_with("::error "), "{github}");
}

fn an_implementation_that_does_not_start_is_in_each_report() {
    let place = Place::new();
    let reports = ["--report", "junit=j.xml", "--report", "badge=b.json", "--report", "json=r.jsonl"];
    let arguments = ["check", "reference", "--command", "./missing", "--cases", "300", "--no-save"];
    place.run(&[&arguments[..], &reports].concat()).exits(3);
    let read = |name: &str| fs::read_to_string(place.path(name)).expect("a report");
    assert!(read("j.xml").contains("./missing") && read("j.xml").contains("<error "), "{}", read("j.xml"));
    assert!(read("b.json").contains("no verdict"), "{}", read("b.json"));
    place.run(&["report", "r.jsonl"]).exits(3).prints(&["no verdict: the run did not come to its end"]);
}

fn a_count_a_shard_and_a_rule_must_be_what_they_say() {
    let place = Place::new();
    let text = conforming(&place, "good", &[]);
    let is = |line: &Value, kind: &str| line["kind"] == kind;
    let refused = |message: &str, change: &dyn Fn(&mut Value)| {
        place.write("bad.jsonl", changed(&text, change));
        place.run(&["report", "bad.jsonl"]).exits(2).reports(&[message]);
    };
    refused("expected a count of at most", &|line| {
        if is(line, "rule") {
            line["failed"] = json!(u64::MAX);
        }
    });
    for shard in ["junk", "0/1", "2/1", "1/18446744073709551615"] {
        refused("expected a shard and how many there are", &|line| {
            if is(line, "run") {
                line["shard"] = json!(shard);
            }
        });
    }
    refused("expected the name of a rule", &|line| {
        if is(line, "rule") {
            line["rule"] = json!("`code`");
        }
    });
    refused("found two for", &|line| {
        if is(line, "rule") {
            line["rule"] = json!("data.raw");
        }
    });
    // Of a shard among billions, the others are counted and not listed.
    place.write(
        "bad.jsonl",
        changed(&text, |line| {
            if is(line, "run") {
                line["shard"] = json!("1/4000000000");
            }
        }),
    );
    place.run(&["report", "bad.jsonl"]).exits(3).prints(&["2/4000000000", "and 3999999989 more"]);
}

fn the_verdict_follows_from_the_rules() {
    let place = Place::new();
    let text = conforming(&place, "good", &[]);
    let broken = changed(&text, |line| {
        if line["rule"] == "data.raw" {
            line["failed"] = json!(1);
        }
    });
    place.write("broken.jsonl", broken);
    place.run(&["report", "broken.jsonl"]).exits(1).prints(&["does not conform"]);
    // A rule of a later specification counts, too.
    let later = |number: u64| {
        changed(&text, |line| {
            if line["rule"] == "data.raw" {
                line["rule"] = json!("data.later");
                line["failed"] = json!(1);
            }
            if line["kind"] == "run" {
                line["shard"] = json!(format!("{number}/2"));
            }
        })
    };
    place.write("1.jsonl", later(1));
    place.write("2.jsonl", later(2));
    place.run(&["report", "1.jsonl", "2.jsonl"]).exits(1).prints(&["does not conform"]);
    // A line of a later version is none of ours.
    let header = text.lines().next().expect("a header");
    place.write("new.jsonl", text.replacen(header, &format!("{header}\n{{\"kind\":\"weather\"}}"), 1));
    place.run(&["report", "new.jsonl"]).exits(0);
}

fn a_hostile_file_runs_nothing_in_a_page() {
    let place = Place::new();
    let text = conforming(&place, "good", &[]);
    let evil = "<img src=x onerror=alert(1)>";
    let failure = json!({
        "kind": "failure", "rule": "data.raw", "level": "MUST", "text": evil, "origin": "1:0", "case": evil, "step": 9,
        "asked": evil, "expected": evil, "found": evil, "place": evil, "expectation": null, "answer": null,
        "cause": { "step": evil, "elements": evil, "difference": evil, "raises": null },
        "met": { "step": evil, "elements": evil, "difference": evil, "raises": null },
        "small": true, "alone": null, "before": null, "before_count": 0, "beside": [], "repeated": false,
        "described": evil, "drawing": "<svg onload=\"alert(1)\"></svg>", "snippet": evil, "repeat": evil, "saved": evil,
    });
    let known = json!({
        "kind": "known", "rule": "data.raw", "reason": evil, "link": "javascript:alert(1)", "several": false,
        "based_on": null, "cases": 1, "stale": null, "case": "",
    });
    let header = text.lines().next().expect("a header").to_owned();
    let bad =
        text.replacen(&header, &format!("{header}\n{failure}\n{known}"), 1).replace("array-ctypes reference", evil);
    place.write("bad.jsonl", bad);
    let ran = place.run(&["report", "bad.jsonl", "--format", "html"]);
    assert!(ran.errors.is_empty(), "{}", ran.errors);
    assert!(!ran.out.contains("<img") && !ran.out.contains("onload=\"alert") && ran.out.contains("&lt;img"));
    assert!(!ran.out.contains("href=\"javascript:"));
    let xml = place.run(&["report", "bad.jsonl", "--format", "junit"]).out;
    roxmltree::Document::parse(&xml).expect("XML");
    for line in place.run(&["report", "bad.jsonl", "--format", "github"]).out.lines() {
        assert!(line.starts_with("::"), "{line}");
    }
}

fn what_an_adapter_says_is_markup_in_no_report() {
    let place = Place::new();
    let program = "\
import array_ctypes_kit as kit
from memoryview_adapter import MemoryView
class A(MemoryView):
    name, version = '![x](http://evil) @org/team <b>', '`1`|2'
    def strides(self, a): raise ValueError('[a](http://evil) | `b` \\x1b[2J <script>\\n::stop-commands::x')
kit.serve(A())
";
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{program}", kit()));
    let arguments = ["--cases", "300", "--no-save", "--report", "json=r.jsonl"];
    place.run(&[&["check", "--command", "python3 -B adapter.py"][..], &arguments].concat()).exits(1);
    let markdown = place.run(&["report", "r.jsonl", "--format", "markdown"]).exits(1).out;
    // What is in a fence is text.
    let outside: String = markdown.split("```").step_by(2).collect();
    for markup in ["](http", "@org", "<script", "<b>", "\x1b"] {
        assert!(!outside.contains(markup), "{markup}: {outside}");
    }
    let html = place.run(&["report", "r.jsonl", "--format", "html"]).exits(1).out;
    // The suite's own pictures are shown.
    assert!(html.contains("<svg xmlns="), "no picture");
    assert!(!html.contains("<script>\\n") && !html.contains("<b>") && !html.contains('\x1b'));
    let mut command = place.command(&["report", "r.jsonl"]);
    let text = command.env("GITHUB_ACTIONS", "true").output().expect("it starts");
    let text = String::from_utf8_lossy(&text.stdout);
    assert!(text.contains(": :stop-commands::x"), "{text}");
    assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
    let github = place.run(&["report", "r.jsonl", "--format", "github"]).exits(1).out;
    assert!(github.lines().all(|line| line.starts_with("::error title=")), "{github}");
    assert!(!github.contains('\x1b'));
}
