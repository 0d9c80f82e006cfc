//! Adapters that misbehave. One that never completes its handshake is a run error (exit code 3); anything later is a verdict on
//! one case (exit code 1). Messages have what was expected, what was found, and the adapter's last lines on standard error.

use crate::harness::{Test, tests};
use crate::{Place, Ran, flowing};
use array_ctypes_conformance::spec::dtype::Kind;
use serde_json::{Value, json};
use std::process::Command;

pub(crate) const TESTS: &[Test] =
    tests![an_adapter_that_does_not_exist_is_a_run_error, an_adapter_that_cannot_start_does_not_stop_the_next_one,];

/// Tests that need a Python.
pub(crate) const PYTHON_TESTS: &[Test] = tests![
    a_python_without_numpy_is_reported_as_such,
    an_adapter_that_exits_at_once_is_a_run_error_with_its_exit_code_and_last_lines,
    an_adapter_that_closes_its_output_and_runs_on_is_a_run_error,
    garbage_in_place_of_the_handshake_is_a_run_error,
    a_handshake_of_another_protocol_version_is_a_run_error,
    a_handshake_with_an_unknown_word_is_a_run_error,
    an_adapter_that_exits_in_the_middle_is_a_verdict_with_its_exit_code_and_last_lines,
    an_exception_that_would_end_the_process_is_a_verdict_on_its_case_or_step,
    python_adapters_run_with_a_fixed_hash_seed,
    an_adapter_killed_by_a_signal_is_a_verdict_with_the_signal,
    the_last_lines_say_how_an_adapter_ended,
    an_adapter_that_prints_garbage_is_a_verdict_on_the_case,
    a_reply_to_another_case_is_a_verdict_on_the_case,
    a_reply_with_too_few_answers_is_a_verdict_on_the_case,
    a_malformed_answer_is_a_verdict_on_the_case,
    silence_is_a_verdict_after_the_timeout,
    the_message_about_a_silent_adapter_asks_it_to_flush,
    a_line_of_a_hundred_megabytes_is_cut_off,
    a_flood_of_errors_neither_hangs_nor_fills_the_report,
    an_adapter_that_stops_answering_ends_the_run,
    a_report_says_which_rules_are_not_asked_and_what_to_declare,
    a_report_says_which_rules_the_limits_exclude,
    a_process_number_from_elsewhere_is_reported_once_with_the_rules_that_are_not_judged,
];

/// Runs an adapter that answers correctly for 20 arrays, and executes this line of Python from the 21st on.
fn after_twenty(misdeed: &str, arguments: &[&str]) -> Ran {
    misbehaving(misdeed, "reply", arguments)
}

/// Runs an adapter whose replies from its 21st array on are this Python expression of `reply`, a dictionary.
fn replies_after_twenty(changed: &str) -> Ran {
    misbehaving("pass", changed, &[])
}

fn misbehaving(misdeed: &str, changed: &str, arguments: &[&str]) -> Ran {
    let program = format!(
        "import json, os, signal, time
import memoryview_adapter
from memoryview_adapter import kit

send = lambda line: (kit.streams.REPLIES.write(line), kit.streams.REPLIES.flush())
made = 0

class Adapter(memoryview_adapter.MemoryView):
    def array(self, *arguments):
        global made
        made += 1
        if made > 20:
            {misdeed}
        return super().array(*arguments)

plain = kit.protocol._reply

def changed(*arguments):
    reply = json.loads(plain(*arguments))
    return json.dumps({changed} if made > 20 and 'answers' in reply else reply)

kit.protocol._reply = changed
kit.serve(Adapter())
"
    );
    // Each loss costs the start of a Python.
    Place::new().check_python(&program, &[&["--cases", "600", "--format", "json"], arguments].concat())
}

