//! `bench`: what it prints and writes, and adapters that misbehave while they measure. No test makes a claim about speed.

use crate::harness::{Test, tests};
use crate::{Place, Ran};
use serde_json::Value;
use std::fs;

pub(crate) const TESTS: &[Test] = tests![
    the_reference_is_measured_if_no_implementation_is_named,
    the_table_has_a_header_with_units_and_a_note_on_how_to_add_ndarray,
    an_adapter_that_cannot_be_measured_leaves_the_other_rows_in_the_table,
];

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    an_adapter_measures_itself,
    a_report_is_written_beside_the_table,
    a_report_that_cannot_be_written_does_not_lose_the_table,
    the_message_about_an_adapter_without_costs_shows_how_to_offer_them,
    impossible_costs_are_a_run_error,
    malformed_costs_are_a_run_error,
    an_adapter_that_ends_or_hangs_while_it_measures_is_a_run_error,
    an_array_that_the_adapter_cannot_make_is_a_run_error,
];

const MEMORYVIEW: &str = "import memoryview_adapter\nmemoryview_adapter.kit.serve(memoryview_adapter.MemoryView())";

/// Runs `bench` on a Python program as the adapter, with these further arguments.
fn bench(place: &Place, program: &str, arguments: &[&str]) -> Ran {
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{program}", crate::kit()));
    place.run(&[&["bench", "--command", "python3 -B adapter.py"], arguments].concat())
}

/// Returns the adapter of `memoryview` with this Python expression as its reply to `bench`.
fn replying(reply: &str) -> String {
    format!(
        "import json, os, time
import memoryview_adapter
from memoryview_adapter import kit

def cost(**changed):
    return dict(dict(question='all', name='a', median=2, low=1, high=3), **changed)

def costs(adapter, given):
    print('measuring', file=sys.stderr, flush=True)
    return {reply}

kit.protocol.cost_reply = costs
kit.serve(memoryview_adapter.MemoryView())
"
    )
}

fn objects(ran: &Ran, kind: &str) -> Vec<Value> {
    let all = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    all.filter(|object| object["kind"] == kind).collect()
}

fn the_reference_is_measured_if_no_implementation_is_named() {
    let ran = Place::new().run(&["bench", "--format", "json"]).exits(0);
    let costs = objects(&ran, "cost");
    for question in ["address", "shape", "strides", "all"] {
        assert!(costs.iter().filter(|cost| cost["question"] == question).count() > 1, "{}", ran.out);
    }
    for cost in &costs {
        let [low, median, high] = ["low", "median", "high"].map(|key| cost[key].as_f64().expect("a number"));
        assert!(0.0 <= low && low <= median && median <= high, "{cost}");
    }
    let summary = ran.summary();
    assert_eq!((&summary["kind"], &summary["troubles"]), (&"summary".into(), &0.into()));
    assert_eq!(summary["costs"], costs.len());
    assert_eq!(ran.errors, "");
}

fn the_table_has_a_header_with_units_and_a_note_on_how_to_add_ndarray() {
    let ran = Place::new().run(&["bench", "reference"]).exits(0);
    let ran = ran.prints(&[
        "ns a call",
        "quartiles, ns",
        "× cheapest",
        "× own",
        "where is the data\n",
        "a.ctypes().data()",
        "ndarray",
    ]);
    assert_eq!(ran.out.contains("--features ndarray"), !cfg!(feature = "ndarray"));
}

