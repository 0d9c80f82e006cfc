//! Adapters that misbehave: those that never start are trouble (exit code 3); all else is a verdict on one case (exit code 1),
//! with what was expected and found, and with their last words.

use crate::{Place, Ran};

/// Runs an adapter that answers as it should until its 21st array, and then does what that line of Python says.
fn after_twenty(trouble: &str, arguments: &[&str]) -> Ran {
    misbehaving(trouble, "reply", arguments)
}

/// Runs an adapter whose replies from its 21st array on are what that Python makes of the `reply`, a dictionary.
fn replies_after_twenty(changed: &str) -> Ran {
    misbehaving("pass", changed, &[])
}

fn misbehaving(trouble: &str, changed: &str, arguments: &[&str]) -> Ran {
    let program = format!(
        "import json, os, signal, time
import memoryview_adapter
from memoryview_adapter import kit

say = lambda line: (kit._REPLIES.write(line), kit._REPLIES.flush())
made = 0

class Adapter(memoryview_adapter.MemoryView):
    def array(self, *arguments):
        global made
        made += 1
        if made > 20:
            {trouble}
        return super().array(*arguments)

plain = kit._reply

def changed(*arguments):
    reply = json.loads(plain(*arguments))
    return json.dumps({changed} if made > 20 and 'answers' in reply else reply)

kit._reply = changed
kit.serve(Adapter())
"
    );
    let place = Place::new();
    place.check_python(&program, &[&["--cases", "3000", "--format", "json"], arguments].concat())
}

/// The trouble is a verdict on the cases that it came with, each named, and all others have theirs.
#[track_caller]
fn names_the_culprits(ran: Ran) -> Ran {
    let ran = ran.exits(1);
    let summary = ran.summary();
    let lost = summary["lost"].as_u64().expect("a number");
    assert!(lost > 0 && summary["cases"].as_u64() >= Some(20 * lost), "{summary}");
    assert_eq!((&summary["failed"], &summary["trouble"]), (&1.into(), &serde_json::Value::Null), "{summary}");
    ran.prints(&["\"rule\":\"layout.answered\"", "\"origin\":\"1:", "last words on standard error:"])
}

/// Runs an adapter that never gets so far.
fn at_once(program: &str) -> Ran {
    let ran = Place::new().check_python(program, &["--timeout", "20"]).exits(3);
    assert_eq!(ran.out, "");
    ran.says(&["expected an introduction, `{\"hello\": …}`", "last words on standard error:"])
}

/// An introduction with a part replaced.
fn introduction(from: &str, to: &str) -> Ran {
    const GOOD: &str = r#"{"hello": {"protocol": 1, "name": "x", "version": "1", "profiles": ["core"], "limits": {},
        "platform": {"byte_order": "little", "data_model": "LP64", "long_double": "x87-16", "long_double_align": 16,
        "eight_byte_align": 8, "wchar_size": 4, "granularity": 4096}}}"#;
    assert!(GOOD.contains(from), "{from}");
    let line = GOOD.replacen(from, to, 1).replace('\n', " ");
    let program =
        format!("print('note', file=sys.stderr, flush=True)\nprint('''{line}''', flush=True)\nsys.stdin.read()\n");
    Place::new().check_python(&program, &[]).exits(3).says(&["introduction: ", "note"])
}

#[test]
fn an_adapter_that_is_not_there_is_trouble() {
    Place::new()
        .run(&["check", "--command", "./no-such-adapter"])
        .exits(3)
        .says(&["found the end of its output", "no-such-adapter"]);
    Place::new()
        .run(&["check", "numpy", "--python", "./no-such-python"])
        .exits(3)
        .says(&["expected to start the adapter", "no-such-python"]);
}

#[test]
fn a_python_without_numpy_is_told_as_that() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    // `-S` leaves out what is installed, NumPy too.
    let python = place.write("python", "#!/bin/sh\nexec python3 -S \"$@\"\n");
    std::fs::set_permissions(python, std::fs::Permissions::from_mode(0o755)).expect("an executable file");
    for command in ["check", "bench"] {
        place
            .run(&[command, "numpy", "--python", "./python"])
            .exits(3)
            .says(&["expected a Python with NumPy, found ./python without", "numpy==2.4.6"]);
    }
}