/// Asserts that the run names each case on which the adapter misbehaved, and judges the others.
#[track_caller]
fn names_the_culprits(ran: Ran) -> Ran {
    let ran = ran.exits(1);
    let summary = ran.summary();
    let lost = summary["lost"].as_u64().expect("a number");
    assert!(lost > 0 && summary["cases"].as_u64() >= Some(20 * lost), "{summary}");
    assert_eq!((&summary["failed"], &summary["trouble"]), (&1.into(), &serde_json::Value::Null), "{summary}");
    ran.prints(&["\"rule\":\"layout.answered\"", "\"origin\":\"1:", "last words on standard error:"])
}

/// Runs an adapter that ends or misbehaves before its handshake.
fn before_the_handshake(program: &str) -> Ran {
    let ran = Place::new().check_python(program, &["--timeout", "20"]).exits(3);
    assert_eq!(ran.out, "");
    ran.reports(&["expected a handshake, `{\"hello\": …}`", "last words on standard error:"])
}

/// Runs an adapter whose handshake is correct but for a part that is replaced.
fn handshake(from: &str, to: &str) -> Ran {
    const GOOD: &str = r#"{"hello": {"protocol": 1, "name": "x", "version": "1", "profiles": ["core"], "limits": {},
        "platform": {"byte_order": "little", "data_model": "LP64", "long_double": "x87-16", "long_double_align": 16,
        "eight_byte_align": 8, "wchar_size": 4, "granularity": 4096}}}"#;
    assert!(GOOD.contains(from), "{from}");
    let line = GOOD.replacen(from, to, 1).replace('\n', " ");
    let program =
        format!("print('note', file=sys.stderr, flush=True)\nprint('''{line}''', flush=True)\nsys.stdin.read()\n");
    Place::new().check_python(&program, &[]).exits(3).reports(&["handshake: ", "note"])
}

fn an_adapter_that_does_not_exist_is_a_run_error() {
    Place::new()
        .run(&["check", "--command", "./no-such-adapter"])
        .exits(3)
        .reports(&["found the end of its output", "no-such-adapter"]);
    Place::new()
        .run(&["check", "numpy", "--python", "./no-such-python"])
        .exits(3)
        .reports(&["expected to start the adapter", "no-such-python"]);
}

fn a_python_without_numpy_is_reported_as_such() {
    let place = Place::new();
    // `-S` leaves out all installed packages, NumPy too.
    let python = place.write("python", "#!/bin/sh\nexec python3 -S \"$@\"\n");
    let made = Command::new("chmod").arg("+x").arg(python).status().expect("chmod starts");
    assert!(made.success());
    for command in ["check", "bench"] {
        place
            .run(&[command, "numpy", "--python", "./python"])
            .exits(3)
            .reports(&["expected a Python with NumPy, found ./python without", "numpy==2.4.6"]);
    }
}

fn an_adapter_that_exits_at_once_is_a_run_error_with_its_exit_code_and_last_lines() {
    before_the_handshake("sys.exit('no such library')").reports(&["exit status: 1", "no such library"]);
    before_the_handshake("sys.exit(0)").reports(&["exit status: 0", "(none)"]);
    before_the_handshake("import no_such_module").reports(&["ModuleNotFoundError"]);
}

fn an_adapter_that_closes_its_output_and_runs_on_is_a_run_error() {
    before_the_handshake("import os, time\nos.close(1)\ntime.sleep(1000)")
        .reports(&["found the end of its output (it still ran)"]);
}

fn garbage_in_place_of_the_handshake_is_a_run_error() {
    before_the_handshake("print('hello')").reports(&["a line that is no JSON", "\"hello\""]);
    before_the_handshake("sys.stdout.buffer.write(b'\\xff\\xfe\\n')").reports(&["a line that is not UTF-8"]);
    before_the_handshake("print('[' * 1000000)").reports(&["a line that is no JSON (recursion limit"]);
}

fn a_handshake_of_another_protocol_version_is_a_run_error() {
    handshake("\"protocol\": 1", "\"protocol\": 2").reports(&["protocol: expected version 1 of the protocol"]);
    handshake("\"protocol\": 1", "\"protocol\": null").reports(&["protocol: expected a decimal number"]);
}

