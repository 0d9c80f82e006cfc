//! Adapters that crash, hang or print garbage do not end a run: it names each case that they lost, judges all others, and leaves
//! no process, descriptor or file behind. `python.rs` does the same with NumPy's adapter.

mod harness;
mod hostile;

use array_ctypes_conformance::transports::child::Child;
use harness::{Test, tests};
use hostile::{assert_loses_only_its_culprits, folder, hostile};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

/// Tests that need a Python.
const PYTHON_TESTS: &[Test] = tests![
    a_memoryview_adapter_that_misbehaves_loses_exactly_the_cases_it_misbehaves_on,
    replies_that_come_when_the_process_is_gone_are_judged_all_the_same,
    a_run_leaves_neither_processes_nor_descriptors_nor_files,
    an_implementation_that_is_dropped_leaves_no_descriptor,
    a_run_that_is_interrupted_reports_what_it_knows,
    what_an_adapter_leaves_in_another_session_is_ended_and_named,
    folders_of_a_run_that_was_killed_are_removed_by_the_next,
    an_adapter_that_dies_after_all_answers_is_reported,
    an_adapter_that_starts_again_as_another_is_refused,
    cases_that_are_lost_are_no_verdict_of_rules_that_do_not_judge_that,
    memory_is_looked_at_only_where_the_adapter_proves_that_it_is_its_own,
    every_kind_of_hostile_adapter_ends_with_a_report,
];

/// Tests that need namespaces.
const NAMESPACE_TESTS: &[Test] = tests![nobody_is_killed_by_a_number_from_another_namespace,];

fn a_memoryview_adapter_that_misbehaves_loses_exactly_the_cases_it_misbehaves_on() {
    assert_loses_only_its_culprits(&["memoryview"], 300, 2000, Duration::from_secs(5));
}

/// The suite looks at the memory of a batch when all of its replies are there. By then the next batch may have ended the process.
fn replies_that_come_when_the_process_is_gone_are_judged_all_the_same() {
    assert_loses_only_its_culprits(&["memoryview", "late"], 300, 1000, Duration::from_secs(5));
}

fn main() {
    let system = ("this needs Linux", !cfg!(target_os = "linux"));
    let python = harness::without(Path::new("python3"));
    let unshare = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "true"];
    let isolates = Command::new("unshare").args(unshare).stderr(Stdio::null()).status();
    let namespaces = ("no namespaces here", !isolates.is_ok_and(|status| status.success()));
    harness::run(&[(PYTHON_TESTS, &[system, python]), (NAMESPACE_TESTS, &[system, python, namespaces])])
}

/// Returns the number of this process's open descriptors.
fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("descriptors").count()
}

/// Returns the command lines of processes that contain this word.
fn processes_with(word: &str) -> Vec<String> {
    let command_line = |entry: fs::DirEntry| fs::read(entry.path().join("cmdline")).ok();
    let lines = fs::read_dir("/proc").expect("processes").flatten().filter_map(command_line);
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).filter(|line| line.contains(word)).collect()
}