#[test]
fn an_adapter_that_exits_at_once_is_trouble_with_its_exit_code_and_last_words() {
    at_once("sys.exit('no such library')").says(&["exit status: 1", "no such library"]);
    at_once("sys.exit(0)").says(&["exit status: 0", "(none)"]);
    at_once("import no_such_module").says(&["ModuleNotFoundError"]);
}

#[test]
fn an_adapter_that_closes_its_output_and_lives_on_is_trouble() {
    at_once("import os, time\nos.close(1)\ntime.sleep(1000)").says(&["found the end of its output (it still runs)"]);
}

#[test]
fn an_adapter_that_introduces_itself_with_garbage_is_trouble() {
    at_once("print('hello')").says(&["a line that is no JSON", "\"hello\""]);
    at_once("sys.stdout.buffer.write(b'\\xff\\xfe\\n')").says(&["a line that is not UTF-8"]);
    at_once("print('[' * 1000000)").says(&["a line that is no JSON (recursion limit"]);
}

#[test]
fn an_adapter_of_another_protocol_version_is_trouble() {
    introduction("\"protocol\": 1", "\"protocol\": 2").says(&["protocol: expected version 1 of the protocol"]);
    introduction("\"protocol\": 1", "\"protocol\": null").says(&["protocol: expected a decimal number"]);
}

#[test]
fn an_introduction_with_an_unknown_word_is_trouble() {
    introduction("\"core\"", "\"everything\"")
        .says(&["profiles: expected one of core, ctypes, ", "found \"everything\""]);
    introduction("{}", "{\"fast\": true}").says(&["limits: expected limits that the protocol knows, found \"fast\""]);
    introduction("{}", "[]").says(&["limits: expected an object"]);
    introduction("{}", "{\"kinds\": \"xyz\"}").says(&["kinds: expected characters of \"biufcmMOSUV\""]);
    introduction("{}", "{\"views\": [\"rotate\"]}").says(&["views: expected names of index, slice"]);
    introduction("{}", "{\"records\": 1}").says(&["records: expected true or false"]);
    introduction("little", "middle").says(&["byte_order: expected little or big"]);
    introduction("\"long_double_align\": 16", "\"long_double_align\": 0")
        .says(&["long_double_align: expected 1, 2, 4"]);
    introduction("\"wchar_size\": 4", "\"wchar_size\": 3").says(&["wchar_size: expected 1, 2, 4"]);
}

#[test]
fn an_adapter_that_exits_in_the_middle_is_a_verdict_with_its_exit_code_and_last_words() {
    let ran = after_twenty("print('out of ideas', file=sys.stderr, flush=True); os._exit(7)", &[]);
    names_the_culprits(ran).prints(&["found that it ended (exit status: 7)", "out of ideas"]);
    names_the_culprits(after_twenty("os._exit(0)", &[])).prints(&["found the end of its output (exit status: 0)"]);
    names_the_culprits(after_twenty("sys.exit('no more')", &[])).prints(&["exit status: 1", "no more"]);
}

#[test]
fn the_hashes_of_an_adapter_in_python_are_no_matter_of_luck() {
    let set = std::env::var("PYTHONHASHSEED").unwrap_or("0".to_owned());
    at_once("import os\nsys.exit('hashes by ' + os.environ['PYTHONHASHSEED'])").says(&[&format!("hashes by {set}")]);
}

#[test]
fn an_adapter_that_dies_by_a_signal_is_a_verdict_with_the_signal() {
    names_the_culprits(after_twenty("os.kill(os.getpid(), signal.SIGKILL)", &[])).prints(&["signal: 9"]);
    names_the_culprits(after_twenty("os.kill(os.getpid(), signal.SIGSEGV)", &[])).prints(&["signal: 11"]);
    names_the_culprits(after_twenty("os.abort()", &[])).prints(&["signal: 6"]);
}

#[test]
fn an_adapter_that_prints_garbage_is_a_verdict_on_the_case() {
    let ran = after_twenty("say(b'Warning: deprecated\\n')", &[]);
    names_the_culprits(ran).prints(&["a line that is no JSON", "Warning: deprecated", "print nothing but its replies"]);
    names_the_culprits(after_twenty("say(b'\\xff\\n')", &[])).prints(&["a line that is not UTF-8"]);
    names_the_culprits(after_twenty("say(b'7\\n')", &[]))
        .prints(&["id: expected an object with an entry `id`, found 7"]);
    names_the_culprits(after_twenty("say(b'{\"id\": \"0:1\"'); os._exit(5)", &[]))
        .prints(&["EOF while parsing", "then it ended (exit status: 5)"]);
}