fn a_handshake_with_an_unknown_word_is_a_run_error() {
    handshake("\"core\"", "\"everything\"")
        .reports(&["profiles: expected one of core, ctypes, ", "found \"everything\""]);
    handshake("{}", "{\"fast\": true}").reports(&["limits: expected limits that the protocol knows, found \"fast\""]);
    handshake("{}", "[]").reports(&["limits: expected an object"]);
    handshake("\"limits\"", "\"based_on\": {\"name\": \"numpy\"}, \"limits\"")
        .reports(&["version: expected an object with an entry `version`"]);
    handshake("{}", "{\"kinds\": \"xyz\"}").reports(&[&format!("kinds: expected characters of {:?}", Kind::CODES)]);
    handshake("{}", "{\"views\": [\"rotate\"]}").reports(&["views: expected names of index, slice"]);
    handshake("{}", "{\"element_types\": [\"f8\"]}")
        .reports(&["element_types: expected type strings of plain element types"]);
    handshake("{}", "{\"steps\": [\"date\"]}").reports(&["steps: expected first words of steps: native, sizeof"]);
    handshake("{}", "{\"view_axes\": [\"first\"]}").reports(&["view_axes: expected a decimal number"]);
    handshake("{}", "{\"min_dimensions\": 65}").reports(&["limits: expected min_dimensions of at most 64"]);
    handshake("{}", "{\"read_only\": false, \"writeable\": false}")
        .reports(&["limits: expected read_only or writeable"]);
    for none in [
        "{\"kinds\": \"biu\", \"element_types\": [\"<f8\"]}",
        "{\"element_types\": []}",
        "{\"item_sizes\": [], \"records\": false}",
        "{\"kinds\": \"\"}",
    ] {
        handshake("{}", none).reports(&["limits: expected some element type of this platform"]);
    }
    handshake("{}", "{\"records\": 1}")
        .reports(&["records: expected true or false, or a list of nested, sub-arrays, padded"]);
    handshake("{}", "{\"records\": [\"flat\"]}").reports(&["records: expected names of nested, ", "found \"flat\""]);
    handshake("{}", "{\"strided\": false, \"orders\": [\"Fortran\"]}").reports(&["orders: expected C or F"]);
    handshake("{}", "{\"strided\": false, \"orders\": []}").reports(&["limits: expected orders to list C, F or both"]);
    handshake("{}", "{\"orders\": [\"F\"]}").reports(&["limits: expected strided to be false"]);
    handshake("little", "middle").reports(&["byte_order: expected little or big"]);
    handshake("\"long_double_align\": 16", "\"long_double_align\": 0")
        .reports(&["long_double_align: expected 1, 2, 4"]);
    handshake("\"wchar_size\": 4", "\"wchar_size\": 3").reports(&["wchar_size: expected 1, 2, 4"]);
}

fn an_adapter_that_exits_in_the_middle_is_a_verdict_with_its_exit_code_and_last_lines() {
    let ran = after_twenty("print('out of ideas', file=sys.stderr, flush=True); os._exit(7)", &[]);
    names_the_culprits(ran).prints(&["found that it ended (exit status: 7)", "out of ideas"]);
    names_the_culprits(after_twenty("os._exit(0)", &[])).prints(&["found the end of its output (exit status: 0)"]);
}

/// Some libraries end the process by an exception that few handlers catch.
fn an_exception_that_would_end_the_process_is_a_verdict_on_its_case_or_step() {
    for (line, message) in [
        ("sys.exit('no more')", "the library raised SystemExit('no more')"),
        ("raise KeyboardInterrupt", "the library raised KeyboardInterrupt()"),
    ] {
        let ran = after_twenty(line, &[]).exits(1);
        let summary = ran.summary();
        assert_eq!((&summary["failed"], &summary["trouble"]), (&1.into(), &serde_json::Value::Null), "{summary}");
        ran.prints(&["\"rule\":\"layout.answered\"", message]);
    }
    let program = "import memoryview_adapter, sys\n\
                   class Adapter(memoryview_adapter.MemoryView):\n    \
                   def itemsize(self, array): sys.exit(3)\n\
                   memoryview_adapter.kit.serve(Adapter())";
    // Other rules need the item size as well.
    let arguments = ["--cases", "1000", "--rule", "dtype.*", "--format", "json"];
    let ran = Place::new().check_python(program, &arguments).exits(1);
    let summary = ran.summary();
    assert_eq!((&summary["failed"], &summary["lost"]), (&1.into(), &0.into()), "{summary}");
    ran.prints(&["\"rule\":\"dtype.item-size\"", "SystemExit(3)"]);
}

