//! The documents: `conformance/docs/run.py` runs each of them that has commands, with the built command on the path.
//!
//! Nothing here uses the network, so commands that install are not run: `.ci/documents` runs them, too.

mod harness;

use array_ctypes_command::adapters::numpy::{has_numpy, python_at_hand};
use harness::{Reason, Test, tests};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Makes a test of each document, and lists it.
macro_rules! documents {
    ($tests:ident, $paths:ident: $($name:ident: $path:literal,)*) => {
        const $tests: &[Test] = tests![$($name,)*];
        const $paths: &[&str] = &[$($path),*];
        $(fn $name() {
            assert_runs($path);
        })*
    };
}

documents!(PYTHON_TESTS, PYTHON_DOCUMENTS:
    the_tutorial: "conformance/docs/tutorial.md",
    a_library_in_python: "conformance/docs/python-library.md",
    in_ci: "conformance/docs/ci.md",
    reading_a_report: "conformance/docs/reading-a-report.md",
    known_deviations: "conformance/docs/deviations.md",
    running_check: "conformance/docs/check.md",
    reports: "conformance/docs/report.md",
    who_hands_arrays_to_whom: "conformance/docs/matrix.md",
    the_site: "conformance/docs/site.md",
);

documents!(NUMPY_TESTS, NUMPY_DOCUMENTS:
    the_readme: "README.md",
);

documents!(NUMPY_C_TESTS, NUMPY_C_DOCUMENTS:
    the_interface: "conformance/docs/interface.md",
);

documents!(CPP_TESTS, CPP_DOCUMENTS:
    a_library_in_cpp: "conformance/docs/cpp-library.md",
);

documents!(PYBIND11_TESTS, PYBIND11_DOCUMENTS:
    a_binding: "conformance/docs/binding.md",
);

/// Tests of the documents as texts, and of their runner.
const TESTS: &[Test] =
    tests![a_document_with_commands_is_run_or_says_why_not, the_runner_reports_what_a_document_gets_wrong,];

/// Commands that install what these tests bring along.
const PROVIDED: &[&str] = &[
    "python3 -m venv .venv",
    ". .venv/bin/activate",
    "pip install array-ctypes",
    "pip install numpy",
    "pip install array-ctypes numpy",
    "pip install array-ctypes numpy pybind11",
    "pip install \"array-ctypes[pytest]\"",
    // pytest finds the plugin of an installed package.
    "pytest -q --array-ctypes strips_adapter.py --array-ctypes-check \"--cases 2000\"",
    "pytest -q --array-ctypes mylibrary_adapter.py --array-ctypes-check \"--cases 2000\" -k \"layout or verdict\"",
];

/// Documents with commands outside of blocks of the language `console`: these are not run.
const NOT_RUN: &[(&str, &str)] = &[
    ("README.md", "what installs is in other documents, and the two commands are what CI runs"),
    ("benches/README.md", "minutes, on an idle machine"),
    ("benches/suite.md", "minutes, on an idle machine"),
    ("conformance/COMPARE.md", "minutes to an hour, with the tests of others: `.ci/compare` does it"),
    ("conformance/command/README.md", "the page of the crate, with commands in full length: minutes"),
    ("conformance/docs/bench.md", "times, which differ with each run and machine"),
    ("conformance/docs/faults.md", "minutes; `.ci/run` does it"),
    ("conformance/docs/matrix.md", "the large table is of libraries that `.ci/consumers` builds"),
    ("conformance/docs/rust-crate.md", "compiling the suite takes minutes"),
    ("conformance/python/README.md", "the page of the package, with commands in full length: minutes"),
    ("conformance/vectors/README.md", "`tests/python.rs` and `.ci/run` do it"),
    ("reference/README.md", "compiling takes minutes; `.ci/run` does it"),
];

fn main() {
    let python = harness::without(&python_at_hand());
    let numpy = ("no NumPy here", !has_numpy(&python_at_hand()));
    let bash = ("no bash here", harness::without(Path::new("bash")).1);
    let cc = ("no C compiler here", harness::without(Path::new("cc")).1);
    let make = ("no make here", harness::without(Path::new("make")).1);
    let compiler = ("no C++ compiler here", harness::without(Path::new("c++")).1);
    let pybind11 = ("no pybind11 here", !has_pybind11());
    let needs: [Reason; 2] = [bash, python];
    harness::run(&[
        (TESTS, &needs),
        (PYTHON_TESTS, &needs),
        (NUMPY_TESTS, &[bash, python, numpy]),
        (NUMPY_C_TESTS, &[bash, python, numpy, cc]),
        (CPP_TESTS, &[bash, python, make, cc, compiler]),
        (PYBIND11_TESTS, &[bash, python, numpy, compiler, pybind11]),
    ])
}

