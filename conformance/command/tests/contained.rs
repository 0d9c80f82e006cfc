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
    a_run_leaves_neither_processes_nor_descriptors_nor_files,
    an_implementation_that_is_dropped_leaves_no_descriptor,
];

fn a_memoryview_adapter_that_misbehaves_loses_exactly_the_cases_it_misbehaves_on() {
    assert_loses_only_its_culprits("memoryview", 300, 2000, Duration::from_secs(5));
}

fn main() {
    let system = ("this needs Linux", !cfg!(target_os = "linux"));
    harness::run(&[(PYTHON_TESTS, &[system, harness::without(Path::new("python3"))])])
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
    let program = env!("CARGO_BIN_EXE_array-ctypes");
    let line = format!(
        "env PYTHONPATH={} python3 -B {} memoryview 100 {mark}",
        folder("../python").display(),
        folder("tests/hostile/hostile.py").display()
    );
    let check = |timeout: &str| {
        let mut command = Command::new(program);
        command.args(["check", "--no-save", "--cases", "2000", "--timeout", timeout, "--command", &line]);
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
        drop(Child::start(hostile("memoryview", 100), Duration::from_secs(10)).expect("it starts"));
    }
    // The threads that read the adapter's output end shortly after the adapter.
    assert!((0..100).any(|_| descriptors() <= before + 4 || {
        thread::sleep(Duration::from_millis(50));
        false
    }));
}