fn python_adapters_run_with_a_fixed_hash_seed() {
    let set = std::env::var("PYTHONHASHSEED").unwrap_or("0".to_owned());
    before_the_handshake("import os\nsys.exit('hashes by ' + os.environ['PYTHONHASHSEED'])")
        .reports(&[&format!("hashes by {set}")]);
}

fn an_adapter_killed_by_a_signal_is_a_verdict_with_the_signal() {
    names_the_culprits(after_twenty("os.kill(os.getpid(), signal.SIGKILL)", &[])).prints(&["signal: 9"]);
    names_the_culprits(after_twenty("os.kill(os.getpid(), signal.SIGSEGV)", &[])).prints(&["signal: 11"]);
    names_the_culprits(after_twenty("os.abort()", &[])).prints(&["signal: 6"]);
}

fn the_last_lines_say_how_an_adapter_ended() {
    let program = "import memoryview_adapter, os\n\
                   class Adapter(memoryview_adapter.MemoryView):\n    \
                   def data(self, array): return super().data(array) if array.ndim < 1 else os.abort()\n\
                   memoryview_adapter.kit.serve(Adapter())";
    let arguments = ["--cases", "100"];
    let out = Place::new().check_python(program, &arguments).exits(1).out;
    let mut last = out.lines().rev().take(4);
    let says =
        |line: &str| line.starts_with("1. layout.answered (") && line.contains("): adapter.py:5 in data: it ended (");
    assert!(last.any(says), "{out}");
}

fn an_adapter_that_prints_garbage_is_a_verdict_on_the_case() {
    let ran = after_twenty("send(b'Warning: deprecated\\n')", &[]);
    names_the_culprits(ran).prints(&["a line that is no JSON", "Warning: deprecated", "print nothing but its replies"]);
    names_the_culprits(after_twenty("send(b'\\xff\\n')", &[])).prints(&["a line that is not UTF-8"]);
    names_the_culprits(after_twenty("send(b'7\\n')", &[]))
        .prints(&["id: expected an object with an entry `id`, found 7"]);
    names_the_culprits(after_twenty("send(b'{\"id\": \"0:1\"'); os._exit(5)", &[]))
        .prints(&["EOF while parsing", "then it ended (exit status: 5)"]);
}

fn a_reply_to_another_case_is_a_verdict_on_the_case() {
    let ran = after_twenty("send(b'{\"id\": \"99:99\", \"buffer\": \"0\", \"answers\": []}\\n')", &[]);
    names_the_culprits(ran).prints(&["id: expected the next case of the batch", "99:99"]);
}

fn a_reply_with_too_few_answers_is_a_verdict_on_the_case() {
    let ran = replies_after_twenty("dict(reply, answers=reply['answers'][1:])");
    names_the_culprits(ran).prints(&["answers: expected ", " answers, one for each step"]);
    names_the_culprits(replies_after_twenty("dict(reply, answers=None)"))
        .prints(&["answers: expected a list, found null"]);
}

fn a_malformed_answer_is_a_verdict_on_the_case() {
    for (answer, message) in [
        ("1", "answer: expected null, true, false, or an object"),
        ("{'number': 1}", "answer: expected null, true, false, or an object"),
        ("{'integer': 'one'}", "integer: expected decimal numbers"),
        ("{'bytes': 'f'}", "bytes: expected pairs of hexadecimal digits"),
        ("{'float': 1.5}", "float: expected a string"),
        ("{'integer': '1', 'text': 'one'}", "answer: expected one kind, not integer beside text"),
    ] {
        names_the_culprits(replies_after_twenty(&format!("dict(reply, answers=[{answer}])"))).prints(&[message]);
    }
    names_the_culprits(replies_after_twenty("dict(reply, raises='OSError')"))
        .prints(&["reply: expected one kind, not answers beside raises"]);
    names_the_culprits(replies_after_twenty("dict(reply, buffer='-1')")).prints(&["buffer: expected a decimal number"]);
}