#[test]
fn a_reply_to_another_case_is_a_verdict_on_the_case() {
    let ran = after_twenty("say(b'{\"id\": \"99:99\", \"buffer\": \"0\", \"answers\": []}\\n')", &[]);
    names_the_culprits(ran).prints(&["id: expected the next case of the batch", "99:99"]);
}

#[test]
fn a_reply_with_too_few_answers_is_a_verdict_on_the_case() {
    let ran = replies_after_twenty("dict(reply, answers=reply['answers'][1:])");
    names_the_culprits(ran).prints(&["answers: expected ", " answers, one for each step"]);
    names_the_culprits(replies_after_twenty("dict(reply, answers=None)"))
        .prints(&["answers: expected a list, found null"]);
}

#[test]
fn an_answer_of_no_known_form_is_a_verdict_on_the_case() {
    for (answer, message) in [
        ("1", "answer: expected null, true, false, or an object"),
        ("{'number': 1}", "answer: expected null, true, false, or an object"),
        ("{'integer': 'one'}", "integer: expected decimal numbers"),
        ("{'bytes': 'f'}", "bytes: expected pairs of hexadecimal digits"),
        ("{'float': 1.5}", "float: expected a string"),
    ] {
        names_the_culprits(replies_after_twenty(&format!("dict(reply, answers=[{answer}])"))).prints(&[message]);
    }
    names_the_culprits(replies_after_twenty("dict(reply, buffer='-1')")).prints(&["buffer: expected a decimal number"]);
}

#[test]
fn silence_is_a_verdict_after_the_timeout() {
    let hang = "print('thinking', file=sys.stderr, flush=True); time.sleep(1000)";
    let ran = after_twenty(hang, &["--timeout", "1"]);
    names_the_culprits(ran).prints(&["found nothing for 1 s", "thinking", "longer --timeout"]);
}

#[test]
fn an_adapter_that_does_not_flush_is_told_to() {
    let program = "import io, time\nout = io.BufferedWriter(io.FileIO(1, 'w'))\nout.write(b'{}\\n')\ntime.sleep(1000)";
    Place::new()
        .check_python(program, &["--timeout", "0.2"])
        .exits(3)
        .says(&["found nothing for 2 s", "must flush its output"]);
}

#[test]
fn a_line_of_a_hundred_megabytes_is_cut_off() {
    let ran = after_twenty("say(b'x' * 100_000_000 + b'\\n')", &[]);
    names_the_culprits(ran).prints(&["found a line of more than 16777216 bytes"]);
}

#[test]
fn a_flood_of_errors_neither_hangs_nor_fills_the_report() {
    let flood = "for at in range(5000): print('flood', at, 'x' * 100, file=sys.stderr)";
    let ran = after_twenty(&format!("exec({flood:?}); os._exit(3)"), &[]);
    let ran = names_the_culprits(ran).prints(&["exit status: 3", "flood 4999"]);
    assert!(ran.out.len() < 200_000, "{}", ran.out.len());
    let line = after_twenty("sys.stderr.write('y' * 1_000_000); sys.stderr.flush(); os._exit(3)", &[]);
    assert!(names_the_culprits(line).out.len() < 200_000);
}

#[test]
fn an_adapter_that_answers_nothing_any_more_ends_the_run() {
    let program = "import os\nimport memoryview_adapter\nfrom memoryview_adapter import kit\n\
                   kit._make = lambda adapter, given, memory: os._exit(9)\nkit.serve(memoryview_adapter.MemoryView())";
    let ran = Place::new().check_python(program, &["--cases", "20000", "--format", "json"]).exits(3);
    ran.says(&["exit status: 9", "cases in a row were not answered"]);
}

#[test]
fn one_that_cannot_be_run_does_not_keep_the_next_from_its_turn() {
    let ran = Place::new().run(&["check", "--cases", "10", "--no-save", "--command", "false", "reference", "--quiet"]);
    ran.exits(3).prints(&["array-ctypes reference"]);
}
