//! Adapters that crash, hang and talk nonsense end nothing: each culprit is named, every other verdict is there, and neither a
//! process, nor a descriptor, nor a file is left.

#![cfg(target_os = "linux")]

use array_ctypes_conformance::adapters::numpy::{has_numpy, python_at_hand};
use array_ctypes_conformance::check::{Options, Report, check};
use array_ctypes_conformance::child::Child;
use array_ctypes_conformance::generate::{Rules, generate};
use array_ctypes_conformance::spec::{Array, Rule, rules};
use array_ctypes_conformance::{Hello, Implementation};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The adapter that misbehaves, on top of one that does not; with the test of its own that the library is there.
fn hostile(library: &str) -> Command {
    let mut command = Command::new(if library == "numpy" { python_at_hand() } else { "python3".into() });
    command.arg("-B").arg(folder("tests/hostile/hostile.py")).arg(library);
    command.env("PYTHONPATH", folder("python"));
    command
}

fn run(library: &str, cases: u64, patience: Duration) -> (Hello, Report) {
    let make = || Ok(Box::new(Child::start(hostile(library), patience)?) as Box<dyn Implementation>);
    let report = check(&make, &Options { cases, ..Options::default() }, &|_| {}).expect("the adapter starts");
    (report.hello.clone(), report)
}

/// The number by which the adapter chooses: the same sum.
fn number(array: &Array) -> u64 {
    let bytes: u64 = array.buffer.bytes.iter().map(|byte| u64::from(*byte)).sum();
    (i128::from(bytes) + i128::from(array.buffer.size) + 7 * i128::from(array.offset)).rem_euclid(1000) as u64
}

/// Proves that exactly the cases that the adapter misbehaves on are lost, and that each rule is judged in all others that
/// speak of it.
fn each_culprit_is_named_and_nothing_else_is_lost(library: &str, cases: u64, patience: Duration) {
    let (hello, report) = run(library, cases, patience);
    assert!(report.trouble.is_none(), "{:?}", report.trouble);
    let binding = Rules::all().binding(&hello);
    let mut culprits = BTreeSet::new();
    let mut judged: BTreeMap<Rule, u64> = BTreeMap::new();
    for index in 0..cases {
        let made = generate(1, index, &hello, &binding);
        if !made.applicable {
            continue;
        }
        if number(&made.case.array) < 12 {
            culprits.insert(format!("1:{index}"));
            continue;
        }
        let spoken: BTreeSet<Rule> =
            made.case.predict(&hello.platform).iter().map(|prediction| prediction.rule).collect();
        for rule in spoken {
            *judged.entry(rule).or_default() += 1;
        }
    }
    let lost: BTreeSet<String> = report.lost.iter().map(|lost| lost.origin.to_string()).collect();
    assert_eq!(lost, culprits);
    assert!(culprits.len() as u64 >= cases / 5000, "{culprits:?}");
    assert_eq!(report.tallies[rules::layout::answered.index()].failed, culprits.len() as u64);
    for (rule, count) in judged.into_iter().filter(|(rule, _)| binding.includes(*rule)) {
        let tally = report.tallies[rule.index()];
        assert_eq!(tally.cases, count, "{rule}");
    }
}

#[test]
fn of_memoryview_each_culprit_is_named_and_nothing_else_is_lost() {
    each_culprit_is_named_and_nothing_else_is_lost("memoryview", 20_000, Duration::from_secs(2));
}

#[test]
fn of_numpy_each_culprit_is_named_and_nothing_else_is_lost() {
    if has_numpy(&python_at_hand()) {
        each_culprit_is_named_and_nothing_else_is_lost("numpy", 1500, Duration::from_secs(5));
    } else {
        eprintln!("left out: no NumPy here");
    }
}

/// What a process has open.
fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("descriptors").count()
}

/// The processes whose command line has that word.
fn processes_with(word: &str) -> Vec<String> {
    let command_line = |entry: fs::DirEntry| fs::read(entry.path().join("cmdline")).ok();
    let lines = fs::read_dir("/proc").expect("processes").flatten().filter_map(command_line);
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).filter(|line| line.contains(word)).collect()
}

#[test]
fn a_run_leaves_neither_processes_nor_descriptors_nor_files() {
    let place = tempfile::tempdir().expect("a folder");
    let mark = place.path().display().to_string();
    let program = env!("CARGO_BIN_EXE_array-ctypes");
    let line = format!(
        "env PYTHONPATH={} python3 -B {} memoryview {mark}",
        folder("python").display(),
        folder("tests/hostile/hostile.py").display()
    );
    let check = |timeout: &str| {
        let mut command = Command::new(program);
        command.args(["check", "--no-save", "--cases", "2000", "--timeout", timeout, "--command", &line]);
        command.env("TMPDIR", place.path()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let left = || fs::read_dir(place.path()).expect("the folder").count();
    // To its end.
    assert_eq!(check("1").status().expect("it runs").code(), Some(1));
    assert_eq!((processes_with(&mark), left()), (Vec::new(), 0));
    // Interrupted while it waits for an adapter that hangs, or while it runs.
    let mut running = check("1000").spawn().expect("it runs");
    while left() == 0 || processes_with(&mark).len() < 2 {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(300));
    let interrupt = Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    assert!(interrupt.is_ok_and(|status| status.success()));
    assert_eq!(running.wait().expect("its end").code(), Some(130));
    assert_eq!(left(), 0);
    // Those that were killed are gone as soon as the system has buried them.
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

#[test]
fn an_implementation_that_is_dropped_leaves_no_descriptor() {
    let before = descriptors();
    for _ in 0..5 {
        drop(Child::start(hostile("memoryview"), Duration::from_secs(10)).expect("it starts"));
    }
    // The threads that read its output end when it does.
    assert!((0..100).any(|_| descriptors() <= before + 4 || {
        thread::sleep(Duration::from_millis(50));
        false
    }));
}