fn silence_is_a_verdict_after_the_timeout() {
    // After a timeout the answers that came are lost as well, so their arrays are made again: twenty are soon reached.
    let hang = "if made > 60: print('thinking', file=sys.stderr, flush=True); time.sleep(1000)";
    let ran = after_twenty(hang, &["--timeout", "1"]);
    names_the_culprits(ran).prints(&["found nothing for 1 s", "thinking", "longer --timeout"]);
}

fn the_message_about_a_silent_adapter_asks_it_to_flush() {
    let program = "import io, time\nout = io.BufferedWriter(io.FileIO(1, 'w'))\nout.write(b'{}\\n')\ntime.sleep(1000)";
    Place::new()
        .check_python(program, &["--timeout", "0.2"])
        .exits(3)
        .reports(&["found nothing for 2 s", "must flush its output"]);
}

fn a_line_of_a_hundred_megabytes_is_cut_off() {
    let ran = after_twenty("send(b'x' * 100_000_000 + b'\\n')", &[]);
    names_the_culprits(ran).prints(&["found a line of more than 16777216 bytes"]);
}

fn a_flood_of_errors_neither_hangs_nor_fills_the_report() {
    let flood = "for at in range(5000): print('flood', at, 'x' * 100, file=sys.stderr)";
    let ran = after_twenty(&format!("exec({flood:?}); os._exit(3)"), &[]);
    let ran = names_the_culprits(ran).prints(&["exit status: 3", "flood 4999"]);
    assert_is_short(&ran);
    let line = after_twenty("sys.stderr.write('y' * 1_000_000); sys.stderr.flush(); os._exit(3)", &[]);
    assert_is_short(&names_the_culprits(line));
}

