//! Unlucky surroundings: what cannot be done there is declined, or ends the run with a reason; it is no verdict and no panic.

use crate::harness::{Test, tests};
use crate::{Place, Ran};
use std::fs;
use std::process::{Command, Stdio};

pub(crate) const TESTS: &[Test] = tests![
    little_memory_few_descriptors_and_no_processes_are_no_verdict,
    folders_with_odd_names_do_not_matter,
    a_working_directory_that_is_gone_is_no_verdict,
];

pub(crate) const PYTHON_TESTS: &[Test] = tests![two_runs_may_save_in_one_folder,];

/// Tests that mount file systems of their own.
pub(crate) const MOUNT_TESTS: &[Test] =
    tests![a_full_disk_leaves_no_half_of_a_file, without_a_list_of_processes_nothing_is_looked_up,];

/// Returns true if this user may mount in a namespace of their own.
pub(crate) fn may_mount() -> bool {
    let script = "mount -t tmpfs none /proc";
    let mut unshare = unshared(script);
    unshare.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn unshared(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    command
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_array-ctypes");

/// Runs a script of the shell in that place, with the program as `$P`.
fn sh(place: &Place, mut command: Command) -> Ran {
    command.current_dir(place.path(".")).env("P", PROGRAM).stdin(Stdio::null());
    Ran::of(&command.output().expect("the shell starts"))
}

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

const CHECK: &str = "\"$P\" check --cases 1500 --jobs 2 --quiet --no-save";

fn little_memory_few_descriptors_and_no_processes_are_no_verdict() {
    let place = Place::new();
    for descriptors in [64, 12] {
        let ran = sh(&place, shell(&format!("ulimit -n {descriptors}; exec {CHECK}"))).exits(0);
        assert!(ran.out.contains(" held, 0 failed"), "{}", ran.out);
    }
    // In kilobytes. Reserved buffers are larger.
    for memory in [2_000_000, 200_000] {
        let ran = sh(&place, shell(&format!("ulimit -v {memory}; exec {CHECK}"))).exits(3);
        ran.prints(&[" held, 0 failed", "not to be had here: expected a buffer of ", "found no memory for it"]);
    }
}

fn folders_with_odd_names_do_not_matter() {
    let place = Place::new();
    for name in ["a b", "quote'\"q", "two\nlines", "\u{fc}n\u{ef}"] {
        fs::create_dir(place.path(name)).expect("a folder");
        let mut command = shell(&format!("unset HOME; exec {CHECK}"));
        command.env("TMPDIR", place.path(name));
        sh(&place, command).exits(0).prints(&[" held, 0 failed"]);
        assert_eq!(fs::read_dir(place.path(name)).expect("the folder").count(), 0);
    }
    let mut command = shell(&format!("unset HOME; exec {CHECK}"));
    command.env("TMPDIR", place.path("missing"));
    sh(&place, command).exits(3).prints(&[" held, 0 failed", "not to be had here: No such file or directory"]);
}

fn a_working_directory_that_is_gone_is_no_verdict() {
    let place = Place::new();
    let ran = sh(&place, shell(&format!("mkdir gone; cd gone; rmdir ../gone; exec {CHECK}")));
    // Relative paths lead nowhere.
    ran.exits(3).prints(&[" held, 0 failed", "not to be had here: No such file or directory"]);
}

fn two_runs_may_save_in_one_folder() {
    let place = Place::new();
    let adapter = "import memoryview_adapter\nimport array_ctypes_kit as kit\n\
                   class Wrong(memoryview_adapter.MemoryView):\n    def strides(self, array): return (1,)\nkit.serve(Wrong())";
    place.write("adapter.py", format!("import sys\nsys.path.insert(0, {:?})\n{adapter}", crate::kit()));
    let run = "\"$P\" check --cases 600 --jobs 1 --quiet --command 'python3 -B adapter.py' > /dev/null 2> errors";
    let script = format!("{run}1 & {run}2 & {run}3; echo $?; wait; {run}4; echo $?; cat errors*");
    let ran = sh(&place, shell(&script)).exits(0);
    assert_eq!(ran.out, "1\n1\n", "{}", ran.errors);
    let saved = fs::read_dir(place.path("array-ctypes-regressions")).expect("the folder");
    let names: Vec<_> = saved.map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(!names.is_empty() && names.iter().all(|name| name.to_string_lossy().ends_with(".json")), "{names:?}");
}

fn a_full_disk_leaves_no_half_of_a_file() {
    let place = Place::new();
    let script = format!(
        "mkdir small && mount -t tmpfs -o size=64k none small && head -c 50000 /dev/zero > small/fill
         TMPDIR=$PWD/small {CHECK}; echo exit $?; ls small"
    );
    let ran = sh(&place, unshared(&script)).exits(0);
    ran.prints(&["exit 3\nfill\n", " held, 0 failed", "not to be had here: expected room for "]);
}

fn without_a_list_of_processes_nothing_is_looked_up() {
    let place = Place::new();
    let ran = sh(&place, unshared(&format!("mount -t tmpfs none /proc; exec {CHECK}"))).exits(3);
    ran.prints(&[" held, 0 failed", "the system lists no mappings: "]);
}