fn a_run_leaves_neither_processes_nor_descriptors_nor_files() {
    let place = tempfile::tempdir().expect("a folder");
    let mark = place.path().display().to_string();
    let line = format!(
        "env PYTHONPATH={} python3 -B {} 100 memoryview {mark}",
        folder("../python").display(),
        folder("tests/hostile/hostile.py").display()
    );
    let check = |timeout: &str| {
        let mut command = Command::new("env");
        command.args([
            DEFAULT_SIGNALS,
            PROGRAM,
            "check",
            "--no-save",
            "--cases",
            "2000",
            "--timeout",
            timeout,
            "--command",
            &line,
        ]);
        command.env("TMPDIR", place.path()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let left = || fs::read_dir(place.path()).expect("the folder").count();
    // The run goes to its end.
    assert_eq!(check("1").status().expect("it runs").code(), Some(1));
    assert_eq!((processes_with(&mark), left()), (Vec::new(), 0));
    // The run is interrupted while it waits for an adapter that hangs, or between two such waits.
    let mut running = check("1000").spawn().expect("it runs");
    while left() == 0 || processes_with(&mark).len() < 2 {
        assert!(running.try_wait().is_ok_and(|ended| ended.is_none()), "it ended before it was interrupted");
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(300));
    let interrupt = Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    assert!(interrupt.is_ok_and(|status| status.success()));
    assert_eq!(running.wait().expect("its end").code(), Some(130));
    assert_eq!(left(), 0);
    // Killed processes disappear as soon as the system has reaped them.
    let gone = || processes_with(&mark).is_empty();
    assert!(
        (0..100).any(|_| gone() || {
            thread::sleep(Duration::from_millis(50));
            false
        }),
        "{:?}",
        processes_with(&mark)
    );
}

fn an_implementation_that_is_dropped_leaves_no_descriptor() {
    let before = descriptors();
    for _ in 0..5 {
        drop(Child::start(hostile(&["memoryview"], 100), Duration::from_secs(10)).expect("it starts"));
    }
    // The threads that read the adapter's output end shortly after the adapter.
    assert!((0..100).any(|_| descriptors() <= before + 4 || {
        thread::sleep(Duration::from_millis(50));
        false
    }));
}

/// For `env`: these tests may themselves have been started to ignore signals.
const DEFAULT_SIGNALS: &str = "--default-signal=INT,TERM,HUP";

const PROGRAM: &str = env!("CARGO_BIN_EXE_array-ctypes");

/// The command that starts the adapter `mutant.py` with these words.
fn mutant(words: &str) -> String {
    let [kit, hostile] = ["../python", "tests/hostile/mutant.py"].map(|name| folder(name).display().to_string());
    format!("env PYTHONPATH={kit} python3 -B {hostile} {words}")
}

/// A check of an adapter by its command, with a folder for temporary files.
fn check(command: &str, place: &Path) -> Command {
    let mut check = Command::new(PROGRAM);
    check.args(["check", "--no-save", "--quiet", "--jobs", "1", "--timeout", "5", "--command", command]);
    check.env("TMPDIR", place);
    check
}

/// Runs a command; returns its exit code, and what it printed.
fn run(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().expect("it runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

fn a_run_that_is_interrupted_reports_what_it_knows() {
    let place = tempfile::tempdir().expect("a folder");
    // Each signal with the exit code; the first is one that the run ignores, as under `nohup`, and the second ends it.
    for (ignored, signals, code) in
        [("USR1", ["INT"].as_slice(), 130), ("USR1", &["TERM"], 143), ("HUP", &["HUP", "TERM"], 143)]
    {
        let mut command = Command::new("env");
        command.args([DEFAULT_SIGNALS, &format!("--ignore-signal={ignored}"), PROGRAM]);
        command.args(["check", "--no-save", "--jobs", "2", "--cases", "1000000"]);
        command.args(["--command", &mutant("moment release nothing")]);
        let mut running = command.env("TMPDIR", place.path()).stdout(Stdio::piped()).spawn().expect("it runs");
        while fs::read_dir(place.path()).expect("the folder").count() < 2 {
            thread::sleep(Duration::from_millis(20));
        }
        for signal in signals {
            thread::sleep(Duration::from_secs(1));
            assert!(running.try_wait().is_ok_and(|ended| ended.is_none()), "it ended before SIG{signal}");
            let sent = Command::new("kill").args([&format!("-{signal}"), &running.id().to_string()]).status();
            assert!(sent.is_ok_and(|status| status.success()));
        }
        let output = running.wait_with_output().expect("its end");
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(text.contains("partial: stopped by an interrupt before all cases were drawn"), "{text}");
        assert!(text.contains(" held, 0 failed") && !text.contains("lost on"), "{text}");
        assert_eq!(fs::read_dir(place.path()).expect("the folder").count(), 0);
    }
}

fn what_an_adapter_leaves_in_another_session_is_ended_and_named() {
    for deed in ["grandchild", "orphan"] {
        let place = tempfile::tempdir().expect("a folder");
        let mark = format!("MARK={}", place.path().display());
        let mut command = check(&format!("env {mark} {}", mutant(&format!("moment start {deed}"))), place.path());
        let (code, text) = run(command.args(["--cases", "300"]));
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("left in sessions of their own were ended: sleep ("), "{text}");
        let named = text.rsplit("sleep (").next().and_then(|rest| rest.split(')').next()).expect("a number");
        assert!(!Path::new("/proc").join(named).exists(), "{text}");
    }
}

fn folders_of_a_run_that_was_killed_are_removed_by_the_next() {
    let place = tempfile::tempdir().expect("a folder");
    let left = || fs::read_dir(place.path()).expect("the folder").count();
    let mut killed =
        check(&mutant("moment start hang"), place.path()).args(["--cases", "10"]).spawn().expect("it runs");
    while left() == 0 {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(500));
    killed.kill().and_then(|()| killed.wait()).expect("its end");
    assert_ne!(left(), 0, "it is killed before it could remove them");
    // Its adapter reads the end of its input some time, but it hangs here.
    let hangs = processes_with("moment start hang");
    let (code, text) = run(check(&mutant("moment start nothing"), place.path()).args(["--cases", "300"]));
    assert_eq!((code, left()), (Some(0), 0), "{text} {hangs:?}");
}

fn an_adapter_that_dies_after_all_answers_is_reported() {
    let place = tempfile::tempdir().expect("a folder");
    for (deed, how) in [("SEGV", "signal: 11 (SIGSEGV)"), ("'exit 1'", "exit status: 1")] {
        let (code, text) = run(check(&mutant(&format!("moment end {deed}")), place.path()).args(["--cases", "300"]));
        assert_eq!(code, Some(1), "{text}");
        let expected =
            "the end of plain: adapter: expected that it ends with exit status 0 when its input ends, found: ";
        assert!(text.contains(&format!("{expected}{how}")) && text.contains(" 0 failed"), "{text}");
    }
}

fn an_adapter_that_starts_again_as_another_is_refused() {
    let place = tempfile::tempdir().expect("a folder");
    let mark = place.path().join("started").display().to_string();
    let (code, text) = run(check(&mutant(&format!("renamed {mark}")), place.path()).args(["--cases", "300"]));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("expected the same plain ") && text.contains(" after a restart, found renamed "), "{text}");
}

fn cases_that_are_lost_are_no_verdict_of_rules_that_do_not_judge_that() {
    let place = tempfile::tempdir().expect("a folder");
    let adapter = mutant("moment batch SEGV");
    let (code, text) = run(check(&adapter, place.path()).args(["--rule", "shape.shape", "--cases", "300"]));
    assert!(code == Some(3) && text.contains(" lost, and no rule that was asked judges that"), "{code:?} {text}");
    let both = ["--rule", "shape.shape", "--rule", "layout.answered", "--cases", "300"];
    let (code, text) = run(check(&adapter, place.path()).args(both));
    assert!(code == Some(1) && text.contains("layout.answered"), "{code:?} {text}");
    // Nobody saw in which step it was lost.
    assert!(text.contains("  step 0: ") && !text.contains("-> step"), "{text}");
}

fn memory_is_looked_at_only_where_the_adapter_proves_that_it_is_its_own() {
    let place = tempfile::tempdir().expect("a folder");
    let rules = ["--rule", "data.memory", "--cases", "3000"];
    // A number of nobody; of this process; of the first; of the adapter's own parent, whose memory is another.
    for lie in ["nobody", "first", "parent"] {
        let (code, text) = run(check(&mutant(&format!("process {lie}")), place.path()).args(rules));
        assert_eq!(text.matches("not looked at, because nothing shows that the process ").count(), 1, "{text}");
        assert!(code == Some(3) && text.contains("rules: 0 held, 0 failed"), "{code:?} {text}");
    }
    // Without a nonce, as of adapters from before there was one, the bytes of cases are the proof.
    for right in ["own", "no-nonce"] {
        let (code, text) = run(check(&mutant(&format!("process {right}")), place.path()).args(rules));
        assert_eq!((code, text.contains("not looked at")), (Some(0), false), "{text}");
    }
}

fn every_kind_of_hostile_adapter_ends_with_a_report() {
    // A part of them; `.ci/hostile` runs them all.
    let generated = folder("tests/hostile/generated.py");
    let (code, text) = run(Command::new("python3").arg("-B").arg(generated).args([PROGRAM, "--every", "17"]));
    assert_eq!(code, Some(0), "{text}");
}

fn nobody_is_killed_by_a_number_from_another_namespace() {
    let script = folder("tests/hostile/namespace.sh");
    let [kit, hostile] = ["../python", "tests/hostile/hostile.py"].map(|name| folder(name).display().to_string());
    let adapter = format!("env PYTHONPATH={kit} python3 -B {hostile} 100 memoryview");
    let (_, text) = run(Command::new("sh").arg(script).args([PROGRAM, &adapter]));
    assert!(text.contains("exit 1; bystanders: 80") && text.contains("lost on"), "{text}");
    assert_eq!(text.matches("not looked at").count(), 1, "{text}");
}