/// Asserts that the results have the end of what an adapter wrote to standard error, of each case that was lost, and not all of it.
#[track_caller]
fn assert_is_short(ran: &Ran) {
    assert!(ran.out.len() < 300_000, "{}", ran.out.len());
    let mut lost = ran.out.lines().filter(|line| line.contains(r#""kind":"lost""#)).peekable();
    assert!(lost.peek().is_some(), "{}", ran.out);
    assert!(lost.all(|line| line.len() < 2450), "{}", ran.out);
}

fn an_adapter_that_stops_answering_ends_the_run() {
    let program = "import os\nimport memoryview_adapter\nfrom memoryview_adapter import kit\n\
                   kit.protocol.make_case = lambda adapter, given, memory: os._exit(9)\nkit.serve(memoryview_adapter.MemoryView())";
    let ran = Place::new().check_python(program, &["--cases", "20000", "--format", "json"]).exits(3);
    ran.reports(&["exit status: 9", "cases in a row were not answered"]);
}

fn an_adapter_that_cannot_start_does_not_stop_the_next_one() {
    let ran = Place::new().run(&["check", "--cases", "10", "--no-save", "--command", "false", "reference", "--quiet"]);
    ran.exits(3).prints(&["array-ctypes reference"]);
}

/// An adapter of an older kit knows no abilities.
fn a_report_says_which_rules_are_not_asked_and_what_to_declare() {
    let program = "
from memoryview_adapter import MemoryView, kit

class Older(MemoryView):
    name, profiles, limits = 'older', MemoryView.profiles + ['ctypes'], dict(MemoryView.limits, types=False)

kit.serve(Older())
";
    let check = |arguments: &[&str]| {
        Place::new().check_python(program, &[&["--cases", "50", "--rule", "data"], arguments].concat())
    };
    let text = check(&[]).out;
    let expected = "not asked, because older does not declare `types`: data.integer \
                    next: if the implementation answers `type …`, declare `\"types\": true` among the limits";
    assert_eq!(flowing(&text).matches(expected).count(), 1, "{text}");
    assert!(text.lines().any(|line| line.starts_with("  data.integer ") && line.ends_with("  not asked")), "{text}");
    let json = check(&["--format", "json"]).out;
    let missing: Vec<&str> = json.lines().filter(|line| line.contains(r#""kind":"missing""#)).collect();
    let expected =
        r#"{"about":"the implementation answers `type …`","kind":"missing","limit":"types","rules":["data.integer"]}"#;
    assert_eq!(missing, [expected]);
}

fn a_report_says_which_rules_the_limits_exclude() {
    let check = |limits: &str, format: &str| {
        let program = format!(
            "from memoryview_adapter import MemoryView, kit
class A(MemoryView):
    limits = {{**MemoryView.limits, {limits}}}
kit.serve(A())"
        );
        Place::new().check_python(&program, &["--cases", "1000", "--format", format])
    };
    let few = "'steps': ['data', 'shape']";
    check(few, "text").exits(0).prints(&["excluded by limits, `steps` of memoryview: platform.byte-order, "]);
    let lines = |limits: &str| -> Vec<Value> {
        let out = check(limits, "json").out;
        out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let report = lines(few);
    let line = |rule: &str| report.iter().find(|line| line["rule"] == rule).expect("a line").clone();
    // It has too few cases, and it is outside one limit or another.
    for (rule, expected, limits) in [
        ("layout.size-limit", "not exercised", Value::Null),
        ("layout.transpose", "excluded by limits", json!(["views", "steps"])),
        ("shape.strides", "excluded by limits", json!(["steps"])),
    ] {
        let line = line(rule);
        assert_eq!((&line["standing"], &line["excluded_by"]), (&expected.into(), &limits), "{rule}");
    }
    let by_steps = |line: &Value| line["excluded_by"].as_array().is_some_and(|limits| limits.contains(&"steps".into()));
    assert!(!lines("").iter().any(by_steps));
}

fn a_process_number_from_elsewhere_is_reported_once_with_the_rules_that_are_not_judged() {
    if !cfg!(target_os = "linux") {
        return; // no other system is asked about processes
    }
    let check = |number: &str, format: &str| {
        let program = format!(
            "import json
import memoryview_adapter
from memoryview_adapter import kit
hello = kit.protocol._hello

def elsewhere(*arguments):
    line = json.loads(hello(*arguments))
    line['hello']['pid'] = {number}
    return json.dumps(line)

kit.protocol._hello = elsewhere
kit.serve(memoryview_adapter.MemoryView())"
        );
        Place::new().check_python(&program, &["--cases", "1000", "--jobs", "2", "--format", format]).exits(0)
    };
    let lines = |number: &str| -> Vec<Value> {
        check(number, "json").out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    // A number that no process has, one of the system's, and one that is none at all.
    for number in ["4200000", "1", "-1", "1 << 40"] {
        let report = lines(number);
        let ignored: Vec<&Value> = report.iter().filter(|line| line["kind"] == "ignored").collect();
        let [ignored] = ignored[..] else { panic!("expected one line, found {ignored:?}") };
        assert_eq!(ignored["rules"], serde_json::json!(["data.memory", "data.memory-written"]), "{number}");
        let rule = report.iter().find(|line| line["rule"] == "data.memory").expect("the rule");
        assert_eq!((&rule["cases"], &rule["not_observed"]), (&0.into(), &rule["not_applicable"]), "{rule}");
        assert!(rule["not_observed"].as_u64() > Some(0), "{rule}");
    }
    let text = flowing(&check("4200000", "text").out);
    let line = "not looked at, because nothing shows that the process 4200000 that memoryview reports is one that the suite started, ";
    assert_eq!(text.matches(line).count(), 1, "{text}");
    assert!(text.contains("where they need it: data.memory, data.memory-written next: leave `pid` out"), "{text}");
    for number in ["line['hello']['pid']", "None"] {
        assert!(!lines(number).iter().any(|line| line["kind"] == "ignored"), "{number}");
    }
}