fn an_adapter_measures_itself() {
    let ran = bench(&Place::new(), MEMORYVIEW, &["--format", "json"]).exits(0);
    let costs = objects(&ran, "cost");
    assert!(costs.iter().all(|cost| cost["implementation"] == "memoryview"), "{}", ran.out);
    let mut names: Vec<&str> = costs.iter().filter_map(|cost| cost["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["a.shape", "a.strides", "a[:]", "addressof(c_char.from_buffer(a))", "memoryview(a)"]);
}

fn a_report_is_written_beside_the_table() {
    let place = Place::new();
    bench(&place, MEMORYVIEW, &["reference", "--report", "some/folder"]).exits(0).prints(&["where is the data"]);
    let read = |name: &str| fs::read_to_string(place.path("some/folder").join(name)).expect("a file");
    let list: Value = serde_json::from_str(&read("costs.json")).expect("JSON");
    let list = list.as_array().expect("a list");
    assert_eq!(
        list.last().map(|last| &last["implementations"]),
        Some(&if cfg!(feature = "ndarray") { 3 } else { 2 }.into())
    );
    let markdown = read("costs.md");
    assert!(markdown.contains("](costs.svg)") && markdown.contains("`addressof(c_char.from_buffer(a))`"), "{markdown}");
    let svg = read("costs.svg");
    assert!(
        svg.starts_with("<svg ") && svg.ends_with("</svg>\n") && svg.contains("data_as_ptr::&lt;i32&gt;()"),
        "{svg}"
    );
}

fn a_report_that_cannot_be_written_does_not_lose_the_table() {
    let place = Place::new();
    place.write("file", "");
    let ran = bench(&place, MEMORYVIEW, &["--report", "file/folder"]).exits(3);
    ran.prints(&["a.strides"]).reports(&["expected to write the report to file/folder, found: "]);
}

fn the_message_about_an_adapter_without_costs_shows_how_to_offer_them() {
    let program = MEMORYVIEW.replacen('\n', "\nmemoryview_adapter.MemoryView.costs = {}\n", 1);
    let ran = bench(&Place::new(), &program, &[]).exits(3);
    ran.reports(&["found that memoryview offers no costs", "`\"costs\": true`", "PROTOCOL.md"]);
}

fn an_adapter_that_cannot_be_measured_leaves_the_other_rows_in_the_table() {
    let ran = Place::new().run(&["bench", "--command", "false", "reference"]).exits(3);
    assert!(!ran.out.contains("--command false"), "{}", ran.out);
    ran.prints(&["a.ctypes().data()"]).reports(&["not measured: --command false: ", "found the end of its output"]);
}

fn impossible_costs_are_a_run_error() {
    for (reply, message) in [
        ("json.dumps({'costs': [cost(low=-1)]})", "low: expected nanoseconds, from 0 to the "),
        ("json.dumps({'costs': [cost(high=float('nan'))]})", "a line that is no JSON"),
        ("json.dumps({'costs': [cost(high=1e15)]})", "that the reply took, found 1000000000000000"),
        ("json.dumps({'costs': [cost(median='2')]})", "median: expected nanoseconds"),
        ("json.dumps({'costs': [cost(low=2.5)]})", "median: expected a median from `low` to `high`"),
        ("json.dumps({'costs': [cost(high=1.5)]})", "median: expected a median from `low` to `high`"),
        (
            "json.dumps({'costs': [{'question': 'all', 'name': 'a'}]})",
            "median: expected an object with an entry `median`",
        ),
    ] {
        bench(&Place::new(), &replying(reply), &[]).exits(3).reports(&[message, "last words", "measuring"]);
    }
}

fn malformed_costs_are_a_run_error() {
    for (reply, message) in [
        ("json.dumps({'costs': []})", "costs: expected at least one cost"),
        ("json.dumps({'costs': {}})", "costs: expected a list"),
        ("json.dumps({'cost': []})", "costs: expected an object with an entry `costs`"),
        (
            "json.dumps({'costs': [cost(question='why')]})",
            "question: expected one of address, shape, strides, all, found \"why\"",
        ),
        ("json.dumps({'costs': [cost(name='')]})", "name: expected 1 to 100 characters in one line"),
        ("json.dumps({'costs': [cost(name='a\\nb')]})", "name: expected 1 to 100 characters in one line"),
        ("json.dumps({'costs': [cost(name=7)]})", "name: expected a string"),
        ("json.dumps({'costs': [{'question': 'all', **cost(missing='x' * 101)}]})", "missing: expected 1 to 100"),
        (
            "json.dumps({'costs': [cost(), cost(question='shape'), cost()]})",
            "name: expected each name once for each question",
        ),
        (
            "json.dumps({'raises': 'ValueError', 'message': 'too small'})",
            "costs: expected costs of the array, found {\"message\":\"too small\"",
        ),
        ("'no JSON'", "a line that is no JSON"),
    ] {
        bench(&Place::new(), &replying(reply), &[]).exits(3).reports(&[message, "last words", "measuring"]);
    }
}

fn an_adapter_that_ends_or_hangs_while_it_measures_is_a_run_error() {
    bench(&Place::new(), &replying("os._exit(7)"), &[]).exits(3).reports(&["it ended (exit status: 7)", "measuring"]);
    bench(&Place::new(), &replying("os.abort()"), &[]).exits(3).reports(&["signal: 6", "measuring"]);
    // The timeout is ten times as long, because ways to ask may import packages first.
    let ran = bench(&Place::new(), &replying("time.sleep(1000)"), &["--timeout", "0.3", "reference"]).exits(3);
    ran.prints(&["a.ctypes().data()"])
        .reports(&["expected costs, `{\"costs\": …}`, found nothing for 3 s", "measuring"]);
}

/// Either the adapter cannot make the array, or its limits allow none.
fn an_array_that_the_adapter_cannot_make_is_a_run_error() {
    let limited = MEMORYVIEW.replacen('\n', "\nmemoryview_adapter.MemoryView.limits['kinds'] = 'b'\n", 1);
    bench(&Place::new(), &limited, &[]).exits(3).reports(&["expected limits that allow an array of 12 integers"]);
    let refusing = MEMORYVIEW.replacen('\n', "\nmemoryview_adapter.MemoryView.array = lambda *given: 1 / 0\n", 1);
    bench(&Place::new(), &refusing, &[])
        .exits(3)
        .reports(&["costs: expected costs of the array, found", "division by zero"]);
}