fn has_pybind11() -> bool {
    let output = Command::new(python_at_hand()).args(["-c", "import pybind11"]).output();
    output.is_ok_and(|output| output.status.success())
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a document, with the command, the kit and the Python of these tests.
fn run(document: &Path) -> Output {
    let command = Path::new(env!("CARGO_BIN_EXE_array-ctypes")).parent().expect("a folder").to_owned();
    let python = python_at_hand().parent().map(Path::to_owned).filter(|folder| *folder != Path::new(""));
    let path = env::var_os("PATH").unwrap_or_default();
    // The command comes first: a package may be installed for that Python.
    let path = env::join_paths([command].into_iter().chain(python).chain(env::split_paths(&path))).expect("a path");
    let mut runner = Command::new(python_at_hand());
    runner.arg("-B").arg(workspace().join("conformance/docs/run.py")).arg(document);
    runner.args(PROVIDED.iter().flat_map(|line| ["--provided", line]));
    runner.env("PATH", path).env("PYTHONPATH", workspace().join("conformance/python"));
    runner.env("PYTHONDONTWRITEBYTECODE", "1").env("ARRAY_CTYPES_PYTHON", python_at_hand());
    runner.output().expect("it runs")
}

#[track_caller]
fn assert_runs(document: &str) {
    let output = run(&workspace().join(document));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Returns the documents in a folder and below, by their places in the repository.
fn documents(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let is_ours = !name.to_string_lossy().starts_with('.') && name != "target" && name != "snapshots";
        if path.is_dir() && is_ours {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let path = path.strip_prefix(workspace()).expect("it is in the workspace");
            found.push(path.to_str().expect("UTF-8").replace('\\', "/"));
        }
    }
}

/// Returns true if a line is a command for a shell.
fn is_command(line: &str) -> bool {
    ["array-ctypes ", "cargo ", "python ", "python3 ", "pip ", "pytest ", ".ci/", "PYTHONPATH="]
        .iter()
        .any(|start| line.trim_start_matches("$ ").starts_with(start))
}

/// Returns if a document has a block of commands that are run, and one of commands that are not.
fn blocks(text: &str) -> (bool, bool) {
    let (mut fence, mut is_run, mut is_not_run) = (None, false, false);
    for line in text.lines() {
        match (fence, line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => fence = Some(language),
            (Some(_), Some(_)) => fence = None,
            (Some("console"), None) => is_run = true,
            (Some("sh" | "bash" | ""), None) => is_not_run |= is_command(line),
            (None, None) => is_not_run |= line.strip_prefix("    ").is_some_and(is_command),
            _ => {}
        }
    }
    (is_run, is_not_run)
}

fn a_document_with_commands_is_run_or_says_why_not() {
    let mut found = Vec::new();
    documents(&workspace(), &mut found);
    let with = |wanted: fn((bool, bool)) -> bool| -> BTreeSet<&str> {
        let read = |path: &&String| fs::read_to_string(workspace().join(path)).expect("a document");
        found.iter().filter(|path| wanted(blocks(&read(path)))).map(String::as_str).collect()
    };
    let run = [PYTHON_DOCUMENTS, NUMPY_DOCUMENTS, NUMPY_C_DOCUMENTS, CPP_DOCUMENTS, PYBIND11_DOCUMENTS].concat();
    assert_eq!(
        with(|(is_run, _)| is_run),
        run.into_iter().collect(),
        "documents with blocks `console`, and those here"
    );
    let not_run = NOT_RUN.iter().map(|(path, _)| *path).collect();
    assert_eq!(with(|(_, is_not_run)| is_not_run), not_run, "documents with other commands, and those of NOT_RUN");
}

fn the_runner_reports_what_a_document_gets_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let ends = |text: &str| {
        let path = folder.path().join("document.md");
        fs::write(&path, text).expect("it is written");
        let output = run(&path);
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let console = |lines: &str| ends(&format!("# A title\n\n```console\n{lines}\n```\n"));
    for right in [
        "$ echo a; echo b\na\nb",
        "$ echo a; echo b\n…",
        "$ echo a; echo b; echo c\na\n…",
        "$ echo a; echo b; echo c\n…\nc",
        "$ echo abc\na…c",
        "$ echo a \\\n    b\na b",
        "$ printf a\na",
        "$ echo a; exit_code() { return 3; }; exit_code\na\n$ echo $?\n3",
        "$ x=1\n$ echo $x\n1",
        "$ sh -c 'echo failed: exit 2; exit 2'\nfailed: exit 2",
        "$ pip install array-ctypes",
    ] {
        assert_eq!(console(right), (true, String::new()), "{right}");
    }
    for (wrong, reason) in [
        ("$ echo a; echo b\na", "document.md:4: $ echo a; echo b\nexpected:\na\nfound, with exit code 0:\na\nb\n"),
        ("$ echo a\nb", "expected:\nb\nfound, with exit code 0:\na\n"),
        ("$ echo abc\na…b", "expected:\na…b\nfound, with exit code 0:\nabc\n"),
        ("$ echo b\n…\na", "found, with exit code 0:\nb\n"),
        ("$ false", "found, with exit code 1:\n"),
        ("$ sh -c 'echo failed; exit 2'\nfailed", "found, with exit code 2:\nfailed\n"),
        ("$ exit 0\n", "document.md:4: the shell ended after: exit 0"),
        ("echo a", "4: expected a command, `$ ` and its text, found 'echo a'"),
    ] {
        let (is_right, errors) = console(wrong);
        assert!(!is_right && errors.contains(reason), "{wrong}\n{errors}");
    }
    let file = "`folder/a.txt`:\n```text\nof the file\n```\n\n```console\n$ cat folder/a.txt\nof the file\n```\n";
    assert_eq!(ends(file), (true, String::new()));
    let (is_right, errors) = ends("# A title\n\n```sh\ntrue\n```\n");
    assert!(!is_right && errors.contains("expected commands in blocks of the language console"), "{errors}");
}
